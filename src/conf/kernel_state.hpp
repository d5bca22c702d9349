// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conf/key_universe.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::conf {

/// What became of one write. `fate` is wins where the kernel takes it, or may take it.
struct Written {
    Fate fate = Fate::wins;
    std::string why;
};

/// What all keys hold while the loaders write, as far as that is known.
class KernelMemory {
public:
    explicit KernelMemory(const KeyUniverse& keys) : keys_(keys) {}

    Written write(NameId key, std::string_view text);
    /// Not known whether this write takes place.
    void may_write(NameId key, std::string_view text, std::string_view doubt);
    /// From here on anything may have been written to any key.
    void doubt_all(std::string reason);
    void doubt(NameId key, std::string_view reason);

    struct Held {
        std::optional<std::string> value;
        std::string unknown;
    };
    [[nodiscard]] Held held(NameId key) const;

private:
    struct Slot {
        bool touched = false;
        std::size_t doubts = 0;  ///< how many had been when it was written
        std::size_t time = 0;    ///< the count of writes then
        Held held;
    };
    Slot& slot(NameId key);
    Written write_alone(NameId key, std::string_view text);
    void set(NameId key, Held held);
    void reach_interfaces(NameId key);
    [[nodiscard]] bool reached_since(NameId key, const Slot* slot) const;

    /// Writes that went on to the keys of interfaces, by directory and name.
    struct Reach {
        std::size_t any = 0;     ///< time of the last one, from 1
        std::size_t forced = 0;  ///< of the last one that leaves out none
    };

    const KeyUniverse& keys_;
    std::vector<Slot> slots_;
    std::vector<std::string> doubts_;
    std::map<std::string, Reach, std::less<>> reached_;
    std::size_t time_ = 0;
};

}  // namespace tcptune::conf
