// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/statements.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace tcptune::conf {

/// Why a loader finds no file for a name.
///  blank     a blank before the name that is not taken off
///  dash      a dash too many
///  bom       a byte order mark, or another character that cannot be seen, before it
///  end       a separator at the end makes a directory of it
///  upwards   ".." in it: systemd refuses, procps follows
enum class Flaw : std::uint8_t { none, blank, dash, bom, end, upwards };
[[nodiscard]] std::string_view sentence_of(Flaw flaw, Loader loader);

/// A configured name as one loader takes it.
struct LoaderName {
    std::string dotted;  ///< what is meant; a '/' stands for a dot inside a component
    /// The loader's own spelling below /proc/sys, where it is not just the path of `dotted`. Two
    /// settings are one to the loader when these are equal.
    std::string odd;
    Flaw flaw = Flaw::none;
    bool glob = false;
};

[[nodiscard]] LoaderName loader_name(std::string_view name, Loader loader);

/// '.' and '/' exchanged: dotted names to paths below /proc/sys and back.
[[nodiscard]] std::string swapped(std::string_view name);

[[nodiscard]] inline bool is_pattern(std::string_view name) {
    return name.find_first_of("*?[") != std::string_view::npos;
}

}  // namespace tcptune::conf
