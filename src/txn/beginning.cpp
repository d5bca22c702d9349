// SPDX-License-Identifier: Apache-2.0
// How a transaction begins: checked, written and armed, or taken back at once.
#include "txn/service_state.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <vector>

namespace tcptune::txn {
namespace {

/// The deadline runs from the moment when the values stand.
Result arm(TransactionService::State_& state, std::uint32_t timeout_s) {
    Transaction& live = *state.live;
    const std::int64_t now = state.ground.clock.boottime_ns();
    live.deadline_ns = now + timeout_s * second_ns;
    live.limit_ns = now + max_timeout_s * second_ns;
    write_note(state.ground, live);
    try {
        state.journal->append(encode(
            Record("APPLIED").with("deadline", live.deadline_ns).with("limit", live.limit_ns)));
    } catch (const Error&) {
        return take_back(state, Reason::write_failed);
    }
    live.state = State::applied;
    return {live.id, live.state, Reason::asked, outcomes_of(live)};
}

/// The forward half: from here on something is written, and every way out ends in a Result.
Result write_and_arm(TransactionService::State_& state,
                     std::vector<std::unique_ptr<host::SysctlFile>>& files,
                     std::uint32_t timeout_s) {
    bool written = false;
    try {
        written = write_items(files, state.live->items, [&](std::size_t i) {
            state.journal->append(encode(Record("INTENT").with("i", static_cast<std::int64_t>(i))));
        });
    } catch (const std::exception&) {
        // The journal takes no more, or memory is out: what was written is taken back.
    }
    if (!written) return take_back(state, Reason::write_failed);
    if (find_drift(state.ground.sysctls, state.live->items) != nullptr)
        return take_back(state, Reason::drift);
    return arm(state, timeout_s);
}

/// What both kinds have in common. `open` may still refuse; `forward` begins to change things. What
/// is refused leaves no lock behind.
template <typename Request>
Result begun(TransactionService& service, TransactionService::State_& state, const Request& request,
             const Caller& caller, const std::function<void(Transaction&)>& open,
             const std::function<Result()>& forward) {
    check_form(request);
    make_ready(service, state);
    Result result;
    try {
        Transaction transaction = prepare(state.ground, request, caller);
        preflight(state, transaction);
        open(transaction);
        refusing([&] {
            state.journal->append(header_records(transaction) + encode(Record("APPLYING")));
        });
        transaction.state = State::applying;
        state.live = std::move(transaction);
        result = stuck_on_failure(state, forward);
    } catch (const Refused&) {
        state.release();
        throw;
    }
    if (service.on_change) service.on_change(result.id, result.state, result.reason);
    return result;
}

}  // namespace

Result TransactionService::apply(const ApplyRequest& request, const Caller& caller) {
    State_& state = *state_;
    std::vector<std::unique_ptr<host::SysctlFile>> files;
    const auto open = [&](Transaction& transaction) {
        files = open_items(state.ground.sysctls, transaction.items);
        // Once more: the disk may have taken its time.
        check_expected(transaction.items, request.changes);
    };
    return begun(*this, state, request, caller, open,
                 [&] { return write_and_arm(state, files, request.timeout_s); });
}

Result TransactionService::checkpoint(const CheckpointRequest& request, const Caller& caller) {
    State_& state = *state_;
    return begun(
        *this, state, request, caller, [](Transaction&) {},
        [&] { return arm(state, request.timeout_s); });
}

}  // namespace tcptune::txn
