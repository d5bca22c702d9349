// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/error.hpp>

#include <cerrno>
#include <string>

#include <doctest/doctest.h>

using namespace tcptune;

TEST_CASE("an error reads as its object and the reason") {
    const Error error(ErrorCode::bad_data, "plan.json", "the format is newer than this program");
    CHECK(std::string(error.what()) == "plan.json: the format is newer than this program");
    CHECK(error.code() == ErrorCode::bad_data);
    CHECK(error.object() == "plan.json");
    CHECK(error.reason() == "the format is newer than this program");
}

TEST_CASE("a system error says the reason in the system's words") {
    const SystemError error(ErrorCode::no_input, "/nowhere", ENOENT);
    CHECK(std::string(error.what()) == "/nowhere: No such file or directory");
    CHECK(error.error_number() == ENOENT);
    CHECK(error.code() == ErrorCode::no_input);
}
