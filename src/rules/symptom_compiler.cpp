// SPDX-License-Identifier: Apache-2.0
#include "rules/symptom_compiler.hpp"

#include "rules/example_compiler.hpp"
#include "rules/expression_scope.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tcptune::rules {

namespace {

constexpr std::array narrow_scopes{Scope::destination, Scope::listener, Scope::process};

bool has_prefix(std::string_view name, std::string_view group) {
    return name.starts_with(group) && name.substr(group.size()).starts_with('.');
}

bool is_asked(std::string_view name) {
    return has_prefix(name, "asked");
}

class SymptomCompiler {
public:
    SymptomCompiler(SymptomFile& file, const facts::FactSchema& schema, Diagnostics& diagnostics)
        : file_(file),
          scope_(frame_, schema, no_keys_, diagnostics, scope_facts()),
          facts_(no_parameters_, scope_) {
        frame_.file = file.file;
        frame_.text = file.text;
    }

    Symptom run() {
        Symptom symptom = std::move(file_.entry);
        symptom.condition = scope_.compile_condition(file_.condition, Visible::facts);
        if (file_.has_scope) {
            check(symptom, symptom.condition.all, file_.condition.all);
            check(symptom, symptom.condition.any, file_.condition.any);
            check(symptom, symptom.condition.none, file_.condition.none);
        }
        for (SymptomExampleText& example : file_.examples)
            symptom.examples.push_back(compile_example(symptom, example));
        return symptom;
    }

private:
    /// `lines` lack those that could not be compiled.
    void check(const Symptom& symptom, const std::vector<expr::Expression>& lines,
               const std::vector<LocatedText>& texts) {
        auto text = texts.begin();
        for (const expr::Expression& line : lines) {
            text = std::find_if(text, texts.end(),
                                [&](const LocatedText& t) { return t.text == line.text; });
            if (text == texts.end()) return;
            check(symptom, line.root, *text);
            ++text;
        }
    }

    void check(const Symptom& symptom, const expr::Node& node, const LocatedText& text) {
        if (node.op == expr::Op::call && node.name == "has" && !node.children.empty() &&
            is_asked(node.children.front().name))
            return;
        if (node.op == expr::Op::name) {
            auto [message, hint] = out_of_scope(symptom, node.name);
            if (!message.empty())
                scope_.report(text, {std::string(codes::wrong_scope), node.begin,
                                     std::move(message), std::move(hint)});
        }
        for (const expr::Node& child : node.children)
            check(symptom, child, text);
    }

    struct Complaint {
        std::string message;
        std::string hint;
    };
    /// Why a symptom like this cannot read that fact; empty when it can.
    static Complaint out_of_scope(const Symptom& symptom, std::string_view name) {
        if (is_asked(name)) {
            if (symptom.only_asked) return {};
            return {std::string(name) + " is only known when a message is asked about",
                    "only_asked = true, or test it with has(" + std::string(name) + ")"};
        }
        for (const Scope scope : narrow_scopes)
            if (symptom.scope != scope && has_prefix(name, to_string(scope)))
                return {std::string(name) + " is not known to a symptom of scope " +
                            std::string(to_string(symptom.scope)),
                        "scope = \"" + std::string(to_string(scope)) + '"'};
        return {};
    }

    SymptomExample compile_example(const Symptom& symptom, SymptomExampleText& text) {
        ExampleFacts typed;
        for (FactText& fact : text.facts) {
            if (auto [message, hint] = out_of_scope(symptom, fact.name);
                file_.has_scope && !message.empty() && !is_asked(fact.name))
                scope_.report(codes::example_invalid, fact.location, std::move(message),
                              std::move(hint));
            facts_.add(fact, typed);
        }
        for (const FactText& delta : text.deltas)
            if (delta.value || delta.at_most) facts_.add_rate(delta, delta.name, typed);
        SymptomExample example = std::move(text.entry);
        example.facts = std::move(typed.facts);
        example.deltas = std::move(typed.deltas);
        return example;
    }

    SymptomFile& file_;
    RuleFile frame_;  ///< only its name and its text: a symptom has no thresholds and evidence
    const std::set<std::string, std::less<>> no_keys_;
    const ParameterIndex no_parameters_;
    ExpressionScope scope_;
    FactCompiler facts_;
};

}  // namespace

Symptom compile_symptom(SymptomFile& file, const facts::FactSchema& schema,
                        Diagnostics& diagnostics) {
    return SymptomCompiler(file, schema, diagnostics).run();
}

}  // namespace tcptune::rules
