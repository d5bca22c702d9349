// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conf/key_table.hpp"

#include <tcptune/conf/boot_oracle.hpp>

#include <string_view>
#include <vector>

namespace tcptune::conf {

/// The keys that the kernel is known to have, and every other name that a file uses.
class KeyUniverse {
public:
    explicit KeyUniverse(const Ground& ground);

    NameTable names;
    [[nodiscard]] const Ground& ground() const { return ground_; }
    /// "" when the kernel has it, or may have it; else a sentence.
    [[nodiscard]] std::string_view absence_of(NameId key) const;
    [[nodiscard]] bool is_directory(std::string_view dotted) const;
    /// The known keys that match, in the order in which glob(3) finds them: alternatives of braces
    /// as they are written, and a key for each that matches; within one by name.
    [[nodiscard]] std::vector<NameId> matching(std::string_view pattern, Loader loader) const;
    /// One more that is known, because somebody asks for it.
    void add(std::string_view key);

private:
    void sort();

    const Ground& ground_;
    std::vector<std::pair<std::string_view, NameId>> known_;  // sorted
    bool complete_ = false;
};

}  // namespace tcptune::conf
