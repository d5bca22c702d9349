// SPDX-License-Identifier: Apache-2.0
#include "rules/lint_compiler.hpp"

#include "rules/value_check.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

/// Finds the first name that no text of configuration can tell.
class TextNames {
public:
    explicit TextNames(const Rule& rule) : rule_(rule) {}

    [[nodiscard]] const expr::Node* first_untold(const expr::Node& node) {
        if (node.op == expr::Op::name && !tells(node.name)) return &node;
        for (const expr::Node& child : node.children)
            if (const expr::Node* found = first_untold(child)) return found;
        return nullptr;
    }

private:
    bool tells(std::string_view name) {
        if (name == "value" || name == "kernel.version") return true;
        if (!name.starts_with(evidence_prefix))
            return name.starts_with("sysctl.") || name.starts_with("config.") ||
                   name.starts_with("threshold.");
        // Evidence has no cycles by now, and each is looked into once.
        const auto [seen, added] = evidence_.try_emplace(std::string(name), true);
        if (!added) return seen->second;
        const Evidence* evidence = rule_.find_evidence(name.substr(evidence_prefix.size()));
        const bool told = evidence && first_untold(evidence->expr.root) == nullptr;
        evidence_[std::string(name)] = told;
        return told;
    }

    const Rule& rule_;
    std::map<std::string, bool, std::less<>> evidence_;
};

/// Reports what the compiled lines read that they cannot; `texts` has them all, also those that
/// could not be compiled.
void check_names(const std::vector<expr::Expression>& lines, const std::vector<LocatedText>& texts,
                 TextNames& names, ExpressionScope& scope) {
    auto text = texts.begin();
    for (const expr::Expression& line : lines) {
        text = std::find_if(text, texts.end(),
                            [&](const LocatedText& t) { return t.text == line.text; });
        if (text == texts.end()) return;
        if (const expr::Node* untold = names.first_untold(line.root))
            scope.report(*text, {std::string(codes::wrong_scope), untold->begin,
                                 "no text of configuration tells " + untold->name,
                                 "[[lint]] reads value, sysctl.KEY, config.KEY, threshold.NAME and "
                                 "kernel.version"});
        ++text;
    }
}

}  // namespace

LintEntry compile_lint(LintText& text, const Rule& rule, ExpressionScope& scope) {
    LintEntry entry = std::move(text.entry);
    TextNames names(rule);
    entry.condition = scope.compile_condition(text.condition, Visible::planned);
    check_names(entry.condition.all, text.condition.all, names, scope);
    check_names(entry.condition.any, text.condition.any, names, scope);
    check_names(entry.condition.none, text.condition.none, names, scope);
    if (!text.set.empty()) {
        entry.set = compile_value(text.set, rule.parameter, Visible::planned, scope);
        check_names(entry.set, text.set, names, scope);
    }
    return entry;
}

}  // namespace tcptune::rules
