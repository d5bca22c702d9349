// SPDX-License-Identifier: Apache-2.0
#include "unit/host/tree.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <system_error>

namespace tcptune::unit {

Tree::Tree() {
    std::string name = (std::filesystem::temp_directory_path() / "tcptune-test.XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
        throw std::system_error(errno, std::generic_category(), name);
    root_ = name;
}

Tree::~Tree() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
}

std::filesystem::path Tree::inside(std::string_view path) const {
    return root_ / std::filesystem::path(path).relative_path();
}

void Tree::write(std::string_view path, std::string_view text) const {
    std::filesystem::create_directories(inside(path).parent_path());
    std::ofstream(inside(path), std::ios::binary) << text;
}

void Tree::link(std::string_view path, const std::string& target) const {
    std::filesystem::create_directories(inside(path).parent_path());
    std::filesystem::create_symlink(target, inside(path));
}

void Tree::directory(std::string_view path) const {
    std::filesystem::create_directories(inside(path));
}

void Tree::forbid(std::string_view path) const {
    std::filesystem::permissions(inside(path), std::filesystem::perms::none);
}

host::FileText DenyingTree::read(std::string_view path) const {
    if (!denied_.contains(path)) return files_.read(path);
    return {host::FileStatus::denied, {}, std::string(path), "permission denied"};
}

host::Listing DenyingTree::list(std::string_view path) const {
    if (!denied_.contains(path)) return files_.list(path);
    return {host::FileStatus::denied, {}, "permission denied"};
}

host::FileText DenyingTree::read_link(std::string_view path) const {
    if (!denied_.contains(path)) return files_.read_link(path);
    return {host::FileStatus::denied, {}, std::string(path), "permission denied"};
}

}  // namespace tcptune::unit
