// SPDX-License-Identifier: Apache-2.0
// The loader of TOML files and the reader of [parameter]: any bytes end in a parameter or in
// diagnostics, never in a crash, and what was accepted is consistent.
#include <tcptune/base/toml_table.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace tcptune;

namespace {

void demand(bool holds) {
    if (!holds) std::abort();
}

/// Reads every member in every way, then whatever tables there are.
void read_all(TomlTable& table, int depth) {
    for (const std::string& name : table.names()) {
        demand(table.has(name));
        if (const auto text = table.text(name)) demand(text->location.line > 0);
        (void)table.integer(name);
        (void)table.number(name);
        (void)table.boolean(name);
        if (const auto value = table.value(name))
            demand(value->is_list || value->items.size() == 1);
        (void)table.text_list(name);
        (void)table.word(name, {"low", "medium", "high"});
        if (depth == 0) continue;
        if (auto inner = table.table(name)) read_all(*inner, depth - 1);
        for (TomlTable& inner : table.tables(name))
            read_all(inner, depth - 1);
    }
}

void check_diagnostics(const Diagnostics& diagnostics, std::string_view text) {
    for (const Diagnostic& diagnostic : diagnostics) {
        demand(diagnostic.code.starts_with("TT") && !diagnostic.message.empty());
        demand(diagnostic.source_line.empty() ||
               text.find(diagnostic.source_line) != std::string_view::npos);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    Diagnostics diagnostics;
    {
        TomlDocument document("x.toml", text, diagnostics);
        auto root = document.root();
        demand(root.has_value() || has_errors(diagnostics));
        if (root) {
            root->finish();
            read_all(*root, 3);
        }
    }
    check_diagnostics(diagnostics, text);

    diagnostics.clear();
    const auto parameter = sysctl::read_parameter("x.toml", text, diagnostics);
    demand(parameter.has_value() != has_errors(diagnostics));
    if (!parameter) return 0;
    demand(sysctl::Key::parse(parameter->key.text()) == parameter->key);
    for (const sysctl::Default& standard : parameter->defaults) {
        if (!standard.value) continue;
        demand(!sysctl::check_value(*parameter, *standard.value));
        const std::string written = sysctl::kernel_text(parameter->type, *standard.value);
        demand(sysctl::parse_value(parameter->type, written) == standard.value);
    }
    return 0;
}
