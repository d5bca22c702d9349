// SPDX-License-Identifier: Apache-2.0
#include "cli/transaction_exit.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

using namespace tcptune;
using cli::Asked;
using cli::Exit;
using txn::Reason;
using txn::State;

TEST_CASE("every exit status that is given has a row in the table, in order") {
    const auto rows = cli::exit_statuses();
    CHECK(std::ranges::is_sorted(rows, {}, &cli::ExitStatus::code));
    for (const Exit exit :
         {Exit::done, Exit::failed, Exit::difference, Exit::write_failed, Exit::uncertain,
          Exit::rolled_back, Exit::policy, Exit::stale, Exit::boot_conflict, Exit::conflict,
          Exit::usage, Exit::bad_data, Exit::no_input, Exit::unavailable, Exit::internal,
          Exit::busy, Exit::not_authorized, Exit::configuration}) {
        CAPTURE(cli::number(exit));
        CHECK(std::ranges::count(rows, cli::number(exit), &cli::ExitStatus::code) == 1);
        CHECK(cli::status_word(exit) != "signal");
    }
    CHECK(std::ranges::none_of(rows, [](const auto& row) { return row.given_by.empty(); }));
    CHECK(cli::status_word(Exit::broken_pipe) == "signal");
}

TEST_CASE("what was kept is a success, and what the disk did not confirm is uncertain") {
    CHECK(cli::ending_of(State::committed, Reason::asked, Asked::apply).exit == Exit::done);
    CHECK(cli::ending_of(State::committed, Reason::asked, Asked::confirm).exit == Exit::done);
    CHECK(cli::ending_of(State::applied, Reason::asked, Asked::apply).exit == Exit::done);
    CHECK(cli::ending_of(State::committed_not_durable, Reason::asked, Asked::confirm).exit ==
          Exit::uncertain);
}

TEST_CASE("a rollback is a success for who asked for it and 12 for who did not") {
    CHECK(cli::ending_of(State::rolled_back, Reason::asked, Asked::rollback).exit == Exit::done);
    for (const Reason reason : {Reason::asked, Reason::deadline, Reason::client_gone, Reason::drift,
                                Reason::file_failed, Reason::stopped, Reason::recovered}) {
        CAPTURE(txn::to_string(reason));
        CHECK(cli::ending_of(State::rolled_back, reason, Asked::apply).exit == Exit::rolled_back);
        CHECK(cli::ending_of(State::rolled_back, reason, Asked::confirm).exit == Exit::rolled_back);
    }
    CHECK(cli::ending_of(State::rolled_back, Reason::asked, Asked::after_failure).exit ==
          Exit::rolled_back);
    CHECK(cli::ending_of(State::ended_by_reboot, Reason::reboot, Asked::confirm).exit ==
          Exit::rolled_back);
    CHECK(cli::ending_of(State::rolled_back, Reason::deadline, Asked::confirm).summary ==
          "rolled back: not confirmed in time");
}

TEST_CASE("a failed write is 10, a foreign value 16, and a rollback that failed 11") {
    CHECK(cli::ending_of(State::rolled_back, Reason::write_failed, Asked::apply).exit ==
          Exit::write_failed);
    CHECK(cli::ending_of(State::rolled_back_with_conflicts, Reason::asked, Asked::rollback).exit ==
          Exit::conflict);
    CHECK(cli::ending_of(State::rolled_back_with_conflicts, Reason::drift, Asked::confirm).exit ==
          Exit::rolled_back);
    for (const Asked asked : {Asked::apply, Asked::confirm, Asked::rollback, Asked::after_failure})
        CHECK(cli::ending_of(State::rollback_incomplete, Reason::asked, asked).exit ==
              Exit::uncertain);
}

TEST_CASE("a state that should not be seen at an end is uncertain, never a success") {
    for (const State state :
         {State::prepared, State::applying, State::committing, State::rolling_back})
        CHECK(cli::ending_of(state, Reason::asked, Asked::rollback).exit == Exit::uncertain);
}

TEST_CASE("number, word and sentence of an ending are of one row") {
    const report::Ending words =
        cli::ending_of(State::rolled_back, Reason::drift, Asked::confirm).in_words();
    CHECK(words.exit_code == 12);
    CHECK(words.status == "rolled-back");
    CHECK(words.summary == "rolled back: somebody changed a value before it was confirmed");
    CHECK(cli::refused_at_prompt.in_words().exit_code == 12);
    CHECK(cli::kept_on_fail.in_words().exit_code == 12);
    CHECK(cli::nothing_to_do.in_words().exit_code == 0);
}

TEST_CASE("each refusal has its exit status") {
    using txn::Fault;
    const std::vector<std::pair<Fault, Exit>> expected{
        {Fault::invalid_args, Exit::bad_data},
        {Fault::invalid_key, Exit::bad_data},
        {Fault::invalid_value, Exit::bad_data},
        {Fault::key_not_allowed, Exit::policy},
        {Fault::key_missing, Exit::failed},
        {Fault::read_only, Exit::failed},
        {Fault::drift, Exit::stale},
        {Fault::drop_in_modified, Exit::boot_conflict},
        {Fault::busy, Exit::busy},
        {Fault::not_found, Exit::no_input},
        {Fault::not_owner, Exit::not_authorized},
        {Fault::expired, Exit::rolled_back},
        {Fault::wrong_namespace, Exit::stale},
        {Fault::no_space, Exit::failed},
        {Fault::write_failed, Exit::failed},
        {Fault::recovery_required, Exit::uncertain},
        {Fault::unsupported, Exit::failed},
        {Fault::not_authorized, Exit::not_authorized},
        {Fault::interaction_needed, Exit::not_authorized},
        {Fault::no_authority, Exit::unavailable},
        {Fault::limits_exceeded, Exit::busy},
        {Fault::helper_unavailable, Exit::unavailable},
        {Fault::connection_lost, Exit::uncertain},
    };
    for (const auto& [fault, exit] : expected) {
        CAPTURE(static_cast<int>(fault));
        CHECK(cli::exit_for(fault, true) == exit);
    }
}

TEST_CASE("an answer that did not come is harmless when nothing was asked to be written") {
    CHECK(cli::exit_for(txn::Fault::connection_lost, false) == Exit::unavailable);
    CHECK(cli::exit_for(txn::Fault::expired, false) == Exit::rolled_back);
}

TEST_CASE("a refusal says what to do about it") {
    CHECK(cli::sentence_of(txn::Refused(txn::Fault::busy, "", "another transaction")) ==
          "another transaction; 'tcptune status' shows it");
    CHECK(cli::sentence_of(txn::Refused(txn::Fault::read_only, "a.b", "read-only here")) ==
          "read-only here");
}
