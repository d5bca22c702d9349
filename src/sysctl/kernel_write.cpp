// SPDX-License-Identifier: Apache-2.0
#include "sysctl/kernel_write_number.hpp"

#include <tcptune/sysctl/kernel_write.hpp>

#include <algorithm>

namespace tcptune::sysctl {

namespace {

/// Bytes that a handler reads of one write at the least: a page without its last byte.
constexpr std::size_t smallest_page_room = 4095;

WriteOutcome without_a_form(const Parameter& parameter, std::string_view text) {
    const auto value = parse_value(parameter.type, text);
    if (!value || check_value(parameter, *value))
        return write_unknown("how this kernel reads the key is not known");
    return {.verdict = WriteVerdict::taken, .reads_back = display_text(parameter.type, *value)};
}

}  // namespace

WriteOutcome kernel_write(const Parameter& parameter, const KernelVersion& kernel,
                          std::string_view text, const KernelState& before) {
    if (!parameter.kernels.contains(kernel))
        return write_unknown("the key is not in kernel " + kernel.to_string());
    const auto form = std::ranges::find_if(parameter.kernel_forms, [&](const KernelForm& each) {
        return each.kernels.contains(kernel);
    });
    if (form == parameter.kernel_forms.end()) return without_a_form(parameter, text);
    if (form->parser == KernelParser::read_only) return write_refused("the key cannot be written");
    if (text.size() >= smallest_page_room)
        return write_unknown("a text of a page and more is written in pieces");
    switch (form->parser) {
        case KernelParser::port_range:
            return write_port_range(*form, kernel, text, before);
        case KernelParser::port_set:
            return write_port_set(kernel, text);
        case KernelParser::port_start:
            return write_port_start(*form, kernel, text, before);
        case KernelParser::word:
            return write_word(parameter, text, before);
        default:
            return write_single(parameter, *form, kernel, text, before);
    }
}

}  // namespace tcptune::sysctl
