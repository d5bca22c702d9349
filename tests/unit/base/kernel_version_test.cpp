// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/kernel_version.hpp>

#include <doctest/doctest.h>

using namespace tcptune;

namespace {

KernelVersion version(std::string_view text) {
    const auto parsed = KernelVersion::parse(text);
    REQUIRE(parsed);
    return *parsed;
}

}  // namespace

TEST_CASE("a kernel release is read up to its vendor suffix") {
    CHECK(version("6.18") == KernelVersion{6, 18, 0});
    CHECK(version("6.18.44") == KernelVersion{6, 18, 44});
    CHECK(version("6.1.0-50-amd64") == KernelVersion{6, 1, 0});
    CHECK(version("4.18.0-553.el8") == KernelVersion{4, 18, 0});
    CHECK(version("6.14-rc3") == KernelVersion{6, 14, 0});
    CHECK(version("5.10.y") == KernelVersion{5, 10, 0});
}

TEST_CASE("what does not begin with two numbers is no kernel release") {
    for (const char* text : {"", "6", "6.", "v6.1", " 6.1", "-6.1", "6.-1", "linux", ".6.1",
                             "99999999999.1", "6.99999999999"}) {
        CAPTURE(text);
        CHECK_FALSE(KernelVersion::parse(text));
    }
}

TEST_CASE("kernel releases are ordered by number and not by letter") {
    CHECK(version("4.9") < version("4.12"));
    CHECK(version("4.18.0-553.el8") == version("4.18"));
    CHECK(version("6.1.99") < version("6.2"));
}

TEST_CASE("a kernel release is written as releases are named") {
    CHECK(version("6.18.44").to_string() == "6.18.44");
    CHECK(version("4.18.0-553.el8").to_string() == "4.18");
}

TEST_CASE("the first kernel of a range is inside and the end is outside") {
    const KernelRange range{version("4.18"), version("6.14")};
    CHECK_FALSE(range.contains(version("4.17.19")));
    CHECK(range.contains(version("4.18")));
    CHECK(range.contains(version("6.13.7")));
    CHECK_FALSE(range.contains(version("6.14")));
    CHECK(KernelRange{}.contains(version("2.6.32")));
}

TEST_CASE("a range says its ends in words") {
    CHECK(KernelRange{}.describe().empty());
    CHECK(KernelRange{version("4.18"), {}}.describe() == "since 4.18");
    CHECK(KernelRange{{}, version("4.12")}.describe() == "until 4.12");
    CHECK(KernelRange{version("4.18"), version("6.14")}.describe() == "4.18 to 6.14");
}
