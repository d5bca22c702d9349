// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/truth.hpp>

#include <algorithm>

namespace tcptune::plan {

Truth all_of(std::span<const Truth> values) {
    if (std::ranges::find(values, Truth::no) != values.end()) return Truth::no;
    if (std::ranges::find(values, Truth::unknown) != values.end()) return Truth::unknown;
    return Truth::yes;
}

Truth any_of(std::span<const Truth> values) {
    if (std::ranges::find(values, Truth::yes) != values.end()) return Truth::yes;
    if (std::ranges::find(values, Truth::unknown) != values.end()) return Truth::unknown;
    return Truth::no;
}

Truth none_of(std::span<const Truth> values) {
    const Truth any = any_of(values);
    if (any == Truth::unknown) return any;
    return any == Truth::yes ? Truth::no : Truth::yes;
}

Truth both(Truth a, Truth b) {
    const Truth values[] = {a, b};
    return all_of(values);
}

const char* to_string(Truth truth) {
    switch (truth) {
        case Truth::no:
            return "no";
        case Truth::yes:
            return "yes";
        case Truth::unknown:
            break;
    }
    return "unknown";
}

}  // namespace tcptune::plan
