// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/expr/expression.hpp>

#include <cstdint>
#include <string_view>

namespace tcptune::expr {

enum class TokenKind {
    end,
    literal,
    text,
    name,
    plus,
    minus,
    star,
    slash,
    percent,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    open_paren,
    close_paren,
    open_bracket,
    close_bracket,
    comma,
};

struct Token {
    TokenKind kind = TokenKind::end;
    std::uint32_t begin = 0;
    std::uint32_t end = 0;
    facts::FactValue value;  ///< of a literal or a text
};

/// Cuts a text into tokens, one at a time. The text must outlive the lexer.
class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    /// False with `error` filled where no token begins.
    [[nodiscard]] bool next(Token& token, ExpressionError& error);

private:
    [[nodiscard]] char at(std::size_t position) const {
        return position < text_.size() ? text_[position] : '\0';
    }
    [[nodiscard]] bool number(Token& token, ExpressionError& error);
    [[nodiscard]] bool version(Token& token, ExpressionError& error);
    [[nodiscard]] bool quoted(Token& token, ExpressionError& error);
    [[nodiscard]] bool symbol(Token& token, ExpressionError& error);
    void name(Token& token);
    [[nodiscard]] bool size_suffix(std::int64_t& factor);

    std::string_view text_;
    std::size_t position_ = 0;
};

}  // namespace tcptune::expr
