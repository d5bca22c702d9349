// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/facts/json_document.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tcptune::facts {

namespace {

using nlohmann::json;

/// Builds the document from the parser's events. The library's own builder has no limits, keeps
/// the last of two equal members, and reads a long integer as a real.
class DocumentBuilder {
public:
    explicit DocumentBuilder(const JsonLimits& limits) : limits_(limits) {}

    bool null() { return put(nullptr) != nullptr; }
    bool boolean(bool value) { return put(value) != nullptr; }
    bool number_integer(json::number_integer_t value) { return put(value) != nullptr; }
    bool number_unsigned(json::number_unsigned_t value) { return put(value) != nullptr; }
    bool number_float(json::number_float_t value, const json::string_t& digits) {
        if (digits.find_first_of(".eE") != json::string_t::npos) return put(value) != nullptr;
        return put(json::binary({})) != nullptr;
    }
    bool string(json::string_t& value) { return put(std::move(value)) != nullptr; }
    bool binary(json::binary_t&) { return false; }  // not in JSON texts

    bool start_object(std::size_t) { return open(json::object()); }
    bool end_object() { return close(); }
    bool start_array(std::size_t) { return open(json::array()); }
    bool end_array() { return close(); }

    bool key(json::string_t& name) {
        Level& level = open_.back();
        const auto [place, added] =
            level.container->get_ref<json::object_t&>().emplace(std::move(name), nullptr);
        level.name = place->first;
        level.slot = &place->second;
        return added || fail("this member stands twice");
    }

    bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
        position_ = position;
        // 406: a number that no double holds, such as 1e999.
        constexpr int out_of_range = 406;
        return error.id == out_of_range && fail("the number is too large");
    }

    json root;

    /// Why the document was refused; empty when it is not JSON at all.
    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    /// Bytes read when the parser stopped.
    [[nodiscard]] std::size_t position() const { return position_; }

private:
    struct Level {
        json* container = nullptr;
        std::string_view name;  ///< of the object's member that is being read
        json* slot = nullptr;   ///< and its place
    };

    template <typename Value>
    json* put(Value&& value) {
        if (++values_ > limits_.values) {
            fail(fmt::format("more than {} values", limits_.values));
            return nullptr;
        }
        if (open_.empty()) return &(root = std::forward<Value>(value));
        Level& level = open_.back();
        if (level.container->is_object()) return &(*level.slot = std::forward<Value>(value));
        auto& members = level.container->get_ref<json::array_t&>();
        return &members.emplace_back(std::forward<Value>(value));
    }

    bool open(json container) {
        if (open_.size() >= limits_.depth)
            return fail(fmt::format("nested deeper than {}", limits_.depth));
        json* place = put(std::move(container));
        if (place) open_.push_back({place, {}, nullptr});
        return place != nullptr;
    }

    bool close() {
        open_.pop_back();
        return true;
    }

    bool fail(std::string_view reason) {
        std::vector<JsonPath> steps(1);
        steps.reserve(open_.size() + 1);  // the steps point at each other
        for (const Level& level : open_) {
            const JsonPath& last = steps.back();
            if (level.container->is_object() && level.name.data())
                steps.push_back(last / level.name);
            else if (level.container->is_array())
                // The innermost list does not have the offending element yet.
                steps.push_back(last.at(level.container->size() - (&level != &open_.back())));
        }
        refusal_ = fmt::format("{}: {}", steps.back().text(), reason);
        return false;
    }

    const JsonLimits& limits_;
    std::vector<Level> open_;
    std::size_t values_ = 0;
    std::size_t position_ = 0;
    std::string refusal_;
};

SourceLocation location_of(const std::string& file, std::string_view text, std::size_t offset) {
    const std::string_view before = text.substr(0, offset);
    const auto lines = std::ranges::count(before, '\n');
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
    return {file, static_cast<std::uint32_t>(lines + 1),
            static_cast<std::uint32_t>(before.size() - line_start + 1)};
}

void report(Diagnostics& diagnostics, std::string_view code, SourceLocation location,
            std::string message, std::string hint = {}) {
    diagnostics.push_back({std::string(code),
                           DiagnosticSeverity::error,
                           std::move(location),
                           std::move(message),
                           std::move(hint),
                           {}});
}

bool is_plain(std::string_view member) {
    return !member.empty() && std::ranges::all_of(member, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

}  // namespace

std::optional<json> read_json(const std::string& file, std::string_view text,
                              Diagnostics& diagnostics, const JsonLimits& limits) {
    if (text.size() > limits.bytes) {
        report(diagnostics, codes::too_large, {file, 0, 0},
               fmt::format("the file is larger than {} MiB", limits.bytes >> 20));
        return std::nullopt;
    }
    // The library takes a NUL byte for the end of the text.
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        report(diagnostics, codes::json_syntax, location_of(file, text, nul),
               "a NUL byte stands here, where JSON text is needed");
        return std::nullopt;
    }
    DocumentBuilder builder(limits);
    if (json::sax_parse(text.data(), text.data() + text.size(), &builder))
        return std::move(builder.root);
    const std::size_t position = std::min(builder.position(), text.size());
    const SourceLocation location = location_of(file, text, position > 0 ? position - 1 : 0);
    if (!builder.refusal().empty())
        report(diagnostics, codes::json_shape,
               builder.position() > 0 ? location : SourceLocation{file, 0, 0}, builder.refusal());
    else if (position >= text.size())
        report(diagnostics, codes::json_syntax, location, "the JSON text ends too early");
    else
        report(diagnostics, codes::json_syntax, location, "not valid JSON");
    return std::nullopt;
}

std::string JsonPath::text() const {
    std::vector<const JsonPath*> steps;
    for (const JsonPath* step = this; step->parent; step = step->parent)
        steps.push_back(step);
    if (steps.empty()) return "the document";
    constexpr std::size_t longest_name = 80;
    std::string result;
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        const std::string_view name = (*step)->member.substr(0, longest_name);
        if (!(*step)->member.data())
            result += fmt::format("[{}]", (*step)->index);
        else if (is_plain(name))
            result += (result.empty() ? "" : ".") + std::string(name);
        else
            result += fmt::format("[\"{}\"]", escape_line(name));
    }
    return result;
}

std::string json_words(const json& value) {
    switch (value.type()) {
        case json::value_t::null:
            return "null";
        case json::value_t::object:
            return "an object";
        case json::value_t::array:
            return "a list";
        case json::value_t::string:
            return "text";
        case json::value_t::boolean:
            return "true or false";
        case json::value_t::number_integer:
        case json::value_t::number_unsigned:
        case json::value_t::number_float:
            return value.dump();
        default:
            return "an integer beyond 64 bits";
    }
}

std::string as_json_reads(const std::string& text) {
    using nlohmann::json;
    if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
        return text;
    const std::string written = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    return json::parse(written).get<std::string>();
}

}  // namespace tcptune::facts
