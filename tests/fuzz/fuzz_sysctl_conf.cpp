// SPDX-License-Identifier: Apache-2.0
// sysctl.d texts of strangers, as both loaders read them: no crash, and every value that is read
// is read back from what would be written.
#include <tcptune/conf/statements.hpp>
#include <tcptune/sysctl/key.hpp>
#include <tcptune/sysctl/value.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tcptune::conf;
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

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const Loader loader : {Loader::systemd, Loader::procps}) {
        for (const Statement& line : parse(text, "/etc/sysctl.d/a.conf", loader)) {
            demand(line.line > 0);
            demand(!line.exclusion || line.value.empty());
            check_value_texts(line.value);
            const auto key = Key::parse_configured(line.name);
            if (key) demand(Key::parse(key->text()) == key);
        }
    }
    check_value_texts(text);
    return 0;
}
