// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/context.hpp"
#include "cli/files.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/report/json_report.hpp>
#include <tcptune/report/text_report.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tcptune::cli {
namespace {

std::string shown(const rules::Profile& profile) {
    if (profile.file.empty()) return profile.name + " (built in: no roles, no expectations)\n";
    std::string out = "# " + escape_line(profile.file) + "\n";
    const std::string text = read_regular_file(profile.file, text_limit);
    for (const std::string_view line : split(text, '\n'))
        out += escape_line(line) + "\n";
    if (text.ends_with('\n')) out.pop_back();
    return out;
}

}  // namespace

Exit run_profiles(const ProfilesOptions& options, const report::TextStyle& style) {
    const std::vector<rules::Profile> profiles =
        options.show ? std::vector<rules::Profile>{load_profile(options.name)} : all_profiles();
    std::string out;
    if (options.format == Format::json) {
        out = report::profiles_json(profiles, number(Exit::done));
    } else if (options.show) {
        out = shown(profiles.front());
    } else {
        out = report::text_profiles(profiles, style);
    }
    write_stdout(out);
    return Exit::done;
}

}  // namespace tcptune::cli
