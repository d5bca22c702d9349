// SPDX-License-Identifier: Apache-2.0
// What the boot oracle foretells for a tree of files, in lines that a test can read:
//   boot_forecast ROOT KERNEL             "key=value" lines on standard input are what the boot
//                                         begins with, in place of the catalog's defaults
//   boot_forecast --batch VALUES KERNEL   those lines come from the file VALUES; standard input has
//                                         one ROOT a line, and each answer ends with "end"
// For each key that a line is about: LOADER<TAB>KEY<TAB>VALUE<TAB>FILE:LINE, "?" for an unknown
// value followed by the reason in a fifth field, "-" where no line wins. Rules come from
// $TCPTUNE_SOURCE/rules.
#include <tcptune/base/escape.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/conf/boot_oracle.hpp>
#include <tcptune/probe/boot_probe.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace {

using namespace tcptune;
using Values = std::map<std::string, std::string, std::less<>>;

sysctl::ParameterCatalog read_catalog(const std::string& directory) {
    const host::RootedFileTree tree(directory);
    sysctl::ParameterCatalog catalog;
    for (const std::string& name : tree.list("/").names) {
        if (!name.ends_with(".toml")) continue;
        Diagnostics diagnostics;
        auto parameter = sysctl::read_parameter(name, tree.read("/" + name).text, diagnostics);
        if (parameter) catalog.add(*std::move(parameter));
    }
    return catalog;
}

Values defaults_of(const sysctl::ParameterCatalog& catalog, const KernelVersion& kernel) {
    Values values;
    for (const auto& [key, parameter] : catalog.all())
        if (const auto value = parameter.default_on(kernel))
            values[key] = fold_spaces(sysctl::kernel_text(parameter.type, *value));
    return values;
}

void read_values(std::istream& lines, Values& values) {
    for (std::string line; std::getline(lines, line);) {
        const std::size_t equals = line.find('=');
        if (equals != std::string::npos) values[line.substr(0, equals)] = line.substr(equals + 1);
    }
}

void print(std::string_view loader, const std::string& key, const conf::Outcome& outcome) {
    const conf::Statement* const winner = outcome.winner();
    const std::string place =
        winner ? winner->file + ':' + std::to_string(winner->line) : std::string("-");
    const std::string value = outcome.value ? escape_line(*outcome.value) : "?";
    const std::string reason = outcome.value ? "" : "\t" + escape_line(outcome.unknown);
    std::printf("%.*s\t%s\t%s\t%s%s\n", static_cast<int>(loader.size()), loader.data(),
                escape_line(key).c_str(), value.c_str(), escape_line(place).c_str(),
                reason.c_str());
}

void answer(const std::string& root, const conf::Ground& ground) {
    const host::RootedFileTree tree(root);
    for (const auto& [key, forecast] : conf::forecast(probe::read_boot_tree(tree), ground)) {
        print("systemd", key, forecast.systemd);
        print("procps", key, forecast.procps);
        if (forecast.late) print("late", key, *forecast.late);
    }
}

int run(const std::vector<std::string>& arguments) {
    const bool batch = arguments.size() == 3 && arguments[0] == "--batch";
    const auto kernel = KernelVersion::parse(arguments.empty() ? "" : arguments.back());
    const char* const source = std::getenv("TCPTUNE_SOURCE");
    if (source == nullptr || !kernel || (!batch && arguments.size() != 2)) {
        std::fputs("boot_forecast (ROOT | --batch VALUES) KERNEL, with TCPTUNE_SOURCE\n", stderr);
        return 64;
    }
    const sysctl::ParameterCatalog catalog = read_catalog(std::string(source) + "/rules");
    Values values = defaults_of(catalog, *kernel);
    if (batch) {
        std::ifstream file(arguments[1]);
        read_values(file, values);
    } else {
        read_values(std::cin, values);
    }
    const sysctl::KernelState initial = [&](std::string_view key) -> std::optional<std::string> {
        const auto found = values.find(key);
        return found == values.end() ? std::nullopt : std::optional(found->second);
    };
    const conf::Ground ground{catalog, *kernel, initial, {}};
    if (!batch) {
        answer(arguments[0], ground);
        return 0;
    }
    for (std::string root; std::getline(std::cin, root);) {
        answer(root, ground);
        std::puts("end");
        std::fflush(stdout);
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run({argv + 1, argv + argc});
    } catch (const std::exception& error) {
        std::fprintf(stderr, "boot_forecast: %s\n", error.what());
        return 1;
    }
}
