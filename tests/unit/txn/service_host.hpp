// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/clock.hpp>
#include <tcptune/host/sysctl_tree.hpp>
#include <tcptune/txn/transaction_service.hpp>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <map>
#include <string>

/// A host for the transaction service: sysctls in memory, a clock that is set by hand, and real
/// directories below a temporary one.
namespace tcptune::txn_test {

class MemorySysctls final : public host::SysctlTree {
public:
    std::map<std::string, std::string> values;
    std::map<std::string, int> write_errors;  ///< errno of a write, by key
    std::map<std::string, int> open_errors;   ///< errno of opening for writing
    /// Looks at every write before it is done; may change `values`.
    std::function<void(const std::string& key, const std::string& text)> on_write;
    std::vector<std::string> written;  ///< "key=text", in order

    std::unique_ptr<host::SysctlFile> open(const sysctl::Key& key, bool writable,
                                           int& error) override {
        const auto refused = open_errors.find(key.text());
        error = !values.contains(key.text())               ? ENOENT
                : writable && refused != open_errors.end() ? refused->second
                                                           : 0;
        return error == 0 ? std::make_unique<File>(*this, key.text()) : nullptr;
    }

private:
    class File final : public host::SysctlFile {
    public:
        File(MemorySysctls& tree, std::string key) : tree_(tree), key_(std::move(key)) {}
        int read(std::string& text) override {
            const auto found = tree_.values.find(key_);
            if (found == tree_.values.end()) return ENOENT;
            text = found->second + "\n";
            return 0;
        }
        int write(std::string_view text) override {
            std::string value(text.substr(0, text.find('\n')));
            if (tree_.on_write) tree_.on_write(key_, value);
            tree_.written.push_back(key_ + "=" + value);
            const auto error = tree_.write_errors.find(key_);
            if (error != tree_.write_errors.end()) return error->second;
            tree_.values[key_] = std::move(value);
            return 0;
        }

    private:
        MemorySysctls& tree_;
        std::string key_;
    };
};

class HandClock final : public host::Clock {
public:
    std::int64_t now_ns = 1'000'000'000'000;
    std::int64_t boottime_ns() const override { return now_ns; }
    std::int64_t unix_s() const override { return 1'790'000'000; }
};

inline std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

class Host {
public:
    Host() {
        char name[] = "/tmp/tcptune-txn-XXXXXX";
        root = ::mkdtemp(name);
        for (const char* part : {"run", "var", "etc"})
            std::filesystem::create_directory(root / part);
        add("net.ipv4.tcp_tw_reuse", sysctl::ValueType::enumerated, "2", 0, 2);
        add("net.ipv4.tcp_fin_timeout", sysctl::ValueType::integer, "60", 1, 3600);
        add("net.core.somaxconn", sysctl::ValueType::integer, "4096", 1, 65535);
        add("net.ipv4.ip_local_port_range", sysctl::ValueType::integer_list, "32768\t60999", 1,
            65535);
        add("net.ipv4.ip_local_reserved_ports", sysctl::ValueType::port_set, "", 0, 65535);
        add("net.ipv4.tcp_syncookies", sysctl::ValueType::integer, "1", 0, 2);
        sysctl::Parameter advised(*sysctl::Key::parse("net.ipv4.ip_forward"));
        advised.access = sysctl::Access::advise;
        catalog.add(advised);
        sysctls.values["net.ipv4.ip_forward"] = "0";
    }
    ~Host() {
        std::error_code ignored;
        std::filesystem::remove_all(root, ignored);
    }
    Host(const Host&) = delete;
    Host& operator=(const Host&) = delete;

    [[nodiscard]] txn::Ground ground() {
        return {catalog, sysctls,    clock,
                boot,    "cookie:1", {root / "run/tcptune", root / "var/tcptune", root / "etc"}};
    }
    [[nodiscard]] std::filesystem::path drop_in() const { return root / "etc/90-tcptune.conf"; }
    [[nodiscard]] std::filesystem::path journal() const {
        return root / "run/tcptune/journal.cookie-1";
    }

    std::filesystem::path root;
    sysctl::ParameterCatalog catalog;
    MemorySysctls sysctls;
    HandClock clock;
    std::string boot = "boot-1";

private:
    void add(const char* key, sysctl::ValueType type, const char* value, std::int64_t min,
             std::int64_t max) {
        sysctl::Parameter parameter(*sysctl::Key::parse(key));
        parameter.type = type;
        parameter.min = min;
        parameter.max = max;
        if (type == sysctl::ValueType::integer_list) parameter.length = 2;
        if (type == sysctl::ValueType::enumerated) {
            for (std::int64_t member = min; member <= max; ++member)
                parameter.members.push_back({member, "", {}});
        }
        catalog.add(parameter);
        sysctls.values[key] = value;
    }
};

inline txn::ApplyRequest request_of(std::vector<txn::Change> changes) {
    txn::ApplyRequest request;
    request.changes = std::move(changes);
    request.netns = "cookie:1";
    return request;
}

}  // namespace tcptune::txn_test
