// SPDX-License-Identifier: Apache-2.0
#include "cli/apply_output.hpp"

#include "cli/files.hpp"
#include "cli/moment.hpp"
#include "cli/terminal.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>
#include <array>
#include <cerrno>

#include <fmt/format.h>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace tcptune::cli {

ApplyOutput::ApplyOutput(std::string_view kind, StreamFormat format, ColourChoice colour,
                         const ReachOptions& reach)
    : kind_(kind),
      format_(format),
      style_(style_for(STDOUT_FILENO, colour)),
      start_(seconds_now()),
      progress_(format == StreamFormat::text) {
    style_.direct = reach.direct;
}

void ApplyOutput::put(const std::string& text) {
    if (broken_ || text.empty()) return;
    progress_.clear();
    try {
        write_stdout(text);
    } catch (const BrokenPipe&) {
        broken_ = true;
    } catch (const Error&) {
        broken_ = true;
    }
}

void ApplyOutput::text(const std::string& text) {
    if (format_ == StreamFormat::text) put(text);
}

void ApplyOutput::event(const std::string& line) {
    if (format_ == StreamFormat::jsonl) put(line);
}

void ApplyOutput::error(const std::string& object, const std::string& reason) {
    progress_.clear();
    write_stderr("tcptune: " + (object.empty() ? "" : escape_line(object) + ": ") +
                 escape_line(reason) + "\n");
}

void ApplyOutput::end(const report::ApplyReport& report) {
    switch (format_) {
        case StreamFormat::text:
            put(report::text_ending(report, local_moment, unix_now(), style_));
            break;
        case StreamFormat::json:
            put(kind_ == "apply" ? report::apply_json(report) : report::checkpoint_json(report));
            break;
        case StreamFormat::jsonl:
            put(report::final_event(seconds(), kind_, report));
            break;
    }
}

std::optional<bool> ask(const std::string& question, double seconds, const Interrupts& interrupts) {
    const double start = seconds_now();
    // What was typed before the question is no answer to it.
    (void)::tcflush(STDIN_FILENO, TCIFLUSH);
    std::string answer;
    std::string shown;
    while (interrupts.signal() == 0) {
        const double left = seconds - (seconds_now() - start);
        if (seconds > 0 && left <= 0) break;
        const std::string line =
            seconds > 0 ? fmt::format("{} ({} left) [y/N] ", question, countdown_text(left))
                        : question + " [y/N] ";
        // What was typed meanwhile is not shown again, but it counts.
        if (line != shown) write_stderr((shown.empty() ? "" : "\r\x1b[K") + line);
        shown = line;
        std::array<pollfd, 2> waits{{{interrupts.fd(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
        (void)::poll(waits.data(), waits.size(), 200);
        if (waits[1].revents == 0) continue;
        std::array<char, 256> piece{};
        const ssize_t got = ::read(STDIN_FILENO, piece.data(), piece.size());
        if (got < 0 && (errno == EINTR || errno == EAGAIN)) continue;
        if (got <= 0) {
            write_stderr("\n");
            return false;
        }
        answer.append(piece.data(), static_cast<std::size_t>(got));
        const std::size_t end = answer.find('\n');
        if (end == std::string::npos) continue;
        const std::string word(trim(std::string_view(answer).substr(0, end)));
        return word == "y" || word == "Y" || word == "yes" || word == "Yes";
    }
    write_stderr("\n");
    return {};
}

}  // namespace tcptune::cli
