// SPDX-License-Identifier: Apache-2.0
#include "cli/options_parser.hpp"
#include "cli/time_span.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace tcptune::cli {

void add_word(CLI::App* command, const std::string& name, const std::string& type,
              std::vector<std::string> words, std::function<void(std::size_t)> store,
              const std::string& description) {
    command
        ->add_option_function<std::string>(
            name,
            [words, name, store = std::move(store)](const std::string& word) {
                const auto found = std::ranges::find(words, word);
                if (found == words.end()) {
                    throw CLI::ValidationError(
                        name, "takes " + join(words, ", ") + ", not '" + word + "'");
                }
                store(static_cast<std::size_t>(found - words.begin()));
            },
            description)
        ->type_name(type);
}

CLI::Option* refuse_empty(CLI::Option* option) {
    return option->check(
        [](const std::string& word) { return word.empty() ? "must not be empty" : std::string(); },
        "");
}

void add_format(CLI::App* command, Format& format, bool markdown) {
    std::vector<std::string> words{"text", "json"};
    if (markdown) words.emplace_back("markdown");
    add_word(
        command, "--format", "FORMAT", words,
        [&format](std::size_t index) { format = static_cast<Format>(index); },
        join(words, ", ") + " (default: text)");
}

void add_colour(CLI::App* command, ColourChoice& colour) {
    add_word(
        command, "--color", "WHEN", {"auto", "always", "never"},
        [&colour](std::size_t index) { colour = static_cast<ColourChoice>(index); },
        "auto, always, never");
}

CLI::Option* add_span(CLI::App* command, const std::string& name, double& span,
                      const std::string& description, Shortest shortest) {
    return command
        ->add_option_function<std::string>(
            name,
            [&span, name, shortest](const std::string& text) {
                const std::optional<double> seconds = parse_time_span(text);
                if (!seconds || *seconds > 3600 || *seconds < shortest.seconds) {
                    throw CLI::ValidationError(
                        name, "takes a time span of " + std::string(shortest.words) +
                                  " to 1h such as " + shortest.examples + ", not '" + text + "'");
                }
                span = *seconds;
            },
            description)
        ->type_name("SPAN");
}

void add_window(CLI::App* command, double& window) {
    add_span(command, "--window", window, "Read the counters twice, SPAN apart");
}

void add_rules(CLI::App* command, std::vector<std::string>& rules) {
    refuse_empty(command->add_option("--rules", rules, "Rule files laid over the installed ones"))
        ->type_name("DIR")
        ->type_size(1)
        ->allow_extra_args(false);
}

void add_policies(CLI::App* command, EvaluateOptions& options) {
    refuse_empty(command->add_option("--profile", options.profile,
                                     "What the host is for (default: general)"))
        ->type_name("NAME|FILE");
    refuse_empty(
        command->add_option("--policy", options.policy, "What the site allows (default: default)"))
        ->type_name("NAME|FILE");
}

CLI::App* add_command(Parser& parser, CLI::App* parent, const std::string& name,
                      const std::string& description, const std::string& page) {
    CLI::App* command = parent->add_subcommand(name, description);
    command->set_help_flag("-h,--help", "Print this help and exit");
    command->footer("Manual: " + page);
    command->get_formatter()->column_width(28);
    add_colour(command, parser.draft.options.colour);
    return command;
}

}  // namespace tcptune::cli
