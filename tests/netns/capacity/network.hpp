// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>
#include <tcptune/capacity/port_budget.hpp>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace tcptune::netns_test {

/// This machine does not let the case run; says why.
class Skipped : public std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// Puts the process into new user and network namespaces with the loopback interface up.
void enter_new_network();

/// Writes net.ipv4.KEY of the namespace the process is in; false when the kernel has no such key.
bool write_key(const std::string& key, const std::string& value);

/// Writes the settings to the kernel, so that prediction and kernel cannot have different ones.
/// `bound` stays: it says what sockets there are.
void apply(const capacity::PortSettings& settings);

/// The behaviour of the running kernel; the model is what the rules declare for it.
[[nodiscard]] capacity::KernelModel running_model();

/// One more address on the loopback interface, as an alias.
void add_loopback_address(const std::string& address);

/// Two namespaces joined by a veth pair; the process stays in the client's.
class VethPair {
public:
    VethPair(const std::string& client_address, const std::string& server_address);
    void enter_server() const;
    void enter_client() const;

private:
    UniqueFd client_;
    UniqueFd server_;
};

}  // namespace tcptune::netns_test
