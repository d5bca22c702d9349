// SPDX-License-Identifier: Apache-2.0
#include "base/toml_guard.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/base/toml_table.hpp>

#include <algorithm>
#include <set>
#include <utility>

#include <toml++/toml.h>

namespace tcptune {

namespace {

/// A file of nothing but mistakes must not cost the square of its length.
constexpr std::size_t most_diagnostics = 200;

}  // namespace

struct TomlDocument::Impl {
    std::string file;
    std::string text;
    Diagnostics& diagnostics;
    std::optional<toml::table> table;
    std::size_t reported = 0;
    std::vector<std::size_t> line_starts;
    struct Walked {
        std::uint32_t line = 0;
        std::uint32_t column = 1;
        std::string_view rest;
    } walked;

    Impl(std::string name, std::string_view content, Diagnostics& target)
        : file(std::move(name)), text(content), diagnostics(target) {
        if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);  // a byte order mark
        // Every string's place is looked up: that must not cost the length of the text each time.
        line_starts.push_back(0);
        for (std::size_t at = text.find('\n'); at != std::string::npos;
             at = text.find('\n', at + 1))
            line_starts.push_back(at + 1);
    }

    /// The line that holds `at`, from `at` on, without its end. Goes on from where it was last, so
    /// that a line of very many strings is walked once.
    [[nodiscard]] std::string_view rest_of_line(const SourceLocation& at) {
        if (at.line == 0 || at.line > line_starts.size()) return {};
        if (at.line != walked.line || at.column < walked.column)
            walked = {at.line, 1,
                      line_of(std::string_view(text).substr(line_starts[at.line - 1]), 1)};
        walked.rest = skip_columns(walked.rest, at.column - walked.column + 1);
        walked.column = at.column;
        return walked.rest;
    }

    [[nodiscard]] SourceLocation place(const toml::source_region& region) const {
        return {file, region.begin.line, region.begin.column};
    }

    void report(std::string_view code, const SourceLocation& at, std::string message,
                std::string hint) {
        if (++reported > most_diagnostics) return;
        diagnostics.push_back({std::string(code), DiagnosticSeverity::error, at, std::move(message),
                               std::move(hint), snippet_line(text, at.line)});
    }
};

struct TomlTable::State {
    TomlDocument::Impl* document = nullptr;
    const toml::table* table = nullptr;
    SourceLocation location;
    std::set<std::string, std::less<>> asked;

    const toml::node* get(std::string_view name) {
        asked.emplace(name);
        return table->get(name);
    }

    [[nodiscard]] SourceLocation place(const toml::node& node) const {
        return document->place(node.source());
    }

    [[nodiscard]] std::shared_ptr<State> child(const toml::table& inner) const {
        auto state = std::make_shared<State>();
        state->document = document;
        state->table = &inner;
        state->location = place(inner);
        return state;
    }

    void wrong_type(std::string_view name, const toml::node& node, std::string_view wanted) {
        document->report(codes::wrong_type, place(node),
                         std::string(name) + " must be " + std::string(wanted), "");
    }

    [[nodiscard]] LocatedText located(const toml::value<std::string>& node) const {
        LocatedText text{node.get(), place(node)};
        // The first character inside the quotes, so that offsets in the text can be added.
        const std::string_view rest = document->rest_of_line(text.location);
        if (!rest.starts_with("\"\"\"") && !rest.starts_with("'''")) {
            ++text.location.column;
        } else if (rest.size() > 3) {
            text.location.column += 3;
        } else {  // the line end right after the opening quotes is not content
            ++text.location.line;
            text.location.column = 1;
        }
        return text;
    }

    std::optional<TomlScalar> scalar(const toml::node& node) const {
        TomlScalar result;
        result.location = place(node);
        if (const auto* flag = node.as_boolean()) {
            result.kind = TomlScalar::Kind::boolean;
            result.boolean = flag->get();
        } else if (const auto* number = node.as_integer()) {
            result.kind = TomlScalar::Kind::integer;
            result.integer = number->get();
        } else if (const auto* real = node.as_floating_point()) {
            result.kind = TomlScalar::Kind::real;
            result.real = real->get();
        } else if (const auto* text = node.as_string()) {
            result.kind = TomlScalar::Kind::text;
            result.text = text->get();
        } else {
            return std::nullopt;
        }
        return result;
    }
};

TomlTable::TomlTable(std::shared_ptr<State> state) : state_(std::move(state)) {}

const SourceLocation& TomlTable::location() const {
    return state_->location;
}

bool TomlTable::has(std::string_view name) const {
    return state_->table->get(name) != nullptr;
}

std::vector<std::string> TomlTable::names() const {
    std::vector<std::string> names;
    for (const auto& [key, node] : *state_->table)
        names.emplace_back(key.str());
    return names;
}

std::optional<LocatedText> TomlTable::text(std::string_view name) {
    const toml::node* node = state_->get(name);
    if (!node) return std::nullopt;
    if (const auto* text = node->as_string()) return state_->located(*text);
    state_->wrong_type(name, *node, "a string");
    return std::nullopt;
}

LocatedText TomlTable::required_text(std::string_view name) {
    if (!has(name)) {
        (void)state_->get(name);
        error(codes::missing_member, location(), std::string(name) + " is missing");
        return {"", location()};
    }
    auto found = text(name);
    return found ? std::move(*found) : LocatedText{"", location()};
}

std::optional<std::int64_t> TomlTable::integer(std::string_view name) {
    const toml::node* node = state_->get(name);
    if (!node) return std::nullopt;
    if (const auto* number = node->as_integer()) return number->get();
    state_->wrong_type(name, *node, "a whole number");
    return std::nullopt;
}

std::optional<double> TomlTable::number(std::string_view name) {
    const toml::node* node = state_->get(name);
    if (!node) return std::nullopt;
    if (const auto* whole = node->as_integer()) return static_cast<double>(whole->get());
    if (const auto* real = node->as_floating_point(); real && real->get() - real->get() == 0)
        return real->get();  // finite: infinity and NaN minus themselves are not zero
    state_->wrong_type(name, *node, "a number");
    return std::nullopt;
}

std::optional<bool> TomlTable::boolean(std::string_view name) {
    const toml::node* node = state_->get(name);
    if (!node) return std::nullopt;
    if (const auto* flag = node->as_boolean()) return flag->get();
    state_->wrong_type(name, *node, "true or false");
    return std::nullopt;
}

std::optional<TomlValue> TomlTable::value(std::string_view name) {
    const toml::node* node = state_->get(name);
    if (!node) return std::nullopt;
    TomlValue result;
    result.location = state_->place(*node);
    const toml::array* list = node->as_array();
    result.is_list = list != nullptr;
    const auto take = [&](const toml::node& item) {
        auto scalar = state_->scalar(item);
        if (scalar)
            result.items.push_back(std::move(*scalar));
        else
            state_->wrong_type(name, item, "a string, a number, true, false or a list of these");
        return scalar.has_value();
    };
    if (!list) return take(*node) ? std::optional(std::move(result)) : std::nullopt;
    for (const toml::node& item : *list)
        if (!take(item)) return std::nullopt;
    return result;
}

std::vector<LocatedText> TomlTable::text_list(std::string_view name) {
    const toml::node* node = state_->get(name);
    std::vector<LocatedText> result;
    if (!node) return result;
    if (const auto* text = node->as_string()) {
        result.push_back(state_->located(*text));
    } else if (const auto* list = node->as_array()) {
        for (const toml::node& item : *list) {
            if (const auto* entry = item.as_string())
                result.push_back(state_->located(*entry));
            else
                state_->wrong_type(name, item, "a list of strings");
        }
    } else {
        state_->wrong_type(name, *node, "a string or a list of strings");
    }
    return result;
}

std::optional<TomlTable> TomlTable::table(std::string_view name) {
    const toml::node* node = state_->get(name);
    if (!node) return std::nullopt;
    const toml::table* found = node->as_table();
    if (!found) {
        state_->wrong_type(name, *node, "a table");
        return std::nullopt;
    }
    return TomlTable(state_->child(*found));
}

std::vector<TomlTable> TomlTable::tables(std::string_view name) {
    const toml::node* node = state_->get(name);
    std::vector<TomlTable> result;
    if (!node) return result;
    const toml::array* list = node->as_array();
    if (!list) {
        state_->wrong_type(name, *node, "a list of tables, [[" + std::string(name) + "]]");
        return result;
    }
    for (const toml::node& item : *list) {
        const toml::table* entry = item.as_table();
        if (!entry) {
            state_->wrong_type(name, item, "a table");
            continue;
        }
        result.push_back(TomlTable(state_->child(*entry)));
    }
    return result;
}

std::optional<std::string> TomlTable::word(std::string_view name,
                                           const std::vector<std::string>& words) {
    const auto found = text(name);
    if (!found) return std::nullopt;
    if (std::ranges::find(words, found->text) != words.end()) return found->text;
    const auto near = nearest(found->text, words);
    error(codes::bad_value, found->location,
          std::string(name) + " must be one of " + join(words, ", "),
          near ? "did you mean \"" + *near + "\"?" : "");
    return std::nullopt;
}

void TomlTable::error(std::string_view code, const SourceLocation& at, std::string message,
                      std::string hint) {
    state_->document->report(code, at, std::move(message), std::move(hint));
}

void TomlTable::finish() {
    std::vector<LocatedText> unknown;
    for (const auto& [key, node] : *state_->table)
        if (!state_->asked.contains(key.str()))
            unknown.push_back({std::string(key.str()), state_->document->place(key.source())});
    std::ranges::sort(unknown, {}, [](const LocatedText& name) {
        return std::pair(name.location.line, name.location.column);
    });
    if (unknown.size() > most_diagnostics) unknown.resize(most_diagnostics);
    const std::vector<std::string> known(state_->asked.begin(), state_->asked.end());
    for (const LocatedText& name : unknown) {
        const auto near = nearest(name.text, known);
        error(codes::unknown_member, name.location, "there is no member \"" + name.text + "\" here",
              near ? "did you mean \"" + *near + "\"?" : "");
    }
}

TomlDocument::TomlDocument(std::string file, std::string_view text, Diagnostics& diagnostics)
    : impl_(std::make_unique<Impl>(std::move(file), text, diagnostics)) {
    if (!fit_for_toml(impl_->file, impl_->text, diagnostics)) return;
    try {
        impl_->table = toml::parse(impl_->text);
    } catch (const toml::parse_error& error) {
        impl_->report(codes::toml_syntax, impl_->place(error.source()),
                      std::string(error.description()), "");
    }
}

TomlDocument::~TomlDocument() = default;
TomlDocument::TomlDocument(TomlDocument&&) noexcept = default;

std::optional<TomlTable> TomlDocument::root() {
    if (!impl_->table) return std::nullopt;
    auto state = std::make_shared<TomlTable::State>();
    state->document = impl_.get();
    state->table = &*impl_->table;
    state->location = {impl_->file, 1, 1};
    return TomlTable(std::move(state));
}

}  // namespace tcptune
