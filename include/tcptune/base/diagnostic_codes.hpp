// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace tcptune {

/// TT1xx TOML, TT2xx schema, TT3xx expressions, TT4xx meaning, TT5xx examples, TT6xx style,
/// TT7xx facts and plan files. Codes are never reused; tcptune-rules(5) lists them.
struct DiagnosticCode {
    std::string_view code;
    std::string_view meaning;
};

namespace codes {
inline constexpr std::string_view toml_syntax = "TT101";
inline constexpr std::string_view not_ascii = "TT102";
inline constexpr std::string_view too_large = "TT103";
inline constexpr std::string_view not_text = "TT104";

inline constexpr std::string_view unknown_member = "TT201";
inline constexpr std::string_view missing_member = "TT202";
inline constexpr std::string_view wrong_type = "TT203";
inline constexpr std::string_view bad_value = "TT204";
inline constexpr std::string_view duplicate_id = "TT205";
inline constexpr std::string_view schema_version = "TT206";
inline constexpr std::string_view file_name = "TT207";

inline constexpr std::string_view expression_syntax = "TT301";
inline constexpr std::string_view expression_type = "TT302";
inline constexpr std::string_view unknown_name = "TT303";
inline constexpr std::string_view unknown_function = "TT304";
inline constexpr std::string_view expression_depth = "TT305";
inline constexpr std::string_view wrong_scope = "TT306";

inline constexpr std::string_view evidence_cycle = "TT401";
inline constexpr std::string_view value_out_of_bounds = "TT402";
inline constexpr std::string_view unknown_parameter = "TT403";
inline constexpr std::string_view duplicate_parameter = "TT404";
inline constexpr std::string_view empty_condition = "TT405";
inline constexpr std::string_view unknown_message = "TT406";

inline constexpr std::string_view example_failed = "TT501";
inline constexpr std::string_view example_invalid = "TT502";

inline constexpr std::string_view no_reference = "TT601";
inline constexpr std::string_view unused_evidence = "TT602";
inline constexpr std::string_view recommendation_not_shown = "TT603";
inline constexpr std::string_view examples_not_last = "TT604";
inline constexpr std::string_view unused_threshold = "TT605";
inline constexpr std::string_view symptom_not_shown = "TT606";
inline constexpr std::string_view no_cure = "TT607";

inline constexpr std::string_view json_syntax = "TT701";
inline constexpr std::string_view json_shape = "TT702";
inline constexpr std::string_view format_version = "TT703";
inline constexpr std::string_view unknown_fact = "TT704";
inline constexpr std::string_view edited_plan = "TT705";
}  // namespace codes

/// Every code with its meaning in one sentence, ordered by code.
[[nodiscard]] std::span<const DiagnosticCode> diagnostic_codes();

}  // namespace tcptune
