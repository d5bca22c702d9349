// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>

namespace tcptune {

namespace {

constexpr DiagnosticCode all_codes[] = {
    {codes::toml_syntax, "the text is not TOML"},
    {codes::not_ascii, "a byte outside ASCII stands outside strings and comments"},
    {codes::too_large, "the file is larger than this kind of file may be"},
    {codes::not_text, "the file holds NUL bytes or is not valid UTF-8"},
    {codes::unknown_member, "no such table or member"},
    {codes::missing_member, "a member that must be there is missing"},
    {codes::wrong_type, "the member has another type"},
    {codes::bad_value, "the member's value is not one of those allowed"},
    {codes::duplicate_id, "the same name stands twice"},
    {codes::schema_version, "the file is of another version of the schema"},
    {codes::file_name, "the file is not named after its key"},
    {codes::expression_syntax, "the expression cannot be read"},
    {codes::expression_type, "the types in the expression do not fit"},
    {codes::unknown_name, "no fact, threshold or evidence has this name"},
    {codes::unknown_function, "there is no such function"},
    {codes::expression_depth, "the expression is too deep or too long"},
    {codes::wrong_scope, "the fact is not known where this condition is asked"},
    {codes::evidence_cycle, "evidence is defined by itself"},
    {codes::value_out_of_bounds, "the parameter does not take this value"},
    {codes::unknown_parameter, "no rule file declares this parameter"},
    {codes::duplicate_parameter, "two files declare the same parameter"},
    {codes::empty_condition, "a recommendation without a condition would always fire"},
    {codes::unknown_message, "no message file has this id"},
    {codes::example_failed, "an example does not come out as expected"},
    {codes::example_invalid, "an example names what is not there or has the wrong type"},
    {codes::no_reference, "the file has no reference"},
    {codes::unused_evidence, "the evidence is used nowhere"},
    {codes::recommendation_not_shown, "a recommendation lacks an example of one kind"},
    {codes::examples_not_last, "a table follows the first [[example]]"},
    {codes::unused_threshold, "the threshold is used nowhere"},
    {codes::symptom_not_shown, "a symptom lacks an example of one verdict"},
    {codes::no_cure, "the symptom says nothing about its cure"},
    {codes::json_syntax, "the text is not JSON"},
    {codes::json_shape, "the JSON document has another shape"},
    {codes::format_version, "the document is of a newer version of the format"},
    {codes::unknown_fact, "there is no such fact"},
    {codes::edited_plan, "the plan was edited: its digest is that of another one"},
};

}  // namespace

std::span<const DiagnosticCode> diagnostic_codes() {
    return all_codes;
}

}  // namespace tcptune
