// SPDX-License-Identifier: Apache-2.0
#include "probe/source_log.hpp"
#include "probe/sysctl_value.hpp"

#include <tcptune/probe/sysctl_probe.hpp>
#include <tcptune/sysctl/boot_order.hpp>

#include <map>
#include <string>
#include <vector>

namespace tcptune::probe {
namespace {

constexpr const char* main_file = "/etc/sysctl.conf";

/// systemd's order; /lib is a directory of its own only where /usr is not merged.
const std::vector<std::string>& directories() {
    static const std::vector<std::string> list = {"/etc/sysctl.d", "/run/sysctl.d",
                                                  "/usr/local/lib/sysctl.d", "/usr/lib/sysctl.d",
                                                  "/lib/sysctl.d"};
    return list;
}

struct FoundFiles {
    std::vector<sysctl::ConfFile> loaded;  ///< in load order
    bool main_is_linked = false;
    std::vector<std::string> unreadable;  ///< files, and directories that cannot be listed
};

/// A link to /dev/null and an empty file both switch a name off.
bool is_masked(const host::FileText& file) {
    return file.status == host::FileStatus::masked || (file.ok() && file.text.empty());
}

FoundFiles find_files(const host::FileTree& tree, facts::FactSet& facts) {
    FoundFiles found;
    std::vector<sysctl::ConfEntry> entries;
    std::map<std::string, host::FileText> files;
    for (const std::string& directory : directories()) {
        const host::Listing listing = tree.list(directory);
        if (listing.status == host::FileStatus::absent) continue;
        log_source(facts, directory, to_source_status(listing.status), listing.reason);
        if (!listing.ok()) found.unreadable.push_back(directory);
        for (const std::string& name : listing.names) {
            // Only ".conf" counts, as load_order() knows; the others need not be opened.
            const std::string_view view = name;
            if (view.size() < 5 || view.substr(view.size() - 5) != ".conf") continue;
            const std::string path = directory + '/' + name;
            host::FileText& file = files[path] = tree.read(path);
            entries.push_back({directory, name, is_masked(file)});
        }
    }
    for (const std::string& path : sysctl::load_order(directories(), entries)) {
        host::FileText& file = files[path];
        if (!file.ok()) {
            log_source(facts, path, to_source_status(file.status), file.reason);
            found.unreadable.push_back(path);
            continue;
        }
        found.main_is_linked = found.main_is_linked || file.path == main_file;
        found.loaded.push_back({path, std::move(file.text)});
    }
    return found;
}

void add_configured(const std::vector<sysctl::ConfFile>& files,
                    const std::vector<std::string>& keys, bool loaded, facts::FactSet& facts) {
    for (sysctl::Assignment& line : sysctl::boot_assignments(files, keys)) {
        facts.configured.push_back({std::move(line.key), std::move(line.value),
                                    std::move(line.file), line.line, loaded && line.winner});
    }
}

}  // namespace

void probe_sysctl_configuration(const host::FileTree& tree, const sysctl::ParameterCatalog& catalog,
                                facts::FactSet& facts) {
    FoundFiles found = find_files(tree, facts);
    std::vector<std::string> keys;
    for (const auto& [key, parameter] : catalog.all())
        keys.push_back(key);
    add_configured(found.loaded, keys, true, facts);
    if (!found.main_is_linked) {
        host::FileText file = tree.read(main_file);
        if (file.ok()) add_configured({{main_file, std::move(file.text)}}, keys, false, facts);
    }
    const facts::FactValue unset = facts::Unknown{
        found.unreadable.empty() ? "no configuration file sets it"
                                 : "a configuration file cannot be read: " + found.unreadable[0]};
    for (const std::string& key : keys)
        facts.values["config." + key] = unset;
    for (facts::ConfiguredValue& line : facts.configured) {
        if (!line.winner) continue;
        const sysctl::Parameter* const parameter = catalog.find(line.key);
        if (parameter != nullptr)
            facts.values["config." + line.key] = to_fact(parameter->type, line.value);
        // What cannot be read may set the key later: the line is there, but who wins is not known.
        line.winner = found.unreadable.empty();
    }
}

}  // namespace tcptune::probe
