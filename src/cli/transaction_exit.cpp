// SPDX-License-Identifier: Apache-2.0
#include "cli/transaction_exit.hpp"

namespace tcptune::cli {
namespace {

/// Rolled back completely: who wanted that, and why it came to it.
Ending rolled_back(txn::Reason reason, Asked asked) {
    if (asked == Asked::rollback) return {Exit::done, "rolled back"};
    if (asked == Asked::after_failure)
        return {Exit::rolled_back, "rolled back: a check or guard failed"};
    if (asked == Asked::after_refusal) return {Exit::rolled_back, "rolled back: refused"};
    switch (reason) {
        case txn::Reason::asked:
            return {Exit::rolled_back, "rolled back: somebody asked for it"};
        case txn::Reason::deadline:
            return {Exit::rolled_back, "rolled back: not confirmed in time"};
        case txn::Reason::client_gone:
            return {Exit::rolled_back, "rolled back: the process that watched over it was gone"};
        case txn::Reason::write_failed:
            return {Exit::write_failed,
                    "a write failed or read back differently: everything rolled back"};
        case txn::Reason::drift:
            return {Exit::rolled_back,
                    "rolled back: somebody changed a value before it was confirmed"};
        case txn::Reason::file_failed:
            return {Exit::rolled_back,
                    "rolled back: the file for the next boot could not be written"};
        case txn::Reason::stopped:
            return {Exit::rolled_back, "rolled back: the helper was stopped"};
        case txn::Reason::recovered:
            return {Exit::rolled_back, "rolled back: the helper died on the way"};
        case txn::Reason::reboot:
            return {Exit::rolled_back, "undone by a reboot before it was confirmed"};
    }
    return {Exit::rolled_back, "rolled back"};
}

std::string_view mend_of(txn::Fault fault) {
    switch (fault) {
        case txn::Fault::drift:
            return "make a new plan";
        case txn::Fault::busy:
            return "'tcptune status' shows it";
        case txn::Fault::not_found:
            return "'tcptune history' shows all";
        case txn::Fault::wrong_namespace:
            return "run it in the helper's network namespace, or as root with --direct";
        case txn::Fault::recovery_required:
            return "'tcptune status' shows what is left";
        case txn::Fault::interaction_needed:
            return "run it on a terminal, or as root";
        case txn::Fault::no_authority:
        case txn::Fault::helper_unavailable:
            return "as root, --direct works without the helper";
        case txn::Fault::connection_lost:
            return "'tcptune status' tells how it stands";
        default:
            return "";
    }
}

}  // namespace

Ending ending_of(txn::State state, txn::Reason reason, Asked asked) {
    switch (state) {
        case txn::State::applied:
            return {Exit::done, "in force until the deadline; rolled back then unless confirmed"};
        case txn::State::committed:
            return {Exit::done, asked == Asked::apply ? "applied and kept" : "confirmed and kept"};
        case txn::State::committed_not_durable:
            return {Exit::uncertain,
                    "kept, but the disk did not confirm the file: a power loss may undo it"};
        case txn::State::rolled_back:
            return rolled_back(reason, asked);
        case txn::State::rolled_back_with_conflicts:
            if (reason == txn::Reason::drift) {
                return {Exit::rolled_back,
                        "rolled back: somebody changed a value before it was confirmed, and that "
                        "value was left alone"};
            }
            return {Exit::conflict, "rolled back, but somebody else's later change was left alone"};
        case txn::State::rollback_incomplete:
            return {Exit::uncertain, "the rollback is incomplete: a person must look"};
        case txn::State::ended_by_reboot:
            return {asked == Asked::rollback ? Exit::done : Exit::rolled_back,
                    "undone by a reboot before it was confirmed"};
        case txn::State::prepared:
        case txn::State::applying:
        case txn::State::committing:
        case txn::State::rolling_back:
            break;
    }
    return {Exit::uncertain, "it has not come to an end: a person must look"};
}

Exit exit_for(txn::Fault fault, bool may_have_written) {
    switch (fault) {
        case txn::Fault::invalid_args:
        case txn::Fault::invalid_key:
        case txn::Fault::invalid_value:
            return Exit::bad_data;
        case txn::Fault::key_not_allowed:
            return Exit::policy;
        case txn::Fault::drift:
        case txn::Fault::wrong_namespace:
            return Exit::stale;
        case txn::Fault::drop_in_modified:
            return Exit::boot_conflict;
        case txn::Fault::busy:
        case txn::Fault::limits_exceeded:
            return Exit::busy;
        case txn::Fault::not_found:
            return Exit::no_input;
        case txn::Fault::not_owner:
        case txn::Fault::not_authorized:
        case txn::Fault::interaction_needed:
            return Exit::not_authorized;
        case txn::Fault::expired:
            return Exit::rolled_back;
        case txn::Fault::recovery_required:
            return Exit::uncertain;
        case txn::Fault::no_authority:
        case txn::Fault::helper_unavailable:
            return Exit::unavailable;
        case txn::Fault::connection_lost:
            return may_have_written ? Exit::uncertain : Exit::unavailable;
        case txn::Fault::key_missing:
        case txn::Fault::read_only:
        case txn::Fault::no_space:
        case txn::Fault::write_failed:
        case txn::Fault::unsupported:
            return Exit::failed;
    }
    return Exit::failed;
}

std::string sentence_of(const txn::Refused& refused) {
    const std::string_view mend = mend_of(refused.fault());
    std::string sentence = refused.reason();
    if (!mend.empty()) sentence += "; " + std::string(mend);
    return sentence;
}

}  // namespace tcptune::cli
