// SPDX-License-Identifier: Apache-2.0
// What the kernel makes of a value.
#include "lint/passes.hpp"
#include "lint/value_shape.hpp"

#include <tcptune/base/text.hpp>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

using Oddity = ValueShape::Oddity;
using sysctl::WriteVerdict;

// Measured: busybox's sysctl ends at the first value that is refused.
constexpr std::string_view refused_everywhere =
    "The key keeps its value; systemd-sysctl and sysctl -p end with status 1, and busybox does not "
    "read the rest of the file.";

// Measured with procps 4.0.2 and 4.0.4: a value of this length is cut.
constexpr std::size_t longest_value_of_procps = 4096;

std::string sentence(std::string text) {
    if (text.empty()) return text;
    // A key keeps its small letter.
    for (const std::string_view word : {"the ", "one ", "a "})
        if (text.starts_with(word)) text[0] = static_cast<char>(text[0] - 'a' + 'A');
    if (text.back() != '.') text += '.';
    return text + ' ';
}

std::string_view last_component_of(std::string_view key) {
    return key.substr(key.rfind('.') + 1);
}

/// "30 # half" reads back as 30: the kernel took the numbers and left the words.
bool is_prefix_of_words(std::string_view numbers, std::string_view value) {
    const std::string folded = fold_spaces(value);
    return folded.size() > numbers.size() && folded.starts_with(numbers) &&
           folded[numbers.size()] == ' ';
}

bool is_same_in_hexadecimal(std::string_view value, std::string_view reads_back) {
    if (!value.starts_with("0x") && !value.starts_with("0X")) return false;
    const std::string_view digits = value.substr(2);
    std::int64_t number = 0;
    for (const char c : digits) {
        const auto place = std::string_view("0123456789abcdef")
                               .find(c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c);
        if (place == std::string_view::npos || number > (std::int64_t{1} << 56)) return false;
        number = number * 16 + static_cast<std::int64_t>(place);
    }
    return fmt::to_string(number) == reads_back;
}

class ValueNotes {
public:
    ValueNotes(const Document& document, const Effects& effects, Findings& findings)
        : document_(document), effects_(effects), findings_(findings) {}

    void look(std::size_t at, const KeyFacts& facts, bool told) {
        setting_ = &document_.settings[at];
        shape_ = shape_of(setting_->value);
        parameter_ = facts.rule ? &facts.rule->parameter : nullptr;
        if (shape_.second_assignment) {
            note_second_assignment();
            return;
        }
        if (parameter_ && parameter_->type == sysctl::ValueType::port_set &&
            setting_->value.size() >= longest_value_of_procps &&
            !document_.shell.contains(setting_->line))
            note_long_list();
        const auto& outcome = effects_.of(at).outcome;
        if (!outcome || outcome->verdict == WriteVerdict::unknown)
            look_without_verdict();
        else if (outcome->verdict == WriteVerdict::refused)
            note_refused(*outcome);
        else if (outcome->verdict == WriteVerdict::altered)
            note_altered(*outcome, told);
    }

    void end() {
        if (texts_after_ > 0) note_texts_after();
    }

private:
    void note(Note note) {
        if (!setting_->fixable) note.fix = {};
        add_note(document_, setting_->line, setting_->value_column, setting_->key, std::move(note),
                 findings_);
    }

    /// The line with `value` instead of what it has.
    [[nodiscard]] Fix write(std::string_view value) const {
        if (!setting_->fixable) return {};
        return replace_part(document_.lines[setting_->line], document_.forms[setting_->line].value,
                            value);
    }

    /// The same, where the kernel would then do what is written.
    [[nodiscard]] Fix write_if_taken(std::string_view value) const {
        if (parameter_ && effects_.tried(*parameter_, value).verdict != WriteVerdict::taken)
            return {};
        return write(value);
    }

    void note_second_assignment() {
        note({.severity = Severity::error,
              .rule_id = "lint/two-assignments",
              .title = "Two assignments stand in one line",
              .explanation = "The second one is part of the first one's value: it sets nothing.",
              .mend = "Write each on a line of its own."});
    }

    void note_long_list() {
        note({.severity = Severity::warning,
              .rule_id = "lint/long-list",
              .title = "The list is longer than sysctl -p writes",
              .explanation = "The loaders differ: systemd-sysctl stores the whole list; sysctl -p "
                             "writes its first 4092 bytes and reports no error, so that the ports "
                             "behind them are not reserved.",
              .mend = "Write neighbouring ports as ranges (8000-8010)."});
    }

    void note_double_equals() {
        note({.severity = Severity::error,
              .rule_id = "lint/double-equals",
              .title = "Two '=' stand before the value",
              .explanation = fmt::format("The second one is part of the value, which the kernel "
                                         "refuses. {}",
                                         refused_everywhere),
              .mend = fmt::format("Write {} = {}.", shown(setting_->key), shown(shape_.core)),
              .fix = write_if_taken(shape_.core)});
    }

    void note_quotes(bool refused) {
        Note text{.severity = refused ? Severity::error : Severity::warning,
                  .rule_id = "lint/quotes",
                  .title = "Quotes stand around the value",
                  .mend = fmt::format("Write {} without quotes.", shown(shape_.core)),
                  .fix = write_if_taken(shape_.core)};
        text.explanation = "No loader takes quotes off: they are part of the value.";
        if (refused)
            text.explanation += fmt::format(" The kernel refuses it. {}", refused_everywhere);
        note(std::move(text));
    }

    void note_glued() {
        const std::string_view rest = setting_->value.substr(shape_.core.size());
        note({.severity = Severity::error,
              .rule_id = "lint/text-behind-number",
              .title = fmt::format("{} stands directly behind the number", shown(rest)),
              .explanation = fmt::format("The kernel refuses a number that does not end at white "
                                         "space. {}",
                                         refused_everywhere),
              .mend = fmt::format("Write {} alone.", shown(shape_.core)),
              .fix = rest.size() == 1 ? write_if_taken(shape_.core) : Fix{}});
    }

    void note_unit() {
        note({.category = Category::invalid_value,
              .severity = Severity::error,
              .rule_id = "lint/unit",
              .title = fmt::format("{} has a unit", shown(setting_->value)),
              .explanation = fmt::format("The kernel reads plain numbers and refuses a unit. {}",
                                         refused_everywhere),
              .mend = "Write the number out."});
    }

    void note_refused(const sysctl::WriteOutcome& outcome) {
        if (shape_.oddity == Oddity::double_equals) return note_double_equals();
        if (shape_.oddity == Oddity::quoted) return note_quotes(true);
        // In a list of ports it is the white space that is wrong.
        const bool ports = parameter_->type == sysctl::ValueType::port_set;
        if (shape_.oddity == Oddity::glued && !ports) return note_glued();
        if (shape_.oddity == Oddity::unit) return note_unit();
        note({.category = Category::invalid_value,
              .severity = Severity::error,
              .rule_id = "lint/refused",
              .title = setting_->value.empty()
                           ? fmt::format("{} is set to nothing", shown(setting_->key))
                           : fmt::format("The kernel refuses {} for {}", shown(setting_->value),
                                         last_component_of(setting_->key)),
              .explanation = sentence(outcome.reason) + std::string(refused_everywhere),
              .mend = shape_.oddity == Oddity::text_after_number
                          ? "Move the text to a line of its own, with a '#' before it."
                          : "Write a value that the key takes, or delete the line."});
    }

    [[nodiscard]] std::string altered_title(const sysctl::WriteOutcome& outcome) const {
        const std::string_view key = last_component_of(setting_->key);
        if (outcome.reads_back.empty())
            return fmt::format("{} changes nothing at {}", shown(setting_->value), key);
        if (outcome.reads_back == setting_->value)
            return fmt::format("{} is no setting of {}", shown(setting_->value), key);
        return fmt::format("{} becomes {}, not {}", key, shown(outcome.reads_back),
                           shown(setting_->value));
    }

    void note_altered(const sysctl::WriteOutcome& outcome, bool told) {
        if (is_same_in_hexadecimal(setting_->value, outcome.reads_back)) return;
        if (is_prefix_of_words(outcome.reads_back, setting_->value) &&
            shape_.oddity == Oddity::text_after_number) {
            count_text_after();
            return;
        }
        if (told) return;
        const bool rest_ignored = is_prefix_of_words(outcome.reads_back, setting_->value);
        note({.category = Category::invalid_value,
              .severity = rest_ignored ? Severity::warning : Severity::error,
              .rule_id = "lint/altered",
              .title = altered_title(outcome),
              .explanation = sentence(outcome.reason) + "No loader reports an error.",
              .mend = "Write the value that is meant."});
    }

    /// Harmless, and mostly a habit of the whole file: said once.
    void count_text_after() {
        if (texts_after_++ == 0) first_text_after_ = setting_;
    }

    void note_texts_after() {
        setting_ = first_text_after_;
        note({.severity = Severity::info,
              .rule_id = "lint/text-after-value",
              .title = texts_after_ == 1
                           ? std::string("Text follows the value on the same line")
                           : fmt::format("Text follows the value, here and in {} more line{}",
                                         texts_after_ - 1, texts_after_ == 2 ? "" : "s"),
              .explanation =
                  "sysctl.conf(5) has no comments behind a value: every loader hands the "
                  "text to the kernel, which reads the number and ignores the rest.",
              .mend = "Put the text on a line of its own, with a '#' before it."});
    }

    void look_without_verdict() {
        switch (shape_.oddity) {
            case Oddity::none:
                return;
            case Oddity::empty:
                note({.severity = Severity::warning,
                      .rule_id = "lint/empty-value",
                      .title = fmt::format("{} is set to nothing", shown(setting_->key)),
                      .explanation = "The loaders differ: systemd-sysctl and sysctl -p write an "
                                     "empty line, which empties a text and which a number refuses; "
                                     "busybox skips the line.",
                      .mend = "Write a value, or delete the line."});
                return;
            case Oddity::double_equals:
                return note_double_equals();
            case Oddity::quoted:
                return note_quotes(shape_.numeric);
            case Oddity::glued:
                return note_glued();
            case Oddity::unit:
                return note_unit();
            case Oddity::text_after_number:
                return count_text_after();
            case Oddity::comment_after_text:
                note({.severity = Severity::error,
                      .rule_id = "lint/comment-after-text",
                      .title = "A comment follows the value on the same line",
                      .explanation = "sysctl.conf(5) has no comments behind a value: every loader "
                                     "takes it as part of the value. A name with a comment is "
                                     "another name, which the kernel does not find.",
                      .mend = "Put the comment on a line of its own."});
                return;
        }
    }

    const Document& document_;
    const Effects& effects_;
    Findings& findings_;
    const Setting* setting_ = nullptr;
    const Setting* first_text_after_ = nullptr;
    std::size_t texts_after_ = 0;
    const sysctl::Parameter* parameter_ = nullptr;
    ValueShape shape_;
};

}  // namespace

void note_values(const Document& document, const Effects& effects, const std::vector<bool>& told,
                 Knowledge& knowledge, Findings& findings) {
    ValueNotes notes(document, effects, findings);
    for (std::size_t at = 0; at < document.settings.size(); ++at) {
        const Setting& setting = document.settings[at];
        if (setting.exclusion || !setting.value_known) continue;
        const KeyFacts& facts = knowledge.about(setting.key);
        if (facts.state == KeyState::usable || facts.state == KeyState::unknown)
            notes.look(at, facts, told[at]);
    }
    notes.end();
}

}  // namespace tcptune::lint
