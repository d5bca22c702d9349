// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/unique_fd.hpp>

#include <utility>

#include <doctest/doctest.h>
#include <fcntl.h>

using namespace tcptune;

namespace {

bool is_open(int fd) {
    return ::fcntl(fd, F_GETFD) != -1;
}

}  // namespace

TEST_CASE("a descriptor is closed with its owner and survives being handed on") {
    const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    REQUIRE(number >= 0);
    {
        UniqueFd first(number);
        UniqueFd second(std::move(first));
        CHECK(first.get() == -1);  // NOLINT(bugprone-use-after-move): the moved-from state is meant
        CHECK_FALSE(first);
        CHECK(second.get() == number);
        CHECK(is_open(number));
    }
    CHECK_FALSE(is_open(number));
}

TEST_CASE("a new descriptor in an owner closes the old one") {
    const int number = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    REQUIRE(number >= 0);
    UniqueFd owner(number);
    owner = UniqueFd(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    CHECK(owner);
    CHECK_FALSE(is_open(number));
    owner.reset();
    CHECK_FALSE(owner);
}
