// SPDX-License-Identifier: Apache-2.0
#include "helper/bus_dialer.hpp"

#include <tcptune/base/error.hpp>

#include <cerrno>
#include <cstdint>
#include <mutex>
#include <sys/eventfd.h>
#include <thread>

namespace tcptune::helper {

/// What the thread and the loop share; who is last frees it, so that the process may end while a
/// bus still keeps the thread waiting.
struct BusDialer::Attempt {
    std::mutex mutex;
    bool ended = false;
    std::unique_ptr<sdbus::IConnection> connection;
    std::string why;
};

BusDialer::BusDialer()
    : ended_(std::make_shared<UniqueFd>(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))) {
    if (!*ended_) throw SystemError(ErrorCode::operational, "eventfd", errno);
}

void BusDialer::dial() {
    if (attempt_) return;
    attempt_ = std::make_shared<Attempt>();
    std::thread([attempt = attempt_, ended = ended_] {
        std::unique_ptr<sdbus::IConnection> connection;
        std::string why;
        try {
            connection = sdbus::createSystemBusConnection();
        } catch (const sdbus::Error& error) {
            why = error.what();
        }
        const std::lock_guard lock(attempt->mutex);
        attempt->connection = std::move(connection);
        attempt->why = std::move(why);
        attempt->ended = true;
        const std::uint64_t one = 1;
        (void)!::write(ended->get(), &one, sizeof one);
    }).detach();
}

bool BusDialer::collect(std::unique_ptr<sdbus::IConnection>& connection, std::string& why) {
    if (!attempt_) return false;
    const std::shared_ptr<Attempt> attempt = attempt_;
    const std::lock_guard lock(attempt->mutex);
    if (!attempt->ended) return false;
    std::uint64_t ignored = 0;
    (void)!::read(ended_->get(), &ignored, sizeof ignored);
    connection = std::move(attempt->connection);
    why = attempt->why;
    attempt_.reset();
    return true;
}

}  // namespace tcptune::helper
