// SPDX-License-Identifier: Apache-2.0
// Handlers that keep one number.
#include "sysctl/kernel_write_number.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <limits>

namespace tcptune::sysctl {

namespace {

constexpr std::int64_t int_max = std::numeric_limits<std::int32_t>::max();
constexpr std::int64_t int_min = std::numeric_limits<std::int32_t>::min();
constexpr std::int64_t unsigned_max = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t long_max = std::numeric_limits<std::int64_t>::max();

/// Clock ticks a second that kernels are built with lie between these.
constexpr std::int64_t fewest_ticks = 100;
constexpr std::int64_t most_ticks = 1000;
/// Milliseconds that are whole ticks for 100, 250, 300 and 1000 ticks a second.
constexpr std::int64_t even_milliseconds = 20;
/// Older kernels took a negative number for an unsigned long, and did nothing with it.
constexpr KernelVersion negative_long_refused{5, 17, 0};

bool unsigned_kind(KernelParser parser) {
    return parser == KernelParser::byte || parser == KernelParser::unsigned_integer ||
           parser == KernelParser::unsigned_long;
}

NumberBounds widest_of(KernelParser parser) {
    switch (parser) {
        case KernelParser::byte:
            return {0, 255};
        case KernelParser::unsigned_integer:
            return {0, unsigned_max};
        case KernelParser::unsigned_long:
            return {0, long_max};
        case KernelParser::seconds:
            return {-(int_max / fewest_ticks), int_max / fewest_ticks};
        case KernelParser::milliseconds:
            return {0, int_max};
        default:
            return {int_min, int_max};
    }
}

/// Times that are multiplied by the clock ticks, or cut to 32 bits, without being looked at.
bool may_wrap(KernelParser parser, const WrittenNumber& number, const KernelVersion& kernel) {
    if (parser == KernelParser::milliseconds)
        return number.magnitude > static_cast<std::uint64_t>(unsigned_max);
    return parser == KernelParser::seconds && kernel < no_more_wrapping &&
           number.magnitude > static_cast<std::uint64_t>(int_max / most_ticks);
}

/// Whether how long a clock tick is decides about this time.
bool depends_on_ticks(KernelParser parser, std::int64_t value) {
    if (parser == KernelParser::seconds)
        return value > int_max / most_ticks || value < -(int_max / most_ticks);
    return parser == KernelParser::milliseconds && value % even_milliseconds != 0;
}

/// A negative number where nothing less than zero has a meaning.
bool means_nothing(const Parameter& parameter, KernelParser parser, std::int64_t value) {
    if (value >= 0) return false;
    return parser == KernelParser::seconds || (parameter.min && *parameter.min >= 0) ||
           parameter.type == ValueType::boolean || parameter.type == ValueType::enumerated;
}

}  // namespace

WriteOutcome write_single(const Parameter& parameter, const KernelForm& form,
                          const KernelVersion& kernel, std::string_view text,
                          const KernelState& before) {
    WrittenText written(text);
    written.skip_spaces();
    const auto number = written.number(number_enders);
    if (!number) return write_no_number(written.rest());
    if (number->negative && unsigned_kind(form.parser)) {
        if (form.parser != KernelParser::unsigned_long || kernel >= negative_long_refused)
            return write_refused("the kernel takes no minus sign here");
        return {.verdict = WriteVerdict::altered,
                .reads_back = fold_spaces(before(parameter.key.text()).value_or("")),
                .reason = "a negative number changes nothing, and no error is reported"};
    }
    NumberBounds bounds = widest_of(form.parser);
    bounds.min = std::max(bounds.min, form.min.value_or(bounds.min));
    bounds.max = std::min(bounds.max, form.max.value_or(bounds.max));
    const BoundsAnswer answer = within_bounds(*number, bounds, kernel);
    if (!answer.sure || may_wrap(form.parser, *number, kernel))
        return write_unknown(std::string(may_be_cut));
    if (answer.refused) return write_refused(*answer.refused);
    if (depends_on_ticks(form.parser, answer.value))
        return write_unknown("it depends on the kernel's clock ticks per second");
    if (form.step && answer.value % *form.step != 0)
        return write_unknown("the kernel rounds it up to whole pages of memory");
    if (form.step && answer.value > parameter.max.value_or(answer.value))
        return write_unknown("it depends on the memory that is free");
    WriteOutcome outcome =
        write_done(std::to_string(answer.value), number->octal, written.rest(), kernel);
    if (outcome.verdict != WriteVerdict::unknown &&
        means_nothing(parameter, form.parser, answer.value)) {
        outcome.verdict = WriteVerdict::altered;
        outcome.only_ignored_words = false;
        outcome.reason = "the kernel takes a negative number here, and it is no " +
                         std::string(form.parser == KernelParser::seconds ? "time" : "setting");
    }
    return outcome;
}

WriteOutcome write_word(const Parameter& parameter, std::string_view text,
                        const KernelState& before) {
    // The name counts to the line end, spaces and all.
    const std::string_view name = text.substr(0, text.find_first_of(std::string_view("\0\n", 2)));
    if (name.empty()) return write_refused("the kernel takes no empty name");
    const auto now = before(parameter.key.text());
    if (now && trim(*now) == name)
        return {.verdict = WriteVerdict::taken, .reads_back = std::string(name)};
    return write_unknown("whether the kernel knows this name is not known here");
}

}  // namespace tcptune::sysctl
