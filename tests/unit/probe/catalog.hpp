// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/sysctl/catalog.hpp>

#include <string_view>
#include <utility>

namespace tcptune::unit {

inline sysctl::Parameter declared(std::string_view key, sysctl::ValueType type,
                                  std::size_t length = 1) {
    sysctl::Parameter parameter(*sysctl::Key::parse(key));
    parameter.type = type;
    parameter.length = length;
    return parameter;
}

/// One parameter of each type.
inline sysctl::ParameterCatalog small_catalog() {
    using sysctl::ValueType;
    sysctl::ParameterCatalog catalog;
    for (auto& parameter : {declared("net.ipv4.tcp_tw_reuse", ValueType::enumerated),
                            declared("net.ipv4.tcp_fin_timeout", ValueType::integer),
                            declared("net.ipv4.tcp_abort_on_overflow", ValueType::boolean),
                            declared("net.ipv4.ip_local_port_range", ValueType::integer_list, 2),
                            declared("net.ipv4.ip_local_reserved_ports", ValueType::port_set),
                            declared("net.ipv4.tcp_congestion_control", ValueType::name)})
        (void)catalog.add(parameter);
    return catalog;
}

}  // namespace tcptune::unit
