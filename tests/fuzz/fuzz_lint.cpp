// SPDX-License-Identifier: Apache-2.0
// Texts of strangers: no crash, findings in order and inside the text, and at most one fix a line.
#include <tcptune/lint/lint.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

using namespace tcptune;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

constexpr const char* rule_text = R"(schema = 1
[parameter]
key     = "net.ipv4.ip_local_port_range"
summary = "First and last local port"
type    = "int_list"
length  = 2
min     = 1
max     = 65535
scope   = "netns"
access  = "apply"
takes_effect = "new connections"
[[parameter.default]]
value = [32768, 60999]
[[parameter.kernel]]
parser = "port-range"
[[myth]]
id      = "ports"
claim   = "More ports"
truth   = "Fewer."
pattern = "(port|[Pp]orts?)+"
)";

struct World {
    rules::RuleSet rules =
        rules::load_rules(
            std::vector<rules::RuleSource>{{"net.ipv4.ip_local_port_range.toml", rule_text}},
            rules::Parts::knowledge)
            .rules;
    rules::NameBook names;
    World() {
        names.add("net.ipv4.tcp_sack");
        names.add("net.ipv4.conf.*.rp_filter");
        names.add_complete("net.ipv4");
        names.add_foreign("FreeBSD", "kern.");
    }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const World world;
    const std::string text(reinterpret_cast<const char*>(data), size);
    const std::vector<lint::Input> inputs{{"a.conf", text}, {"-", text}};
    const lint::Report report =
        lint::lint(inputs, {.rules = world.rules, .names = world.names, .kernel = {6, 1, 0}});
    demand(report.files.size() == 2);
    std::uint32_t fixed_line = 0;
    for (std::size_t at = 0; at < report.findings.size(); ++at) {
        const lint::Finding& finding = report.findings[at];
        demand(finding.line <= report.files[0].lines && !finding.title.empty());
        if (at > 0 && report.findings[at - 1].file == finding.file)
            demand(report.findings[at - 1].line <= finding.line);
        else
            fixed_line = 0;
        if (finding.fix.kind == lint::Fix::Kind::none) continue;
        demand(finding.line > fixed_line);
        demand(finding.fix.replacement.find('\n') == std::string::npos);
        fixed_line = finding.line;
    }
    return 0;
}
