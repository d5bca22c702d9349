// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "record.hpp"

namespace tcptune::netns_test {

// Each runs in a process and a network namespace of its own.

// cases_burst.cpp: connections until the first EADDRNOTAVAIL.
void plain(Record& record);
void listeners(Record& record);
void reserved_ports(Record& record);
void bound_only(Record& record);
void mixed_ranges(Record& record);
void source_addresses(Record& record);
void mapped_client(Record& record);
void bind_first(Record& record);
void bind_first_beside_listeners(Record& record);
void server_closes(Record& record);

// cases_rate.cpp: connections per second while the range is full.
void reuse_rate(Record& record);
void loopback_reuse(Record& record);
void no_timestamps(Record& record);
void seconds_left(Record& record);
void two_periods(Record& record);

// cases_halves.cpp: which ports come first.
void preferred_half(Record& record);
void widened_same_parity(Record& record);
void widened_other_parity(Record& record);
void reuse_keeps_the_half(Record& record);

// cases_default_range.cpp
void default_range(Record& record);

}  // namespace tcptune::netns_test
