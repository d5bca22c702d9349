// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/sysctl/value.hpp>

#include <string>
#include <string_view>
#include <vector>

/// What becomes of a configured line once the drop-in sets the key too.
namespace tcptune::plan {

enum class BootFate {
    agrees,    ///< says the same
    replaced,  ///< stands in the drop-in itself, which is written anew
    loses,     ///< is read before the drop-in
    wins,      ///< is read after it
};

[[nodiscard]] BootFate fate_of(const facts::ConfiguredValue& line, sysctl::ValueType type,
                               const sysctl::Value& wanted);
/// Of one that loses or wins: what to know of it, for people.
[[nodiscard]] std::string fate_text(BootFate fate);

/// Files and directories of the boot configuration that could not be read.
[[nodiscard]] std::vector<const facts::Source*> unread_configuration(const facts::FactSet& facts);

/// The last part of a path: files are read in the order of these.
[[nodiscard]] std::string_view base_name(std::string_view path);

}  // namespace tcptune::plan
