// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "lint/effects.hpp"
#include "lint/notes.hpp"

#include <vector>

/// What looks at a document, one idea each. All append to `findings`, in any order.
namespace tcptune::lint {

using Findings = std::vector<Finding>;

/// not_linux and other: the one finding about the whole text.
void note_kind(const Document& document, Findings& findings);

/// Line ends, byte order mark, length: once per file or line.
void note_encoding(const Document& document, Findings& findings);

/// Lines that the loaders do not take as they are meant.
void note_lines(const Document& document, Knowledge& knowledge, Findings& findings);
/// One line that has no '=' and is no exclusion.
void note_bare_line(const Document& document, std::size_t line, Knowledge& knowledge,
                    Findings& findings);
/// One line that a shell would carry out.
void note_shell_line(const Document& document, std::size_t line, Findings& findings);

/// Keys that the target kernel does not have, or that do nothing there.
void note_keys(const Document& document, Knowledge& knowledge, Findings& findings);

/// Keys that are set again; marks the settings that a later line repeats.
void note_duplicates(Document& document, const Effects& effects, Knowledge& knowledge,
                     Findings& findings);

/// What the rules say of the values. For each setting whether it is told why the
/// value itself is wrong.
[[nodiscard]] std::vector<bool> note_rules(const Document& document, const Effects& effects,
                                           Knowledge& knowledge, Findings& findings);

/// What the kernel makes of the values; an odd one that a rule has spoken of is left to it.
void note_values(const Document& document, const Effects& effects, const std::vector<bool>& told,
                 Knowledge& knowledge, Findings& findings);

/// Comments that say of a key what is not so.
void note_myths(const Document& document, Knowledge& knowledge, Findings& findings);

/// Lines about keys that shall be taken out.
void note_dropped(const Document& document, const Standard& standard, Findings& findings);

}  // namespace tcptune::lint
