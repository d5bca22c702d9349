// SPDX-License-Identifier: Apache-2.0
#include "conf/claims.hpp"

#include <algorithm>

namespace tcptune::conf {

namespace {

std::string place_of(const ScriptLine& line, const Script& script) {
    return script.files[line.file].path + ':' + std::to_string(line.line);
}

std::string sentence(const Effect& effect, const Script& script) {
    if (!effect.why.empty()) return effect.why;
    const ScriptLine& line = script.lines[effect.line];
    if (effect.fate == Fate::wins)
        return line.glob ? "the last pattern that matches, and no line names the key"
                         : "the last line that sets the key";
    if (effect.other == no_index) return {};
    const ScriptLine& other = script.lines[effect.other];
    const std::string place = place_of(other, script);
    switch (effect.fate) {
        case Fate::overwritten:
            return place + (other.value == line.value && other.exclusion == line.exclusion
                                ? " says the same later"
                                : " sets it later");
        case Fate::excluded:
            return place + (line.glob ? " keeps patterns away from the key" : " takes it back");
        case Fate::explicit_elsewhere:
            return place + " names the key, which keeps patterns away";
        default:
            return {};
    }
}

}  // namespace

std::string_view to_string(Fate fate) {
    switch (fate) {
        case Fate::wins:
            return "wins";
        case Fate::overwritten:
            return "overwritten";
        case Fate::excluded:
            return "excluded";
        case Fate::explicit_elsewhere:
            return "explicit-elsewhere";
        case Fate::refused:
            return "refused";
        case Fate::masked:
            return "masked";
        case Fate::not_read:
            return "not-read";
        case Fate::absent:
            return "absent";
    }
    return "";
}

const Statement* Outcome::winner() const {
    const auto found = std::ranges::find(claims, Fate::wins, &Claim::fate);
    return found == claims.end() ? nullptr : &found->statement;
}

bool KeyForecast::disagree() const {
    return systemd.value && procps.value && systemd.value != procps.value;
}

Claim claim_of(const Effect& effect, const Script& script, const NameTable& names) {
    const ScriptLine& line = script.lines[effect.line];
    Claim claim;
    claim.statement.name = names.name(line.name);
    claim.statement.value = line.value;
    claim.statement.file = script.files[line.file].path;
    claim.statement.line = line.line;
    claim.statement.exclusion = line.exclusion;
    claim.statement.glob = line.glob;
    claim.statement.ignore_errors = line.ignore_errors;
    claim.statement.unusable = line.flaw != Flaw::none;
    claim.fate = effect.fate;
    claim.why = sentence(effect, script);
    return claim;
}

}  // namespace tcptune::conf
