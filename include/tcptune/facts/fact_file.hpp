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

/// Versioned JSON, kind "facts", format_version "1.0"; the same facts give the same bytes.
/// Addresses: a pseudonym keeps the family and what evaluation reads (loopback, private, link
/// local, public), and equal addresses stay equal.
[[nodiscard]] std::string write_facts(const FactSet& facts);
[[nodiscard]] FactSet redact(const FactSet& facts, const Redaction& redaction);

/// Nothing when `diagnostics` has errors: not JSON, another kind, a newer major version (TT703),
/// a wrong type. Unknown members are ignored (a newer minor version), unknown facts too.
/// At most 64 MiB are accepted (TT103).
[[nodiscard]] std::optional<FactSet> read_facts(const std::string& file, std::string_view text,
                                                Diagnostics& diagnostics);

}  // namespace tcptune::facts
