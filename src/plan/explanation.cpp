// SPDX-License-Identifier: Apache-2.0
#include <tcptune/plan/explanation.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::plan {

namespace {

Explanation leaf(std::string text, std::string verdict = {}, std::string value = {}) {
    return {std::move(text), std::move(verdict), std::move(value), {}};
}

Explanation of_reading(const Reading& reading) {
    Explanation line = leaf(reading.wanted ? reading.expression : "not: " + reading.expression,
                            to_string(speaks_for(reading)), reading.value);
    if (!reading.reason.empty()) line.children.push_back(leaf("because: " + reading.reason));
    for (const expr::TraceEntry& entry : reading.trace)
        line.children.push_back(leaf(entry.text, "", facts::to_string(entry.value)));
    return line;
}

class Explainer {
public:
    Explainer(const rules::Rule& rule, const Evaluation& evaluation, const rules::Policy& policy)
        : rule_(rule),
          evaluation_(evaluation),
          policy_(policy),
          context_(rule, evaluation.facts, &policy) {
        for (const Finding& finding : evaluation.findings)
            if (finding.key == rule.key()) finding_ = &finding;
    }

    Explanation full() const {
        Explanation root = headline();
        add(root, "why", conditions());
        add(root, "advice", advice());
        add(root, "requires", requirements());
        add(root, "hazards", hazards());
        add(root, "after the change, watch", guards());
        add(root, "myths", myths());
        add(root, "facts", notes());
        add(root, "policy " + policy_.name, policy());
        add(root, "references", references());
        return root;
    }

    /// Only what would have to be otherwise for the advice to be given.
    Explanation why_not() const {
        Explanation root = headline();
        for (const rules::Recommendation& recommendation : rule_.recommendations) {
            Explanation entry = recommendation_entry(recommendation);
            std::erase_if(entry.children,
                          [](const Explanation& line) { return line.verdict == "yes"; });
            const bool given = entry.verdict == "yes";
            entry.text = (given ? "advised: " : "would be advised if, besides what holds: ") +
                         recommendation.title + " [" + recommendation.id + "]";
            root.children.push_back(std::move(entry));
        }
        if (rule_.recommendations.empty())
            root.children.push_back(leaf("no value of this key is ever recommended"));
        add(root, "not the cure", advice());
        return root;
    }

private:
    static void add(Explanation& root, std::string title, std::vector<Explanation> children) {
        if (children.empty()) return;
        Explanation section = leaf(std::move(title));
        section.children = std::move(children);
        root.children.push_back(std::move(section));
    }

    std::optional<KernelVersion> kernel() const { return evaluation_.facts.kernel(); }

    bool concerns_here(const KernelRange& range) const {
        const auto here = kernel();
        return !here || range.contains(*here);
    }

    Explanation headline() const {
        const sysctl::Parameter& parameter = rule_.parameter;
        const facts::FactValue fact = evaluation_.facts.get("sysctl." + rule_.key());
        const auto value = to_sysctl_value(parameter.type, fact);
        std::string text = rule_.key() + " = ";
        text += value ? sysctl::display_text(parameter.type, *value) : facts::to_string(fact);
        const auto here = kernel();
        if (value && here)
            if (const std::string meaning = parameter.meaning_of(*value, *here); !meaning.empty())
                text += " (" + meaning + ")";
        Explanation root = leaf(std::move(text));
        root.children.push_back(leaf(parameter.summary));
        if (const auto standard = here ? parameter.default_on(*here) : std::nullopt)
            root.children.push_back(
                leaf("default on this kernel: " + sysctl::display_text(parameter.type, *standard)));
        if (const std::string range = parameter.kernels.describe(); !range.empty())
            root.children.push_back(leaf("exists: " + range));
        root.children.push_back(leaf("acts on: " + parameter.takes_effect));
        if (const auto* line = evaluation_.facts.boot_winner(rule_.key()))
            root.children.push_back(leaf("next boot: " + line->value + " from " + line->file + ":" +
                                         std::to_string(line->line)));
        if (finding_) root.children.push_back(status());
        return root;
    }

    Explanation status() const {
        std::string text = "here: ";
        switch (finding_->status) {
            case FindingStatus::recommended:
                text += finding_->unset
                            ? "delete the configured line"
                            : "recommended: " +
                                  sysctl::display_text(rule_.parameter.type, *finding_->value);
                text += ", risk " + std::string(rules::to_string(finding_->recommendation->risk)) +
                        ", confidence " +
                        std::string(rules::to_string(finding_->recommendation->confidence)) + " [" +
                        finding_->recommendation->id + "]";
                break;
            case FindingStatus::already_set:
                text += "already at the recommended value";
                break;
            case FindingStatus::blocked:
                text +=
                    "recommended, but blocked by " + finding_->blocked_by + ": " + finding_->reason;
                break;
            case FindingStatus::not_applicable:
                text += "no change advised";
                break;
            case FindingStatus::unknown:
                text += "not known: " + finding_->reason;
                break;
        }
        return leaf(std::move(text));
    }

    Explanation recommendation_entry(const rules::Recommendation& recommendation) const {
        std::vector<Reading> readings;
        const Truth truth = context_.holds(recommendation.condition, &readings);
        Explanation entry =
            leaf(recommendation.title + " [" + recommendation.id + "]", to_string(truth));
        for (const Reading& reading : readings)
            entry.children.push_back(of_reading(reading));
        return entry;
    }

    std::vector<Explanation> conditions() const {
        std::vector<Explanation> result;
        for (const rules::Recommendation& recommendation : rule_.recommendations) {
            Explanation entry = recommendation_entry(recommendation);
            entry.children.insert(entry.children.begin(), leaf(recommendation.text));
            result.push_back(std::move(entry));
        }
        return result;
    }

    std::vector<Explanation> advice() const {
        std::vector<Explanation> result;
        for (const AdviceGiven& given : evaluation_.advice) {
            if (given.key != rule_.key()) continue;
            Explanation entry = leaf(given.advice->title, to_string(given.verdict));
            entry.children.push_back(leaf(given.advice->text));
            for (const Reading& reading : given.readings)
                entry.children.push_back(of_reading(reading));
            result.push_back(std::move(entry));
        }
        return result;
    }

    /// Over the proposed value where there is one, else over the present one.
    RuleContext after(Planned& planned, sysctl::Value& value) const {
        const auto current =
            to_sysctl_value(rule_.parameter.type, evaluation_.facts.get("sysctl." + rule_.key()));
        const bool proposed = finding_ && finding_->value;
        if (!proposed && !current) return context_;
        value = proposed ? *finding_->value : *current;
        planned.emplace(rule_.key(), value);
        return {rule_, evaluation_.facts, &policy_, &planned, &value};
    }

    /// What is said for one value only does not concern another.
    [[nodiscard]] bool concerns(const std::optional<sysctl::Value>& for_value,
                                const Planned& planned) const {
        const auto value = planned.find(rule_.key());
        return !for_value || value == planned.end() || value->second == *for_value;
    }

    std::vector<Explanation> requirements() const {
        Planned planned;
        sysctl::Value value;
        const RuleContext context = after(planned, value);
        std::vector<Explanation> result;
        for (const rules::Requirement& requirement : rule_.requirements) {
            if (!concerns(requirement.for_value, planned)) continue;
            std::vector<Reading> readings;
            const Truth truth = context.holds(requirement.condition, &readings);
            Explanation entry = leaf(requirement.text, to_string(truth));
            for (const Reading& reading : readings)
                entry.children.push_back(of_reading(reading));
            if (requirement.satisfy && truth == Truth::no)
                entry.children.push_back(
                    leaf("a plan brings " + requirement.satisfy->key + " along"));
            result.push_back(std::move(entry));
        }
        return result;
    }

    std::vector<Explanation> hazards() const {
        Planned planned;
        sysctl::Value value;
        const RuleContext context = after(planned, value);
        std::vector<Explanation> result;
        for (const rules::Hazard& hazard : rule_.hazards)
            if (concerns(hazard.for_value, planned))
                result.push_back(
                    leaf(std::string(rules::to_string(hazard.severity)) + ": " + hazard.text,
                         to_string(context.holds(hazard.condition))));
        return result;
    }

    std::vector<Explanation> guards() const {
        std::vector<Explanation> result;
        for (const rules::Guard& guard : rule_.guards)
            result.push_back(leaf(guard.text));
        return result;
    }

    std::vector<Explanation> myths() const {
        std::vector<Explanation> result;
        for (const rules::Myth& myth : rule_.myths) {
            Explanation entry = leaf("\"" + myth.claim + "\"");
            entry.children.push_back(leaf(myth.truth));
            result.push_back(std::move(entry));
        }
        return result;
    }

    std::vector<Explanation> notes() const {
        std::vector<Explanation> result;
        for (const rules::Note& note : rule_.notes) {
            if (!concerns_here(note.kernels)) continue;
            const std::string range = note.kernels.describe();
            result.push_back(leaf(range.empty() ? note.text : note.text + " (" + range + ")"));
        }
        return result;
    }

    std::vector<Explanation> policy() const {
        std::vector<Explanation> result;
        if (const auto bound = policy_.bounds.find(rule_.key()); bound != policy_.bounds.end())
            result.push_back(leaf("bound in " + bound->second.location.file));
        for (const rules::Pin& pin : policy_.pins)
            if (pin.key == rule_.key())
                result.push_back(leaf("pinned to " + pin.value + ": " + pin.reason));
        return result;
    }

    std::vector<Explanation> references() const {
        std::vector<Explanation> result;
        for (const rules::Reference& reference : rule_.references)
            result.push_back(
                leaf(reference.kind + ": " + reference.text +
                     (reference.url.empty() ? std::string() : " <" + reference.url + ">")));
        return result;
    }

    const rules::Rule& rule_;
    const Evaluation& evaluation_;
    const rules::Policy& policy_;
    RuleContext context_;
    const Finding* finding_ = nullptr;
};

}  // namespace

Explanation explain(const rules::Rule& rule, const Evaluation& evaluation,
                    const rules::Policy& policy, bool why_not) {
    const Explainer explainer(rule, evaluation, policy);
    return why_not ? explainer.why_not() : explainer.full();
}

}  // namespace tcptune::plan
