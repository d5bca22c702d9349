// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tcptune::rules {

/// In which order evidence can be typed and evaluated; indices into the file's evidence.
struct EvidenceOrder {
    std::vector<std::size_t> order;                ///< what is read stands before what reads it
    std::vector<std::vector<std::size_t>> cycles;  ///< each with its first member again at its end
    std::vector<std::size_t> too_costly;
};

/// `parsed` goes with `evidence`; nothing where an expression has an error. Evidence in evidence
/// costs evaluation as much as the whole expression written out: that, and how deep it goes, is
/// bounded here, so that no evaluation is long.
[[nodiscard]] EvidenceOrder order_evidence(std::span<const EvidenceText> evidence,
                                           std::span<const std::optional<expr::Expression>> parsed);

}  // namespace tcptune::rules
