// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/pattern.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>
#include <vector>

#include <locale.h>
#include <regex.h>

namespace tcptune {

struct Pattern::Compiled {
    regex_t regex = {};
    bool ready = false;

    Compiled() = default;
    Compiled(const Compiled&) = delete;
    Compiled& operator=(const Compiled&) = delete;
    ~Compiled() {
        if (ready) regfree(&regex);
    }
};

namespace {

/// Parts that the library makes of a pattern: it writes out repetitions, so that "((a+)+)+" doubles
/// with every bracket.
constexpr std::size_t max_parts = 2000;
constexpr std::size_t max_depth = 32;

bool is_ascii_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_high(char c) {
    return static_cast<unsigned char>(c) >= 0x80;
}

/// In the C locale a byte is a character; the program's own locale is nobody's business here.
class ByteLocale {
public:
    ByteLocale() : before_(uselocale(c_locale())) {}
    ~ByteLocale() { uselocale(before_); }
    ByteLocale(const ByteLocale&) = delete;
    ByteLocale& operator=(const ByteLocale&) = delete;

private:
    static locale_t c_locale() {
        static const locale_t locale = newlocale(LC_ALL_MASK, "C", nullptr);
        return locale;
    }
    locale_t before_;
};

/// Walks over a pattern: finds what would make matching slow or different elsewhere, and puts
/// brackets around characters of several bytes.
class PatternReader {
public:
    explicit PatternReader(std::string_view text) : text_(text) {}

    /// Nothing when `reason` was set.
    std::optional<std::string> run(std::string& reason) {
        if (text_.empty()) return refuse(reason, "the pattern is empty");
        if (text_.size() > max_pattern_bytes_)
            return refuse(reason, "the pattern is longer than 1024 bytes");
        if (text_.find('\0') != std::string_view::npos)
            return refuse(reason, "the pattern has a NUL byte");
        while (at_ < text_.size())
            if (const char* problem = step()) return refuse(reason, problem);
        if (open_.size() != 1) return refuse(reason, "a '(' is not closed");
        if (open_.front() > max_parts) return refuse(reason, too_large);
        return std::move(out_);
    }

private:
    static constexpr std::size_t max_pattern_bytes_ = Pattern::max_pattern_bytes;
    static constexpr const char* too_large = "the pattern's repetitions make it too large";

    static std::optional<std::string> refuse(std::string& reason, const char* problem) {
        reason = problem;
        return std::nullopt;
    }

    /// Takes one atom, bracket or repetition; a sentence when it cannot be.
    const char* step() {
        const char c = text_[at_];
        if (c == '\\') return escape();
        if (c == '[') return set();
        if (c == '(') {
            if (open_.size() > max_depth) return "the pattern's brackets are too deep";
            open_.push_back(0);
            return keep(1, 0);
        }
        if (c == ')') {
            if (open_.size() == 1) return "a ')' closes nothing";
            const std::size_t inside = open_.back();
            open_.pop_back();
            return keep(1, inside + 1);
        }
        if (c == '+') return repeat(1, 2);
        if (c == '*' || c == '?') return repeat(1, 1);
        if (c == '{') return interval();
        if (is_high(c)) return character();
        return keep(1, 1);
    }

    /// Copies `bytes` that make a new atom of that many parts.
    const char* keep(std::size_t bytes, std::size_t parts) {
        out_ += text_.substr(at_, bytes);
        at_ += bytes;
        last_ = parts;
        open_.back() += parts;
        return nullptr;
    }

    /// Copies a repetition of the last atom.
    const char* repeat(std::size_t bytes, std::size_t factor) {
        const std::size_t parts = last_ * factor;
        if (parts > max_parts) return too_large;
        open_.back() += parts - last_;
        last_ = parts;
        out_ += text_.substr(at_, bytes);
        at_ += bytes;
        return nullptr;
    }

    const char* escape() {
        if (at_ + 1 == text_.size()) return "the pattern ends in a backslash";
        if (is_ascii_word(text_[at_ + 1]) || is_high(text_[at_ + 1]))
            return "a backslash stands before punctuation only: POSIX has no \\d, \\w, \\s or \\1";
        return keep(2, 1);
    }

    const char* interval() {
        const char* const end = text_.data() + text_.size();
        const char* at = text_.data() + at_ + 1;
        std::size_t low = 0;
        std::size_t high = 0;
        const auto number = [&](std::size_t& result) {
            const auto [next, error] = std::from_chars(at, end, result);
            if (error != std::errc()) return false;
            at = next;
            return result <= max_parts;
        };
        if (!number(low)) return bad_interval;
        high = low;
        if (at != end && *at == ',') {
            ++at;
            if (at != end && *at != '}' && !number(high)) return bad_interval;
        }
        if (at == end || *at != '}') return bad_interval;
        const auto bytes = static_cast<std::size_t>(at + 1 - (text_.data() + at_));
        return repeat(bytes, std::max(low, high) + 1);
    }
    static constexpr const char* bad_interval =
        "a '{' begins a repetition, {2} or {2,5}; a brace is written \\{";

    /// A set of characters, "[^]a-z[:digit:]]", up to its end.
    const char* set() {
        std::size_t end = at_ + 1;
        if (end < text_.size() && text_[end] == '^') ++end;
        if (end < text_.size() && text_[end] == ']') ++end;
        for (; end < text_.size() && text_[end] != ']'; ++end) {
            if (is_high(text_[end]))
                return "only ASCII characters can stand in '[...]': write (a|b) for others";
            if (text_[end] != '[' || end + 1 == text_.size()) continue;
            const char kind = text_[end + 1];
            if (kind == '.' || kind == '=') return "a set of characters has no [.x.] and no [=x=]";
            if (kind != ':') continue;
            const std::size_t close = text_.find(":]", end + 2);
            if (close == std::string_view::npos) break;
            end = close + 1;
        }
        if (end >= text_.size() || text_[end] != ']') return "a '[' is not closed";
        return keep(end + 1 - at_, 1);
    }

    /// One character of several bytes; a lone byte stays one.
    const char* character() {
        std::size_t length = 1;
        while (at_ + length < text_.size() &&
               (static_cast<unsigned char>(text_[at_ + length]) & 0xC0U) == 0x80U)
            ++length;
        out_ += '(';
        keep(length, length + 1);
        out_ += ')';
        return nullptr;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::string out_;
    std::vector<std::size_t> open_{0};  ///< parts in each open bracket, the whole first
    std::size_t last_ = 0;              ///< parts of the atom that a repetition would repeat
};

}  // namespace

Pattern::Pattern(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}

std::optional<Pattern> Pattern::compile(std::string_view text, std::string& reason) {
    const auto ready = PatternReader(text).run(reason);
    if (!ready) return std::nullopt;
    const ByteLocale locale;
    auto compiled = std::make_shared<Compiled>();
    const int result = regcomp(&compiled->regex, ready->c_str(), REG_EXTENDED | REG_NOSUB);
    if (result != 0) {
        std::array<char, 120> message{};
        regerror(result, &compiled->regex, message.data(), message.size());
        reason = message.data();
        return std::nullopt;
    }
    compiled->ready = true;
    return Pattern(std::move(compiled));
}

bool Pattern::matches(std::string_view text) const {
    std::array<char, max_text_bytes + 1> copy{};
    const std::string_view seen = text.substr(0, max_text_bytes);
    std::ranges::replace_copy(seen, copy.begin(), '\0', ' ');
    const ByteLocale locale;
    return regexec(&compiled_->regex, copy.data(), 0, nullptr, 0) == 0;
}

}  // namespace tcptune
