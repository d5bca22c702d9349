// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/base/utf8.hpp>
#include <tcptune/report/boot_report.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::report {
namespace {

using conf::Match;
using conf::Row;

Row metrics_row(const std::string& key, const std::string& file, Match match) {
    Row row;
    row.key = key;
    row.running = conf::Reading::of("60");
    row.boot = conf::Reading::of(match == Match::differs ? "30" : "60");
    row.running_boot = match;
    if (!file.empty()) {
        row.decides =
            conf::Claim{.statement = {.name = key, .value = "30", .file = file, .line = 4}};
    }
    return row;
}

Row unknown_row(const std::string& key, const std::string& file) {
    Row row = metrics_row(key, file, Match::unknown);
    row.running = conf::Reading::unknown("only root may read it");
    return row;
}

std::string metrics_of(const std::vector<Row>& rows) {
    return drift_metrics(rows, 1764000000);
}

bool has_metrics_line(const std::string& text, std::string_view line) {
    const std::vector<std::string_view> lines = split(text, '\n');
    return std::ranges::find(lines, line) != lines.end();
}

/// The whole line of the only key.
std::string only_sample(const std::string& text) {
    std::string found;
    for (const std::string_view line : split(text, '\n')) {
        if (!line.starts_with("tcptune_sysctl_drift{")) continue;
        CHECK(found.empty());
        found = line;
    }
    return found;
}

/// What a reader of the format makes of the label at `at`, behind its opening quote; `at` is then
/// behind the closing one.
std::string unquoted(std::string_view line, std::size_t& at) {
    std::string value;
    for (; at < line.size() && line[at] != '"'; ++at) {
        if (line[at] == '\\') {
            ++at;
            REQUIRE(at < line.size());
            REQUIRE(std::string_view("\\\"n").find(line[at]) != std::string_view::npos);
            value += line[at] == 'n' ? '\n' : line[at];
        } else {
            value += line[at];
        }
    }
    ++at;
    return value;
}

bool is_utf8(std::string_view text) {
    while (!text.empty()) {
        const CodePoint point = first_code_point(text);
        if (point.length == 0) return false;
        text.remove_prefix(point.length);
    }
    return true;
}

}  // namespace

TEST_CASE("the metrics of drift name each key with the file that decides, and sum them up") {
    const std::string text = metrics_of(
        {metrics_row("net.ipv4.tcp_fin_timeout", "/etc/sysctl.d/50-web.conf", Match::differs),
         metrics_row("net.core.somaxconn", "/etc/sysctl.conf", Match::same),
         unknown_row("net.ipv4.tcp_fastopen_key", "/etc/sysctl.conf")});
    CHECK(text ==
          "# HELP tcptune_sysctl_drift Whether the running value is another one than the "
          "configured.\n"
          "# TYPE tcptune_sysctl_drift gauge\n"
          "tcptune_sysctl_drift{key=\"net.ipv4.tcp_fin_timeout\",file=\"/etc/sysctl.d/"
          "50-web.conf\"} 1\n"
          "tcptune_sysctl_drift{key=\"net.core.somaxconn\",file=\"/etc/sysctl.conf\"} 0\n"
          "# HELP tcptune_drift_keys Keys whose running value is not the configured one.\n"
          "# TYPE tcptune_drift_keys gauge\n"
          "tcptune_drift_keys 1\n"
          "# HELP tcptune_drift_unknown_keys Configured keys that could not be compared.\n"
          "# TYPE tcptune_drift_unknown_keys gauge\n"
          "tcptune_drift_unknown_keys 1\n"
          "# HELP tcptune_drift_compared_keys Configured keys that were compared.\n"
          "# TYPE tcptune_drift_compared_keys gauge\n"
          "tcptune_drift_compared_keys 2\n"
          "# HELP tcptune_config_conflicts Keys for which the two loaders disagree, or another "
          "line wins over tcptune's.\n"
          "# TYPE tcptune_config_conflicts gauge\n"
          "tcptune_config_conflicts 0\n"
          "# HELP tcptune_drift_success Whether the last look could read everything.\n"
          "# TYPE tcptune_drift_success gauge\n"
          "tcptune_drift_success 1\n"
          "# HELP tcptune_drift_last_run_timestamp_seconds When tcptune drift last looked, as "
          "seconds since 1970.\n"
          "# TYPE tcptune_drift_last_run_timestamp_seconds gauge\n"
          "tcptune_drift_last_run_timestamp_seconds 1764000000\n");
}

TEST_CASE("a key that could not be compared, or that this kernel lacks, has no metric of its own") {
    Row absent = metrics_row("net.netfilter.nf_conntrack_max", "/etc/sysctl.conf", Match::absent);
    absent.running.status = conf::Reading::Status::absent;
    const std::string text = metrics_of({unknown_row("net.a", "/etc/sysctl.conf"), absent});
    CHECK(only_sample(text).empty());
    CHECK(has_metrics_line(text, "tcptune_drift_keys 0"));
    CHECK(has_metrics_line(text, "tcptune_drift_unknown_keys 1"));
    CHECK(has_metrics_line(text, "tcptune_drift_compared_keys 0"));
}

TEST_CASE("loaders that disagree about a key in place count as a conflict") {
    Row row = metrics_row("net.core.somaxconn", "/etc/sysctl.conf", Match::same);
    row.other_loader = conf::Reading::of("4096");
    const std::string text = metrics_of({row});
    CHECK(has_metrics_line(text, "tcptune_drift_keys 0"));
    CHECK(has_metrics_line(text, "tcptune_config_conflicts 1"));
}

TEST_CASE("a key that no file sets any more has an empty file, not a missing label") {
    const std::string text = metrics_of({metrics_row("net.core.somaxconn", "", Match::differs)});
    CHECK(only_sample(text) == "tcptune_sysctl_drift{key=\"net.core.somaxconn\",file=\"\"} 1");
}

TEST_CASE("without any key there are no samples of keys and the sums are 0") {
    const std::string text = metrics_of({});
    CHECK(text.find("tcptune_sysctl_drift") == std::string::npos);
    CHECK(has_metrics_line(text, "tcptune_drift_keys 0"));
    CHECK(has_metrics_line(text, "tcptune_drift_compared_keys 0"));
    CHECK(has_metrics_line(text, "tcptune_drift_success 1"));
}

TEST_CASE("a failed look says that it failed and nothing of any key") {
    const std::string text = failed_drift_metrics(1764000001);
    CHECK(has_metrics_line(text, "tcptune_drift_success 0"));
    CHECK(has_metrics_line(text, "tcptune_drift_last_run_timestamp_seconds 1764000001"));
    CHECK(text.find("tcptune_drift_keys") == std::string::npos);
    CHECK(text.ends_with('\n'));
}

TEST_CASE("quotes and backslashes in a file's name are escaped as the format wants it") {
    const std::string text =
        metrics_of({metrics_row("net.core.somaxconn", "/etc/sysctl.d/a\"b\\c.conf", Match::same)});
    CHECK(only_sample(text) ==
          R"(tcptune_sysctl_drift{key="net.core.somaxconn",file="/etc/sysctl.d/a\"b\\c.conf"} 0)");
}

TEST_CASE("a hostile name cannot add a line, end its label or leave UTF-8") {
    const std::vector<std::string> hostile{"\n",
                                           "x\ntcptune_drift_success 1\n",
                                           "\r\n",
                                           std::string("a\0b", 3),
                                           "\"} 0\ntcptune_drift_keys{x=\"",
                                           "\\",
                                           "\\\"",
                                           "\\n",
                                           "a\\",
                                           "\x1b[31m",
                                           "\x7f",
                                           "\xff\xfe",
                                           "\xc3",
                                           "\xed\xa0\x80",
                                           "\xe2\x80\xae"
                                           "fnoc",
                                           "\xc3\xa4.conf",
                                           "{key=\"a\",file=\"b\"} 7",
                                           "# HELP x",
                                           std::string(5000, '"')};
    for (const std::string& name : hostile) {
        CAPTURE(name);
        const std::string text = metrics_of({metrics_row(name, "/etc/" + name, Match::differs)});
        CHECK(is_utf8(text));
        CHECK(std::ranges::none_of(text, [](char c) {
            return (static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == '\x7f';
        }));
        // As many lines as with a name of letters.
        const std::string plain = metrics_of({metrics_row("a", "/etc/a", Match::differs)});
        CHECK(std::ranges::count(text, '\n') == std::ranges::count(plain, '\n'));
        const std::string line = only_sample(text);
        const std::string_view before = "tcptune_sysctl_drift{key=\"";
        REQUIRE(line.starts_with(before));
        std::size_t at = before.size();
        const std::string key = unquoted(line, at);
        const std::string_view between = ",file=\"";
        REQUIRE(std::string_view(line).substr(at).starts_with(between));
        at += between.size();
        CHECK(unquoted(line, at) == "/etc/" + key);
        CHECK(std::string_view(line).substr(at) == "} 1");
    }
}

TEST_CASE("a label is what the screen shows, and text without tricks stays as it is") {
    const auto file_label = [](const std::string& file) {
        const std::string line = only_sample(metrics_of({metrics_row("k", file, Match::same)}));
        std::size_t at = line.find("file=\"") + 6;
        return unquoted(line, at);
    };
    CHECK(file_label("/etc/sysctl.d/\xc3\xa4 x.conf") == "/etc/sysctl.d/\xc3\xa4 x.conf");
    CHECK(file_label("/etc/a\nb") == "/etc/a\\nb");
    CHECK(file_label("/etc/a\x1b") == "/etc/a\\x1b");
    CHECK(file_label("/etc/a\xff") == "/etc/a\\xff");
}

}  // namespace tcptune::report
