// SPDX-License-Identifier: Apache-2.0
// Lines that are neither an assignment nor a comment.
#include "lint/hidden.hpp"
#include "lint/passes.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

// Measured with systemd 252, procps 4.0.2 and busybox 1.35.
constexpr std::string_view not_an_assignment =
    "No loader takes the line: systemd-sysctl warns and systemd-sysctl.service ends as failed, "
    "sysctl -p and busybox complain and go on.";
constexpr std::string_view fullwidth_equals = "\xef\xbc\x9d";

bool begins_like_value(std::string_view text) {
    return !text.empty() && ((text[0] >= '0' && text[0] <= '9') || text[0] == '-' ||
                             text.find_first_of(" \t") == std::string_view::npos);
}

struct Parts {
    std::string name;
    std::string value;
    std::string_view sign;  ///< what stands in place of '='
};

/// "key value", "key: value", "key := value" without its '=', as the writer meant it.
Parts parts_of(std::string_view line) {
    Parts parts;
    if (const std::size_t wide = line.find(fullwidth_equals); wide != std::string_view::npos) {
        parts.name = trim(line.substr(0, wide));
        parts.value = trim(line.substr(wide + fullwidth_equals.size()));
        parts.sign = "full-width sign";
        return parts;
    }
    const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
    std::string_view name = line.substr(0, end);
    std::string_view value = trim(line.substr(end));
    if (const std::size_t colon = name.find(':');
        colon != std::string_view::npos &&
        name.substr(0, colon).find('.') != std::string_view::npos) {
        value = colon + 1 < name.size() ? line.substr(colon + 1) : value;
        name = name.substr(0, colon);
        parts.sign = "colon";
    } else if (value.starts_with(':')) {
        value.remove_prefix(1);
        parts.sign = "colon";
    }
    parts.name = name;
    parts.value = trim(value);
    return parts;
}

Note hidden_note(const TextLine& line, const HiddenCharacter& hidden) {
    const std::string clean(trim(without_hidden(line.text)));
    const bool comment = clean.empty() || clean.starts_with('#') || clean.starts_with(';');
    return {.category = Category::syntax,
            .severity = comment ? Severity::warning : Severity::error,
            .rule_id = "lint/hidden-character",
            .title = fmt::format("The line holds {}", name_of(hidden)),
            .explanation = fmt::format("It looks like {}, and it is not that to any loader. {}",
                                       clean.empty() ? "an empty line"
                                       : comment     ? "a comment"
                                                     : "white space",
                                       not_an_assignment),
            .mend = "Take the character out.",
            .fix = replace_line(line, without_hidden(line.text))};
}

}  // namespace

void note_bare_line(const Document& document, std::size_t at, Knowledge& knowledge,
                    Findings& findings) {
    const TextLine& line = document.lines[at];
    const std::string_view text = document.forms[at].name;
    const std::uint32_t column = line.column_at(offset_in(line.text, text));
    if (const auto hidden = first_hidden(text)) {
        const std::string clean(trim(without_hidden(text)));
        if (hidden->offset == 0 || Knowledge::looks_like_key(clean.substr(0, clean.find(' ')))) {
            add_note(document, at, column, {}, hidden_note(line, *hidden), findings);
            return;
        }
    }
    const Parts parts = parts_of(text);
    const std::string key = dotted(parts.name);
    const bool named = Knowledge::looks_like_key(parts.name) || knowledge.knows(key);
    if (!named) {
        add_note(document, at, column, {},
                 {.category = Category::syntax,
                  .severity = Severity::error,
                  .rule_id = "lint/no-assignment",
                  .title = "The line is neither an assignment nor a comment",
                  .explanation = std::string(not_an_assignment),
                  .mend = "Put a '#' before it, or delete it.",
                  .fix = take_out()},
                 findings);
        return;
    }
    if (parts.value.empty()) {
        add_note(document, at, column, key,
                 {.category = Category::syntax,
                  .severity = Severity::error,
                  .rule_id = "lint/no-value",
                  .title = fmt::format("{} stands without a value", shown(key)),
                  .explanation = std::string(not_an_assignment),
                  .mend = fmt::format("Write \"{} = VALUE\", or delete the line.", shown(key)),
                  .fix = take_out()},
                 findings);
        return;
    }
    Note note{.category = Category::syntax,
              .severity = Severity::error,
              .rule_id = "lint/no-equals-sign",
              .title = parts.sign.empty()
                           ? fmt::format("No '=' between {} and its value", shown(key))
                           : fmt::format("A {} stands where '=' belongs", parts.sign),
              .explanation = fmt::format("{} The key keeps its value.", not_an_assignment),
              .mend = fmt::format("Write \"{} = {}\".", shown(parts.name), shown(parts.value))};
    if (begins_like_value(parts.value) && knowledge.knows(key))
        note.fix = replace_part(line, text, parts.name + " = " + parts.value);
    add_note(document, at, column, key, std::move(note), findings);
}

void note_shell_line(const Document& document, std::size_t at, Findings& findings) {
    const TextLine& line = document.lines[at];
    const ShellLine& shell = document.shell.at(at);
    if (document.kind != TextKind::shell) {
        Note note{.category = Category::syntax,
                  .severity = Severity::error,
                  .rule_id = "lint/shell-command",
                  .title = "A shell command stands in a sysctl file",
                  .explanation = "No loader carries out commands: the line sets nothing.",
                  .mend = "Move the command to a script, or delete it.",
                  .fix = take_out()};
        std::string key;
        if (shell.assignments.size() == 1) {
            const ShellAssignment& entry = shell.assignments.front();
            const std::string plain = fmt::format("{} = {}", dotted(entry.name), entry.value);
            key = dotted(entry.name);
            note.mend = fmt::format("Write \"{}\".", shown(plain));
            note.fix = entry.value.find_first_of("$`") == std::string::npos
                           ? replace_line(line, plain)
                           : Fix{};
        }
        add_note(document, at, line.column_at(offset_in(line.text, trim(line.text))),
                 std::move(key), std::move(note), findings);
        return;
    }
    for (const ShellAssignment& entry : shell.assignments) {
        Note note{.category = Category::syntax, .severity = Severity::error};
        if (entry.trouble == ShellTrouble::spaces) {
            note.rule_id = "lint/spaces-around-equals";
            note.title = "sysctl -w takes no spaces around '='";
            note.explanation =
                "To the shell these are three words, and sysctl refuses each: the "
                "key keeps its value.";
            note.mend = fmt::format("Write {}=\"{}\".", shown(entry.name), shown(entry.value));
        } else if (entry.trouble == ShellTrouble::no_quotes) {
            note.rule_id = "lint/no-quotes";
            note.title = "The value has a space and no quotes";
            note.explanation =
                "The shell ends the value at the space: sysctl sets the first word "
                "alone, and then fails on the rest.";
            note.mend =
                fmt::format("Write \"{}={}\" in quotes.", shown(entry.name), shown(entry.value));
        } else if (entry.trouble == ShellTrouble::redirection) {
            note.rule_id = "lint/sudo-redirection";
            note.title = "sudo does not reach the redirection";
            note.explanation =
                "The shell opens the file before sudo runs, with the rights of the "
                "caller: permission denied, unless that is root.";
            note.mend = fmt::format("Write sudo sysctl -w \"{}={}\".", shown(dotted(entry.name)),
                                    shown(entry.value));
        } else {
            continue;
        }
        add_note(document, at, line.column_at(entry.offset), dotted(entry.name), std::move(note),
                 findings);
    }
}

}  // namespace tcptune::lint
