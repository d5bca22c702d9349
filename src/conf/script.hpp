// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "conf/file_order.hpp"
#include "conf/kernel_words.hpp"
#include "conf/key_table.hpp"
#include "conf/loader_name.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::conf {

struct ScriptLine {
    std::uint32_t file = 0;
    std::uint32_t line = 0;
    NameId name = 0;               ///< in the universe's names; a pattern too has a place there
    std::uint32_t odd = no_index;  ///< in Script::spellings, where the loader spells it otherwise
    std::string_view value;
    Flaw flaw = Flaw::none;
    bool exclusion = false;
    bool glob = false;
    bool ignore_errors = false;
};

/// Something that cannot be read stands before line `at`.
struct Gap {
    std::size_t at = 0;
    std::string reason;
};

/// A line's file. `why` is of one that is left out.
struct ScriptFile {
    std::string path;
    Fate fate = Fate::wins;
    std::string why;
};

/// All that one loader reads, in its order: the kernel's own words, then files; behind them the
/// lines of files that it leaves out. Values are views into the tree and into `words`.
struct Script {
    Loader loader = Loader::systemd;
    std::vector<KernelWord> words;
    std::vector<ScriptFile> files;
    std::vector<ScriptLine> lines;
    std::size_t first_file_line = 0;
    std::size_t first_left_out = 0;
    std::vector<Gap> gaps;
    bool reapplied = false;         ///< files that a late writer loads again
    bool has_gap_anywhere = false;  ///< a directory that cannot be listed, or one of `gaps`
    NameTable spellings;
};

[[nodiscard]] Script make_script(const BootTree& tree, Loader loader, const KernelVersion& kernel,
                                 NameTable& names);

/// Adds what these files hold, or a gap for one that cannot be read.
void append_files(Script& script, const std::vector<const TreeEntry*>& files, NameTable& names);

/// Adds the lines of one more file.
void append_text(Script& script, std::string path, std::string_view text, NameTable& names);

}  // namespace tcptune::conf
