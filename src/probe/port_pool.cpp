// SPDX-License-Identifier: Apache-2.0
#include <tcptune/probe/port_pool.hpp>

#include <algorithm>

namespace tcptune::probe {
namespace {

// Eight kilobytes each.
constexpr std::size_t max_addresses = 64;

}  // namespace

std::vector<std::uint16_t> sorted_ports(const Ports& ports) {
    std::vector<std::uint16_t> list;
    // By words, not by bits: the sets are nearly empty and this is done several times a run.
    for (std::size_t port = ports._Find_first(); port < ports.size(); port = ports._Find_next(port))
        list.push_back(static_cast<std::uint16_t>(port));
    return list;
}

void PortPool::add(const Address& local, std::uint16_t port) {
    // The rows of a busy host are nearly all of one address.
    if (last_ >= addresses_.size() || addresses_[last_].local != local) {
        const auto found = std::find_if(addresses_.begin(), addresses_.end(),
                                        [&](const OfAddress& a) { return a.local == local; });
        last_ = static_cast<std::size_t>(found - addresses_.begin());
        if (found == addresses_.end()) {
            if (addresses_.size() >= max_addresses) {
                beyond_ = true;
                return;
            }
            addresses_.emplace_back().local = local;
        }
    }
    OfAddress& entry = addresses_[last_];
    entry.ports.set(port);
    ++entry.uses;
}

std::optional<PortPool::Fill> PortPool::fullest(const Ports& bound) const {
    if (beyond_) return std::nullopt;
    Fill fullest{static_cast<std::int64_t>(bound.count()), 0};
    for (const OfAddress& entry : addresses_) {
        const auto ports = static_cast<std::int64_t>((entry.ports | bound).count());
        if (ports < fullest.ports || entry.uses == 0) continue;
        fullest = {ports, entry.uses - static_cast<std::int64_t>(entry.ports.count())};
    }
    return fullest;
}

}  // namespace tcptune::probe
