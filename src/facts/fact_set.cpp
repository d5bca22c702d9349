// SPDX-License-Identifier: Apache-2.0
#include <tcptune/facts/fact_set.hpp>

#include <algorithm>

namespace tcptune::facts {

namespace {

constexpr std::string_view counter_prefix = "counter.";

/// As the kernel would print it: 1 for true, nothing for an empty list.
struct KernelText {
    std::optional<std::string> operator()(const Unknown&) const { return std::nullopt; }
    std::optional<std::string> operator()(const AtMost&) const { return std::nullopt; }
    std::optional<std::string> operator()(bool value) const { return value ? "1" : "0"; }
    std::optional<std::string> operator()(const List& value) const {
        return value.empty() ? "" : to_string(FactValue{value});
    }
    template <typename Other>
    std::optional<std::string> operator()(const Other& value) const {
        return to_string(FactValue{value});
    }
};

}  // namespace

const char* to_string(SourceStatus status) {
    switch (status) {
        case SourceStatus::ok:
            return "ok";
        case SourceStatus::absent:
            return "absent";
        case SourceStatus::denied:
            return "denied";
        case SourceStatus::malformed:
            break;
    }
    return "malformed";
}

FactValue FactSet::get(std::string_view name) const {
    if (const auto found = values.find(name); found != values.end()) return found->second;
    // A counter's total stands apart, with its second reading.
    if (name.substr(0, counter_prefix.size()) == counter_prefix)
        if (const auto found = counters.find(name.substr(counter_prefix.size()));
            found != counters.end())
            return found->second.latest();
    return Unknown{"not known: " + std::string(name)};
}

std::optional<std::string> FactSet::sysctl_text(std::string_view key) const {
    return std::visit(KernelText{}, get("sysctl." + std::string(key)));
}

std::optional<KernelVersion> FactSet::kernel() const {
    const FactValue value = get("kernel.version");
    const auto* version = std::get_if<KernelVersion>(&value);
    return version ? std::optional(*version) : std::nullopt;
}

const ConfiguredValue* FactSet::boot_winner(std::string_view key) const {
    const auto found = std::ranges::find_if(
        configured, [key](const ConfiguredValue& line) { return line.winner && line.key == key; });
    return found == configured.end() ? nullptr : &*found;
}

}  // namespace tcptune::facts
