// SPDX-License-Identifier: Apache-2.0
#include "lint/template_marks.hpp"

#include <tcptune/base/text.hpp>

#include <algorithm>

namespace tcptune::lint {

namespace {

constexpr std::array<std::string_view, 4> openings{"{{", "{%", "{#", "<%"};
constexpr std::array<std::string_view, 4> closings{"}}", "%}", "#}", "%>"};
enum MarkKind : std::size_t { braces, percent, remark, erb };

// As much of a mark's inside as tells what it begins or ends.
constexpr std::size_t kept = 64;
constexpr std::size_t deepest = 1000;

bool is_any_of(std::string_view word, std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
}

std::string_view word_of(std::string_view inside) {
    inside = trim(inside);
    while (inside.starts_with('-') || inside.starts_with('+') || inside.starts_with('='))
        inside = trim(inside.substr(1));
    std::size_t length = 0;
    while (length < inside.size() &&
           ((inside[length] >= 'a' && inside[length] <= 'z') || inside[length] == '_'))
        ++length;
    return inside.substr(0, length);
}

enum class Step { none, enter, turn, leave };

Step step_of_jinja(std::string_view word) {
    if (word.starts_with("end")) return Step::leave;
    if (is_any_of(word, {"else", "elif"})) return Step::turn;
    if (is_any_of(word, {"if", "for", "macro", "call", "filter", "block", "raw", "with"}))
        return Step::enter;
    return Step::none;
}

/// Go's templates write their blocks in the braces that are Jinja2's for values.
Step step_of_braces(std::string_view inside, std::string_view word) {
    if (inside.starts_with('#') || inside.starts_with('^')) return Step::enter;
    if (inside.starts_with('/')) return Step::leave;
    if (word == "end") return Step::leave;
    if (word == "else") return Step::turn;
    if (is_any_of(word, {"if", "range", "with", "define", "block"})) return Step::enter;
    return Step::none;
}

Step step_of_erb(std::string_view inside, std::string_view word, std::string_view tail) {
    if (inside.starts_with('=') || inside.starts_with('#')) return Step::none;
    if (word == "end" || inside.starts_with('}')) return Step::leave;
    if (is_any_of(word, {"else", "elsif", "when", "in"})) return Step::turn;
    if (is_any_of(word, {"if", "unless", "case", "while", "until", "for", "begin"}))
        return Step::enter;
    tail = trim(tail);
    if (tail.ends_with('-')) tail = trim(tail.substr(0, tail.size() - 1));
    if (tail.ends_with('|')) {
        const std::size_t bar = tail.rfind('|', tail.size() - 2);
        if (bar == std::string_view::npos) return Step::none;
        tail = trim(tail.substr(0, bar));
    }
    return tail == "do" || tail.ends_with(" do") || tail.ends_with('{') ? Step::enter : Step::none;
}

}  // namespace

MarkReader::MarkReader(std::string_view text) {
    for (std::size_t kind = 0; kind < closings.size(); ++kind) {
        const std::size_t at = text.rfind(closings[kind]);
        last_closing_[kind] = at == std::string_view::npos ? nullptr : text.data() + at;
    }
}

MarkReader::Opening MarkReader::next_opening(std::string_view line, std::size_t from) const {
    for (; from + 1 < line.size(); ++from) {
        from = line.find_first_of("{<", from);
        if (from == std::string_view::npos) break;
        const std::string_view here = line.substr(from, 3);
        // Editors fold at three braces.
        if (here == "{{{") {
            from = std::min(line.find_first_not_of('{', from), line.size()) - 1;
            continue;
        }
        const auto found = std::ranges::find(openings, here.substr(0, 2));
        if (found == openings.end()) continue;
        const auto kind = static_cast<std::size_t>(found - openings.begin());
        // What nothing closes is no mark.
        if (last_closing_[kind] && last_closing_[kind] >= line.data() + from + 2)
            return {from, kind};
    }
    return {};
}

void MarkReader::enter() {
    if (blocks_.size() < deepest) blocks_.push_back(++branches_);
}

void MarkReader::turn() {
    if (!blocks_.empty()) blocks_.back() = ++branches_;
}

void MarkReader::leave() {
    if (!blocks_.empty()) blocks_.pop_back();
}

void MarkReader::close() {
    inside_ = false;
    std::string_view inside = trim(head_);
    if (inside.starts_with('-')) inside = trim(inside.substr(1));
    const std::string_view word = word_of(inside);
    Step step = Step::none;
    if (open_ == percent) step = step_of_jinja(word);
    if (open_ == braces) step = step_of_braces(inside, word);
    if (open_ == erb) step = step_of_erb(inside, word, tail_);
    if (step == Step::enter) enter();
    if (step == Step::turn) turn();
    if (step == Step::leave) leave();
}

Marks MarkReader::read(std::string_view line) {
    Marks marks;
    marks.branch = blocks_.empty() ? 0 : blocks_.back();
    marks.marked = marks.before_value = inside_;
    std::size_t at = 0;
    const std::size_t equals = line.find('=');
    while (true) {
        if (!inside_) {
            const Opening opening = next_opening(line, at);
            if (opening.at == std::string_view::npos) break;
            marks.marked = seen_ = inside_ = true;
            if (opening.at < equals) marks.before_value = true;
            open_ = opening.kind;
            head_.clear();
            tail_.clear();
            at = opening.at + 2;
        }
        const std::size_t end = line.find(closings[open_], at);
        const std::string_view part = line.substr(at, std::min(end, line.size()) - at);
        if (head_.size() < kept) head_ += part.substr(0, kept - head_.size());
        tail_ += part.substr(part.size() - std::min(part.size(), kept));
        tail_ += ' ';
        if (tail_.size() > 2 * kept) tail_.erase(0, tail_.size() - kept);
        if (end == std::string_view::npos) break;
        at = end + 2;
        close();
    }
    return marks;
}

}  // namespace tcptune::lint
