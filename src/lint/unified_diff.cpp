// SPDX-License-Identifier: Apache-2.0
#include <tcptune/lint/fix.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace tcptune::lint {
namespace {

constexpr std::size_t context_lines = 3;

/// A line of the old text, of the new one, or of both; with its line end.
struct DiffLine {
    char mark = ' ';
    std::string_view text;
};

std::vector<std::string_view> lines_with_ends(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.push_back(text.substr(0, end == std::string_view::npos ? end : end + 1));
        text.remove_prefix(lines.back().size());
    }
    return lines;
}

using Lines = std::span<const std::string_view>;

void put(std::vector<DiffLine>& out, char mark, Lines lines) {
    for (const std::string_view line : lines)
        out.push_back({mark, line});
}

/// A fix makes one line of one line: equal numbers of lines are compared line by line.
std::vector<DiffLine> compared(Lines before, Lines after) {
    std::vector<DiffLine> out;
    out.reserve(before.size() + 16);
    if (before.size() == after.size()) {
        for (std::size_t i = 0; i < before.size();) {
            std::size_t end = i;
            while (end < before.size() && before[end] != after[end])
                ++end;
            put(out, '-', before.subspan(i, end - i));
            put(out, '+', after.subspan(i, end - i));
            if (end < before.size()) out.push_back({' ', before[end++]});
            i = end;
        }
        return out;
    }
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t head = 0;
    while (head < shorter && before[head] == after[head])
        ++head;
    std::size_t tail = 0;
    while (tail < shorter - head &&
           before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
        ++tail;
    put(out, ' ', before.first(head));
    put(out, '-', before.subspan(head, before.size() - head - tail));
    put(out, '+', after.subspan(head, after.size() - head - tail));
    put(out, ' ', before.last(tail));
    return out;
}

/// As patch(1) reads names: quoted when a byte of them would end or change the header line.
std::string header_name(std::string_view side, std::string_view file) {
    while (file.starts_with('/') || file.starts_with("./"))
        file.remove_prefix(file.starts_with('/') ? 1 : 2);
    std::string name(side);
    name += '/';
    bool quoted = false;
    for (const char c : file) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            quoted = true;
            name += '\\';
            for (const unsigned shift : {6U, 3U, 0U})
                name += static_cast<char>('0' + ((byte >> shift) & 7U));
        } else {
            if (c == '"' || c == '\\') {
                quoted = true;
                name += '\\';
            }
            name += c;
        }
    }
    if (quoted) return '"' + name + '"';
    // After a tab stands the time: without one, a name would end at its first space.
    return file.find(' ') == std::string_view::npos ? name : name + '\t';
}

/// "3,7": where a side of a hunk begins and how long it is. Of an empty side, the line before it.
std::string side_of_hunk(std::size_t lines_before, std::size_t count) {
    return std::to_string(count == 0 ? lines_before : lines_before + 1) + ',' +
           std::to_string(count);
}

}  // namespace

std::string unified_diff(std::string_view file, std::string_view before, std::string_view after) {
    if (before == after) return {};
    const std::vector<DiffLine> lines = compared(lines_with_ends(before), lines_with_ends(after));
    std::string out = "--- " + header_name("a", file) + "\n+++ " + header_name("b", file) + "\n";
    std::size_t old_line = 0;
    std::size_t new_line = 0;
    std::size_t seen = 0;  // lines that are counted in both numbers
    const auto pass_to = [&](std::size_t end) {
        for (; seen < end; ++seen) {
            old_line += lines[seen].mark != '+';
            new_line += lines[seen].mark != '-';
        }
    };
    const auto next_change = [&](std::size_t from) {
        while (from < lines.size() && lines[from].mark == ' ')
            ++from;
        return from;
    };
    for (std::size_t change = next_change(0); change < lines.size();) {
        const std::size_t begin = std::max(seen, change - std::min(change, context_lines));
        // Changes whose context would touch are one hunk.
        std::size_t last = change;
        std::size_t next = next_change(last + 1);
        while (next < lines.size() && next - last <= 2 * context_lines + 1) {
            last = next;
            next = next_change(last + 1);
        }
        const std::size_t end = std::min(lines.size(), last + 1 + context_lines);

        pass_to(begin);
        const std::size_t old_begin = old_line;
        const std::size_t new_begin = new_line;
        pass_to(end);
        out += "@@ -" + side_of_hunk(old_begin, old_line - old_begin) + " +" +
               side_of_hunk(new_begin, new_line - new_begin) + " @@\n";
        for (std::size_t i = begin; i < end; ++i) {
            out += lines[i].mark;
            out += lines[i].text;
            if (!lines[i].text.ends_with('\n')) out += "\n\\ No newline at end of file\n";
        }
        change = next;
    }
    return out;
}

}  // namespace tcptune::lint
