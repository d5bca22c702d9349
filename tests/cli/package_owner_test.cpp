// SPDX-License-Identifier: Apache-2.0
#include "cli/package_owner.hpp"

#include "unit/host/tree.hpp"

#include <map>
#include <set>
#include <string>

#include <doctest/doctest.h>

using namespace tcptune;
using cli::Packages;
using cli::rpm_owners;
using Owners = std::map<std::string, std::string>;
using Files = std::set<std::string>;

namespace {

constexpr const char* protect_links = "/usr/lib/sysctl.d/99-protect-links.conf";

/// A host on which dpkg has these lists.
Packages dpkg_says(const Owners& lists, const Files& files) {
    const unit::Tree tree;
    for (const auto& [name, text] : lists)
        tree.write("/var/lib/dpkg/info/" + name, text);
    return cli::owners_of(files, host::RootedFileTree(tree.root()), false);
}

}  // namespace

TEST_CASE("rpm's lines belong to the files in their order") {
    CHECK(rpm_owners({"/etc/a", "/etc/b"}, "systemd\nprocps-ng\n") ==
          Owners{{"/etc/a", "systemd"}, {"/etc/b", "procps-ng"}});
    CHECK(rpm_owners({"/etc/a"}, "systemd") == Owners{{"/etc/a", "systemd"}});
}

TEST_CASE("a file that rpm calls nobody's is of no package") {
    CHECK(rpm_owners({"/etc/a", "/etc/b"}, "file /etc/a is not owned by any package\nsystemd\n") ==
          Owners{{"/etc/a", ""}, {"/etc/b", "systemd"}});
}

TEST_CASE("where rpm's lines do not fit the files nothing is claimed") {
    CHECK(rpm_owners({"/etc/a", "/etc/b"}, "systemd\n").empty());
    CHECK(rpm_owners({"/etc/a"}, "systemd\nsystemd-udev\n").empty());
    CHECK(rpm_owners({"/etc/a"}, "").empty());
    CHECK(rpm_owners({}, "").empty());
    CHECK(rpm_owners({"/etc/a", "/etc/b"}, "error: cannot open Packages database\n").empty());
}

TEST_CASE("dpkg's lists name the package of a file, and its architecture is left out") {
    const Packages found =
        dpkg_says({{"procps.list", "/.\n/usr/lib/sysctl.d/99-protect-links.conf\n"},
                   {"libc6:amd64.list", "/.\n/etc/sysctl.d/50-c.conf\n"}},
                  {protect_links, "/etc/sysctl.d/50-c.conf", "/etc/sysctl.d/60-own.conf"});
    CHECK(found.problem.empty());
    CHECK(found.owners == Owners{{protect_links, "procps"},
                                 {"/etc/sysctl.d/50-c.conf", "libc6"},
                                 {"/etc/sysctl.d/60-own.conf", ""}});
}

TEST_CASE("a package may name a file by /lib or by /usr/lib") {
    const Owners owned{{protect_links, "procps"}};
    CHECK(dpkg_says({{"procps.list", "/lib/sysctl.d/99-protect-links.conf\n"}}, {protect_links})
              .owners == owned);
    CHECK(dpkg_says({{"procps.list", "/usr/lib/sysctl.d/a.conf\n"}}, {"/lib/sysctl.d/a.conf"})
              .owners == Owners{{"/lib/sysctl.d/a.conf", "procps"}});
}

TEST_CASE("only a whole line is the name of the file") {
    for (const char* list : {"/usr/lib/sysctl.d/99-protect-links.conf.bak\n",
                             "/x/usr/lib/sysctl.d/99-protect-links.conf\n",
                             "/usr/lib/sysctl.d/99-protect-links\n", "sysctl\n", ""}) {
        CAPTURE(list);
        CHECK(dpkg_says({{"other.list", list}}, {protect_links}).owners ==
              Owners{{protect_links, ""}});
    }
}

TEST_CASE("other files beside the lists are no packages") {
    CHECK(dpkg_says({{"procps.conffiles", std::string(protect_links) + "\n"},
                     {".list", std::string(protect_links) + "\n"},
                     {"list", std::string(protect_links) + "\n"}},
                    {protect_links})
              .owners == Owners{{protect_links, ""}});
}

TEST_CASE("a file of two packages names both") {
    CHECK(dpkg_says({{"a.list", std::string(protect_links) + "\n"},
                     {"b.list", std::string(protect_links) + "\n"}},
                    {protect_links})
              .owners == Owners{{protect_links, "a, b"}});
}

TEST_CASE("without a package manager nothing is said, and why") {
    const Packages found = dpkg_says({}, {protect_links});
    CHECK(found.owners.empty());
    CHECK(found.problem == "no lists of dpkg");
    CHECK(dpkg_says({}, {}).problem.empty());
}
