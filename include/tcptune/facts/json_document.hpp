// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/diagnostic.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace tcptune::facts {

/// What a JSON file of ours may cost at most: the files may come from anybody.
struct JsonLimits {
    std::size_t bytes = std::size_t{64} << 20;
    std::size_t depth = 16;
    std::size_t values = 2'000'000;  ///< members of all objects and arrays together
};

/// Reads a whole text as one JSON value, strictly: no comments, no NaN, no byte after it, valid
/// UTF-8, no member twice. Nothing after an error: TT103 too large, TT701 not JSON (with line and
/// column), TT702 too deep, too many values, a member twice, a number out of every range.
/// An integer beyond 64 bits is held as a value of the type `binary`, because as a real it would
/// silently be another number.
[[nodiscard]] std::optional<nlohmann::json> read_json(const std::string& file,
                                                      std::string_view text,
                                                      Diagnostics& diagnostics,
                                                      const JsonLimits& limits = {});

/// One step down in a JSON document, for messages: `sockets.destinations[3].remote_port`.
struct JsonPath {
    const JsonPath* parent = nullptr;
    std::string_view member;  ///< of an object, or
    std::size_t index = 0;    ///< of an array, when `parent` is set and `member` has no data

    [[nodiscard]] JsonPath operator/(std::string_view name) const { return {this, name, 0}; }
    [[nodiscard]] JsonPath at(std::size_t position) const { return {this, {}, position}; }
    /// Safe for a terminal, long names cut; "the document" for its root.
    [[nodiscard]] std::string text() const;
};

/// The text that a reader gets of this one in JSON that we write: every run of bytes that is not
/// UTF-8 has become U+FFFD.
[[nodiscard]] std::string as_json_reads(const std::string& text);

/// What stands there, for messages: "an object", "text", "-1".
[[nodiscard]] std::string json_words(const nlohmann::json& value);

}  // namespace tcptune::facts
