// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/value.hpp>
#include <tcptune/sysctl/value.hpp>

#include <string_view>

namespace tcptune::probe {

/// A parameter's text as a fact of the parameter's type; Unknown when the text does not mean what
/// it seems to say.
[[nodiscard]] facts::FactValue to_fact(sysctl::ValueType type, std::string_view text);

}  // namespace tcptune::probe
