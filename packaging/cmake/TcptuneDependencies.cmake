# SPDX-License-Identifier: Apache-2.0
# System packages only; see packaging/dev for their Debian names.

find_package(tomlplusplus REQUIRED)
find_package(fmt REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(PkgConfig REQUIRED)
pkg_check_modules(nettle REQUIRED IMPORTED_TARGET nettle)

# Of the privileged helper and the module that talks to it.
find_package(sdbus-c++ REQUIRED)
find_package(sdbus-c++-tools REQUIRED)
find_package(spdlog REQUIRED)
# The library that sdbus-c++ is built on, without its headers: see dbus/libsystemd.hpp.
find_library(TCPTUNE_LIBSYSTEMD NAMES libsystemd.so.0 REQUIRED)
