// SPDX-License-Identifier: Apache-2.0
#include "lint/document.hpp"

#include "lint/hidden.hpp"
#include "lint/text_kind.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::lint {

namespace {

void read_marks(std::string_view text, Document& document) {
    MarkReader reader(without_mark(text));
    std::vector<Marks> marks;
    marks.reserve(document.lines.size());
    for (const TextLine& line : document.lines)
        marks.push_back(reader.read(line.text));
    if (reader.seen()) document.marks = std::move(marks);
}

/// A line that a shell would carry out: what it sets, or would set.
void add_shell_settings(Document& document, std::size_t at) {
    const TextLine& line = document.lines[at];
    const ShellLine& shell = document.shell[at];
    std::size_t counted = 0;
    std::uint32_t column = line.column;
    for (const ShellAssignment& entry : shell.assignments) {
        Setting setting;
        setting.line = at;
        setting.key = dotted(entry.name);
        document.kept.push_back(entry.value);
        setting.value = document.kept.back();
        // Step by step: a line may hold very many.
        const std::size_t offset = std::max(entry.offset, counted);
        column += columns_of(line.text.substr(counted, offset - counted), line.utf8);
        counted = offset;
        setting.name_column = setting.value_column = column;
        setting.branch = document.branch(at);
        setting.fixable = false;
        setting.effective = document.kind == TextKind::shell && entry.trouble == ShellTrouble::none;
        // A variable of the shell.
        setting.value_known = entry.value.find_first_of("$`") == std::string::npos;
        if (setting.key.find_first_of("$` ") == std::string::npos)
            document.settings.push_back(std::move(setting));
    }
}

void add_setting(Document& document, std::size_t at) {
    const TextLine& line = document.lines[at];
    const LineForm& form = document.forms[at];
    const bool marked = document.marked(at);
    Setting setting;
    setting.line = at;
    setting.branch = document.branch(at);
    setting.exclusion = form.form == Form::exclusion;
    setting.dash = form.dash;
    setting.fixable = line.whole;
    // The mark is part of the name.
    setting.effective = at > 0 || !document.byte_order_mark;
    setting.value_known = !marked;
    setting.name_column = line.column_at(offset_in(line.text, form.name));
    std::string_view name = form.name;
    setting.value = form.value;
    if (setting.exclusion)
        setting.value_column = setting.name_column;
    else
        setting.value_column = line.column_at(offset_in(line.text, form.value));
    if (first_hidden(name)) {
        document.kept.push_back(without_hidden(name));
        name = trim(document.kept.back());
        setting.effective = setting.fixable = false;
    }
    const std::string_view number = setting.value.substr(0, setting.value.find('#'));
    if (const auto hidden = first_hidden(number)) {
        document.kept.push_back(without_hidden(setting.value));
        setting.value = trim(document.kept.back());
        setting.effective = setting.fixable = false;
    }
    if (name.empty() || name.find_first_of(" \t\"'`") != std::string_view::npos) return;
    setting.key = dotted(name);
    if (!setting.key.empty()) document.settings.push_back(std::move(setting));
}

void add_settings(Document& document) {
    for (std::size_t at = 0; at < document.lines.size(); ++at) {
        const LineForm& form = document.forms[at];
        if (form.form == Form::blank || form.form == Form::comment) continue;
        if (document.marked(at)) {
            ++document.not_judged;
            if (document.marks[at].before_value) {
                document.any_key = true;
                continue;
            }
        }
        if (document.shell.contains(at)) {
            add_shell_settings(document, at);
        } else if (document.kind == TextKind::shell) {
            // What a here-document holds; the rest is the shell's.
            if (form.form == Form::assignment && Knowledge::looks_like_key(form.name))
                add_setting(document, at);
        } else if (form.form == Form::assignment || form.form == Form::exclusion) {
            add_setting(document, at);
        }
    }
}

}  // namespace

Document read_document(const Input& input, Knowledge& knowledge) {
    Document document;
    document.file = input.file;
    const std::string_view text = input.text;
    document.byte_order_mark = without_mark(text).size() != text.size();
    document.lines = lines_of(text);
    document.forms.reserve(document.lines.size());
    for (std::size_t at = 0; at < document.lines.size(); ++at) {
        document.forms.push_back(form_of(document.lines[at].text));
        const Form form = document.forms[at].form;
        if (form != Form::assignment && form != Form::bare) continue;
        ShellLine shell = shell_line(document.lines[at].text);
        if (shell.is_command) document.shell.emplace(at, std::move(shell));
    }
    read_marks(text, document);
    decide_kind(document, knowledge);
    if (document.kind != TextKind::not_linux && document.kind != TextKind::other)
        add_settings(document);
    return document;
}

}  // namespace tcptune::lint
