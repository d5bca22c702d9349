// SPDX-License-Identifier: Apache-2.0
// Comments that say of a key what is not so.
#include "lint/passes.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

#include <fmt/format.h>

namespace tcptune::lint {

namespace {

// As much of a block of comments as a pattern looks at, from its end.
constexpr std::size_t longest_comment = Pattern::max_text_bytes;

std::string with_full_stop(std::string text) {
    if (!text.ends_with('.')) text += '.';
    return text;
}

/// Without the marks and the white space around it.
std::string_view bare_comment(std::string_view text) {
    text.remove_prefix(std::min(text.find_first_not_of("#; \t"), text.size()));
    return trim(text);
}

/// "#net.ipv4.tcp_sack = 1": a setting that is switched off; the text above it is about that.
bool is_setting_switched_off(std::string_view comment) {
    const LineForm inside = form_of(bare_comment(comment));
    return inside.form == Form::assignment && Knowledge::looks_like_key(inside.name);
}

/// The comment lines directly above, joined, and what follows the value on the line itself.
std::string comment_of(const Document& document, const Setting& setting) {
    std::vector<std::string_view> above;
    std::size_t length = 0;
    for (std::size_t at = setting.line; at-- > 0 && length < longest_comment;) {
        const LineForm& form = document.forms[at];
        if (form.form != Form::comment || document.marked(at) ||
            is_setting_switched_off(form.value))
            break;
        const std::string_view text = bare_comment(form.value);
        above.push_back(text.substr(0, longest_comment));
        length += above.back().size() + 1;
    }
    std::string comment;
    for (auto line = above.rbegin(); line != above.rend(); ++line) {
        comment += *line;
        comment += ' ';
    }
    if (!document.shell.contains(setting.line)) {
        const std::size_t behind = setting.value.find_first_not_of("0123456789 \t,-");
        if (behind != std::string_view::npos)
            comment += bare_comment(setting.value.substr(behind, longest_comment));
    }
    // What stands nearest to the line says what it is for.
    if (comment.size() > longest_comment) comment.erase(0, comment.size() - longest_comment);
    return comment;
}

}  // namespace

void note_myths(const Document& document, Knowledge& knowledge, Findings& findings) {
    for (const Setting& setting : document.settings) {
        const KeyFacts& facts = knowledge.about(setting.key);
        if (!facts.rule || facts.rule->disabled || facts.rule->myths.empty()) continue;
        if (setting.exclusion || setting.same_value) continue;
        const std::string comment = comment_of(document, setting);
        if (comment.empty()) continue;
        for (const rules::Myth& myth : facts.rule->myths) {
            if (myth.pattern.empty() || !myth.kernels.contains(knowledge.standard().kernel) ||
                !knowledge.finds(myth.pattern, comment))
                continue;
            add_note(document, setting,
                     {.category = Category::myth,
                      .severity = Severity::warning,
                      .rule_id = facts.rule->key() + "/" + myth.id,
                      .title = fmt::format("The comment is wrong about {}", setting.key),
                      .explanation =
                          fmt::format("Told: {} True: {}", with_full_stop(myth.claim), myth.truth),
                      .mend = "Correct the comment, and ask whether the line is still wanted."},
                     findings);
            // One comment, one correction.
            break;
        }
    }
}

}  // namespace tcptune::lint
