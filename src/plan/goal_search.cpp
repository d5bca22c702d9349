// SPDX-License-Identifier: Apache-2.0
#include "plan/draft.hpp"

#include <tcptune/base/text.hpp>
#include <tcptune/capacity/forecast.hpp>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

namespace tcptune::plan {

namespace {

/// A step that could raise the rate of new connections.
struct Candidate {
    std::string key;
    Step step;
};

capacity::Usage usage_of(const rules::ExpectedDestination& expected) {
    capacity::Usage usage;
    usage.client_closes = expected.client_closes;
    usage.binds_first = expected.binds_first;
    usage.lifetime_s = expected.lifetime_s;
    usage.source_addresses = expected.source_addresses;
    usage.loopback = expected.address.starts_with("127.") || expected.address == "::1";
    return usage;
}

std::string name_of(const rules::ExpectedDestination& expected) {
    if (expected.address.empty()) return "any one destination";
    const bool v6 = expected.address.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + expected.address + "]" : expected.address;
    return expected.port ? host + ":" + std::to_string(expected.port) : host;
}

bool reaches(const std::optional<double>& limit, double rate) {
    return !limit || *limit >= rate;
}

/// A number of a profile may be anything; so many are as good as any more.
std::int64_t whole(double number) {
    return static_cast<std::int64_t>(std::clamp(number, 0.0, 1e15));
}

std::string rate_text(double per_s) {
    return with_thousands(whole(per_s)) + "/s";
}

/// One set of steps, judged.
struct Trial {
    Draft draft;
    std::vector<Refusal> refusals;
    std::size_t steps = 0;
    int risk = 0;
    bool all_met = false;
    bool all_fast = false;  ///< also below the half-range slowdown

    /// A rate is not really reached where every connect() is slow; then smaller, then less risky.
    /// Of equals the first stays, so that the choice is stable.
    [[nodiscard]] bool better_than(const Trial& other) const {
        return std::tuple(!all_met, !all_fast, steps, risk) <
               std::tuple(!other.all_met, !other.all_fast, other.steps, other.risk);
    }
};

class GoalSearch {
public:
    GoalSearch(const Ground& ground, const rules::Profile& profile)
        : ground_(ground), profile_(profile) {}

    std::vector<GoalResult> run(Draft& draft, std::vector<Refusal>& refusals) {
        const PortState as_is = port_state(ground_.facts, ground_.rules, {});
        if (!as_is.complete) return unknown(as_is.missing);
        Trial best = judge(draft, {});
        const bool met_already = best.all_met;
        if (!best.all_fast) best = search(draft, std::move(best));
        if (best.all_met && (!met_already || best.all_fast)) {
            draft = std::move(best.draft);
            for (Refusal& refusal : best.refusals)
                refusals.push_back(std::move(refusal));
        }
        return results(as_is, draft);
    }

private:
    std::vector<GoalResult> unknown(const std::string& missing) const {
        std::vector<GoalResult> results;
        for (const rules::ExpectedDestination& expected : profile_.destinations) {
            GoalResult result;
            result.destination = name_of(expected);
            result.rate_per_s = expected.rate;
            result.known = false;
            result.text =
                "unknown whether " + rate_text(expected.rate) + " can be reached (" + missing + ")";
            results.push_back(std::move(result));
        }
        return results;
    }

    /// `candidates`: indices into candidates_.
    Trial judge(const Draft& draft, const std::vector<std::size_t>& chosen) const {
        Trial trial;
        trial.draft = draft;
        for (const std::size_t index : chosen)
            trial.draft.insert_or_assign(candidates_[index].key, candidates_[index].step);
        trial.refusals = complete(ground_, trial.draft);
        trial.steps = trial.draft.size();
        for (const auto& [key, step] : trial.draft)
            trial.risk += static_cast<int>(step.risk);
        const PortState state =
            port_state(ground_.facts, ground_.rules, planned_values(trial.draft));
        trial.all_met = trial.all_fast = state.complete;
        for (const rules::ExpectedDestination& expected : profile_.destinations) {
            const capacity::Ceiling ceiling =
                capacity::ceiling(state.settings, state.model, usage_of(expected));
            trial.all_met = trial.all_met && reaches(ceiling.per_s, expected.rate);
            trial.all_fast = trial.all_fast && reaches(ceiling.slow_above_per_s, expected.rate);
        }
        return trial;
    }

    void collect_candidates(const Draft& draft) {
        for (const auto& [key, rule] : ground_.rules.all()) {
            if (rule.parameter.access == sysctl::Access::advise || draft.contains(key)) continue;
            const auto current =
                to_sysctl_value(rule.parameter.type, ground_.facts.get("sysctl." + key));
            if (!current) continue;
            for (const rules::Recommendation& recommendation : rule.recommendations) {
                if (recommendation.goal != "connection-rate") continue;
                const RuleContext context(rule, ground_.facts, &ground_.policy);
                std::string reason;
                const auto value = context.proposed(rule.parameter, recommendation.set, reason);
                if (!value || *value == *current) continue;
                Candidate candidate{key, {}};
                candidate.step.rule = &rule;
                candidate.step.recommendation = &recommendation;
                candidate.step.value = *value;
                candidate.step.risk = recommendation.risk;
                candidate.step.rule_id = key + "/" + recommendation.id;
                candidate.step.reason = "needed for the rate that profile " + profile_.name +
                                        " expects: " + recommendation.text;
                candidate.step.effect = recommendation.effect;
                weigh(ground_, {{key, *value}}, candidate.step);
                if (!refused_by_policy(ground_, candidate.step))
                    candidates_.push_back(std::move(candidate));
            }
        }
    }

    /// There are a handful of candidates: every subset is tried.
    Trial search(const Draft& draft, Trial best) {
        collect_candidates(draft);
        constexpr std::size_t most = 10;
        const std::size_t count = std::min(candidates_.size(), most);
        for (std::size_t mask = 1; mask < (std::size_t{1} << count); ++mask) {
            std::vector<std::size_t> chosen;
            std::set<std::string> keys;
            for (std::size_t index = 0; index < count; ++index)
                if (mask >> index & 1U) {
                    chosen.push_back(index);
                    keys.insert(candidates_[index].key);
                }
            if (keys.size() != chosen.size()) continue;  // two values for one key
            Trial trial = judge(draft, chosen);
            if (trial.better_than(best)) best = std::move(trial);
        }
        return best;
    }

    std::vector<GoalResult> results(const PortState& as_is, const Draft& draft) const {
        const PortState after = port_state(ground_.facts, ground_.rules, planned_values(draft));
        std::vector<GoalResult> results;
        for (const rules::ExpectedDestination& expected : profile_.destinations) {
            const capacity::Usage usage = usage_of(expected);
            const capacity::Ceiling before = capacity::ceiling(as_is.settings, as_is.model, usage);
            const capacity::Ceiling then = capacity::ceiling(after.settings, after.model, usage);
            GoalResult result;
            result.destination = name_of(expected);
            result.rate_per_s = expected.rate;
            result.ceiling_before_per_s = before.per_s;
            result.ceiling_after_per_s = then.per_s;
            result.slow_above_after_per_s = then.slow_above_per_s;
            result.met_before = reaches(before.per_s, expected.rate);
            result.met_after = reaches(then.per_s, expected.rate);
            result.text = sentence(expected, before, then, draft);
            results.push_back(std::move(result));
        }
        return results;
    }

    /// What the best set of settings would still leave to do, in addresses.
    std::string out_of_reach(const rules::ExpectedDestination& expected, const Draft& draft) const {
        Draft everything = draft;
        for (const Candidate& candidate : candidates_)
            everything.try_emplace(candidate.key, candidate.step);
        (void)complete(ground_, everything);
        const PortState state =
            port_state(ground_.facts, ground_.rules, planned_values(everything));
        capacity::Usage usage = usage_of(expected);
        const capacity::Ceiling ceiling = capacity::ceiling(state.settings, state.model, usage);
        std::string text = "no setting of this kernel reaches it";
        if (!ceiling.per_s || *ceiling.per_s <= 0) return text;
        const double per_address =
            *ceiling.per_s / static_cast<double>(std::max<std::int64_t>(1, usage.source_addresses));
        text += " (at most " + rate_text(*ceiling.per_s) + "): keep connections open and reuse " +
                "them, or use " + with_thousands(whole(std::ceil(expected.rate / per_address))) +
                " source addresses or as many destination addresses or ports";
        return text;
    }

    std::string sentence(const rules::ExpectedDestination& expected,
                         const capacity::Ceiling& before, const capacity::Ceiling& then,
                         const Draft& draft) const {
        const std::string wanted = rate_text(expected.rate);
        const bool quick = reaches(before.slow_above_per_s, expected.rate);
        if (reaches(before.per_s, expected.rate) && (quick || then.per_s == before.per_s))
            return "the host as it is reaches " + wanted +
                   (before.per_s ? ": its port limit is " + rate_text(*before.per_s)
                                 : ": ports set no limit when the other side closes first");
        if (!reaches(then.per_s, expected.rate)) return out_of_reach(expected, draft);
        std::string text = "port limit " + rate_text(before.per_s.value_or(0)) + " -> " +
                           (then.per_s ? rate_text(*then.per_s) : "none") + " for " + wanted;
        if (!reaches(then.slow_above_per_s, expected.rate))
            text += "; above " + rate_text(*then.slow_above_per_s) +
                    " connect() is slow (half of the ports taken)";
        return text;
    }

    const Ground& ground_;
    const rules::Profile& profile_;
    std::vector<Candidate> candidates_;
};

}  // namespace

std::vector<GoalResult> reach_goals(const Ground& ground, const rules::Profile& profile,
                                    Draft& draft, std::vector<Refusal>& refusals) {
    if (profile.destinations.empty()) return {};
    return GoalSearch(ground, profile).run(draft, refusals);
}

}  // namespace tcptune::plan
