// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/facts/json_members.hpp>

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace tcptune::facts {

namespace {

using nlohmann::json;

constexpr std::size_t most_reported = 20;

}  // namespace

std::optional<std::int64_t> whole_number(const json& value) {
    if (value.is_number_unsigned()) {
        const auto number = value.get<std::uint64_t>();
        if (number > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max()))
            return std::nullopt;
        return static_cast<std::int64_t>(number);
    }
    if (!value.is_number_integer()) return std::nullopt;
    return value.get<std::int64_t>();
}

void JsonMembers::text(const json& object, const JsonPath& path, const char* name,
                       std::string& place) {
    const auto found = object.find(name);
    if (found == object.end()) return;
    if (!found->is_string()) return wrong(path / name, "text", *found);
    place = found->get_ref<const std::string&>();
}

const std::string* JsonMembers::required_text(const json& object, const JsonPath& path,
                                              const char* name) {
    const auto found = object.find(name);
    if (found == object.end())
        error(fmt::format("the member {} is missing", (path / name).text()));
    else if (!found->is_string())
        wrong(path / name, "text", *found);
    else
        return found->get_ptr<const std::string*>();
    return nullptr;
}

void JsonMembers::boolean(const json& object, const JsonPath& path, const char* name, bool& place) {
    const auto found = object.find(name);
    if (found == object.end()) return;
    if (!found->is_boolean()) return wrong(path / name, "true or false", *found);
    place = found->get<bool>();
}

bool JsonMembers::integer(const json& object, const JsonPath& path, const char* name,
                          std::int64_t from, std::int64_t to, std::int64_t& place) {
    const auto found = object.find(name);
    if (found == object.end()) return false;
    const auto value = whole_number(*found);
    if (value && *value >= from && *value <= to) {
        place = *value;
        return true;
    }
    wrong(path / name, fmt::format("an integer from {} to {}", from, to), *found);
    return false;
}

void JsonMembers::ports(const json& object, const JsonPath& path, const char* name,
                        std::vector<std::uint16_t>& place) {
    const auto found = object.find(name);
    if (found == object.end()) return;
    const JsonPath here = path / name;
    if (!found->is_array()) return wrong(here, "a list", *found);
    if (found->size() > longest_list) return too_long(here);
    place.reserve(found->size());
    for (const json& element : *found) {
        const auto port = whole_number(element);
        if (!port || *port < 0 || *port > 65535)
            return wrong(here.at(place.size()), "a port from 0 to 65535", element);
        place.push_back(static_cast<std::uint16_t>(*port));
    }
    std::ranges::sort(place);
    place.erase(std::unique(place.begin(), place.end()), place.end());
}

void JsonMembers::wrong(const JsonPath& path, std::string_view needed, const json& found) {
    error(fmt::format("{}: {} is needed, not {}", path.text(), needed, json_words(found)));
}

void JsonMembers::too_long(const JsonPath& path) {
    error(fmt::format("{}: a list of more than {} members", path.text(), longest_list));
}

void JsonMembers::error(std::string message, std::string hint) {
    report(codes::json_shape, std::move(message), std::move(hint));
}

void JsonMembers::report(std::string_view code, std::string message, std::string hint) {
    if (errors_++ >= most_reported) return;
    add(code, DiagnosticSeverity::error, std::move(message), std::move(hint));
}

void JsonMembers::warning(std::string_view code, std::string message, std::string hint) {
    if (warnings_++ >= most_reported) return;
    add(code, DiagnosticSeverity::warning, std::move(message), std::move(hint));
}

bool JsonMembers::shows_warnings() const {
    return warnings_ < most_reported;
}

void JsonMembers::add(std::string_view code, DiagnosticSeverity severity, std::string message,
                      std::string hint) {
    diagnostics_.push_back(
        {std::string(code), severity, {file_, 0, 0}, std::move(message), std::move(hint), {}});
}

}  // namespace tcptune::facts
