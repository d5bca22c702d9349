// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/parameter.hpp>

#include <map>
#include <string>
#include <string_view>

namespace tcptune::sysctl {

/// All declared parameters by dotted key; what is not in it is not tcptune's business.
class ParameterCatalog {
public:
    /// False when the key is there already; the first declaration stays.
    bool add(Parameter parameter);
    [[nodiscard]] const Parameter* find(std::string_view key) const;
    [[nodiscard]] const std::map<std::string, Parameter, std::less<>>& all() const {
        return parameters_;
    }

private:
    std::map<std::string, Parameter, std::less<>> parameters_;
};

}  // namespace tcptune::sysctl
