// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/facts/format_version.hpp>

#include <string>

#include <fmt/format.h>

namespace tcptune::facts {

std::optional<std::int64_t> minor_version(const nlohmann::json& document, std::string_view kind,
                                          std::string_view subject, JsonMembers& members) {
    const JsonPath root;
    if (!document.is_object()) {
        members.wrong(root, "an object", document);
        return std::nullopt;
    }
    const std::string* found = members.required_text(document, root, "kind");
    if (!found) return std::nullopt;
    if (*found != kind) {
        members.error(fmt::format("kind: \"{}\" is needed", kind),
                      "this is a file of another kind");
        return std::nullopt;
    }
    const std::string* version = members.required_text(document, root, "format_version");
    if (!version) return std::nullopt;
    const auto parts = split(*version, '.');
    const bool two = parts.size() == 2;
    const std::int64_t major = two ? parse_integer(parts[0]).value_or(0) : 0;
    const std::int64_t minor = two ? parse_integer(parts[1]).value_or(-1) : -1;
    if (major == 1 && minor >= 0) return minor;
    if (major > 1)
        members.report(
            codes::format_version,
            fmt::format("{} format version {}, and this tcptune reads version 1", subject, major),
            "upgrade tcptune");
    else
        members.report(codes::format_version,
                       fmt::format("format_version: not a version of the {} format", kind),
                       "this tcptune reads version 1.0");
    return std::nullopt;
}

}  // namespace tcptune::facts
