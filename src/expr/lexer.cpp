// SPDX-License-Identifier: Apache-2.0
#include "expr/lexer.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/kernel_version.hpp>
#include <tcptune/base/text.hpp>

#include <string>
#include <utility>

#include <fmt/format.h>

namespace tcptune::expr {

namespace {

// The <cctype> functions depend on the locale.
bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

bool is_word_char(char c) {
    return is_letter(c) || is_digit(c);
}

bool syntax_error(ExpressionError& error, std::size_t offset, std::string message,
                  std::string hint = {}) {
    error = {std::string(codes::expression_syntax), static_cast<std::uint32_t>(offset),
             std::move(message), std::move(hint)};
    return false;
}

bool unexpected_character(ExpressionError& error, std::size_t offset, char c) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == '\n' || byte == '\r')
        return syntax_error(error, offset, "an expression is one line");
    if (byte < 0x20 || byte >= 0x7f)
        return syntax_error(error, offset, fmt::format("unexpected byte 0x{:02x}", byte),
                            byte >= 0x80 ? "expressions are ASCII outside of quotes" : "");
    std::string hint;
    if (c == '=') hint = "equality is written ==";
    if (c == '&' || c == '|' || c == '!')
        hint = "there is no and, or, not: write one line each into all, any or none";
    return syntax_error(error, offset, fmt::format("unexpected character '{}'", c),
                        std::move(hint));
}

}  // namespace

bool Lexer::next(Token& token, ExpressionError& error) {
    while (at(position_) == ' ' || at(position_) == '\t')
        ++position_;
    token = Token{};
    token.begin = token.end = static_cast<std::uint32_t>(position_);
    if (position_ >= text_.size()) return true;
    const char c = text_[position_];
    bool good = true;
    if (is_digit(c))
        good = number(token, error);
    else if (c == 'v' && is_digit(at(position_ + 1)))
        good = version(token, error);
    else if (is_letter(c))
        name(token);
    else if (c == '"' || c == '\'')
        good = quoted(token, error);
    else
        good = symbol(token, error);
    token.end = static_cast<std::uint32_t>(position_);
    return good;
}

bool Lexer::size_suffix(std::int64_t& factor) {
    std::size_t start = position_;
    while (at(start) == ' ' || at(start) == '\t')
        ++start;
    const std::string_view word = text_.substr(start, 3);
    if (word == "KiB")
        factor = std::int64_t{1} << 10;
    else if (word == "MiB")
        factor = std::int64_t{1} << 20;
    else if (word == "GiB")
        factor = std::int64_t{1} << 30;
    else
        return false;
    if (is_word_char(at(start + 3))) return false;
    position_ = start + 3;
    return true;
}

bool Lexer::number(Token& token, ExpressionError& error) {
    const std::size_t begin = position_;
    while (is_digit(at(position_)))
        ++position_;
    const bool real = at(position_) == '.';
    if (real) {
        if (!is_digit(at(++position_)))
            return syntax_error(error, position_ - 1, "a digit must follow the decimal point");
        while (is_digit(at(position_)))
            ++position_;
    }
    const std::string_view digits = text_.substr(begin, position_ - begin);
    std::int64_t factor = 1;
    if (!size_suffix(factor) && is_word_char(at(position_)))
        return syntax_error(error, position_, "a number ends here and a letter follows",
                            "numbers are decimal; sizes end in KiB, MiB or GiB");
    token.kind = TokenKind::literal;
    if (real) {
        const auto value = parse_real(digits);
        if (!value) return syntax_error(error, begin, "the number is too large");
        token.value = *value * static_cast<double>(factor);
        return true;
    }
    const auto value = parse_integer(digits);
    std::int64_t product = 0;
    if (!value || __builtin_mul_overflow(*value, factor, &product))
        return syntax_error(error, begin, "the number is too large",
                            "integers end at 9223372036854775807");
    token.value = product;
    return true;
}

bool Lexer::version(Token& token, ExpressionError& error) {
    const std::size_t begin = position_++;
    while (is_digit(at(position_)) || (at(position_) == '.' && is_digit(at(position_ + 1))))
        ++position_;
    const auto value = KernelVersion::parse(text_.substr(begin + 1, position_ - begin - 1));
    if (!value || is_word_char(at(position_)) || at(position_) == '.')
        return syntax_error(error, begin, "not a kernel version",
                            "versions are written v4.12 or v6.18.44");
    token.kind = TokenKind::literal;
    token.value = *value;
    return true;
}

bool Lexer::quoted(Token& token, ExpressionError& error) {
    const std::size_t begin = position_;
    const std::size_t close = text_.find(text_[begin], begin + 1);
    if (close == std::string_view::npos)
        return syntax_error(error, begin, "the closing quote is missing");
    token.kind = TokenKind::text;
    token.value = std::string(text_.substr(begin + 1, close - begin - 1));
    position_ = close + 1;
    return true;
}

void Lexer::name(Token& token) {
    token.kind = TokenKind::name;
    // A name begins with a letter; what follows a dot may begin with a digit, as in sysctl keys.
    // '-' between a letter or digit and a letter is part of the name, as in fs.file-max.
    while (is_word_char(at(position_)) ||
           (at(position_) == '.' && is_word_char(at(position_ + 1))) ||
           (at(position_) == '-' && text_[position_ - 1] != '_' && at(position_ + 1) != '_' &&
            is_letter(at(position_ + 1))))
        ++position_;
}

bool Lexer::symbol(Token& token, ExpressionError& error) {
    struct Symbol {
        std::string_view text;
        TokenKind kind;
    };
    // Longer ones first.
    static constexpr Symbol symbols[] = {
        {"==", TokenKind::equal},        {"!=", TokenKind::not_equal},
        {"<=", TokenKind::less_equal},   {">=", TokenKind::greater_equal},
        {"<", TokenKind::less},          {">", TokenKind::greater},
        {"+", TokenKind::plus},          {"-", TokenKind::minus},
        {"*", TokenKind::star},          {"/", TokenKind::slash},
        {"%", TokenKind::percent},       {"(", TokenKind::open_paren},
        {")", TokenKind::close_paren},   {"[", TokenKind::open_bracket},
        {"]", TokenKind::close_bracket}, {",", TokenKind::comma},
    };
    for (const Symbol& candidate : symbols) {
        if (text_.substr(position_, candidate.text.size()) != candidate.text) continue;
        token.kind = candidate.kind;
        position_ += candidate.text.size();
        return true;
    }
    return unexpected_character(error, position_, text_[position_]);
}

}  // namespace tcptune::expr
