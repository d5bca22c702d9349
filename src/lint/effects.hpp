// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/document.hpp"

#include <tcptune/sysctl/kernel_write.hpp>
#include <tcptune/sysctl/value.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::lint {

/// What the kernel makes of one setting of a key that a rule describes.
struct Effect {
    std::optional<sysctl::WriteOutcome> outcome = {};
    std::optional<sysctl::Value> value = {};  ///< the key's value after it, if that is known
};

/// What becomes of all settings of a text, one after the other.
class Effects {
public:
    Effects(const Document& document, Knowledge& knowledge);

    [[nodiscard]] const Effect& of(std::size_t setting) const { return effects_[setting]; }
    /// What the text sets last for `key`.
    [[nodiscard]] std::optional<sysctl::Value> last(std::string_view key) const;
    /// Whether `key` depends on what a template is filled with.
    [[nodiscard]] bool open(std::string_view key, std::uint32_t branch) const;
    /// What the kernel would do with that value after the settings so far.
    [[nodiscard]] sysctl::WriteOutcome tried(const sysctl::Parameter& parameter,
                                             std::string_view value) const;

private:
    struct Last {
        std::string text = {};  ///< of the key afterwards
        bool known = false;
        std::optional<sysctl::Value> value = {};
        std::uint32_t branch = 0;
        bool several_branches = false;
    };
    [[nodiscard]] std::optional<std::string> text_of(std::string_view key) const;

    const Document& document_;
    const Standard& standard_;
    std::vector<Effect> effects_;
    std::map<std::string, Last, std::less<>> last_;
};

}  // namespace tcptune::lint
