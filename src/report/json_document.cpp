// SPDX-License-Identifier: Apache-2.0
#include "report/json_document.hpp"

#include <tcptune/report/version.hpp>

namespace tcptune::report {
namespace {

constexpr std::string_view format_version = "1.0";

}  // namespace

Json document(std::string_view kind) {
    return Json{{"format_version", format_version},
                {"kind", kind},
                {"tool", {{"name", "tcptune"}, {"version", tool_version}}}};
}

std::string finish(Json json, int exit_code) {
    json["exit_code"] = exit_code;
    // Bytes that are not UTF-8 become U+FFFD: a report about bad input must not fail on it.
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace tcptune::report
