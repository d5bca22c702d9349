// SPDX-License-Identifier: Apache-2.0
#include "cli/blame_key.hpp"
#include "cli/boot_inputs.hpp"
#include "cli/commands.hpp"
#include "cli/files.hpp"
#include "cli/package_owner.hpp"

#include <tcptune/base/error.hpp>
#include <tcptune/host/file_tree.hpp>
#include <tcptune/plan/boot_conflicts.hpp>

#include <set>
#include <utility>

#include <fmt/format.h>

namespace tcptune::cli {
namespace {

using Status = conf::Reading::Status;

/// The files that lines about the key stand in, but for our own and what is no file.
std::set<std::string> files_of_claims(const conf::KeyForecast& forecast) {
    std::set<std::string> files;
    const auto add = [&](const conf::Outcome& outcome) {
        for (const conf::Claim& claim : outcome.claims)
            if (claim.statement.file.starts_with('/') && claim.statement.file != plan::drop_in_path)
                files.insert(claim.statement.file);
    };
    add(forecast.systemd);
    add(forecast.procps);
    if (forecast.late) add(*forecast.late);
    return files;
}

bool has_claims(const conf::KeyForecast& forecast) {
    return !forecast.systemd.claims.empty() || !forecast.procps.claims.empty() ||
           (forecast.late && !forecast.late->claims.empty());
}

std::string conclusion(const report::BlameReport& report, const sysctl::Parameter* parameter) {
    const bool set = conf::deciding_claim(report.forecast, report.scene.has_systemd) != nullptr;
    const conf::Reading& boot = report.boot;
    if (report.running.status == Status::absent)
        return has_claims(report.forecast)
                   ? "this kernel has no such key now: a line about it does nothing until it has"
                   : "this kernel has no such key";
    const bool all_read = report.scene.unreadable.empty() || boot.status != Status::unknown;
    if (!has_claims(report.forecast) && all_read)
        return "no file sets it: the kernel's default stays";
    if (boot.status == Status::unknown)
        return "what the next boot gives is not known: " + boot.reason;
    if (boot.status == Status::absent) return "that kernel has no such key";
    if (!set) return "no line about it takes effect: the kernel's default stays";
    if (report.running.status == Status::value) {
        if (conf::same_setting(parameter, report.running.value, boot.value))
            return "the next boot gives what runs now";
        return fmt::format("the next boot changes it from {} to {}", report.running.value,
                           boot.value);
    }
    return "a boot gives " + boot.value;
}

}  // namespace

Exit run_blame(const BlameOptions& options, const report::TextStyle& style) {
    const bool live = options.root.empty();
    BootInputs inputs = read_boot_inputs(options.root, options.rules);
    const sysctl::ParameterCatalog& catalog = inputs.catalog;
    report::BlameReport report;
    report.key = blame_key(options.key, catalog);
    const sysctl::Parameter* const parameter = catalog.find(report.key);
    report.forecast = conf::forecast_key(inputs.tree, ground_of(inputs), report.key);
    report.disagree = conf::loaders_differ(report.forecast, parameter);
    report.kernel_default = defaults_of(inputs)(report.key);
    report.boot = conf::reading_of(conf::at_boot(report.forecast, inputs.tree.has_systemd));
    if (live) report.running = running_reading(report.key);
    if (!parameter) report.similar = similar_key(report.key, catalog);
    if (!has_claims(report.forecast) && !parameter &&
        (report.running.status == Status::absent || (!live && !report.similar.empty()))) {
        const std::string where = live ? "" : " below " + options.root;
        const std::string meant =
            report.similar.empty() ? "" : " (did you mean " + report.similar + "?)";
        throw Error(ErrorCode::usage, options.key,
                    live ? "the kernel has no such sysctl, and no file sets it" + meant
                         : "is not known, and no file" + where + " sets it" + meant);
    }
    // A key that is there was meant.
    if (report.running.status != Status::absent) report.similar.clear();
    if (parameter && !parameter->kernels.contains(inputs.kernel))
        report.gone =
            fmt::format("{}; this is {}", parameter->kernels.describe(), inputs.kernel.to_string());
    Packages packages = owners_of(files_of_claims(report.forecast),
                                  host::RootedFileTree(live ? "/" : options.root), live);
    report.packages = std::move(packages.owners);
    report.package_problem = std::move(packages.problem);
    report.scene = std::move(inputs.scene);
    report.ending = {number(Exit::done), std::string(status_word(Exit::done)),
                     conclusion(report, parameter)};
    write_stdout(options.format == Format::json ? report::blame_json(report)
                                                : report::text_blame(report, style));
    return Exit::done;
}

}  // namespace tcptune::cli
