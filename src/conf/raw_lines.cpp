// SPDX-License-Identifier: Apache-2.0
#include "conf/raw_lines.hpp"

#include <algorithm>
#include <optional>

namespace tcptune::conf {

namespace {

// systemd gives a file up at a line of this length.
constexpr std::size_t systemd_line_limit = std::size_t{1} << 20;

constexpr std::string_view systemd_blanks = " \t\n\r";
constexpr std::string_view c_blanks = " \t\n\v\f\r";

std::string_view without_leading(std::string_view text, std::string_view blanks) {
    return text.substr(std::min(text.find_first_not_of(blanks), text.size()));
}

std::string_view without_trailing(std::string_view text, std::string_view blanks) {
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::string_view stripped(std::string_view text) {
    return without_trailing(without_leading(text, systemd_blanks), systemd_blanks);
}

/// procps leaves the first character alone, blank or not.
std::string_view procps_right_stripped(std::string_view text) {
    if (text.empty()) return text;
    return text.substr(0, 1 + without_trailing(text.substr(1), c_blanks).size());
}

/// Takes one line with its end off the front. LF, CR and NUL end a line, a run of different ones
/// is a single end, and a NUL closes the run.
std::string_view take_systemd_line(std::string_view& text, std::uint32_t& line_feeds) {
    constexpr std::string_view ends("\n\r\0", 3);
    const std::size_t length = std::min(text.find_first_of(ends), text.size());
    const std::string_view line = text.substr(0, length);
    text.remove_prefix(length);
    std::size_t taken = 0;
    while (taken < text.size() && ends.find(text[taken]) != std::string_view::npos &&
           text.substr(0, taken).find(text[taken]) == std::string_view::npos) {
        if (text[taken] == '\n') ++line_feeds;
        if (text[taken++] == '\0') break;
    }
    text.remove_prefix(taken);
    return line;
}

std::optional<RawLine> systemd_line(std::string_view text) {
    text = stripped(text);
    if (text.empty() || text[0] == '#' || text[0] == ';') return std::nullopt;
    RawLine line;
    const std::size_t equals = text.find('=');
    line.name = text.substr(0, equals);
    const bool dash = line.name.starts_with('-');
    if (dash) line.name.remove_prefix(1);
    if (equals == std::string_view::npos) {
        if (!dash) return std::nullopt;
        line.exclusion = true;
    } else {
        line.value = stripped(text.substr(equals + 1));
    }
    line.ignore_errors = dash;
    line.name = stripped(line.name);
    return line;
}

/// `text` with its line feed.
std::optional<RawLine> procps_line(std::string_view text) {
    if (text.size() < 2) return std::nullopt;
    text = without_leading(text.substr(0, text.find('\0')), c_blanks);
    if (text.size() < 2 || text[0] == '#' || text[0] == ';') return std::nullopt;
    RawLine line;
    const std::size_t equals = text.find('=');
    line.name = text.substr(0, equals);
    const bool dash = line.name.starts_with('-');
    if (dash) line.name.remove_prefix(1);
    if (equals == std::string_view::npos) {
        if (!dash) return std::nullopt;
        line.exclusion = true;
    } else {
        line.value = procps_right_stripped(without_leading(text.substr(equals + 1), c_blanks));
    }
    line.ignore_errors = dash;
    line.name = procps_right_stripped(line.name);
    // A second dash goes when the setting is stored.
    if (line.name.starts_with('-')) line.name.remove_prefix(1);
    return line;
}

std::vector<RawLine> systemd_lines(std::string_view text) {
    std::vector<RawLine> lines;
    std::uint32_t line_feeds = 0;
    while (!text.empty()) {
        const std::uint32_t number = line_feeds + 1;
        const std::string_view line = take_systemd_line(text, line_feeds);
        if (line.size() >= systemd_line_limit) break;
        std::optional<RawLine> taken = systemd_line(line);
        if (!taken) continue;
        taken->line = number;
        lines.push_back(*taken);
    }
    return lines;
}

std::vector<RawLine> procps_lines(std::string_view text) {
    std::vector<RawLine> lines;
    for (std::uint32_t number = 1; !text.empty(); ++number) {
        const std::size_t end = text.find('\n');
        const std::size_t length = end == std::string_view::npos ? text.size() : end + 1;
        std::optional<RawLine> taken = procps_line(text.substr(0, length));
        text.remove_prefix(length);
        if (!taken) continue;
        taken->line = number;
        lines.push_back(*taken);
    }
    return lines;
}

}  // namespace

std::vector<RawLine> raw_lines(std::string_view text, Loader loader) {
    return loader == Loader::systemd ? systemd_lines(text) : procps_lines(text);
}

}  // namespace tcptune::conf
