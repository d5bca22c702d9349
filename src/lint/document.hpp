// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/knowledge.hpp"
#include "lint/line_form.hpp"
#include "lint/shell_line.hpp"
#include "lint/template_marks.hpp"
#include "lint/text_lines.hpp"

#include <tcptune/lint/finding.hpp>
#include <tcptune/lint/lint.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// One key that a line sets or excludes, or would set if the line were mended.
struct Setting {
    std::size_t line = 0;  ///< index into Document::lines
    std::string key = {};  ///< dotted; may be a pattern
    std::string_view value = {};
    std::uint32_t name_column = 1;
    std::uint32_t value_column = 1;
    std::uint32_t branch = 0;
    bool exclusion = false;
    bool dash = false;         ///< a missing key is not an error
    bool value_known = true;   ///< a template fills it in otherwise
    bool effective = true;     ///< carried out as it stands
    bool fixable = true;       ///< the line is this assignment and nothing else
    bool same_value = false;   ///< a later line says the same
    bool overwritten = false;  ///< a later line says something else
};

/// One text, taken apart.
struct Document {
    std::string_view file;
    TextKind kind = TextKind::sysctl;
    std::string system = {};  ///< of not_linux: "FreeBSD"
    bool byte_order_mark = false;
    bool any_key = false;  ///< a template may set keys whose names it does not show
    std::vector<TextLine> lines = {};
    std::vector<LineForm> forms = {};  ///< of each line
    std::vector<Marks> marks = {};     ///< of each line; empty when there is no mark at all
    std::map<std::size_t, ShellLine> shell = {};
    std::vector<Setting> settings = {};  ///< in order
    std::deque<std::string> kept = {};   ///< texts that views point into
    std::uint32_t not_judged = 0;

    [[nodiscard]] bool marked(std::size_t line) const {
        return !marks.empty() && marks[line].marked;
    }
    [[nodiscard]] std::uint32_t branch(std::size_t line) const {
        return marks.empty() ? 0 : marks[line].branch;
    }
};

/// The input must outlive the document.
[[nodiscard]] Document read_document(const Input& input, Knowledge& knowledge);

}  // namespace tcptune::lint
