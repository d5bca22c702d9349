// SPDX-License-Identifier: Apache-2.0
// Any bytes as a line of a log.
#include <tcptune/diagnosis/question.hpp>
#include <tcptune/facts/ip_address.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace tcptune;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

const std::vector<rules::Message>& messages() {
    static const std::vector<rules::Message> list = [] {
        rules::Message no_address, flooding;
        no_address.id = "EADDRNOTAVAIL";
        no_address.number = 99;
        no_address.texts = {"Cannot assign requested address"};
        flooding.id = "syn-flooding";
        flooding.texts = {"possible SYN flooding on port"};
        return std::vector<rules::Message>{no_address, flooding};
    }();
    return list;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(static_cast<const char*>(static_cast<const void*>(data)), size);
    const auto question = diagnosis::understand(text, messages());
    if (!question) return 0;
    require(question->message_id == "EADDRNOTAVAIL" || question->message_id == "syn-flooding");
    require(question->port >= 0 && question->port <= 65535);
    require(question->remote_port >= 0 && question->remote_port <= 65535);
    for (const std::string& address : {question->address, question->remote_address})
        require(address.empty() || facts::parse_address(address).has_value());
    require(question->call.empty() || question->call == "bind" || question->call == "connect");
    return 0;
}
