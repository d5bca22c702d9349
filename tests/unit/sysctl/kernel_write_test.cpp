// SPDX-License-Identifier: Apache-2.0
#include <tcptune/sysctl/kernel_write.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <map>
#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using namespace tcptune::sysctl;

namespace {

constexpr KernelVersion modern{6, 18, 44};

Parameter declared(KernelParser parser, std::optional<std::int64_t> min = {},
                   std::optional<std::int64_t> max = {}) {
    Parameter parameter(*Key::parse("net.ipv4.a_key"));
    parameter.min = 0;
    parameter.kernel_forms.push_back({.parser = parser, .min = min, .max = max});
    return parameter;
}

using State = std::map<std::string, std::string, std::less<>>;

const State untouched = {{"net.ipv4.ip_local_port_range", "32768\t60999\n"},
                         {"net.ipv4.ip_unprivileged_port_start", "1024\n"},
                         {"net.ipv4.a_key", "7\n"}};

WriteOutcome outcome(const Parameter& parameter, std::string_view text,
                     const State& state = untouched, const KernelVersion& kernel = modern) {
    return kernel_write(
        parameter, kernel, text, [&](std::string_view key) -> std::optional<std::string> {
            const auto found = state.find(key);
            return found == state.end() ? std::nullopt : std::optional(found->second);
        });
}

/// "taken 5", "altered 8", "refused", "unknown".
std::string shown(const Parameter& parameter, std::string_view text, const State& state = untouched,
                  const KernelVersion& kernel = modern) {
    const WriteOutcome found = outcome(parameter, text, state, kernel);
    const bool reasoned = found.reason.empty() == (found.verdict == WriteVerdict::taken);
    std::string words = reasoned ? "" : "reason! ";
    switch (found.verdict) {
        case WriteVerdict::taken:
            return words + "taken " + found.reads_back;
        case WriteVerdict::altered:
            return words + "altered " + found.reads_back;
        case WriteVerdict::refused:
            return words + "refused" + found.reads_back;
        case WriteVerdict::unknown:
            break;
    }
    return words + "unknown" + found.reads_back;
}

std::string bytes(std::string_view text) {
    return std::string(text);
}

}  // namespace

TEST_CASE("a plain number is taken, with all the kernel calls white space before it") {
    const Parameter key = declared(KernelParser::integer);
    CHECK(shown(key, "5") == "taken 5");
    CHECK(shown(key,
                " \t\v\f\r\xA0"
                "5 \t") == "taken 5");
    CHECK(shown(key, "0x1F") == "taken 31");
    CHECK(shown(key, "0XaF") == "taken 175");
    CHECK(shown(key, "05") == "taken 5");
    CHECK(shown(key, "-0") == "taken 0");
    CHECK(shown(key, "2147483647") == "taken 2147483647");
    CHECK(shown(key, "5 \xA0") == "taken 5");
}

TEST_CASE("what only looks like a number is refused") {
    const Parameter key = declared(KernelParser::integer);
    for (const char* text : {"",
                             " ",
                             "abc",
                             "+5",
                             "-",
                             "- 5",
                             "--5",
                             "5;",
                             "5,",
                             "5.0",
                             "5s",
                             "5#c",
                             "5\r",
                             "5\v",
                             "0x",
                             "0xg",
                             "08",
                             "0b1",
                             "\"5\"",
                             "\xEF\xBB\xBF"
                             "5",
                             "5\xA0",
                             "2147483648",
                             "-2147483649",
                             "4294967301",
                             "18446744073709551621",
                             "000000000000000000005"}) {
        CAPTURE(text);
        CHECK(shown(key, text) == "refused");
    }
    CHECK(shown(key, std::string_view("5\0", 2)) == "refused");
    CHECK(shown(key, "00000000000000000005") == "taken 5");
}

TEST_CASE("a leading zero makes another number of it") {
    const Parameter key = declared(KernelParser::integer);
    CHECK(shown(key, "010") == "altered 8");
    CHECK(outcome(key, "010").reason == "a leading zero makes the number octal: the kernel sets 8");
    CHECK(outcome(key, "08").reason ==
          "a leading zero makes the number octal, and '08' is no octal number");
}

TEST_CASE("words behind the number are ignored, and a comment is told from a second number") {
    const Parameter key = declared(KernelParser::integer);
    CHECK(shown(key, "15 # fifteen") == "altered 15");
    CHECK(outcome(key, "15 # fifteen").only_ignored_words);
    CHECK(outcome(key, "15 # fifteen").reason == "the kernel ignores '# fifteen' and sets 15");
    CHECK(outcome(key, "15 seconds").only_ignored_words);
    CHECK(shown(key, "15 20") == "altered 15");
    CHECK_FALSE(outcome(key, "15 20").only_ignored_words);
    CHECK_FALSE(outcome(key, "15 -20").only_ignored_words);
    CHECK_FALSE(outcome(key, "010 # ten").only_ignored_words);
    // Older kernels take what the loader writes next for another value.
    CHECK(shown(key, "15 20", untouched, {4, 4, 0}) == "unknown");
    CHECK(shown(key, "15 ", untouched, {4, 4, 0}) == "taken 15");
}

TEST_CASE("a reason shows foreign bytes harmlessly and in one short line") {
    const Parameter key = declared(KernelParser::integer);
    CHECK(outcome(key, "\x1B[31m\n1").reason == "the kernel reads no number in '?[31m'");
    CHECK(outcome(key, bytes("1 #") + std::string(3000, 'x')).reason.size() < 80);
}

TEST_CASE("bounds of the kernel's own decide, and a byte takes no minus sign") {
    const Parameter byte = declared(KernelParser::byte);
    CHECK(shown(byte, "255") == "taken 255");
    CHECK(shown(byte, "256") == "refused");
    CHECK(shown(byte, "-1") == "refused");
    CHECK(shown(byte, "-0") == "refused");
    const Parameter mode = declared(KernelParser::byte, 0, 2);
    CHECK(shown(mode, "2") == "taken 2");
    CHECK(shown(mode, "3") == "refused");
    const Parameter delay = declared(KernelParser::unsigned_integer, 1, 60000);
    CHECK(shown(delay, "0") == "refused");
    CHECK(shown(delay, "60000") == "taken 60000");
    const Parameter plain = declared(KernelParser::unsigned_integer);
    CHECK(shown(plain, "4294967295") == "taken 4294967295");
    CHECK(shown(plain, "4294967296") == "refused");
    const Parameter bounded = declared(KernelParser::integer, 0);
    CHECK(shown(bounded, "-1") == "refused");
    CHECK(shown(bounded, "-0") == "taken 0");
}

TEST_CASE("a negative number that means nothing is not what it says") {
    Parameter key = declared(KernelParser::integer);
    CHECK(shown(key, "-1") == "altered -1");
    key.min = -1;
    CHECK(shown(key, "-1") == "taken -1");
    Parameter wait = declared(KernelParser::seconds);
    wait.min = -2147483;
    CHECK(shown(wait, "-5") == "altered -5");
    CHECK_FALSE(outcome(wait, "-5 # never").only_ignored_words);
}

TEST_CASE("the ceiling of a time depends on the clock ticks") {
    const Parameter key = declared(KernelParser::seconds);
    CHECK(shown(key, "2147483") == "taken 2147483");
    CHECK(shown(key, "2147484") == "unknown");
    CHECK(shown(key, "21474836") == "unknown");
    CHECK(shown(key, "21474837") == "refused");
    CHECK(shown(key, "-2147484") == "unknown");
    CHECK(shown(key, "-21474837") == "refused");
    const Parameter fine = declared(KernelParser::milliseconds);
    CHECK(shown(fine, "500") == "taken 500");
    CHECK(shown(fine, "5") == "unknown");
    CHECK(shown(fine, "-20") == "refused");
    CHECK(shown(fine, "4294967316") == "unknown");
}

TEST_CASE("numbers that older kernels may cut are not judged there") {
    const Parameter key = declared(KernelParser::integer);
    CHECK(shown(key, "4294967301", untouched, {4, 19, 0}) == "unknown");
    CHECK(shown(key, "18446744073709551621", untouched, {4, 19, 0}) == "unknown");
    CHECK(shown(declared(KernelParser::byte, 0, 2), "3", untouched, {4, 19, 0}) == "refused");
    CHECK(shown(declared(KernelParser::seconds), "30000000", untouched, {4, 19, 0}) == "unknown");
}

TEST_CASE("an unsigned long takes a negative number without a word on older kernels") {
    const Parameter key = declared(KernelParser::unsigned_long);
    CHECK(shown(key, "9223372036854775807") == "taken 9223372036854775807");
    CHECK(shown(key, "9223372036854775808") == "refused");
    CHECK(shown(key, "-1") == "refused");
    CHECK(shown(key, "-1", untouched, {5, 10, 0}) == "altered 7");
}

TEST_CASE("a port range keeps its order and stays above the privileged ports") {
    const Parameter key = declared(KernelParser::port_range);
    CHECK(shown(key, "1024 65535") == "taken 1024 65535");
    CHECK(shown(key, "\t1024 \r65535 ") == "taken 1024 65535");
    CHECK(shown(key, "30000 30000") == "taken 30000 30000");
    for (const char* text : {"", "65000 1024", "1023 65535", "0 5", "1024 65536", "1024-65535",
                             "1024,65535", "1024 x", "1024 # c", "1024 65535\r", "1024\r65535"}) {
        CAPTURE(text);
        CHECK(shown(key, text) == "refused");
    }
    CHECK(shown(key, "02000 0177777") == "altered 1024 65535");
    CHECK(shown(key, "1024 65535 # wide") == "altered 1024 65535");
    CHECK(outcome(key, "1024 65535 # wide").only_ignored_words);
    CHECK_FALSE(outcome(key, "1024 65535 7").only_ignored_words);
    CHECK(shown(key, "1 65535", {{"net.ipv4.ip_unprivileged_port_start", "0"}}) == "taken 1 65535");
    // Before 4.11 no key bounds the range.
    CHECK(shown(key, "1 65535", untouched, {4, 9, 0}) == "taken 1 65535");
}

TEST_CASE("one number moves the first port of the range only") {
    const Parameter key = declared(KernelParser::port_range);
    CHECK(shown(key, "1024") == "altered 1024 60999");
    CHECK(shown(key, "61000") == "refused");
    CHECK(shown(key, "80") == "refused");
    CHECK(outcome(key, "1024").reason == "one number sets the first port only; the last one stays");
}

TEST_CASE("without the state of the other key a range is judged as far as it can be") {
    const Parameter key = declared(KernelParser::port_range);
    CHECK(shown(key, "1024 65535", {}) == "unknown");
    CHECK(shown(key, "65000 1024", {}) == "refused");
    CHECK(shown(key, "1024", {}) == "altered ");
    CHECK(shown(key, "1024 65535 7", {}) == "altered ");
    const Parameter start = declared(KernelParser::port_start, 0, 65535);
    CHECK(shown(start, "1", {}) == "taken 1");
    CHECK(shown(start, "80", {}) == "unknown");
    CHECK(shown(start, "65536", {}) == "refused");
}

TEST_CASE("the first unprivileged port may not pass the first port of the range") {
    const Parameter key = declared(KernelParser::port_start, 0, 65535);
    CHECK(shown(key, "32768") == "taken 32768");
    CHECK(shown(key, "32769") == "refused");
    CHECK(shown(key, "-1") == "refused");
    CHECK(shown(key, "0100") == "altered 64");
    CHECK(shown(key, "80 # www") == "altered 80");
}

TEST_CASE("a port set is read back in order, and takes nothing but commas") {
    const Parameter key = declared(KernelParser::port_set);
    CHECK(shown(key, "") == "taken ");
    CHECK(shown(key, "8082,8081,8080") == "taken 8080-8082");
    CHECK(shown(key, "80-90,85-100,101,7") == "taken 7,80-101");
    CHECK(shown(key, "80,90,") == "taken 80,90");
    CHECK(shown(key, "80\n90") == "taken 80,90");
    CHECK(shown(key, "0x50-0x5f") == "taken 80-95");
    CHECK(shown(key, "0-65535") == "taken 0-65535");
    CHECK(shown(key, "010") == "altered 8");
    for (const char* text :
         {" ",        " 80",    "80 ",   "80, 90", "80 90", "80\t",   "80\r",     ",",
          ",80",      "80,,90", "90-80", "-80",    "80-",   "80--90", "80-90-95", "65536",
          "80-65536", "80 # c", "80;90", "08",     "-0",    "+80",    "x"}) {
        CAPTURE(text);
        CHECK(shown(key, text) == "refused");
    }
    CHECK(shown(key, std::string_view("80\0", 3)) == "refused");
    CHECK(shown(key, std::string_view("80-90\0"
                                      "95",
                                      8)) == "altered 80-90,95");
}

TEST_CASE("a word is taken as it is, and a key without writers takes none") {
    const Parameter key = declared(KernelParser::word);
    CHECK(shown(key, "cubic", {{"net.ipv4.a_key", "cubic\n"}}) == "taken cubic");
    CHECK(shown(key, "reno", {{"net.ipv4.a_key", "cubic\n"}}) == "unknown");
    CHECK(shown(key, "") == "refused");
    CHECK(shown(declared(KernelParser::read_only), "7") == "refused");
}

TEST_CASE("sizes that are rounded to pages are judged for multiples of the largest page only") {
    Parameter key = declared(KernelParser::integer, 1);
    key.max = 1 << 20;
    key.kernel_forms[0].step = 8192;
    CHECK(shown(key, "65536") == "taken 65536");
    CHECK(shown(key, "1000") == "unknown");
    CHECK(shown(key, "2097152") == "unknown");
    CHECK(shown(key, "0") == "refused");
}

TEST_CASE("a text of a page and more has no verdict") {
    const Parameter key = declared(KernelParser::port_set);
    CHECK(shown(key, std::string(4093, '0') + "1") == "refused");
    CHECK(shown(key, std::string(4095, '1')) == "unknown");
    CHECK(shown(key, std::string(20'000'000, '\xFF')) == "unknown");
}

TEST_CASE("the first form for the kernel counts") {
    Parameter key = declared(KernelParser::byte);
    key.kernel_forms[0].kernels.since = KernelVersion{5, 13, 0};
    key.kernel_forms.push_back({.parser = KernelParser::integer});
    CHECK(shown(key, "256") == "refused");
    CHECK(shown(key, "256", untouched, {5, 12, 0}) == "taken 256");
}

TEST_CASE("without a form only what tcptune itself would write is believed") {
    Parameter key(*Key::parse("net.ipv4.a_key"));
    key.max = 9;
    CHECK(shown(key, " 5 ") == "taken 5");
    CHECK(shown(key, "10") == "unknown");
    CHECK(shown(key, "5 # c") == "unknown");
    CHECK(shown(key, "x") == "unknown");
    key.kernels.until = KernelVersion{4, 12, 0};
    CHECK(shown(key, "5") == "unknown");
}
