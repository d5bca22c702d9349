// SPDX-License-Identifier: Apache-2.0
#include "helper/access.hpp"

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <doctest/doctest.h>

namespace {

using tcptune::helper::access_of;
using tcptune::helper::access_table;

std::set<std::string> methods_of_the_interface() {
    std::ifstream file(TCPTUNE_SOURCE_DIR "/src/dbus/org.tcptune1.xml");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const std::string mark = "<method name=\"";
    std::set<std::string> methods;
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
        const std::size_t begin = at + mark.size();
        methods.insert(text.substr(begin, text.find('"', begin) - begin));
    }
    return methods;
}

}  // namespace

TEST_CASE("every method of the interface has a row that says whom polkit is asked about") {
    std::set<std::string> rows;
    for (const auto& access : access_table)
        rows.emplace(access.method);
    CHECK(rows.size() == access_table.size());
    CHECK(rows == methods_of_the_interface());
}

TEST_CASE("only methods that read can be called without polkit") {
    const std::set<std::string_view> readers{"GetTransaction", "ListTransactions", "Verify"};
    for (const auto& access : access_table) {
        CAPTURE(access.method);
        CHECK(access.action.empty() == readers.contains(access.method));
        CHECK((access.action.empty() || access.action.starts_with("org.tcptune1.")));
    }
}

TEST_CASE("what begins a transaction is never free for anybody") {
    for (const auto& access : access_table)
        CHECK_FALSE((access.begins && access.owner_is_enough));
    CHECK(access_of("Apply").action == "org.tcptune1.apply");
    CHECK(access_of("Checkpoint").action == "org.tcptune1.apply");
    CHECK(access_of("Rollback").action == "org.tcptune1.rollback");
}

TEST_CASE("a method that is in no row gets the strictest") {
    CHECK(access_of("SetAnything").action == "org.tcptune1.persist");
    CHECK_FALSE(access_of("SetAnything").owner_is_enough);
    CHECK(access_of("apply").action == "org.tcptune1.persist");
    CHECK(access_of("").action == "org.tcptune1.persist");
}
