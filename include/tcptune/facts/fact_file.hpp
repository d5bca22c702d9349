// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>
#include <tcptune/facts/fact_set.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace tcptune::facts {

/// What of a host must not leave it.
struct Redaction {
    bool addresses = false;  ///< keyed pseudonyms that keep equality, family and scope
    bool hostname = false;
    std::string key;  ///< secret of this one file, from the caller (the core has no randomness)
};

/// Versioned JSON, kind "facts", format_version "1.0"; the same facts give the same bytes. Text
/// that is not UTF-8 gets U+FFFD for its bad bytes, a real that is not finite becomes unknown.
/// Addresses: a pseudonym keeps the family and what evaluation reads (loopback, private, link
/// local, public), equal addresses stay equal and different ones different. Loopback and "any"
/// stay; private IPv4 goes to 10/8, link local to 169.254/16, public to 100.64/10 (real addresses
/// of that range count as private); IPv6 goes to fd00::/8, fe80::/64 and 2001:db8::/32. What is no
/// numeric address becomes "address-1f2e3d4c", a host name "host-1f2e3d4c".
[[nodiscard]] std::string write_facts(const FactSet& facts);
[[nodiscard]] FactSet redact(const FactSet& facts, const Redaction& redaction);

/// Nothing when `diagnostics` has errors: not JSON (TT701, with line and column), another kind, a
/// wrong type, a member twice, more than 16 levels or 2,000,000 values or 65,536 numbers in a list
/// (TT702, with the path; at most 20), a newer major version (TT703), more than 64 MiB (TT103).
/// Unknown members are ignored; an unknown fact is kept, with a warning (TT704) unless the file has
/// a newer minor version. Port lists come out sorted, each port once.
[[nodiscard]] std::optional<FactSet> read_facts(const std::string& file, std::string_view text,
                                                Diagnostics& diagnostics);

}  // namespace tcptune::facts
