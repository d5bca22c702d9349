// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/diagnosis/question.hpp>
#include <tcptune/facts/ip_address.hpp>

#include <algorithm>
#include <array>

namespace tcptune::diagnosis {

namespace {

std::string lowered(std::string_view text) {
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

bool is_word_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

/// `word` in lowered text, not as a part of a longer word.
bool has_word(const std::string& text, std::string_view word) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
        const bool begins = at == 0 || !is_word_character(text[at - 1]);
        const std::size_t end = at + word.size();
        if (begins && (end == text.size() || !is_word_character(text[end]))) return true;
    }
    return false;
}

/// How much of the text gives the message away; 0: nothing.
std::size_t fit(const std::string& text, const rules::Message& message) {
    std::size_t longest = 0;
    for (const std::string& piece : message.texts)
        if (text.find(lowered(piece)) != std::string::npos)
            longest = std::max(longest, piece.size());
    const std::string id = lowered(message.id);
    if (has_word(text, id)) longest = std::max(longest, id.size());
    if (message.number > 0) {
        const std::string number = std::to_string(message.number);
        if (text == number) return text.size();
        for (const std::string& form : {"errno " + number, "errno=" + number, "errno: " + number,
                                        "[errno " + number + "]", "error " + number})
            if (has_word(text, form)) longest = std::max(longest, form.size());
    }
    return longest;
}

/// Which call failed, by the words of C programs, Java, Go and nginx.
std::string call_in(const std::string& text) {
    for (const char* word : {"bind", "bindexception", "listen", "make_sock"})
        if (has_word(text, word)) return "bind";
    for (const char* word : {"connect", "connectexception", "dial", "connecting"})
        if (has_word(text, word)) return "connect";
    return {};
}

struct EndPoint {
    std::string address;
    std::int64_t port = 0;
};

std::optional<EndPoint> end_point_of(std::string_view word) {
    constexpr std::string_view around = "()<>,;'\"=";
    while (!word.empty() && around.find(word.front()) != std::string_view::npos)
        word.remove_prefix(1);
    while (!word.empty() && (around.find(word.back()) != std::string_view::npos ||
                             word.back() == ':' || word.back() == '.'))
        word.remove_suffix(1);
    if (const std::size_t scheme = word.find("://"); scheme != std::string_view::npos) {
        word.remove_prefix(scheme + 3);
        word = word.substr(0, word.find('/'));
    }
    // Java: "/10.0.0.5:80", "localhost/127.0.0.1:80".
    if (const std::size_t slash = word.rfind('/'); slash != std::string_view::npos)
        word.remove_prefix(slash + 1);
    if (const auto whole = facts::parse_address(word)) return EndPoint{facts::to_string(*whole), 0};
    const std::size_t colon = word.rfind(':');
    if (colon == std::string_view::npos) return std::nullopt;
    std::string_view host = word.substr(0, colon);
    const auto port = parse_integer(word.substr(colon + 1));
    if (!port || *port < 0 || *port > 65535) return std::nullopt;
    if (host.size() > 2 && host.front() == '[' && host.back() == ']')
        host = host.substr(1, host.size() - 2);
    if (host.empty() || host == "*") return EndPoint{"", *port};
    if (const auto address = facts::parse_address(host))
        return EndPoint{facts::to_string(*address), *port};
    return std::nullopt;
}

std::optional<std::int64_t> port_of(std::string_view word) {
    constexpr std::string_view around = "()[]{},;:.'\"";
    while (!word.empty() && around.find(word.front()) != std::string_view::npos)
        word.remove_prefix(1);
    while (!word.empty() && around.find(word.back()) != std::string_view::npos)
        word.remove_suffix(1);
    const auto number = parse_integer(word);
    return number && *number > 0 && *number <= 65535 ? number : std::nullopt;
}

/// The end points that the text names, in its order; "a->b" is two. A port may stand by itself
/// after its address, as in Python's ('127.0.0.1', 8081), or after the word "port".
std::vector<EndPoint> end_points_in(std::string_view text) {
    std::vector<EndPoint> found;
    std::string_view before;
    bool after_address = false;
    for (const std::string_view word : split_words(text)) {
        const auto number = port_of(word);
        if (number && (after_address || lowered(before) == "port")) {
            if (after_address)
                found.back().port = *number;
            else
                found.push_back({"", *number});
        }
        before = word;
        after_address = false;
        std::string_view rest = word;
        while (!rest.empty()) {
            const std::size_t arrow = rest.find("->");
            if (const auto point = end_point_of(rest.substr(0, arrow))) {
                found.push_back(*point);
                after_address = point->port == 0 && !point->address.empty();
            }
            rest = arrow == std::string_view::npos ? std::string_view{} : rest.substr(arrow + 2);
        }
    }
    return found;
}

}  // namespace

std::optional<Question> understand(std::string_view text,
                                   const std::vector<rules::Message>& messages) {
    const std::string low = lowered(trim(text));
    const rules::Message* best = nullptr;
    std::size_t best_fit = 0;
    for (const rules::Message& message : messages) {
        const std::size_t size = fit(low, message);
        if (size <= best_fit) continue;
        best = &message;
        best_fit = size;
    }
    if (best == nullptr) return std::nullopt;
    Question question;
    question.text = trim(text);
    question.message_id = best->id;
    question.call = call_in(low);
    const std::vector<EndPoint> points = end_points_in(text);
    const bool has_arrow = text.find("->") != std::string_view::npos && points.size() > 1;
    // bind() speaks of this side, connect() of the other; an arrow shows both.
    if (!points.empty() && (question.call != "connect" || has_arrow)) {
        question.address = points.front().address;
        question.port = points.front().port;
    }
    if (question.call == "connect" && !points.empty()) {
        const EndPoint& remote = has_arrow ? points[1] : points.front();
        question.remote_address = remote.address;
        question.remote_port = remote.port;
    }
    return question;
}

}  // namespace tcptune::diagnosis
