// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/rules/symptom.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::diagnosis {

/// What somebody asks about: an errno by name or number, or a line of a log.
struct Question {
    std::string text;            ///< as it was given, one line; foreign text
    std::string message_id;      ///< which message it is
    std::string call;            ///< "bind", "connect", "" when the text does not tell
    std::string address;         ///< the local address that the text names, canonical, or ""
    std::int64_t port = 0;       ///< the local port that the text names, or 0
    std::string remote_address;  ///< where connect() was to go, or ""
    std::int64_t remote_port = 0;
};

/// Nothing when no message fits. The longest piece of text that occurs wins; an errno by its name
/// (EADDRNOTAVAIL) or number (99) is a whole word.
[[nodiscard]] std::optional<Question> understand(std::string_view text,
                                                 const std::vector<rules::Message>& messages);

}  // namespace tcptune::diagnosis
