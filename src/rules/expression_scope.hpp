// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "rules/rule_file.hpp"

#include <tcptune/expr/expression.hpp>
#include <tcptune/facts/fact_schema.hpp>

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::rules {

/// What the name of an evidence begins with in an expression.
inline constexpr std::string_view evidence_prefix = "evidence.";

/// Which names an expression may read, by where it stands.
enum class Visible {
    facts,    ///< facts only: a default is no matter of advice
    advice,   ///< and thresholds and evidence of the file
    planned,  ///< and `value`: where a planned value is judged
};

/// Compiles the expressions of one rule file and puts their errors at the character they are about.
class ExpressionScope {
public:
    /// All must outlive the scope. `more_facts`, ordered by name: what this kind of file may read
    /// beside the facts of the schema.
    ExpressionScope(const RuleFile& file, const facts::FactSchema& schema,
                    const std::set<std::string, std::less<>>& unreadable_keys,
                    Diagnostics& diagnostics, std::span<const facts::FactInfo> more_facts = {});
    ExpressionScope(const ExpressionScope&) = delete;
    ExpressionScope& operator=(const ExpressionScope&) = delete;

    void add_evidence(const std::string& name, facts::Type type);
    /// Evidence with an error of its own: what reads it is not reported again.
    void add_broken_evidence(const std::string& name);

    [[nodiscard]] std::optional<expr::Expression> parse(const LocatedText& text);
    /// Types what `parse` gave; nothing when reported or when it reads broken evidence.
    [[nodiscard]] std::optional<expr::Expression> check(expr::Expression expression,
                                                        const LocatedText& text, Visible visible);
    [[nodiscard]] std::optional<expr::Expression> compile(const LocatedText& text, Visible visible);
    /// A comparison: its type must be boolean.
    [[nodiscard]] std::optional<expr::Expression> compile_test(const LocatedText& text,
                                                               Visible visible);
    [[nodiscard]] Condition compile_condition(const ConditionText& text, Visible visible);

    void report(std::string_view code, const SourceLocation& at, std::string message,
                std::string hint = {});
    /// At the character that `error` is about.
    void report(const LocatedText& text, const expr::ExpressionError& error);
    /// Whether the file of `key` is there but its parameter could not be read. That is reported
    /// there; what reads the key is not reported again, only left out.
    [[nodiscard]] bool is_unreadable(std::string_view key);
    /// The same of a fact, `sysctl.KEY` or `config.KEY`.
    [[nodiscard]] bool is_unreadable_fact(std::string_view name);
    [[nodiscard]] bool met_unreadable() const { return met_unreadable_; }
    [[nodiscard]] const facts::FactSchema& schema() const { return schema_; }
    [[nodiscard]] std::optional<facts::Type> fact_type(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> fact_names() const;

private:
    [[nodiscard]] std::optional<facts::Type> type_of(std::string_view name) const;
    [[nodiscard]] bool reads_broken_evidence(const expr::Expression& expression) const;
    [[nodiscard]] std::vector<std::string> visible_names() const;
    [[nodiscard]] std::string hint_for_name(const expr::Expression& expression,
                                            const expr::ExpressionError& error) const;

    const RuleFile& file_;
    const facts::FactSchema& schema_;
    const std::set<std::string, std::less<>>& unreadable_keys_;
    Diagnostics& diagnostics_;
    std::span<const facts::FactInfo> more_facts_;
    bool met_unreadable_ = false;
    Visible visible_ = Visible::advice;
    std::map<std::string, facts::Type, std::less<>> evidence_;
    std::set<std::string, std::less<>> broken_evidence_;
    expr::Names names_;
};

/// The place of byte `offset` of a TOML string, whose first character stands at `text.location` of
/// `line`. Escapes are counted as they are written.
[[nodiscard]] SourceLocation place_in_string(const LocatedText& text, std::size_t offset,
                                             std::string_view line);

/// What to say of a fact that there is not: the nearest one, or for a sysctl why it has no name.
[[nodiscard]] std::string hint_for_fact(std::string_view name,
                                        const std::vector<std::string>& names);

}  // namespace tcptune::rules
