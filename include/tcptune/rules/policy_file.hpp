// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/base/toml_table.hpp>
#include <tcptune/rules/rule.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::rules {

struct Pin {
    std::string key;
    std::string value;
    std::string reason;
    SourceLocation location;
};
struct Bound {
    std::optional<std::int64_t> min, max;
    SourceLocation location;
};
struct Waiver {
    std::string finding, key, reason, owner, expires;  ///< expires: "2027-01-31"
    SourceLocation location;
};

/// What a site allows to be planned. A limit on the planner, not on the helper.
struct Policy {
    std::string file;
    std::string name = "default";
    std::string summary;
    Level max_risk = Level::medium;
    Level min_confidence = Level::medium;
    bool persist = true;
    std::optional<std::int64_t> confirm_within_s;
    std::vector<LocatedText> deny;  ///< keys; may end in '*'
    std::map<std::string, Bound> bounds;
    std::vector<Pin> pins;
    std::vector<Waiver> waivers;
    std::map<std::string, std::map<std::string, double>> thresholds;  ///< key -> name -> number
};

[[nodiscard]] std::optional<Policy> read_policy(const std::string& file, std::string_view text,
                                                Diagnostics& diagnostics);

}  // namespace tcptune::rules
