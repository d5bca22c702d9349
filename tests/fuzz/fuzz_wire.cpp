// SPDX-License-Identifier: Apache-2.0
// A sequence of calls of any bytes, as they come from the bus, through the whole service over
// sysctls in memory. One call per line, its arguments between '|'; \x01 stands for a line end and
// "@" for the newest id. Whatever is asked: only keys of the catalog are written, in one line, and
// no file but the drop-in appears beside the state.
#include "../unit/txn/service_host.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/dbus/wire.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace tcptune;

void must(bool holds) {
    if (!holds) std::abort();
}

class GuardedFile final : public host::SysctlFile {
public:
    explicit GuardedFile(std::unique_ptr<host::SysctlFile> file) : file_(std::move(file)) {}
    int read(std::string& text) override { return file_->read(text); }
    int write(std::string_view text) override {
        must(!text.empty() && text.find('\n') == text.size() - 1);
        return file_->write(text);
    }

private:
    std::unique_ptr<host::SysctlFile> file_;
};

/// Sees every file that is opened for writing.
class GuardedSysctls final : public host::SysctlTree {
public:
    explicit GuardedSysctls(txn_test::Host& host) : host_(host) {}
    std::unique_ptr<host::SysctlFile> open(const sysctl::Key& key, bool writable,
                                           int& error) override {
        const sysctl::Parameter* parameter = host_.catalog.find(key.text());
        must(!writable || (parameter && parameter->access == sysctl::Access::apply));
        auto file = host_.sysctls.open(key, writable, error);
        return file ? std::make_unique<GuardedFile>(std::move(file)) : nullptr;
    }

private:
    txn_test::Host& host_;
};

class Session {
public:
    Session() { start(); }

    void line(const std::string& text) {
        fields_.clear();
        for (const std::string_view field : split(text, '|'))
            fields_.emplace_back(field);
        for (std::string& field : fields_)
            std::ranges::replace(field, '\x01', '\n');
        try {
            call(text.empty() ? ' ' : text.front());
        } catch (const txn::Refused& refused) {
            const auto back =
                dbus::refused_from(dbus::error_name(refused.fault()), dbus::error_message(refused));
            must(back.fault() == refused.fault());
        } catch (const Error&) {
            return;  // a file of ours that the host did not let us write
        }
        check();
    }

    void finish() {
        service_->stop();
        check();
        must(!service_->pending());
    }

private:
    void start() {
        txn::Ground ground = host_.ground();
        service_.emplace(txn::Ground{ground.catalog, guarded_, ground.clock, ground.boot_id,
                                     ground.netns, ground.places});
        service_->recover();
    }

    [[nodiscard]] std::string field(std::size_t at) const {
        return at < fields_.size() ? fields_[at] : std::string();
    }
    [[nodiscard]] std::uint32_t number(std::size_t at) const {
        const auto value = parse_integer(field(at));
        return value ? static_cast<std::uint32_t>(*value) : 0;
    }
    [[nodiscard]] std::string id() const {
        if (field(1) != "@") return field(1);
        const auto all = service_->list();
        return all.empty() ? std::string() : all.front().id;
    }
    [[nodiscard]] txn::Caller caller() const { return {.uid = uid_, .bus_name = ":1.1"}; }

    void result(const txn::Result& result) {
        must(dbus::result_from(result.id, to_string(result.state), to_string(result.reason),
                               dbus::to_wire(result.outcomes)) == result);
    }

    void call(char word) {
        switch (word) {
            case 'A': {
                std::vector<dbus::WireChange> changes;
                for (std::size_t at = 6; at < fields_.size(); at += 3)
                    changes.emplace_back(field(at), field(at + 1), field(at + 2));
                const auto request = dbus::apply_request(std::move(changes), number(1), field(2),
                                                         number(3), field(4), field(5));
                txn::check_form(request);
                return result(service_->apply(request, caller()));
            }
            case 'P': {
                const auto request =
                    dbus::checkpoint_request(number(1), field(2), number(3), field(4));
                txn::check_form(request);
                return result(service_->checkpoint(request, caller()));
            }
            case 'C':
                dbus::check_id(id());
                return result(service_->confirm(id(), caller(), number(2) != 0));
            case 'R':
                dbus::check_id(id());
                return result(service_->rollback(id(), dbus::rollback_force(number(2)), caller(),
                                                 number(3) != 0));
            case 'E': {
                dbus::check_id(id());
                must(service_->extend(id(), number(2), caller(), number(3) != 0) <= 3600);
                return;
            }
            case 'U':
                uid_ = number(1);
                return;
            case 'D':
                host_.clock.now_ns += std::int64_t{number(1) % 4000} * 1'000'000'000;
                return service_->check_deadline();
            case 'G':
                return service_->client_gone(field(1));
            case 'O':  // somebody else writes
                if (host_.sysctls.values.contains(field(1)))
                    host_.sysctls.values[field(1)] = field(2);
                return;
            case 'K':
                return start();  // killed and started again
            default:
                return;
        }
    }

    void check() {
        for (const auto& entry : std::filesystem::directory_iterator(host_.root / "etc"))
            must(entry.path() == host_.drop_in());
        const std::string drop_in = txn_test::text_of(host_.drop_in());
        for (const std::string_view text : split(drop_in, '\n')) {
            if (text.empty() || text.starts_with('#')) continue;
            const sysctl::Parameter* parameter =
                host_.catalog.find(trim(text.substr(0, text.find('='))));
            must(parameter && parameter->access == sysctl::Access::apply);
        }
        must(host_.sysctls.values.size() == 7);
        for (const txn::TransactionInfo& info : service_->list())
            must(dbus::info_from(info.id, dbus::to_wire(service_->get(info.id))) ==
                 service_->get(info.id));
    }

    std::vector<std::string> fields_;
    txn_test::Host host_;
    GuardedSysctls guarded_{host_};
    std::optional<txn::TransactionService> service_;
    std::uint32_t uid_ = 1000;
};

}  // namespace

/// Nothing of this must survive a power cut, and the disk is by far the slowest part.
extern "C" int fsync(int) {
    return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string text(data, data + size);
    Session session;
    std::size_t calls = 0;
    for (const std::string_view line : split(text, '\n'))
        if (++calls <= 32) session.line(std::string(line));
    session.finish();
    return 0;
}
