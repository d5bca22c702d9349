// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/catalog.hpp>

#include <utility>

namespace tcptune::sysctl {

bool ParameterCatalog::add(Parameter parameter) {
    std::string key = parameter.key.text();
    return parameters_.emplace(std::move(key), std::move(parameter)).second;
}

const Parameter* ParameterCatalog::find(std::string_view key) const {
    const auto found = parameters_.find(key);
    return found == parameters_.end() ? nullptr : &found->second;
}

}  // namespace tcptune::sysctl
