// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace tcptune::lint {

enum class Form {
    blank,
    comment,
    assignment,  ///< has a '='
    exclusion,   ///< "-key"
    bare,        ///< anything else: both loaders complain and go on
};

/// One line in the grammar of sysctl.conf(5). The views point into the line.
struct LineForm {
    Form form = Form::blank;
    std::string_view name = {};   ///< without '-' and the white space around it
    std::string_view value = {};  ///< without the white space around it
    bool dash = false;            ///< begins with '-'
    bool space_after_dash = false;
};
[[nodiscard]] LineForm form_of(std::string_view line);

/// The name as systemd-sysctl and procps normalise it, with '.' between the components; a '.'
/// inside a component (an interface eth0.100) is '/'.
[[nodiscard]] std::string dotted(std::string_view name);
/// "net.ipv4.conf.eth0/100.rp_filter" as a path: net/ipv4/conf/eth0.100/rp_filter.
[[nodiscard]] std::string slashed(std::string_view key);

[[nodiscard]] bool is_pattern(std::string_view key);

/// For messages: a foreign text cut to a length that fits a sentence.
[[nodiscard]] std::string shown(std::string_view text);

[[nodiscard]] inline std::size_t offset_in(std::string_view whole, std::string_view part) {
    return static_cast<std::size_t>(part.data() - whole.data());
}

}  // namespace tcptune::lint
