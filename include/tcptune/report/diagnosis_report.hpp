// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/diagnosis/diagnosis.hpp>
#include <tcptune/report/style.hpp>

#include <string>
#include <vector>

/// The forms of a diagnosis. The text is one screen; the JSON has everything that is known.
namespace tcptune::report {

/// How the diagnosis was asked for, so that the command to run next is one that can be pasted.
struct DiagnoseInvocation {
    std::vector<std::string> shared_words;  ///< "--facts", "proxy.json": `plan` takes them too
    std::vector<std::string> own_words;     ///< "--dest", "10.0.3.7", "--errno", "EADDRINUSE", ...
    bool from_file = false;                 ///< facts of a file: looking again is no cure
    bool privileged = false;                ///< running as root already
    bool window_given = false;
    bool all_namespaces = false;
    bool watching = false;  ///< one view of --watch
};

/// The screen of `tcptune diagnose`: what is wrong in one line, the answer to a question, the
/// destinations nearest to their end, sockets by state, findings, cures in the order in which to
/// try them, what is no cure, what is not known, one sentence of verdict and one command. No line
/// is wider than the style; nothing foreign reaches it unescaped.
[[nodiscard]] std::string text_diagnosis(const diagnosis::Diagnosis& diagnosis,
                                         const DiagnoseInvocation& invocation,
                                         const TextStyle& style);

/// kind "diagnosis", described in tcptune-diagnose(1).
[[nodiscard]] std::string diagnosis_json(const diagnosis::Diagnosis& diagnosis, int exit_code);

/// For a ticket: the verdict, destinations, findings and cures, the evidence folded away. The
/// host's name only when `show_host`. Foreign text is escaped for Markdown and HTML.
[[nodiscard]] std::string markdown_diagnosis(const diagnosis::Diagnosis& diagnosis, bool show_host);

/// The one command to run next: always one that this release has.
[[nodiscard]] std::string next_command(const diagnosis::Diagnosis& diagnosis,
                                       const DiagnoseInvocation& invocation);

}  // namespace tcptune::report
