// SPDX-License-Identifier: Apache-2.0
#include "cli/rehearse_values.hpp"

#include <cerrno>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune;
using cli::Trial;
using cli::TrialEnd;
using cli::TrialValue;

namespace {

/// Sysctls in memory; `refuse` says which write fails with which errno.
class FakeTree final : public host::SysctlTree {
public:
    std::map<std::string, std::string> values;
    std::map<std::string, int> closed;
    std::function<int(const std::string& key, const std::string& text)> refuse;
    bool rounds_down = false;  ///< keeps one less than it was given
    std::vector<std::string> written;

    std::unique_ptr<host::SysctlFile> open(const sysctl::Key& key, bool, int& error) override {
        const auto barred = closed.find(key.text());
        error = barred != closed.end() ? barred->second : values.contains(key.text()) ? 0 : ENOENT;
        if (error != 0) return nullptr;
        return std::make_unique<File>(*this, key.text());
    }

private:
    class File final : public host::SysctlFile {
    public:
        File(FakeTree& tree, std::string key) : tree_(tree), key_(std::move(key)) {}
        int read(std::string& text) override {
            text = tree_.values[key_] + "\n";
            return 0;
        }
        int write(std::string_view text) override {
            std::string line(text);
            tree_.written.push_back(key_ + "=" + line);
            line.pop_back();
            const int error = tree_.refuse ? tree_.refuse(key_, line) : 0;
            if (error != 0) return error;
            tree_.values[key_] = tree_.rounds_down ? std::to_string(std::stoi(line) - 1) : line;
            return 0;
        }

    private:
        FakeTree& tree_;
        std::string key_;
    };
};

TrialValue number(const char* key, std::int64_t value) {
    return {*sysctl::Key::parse(key), sysctl::ValueType::integer, value};
}

TrialValue range(std::int64_t first, std::int64_t last) {
    return {*sysctl::Key::parse("net.a.range"), sysctl::ValueType::integer_list,
            sysctl::List{first, last}};
}

}  // namespace

TEST_CASE("a step writes the kernel's own form and reads it back") {
    FakeTree tree;
    tree.values["net.a.range"] = "1\t2";
    CHECK(cli::try_value(tree, range(5, 9)) == Trial{TrialEnd::ok, 0, "1 2", "5 9"});
    CHECK(tree.written == std::vector<std::string>{"net.a.range=5\t9\n"});
}

TEST_CASE("an empty list of ports is written as a line") {
    FakeTree tree;
    tree.values["net.a.ports"] = "80";
    const TrialValue none{*sysctl::Key::parse("net.a.ports"), sysctl::ValueType::port_set,
                          sysctl::List{}};
    CHECK(cli::try_value(tree, none) == Trial{TrialEnd::ok, 0, "80", ""});
    CHECK(tree.written == std::vector<std::string>{"net.a.ports=\n"});
}

TEST_CASE("a refusal, another value and a closed key are told apart") {
    FakeTree tree;
    tree.values["net.a.one"] = "1";
    tree.refuse = [](const std::string&, const std::string&) { return EINVAL; };
    CHECK(cli::try_value(tree, number("net.a.one", 7)) ==
          Trial{TrialEnd::refused, EINVAL, "1", "1"});
    tree.refuse = nullptr;
    tree.rounds_down = true;
    CHECK(cli::try_value(tree, number("net.a.one", 7)) == Trial{TrialEnd::different, 0, "1", "6"});
    CHECK(cli::try_value(tree, number("net.a.two", 7)) == Trial{TrialEnd::closed, ENOENT, "", ""});
    tree.closed["net.a.one"] = EACCES;
    CHECK(cli::try_value(tree, number("net.a.one", 7)) == Trial{TrialEnd::closed, EACCES, "", ""});
}

TEST_CASE("values that hold are not written, refused ones are tried again after the others") {
    FakeTree tree;
    tree.values = {{"net.a.range", "30\t60"}, {"net.b.floor", "20"}, {"net.c.same", "3"}};
    tree.refuse = [&](const std::string& key, const std::string& text) {
        return key == "net.a.range" && std::stoi(text) < std::stoi(tree.values["net.b.floor"])
                   ? EINVAL
                   : 0;
    };
    const std::vector<Trial> trials =
        cli::give_values(tree, {range(10, 60), number("net.b.floor", 5), number("net.c.same", 3)});
    REQUIRE(trials.size() == 3);
    CHECK(trials[0] == Trial{TrialEnd::ok, 0, "30 60", "10 60"});
    CHECK(trials[1] == Trial{TrialEnd::ok, 0, "20", "5"});
    CHECK(trials[2] == Trial{TrialEnd::ok, 0, "3", "3"});
    CHECK(tree.written == std::vector<std::string>{"net.a.range=10\t60\n", "net.b.floor=5\n",
                                                   "net.a.range=10\t60\n"});
}

TEST_CASE("what is refused twice stays refused") {
    FakeTree tree;
    tree.values["net.a.one"] = "1";
    tree.refuse = [](const std::string&, const std::string&) { return EPERM; };
    const std::vector<Trial> trials = cli::give_values(tree, {number("net.a.one", 7)});
    CHECK(trials[0] == Trial{TrialEnd::refused, EPERM, "1", "1"});
    CHECK(tree.written.size() == 2);
}
