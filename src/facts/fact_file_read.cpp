// SPDX-License-Identifier: Apache-2.0
#include "facts/json_sockets.hpp"

#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/base/text.hpp>
#include <tcptune/facts/fact_file.hpp>
#include <tcptune/facts/fact_schema.hpp>
#include <tcptune/facts/format_version.hpp>
#include <tcptune/facts/json_members.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace tcptune::facts {

namespace {

using nlohmann::json;

/// The kernel's names are far shorter; a longer one only fills screens.
void read_name(JsonMembers& members, const json& node, const JsonPath& path, const char* name,
               std::string& place) {
    constexpr std::size_t longest = 256;
    std::string read = place;
    members.text(node, path, name, read);
    if (read.size() <= longest) {
        place = std::move(read);
        return;
    }
    members.error(fmt::format("{}: text of at most {} bytes is needed, not of {}",
                              (path / name).text(), longest, read.size()));
}

void read_host(JsonMembers& members, const json& node, const JsonPath& path, HostIdentity& host) {
    read_name(members, node, path, "hostname", host.hostname);
    read_name(members, node, path, "kernel_release", host.kernel_release);
    read_name(members, node, path, "boot_id", host.boot_id);
    read_name(members, node, path, "netns", host.netns);
    members.boolean(node, path, "netns_initial", host.netns_initial);
    std::int64_t others = 0;
    if (members.integer(node, path, "other_netns", 0, highest_number, others))
        host.other_netns = others;
}

const FactInfo* find_fixed(std::string_view name) {
    const auto facts = fixed_facts();
    const auto found = std::ranges::lower_bound(facts, name, {}, &FactInfo::name);
    return found != facts.end() && found->name == name ? &*found : nullptr;
}

bool is_sysctl(std::string_view name) {
    return name.substr(0, 7) == "sysctl." || name.substr(0, 7) == "config.";
}

std::vector<std::string> fixed_names() {
    std::vector<std::string> names;
    for (const FactInfo& info : fixed_facts())
        names.emplace_back(info.name);
    return names;
}

void warn_of_unknown(JsonMembers& members, const JsonPath& path, std::string_view name) {
    if (!members.shows_warnings()) return;
    constexpr std::size_t longest_slip = 64;  // an edit distance costs the square of the length
    static const std::vector<std::string> known = fixed_names();
    const auto near = name.size() <= longest_slip ? nearest(name, known) : std::nullopt;
    members.warning(codes::unknown_fact, fmt::format("{}: no such fact", path.text()),
                    near ? fmt::format("did you mean {}?", *near) : "");
}

std::optional<FactValue> read_integers(const json& node, const JsonPath& path,
                                       JsonMembers* members) {
    if (node.size() > longest_list) {
        if (members) members->too_long(path);
        return std::nullopt;
    }
    List list;
    list.reserve(node.size());
    for (const json& element : node) {
        const auto number = whole_number(element);
        if (!number) {
            if (members) members->wrong(path.at(list.size()), "an integer of 64 bits", element);
            return std::nullopt;
        }
        list.push_back(*number);
    }
    return list;
}

std::optional<FactValue> read_wrapped(const json& node, const JsonPath& path,
                                      JsonMembers* members) {
    if (node.size() == 1) {
        const auto only = node.begin();
        if (only.key() == "unknown" && only->is_string()) return Unknown{only->get<std::string>()};
        if (only.key() == "at_most" && only->is_number()) return AtMost{only->get<double>()};
        if (only.key() == "version" && only->is_string())
            if (const auto version = KernelVersion::parse(only->get_ref<const std::string&>()))
                return *version;
    }
    if (members)
        members->error(fmt::format("{}: an object here is {}, {} or {}", path.text(),
                                   R"({"unknown": REASON})", R"({"at_most": NUMBER})",
                                   R"({"version": "6.1.0"})"));
    return std::nullopt;
}

/// One fact. Nothing where none is; reported when there are `members` to report to.
std::optional<FactValue> read_value(const json& node, const JsonPath& path, JsonMembers* members) {
    switch (node.type()) {
        case json::value_t::boolean:
            return node.get<bool>();
        case json::value_t::number_float:
            return node.get<double>();
        case json::value_t::string:
            return node.get_ref<const std::string&>();
        case json::value_t::array:
            return read_integers(node, path, members);
        case json::value_t::object:
            return read_wrapped(node, path, members);
        default:
            if (const auto number = whole_number(node)) return *number;
            if (members) members->wrong(path, "a fact", node);
            return std::nullopt;
    }
}

/// Unknown fits every type, an upper bound and an integer fit every numeric one.
bool fits(Type type, const FactValue& value) {
    if (std::holds_alternative<Unknown>(value)) return true;
    const bool integer =
        std::holds_alternative<std::int64_t>(value) || std::holds_alternative<AtMost>(value);
    switch (type) {
        case Type::boolean:
            return std::holds_alternative<bool>(value);
        case Type::integer:
            return integer;
        case Type::real:
            return integer || std::holds_alternative<double>(value);
        case Type::text:
            return std::holds_alternative<std::string>(value);
        case Type::version:
            return std::holds_alternative<KernelVersion>(value);
        case Type::list:
            break;
    }
    return std::holds_alternative<List>(value);
}

void read_values(JsonMembers& members, const json& node, const JsonPath& path, bool newer,
                 FactSet& facts) {
    for (const auto& [name, element] : node.items()) {
        const JsonPath here = path / name;
        const FactInfo* info = find_fixed(name);
        const bool known = info || is_sysctl(name);
        if (!known && !newer) warn_of_unknown(members, here, name);
        // A newer minor version may bring facts of a shape that is not known here.
        auto value = read_value(element, here, known || !newer ? &members : nullptr);
        if (!value) continue;
        if (info && !fits(info->type, *value))
            members.wrong(here, fmt::format("a fact of type {}", to_string(info->type)), element);
        else
            facts.values.emplace_hint(facts.values.end(), name, std::move(*value));
    }
}

void read_counters(JsonMembers& members, const json& node, const JsonPath& path, FactSet& facts) {
    for (const auto& [name, element] : node.items()) {
        const JsonPath here = path / name;
        if (!element.is_object()) {
            members.wrong(here, "an object", element);
            continue;
        }
        CounterReading reading;
        if (!element.contains("first"))
            members.error(fmt::format("{}: the first reading is missing", here.text()));
        members.integer(element, here, "first", 0, highest_number, reading.first);
        std::int64_t second = 0;
        if (members.integer(element, here, "second", 0, highest_number, second))
            reading.second = second;
        facts.counters.emplace_hint(facts.counters.end(), name, reading);
    }
}

void read_window(JsonMembers& members, const json& node, const JsonPath& path, double& seconds) {
    const auto found = node.find("window_s");
    if (found == node.end()) return;
    if (!found->is_number() || found->get<double>() < 0)
        return members.wrong(path / "window_s", "a number of seconds", *found);
    seconds = found->get<double>();
}

void read_configured(JsonMembers& members, const json& node, const JsonPath& path,
                     ConfiguredValue& line) {
    members.text(node, path, "key", line.key);
    members.text(node, path, "value", line.value);
    members.text(node, path, "file", line.file);
    members.number(node, path, "line", line.line);
    members.boolean(node, path, "winner", line.winner);
    members.text(node, path, "name", line.name);
    members.boolean(node, path, "exclusion", line.exclusion);
    members.boolean(node, path, "procps_only", line.procps_only);
    members.text(node, path, "late", line.late);
}

void read_source(JsonMembers& members, const json& node, const JsonPath& path, Source& source) {
    members.text(node, path, "name", source.name);
    members.text(node, path, "detail", source.detail);
    members.word(
        node, path, "status", source.status,
        {SourceStatus::ok, SourceStatus::absent, SourceStatus::denied, SourceStatus::malformed});
}

void read_namespace(JsonMembers& members, const json& node, const JsonPath& path,
                    NamespaceSummary& summary) {
    members.text(node, path, "name", summary.name);
    members.integer(node, path, "time_wait", 0, highest_number, summary.time_wait);
    members.integer(node, path, "sockets", 0, highest_number, summary.sockets);
}

FactSet read_sections(JsonMembers& members, const json& document, bool newer) {
    const JsonPath root;
    FactSet facts;
    members.object(document, root, "host", [&](const json& node, const JsonPath& path) {
        read_host(members, node, path, facts.host);
    });
    members.object(document, root, "values", [&](const json& node, const JsonPath& path) {
        read_values(members, node, path, newer, facts);
    });
    members.object(document, root, "counters", [&](const json& node, const JsonPath& path) {
        read_counters(members, node, path, facts);
    });
    read_window(members, document, root, facts.window_s);
    members.list(document, root, "configured", facts.configured, read_configured);
    members.object(document, root, "sockets", [&](const json& node, const JsonPath& path) {
        read_sockets(members, node, path, facts.sockets);
    });
    members.list(document, root, "sources", facts.sources, read_source);
    members.list(document, root, "namespaces", facts.namespaces, read_namespace);
    return facts;
}

}  // namespace

std::optional<FactSet> read_facts(const std::string& file, std::string_view text,
                                  Diagnostics& diagnostics) {
    const auto document = read_json(file, text, diagnostics);
    if (!document) return std::nullopt;
    JsonMembers members(file, diagnostics);
    const auto minor = minor_version(*document, "facts", "the facts have", members);
    if (!minor) return std::nullopt;
    FactSet facts = read_sections(members, *document, *minor > 0);
    if (members.has_failed()) return std::nullopt;
    return facts;
}

}  // namespace tcptune::facts
