// SPDX-License-Identifier: Apache-2.0
#include "conf/pattern.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace tcptune::conf {

namespace {

// A pattern with more is nobody's configuration; what is beyond matches nothing.
constexpr std::size_t most_alternatives = 64;
constexpr std::size_t longest_with_braces = 1024;

/// The outermost first pair of braces: where it opens, its commas, where it closes.
std::optional<std::vector<std::size_t>> first_braces(std::string_view text) {
    std::vector<std::size_t> cuts;
    std::size_t depth = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '{') {
            if (depth++ == 0) cuts.push_back(at);
        } else if (text[at] == ',' && depth == 1) {
            cuts.push_back(at);
        } else if (text[at] == '}' && depth > 0 && --depth == 0) {
            cuts.push_back(at);
            return cuts;
        }
    }
    return std::nullopt;
}

}  // namespace

std::vector<std::string> brace_alternatives(std::string_view pattern) {
    std::vector<std::string> finished;
    std::vector<std::string> open{std::string(pattern)};
    if (pattern.size() > longest_with_braces) return open;
    // Each step finishes one text or opens one pair of braces of it.
    for (std::size_t step = 0; !open.empty() && step < 2 * most_alternatives; ++step) {
        const std::string text = std::move(open.back());
        open.pop_back();
        const auto cuts = first_braces(text);
        if (!cuts) {
            finished.push_back(text);
            continue;
        }
        // The last alternative first: the stack turns them round.
        for (std::size_t cut = cuts->size() - 1; cut > 0; --cut) {
            if (open.size() >= most_alternatives) break;
            const std::size_t begin = (*cuts)[cut - 1] + 1;
            open.push_back(text.substr(0, cuts->front()) +
                           text.substr(begin, (*cuts)[cut] - begin) +
                           text.substr(cuts->back() + 1));
        }
    }
    return finished;
}

}  // namespace tcptune::conf
