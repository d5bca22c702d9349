// SPDX-License-Identifier: Apache-2.0
#include "conf/kernel_state.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/conf/kernel_links.hpp>

#include <utility>

namespace tcptune::conf {

namespace {

// A longer text reaches the kernel in pieces, and the loaders cut them differently.
constexpr std::size_t longest_in_one_piece = 4094;

/// A taken text of which nobody can say how it reads: only sets of ports and words can be empty.
bool is_unreadable(const sysctl::Parameter& parameter, const sysctl::WriteOutcome& outcome) {
    return outcome.reads_back.empty() && parameter.type != sysctl::ValueType::port_set &&
           parameter.type != sysctl::ValueType::name;
}

}  // namespace

KernelMemory::Slot& KernelMemory::slot(NameId key) {
    if (key >= slots_.size()) slots_.resize(keys_.names.size());
    return slots_[key];
}

KernelMemory::Held KernelMemory::held(NameId key) const {
    const bool touched = key < slots_.size() && slots_[key].touched;
    const bool certain = touched && slots_[key].doubts == doubts_.size();
    if (reached_since(key, certain ? &slots_[key] : nullptr))
        return {std::nullopt, "a line for all interfaces, or for new ones, reaches this one too"};
    if (certain) return slots_[key].held;
    if (!doubts_.empty()) return {std::nullopt, doubts_.back()};
    const std::optional<std::string> initial = keys_.ground().initial(keys_.names.name(key));
    if (initial) return {fold_spaces(*initial), {}};
    return {std::nullopt, "the value before the loaders run is not known"};
}

void KernelMemory::set(NameId key, Held held) {
    slot(key) = {true, doubts_.size(), ++time_, std::move(held)};
    reach_interfaces(key);
}

void KernelMemory::reach_interfaces(NameId key) {
    const InterfaceKeys keys = reached_by(keys_.names.name(key));
    if (keys.name.empty()) return;
    Reach& reach = reached_[std::string(keys.directory) + std::string(keys.name)];
    reach.any = time_;
    if (keys.overrides) reach.forced = time_;
}

/// `slot` is what was written to the key itself, if anything was.
bool KernelMemory::reached_since(NameId key, const Slot* slot) const {
    if (reached_.empty()) return false;
    const InterfaceKeys own = interface_key(keys_.names.name(key));
    if (own.name.empty()) return false;
    const auto found = reached_.find(std::string(own.directory) + std::string(own.name));
    if (found == reached_.end()) return false;
    const bool forced = found->second.forced > (slot ? slot->time : 0);
    // The default for new interfaces is itself reached by nothing but "all".
    return forced || (slot == nullptr && !own.overrides);
}

Written KernelMemory::write(NameId key, std::string_view text) {
    const std::string_view twin = twin_of(keys_.names.name(key));
    const auto other = twin.empty() ? std::nullopt : keys_.names.find(twin);
    if (!other) return write_alone(key, text);
    // The one that the catalog describes says what the kernel takes.
    const bool described = keys_.ground().catalog.find(keys_.names.name(key)) != nullptr;
    const NameId written = described ? key : *other;
    Written result = write_alone(written, text);
    if (result.fate == Fate::wins) set(described ? *other : key, held(written));
    return result;
}

Written KernelMemory::write_alone(NameId key, std::string_view text) {
    if (const std::string_view absence = keys_.absence_of(key); !absence.empty())
        return {Fate::absent, std::string(absence)};
    const std::string& name = keys_.names.name(key);
    if (keys_.is_directory(name)) return {Fate::refused, "it is a directory of keys"};
    const sysctl::Parameter* const parameter = keys_.ground().catalog.find(name);
    if (parameter == nullptr) {
        set(key, {fold_spaces(text), {}});
        return {};
    }
    if (text.size() > longest_in_one_piece) {
        std::string reason = "longer than one page, which the kernel reads in pieces";
        doubt(key, reason);
        return {Fate::wins, std::move(reason)};
    }
    const auto before = [&](std::string_view other) -> std::optional<std::string> {
        if (const auto id = keys_.names.find(other)) return held(*id).value;
        if (!doubts_.empty()) return std::nullopt;
        return keys_.ground().initial(other);
    };
    sysctl::WriteOutcome outcome =
        sysctl::kernel_write(*parameter, keys_.ground().kernel, text, before);
    switch (outcome.verdict) {
        case sysctl::WriteVerdict::refused:
            return {Fate::refused, std::move(outcome.reason)};
        case sysctl::WriteVerdict::unknown:
            doubt(key, outcome.reason);
            return {Fate::wins, std::move(outcome.reason)};
        case sysctl::WriteVerdict::taken:
        case sysctl::WriteVerdict::altered:
            break;
    }
    if (is_unreadable(*parameter, outcome)) {
        doubt(key, "it depends on a value that is not known");
        return {Fate::wins, std::move(outcome.reason)};
    }
    set(key, {std::move(outcome.reads_back), {}});
    return {Fate::wins, std::move(outcome.reason)};
}

void KernelMemory::may_write(NameId key, std::string_view text, std::string_view doubted) {
    const Held before = held(key);
    const Written written = write(key, text);
    if (written.fate != Fate::wins) return;
    const Held after = held(key);
    if (!before.value || !after.value || before.value != after.value) doubt(key, doubted);
}

void KernelMemory::doubt_all(std::string reason) {
    doubts_.push_back(std::move(reason));
}

void KernelMemory::doubt(NameId key, std::string_view reason) {
    set(key, {std::nullopt, std::string(reason)});
}

}  // namespace tcptune::conf
