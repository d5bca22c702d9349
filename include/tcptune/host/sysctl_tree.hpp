// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/base/unique_fd.hpp>
#include <tcptune/sysctl/key.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace tcptune::host {

/// One open sysctl. Errors are errno values; 0 is success.
class SysctlFile {
public:
    SysctlFile() = default;
    SysctlFile(const SysctlFile&) = delete;
    SysctlFile& operator=(const SysctlFile&) = delete;
    virtual ~SysctlFile() = default;

    /// The whole text as the kernel gives it, with its newline.
    [[nodiscard]] virtual int read(std::string& text) = 0;
    /// One write at offset 0. EIO when the kernel took less than all of it: its parser has then
    /// stored something else than the text says.
    [[nodiscard]] virtual int write(std::string_view text) = 0;
};

/// The sysctls of the running kernel, for the side that writes them.
class SysctlTree {
public:
    SysctlTree() = default;
    SysctlTree(const SysctlTree&) = delete;
    SysctlTree& operator=(const SysctlTree&) = delete;
    virtual ~SysctlTree() = default;

    /// Opens for reading, with `writable` for both; null and the errno in `error` when it cannot.
    [[nodiscard]] virtual std::unique_ptr<SysctlFile> open(const sysctl::Key& key, bool writable,
                                                           int& error) = 0;
};

/// /proc/sys/net, and nothing outside: keys of other trees give EPERM. Each component is opened
/// relative to the one before, without following links. (Not openat2: it is ENOSYS in a service
/// with RestrictSUIDSGID=yes.)
class ProcSysctlTree final : public SysctlTree {
public:
    /// Throws SystemError when the directory cannot be opened. `net` is /proc/sys/net but in tests.
    explicit ProcSysctlTree(const std::string& net = "/proc/sys/net");
    [[nodiscard]] std::unique_ptr<SysctlFile> open(const sysctl::Key& key, bool writable,
                                                   int& error) override;

private:
    UniqueFd net_;
};

}  // namespace tcptune::host
