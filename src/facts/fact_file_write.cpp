// SPDX-License-Identifier: Apache-2.0
#include "facts/json_sockets.hpp"

#include <tcptune/base/escape.hpp>
#include <tcptune/facts/fact_file.hpp>

#include <cmath>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace tcptune::facts {

namespace {

using Json = OrderedJson;

/// Text that is not UTF-8 cannot be in JSON: its bad bytes become U+FFFD instead of an exception.
std::string dumped(const Json& node) {
    return escape_delete(node.dump(-1, ' ', true, Json::error_handler_t::replace));
}

/// Large objects and lists have a line for each member, and everything in them is on that line:
/// short, and nevertheless good to read and to compare by lines.
class Layout {
public:
    void member(std::string_view name, const Json& value) {
        begin_member(name);
        text_ += dumped(value);
    }

    void item(const Json& value) {
        begin_line();
        text_ += dumped(value);
    }

    void open(std::string_view name, char bracket) {
        begin_member(name);
        text_ += bracket;
        ++depth_;
        empty_ = true;
    }

    void close(char bracket) {
        --depth_;
        if (!empty_) new_line();
        text_ += bracket;
        empty_ = false;
    }

    std::string finish() { return std::move(text_) + "\n}\n"; }

private:
    void new_line() {
        text_ += '\n';
        text_.append(2 * depth_, ' ');
    }

    void begin_line() {
        if (!empty_) text_ += ',';
        new_line();
        empty_ = false;
    }

    void begin_member(std::string_view name) {
        begin_line();
        text_ += dumped(Json(name));
        text_ += ": ";
    }

    std::string text_ = "{";
    std::size_t depth_ = 1;
    bool empty_ = true;
};

/// Real numbers that JSON does not have become unknown.
struct ValueWriter {
    Json operator()(const Unknown& value) const { return {{"unknown", value.reason}}; }
    Json operator()(const AtMost& value) const {
        if (!std::isfinite(value.value)) return (*this)(not_finite());
        return {{"at_most", value.value}};
    }
    Json operator()(const KernelVersion& value) const { return {{"version", value.to_string()}}; }
    Json operator()(double value) const {
        if (!std::isfinite(value)) return (*this)(not_finite());
        return value;
    }
    template <typename Other>
    Json operator()(const Other& value) const {
        return value;
    }

    static Unknown not_finite() { return {"not a finite number"}; }
};

Json host_json(const HostIdentity& host) {
    Json result = {{"hostname", host.hostname},
                   {"kernel_release", host.kernel_release},
                   {"boot_id", host.boot_id},
                   {"netns", host.netns},
                   {"netns_initial", host.netns_initial}};
    if (host.other_netns) result["other_netns"] = *host.other_netns;
    return result;
}

Json counter_json(const CounterReading& reading) {
    Json result = {{"first", reading.first}};
    if (reading.second) result["second"] = *reading.second;
    return result;
}

Json configured_json(const ConfiguredValue& line) {
    Json result = {{"key", line.key},
                   {"value", line.value},
                   {"file", line.file},
                   {"line", line.line},
                   {"winner", line.winner}};
    if (!line.name.empty()) result["name"] = line.name;
    if (line.exclusion) result["exclusion"] = true;
    if (line.procps_only) result["procps_only"] = true;
    if (!line.late.empty()) result["late"] = line.late;
    return result;
}

Json source_json(const Source& source) {
    return {{"name", source.name}, {"status", to_string(source.status)}, {"detail", source.detail}};
}

Json namespace_json(const NamespaceSummary& summary) {
    return {{"name", summary.name}, {"time_wait", summary.time_wait}, {"sockets", summary.sockets}};
}

template <typename Items>
void write_list(Layout& layout, std::string_view name, const Items& items,
                Json (*to_json)(const typename Items::value_type&)) {
    layout.open(name, '[');
    for (const auto& item : items)
        layout.item(to_json(item));
    layout.close(']');
}

void write_sockets(Layout& layout, const SocketTable& sockets) {
    layout.open("sockets", '{');
    layout.member("method", to_string(sockets.method));
    write_list(layout, "destinations", sockets.destinations, destination_json);
    layout.member("more_destinations", sockets.more_destinations);
    layout.member("listen_ports", sockets.listen_ports);
    layout.member("bound_only_ports", sockets.bound_only_ports);
    layout.member("udp_ports", sockets.udp_ports);
    layout.member("by_state", sockets.by_state);
    write_list(layout, "listeners", sockets.listeners, listener_json);
    layout.member("more_listeners", sockets.more_listeners);
    write_list(layout, "processes", sockets.processes, process_json);
    layout.member("owners_unknown", sockets.owners_unknown);
    layout.close('}');
}

}  // namespace

std::string write_facts(const FactSet& facts) {
    Layout layout;
    layout.member("format_version", "1.0");
    layout.member("kind", "facts");
    layout.member("host", host_json(facts.host));
    layout.open("values", '{');
    for (const auto& [name, value] : facts.values)
        layout.member(name, std::visit(ValueWriter{}, value));
    layout.close('}');
    layout.open("counters", '{');
    for (const auto& [name, reading] : facts.counters)
        layout.member(name, counter_json(reading));
    layout.close('}');
    layout.member("window_s", std::isfinite(facts.window_s) ? facts.window_s : 0.0);
    write_list(layout, "configured", facts.configured, configured_json);
    write_sockets(layout, facts.sockets);
    write_list(layout, "sources", facts.sources, source_json);
    write_list(layout, "namespaces", facts.namespaces, namespace_json);
    return layout.finish();
}

}  // namespace tcptune::facts
