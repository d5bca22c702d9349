// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"
#include "cli/host_facts.hpp"

#include <tcptune/facts/fact_file.hpp>

#include <array>
#include <cerrno>
#include <sys/random.h>

namespace tcptune::cli {
namespace {

/// A secret of this one file: two files of one host cannot be joined by their pseudonyms.
std::string random_key() {
    std::array<char, 32> bytes{};
    if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
        throw SystemError(ErrorCode::unavailable, "random numbers", errno);
    }
    return {bytes.data(), bytes.size()};
}

}  // namespace

Exit run_facts(const FactsOptions& options) {
    const rules::RuleSet rules = load_rule_set(options.rules, rules::Parts::advice);
    Look look;
    look.window_s = options.window_s;
    look.netns = options.netns;
    look.details = true;
    facts::FactSet facts = look_at_host(rules, look);
    if (options.redact_addresses || options.redact_hostname) {
        facts = facts::redact(facts, {.addresses = options.redact_addresses,
                                      .hostname = options.redact_hostname,
                                      .key = random_key()});
    }
    const std::string text = facts::write_facts(facts);
    if (options.out.empty() || options.out == "-") {
        write_stdout(text);
    } else {
        write_file(options.out, text);
    }
    return Exit::done;
}

}  // namespace tcptune::cli
