// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/comparison_run.hpp"
#include "cli/files.hpp"
#include "cli/namespaces.hpp"

#include <utility>

namespace tcptune::cli {

Exit run_verify(const VerifyOptions& options, const report::TextStyle& style) {
    // What somebody expects is asked for first: the helper is reached from where we are.
    ExpectedValues expected;
    if (!options.expected.empty()) expected = expected_of(options.expected, options.reach);
    if (!options.netns.empty()) enter_namespace(options.netns);
    BootInputs inputs = read_boot_inputs(options.root, options.rules);
    if (options.expected.empty()) expected = expected_of_drop_in(inputs.tree);
    if (!options.netns.empty())
        expected.notes.emplace_back(
            "The files are those of the host; a namespace begins with the kernel's defaults");
    const report::VerifyReport report = compared(inputs, std::move(expected), options.boot);
    write_stdout(options.format == Format::json ? report::verify_json(report)
                                                : report::text_verify(report, style));
    return exit_of(report);
}

}  // namespace tcptune::cli
