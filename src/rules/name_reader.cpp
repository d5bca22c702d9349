// SPDX-License-Identifier: Apache-2.0
#include "rules/name_shape.hpp"
#include "rules/toml_fields.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/rules/name_book.hpp>

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

namespace tcptune::rules {

namespace {

/// Names in one list: more than Linux has.
constexpr std::size_t most_names = 4096;
constexpr std::size_t longest_name = 200;

/// One file of rules/names as read.
struct NamesFile {
    std::vector<std::string> keys;
    std::vector<std::string> complete;
    std::vector<GoneKey> gone;
    std::vector<std::pair<std::string, std::string>> foreign;  ///< prefix, system
    std::vector<Release> releases;
};

bool is_listed_name(std::string_view name) {
    const auto components = components_of(name);
    return name.size() <= longest_name && components &&
           std::ranges::all_of(*components, [](std::string_view component) {
               return component == "*" || std::ranges::all_of(component, [](char c) {
                          return c > ' ' && c < '\x7f' && c != '*' && c != '/' && c != '=';
                      });
           });
}

/// Reports a text that is no name; `what` says which.
bool check_name(TomlTable& table, const LocatedText& name, const std::string& what) {
    if (name.location.line == 0) return false;
    if (is_listed_name(name.text)) return true;
    table.error(codes::bad_value, name.location, what + " cannot be " + quoted(name.text),
                "components with dots between them; '*' stands for a whole one");
    return false;
}

LocatedText read_key(TomlTable& table, std::string_view member, UniqueIds& ids) {
    LocatedText key = read_required(table, member);
    if (!check_name(table, key, std::string(member))) return {};
    ids.add(table, key);
    return key;
}

KernelVersion read_kernel(TomlTable& table, std::string_view member) {
    const LocatedText text = read_required(table, member);
    if (text.location.line == 0) return {};
    const auto version = KernelVersion::parse(text.text);
    if (!version)
        table.error(codes::bad_value, text.location,
                    std::string(member) + " cannot be " + quoted(text.text),
                    "a kernel version is written \"4.18\" or \"6.1.0\"");
    return version.value_or(KernelVersion());
}

void read_directory(TomlTable& table, UniqueIds& seen, NamesFile& file) {
    const LocatedText directory = read_required(table, "directory");
    const bool sound = check_name(table, directory, "directory");
    const bool complete = table.boolean("complete").value_or(false);
    if (!table.has("keys")) report_missing(table, "keys");
    const std::vector<LocatedText> keys = table.text_list("keys");
    if (keys.size() > most_names)
        return table.error(codes::too_large, keys[most_names].location,
                           "more than " + std::to_string(most_names) + " names in one list");
    if (!sound) return;
    if (complete) file.complete.push_back(directory.text);
    for (const LocatedText& key : keys) {
        if (!check_name(table, key, "a key")) continue;
        LocatedText whole{directory.text + "." + key.text, key.location};
        seen.add(table, whole);
        file.keys.push_back(std::move(whole.text));
    }
}

GoneKey read_gone(TomlTable& table, UniqueIds& ids) {
    GoneKey gone;
    gone.key = read_key(table, "key", ids).text;
    gone.no_effect = read_required_word(table, "kind", {"removed", "no-effect"}) == "no-effect";
    gone.since = read_kernel(table, "since");
    gone.harmless = table.boolean("harmless").value_or(false);
    gone.text = read_filled(table, "text");
    gone.mend = read_filled(table, "mend");
    gone.reference = read_filled(table, "reference");
    return gone;
}

void read_foreign(TomlTable& table, NamesFile& file) {
    const std::string system = read_filled(table, "system");
    if (!table.has("prefixes")) report_missing(table, "prefixes");
    for (LocatedText& prefix : table.text_list("prefixes")) {
        if (prefix.text.size() < 2 || prefix.text.size() > longest_name)
            table.error(codes::bad_value, prefix.location,
                        "a prefix cannot be " + quoted(prefix.text),
                        "it is what the names of that system begin with, \"net.inet.\"");
        else
            file.foreign.emplace_back(std::move(prefix.text), system);
    }
    constexpr std::size_t most_prefixes = 1024;
    if (file.foreign.size() > most_prefixes) file.foreign.resize(most_prefixes);
}

Release read_release(TomlTable& table, UniqueIds& ids) {
    Release release;
    release.id = read_reference_id(table, ids);
    release.name = read_filled(table, "name");
    release.kernel = read_kernel(table, "kernel");
    release.sysctl_conf_at_boot = table.boolean("sysctl_conf_at_boot").value_or(true);
    if (auto text = table.text("text")) release.text = std::move(text->text);
    release.reference = read_filled(table, "reference");
    return release;
}

NamesFile read_names_file(const RuleSource& source, Diagnostics& diagnostics) {
    NamesFile file;
    TomlDocument document(source.file, source.text, diagnostics);
    auto root = document.root();
    if (!root) return file;
    read_schema(*root);
    UniqueIds names("name"), gone("[[gone]]"), releases("[[release]]");
    for (TomlTable& table : read_tables(*root, "names")) {
        read_directory(table, names, file);
        table.finish();
    }
    for (TomlTable& table : read_tables(*root, "gone")) {
        file.gone.push_back(read_gone(table, gone));
        table.finish();
    }
    for (TomlTable& table : read_tables(*root, "foreign")) {
        read_foreign(table, file);
        table.finish();
    }
    for (TomlTable& table : read_tables(*root, "release")) {
        file.releases.push_back(read_release(table, releases));
        table.finish();
    }
    root->finish();
    return file;
}

/// The sound files, in the order of their names.
std::vector<NamesFile> read_sound_files(std::span<const RuleSource> sources,
                                        Diagnostics& diagnostics) {
    std::vector<const RuleSource*> ordered;
    for (const RuleSource& source : sources)
        if (!source.disabled) ordered.push_back(&source);
    std::ranges::sort(ordered, [](const RuleSource* a, const RuleSource* b) {
        return std::tie(a->file, a->text) < std::tie(b->file, b->text);
    });
    const std::size_t first = diagnostics.size();
    std::vector<NamesFile> files;
    for (const RuleSource* source : ordered) {
        const std::size_t before = diagnostics.size();
        NamesFile file = read_names_file(*source, diagnostics);
        if (diagnostics.size() == before) files.push_back(std::move(file));
    }
    sort_by_place(diagnostics, first);
    return files;
}

}  // namespace

NameBook read_names(std::span<const RuleSource> sources, Diagnostics& diagnostics) {
    NameBook book;
    for (NamesFile& file : read_sound_files(sources, diagnostics)) {
        for (std::string& key : file.keys)
            book.add(std::move(key));
        for (std::string& directory : file.complete)
            book.add_complete(std::move(directory));
        for (GoneKey& gone : file.gone)
            book.add(std::move(gone));
        for (auto& [prefix, system] : file.foreign)
            book.add_foreign(std::move(system), std::move(prefix));
    }
    return book;
}

std::vector<Release> read_releases(std::span<const RuleSource> sources, Diagnostics& diagnostics) {
    std::vector<Release> releases;
    for (NamesFile& file : read_sound_files(sources, diagnostics))
        std::ranges::move(file.releases, std::back_inserter(releases));
    std::ranges::sort(releases, {}, &Release::id);
    return releases;
}

}  // namespace tcptune::rules
