// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/pattern.hpp>

#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

bool matches(std::string_view pattern, std::string_view text) {
    std::string reason;
    const auto compiled = Pattern::compile(pattern, reason);
    REQUIRE_MESSAGE(compiled, reason);
    return compiled->matches(text);
}

std::string refusal(std::string_view pattern) {
    std::string reason;
    return Pattern::compile(pattern, reason) ? std::string("accepted") : reason;
}

std::string nested(std::size_t depth, const std::string& repetition) {
    std::string text = "a";
    for (std::size_t i = 0; i < depth; ++i) {
        text.insert(text.begin(), '(');
        text += ')' + repetition;
    }
    return text;
}

}  // namespace

TEST_CASE("a pattern matches anywhere in a text and minds case") {
    CHECK(matches("(TIME.?WAIT|time.?wait)", "# fewer TIME_WAIT sockets"));
    CHECK(matches("TIME.?WAIT", "TIMEWAIT"));
    CHECK_FALSE(matches("TIME.?WAIT", "time_wait"));
    CHECK(matches("^[^F]*x{2,3}$", "a xx"));
    CHECK_FALSE(matches("^[^F]*x{2,3}$", "Fxx"));
    CHECK(matches("[[:digit:]]{5}", "port 60999"));
    CHECK(matches("a\\.b", "a.b"));
    CHECK_FALSE(matches("a\\.b", "a-b"));
}

TEST_CASE("a character of several bytes is repeated whole") {
    CHECK(matches("默认值?是?为?128", "# 默认为128"));
    CHECK(matches("默认值?是?为?128", "# 默认值是为128"));
    CHECK(matches("(开启|启用)", "启用"));
    CHECK_FALSE(matches("(开启|启用)", "关闭"));
}

TEST_CASE("bytes that are no text do not stop a pattern") {
    using namespace std::string_literals;
    CHECK(matches("a.b", "\xff\xfe a\xe4"s + "b"));
    CHECK(matches("a b", "x\0a\0b"s));
    CHECK_FALSE(matches("a", "\0\0"s));
    CHECK_FALSE(matches("a", ""));
}

TEST_CASE("only the first kibibyte of a text is looked at") {
    const std::string space(Pattern::max_text_bytes - 1, ' ');
    CHECK(matches("ab", space.substr(1) + "ab"));
    CHECK_FALSE(matches("ab", space + "ab"));
    CHECK_FALSE(matches("(a*)*(a*)*b", std::string(10'000'000, 'a')));
}

TEST_CASE("what is no pattern everywhere is refused with a reason") {
    CHECK(refusal("") == "the pattern is empty");
    CHECK(refusal("(a") == "a '(' is not closed");
    CHECK(refusal("a)") == "a ')' closes nothing");
    CHECK(refusal("[a") == "a '[' is not closed");
    CHECK(refusal("[]") == "a '[' is not closed");
    CHECK(refusal("[[:digit") == "a '[' is not closed");
    CHECK(refusal("a\\") == "the pattern ends in a backslash");
    for (const char* escape : {"\\d", "\\bx", "(a)\\1", "\\w+"}) {
        CAPTURE(escape);
        CHECK(refusal(escape).starts_with("a backslash stands before punctuation only"));
    }
    CHECK(refusal("a{").starts_with("a '{' begins a repetition"));
    CHECK(refusal("a{x}").starts_with("a '{' begins a repetition"));
    CHECK(refusal("a{3,2}") != "accepted");
    CHECK(refusal("[z-a]") != "accepted");
    CHECK(refusal("[默]").starts_with("only ASCII characters"));
    CHECK(refusal(std::string("a\0b", 3)) == "the pattern has a NUL byte");
    CHECK(refusal(std::string(1024, 'a')) == "accepted");
    CHECK(refusal(std::string(1025, 'a')) == "the pattern is longer than 1024 bytes");
}

TEST_CASE("a pattern that would grow without measure is refused") {
    CHECK(refusal(nested(3, "+")) == "accepted");
    CHECK(refusal(nested(12, "+")) == "the pattern's repetitions make it too large");
    CHECK(refusal("((a{100}){100}){100}") == "the pattern's repetitions make it too large");
    CHECK(refusal("a{100000}").starts_with("a '{' begins a repetition"));
    CHECK(refusal("a+++++++++++++++") == "the pattern's repetitions make it too large");
    CHECK(refusal(nested(33, "")) == "the pattern's brackets are too deep");
}
