// SPDX-License-Identifier: Apache-2.0
#include "report/text_layout.hpp"

#include <tcptune/report/text_report.hpp>

#include <algorithm>

namespace tcptune::report {
namespace {

constexpr std::size_t step = 2;
/// Deeper levels would leave no room for words.
constexpr std::size_t deepest = 12;
constexpr std::size_t verdict_column = 9;

Ink ink_of_verdict(const std::string& verdict) {
    if (verdict == "yes") return Ink::good;
    if (verdict == "unknown") return Ink::caution;
    return Ink::dim;
}

/// "name = value" for the leaves that only name a number; others keep text and value apart.
std::string sentence(const plan::Explanation& node) {
    if (node.value.empty()) return node.text;
    if (node.verdict.empty()) return node.text + " = " + node.value;
    return node.text + ": " + node.value;
}

void lay_out(Page& page, const plan::Explanation& node, std::size_t depth) {
    const std::size_t indent = std::min(depth, deepest) * step;
    const bool section = depth == 1 && node.verdict.empty() && !node.children.empty();
    if (depth == 0 || section) {
        if (section) page.blank();
        page.paragraph(indent, sentence(node), Ink::strong);
    } else if (node.verdict.empty()) {
        page.item(indent, "-", 2, sentence(node), Ink::dim);
    } else {
        page.item(indent, node.verdict, verdict_column, sentence(node),
                  ink_of_verdict(node.verdict));
    }
    for (const plan::Explanation& child : node.children)
        lay_out(page, child, depth + 1);
}

}  // namespace

std::string text_explanation(const plan::Explanation& explanation, const TextStyle& style) {
    Page page(style);
    lay_out(page, explanation, 0);
    return page.text();
}

}  // namespace tcptune::report
