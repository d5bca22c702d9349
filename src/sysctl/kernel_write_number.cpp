// SPDX-License-Identifier: Apache-2.0
#include "sysctl/kernel_write_number.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <limits>

namespace tcptune::sysctl {

namespace {

/// The kernel copies a number into a buffer of this many bytes and refuses one that fills it.
constexpr std::size_t number_room = 21;
/// From here on what a loader writes after a short write is ignored; older kernels take it for a
/// write of its own.
constexpr KernelVersion strict_writes{4, 5, 0};

bool kernel_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == '\xA0';
}

bool decimal_digit(char c) {
    return c >= '0' && c <= '9';
}

/// The digit's value, or 16 for none.
unsigned digit_value(char c) {
    if (decimal_digit(c)) return static_cast<unsigned>(c - '0');
    const char low = static_cast<char>(c | 0x20);
    return low >= 'a' && low <= 'f' ? static_cast<unsigned>(low - 'a') + 10U : 16U;
}

/// Bytes of foreign text, shown: a reason must stay one line of bounded length.
std::string quoted(std::string_view word) {
    constexpr std::size_t longest = 24;
    std::string shown = "'";
    for (const char c : word.substr(0, longest))
        shown += c >= ' ' && c <= '~' ? c : '?';
    return shown + (word.size() > longest ? "...'" : "'");
}

}  // namespace

std::string_view WrittenText::rest() const {
    return at_ < text_.size() ? text_.substr(at_) : std::string_view{};
}

void WrittenText::skip_spaces() {
    while (!at_end() && kernel_space(peek()))
        ++at_;
}

void WrittenText::skip_line_ends() {
    while (!at_end() && peek() == '\n')
        ++at_;
}

std::optional<WrittenNumber> WrittenText::number(std::string_view enders) {
    WrittenNumber number;
    const std::size_t room_ends = std::min(at_ + number_room, size());
    const auto in_room = [&](std::size_t at) { return at < room_ends ? byte(at) : '\0'; };
    std::size_t at = at_;
    if (in_room(at) == '-' && at_ + 1 < size()) {
        number.negative = true;
        ++at;
    }
    if (!decimal_digit(in_room(at))) return std::nullopt;
    unsigned base = 10;
    if (in_room(at) == '0') {
        const bool hexadecimal =
            (in_room(at + 1) | 0x20) == 'x' && digit_value(in_room(at + 2)) < 16;
        base = hexadecimal ? 16 : 8;
        if (hexadecimal) at += 2;
    }
    std::uint64_t decimal = 0;
    for (; digit_value(in_room(at)) < base; ++at) {
        const unsigned digit = digit_value(in_room(at));
        if (number.magnitude > (std::numeric_limits<std::uint64_t>::max() - digit) / base)
            number.wraps = true;
        number.magnitude = number.magnitude * base + digit;
        decimal = decimal * 10 + digit;
    }
    if (at - at_ == number_room) return std::nullopt;
    // The room's end looks like a NUL, as it does in the kernel.
    if (at < size() && enders.find(in_room(at)) == std::string_view::npos) return std::nullopt;
    number.octal = base == 8 && decimal != number.magnitude;
    at_ = at;
    return number;
}

WriteOutcome write_refused(std::string reason) {
    return {.verdict = WriteVerdict::refused, .reason = std::move(reason)};
}

WriteOutcome write_unknown(std::string reason) {
    return {.verdict = WriteVerdict::unknown, .reason = std::move(reason)};
}

WriteOutcome write_no_number(std::string_view word) {
    const std::string_view shown = trim(word);
    if (shown.empty()) return write_refused("the kernel takes no empty value here");
    if (shown.starts_with('+')) return write_refused("the kernel takes no plus sign");
    const std::string_view first = shown.substr(0, shown.find_first_of(" \t\n"));
    const bool all_digits = std::ranges::all_of(first, decimal_digit);
    if (all_digits && first.size() >= number_room)
        return write_refused("the kernel reads no number of so many digits");
    if (all_digits && first.size() > 1 && first[0] == '0')
        return write_refused("a leading zero makes the number octal, and " + quoted(first) +
                             " is no octal number");
    return write_refused("the kernel reads no number in " + quoted(first));
}

BoundsAnswer within_bounds(const WrittenNumber& number, const NumberBounds& bounds,
                           const KernelVersion& kernel) {
    constexpr auto widest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const bool negative = number.negative && number.magnitude != 0;
    if (number.wraps || number.magnitude > widest)
        return {.refused = "the number is too large for the kernel",
                .sure = kernel >= no_more_wrapping};
    const auto value = negative ? -static_cast<std::int64_t>(number.magnitude)
                                : static_cast<std::int64_t>(number.magnitude);
    BoundsAnswer answer{.value = value};
    if (value < bounds.min)
        answer.refused = "the kernel takes no less than " + std::to_string(bounds.min);
    if (value > bounds.max)
        answer.refused = "the kernel takes no more than " + std::to_string(bounds.max);
    const bool fits_int = value >= std::numeric_limits<std::int32_t>::min() &&
                          value <= std::numeric_limits<std::int32_t>::max();
    answer.sure = !answer.refused || fits_int || kernel >= no_more_wrapping;
    return answer;
}

WriteOutcome write_done(std::string reads_back, bool octal, std::string_view ignored,
                        const KernelVersion& kernel) {
    WriteOutcome outcome{.verdict = WriteVerdict::taken, .reads_back = std::move(reads_back)};
    while (!ignored.empty() && kernel_space(ignored.front()))
        ignored.remove_prefix(1);
    const std::string_view words = trim(ignored);
    if (words.empty() && !octal) return outcome;
    if (!words.empty() && kernel < strict_writes)
        return write_unknown("what follows the value counts as a second write on this kernel");
    outcome.verdict = WriteVerdict::altered;
    const bool negative = words.starts_with('-') && words.size() > 1;
    outcome.only_ignored_words = !octal && !decimal_digit(words[negative ? 1 : 0]);
    outcome.reason =
        octal ? "a leading zero makes the number octal" : "the kernel ignores " + quoted(words);
    if (!outcome.reads_back.empty())
        outcome.reason += (octal ? ": the kernel sets " : " and sets ") + outcome.reads_back;
    return outcome;
}

}  // namespace tcptune::sysctl
