// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

enum class Category {
    removed_key,
    unknown_key,
    syntax,
    invalid_value,
    harmful_value,
    myth,
    same_parity_port_range,
    duplicate,
    no_effect,
    dependency_missing,
    not_linux,
};
[[nodiscard]] std::string_view to_string(Category category);  ///< "removed-key", ...
[[nodiscard]] std::optional<Category> parse_category(std::string_view word);

enum class Severity { info, warning, error };
[[nodiscard]] std::string_view to_string(Severity severity);
[[nodiscard]] std::optional<Severity> parse_severity(std::string_view word);

/// What --fix does with one line.
struct Fix {
    enum class Kind { none, remove, replace };
    Kind kind = Kind::none;
    std::string replacement = {};  ///< the whole new line without its end, for replace
};

/// One thing that is wrong, where, and how to mend it. Texts are not escaped.
struct Finding {
    std::string file;
    std::uint32_t line = 0;    ///< from 1, counted by LF as an editor does; 0: the whole file
    std::uint32_t column = 0;  ///< from 1, in code points (bytes where a line is not UTF-8)
    std::string key = {};      ///< dotted; "" when it is not about one key
    Category category = Category::syntax;
    Severity severity = Severity::info;
    std::string rule_id = {};      ///< "net.ipv4.tcp_fin_timeout/broken-band", "lint/duplicate"
    std::string title = {};        ///< what is wrong, without a full stop
    std::string explanation = {};  ///< what is true
    std::string mend = {};         ///< what to do
    Fix fix = {};
};

/// What kind of text a file is.
///  sysctl    sysctl.conf(5)
///  shell     `sysctl -w` and `echo > /proc/sys` lines
///  template_text  Jinja2 or ERB: lines with marks are left alone
///  not_linux the keys of a BSD or of macOS
///  other     no sysctl file at all
enum class TextKind { sysctl, shell, template_text, not_linux, other };
[[nodiscard]] std::string_view to_string(TextKind kind);

struct FileReport {
    std::string file;
    TextKind kind = TextKind::sysctl;
    std::uint32_t lines = 0;
    std::uint32_t assignments = 0;
    std::uint32_t not_judged = 0;  ///< lines of a template that were left alone
};

struct Report {
    std::vector<FileReport> files;  ///< in the order of the inputs
    std::vector<Finding> findings;  ///< by file as in `files`, then line, then column
    [[nodiscard]] std::size_t count(Severity severity) const;
    [[nodiscard]] std::optional<Severity> worst() const;
};

}  // namespace tcptune::lint
