// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/facts/json_document.hpp>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

namespace tcptune::facts {

/// For numbers that only have to fit.
inline constexpr std::int64_t highest_number = std::numeric_limits<std::int64_t>::max();

/// Lists of ports or sysctl numbers; there are no more ports than this.
inline constexpr std::size_t longest_list = 65536;

/// Reads members of JSON objects into places that have their defaults already: what is missing
/// stays as it is, what has a wrong type or is out of bounds is reported as TT702 with its path.
/// At most 20 errors and 20 warnings are reported.
class JsonMembers {
public:
    JsonMembers(const std::string& file, Diagnostics& diagnostics)
        : file_(file), diagnostics_(diagnostics) {}

    void text(const nlohmann::json& object, const JsonPath& path, const char* name,
              std::string& place);
    void boolean(const nlohmann::json& object, const JsonPath& path, const char* name, bool& place);
    /// True when `place` was set.
    bool integer(const nlohmann::json& object, const JsonPath& path, const char* name,
                 std::int64_t from, std::int64_t to, std::int64_t& place);
    /// Sorted and without repetitions, whoever wrote the file.
    void ports(const nlohmann::json& object, const JsonPath& path, const char* name,
               std::vector<std::uint16_t>& place);
    /// Reported and nothing when missing.
    const std::string* required_text(const nlohmann::json& object, const JsonPath& path,
                                     const char* name);

    /// An unsigned number of at most 32 bits.
    template <typename Number>
    void number(const nlohmann::json& object, const JsonPath& path, const char* name,
                Number& place) {
        static_assert(std::numeric_limits<Number>::max() <= 0xffffffffU);
        std::int64_t value = 0;
        if (integer(object, path, name, 0, std::numeric_limits<Number>::max(), value))
            place = static_cast<Number>(value);
    }

    /// One of the enumerators, by its to_string().
    template <typename Enum>
    void word(const nlohmann::json& object, const JsonPath& path, const char* name, Enum& place,
              std::initializer_list<Enum> choices) {
        std::string read = to_string(place);
        text(object, path, name, read);
        std::string known;
        for (const Enum choice : choices) {
            if (read == to_string(choice)) {
                place = choice;
                return;
            }
            known += (known.empty() ? "" : ", ") + std::string(to_string(choice));
        }
        error((path / name).text() + ": one of " + known + " is needed");
    }

    /// `read(node, path)` for a member that is an object.
    template <typename Read>
    void object(const nlohmann::json& node, const JsonPath& path, const char* name, Read read) {
        const auto found = node.find(name);
        if (found == node.end()) return;
        const JsonPath here = path / name;
        if (found->is_object())
            read(*found, here);
        else
            wrong(here, "an object", *found);
    }

    /// `read(*this, node, path, item)` for each member of a list of objects.
    template <typename Item, typename Read>
    void list(const nlohmann::json& node, const JsonPath& path, const char* name,
              std::vector<Item>& items, Read read) {
        const auto found = node.find(name);
        if (found == node.end()) return;
        const JsonPath here = path / name;
        if (!found->is_array()) return wrong(here, "a list", *found);
        items.reserve(found->size());
        for (const nlohmann::json& element : *found) {
            const JsonPath place = here.at(items.size());
            Item& item = items.emplace_back();
            if (element.is_object())
                read(*this, element, place, item);
            else
                wrong(place, "an object", element);
        }
    }

    void wrong(const JsonPath& path, std::string_view needed, const nlohmann::json& found);
    void too_long(const JsonPath& path);
    void error(std::string message, std::string hint = {});
    void report(std::string_view code, std::string message, std::string hint = {});
    void warning(std::string_view code, std::string message, std::string hint = {});
    /// False once so many were reported that the next is left out.
    [[nodiscard]] bool shows_warnings() const;
    [[nodiscard]] bool has_failed() const { return errors_ > 0; }

private:
    void add(std::string_view code, DiagnosticSeverity severity, std::string message,
             std::string hint);

    const std::string& file_;
    Diagnostics& diagnostics_;
    std::size_t errors_ = 0;
    std::size_t warnings_ = 0;
};

/// An integer of 64 bits with its sign.
[[nodiscard]] std::optional<std::int64_t> whole_number(const nlohmann::json& value);

}  // namespace tcptune::facts
