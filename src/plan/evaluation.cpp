// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/evaluation.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::plan {

namespace {

using facts::Unknown;

std::string first_unknown(const std::vector<Reading>& readings) {
    for (const Reading& reading : readings)
        if (reading.verdict == Truth::unknown) return reading.reason;
    return "a fact is missing";
}

bool reads_own_value(const expr::Expression& line, const std::string& key) {
    return expr::names_in(line).contains("sysctl." + key);
}

bool condition_reads_own_value(const rules::Condition& condition, const std::string& key) {
    const auto reads = [&](const expr::Expression& line) { return reads_own_value(line, key); };
    return std::ranges::any_of(condition.all, reads) || std::ranges::any_of(condition.any, reads) ||
           std::ranges::any_of(condition.none, reads);
}

/// One rule over one host.
class RuleEvaluation {
public:
    RuleEvaluation(const rules::Rule& rule, const facts::FactSet& facts, const Inputs& inputs)
        : rule_(rule),
          facts_(facts),
          policy_(inputs.policy),
          context_(rule, facts, inputs.policy) {}

    Finding run() {
        Finding finding;
        finding.id = finding.key = rule_.key();
        for (const rules::Recommendation& candidate : rule_.recommendations) {
            std::vector<Reading> readings;
            const Truth truth = condition(candidate, readings);
            if (truth == Truth::no) {
                note_already_set(candidate, readings, finding);
                continue;
            }
            finding.id = rule_.key() + "/" + candidate.id;
            finding.recommendation = &candidate;
            finding.readings = std::move(readings);
            finding.unset = candidate.unset;
            if (truth == Truth::unknown) {
                finding.status = FindingStatus::unknown;
                finding.reason = first_unknown(finding.readings);
            } else {
                finding.status = FindingStatus::recommended;
                if (!candidate.unset) propose(candidate, finding);
            }
            return finding;
        }
        return finding;
    }

    std::vector<AdviceGiven> advice() {
        std::vector<AdviceGiven> given;
        for (const rules::Advice& advice : rule_.advice) {
            AdviceGiven entry;
            entry.verdict = context_.holds(advice.condition, &entry.readings);
            if (entry.verdict == Truth::no) continue;
            entry.id = rule_.key() + "/" + advice.id;
            entry.key = rule_.key();
            entry.advice = &advice;
            if (entry.verdict == Truth::unknown) entry.reason = first_unknown(entry.readings);
            given.push_back(std::move(entry));
        }
        return given;
    }

private:
    /// A key that this kernel never had cannot be set, so what would set it is no, not unknown.
    /// The file's existence is asked first: vendors backport.
    bool key_is_absent() const {
        if (facts::is_known(facts_.get("sysctl." + rule_.key()))) return false;
        const auto kernel = facts_.kernel();
        return kernel && !rule_.parameter.kernels.contains(*kernel);
    }

    Truth condition(const rules::Recommendation& candidate, std::vector<Reading>& readings) const {
        const Truth truth = context_.holds(candidate.condition, &readings);
        if (truth == Truth::no || candidate.unset || !key_is_absent()) return truth;
        return Truth::no;
    }

    /// Everything else speaks for the change, and the value is there already.
    void note_already_set(const rules::Recommendation& candidate,
                          const std::vector<Reading>& readings, Finding& finding) const {
        if (finding.status == FindingStatus::already_set || candidate.unset) return;
        if (!condition_reads_own_value(candidate.condition, rule_.key())) return;
        const auto refusals = std::ranges::count_if(
            readings, [](const Reading& reading) { return speaks_for(reading) == Truth::no; });
        const bool rest_holds = std::ranges::none_of(
            readings, [](const Reading& reading) { return reading.verdict == Truth::unknown; });
        if (refusals != 1 || !rest_holds) return;
        std::string reason;
        const auto value = context_.proposed(rule_.parameter, candidate.set, reason);
        const auto current =
            to_sysctl_value(rule_.parameter.type, facts_.get("sysctl." + rule_.key()));
        if (!value || value != current) return;
        finding.status = FindingStatus::already_set;
        finding.id = rule_.key() + "/" + candidate.id;
        finding.readings = readings;
        finding.value = value;
    }

    void propose(const rules::Recommendation& candidate, Finding& finding) const {
        std::string reason;
        finding.value = context_.proposed(rule_.parameter, candidate.set, reason);
        if (!finding.value) {
            finding.status = FindingStatus::unknown;
            finding.reason = reason;
            return;
        }
        const Planned planned{{rule_.key(), *finding.value}};
        const RuleContext after(rule_, facts_, policy_, &planned, &*finding.value);
        check_constraints(after, finding);
        if (finding.status == FindingStatus::recommended) check_requirements(after, finding);
        collect_hazards(after, finding);
    }

    void check_constraints(const RuleContext& after, Finding& finding) const {
        for (const rules::Constraint& constraint : rule_.constraints) {
            if (constraint.advice) continue;
            const Reading reading = after.read(constraint.expr);
            if (reading.verdict == Truth::yes) continue;
            block(finding, reading.verdict, constraint.id, constraint.text, reading.reason);
            return;
        }
    }

    void check_requirements(const RuleContext& after, Finding& finding) const {
        for (const rules::Requirement& requirement : rule_.requirements) {
            if (requirement.for_value && *requirement.for_value != *finding.value) continue;
            std::vector<Reading> readings;
            const Truth truth = after.holds(requirement.condition, &readings);
            if (truth == Truth::yes || (truth == Truth::no && requirement.satisfy)) continue;
            block(finding, truth, requirement.id, requirement.text,
                  truth == Truth::unknown ? first_unknown(readings) : std::string());
            return;
        }
    }

    static void block(Finding& finding, Truth truth, const std::string& id, const std::string& text,
                      const std::string& missing) {
        finding.blocked_by = id;
        finding.status = truth == Truth::no ? FindingStatus::blocked : FindingStatus::unknown;
        finding.reason = truth == Truth::no ? text : missing;
    }

    void collect_hazards(const RuleContext& after, Finding& finding) const {
        for (const rules::Hazard& hazard : rule_.hazards) {
            if (hazard.for_value && *hazard.for_value != *finding.value) continue;
            const Truth truth = after.holds(hazard.condition);
            if (truth != Truth::no)
                finding.hazards.push_back({hazard.id, hazard.severity, truth, hazard.text});
        }
    }

    const rules::Rule& rule_;
    const facts::FactSet& facts_;
    const rules::Policy* policy_;
    RuleContext context_;
};

}  // namespace

const char* to_string(FindingStatus status) {
    switch (status) {
        case FindingStatus::recommended:
            return "recommended";
        case FindingStatus::already_set:
            return "already_set";
        case FindingStatus::blocked:
            return "blocked";
        case FindingStatus::not_applicable:
            return "not_applicable";
        case FindingStatus::unknown:
            break;
    }
    return "unknown";
}

Evaluation evaluate(const rules::RuleSet& rules, const facts::FactSet& facts,
                    const Inputs& inputs) {
    static const rules::Profile general;
    Evaluation evaluation;
    evaluation.facts = with_derived(facts, rules, inputs.profile ? *inputs.profile : general);
    for (const auto& [key, rule] : rules.all()) {
        RuleEvaluation one(rule, evaluation.facts, inputs);
        evaluation.findings.push_back(one.run());
        for (AdviceGiven& advice : one.advice())
            evaluation.advice.push_back(std::move(advice));
    }
    return evaluation;
}

}  // namespace tcptune::plan
