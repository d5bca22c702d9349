// SPDX-License-Identifier: Apache-2.0
// The port range, the set of reserved ports, and the first port that needs no privilege.
#include "sysctl/kernel_write_number.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace tcptune::sysctl {

namespace {

constexpr std::int64_t last_port = 65535;
constexpr std::string_view range_key = "net.ipv4.ip_local_port_range";
constexpr std::string_view start_key = "net.ipv4.ip_unprivileged_port_start";
/// The range may not begin below the ports that need a privilege, since there is a key for them.
constexpr KernelVersion start_key_since{4, 11, 0};

using PortSpan = std::pair<std::int64_t, std::int64_t>;

std::optional<PortSpan> range_before(const KernelState& before) {
    const auto text = before(range_key);
    const auto value = text ? parse_value(ValueType::integer_list, *text) : std::nullopt;
    const List* list = value ? std::get_if<List>(&*value) : nullptr;
    if (list == nullptr || list->size() != 2) return std::nullopt;
    return PortSpan{(*list)[0], (*list)[1]};
}

std::optional<std::int64_t> start_before(const KernelState& before) {
    const auto text = before(start_key);
    return text ? parse_integer(trim(*text)) : std::nullopt;
}

/// As the kernel shows the set: in order, and neighbours as one range.
std::string ports_as_read(std::vector<PortSpan> spans) {
    std::ranges::sort(spans);
    std::string text;
    for (std::size_t at = 0; at < spans.size();) {
        auto [first, last] = spans[at];
        for (++at; at < spans.size() && spans[at].first <= last + 1; ++at)
            last = std::max(last, spans[at].second);
        if (!text.empty()) text += ',';
        text += std::to_string(first);
        if (last > first) text += '-' + std::to_string(last);
    }
    return text;
}

}  // namespace

WriteOutcome write_port_range(const KernelForm& form, const KernelVersion& kernel,
                              std::string_view text, const KernelState& before) {
    const NumberBounds bounds{form.min.value_or(1), form.max.value_or(last_port)};
    WrittenText written(text);
    std::int64_t ends[2] = {0, 0};
    std::size_t count = 0;
    bool octal = false;
    for (; count < 2; ++count) {
        written.skip_spaces();
        if (written.at_end()) break;
        const auto number = written.number(number_enders);
        if (!number) return write_no_number(written.rest());
        const BoundsAnswer answer = within_bounds(*number, bounds, kernel);
        if (!answer.sure) return write_unknown(std::string(may_be_cut));
        if (answer.refused) return write_refused(*answer.refused);
        ends[count] = answer.value;
        octal = octal || number->octal;
    }
    if (count == 0) return write_no_number({});
    const auto now = range_before(before);
    if (count == 1 && now) ends[1] = now->second;
    const bool whole = count == 2 || now.has_value();
    if (whole && ends[1] < ends[0])
        return write_refused("the first port is above the last one, " + std::to_string(ends[1]));
    const auto start =
        kernel < start_key_since ? std::optional<std::int64_t>(0) : start_before(before);
    if (start && ends[0] < *start)
        return write_refused("the range may not begin below ip_unprivileged_port_start, " +
                             std::to_string(*start));
    const bool sure = whole && start.has_value();
    WriteOutcome outcome =
        write_done(sure ? std::to_string(ends[0]) + ' ' + std::to_string(ends[1]) : std::string{},
                   octal, written.rest(), kernel);
    if (count == 1) {
        outcome.verdict = WriteVerdict::altered;
        outcome.only_ignored_words = false;
        outcome.reason = "one number sets the first port only; the last one stays";
    } else if (!sure && outcome.verdict == WriteVerdict::taken) {
        return write_unknown("ip_unprivileged_port_start is not known");
    }
    return outcome;
}

WriteOutcome write_port_start(const KernelForm& form, const KernelVersion& kernel,
                              std::string_view text, const KernelState& before) {
    WrittenText written(text);
    written.skip_spaces();
    const auto number = written.number(number_enders);
    if (!number) return write_no_number(written.rest());
    const BoundsAnswer answer =
        within_bounds(*number, {form.min.value_or(0), form.max.value_or(last_port)}, kernel);
    if (!answer.sure) return write_unknown(std::string(may_be_cut));
    if (answer.refused) return write_refused(*answer.refused);
    const auto range = range_before(before);
    // No range begins below port 1.
    if (!range && answer.value > 1) return write_unknown("ip_local_port_range is not known");
    if (range && answer.value > range->first)
        return write_refused("the number may not exceed the first port of ip_local_port_range, " +
                             std::to_string(range->first));
    return write_done(std::to_string(answer.value), number->octal, written.rest(), kernel);
}

WriteOutcome write_port_set(const KernelVersion& kernel, std::string_view text) {
    using std::string_view_literals::operator""sv;
    constexpr NumberBounds bounds{0, last_port};
    WrittenText written(text);
    std::vector<PortSpan> ports;
    bool octal = false;
    bool ended_by_nul = false;
    for (written.skip_line_ends(); !written.at_end(); written.skip_line_ends()) {
        if (written.peek() == ',') return write_refused("a comma stands without a port before it");
        std::int64_t ends[2] = {0, 0};
        for (std::size_t which = 0; which < 2; ++which) {
            const auto number = written.number(which == 0 ? "-,\n"sv : ",\n\0"sv);
            if (!number || number->negative)
                return write_refused(
                    "the kernel takes ports and ranges with commas between them, and nothing "
                    "else: no spaces, no comment");
            const BoundsAnswer answer = within_bounds(*number, bounds, kernel);
            if (!answer.sure) return write_unknown(std::string(may_be_cut));
            if (answer.refused) return write_refused(*answer.refused);
            ends[which] = answer.value;
            octal = octal || number->octal;
            const char ender = written.peek();
            written.step();
            ended_by_nul = ended_by_nul || ender == '\0';
            if (which == 0 && ender != '-') {
                ends[1] = ends[0];
                break;
            }
        }
        if (ends[0] > ends[1]) return write_refused("a range of ports begins with its higher port");
        ports.emplace_back(ends[0], ends[1]);
    }
    WriteOutcome outcome = write_done(ports_as_read(std::move(ports)), octal, {}, kernel);
    if (ended_by_nul && outcome.verdict == WriteVerdict::taken) {
        outcome.verdict = WriteVerdict::altered;
        outcome.reason = "the kernel takes a zero byte for a comma";
    }
    return outcome;
}

}  // namespace tcptune::sysctl
