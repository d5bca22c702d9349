// SPDX-License-Identifier: Apache-2.0
#include <tcptune/diagnosis/names.hpp>

namespace tcptune::diagnosis {

std::string end_point(const std::string& address, std::int64_t port) {
    const bool v6 = address.find(':') != std::string::npos;
    return (v6 ? "[" + address + "]" : address) + ":" + std::to_string(port);
}

std::string destination_name(const facts::Destination& destination) {
    return destination.local_address + " -> " +
           end_point(destination.remote_address, destination.remote_port);
}

std::string listener_name(const facts::Listener& listener) {
    return end_point(listener.address, listener.port);
}

std::string process_name(const facts::Process& process) {
    const std::string pid = "pid " + std::to_string(process.pid);
    return process.command.empty() ? pid : process.command + " (" + pid + ")";
}

}  // namespace tcptune::diagnosis
