// SPDX-License-Identifier: Apache-2.0
#include "unit/rules/corpus.hpp"

#include <tcptune/rules/name_book.hpp>

#include <string>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::rules {
namespace {

const std::string names_text = R"(schema = 1
[[names]]
directory = "net.ipv4"
complete  = true
keys      = ["tcp_sack", "conf.*.rp_filter"]

[[names]]
directory = "net.ipv4.neigh.*"
keys      = ["gc_thresh1"]

[[gone]]
key       = "net.ipv4.tcp_low_latency"
kind      = "no-effect"
since     = "4.14"
harmless  = true
text      = "The prequeue went away."
mend      = "Delete the line."
reference = "Linux 4.14, net/ipv4/tcp_ipv4.c"

[[foreign]]
system   = "FreeBSD"
prefixes = ["kern.", "net.inet."]
)";

const std::string releases_text = R"(schema = 1
[[release]]
id        = "debian-13"
name      = "Debian 13"
kernel    = "6.12"
sysctl_conf_at_boot = false
text      = "The link is gone."
reference = "x"

[[release]]
id        = "debian-12"
name      = "Debian 12"
kernel    = "6.1"
sysctl_conf_at_boot = true
reference = "x"
)";

TEST_CASE("the files of names give names, gone keys, foreign prefixes and releases") {
    const std::vector<RuleSource> sources{{"names/net.toml", names_text},
                                          {"names/releases.toml", releases_text}};
    Diagnostics diagnostics;
    const NameBook book = read_names(sources, diagnostics);
    CHECK(corpus::places(diagnostics) == "");
    CHECK(book.knows("net.ipv4.tcp_sack"));
    CHECK(book.knows("net.ipv4.conf.all.rp_filter"));
    CHECK(book.knows("net.ipv4.neigh.eth0.gc_thresh1"));
    CHECK(book.complete("net.ipv4.x"));
    CHECK_FALSE(book.complete("net.ipv4.neigh.eth0.x"));
    CHECK(book.foreign("kern.maxfiles") == "FreeBSD");
    REQUIRE(book.gone("net.ipv4.tcp_low_latency"));
    const GoneKey& gone = *book.gone("net.ipv4.tcp_low_latency");
    CHECK(gone.no_effect);
    CHECK(gone.harmless);
    CHECK(gone.since == KernelVersion{4, 14, 0});
    CHECK(gone.text == "The prequeue went away.");
    CHECK(gone.mend == "Delete the line.");
    CHECK(gone.reference == "Linux 4.14, net/ipv4/tcp_ipv4.c");

    const std::vector<Release> releases = read_releases(sources, diagnostics);
    CHECK(diagnostics.empty());
    REQUIRE(releases.size() == 2);
    CHECK(releases[0].id == "debian-12");
    CHECK(releases[0].sysctl_conf_at_boot);
    CHECK(releases[1].kernel == KernelVersion{6, 12, 0});
    CHECK_FALSE(releases[1].sysctl_conf_at_boot);
    CHECK(releases[1].text == "The link is gone.");
}

TEST_CASE("a file of names with a mistake is left out, the others count") {
    const std::vector<RuleSource> sources{
        {"names/a.toml", "schema = 1\n[[names]]\ndirectory = \"net.x\"\nkeys = [\"y\", \"*z\"]\n"},
        {"names/b.toml", "schema = 1\n[[names]]\ndirectory = \"net.x\"\nkeys = [\"z\"]\n"},
        {"names/c.toml", "not TOML", true}};
    Diagnostics diagnostics;
    const NameBook book = read_names(sources, diagnostics);
    CHECK(corpus::places(diagnostics) == "TT204 4:15\n");
    CHECK_FALSE(book.knows("net.x.y"));
    CHECK(book.knows("net.x.z"));
}

}  // namespace
}  // namespace tcptune::rules
