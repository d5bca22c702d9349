// SPDX-License-Identifier: Apache-2.0
#include "lint/text_kind.hpp"

#include "lint/hidden.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tcptune::lint {

namespace {

/// How many lines speak for what. Comments and blank lines speak for nothing.
struct Votes {
    std::size_t content = 0;  ///< lines without marks
    std::size_t linux_known = 0;
    std::size_t linux_like = 0;  ///< the known ones, and what has the look of one
    std::size_t plain = 0;       ///< assignments that are not a shell's
    std::size_t shell = 0;
    std::size_t other_commands = 0;
    std::size_t foreign = 0;
    std::size_t plain_known = 0;    ///< assignments of keys that Linux has
    std::size_t other_format = 0;   ///< lines that INI, YAML or JSON have and no sysctl.conf
    bool begins_otherwise = false;  ///< the first line with content is a section's head
    std::map<std::string_view, std::size_t> systems = {};
};

/// What a script of sysctl calls has besides.
bool is_other_command(std::string_view line) {
    constexpr std::array<std::string_view, 10> programs{
        "modprobe", "/sbin/modprobe", "set",  "exit",    "sync",
        "sleep",    "systemctl",      "sudo", "service", "ulimit"};
    const std::string_view word = line.substr(0, line.find_first_of(" \t"));
    return std::ranges::find(programs, word) != programs.end();
}

bool is_section(std::string_view line) {
    return line.starts_with('[') && line.ends_with(']');
}

/// "[Service]", "---", "sysctls:", "{": of a unit file, a playbook, a document.
bool is_other_format(std::string_view line) {
    return is_section(line) || line == "---" || line == "{" ||
           (line.ends_with(':') && line.find_first_of("= ") == std::string_view::npos);
}

std::string_view first_word(std::string_view line) {
    return line.substr(0, line.find_first_of(" \t:=,;"));
}

void count_name(std::string_view name, const Knowledge& knowledge, Votes& votes) {
    const std::string key = dotted(name);
    if (knowledge.knows(key)) {
        ++votes.linux_known;
        ++votes.linux_like;
    } else if (const auto system = knowledge.standard().names.foreign(key); !system.empty()) {
        ++votes.foreign;
        ++votes.systems[system];
    } else if (Knowledge::looks_like_key(name)) {
        ++votes.linux_like;
    }
}

Votes count_votes(const Document& document, const Knowledge& knowledge) {
    Votes votes;
    for (std::size_t at = 0; at < document.lines.size(); ++at) {
        const LineForm& form = document.forms[at];
        if (form.form == Form::blank || form.form == Form::comment || document.marked(at)) continue;
        const std::string_view text = trim(document.lines[at].text);
        if (votes.content++ == 0) votes.begins_otherwise = is_section(text);
        if (is_other_format(text)) ++votes.other_format;
        if (const auto shell = document.shell.find(at); shell != document.shell.end()) {
            ++votes.shell;
            if (!shell->second.assignments.empty())
                count_name(shell->second.assignments.front().name, knowledge, votes);
            continue;
        }
        if (form.form == Form::bare) {
            if (is_other_command(form.name)) ++votes.other_commands;
            const std::string word = without_hidden(first_word(form.name));
            count_name(word, knowledge, votes);
            continue;
        }
        ++votes.plain;
        const std::size_t known = votes.linux_known;
        count_name(trim(without_hidden(form.name)), knowledge, votes);
        votes.plain_known += votes.linux_known - known;
    }
    return votes;
}

bool has_value_mark(const Document& document) {
    for (std::size_t at = 0; at < document.marks.size(); ++at)
        if (document.marks[at].marked) return true;
    return false;
}

}  // namespace

void decide_kind(Document& document, const Knowledge& knowledge) {
    const Votes votes = count_votes(document, knowledge);
    const bool marks = has_value_mark(document);
    if (votes.foreign > votes.linux_known) {
        document.kind = TextKind::not_linux;
        // "a BSD or macOS" says less than the name of one.
        const auto most = std::ranges::max_element(votes.systems, {}, [](const auto& entry) {
            return std::pair(!entry.first.starts_with("a "), entry.second);
        });
        document.system = most->first;
        return;
    }
    // A script stays one, whatever else it does; but some sysctl files of Android begin so, too,
    // and hold assignments alone.
    if (votes.content > votes.plain && !document.lines.empty() &&
        document.lines[0].text.starts_with("#!")) {
        document.kind = TextKind::shell;
        return;
    }
    // A quarter: a file with more prose than settings is still read by the loaders.
    const bool too_few = votes.content > 0 && (votes.linux_like + votes.shell) * 4 < votes.content;
    const bool nothing = votes.content > 0 && votes.linux_like == 0;
    // A head of a section inside a sysctl.conf is a slip; where no line sets anything, or a file
    // begins so, it is another format, and its lines are not ours to mend.
    const bool other_format =
        votes.begins_otherwise || (votes.other_format > 0 && votes.plain_known == 0);
    if (too_few || nothing || other_format)
        document.kind = TextKind::other;
    else if (marks)
        document.kind = TextKind::template_text;
    else if (votes.shell > 0 && votes.plain == 0 && !document.file.ends_with(".conf") &&
             votes.shell + votes.other_commands == votes.content)
        document.kind = TextKind::shell;
}

}  // namespace tcptune::lint
