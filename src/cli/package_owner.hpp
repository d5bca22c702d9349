// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/file_tree.hpp>

#include <map>
#include <set>
#include <string>
#include <string_view>

/// Which package a file came with.
namespace tcptune::cli {

struct Packages {
    std::map<std::string, std::string> owners;  ///< by file; "": of no package. Only what is known
    std::string problem;                        ///< why it is not known; ""
};

/// Of a host (`live`) or of an image. dpkg's lists are read as they lie there, which takes a tenth
/// of the time of dpkg-query; rpm itself is asked, once for all files, and only about this host.
[[nodiscard]] Packages owners_of(const std::set<std::string>& files, const host::FileTree& tree,
                                 bool live);

/// The answer of `rpm -qf --qf '%{NAME}\n'` about these files, one line each in their order;
/// nothing is known when there are more or fewer lines.
[[nodiscard]] std::map<std::string, std::string> rpm_owners(const std::set<std::string>& files,
                                                            std::string_view answer);

}  // namespace tcptune::cli
