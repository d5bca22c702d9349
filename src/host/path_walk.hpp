// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tcptune::host {

/// A walk from a root directory along a path, with links resolved inside the root. It stops at the
/// last component, which may itself be a link: `follow` continues through it.
class PathWalk {
public:
    /// `root` must outlive the walk.
    PathWalk(int root, std::string_view path);

    /// Opens every directory on the way to the last component. 0, or an errno.
    [[nodiscard]] int run();
    /// The last component turned out to be a link: walks on along its target. 0, or an errno
    /// (EINVAL when it is no link).
    [[nodiscard]] int follow();

    /// The directory of the last component; valid as long as the walk.
    [[nodiscard]] int directory() const { return open_.empty() ? root_ : open_.back().get(); }
    /// The last link that was followed stands for /dev/null.
    [[nodiscard]] bool at_null_device() const { return at_null_device_; }
    /// Gives up the directory; none when it is the root itself.
    [[nodiscard]] UniqueFd take_directory();
    /// The last component; "." for the root itself.
    [[nodiscard]] const std::string& name() const { return name_; }
    /// Where the walk has arrived, links resolved: "/etc/sysctl.conf".
    [[nodiscard]] std::string path() const;

private:
    void push_components(std::string_view path);
    [[nodiscard]] int enter(const std::string& component);
    /// What lies ahead, as far as names alone tell.
    [[nodiscard]] std::vector<std::string> ahead() const;
    [[nodiscard]] int take_link(const std::string& component);

    int root_;
    std::vector<UniqueFd> open_;        ///< one for each of names_
    std::vector<std::string> names_;    ///< directories entered so far
    std::vector<std::string> pending_;  ///< components still to walk, the next one last
    std::string name_;
    int links_ = 0;
    bool at_null_device_ = false;
};

/// The text of a link, or nothing with errno set.
[[nodiscard]] std::optional<std::string> link_text(int directory, const std::string& name);

}  // namespace tcptune::host
