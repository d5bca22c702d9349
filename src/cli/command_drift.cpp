// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/comparison_run.hpp"
#include "cli/files.hpp"
#include "cli/moment.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/base/escape.hpp>

#include <exception>
#include <string>
#include <string_view>
#include <sys/stat.h>

namespace tcptune::cli {
namespace {

report::VerifyReport look(const DriftOptions& options) {
    BootInputs inputs = read_boot_inputs("", options.rules);
    ExpectedValues expected = expected_of_drop_in(inputs.tree);
    return compared(inputs, std::move(expected), false);
}

/// Replaces the file by a whole new one that everybody may read, as node_exporter's textfile
/// collector wants it; the name aside does not end in ".prom". Not flushed: after a crash the next
/// look writes it again.
void write_metrics(const std::string& path, std::string_view text) {
    struct stat info{};
    // A device or a pipe would be lost to everybody else who uses it.
    if (::lstat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode))
        throw Error(ErrorCode::operational, path, "is no regular file; nothing was written");
    FileAside aside(path);
    aside.write(text);
    aside.set_mode(0644);
    aside.take_place();
}

/// The rows, and what could not be read: silence means that all is well.
std::string lines_of(const report::VerifyReport& report) {
    std::string lines = report::text_drift(report);
    for (const std::string& path : report.scene.unreadable)
        lines += escape_line(path) + ": cannot be read, so that its values are not known\n";
    return lines;
}

}  // namespace

Exit run_drift(const DriftOptions& options) {
    report::VerifyReport report;
    try {
        report = look(options);
    } catch (const std::exception&) {
        // The metrics of the last look would go on saying that all is well.
        if (!options.metrics.empty())
            write_metrics(options.metrics, report::failed_drift_metrics(unix_now()));
        throw;
    }
    const std::int64_t now = unix_now();
    if (!options.metrics.empty())
        write_metrics(options.metrics,
                      report::drift_metrics(report.rows, now, report.scene.unreadable.empty()));
    if (!options.quiet)
        write_stdout(options.format == Format::json ? report::drift_json(report, now)
                                                    : lines_of(report));
    return exit_of(report);
}

}  // namespace tcptune::cli
