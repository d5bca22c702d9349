// SPDX-License-Identifier: Apache-2.0
// Any bytes as a facts file. What reads must write, and read again as the same facts; redaction
// must not lose a destination.
#include <tcptune/facts/fact_file.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using namespace tcptune;

void must(bool condition) {
    if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string text;
    text.reserve(size);
    for (std::size_t i = 0; i < size; ++i)
        text += static_cast<char>(data[i]);

    Diagnostics diagnostics;
    const auto read = facts::read_facts("fuzz.json", text, diagnostics);
    must(read.has_value() == !has_errors(diagnostics));
    if (!read) {
        must(diagnostics.size() <= 40);
        return 0;
    }
    const std::string written = facts::write_facts(*read);
    Diagnostics none;
    const auto again = facts::read_facts("fuzz.json", written, none);
    must(again && !has_errors(none));
    must(*again == *read);
    must(facts::write_facts(*again) == written);

    const facts::FactSet hidden = facts::redact(*read, {true, true, "key"});
    must(hidden.sockets.destinations.size() == read->sockets.destinations.size());
    must(hidden.values == read->values);
    for (const auto& [name, value] : read->values)
        must(!facts::to_string(value).empty() || read->get(name) == value);
    return 0;
}
