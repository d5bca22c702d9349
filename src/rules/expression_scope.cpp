// SPDX-License-Identifier: Apache-2.0
#include "rules/expression_scope.hpp"

#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <algorithm>
#include <utility>

namespace tcptune::rules {

namespace {

constexpr std::string_view threshold_prefix = "threshold.";

template <class Visit>
bool any_name(const expr::Node& node, const Visit& visit) {
    if (node.op == expr::Op::name && visit(std::string_view(node.name))) return true;
    return std::ranges::any_of(node.children,
                               [&](const expr::Node& child) { return any_name(child, visit); });
}

std::size_t utf8_length(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte < 0xC0) return 1;
    if (byte < 0xE0) return 2;
    return byte < 0xF0 ? 3 : 4;
}

/// How many bytes of the line an escape takes, and how many bytes of the string it stands for.
std::pair<std::size_t, std::size_t> escape_at(std::string_view rest) {
    const char kind = rest.size() > 1 ? rest[1] : ' ';
    if (kind != 'u' && kind != 'U') return {2, 1};
    const std::size_t digits = kind == 'u' ? 4 : 8;
    std::uint32_t code = 0;
    for (const char c : rest.substr(2, digits))
        code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    const std::size_t bytes = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    return {2 + digits, bytes};
}

}  // namespace

SourceLocation place_in_string(const LocatedText& text, std::size_t offset, std::string_view line) {
    SourceLocation place = text.location;
    const std::string_view before = std::string_view(text.text).substr(0, offset);
    if (place.column == 0 || before.find('\n') != std::string_view::npos) return place;
    std::size_t at = 0;  // columns count characters, not bytes
    for (std::uint32_t column = 1; column < place.column && at < line.size(); ++column)
        at += utf8_length(line[at]);
    const bool escapes = at > 0 && at <= line.size() && line[at - 1] == '"';
    for (std::size_t decoded = 0; decoded < offset && at < line.size();) {
        if (escapes && line[at] == '\\') {
            const auto [written, meant] = escape_at(line.substr(at));
            place.column += static_cast<std::uint32_t>(written);
            at += written;
            decoded += meant;
        } else {
            const std::size_t length = utf8_length(line[at]);
            ++place.column;
            at += length;
            decoded += length;
        }
    }
    return place;
}

std::string hint_for_fact(std::string_view name, const std::vector<std::string>& names) {
    if (!name.starts_with("sysctl.") && !name.starts_with("config."))
        return did_you_mean(name, names);
    // Keys are long and alike: only a slip in the last word of one is worth guessing.
    const std::string_view folder = name.substr(0, name.rfind('.') + 1);
    std::vector<std::string> last_words;
    for (const std::string& candidate : names)
        if (candidate.starts_with(folder) &&
            candidate.find('.', folder.size()) == std::string::npos)
            last_words.push_back(candidate.substr(folder.size()));
    if (const auto near = nearest(name.substr(folder.size()), last_words))
        return "did you mean \"" + std::string(folder) + *near + "\"?";
    return "only a key that has a rule file can be named";
}

ExpressionScope::ExpressionScope(const RuleFile& file, const facts::FactSchema& schema,
                                 const std::set<std::string, std::less<>>& unreadable_keys,
                                 Diagnostics& diagnostics,
                                 std::span<const facts::FactInfo> more_facts)
    : file_(file),
      schema_(schema),
      unreadable_keys_(unreadable_keys),
      diagnostics_(diagnostics),
      more_facts_(more_facts) {
    names_.type_of = [this](std::string_view name) { return type_of(name); };
    names_.is_counter = [this](std::string_view name) { return schema_.is_counter(name); };
}

void ExpressionScope::add_evidence(const std::string& name, facts::Type type) {
    evidence_.emplace(name, type);
}

void ExpressionScope::add_broken_evidence(const std::string& name) {
    broken_evidence_.insert(name);
}

std::optional<facts::Type> ExpressionScope::fact_type(std::string_view name) const {
    const auto own = std::ranges::lower_bound(more_facts_, name, {}, &facts::FactInfo::name);
    if (own != more_facts_.end() && own->name == name) return own->type;
    return schema_.type_of(name);
}

std::vector<std::string> ExpressionScope::fact_names() const {
    std::vector<std::string> names = schema_.names();
    for (const facts::FactInfo& fact : more_facts_)
        names.emplace_back(fact.name);
    return names;
}

std::optional<facts::Type> ExpressionScope::type_of(std::string_view name) const {
    if (visible_ == Visible::facts) return fact_type(name);
    if (name.starts_with(threshold_prefix)) {
        const std::string_view bare = name.substr(threshold_prefix.size());
        const bool known =
            std::ranges::find(file_.thresholds, bare, &Threshold::name) != file_.thresholds.end();
        return known ? std::optional(facts::Type::real) : std::nullopt;
    }
    if (name.starts_with(evidence_prefix)) {
        const auto found = evidence_.find(name.substr(evidence_prefix.size()));
        return found == evidence_.end() ? std::nullopt : std::optional(found->second);
    }
    if (visible_ == Visible::planned && name == "value" && file_.parameter)
        return rules::fact_type(file_.parameter->type);
    return fact_type(name);
}

bool ExpressionScope::reads_broken_evidence(const expr::Expression& expression) const {
    if (broken_evidence_.empty() || visible_ == Visible::facts) return false;
    return any_name(expression.root, [this](std::string_view name) {
        return name.starts_with(evidence_prefix) &&
               broken_evidence_.contains(name.substr(evidence_prefix.size()));
    });
}

bool ExpressionScope::is_unreadable(std::string_view key) {
    if (!unreadable_keys_.contains(key)) return false;
    met_unreadable_ = true;
    return true;
}

bool ExpressionScope::is_unreadable_fact(std::string_view name) {
    if (unreadable_keys_.empty()) return false;
    for (const std::string_view prefix : {"sysctl.", "config."})
        if (name.starts_with(prefix)) return is_unreadable(name.substr(prefix.size()));
    return false;
}

std::optional<expr::Expression> ExpressionScope::parse(const LocatedText& text) {
    if (text.location.line == 0) return std::nullopt;  // missing, and reported as such
    expr::ExpressionError error;
    auto expression = expr::parse(text.text, error);
    if (!expression) report(text, error);
    return expression;
}

std::optional<expr::Expression> ExpressionScope::check(expr::Expression expression,
                                                       const LocatedText& text, Visible visible) {
    visible_ = visible;
    if (reads_broken_evidence(expression)) return std::nullopt;
    if (any_name(expression.root,
                 [this](std::string_view name) { return is_unreadable_fact(name); }))
        return std::nullopt;
    expr::ExpressionError error;
    if (expr::type_check(expression, names_, error)) return expression;
    if (error.code == codes::unknown_name) {
        if (std::string hint = hint_for_name(expression, error); !hint.empty()) {
            error.hint = std::move(hint);
        } else {
            // The list for "did you mean" costs more than all the checking: made when needed.
            names_.known = visible_names();
            (void)expr::type_check(expression, names_, error);
            names_.known.clear();
        }
    }
    report(text, error);
    return std::nullopt;
}

std::optional<expr::Expression> ExpressionScope::compile(const LocatedText& text, Visible visible) {
    auto expression = parse(text);
    if (!expression) return std::nullopt;
    return check(*std::move(expression), text, visible);
}

std::optional<expr::Expression> ExpressionScope::compile_test(const LocatedText& text,
                                                              Visible visible) {
    auto expression = compile(text, visible);
    if (expression && expression->type != facts::Type::boolean) {
        report(codes::expression_type, text.location,
               "a condition must be boolean, this is " +
                   std::string(facts::to_string(expression->type)),
               "compare it with something");
        return std::nullopt;
    }
    return expression;
}

Condition ExpressionScope::compile_condition(const ConditionText& text, Visible visible) {
    const auto compile_all = [&](const std::vector<LocatedText>& lines) {
        std::vector<expr::Expression> result;
        result.reserve(lines.size());
        for (const LocatedText& line : lines)
            if (auto expression = compile_test(line, visible))
                result.push_back(*std::move(expression));
        return result;
    };
    return {compile_all(text.all), compile_all(text.any), compile_all(text.none)};
}

std::vector<std::string> ExpressionScope::visible_names() const {
    std::vector<std::string> names = fact_names();
    if (visible_ == Visible::facts) return names;
    for (const Threshold& threshold : file_.thresholds)
        names.push_back(std::string(threshold_prefix) + threshold.name);
    for (const auto& [name, type] : evidence_)
        names.push_back(std::string(evidence_prefix) + name);
    if (visible_ == Visible::planned) names.emplace_back("value");
    return names;
}

std::string ExpressionScope::hint_for_name(const expr::Expression& expression,
                                           const expr::ExpressionError& error) const {
    std::string_view rest = expression.text;
    rest.remove_prefix(std::min<std::size_t>(error.offset, rest.size()));
    const auto is_name_character = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '.' || c == '-';
    };
    const auto end = std::ranges::find_if_not(rest, is_name_character);
    const std::string_view name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (name == "value")
        return "value is the planned value: only constraint, requires, hazard and lint know it";
    if (visible_ == Visible::facts &&
        (name.starts_with(threshold_prefix) || name.starts_with(evidence_prefix)))
        return "only facts can be read here";
    if (name.starts_with("sysctl.") || name.starts_with("config."))
        return hint_for_fact(name, schema_.names());
    return {};
}

void ExpressionScope::report(std::string_view code, const SourceLocation& at, std::string message,
                             std::string hint) {
    diagnostics_.push_back({std::string(code), DiagnosticSeverity::error, at, std::move(message),
                            std::move(hint), shown_line(file_.text, at.line)});
}

void ExpressionScope::report(const LocatedText& text, const expr::ExpressionError& error) {
    const std::string_view line = line_of(file_.text, text.location.line);
    report(error.code, place_in_string(text, error.offset, line), error.message, error.hint);
}

}  // namespace tcptune::rules
