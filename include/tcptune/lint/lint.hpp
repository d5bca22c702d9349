// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/kernel_version.hpp>
#include <tcptune/lint/finding.hpp>
#include <tcptune/rules/name_book.hpp>
#include <tcptune/rules/rule_set.hpp>

#include <set>
#include <span>
#include <string>

namespace tcptune::lint {

/// One text, already read: the core opens no file.
struct Input {
    std::string file;
    std::string text;
};

/// What the texts are judged by. Rules are read with Parts::knowledge.
struct Standard {
    const rules::RuleSet& rules;
    const rules::NameBook& names;
    KernelVersion kernel;
    /// Keys to take out of the texts, besides what is wrong (`--drop`); then nothing else has a
    /// fix.
    std::set<std::string> drop = {};
};

/// Each text is judged by itself: what a file needs from another one is asked of
/// `tcptune verify --boot`. Linear in the size of the texts.
[[nodiscard]] Report lint(std::span<const Input> inputs, const Standard& standard);

}  // namespace tcptune::lint
