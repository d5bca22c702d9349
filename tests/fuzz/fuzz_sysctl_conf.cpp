// SPDX-License-Identifier: Apache-2.0
// sysctl.d texts of strangers: no crash, at most one line decides over a key, and every value
// that is read is read back from what would be written.
#include <tcptune/sysctl/boot_order.hpp>
#include <tcptune/sysctl/key.hpp>
#include <tcptune/sysctl/sysctl_conf.hpp>
#include <tcptune/sysctl/value.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace tcptune::sysctl;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

void check_value_texts(std::string_view text) {
    for (const ValueType type : {ValueType::boolean, ValueType::integer, ValueType::enumerated,
                                 ValueType::integer_list, ValueType::port_set, ValueType::name}) {
        const auto value = parse_value(type, text);
        if (!value) continue;
        demand(parse_value(type, kernel_text(type, *value)) == value);
        demand(parse_value(type, display_text(type, *value)) == value);
    }
}

void check_boot_order(const std::vector<ConfFile>& files, const std::vector<std::string>& keys) {
    const auto assignments = boot_assignments(files, keys);
    for (const std::string& key : keys) {
        int winners = 0;
        for (const Assignment& assignment : assignments)
            winners += assignment.key == key && assignment.winner ? 1 : 0;
        demand(winners <= 1);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    std::vector<std::string> keys{"net.ipv4.tcp_tw_reuse", "net.ipv4.ip_local_port_range"};
    for (const ConfLine& line : parse_conf(text)) {
        demand(!line.key.empty() && line.line > 0);
        demand(!line.exclusion || (line.ignore_errors && line.value.empty()));
        check_value_texts(line.value);
        (void)glob_matches(line.key, keys[0]);
        const auto key = Key::parse_configured(line.key);
        if (!key) continue;
        demand(Key::parse(key->text()) == key);
        if (key->text() != keys[0]) keys[1] = key->text();
    }
    check_value_texts(text);
    const std::size_t half = size / 2;
    check_boot_order(
        {{"a.conf", std::string(text.substr(0, half))}, {"b.conf", std::string(text.substr(half))}},
        {keys[0], keys[1]});
    return 0;
}
