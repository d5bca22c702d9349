// SPDX-License-Identifier: Apache-2.0
#include "lint/shell_line.hpp"

#include "lint/line_form.hpp"
#include "lint/shell_words.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace tcptune::lint {

namespace {

constexpr std::string_view proc_sys = "/proc/sys/";

using Words = std::span<const ShellWord>;

std::string_view base_name(std::string_view path) {
    return path.substr(path.rfind('/') + 1);
}

bool is_configuration(std::string_view path) {
    return path.starts_with("/etc/sysctl") || path.find("/sysctl.d/") != std::string_view::npos;
}

/// A command without "sudo", its options, and a prompt that was pasted along.
struct Command {
    Words words;
    bool sudo = false;
};

Command command_of(Words words) {
    Command command{words};
    if (!command.words.empty() && (command.words[0].text == "$" || command.words[0].text == "%"))
        command.words = command.words.subspan(1);
    while (!command.words.empty()) {
        const std::string_view first = base_name(command.words[0].text);
        if (first == "busybox" || first == "exec" || first == "command") {
            command.words = command.words.subspan(1);
        } else if (first == "sudo" || first == "doas") {
            command.sudo = true;
            command.words = command.words.subspan(1);
            while (!command.words.empty() && command.words[0].text.starts_with('-'))
                command.words = command.words.subspan(1);
        } else {
            break;
        }
    }
    return command;
}

/// "key = value", "key =value", "key= value": what procps takes as several arguments.
void read_sysctl_words(Words words, ShellLine& line) {
    ShellAssignment* last = nullptr;
    for (std::size_t at = 0; at < words.size(); ++at) {
        const std::string& text = words[at].text;
        const std::size_t equals = text.find('=');
        if (text.starts_with('-') && equals == std::string::npos) continue;
        const bool next_begins = at + 1 < words.size() && words[at + 1].text.starts_with('=') &&
                                 equals == std::string::npos;
        if (next_begins ||
            (equals == text.size() - 1 && equals != std::string::npos && equals > 0 &&
             at + 1 < words.size() && words[at + 1].text.find('=') == std::string::npos)) {
            ShellAssignment entry{.name = text.substr(0, equals),
                                  .value = {},
                                  .offset = words[at].offset,
                                  .trouble = ShellTrouble::spaces};
            if (next_begins) entry.value = words[++at].text.substr(1);
            line.assignments.push_back(std::move(entry));
            last = &line.assignments.back();
        } else if (equals != std::string::npos && equals > 0) {
            line.assignments.push_back({.name = text.substr(0, equals),
                                        .value = text.substr(equals + 1),
                                        .offset = words[at].offset});
            last = &line.assignments.back();
        } else if (last) {
            if (last->trouble == ShellTrouble::none) last->trouble = ShellTrouble::no_quotes;
            if (!last->value.empty()) last->value += ' ';
            last->value += text;
        }
    }
    for (ShellAssignment& entry : line.assignments) {
        entry.name = trim(entry.name);
        entry.value = trim(entry.value);
    }
}

std::string printed(std::string_view program, Words words) {
    std::string text;
    for (const ShellWord& word : words) {
        if (text.empty() && (word.text == "-n" || word.text == "-e" || word.text == "-ne"))
            continue;
        if (!text.empty()) text += ' ';
        text += word.text;
    }
    if (program == "printf" && text.ends_with("\\n")) text.resize(text.size() - 2);
    return text;
}

/// What `text` sets when it is written to `path`, if that is a matter of sysctl at all.
void read_written(std::string_view text, const ShellWord& path, ShellTrouble trouble,
                  ShellLine& line) {
    if (path.text.starts_with(proc_sys)) {
        line.is_command = true;
        line.assignments.push_back({.name = path.text.substr(proc_sys.size()),
                                    .value = std::string(trim(text)),
                                    .offset = path.offset,
                                    .trouble = trouble});
    } else if (is_configuration(path.text)) {
        line.is_command = true;
        const LineForm form = form_of(text);
        if (form.form == Form::assignment)
            line.assignments.push_back({.name = std::string(form.name),
                                        .value = std::string(form.value),
                                        .offset = path.offset,
                                        .into_file = true});
    } else if (path.text.starts_with("/sys/") || path.text.starts_with("/proc/")) {
        line.is_command = true;
    }
}

/// echo and printf with a redirection, and what they hand to tee.
class Pipeline {
public:
    explicit Pipeline(ShellLine& line) : line_(line) {}

    void begin_anew() { text_.reset(); }

    void add(Words words) {
        const Command command = command_of(words);
        if (command.words.empty()) return;
        const std::string_view program = base_name(command.words[0].text);
        if (program == "sysctl") {
            line_.is_command = true;
            read_sysctl_words(without_redirections(command.words.subspan(1)), line_);
        } else if (program == "echo" || program == "printf") {
            const Words rest = command.words.subspan(1);
            text_ = printed(program, without_redirections(rest));
            for (std::size_t at = 0; at + 1 < rest.size(); ++at) {
                if (!rest[at].is_operator || rest[at].text[0] != '>') continue;
                read_written(*text_, rest[at + 1],
                             command.sudo ? ShellTrouble::redirection : ShellTrouble::none, line_);
            }
        } else if (program == "tee" && text_) {
            for (const ShellWord& word : without_redirections(command.words.subspan(1)))
                if (!word.text.starts_with('-'))
                    read_written(*text_, word, ShellTrouble::none, line_);
        }
    }

private:
    static Words without_redirections(Words words) {
        const auto first = std::ranges::find_if(words, &ShellWord::is_operator);
        auto size = static_cast<std::size_t>(first - words.begin());
        // The descriptor of "2>/dev/null" is no argument.
        if (first != words.end() && size > 0 && words[size - 1].text == "2" &&
            words[size - 1].offset + 1 == words[size].offset)
            --size;
        return words.first(size);
    }

    ShellLine& line_;
    std::optional<std::string> text_;
};

bool may_be_command(std::string_view line) {
    constexpr std::array<std::string_view, 8> programs{"sysctl", "sudo", "echo",    "printf",
                                                       "doas",   "$",    "busybox", "sh"};
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    return std::ranges::find(programs, base_name(word)) != programs.end() ||
           base_name(word) == "bash";
}

void read_commands(Words words, ShellLine& line) {
    std::size_t begin = 0;
    Pipeline pipeline(line);
    for (std::size_t at = 0; at <= words.size(); ++at) {
        if (at < words.size() &&
            (!words[at].is_operator || words[at].text[0] == '>' || words[at].text[0] == '<'))
            continue;
        pipeline.add(words.subspan(begin, at - begin));
        if (at < words.size() && words[at].text != "|") pipeline.begin_anew();
        begin = at + 1;
    }
}

/// The text of `sh -c "..."`.
const ShellWord* script_of(Words words) {
    const Command command = command_of(words);
    if (command.words.size() < 3) return nullptr;
    const std::string_view program = base_name(command.words[0].text);
    if (program != "sh" && program != "bash") return nullptr;
    return command.words[1].text.ends_with('c') ? &command.words[2] : nullptr;
}

}  // namespace

ShellLine shell_line(std::string_view line) {
    ShellLine result;
    const std::string_view command = trim(line);
    if (!may_be_command(command)) return result;
    const std::vector<ShellWord> words = shell_words(line);
    if (const ShellWord* script = script_of(words)) {
        const std::vector<ShellWord> inner = shell_words(script->text);
        read_commands(inner, result);
        for (ShellAssignment& entry : result.assignments)
            entry.offset = script->offset;
    } else {
        read_commands(words, result);
    }
    return result;
}

}  // namespace tcptune::lint
