// SPDX-License-Identifier: Apache-2.0
#include "report/markdown_text.hpp"

#include "report/numbers.hpp"
#include "report/plan_order.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>

#include <fmt/format.h>

namespace tcptune::report::markdown {

std::string prose(std::string_view text) {
    std::string folded;
    for (const std::string_view word : split_words(text)) {
        if (!folded.empty()) folded += ' ';
        folded += word;
    }
    std::string out;
    for (const char c : escape_line(folded)) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '@':
                out += "&#64;";
                break;  // would notify a person of that name
            case '\\':
            case '`':
            case '*':
            case '_':
            case '[':
            case ']':
            case '|':
            case '~':
            case '#':
            case '!':
                out += '\\';
                out += c;
                break;
            default:
                out += c;
        }
    }
    return out;
}

std::string code(std::string_view text) {
    std::string inner;
    for (const char c : escape_line(value_text(text))) {
        if (c == '`') {
            inner += '\'';
        } else if (c == '|') {
            inner += "\\|";
        } else {
            inner += c;
        }
    }
    return "`" + inner + "`";
}

std::string folded(std::string_view title, const std::string& body) {
    if (body.empty()) return {};
    return fmt::format("\n<details>\n<summary>{}</summary>\n\n{}\n</details>\n", title, body);
}

std::string namespaces_note(const facts::HostIdentity& host,
                            const std::vector<facts::NamespaceSummary>& listed) {
    if (!listed.empty()) return {};
    if (!host.other_netns) return fmt::format("\n{}\n", namespaces_not_known);
    if (*host.other_netns <= 0) return {};
    return fmt::format("\n{} other network namespaces were not looked at.\n",
                       with_thousands(*host.other_netns));
}

}  // namespace tcptune::report::markdown
