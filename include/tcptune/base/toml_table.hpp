// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune {

/// A string, number or flag as written in a TOML file, with its place. Values of mixed type
/// (`value = 1`, `value = [32768, 60999]`, `value = "cubic"`) are read as Scalar lists.
struct TomlScalar {
    enum class Kind { boolean, integer, real, text };
    Kind kind = Kind::text;
    bool boolean = false;
    std::int64_t integer = 0;
    double real = 0;
    std::string text;
    SourceLocation location;
};

/// A scalar or a flat list of scalars.
struct TomlValue {
    bool is_list = false;
    std::vector<TomlScalar> items;  ///< exactly one when not a list
    SourceLocation location;
};

struct LocatedText {
    std::string text;
    SourceLocation location;  ///< of the first character inside the quotes, for single-line strings
};

/// Typed reading of one TOML table. Wrong types and missing members are reported and read as
/// nothing; `finish` reports every member that nobody asked for, with "did you mean". The table
/// must not outlive its document.
class TomlTable {
public:
    [[nodiscard]] const SourceLocation& location() const;
    [[nodiscard]] bool has(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

    std::optional<LocatedText> text(std::string_view name);
    LocatedText required_text(std::string_view name);
    std::optional<std::int64_t> integer(std::string_view name);
    std::optional<double> number(std::string_view name);
    std::optional<bool> boolean(std::string_view name);
    std::optional<TomlValue> value(std::string_view name);
    std::vector<LocatedText> text_list(std::string_view name);  ///< a list, or one string
    std::optional<TomlTable> table(std::string_view name);
    std::vector<TomlTable> tables(std::string_view name);  ///< [[name]]

    /// One of `words`, or reported (with the words) and nothing.
    std::optional<std::string> word(std::string_view name, const std::vector<std::string>& words);

    void error(std::string_view code, const SourceLocation& at, std::string message,
               std::string hint = {});
    void finish();

private:
    friend class TomlDocument;
    struct State;
    explicit TomlTable(std::shared_ptr<State> state);
    std::shared_ptr<State> state_;
};

/// One TOML text. Refuses, before toml++ sees it: more than 1 MiB, NUL bytes, invalid UTF-8, and
/// non-ASCII bytes outside strings and comments (toml++ 3.3 and 3.4 run into undefined behaviour
/// on non-ASCII bare keys). Never throws on bad text: look at `diagnostics`.
class TomlDocument {
public:
    /// `file` is only for messages. All diagnostics of this document land in `diagnostics`.
    TomlDocument(std::string file, std::string_view text, Diagnostics& diagnostics);
    ~TomlDocument();
    TomlDocument(TomlDocument&&) noexcept;
    TomlDocument& operator=(TomlDocument&&) = delete;

    /// Nothing when the text is not TOML.
    [[nodiscard]] std::optional<TomlTable> root();

private:
    friend class TomlTable;
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tcptune
