// SPDX-License-Identifier: Apache-2.0
// Keys that one text sets more than once.
#include "lint/passes.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/conf/kernel_links.hpp>

#include <optional>
#include <unordered_map>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

/// What comes after a setting of the same key, in the same branch of a template.
struct Later {
    std::optional<std::size_t> assignment;
    std::optional<std::size_t> exclusion;  ///< after the assignment, if there is one
};

bool same_text(const Setting& one, const Setting& other) {
    return one.value_known == other.value_known &&
           fold_spaces(one.value) == fold_spaces(other.value);
}

class DuplicateNotes {
public:
    DuplicateNotes(Document& document, const Effects& effects, Findings& findings)
        : document_(document), effects_(effects), findings_(findings) {}

    /// From the last setting to the first one.
    void look(std::size_t at) {
        Setting& setting = document_.settings[at];
        std::string name(main_name(setting.key));
        if (setting.branch != 0) name += fmt::format("\n{}", setting.branch);
        Later& later = later_[name];
        if (setting.exclusion) {
            if (later.assignment)
                note_void_exclusion(setting, document_.settings[*later.assignment]);
            else
                later.exclusion = at;
            return;
        }
        if (later.assignment)
            note_loser(at, *later.assignment);
        else if (later.exclusion)
            note_excluded(setting, document_.settings[*later.exclusion]);
        if (!later.assignment) later.assignment = at;
    }

private:
    [[nodiscard]] std::uint32_t number(const Setting& setting) const {
        return document_.lines[setting.line].number;
    }

    void note_loser(std::size_t at, std::size_t winner_at) {
        Setting& loser = document_.settings[at];
        const Setting& winner = document_.settings[winner_at];
        const Effect& one = effects_.of(at);
        const Effect& other = effects_.of(winner_at);
        // It sets nothing, and was found fault with for that.
        if (one.outcome && one.outcome->verdict == sysctl::WriteVerdict::refused) return;
        const bool same =
            same_text(loser, winner) || (one.value && other.value && one.value == other.value);
        const bool refused =
            other.outcome && other.outcome->verdict == sysctl::WriteVerdict::refused;
        loser.overwritten = !same && !refused;
        Note note{.category = Category::duplicate,
                  .severity = same ? Severity::info : Severity::warning,
                  .rule_id = "lint/duplicate"};
        const std::uint32_t line = number(winner);
        const bool linked = conf::has_links(loser.key);
        const bool two_names = loser.key != winner.key;
        if (same) {
            loser.same_value = true;
            note.title =
                fmt::format("{} is set to the same value again in line {}", shown(loser.key), line);
            note.explanation =
                two_names ? fmt::format("{} is another name for it.", shown(winner.key))
                : linked  ? "Other keys follow this one, so that the lines between may count on "
                            "both."
                          : "One of the lines is enough.";
            note.mend = "Delete one of them.";
            if (!linked) note.fix = take_out();
        } else if (refused) {
            note.title = fmt::format("{} is set again in line {}, to a value that is refused",
                                     shown(loser.key), line);
            note.explanation =
                "The loaders differ: systemd-sysctl writes the last line alone and leaves the key "
                "as it was; sysctl -p and busybox have written this line's value before.";
            note.mend = fmt::format("Delete line {}, or mend it and delete this one.", line);
        } else {
            note.title =
                fmt::format("{} is set again in line {}, which wins", shown(loser.key), line);
            note.explanation = fmt::format(
                "{}With every loader the last line decides: the key becomes {}, not "
                "{}.",
                two_names ? shown(winner.key) + " is another name for it. " : "",
                shown(winner.value), shown(loser.value));
            note.mend = "Keep the line that is meant, and delete the other one.";
            if (!linked) note.fix = take_out();
        }
        add_note(document_, loser, std::move(note), findings_);
    }

    void note_void_exclusion(const Setting& exclusion, const Setting& later) {
        add_note(document_, exclusion,
                 {.category = Category::duplicate,
                  .severity = Severity::info,
                  .rule_id = "lint/void-exclusion",
                  .title = fmt::format("Line {} sets {} all the same", number(later),
                                       shown(exclusion.key)),
                  .explanation = "An exclusion keeps a key away from patterns. A later line that "
                                 "names the key sets it with every loader.",
                  .mend = "Delete the line that is not meant."},
                 findings_);
    }

    void note_excluded(const Setting& setting, const Setting& exclusion) {
        add_note(document_, setting,
                 {.category = Category::duplicate,
                  .severity = Severity::warning,
                  .rule_id = "lint/excluded-later",
                  .title = fmt::format("Line {} excludes {} again", number(exclusion),
                                       shown(setting.key)),
                  .explanation = "The loaders differ: systemd-sysctl does not set the key then; "
                                 "sysctl -p and busybox set it.",
                  .mend = "Delete the line that is not meant."},
                 findings_);
    }

    Document& document_;
    const Effects& effects_;
    Findings& findings_;
    std::unordered_map<std::string, Later> later_;
};

}  // namespace

void note_duplicates(Document& document, const Effects& effects, Knowledge& knowledge,
                     Findings& findings) {
    DuplicateNotes notes(document, effects, findings);
    for (std::size_t at = document.settings.size(); at-- > 0;) {
        const Setting& setting = document.settings[at];
        if (!setting.effective) continue;
        const KeyState state = knowledge.about(setting.key).state;
        // Lines that set nothing do not disagree.
        if (state == KeyState::removed || state == KeyState::not_yet || state == KeyState::foreign)
            continue;
        notes.look(at);
    }
}

}  // namespace tcptune::lint
