// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/host/file_tree.hpp>

#include <filesystem>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <utility>

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

/// A tree some of whose paths are denied to everybody, so also to a root that runs the tests.
class DenyingTree final : public host::FileTree {
public:
    DenyingTree(const Tree& files, std::set<std::string, std::less<>> denied)
        : files_(files.root()), denied_(std::move(denied)) {}

    [[nodiscard]] host::FileText read(std::string_view path) const override;
    [[nodiscard]] host::Listing list(std::string_view path) const override;
    [[nodiscard]] host::FileText read_link(std::string_view path) const override;

private:
    host::RootedFileTree files_;
    std::set<std::string, std::less<>> denied_;
};

}  // namespace tcptune::unit
