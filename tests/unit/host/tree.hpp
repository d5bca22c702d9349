// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace tcptune::unit {

/// A directory that a test fills and that goes with this object.
class Tree {
public:
    Tree();
    ~Tree();
    Tree(const Tree&) = delete;
    Tree& operator=(const Tree&) = delete;

    /// `path` is "/etc/sysctl.d/a.conf", inside the tree; directories are made.
    void write(std::string_view path, std::string_view text) const;
    void link(std::string_view path, const std::string& target) const;
    void directory(std::string_view path) const;
    void forbid(std::string_view path) const;
    [[nodiscard]] std::string root() const { return root_.string(); }

private:
    [[nodiscard]] std::filesystem::path inside(std::string_view path) const;
    std::filesystem::path root_;
};

}  // namespace tcptune::unit
