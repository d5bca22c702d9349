// SPDX-License-Identifier: Apache-2.0
// Names that the loaders do not read as they are meant.
#include "lint/hidden.hpp"
#include "lint/passes.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

bool is_fullwidth_or_foreign(std::string_view name) {
    return std::ranges::any_of(name, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::string without(std::string_view text, std::string_view characters) {
    std::string rest;
    for (const char c : text)
        if (characters.find(c) == std::string_view::npos) rest += c;
    return rest;
}

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

/// Looks at one assignment or exclusion.
class NameNotes {
public:
    NameNotes(const Document& document, std::size_t at, Knowledge& knowledge, Findings& findings)
        : document_(document),
          at_(at),
          line_(document.lines[at]),
          form_(document.forms[at]),
          knowledge_(knowledge),
          findings_(findings) {}

    void look() {
        if (hidden_character()) return;
        if (form_.name.empty()) {
            note({.rule_id = "lint/no-name",
                  .title = "No key stands before the '='",
                  .explanation = "No loader sets anything for the line, and sysctl -p and "
                                 "systemd-sysctl report a failure.",
                  .mend = "Name the key, or delete the line.",
                  .fix = take_out()});
            return;
        }
        if (form_.form == Form::exclusion &&
            form_.name.find_first_not_of("-=_ \t") == std::string_view::npos) {
            note({.severity = Severity::info,
                  .rule_id = "lint/line-of-dashes",
                  .title = "A line of dashes without a '#'",
                  .explanation = "systemd-sysctl and sysctl -p take it as the exclusion of a key "
                                 "that does not exist; busybox complains and goes on.",
                  .mend = "Put a '#' before it.",
                  .fix = take_out()});
            return;
        }
        if (wrong_characters()) return;
        dashes();
        separators();
        line_shape();
    }

private:
    void note(Note note) {
        std::string_view name = form_.name;
        if (name.ends_with(':')) name = trim(name.substr(0, name.size() - 1));
        add_note(document_, at_, line_.column_at(offset_in(line_.text, form_.name)), dotted(name),
                 std::move(note), findings_);
    }

    bool hidden_character() {
        const std::string_view number = form_.value.substr(0, form_.value.find('#'));
        for (const std::string_view part : {form_.name, number}) {
            const auto hidden = first_hidden(part);
            if (!hidden) continue;
            const bool comment = trim(without_hidden(form_.name)).starts_with('#');
            const bool in_name = part.data() == form_.name.data();
            add_note(
                document_, at_, line_.column_at(offset_in(line_.text, part) + hidden->offset),
                comment ? std::string() : dotted(trim(without_hidden(form_.name))),
                {.category = Category::syntax,
                 .severity = comment ? Severity::warning : Severity::error,
                 .rule_id = "lint/hidden-character",
                 .title =
                     fmt::format("The {} holds {}", in_name ? "name" : "value", name_of(*hidden)),
                 .explanation =
                     in_name ? "It is invisible, and part of the name to every loader: no such key "
                               "exists, and the line sets nothing."
                             : "It is invisible, and part of the value to every loader: the kernel "
                               "refuses a number with it.",
                 .mend = "Type the line anew, or take the character out.",
                 .fix = replace_line(line_, without_hidden(line_.text))},
                findings_);
            return true;
        }
        return false;
    }

    /// A name that no sysctl can have.
    bool wrong_characters() {
        const std::string_view name = form_.name;
        const auto known = [&](const std::string& text) { return knowledge_.knows(dotted(text)); };
        constexpr std::string_view root = "proc/sys/";
        const std::size_t root_at = name.starts_with('/') ? 1 : 0;
        if (name.substr(root_at).starts_with(root)) {
            const std::string_view rest = name.substr(root_at + root.size());
            note({.rule_id = "lint/proc-path",
                  .title = "The name is a path below /proc/sys",
                  .explanation =
                      "systemd-sysctl and sysctl -p put /proc/sys before each name: such "
                      "a file does not exist. busybox alone finds the key.",
                  .mend = fmt::format("Write {}.", shown(dotted(rest))),
                  .fix = replace_part(line_, name, dotted(rest))});
            return true;
        }
        if (name.ends_with(':')) {
            const std::string bare(trim(name.substr(0, name.size() - 1)));
            note({.rule_id = "lint/colon",
                  .title = "A ':' stands before the '='",
                  .explanation = "To every loader it is part of the name: no such key exists, and "
                                 "the line sets nothing.",
                  .mend = "Take the ':' out.",
                  .fix = known(bare) ? replace_part(line_, name, bare) : Fix{}});
            return true;
        }
        if (name.find_first_of(" \t") != std::string_view::npos) {
            const std::string joined = without(name, " \t");
            Note text{.rule_id = "lint/space-in-name",
                      .title = "White space stands inside the name",
                      .explanation =
                          "To every loader it is part of the name: no such key exists, "
                          "and the line sets nothing.",
                      .mend = "Put a '#' before the line, or write \"key = value\".",
                      .fix = {}};
            if (known(joined)) {
                text.mend = fmt::format("Write {}.", shown(dotted(joined)));
                text.fix = replace_part(line_, name, joined);
            }
            note(std::move(text));
            return true;
        }
        if (name.find_first_of("\"'`") != std::string_view::npos) {
            const std::string bare = without(name, "\"'`");
            note({.rule_id = "lint/quoted-name",
                  .title = "A quote stands in the name",
                  .explanation =
                      "Quotes mean nothing in sysctl.conf(5): they are part of the name, "
                      "and no such key exists.",
                  .mend = "Take the quotes out.",
                  .fix = known(bare) ? replace_part(line_, name, bare) : Fix{}});
            return true;
        }
        if (is_fullwidth_or_foreign(name)) {
            note({.rule_id = "lint/name-not-ascii",
                  .title = "The name is not plain ASCII",
                  .explanation = "The names of sysctls are ASCII: no such key exists, and the line "
                                 "sets nothing.",
                  .mend = "Type the name anew, or put a '#' before the line.",
                  .fix = {}});
            return true;
        }
        const std::string lower = lowered(name);
        if (lower != name && known(lower) && !known(std::string(name))) {
            note({.rule_id = "lint/upper-case",
                  .title = "The name has upper-case letters",
                  .explanation = "The names of sysctls are files, and case counts: no such key "
                                 "exists, and the line sets nothing.",
                  .mend = fmt::format("Write {}.", shown(lower)),
                  .fix = replace_part(line_, name, lower)});
            return true;
        }
        return false;
    }

    [[nodiscard]] std::string dash_before_name() const {
        const std::size_t name = offset_in(line_.text, form_.name);
        return "-" + std::string(line_.text.substr(name));
    }

    void dashes() {
        if (form_.space_after_dash)
            note({.severity = Severity::warning,
                  .rule_id = "lint/space-after-dash",
                  .title = "A space stands between '-' and the key",
                  .explanation =
                      "systemd-sysctl skips it. To sysctl -p it is part of the name, and "
                      "the line sets nothing there.",
                  .mend = "Write the '-' directly before the key.",
                  .fix = replace_line(line_, dash_before_name())});
        else if (form_.name.starts_with('-'))
            note({.severity = Severity::warning,
                  .rule_id = "lint/two-dashes",
                  .title = "Two '-' stand before the key",
                  .explanation = "systemd-sysctl takes the second one as part of the name and sets "
                                 "nothing; sysctl -p sets the key.",
                  .mend = "Write one '-'."});
    }

    void separators() {
        const std::string_view name = form_.name;
        const std::string key = dotted(name);
        const std::string plain = fmt::format("Write {}.", shown(key));
        if (name.ends_with('.') || name.ends_with('/')) {
            note({.severity = Severity::warning,
                  .rule_id = "lint/separator-at-end",
                  .title = "The name ends with a separator",
                  .explanation =
                      "systemd-sysctl takes it off. To sysctl -p and busybox no such key "
                      "exists, and the line sets nothing there.",
                  .mend = plain,
                  .fix = replace_part(line_, name, key)});
            return;
        }
        if (name.starts_with('.')) {
            note({.severity = Severity::warning,
                  .rule_id = "lint/separator-at-start",
                  .title = "The name begins with a separator",
                  .explanation = "systemd-sysctl and sysctl -p take it off. To busybox no such key "
                                 "exists, and the line sets nothing there.",
                  .mend = plain,
                  .fix = replace_part(line_, name, key)});
            return;
        }
        // Both separators in one name: the second kind belongs to a component.
        if (name.find('/') == std::string_view::npos || name.find('.') == std::string_view::npos ||
            is_pattern(name) || knowledge_.knows(key))
            return;
        std::string dots(name);
        std::ranges::replace(dots, '/', '.');
        if (!knowledge_.knows(dots)) return;
        note({.rule_id = "lint/mixed-separators",
              .title = "'.' and '/' both separate the parts of the name",
              .explanation = "The first one of them separates, the other one is then part of a "
                             "component: no such key exists, and the line sets nothing.",
              .mend = fmt::format("Write {}.", shown(dots)),
              .fix = replace_part(line_, name, dots)});
    }

    void line_shape() {
        const std::string_view text = line_.text;
        const bool assignment = form_.form == Form::assignment;
        const std::string_view last = assignment ? form_.value : form_.name;
        const std::size_t begin = assignment ? offset_in(text, last) : text.size();
        if (text.substr(0, begin).find_first_of("\v\f") != std::string_view::npos ||
            text.substr(offset_in(text, last) + last.size()).find_first_of("\v\f") !=
                std::string_view::npos)
            note({.severity = Severity::warning,
                  .rule_id = "lint/odd-white-space",
                  .title = "A vertical tab or form feed stands around the name or value",
                  .explanation = "It is white space to sysctl -p and busybox, and part of the name "
                                 "or value to systemd-sysctl, which sets nothing then.",
                  .mend = "Take it out."});
        if (form_.value.ends_with('\\'))
            note({.severity = Severity::warning,
                  .rule_id = "lint/backslash",
                  .title = "The line ends with a backslash",
                  .explanation = "systemd-sysctl and sysctl -p take it as part of the value. "
                                 "busybox joins the next line to this one, which is then lost.",
                  .mend = "Take the backslash off: no line can go on in the next one.",
                  .fix = replace_part(line_, form_.value,
                                      trim(form_.value.substr(0, form_.value.size() - 1)))});
    }

    const Document& document_;
    std::size_t at_;
    const TextLine& line_;
    const LineForm& form_;
    Knowledge& knowledge_;
    Findings& findings_;
};

/// Patterns and '-' are not in every loader: said once.
void note_newer_grammar(const Document& document, Findings& findings) {
    const auto found = std::ranges::find_if(document.forms, [](const LineForm& form) {
        return (form.form == Form::assignment && (form.dash || is_pattern(form.name))) ||
               (form.form == Form::exclusion && Knowledge::looks_like_key(form.name));
    });
    if (found == document.forms.end()) return;
    const auto at = static_cast<std::size_t>(found - document.forms.begin());
    if (document.marked(at)) return;
    add_note(document, at, 1, {},
             {.category = Category::syntax,
              .severity = Severity::info,
              .rule_id = "lint/newer-grammar",
              .title = "'-' and patterns are not understood everywhere",
              .explanation = "systemd-sysctl and sysctl of procps-ng 4 know \"-key\" and \"*\". "
                             "busybox takes them as part of a name and sets nothing.",
              .mend = "Nothing to do, unless busybox loads this file."},
             findings);
}

}  // namespace

void note_lines(const Document& document, Knowledge& knowledge, Findings& findings) {
    for (std::size_t at = 0; at < document.lines.size(); ++at) {
        if (document.marked(at)) continue;
        const LineForm& form = document.forms[at];
        if (form.form == Form::blank || form.form == Form::comment) continue;
        if (document.shell.contains(at))
            note_shell_line(document, at, findings);
        else if (document.kind == TextKind::shell)
            continue;
        else if (form.form == Form::bare)
            note_bare_line(document, at, knowledge, findings);
        else
            NameNotes(document, at, knowledge, findings).look();
    }
    if (document.kind != TextKind::shell) note_newer_grammar(document, findings);
}

}  // namespace tcptune::lint
