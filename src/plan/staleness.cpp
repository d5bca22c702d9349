// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/plan/host_state.hpp>
#include <tcptune/plan/staleness.hpp>

#include <optional>
#include <utility>

namespace tcptune::plan {

namespace {

/// "5", or "nothing" where there is none.
std::string shown(const std::string& text) {
    return text.empty() ? "nothing" : text;
}

class Comparison {
public:
    Comparison(const SavedPlan& plan, const facts::FactSet& now,
               const sysctl::ParameterCatalog& catalog)
        : plan_(plan), now_(now), catalog_(catalog) {}

    Staleness run() {
        compare_boot();
        compare_text(Aspect::netns, "network namespace", plan_.host.netns, now_.host.netns);
        compare_text(Aspect::kernel, "kernel", plan_.host.kernel_release, now_.host.kernel_release);
        for (const SavedChange& change : plan_.changes)
            compare_change(change);
        if (result_.is_stale()) result_.already_set.clear();
        return std::move(result_);
    }

private:
    void differs(Aspect aspect, const std::string& expected, const std::string& found,
                 std::string sentence, const std::string& key = {}) {
        result_.differences.push_back({aspect, key, expected, found, std::move(sentence)});
    }

    void compare_boot() {
        const facts::HostIdentity& then = plan_.host;
        const facts::HostIdentity& here = now_.host;
        if (then.boot_id.empty() || here.boot_id.empty())
            return compare_text(Aspect::boot, "boot id", then.boot_id, here.boot_id);
        if (then.boot_id == here.boot_id) return;
        if (then.hostname == here.hostname)
            return differs(Aspect::boot, then.boot_id, here.boot_id,
                           "this host was booted since the plan was made: boot id " + then.boot_id +
                               " then, " + here.boot_id + " now");
        differs(Aspect::host, then.hostname, here.hostname,
                "the plan is for host " + shown(then.hostname) + ", this is " +
                    shown(here.hostname) + ": boot id " + then.boot_id + " there, " + here.boot_id +
                    " here");
    }

    void compare_text(Aspect aspect, const char* what, const std::string& expected,
                      const std::string& found) {
        const std::string name(what);
        if (expected.empty())
            differs(aspect, expected, found, "the plan does not say which " + name + " it is for");
        else if (found.empty())
            differs(aspect, expected, found, "the " + name + " of this host cannot be read");
        else if (expected != found)
            differs(aspect, expected, found,
                    name + ": the plan is for " + expected + ", this is " + found);
    }

    void compare_change(const SavedChange& change) {
        const sysctl::Parameter* parameter = catalog_.find(change.key);
        if (!parameter)
            return differs(Aspect::running, change.before_runtime, "",
                           change.key + ": no rule file declares this key", change.key);
        const sysctl::ValueType type = parameter->type;
        const auto wanted = sysctl::parse_value(type, change.after_runtime);
        const auto before = sysctl::parse_value(type, change.before_runtime);
        const facts::FactValue fact = now_.get("sysctl." + change.key);
        const auto running = to_sysctl_value(type, fact);
        const bool is_set = running && wanted && *running == *wanted;
        compare_running(change, type, fact, running, before, is_set);
        const bool at_boot = compare_configured(change, type, wanted, is_set);
        if (is_set) result_.already_set.push_back({change.key, at_boot});
    }

    void compare_running(const SavedChange& change, sysctl::ValueType type,
                         const facts::FactValue& fact, const std::optional<sysctl::Value>& running,
                         const std::optional<sysctl::Value>& before, bool is_set) {
        if (is_set || (running && running == before)) return;
        std::string found;
        std::string now = "but it cannot be read now";
        if (running) {
            found = sysctl::display_text(type, *running);
            now = "but " + shown(found) + " runs now";
        } else if (const auto* unknown = std::get_if<facts::Unknown>(&fact)) {
            now += " (" + unknown->reason + ")";
        }
        differs(
            Aspect::running, change.before_runtime, found,
            change.key + ": the plan was made over " + shown(change.before_runtime) + ", " + now,
            change.key);
    }

    /// True when the configuration sets the wanted value. That is no difference where the value
    /// runs already: somebody has carried the plan out.
    bool compare_configured(const SavedChange& change, sysctl::ValueType type,
                            const std::optional<sysctl::Value>& wanted, bool is_set) {
        const facts::ConfiguredValue* line = now_.boot_winner(change.key);
        const bool at_boot = line && wanted && sysctl::parse_value(type, line->value) == *wanted;
        if (at_boot && is_set) return true;
        const std::optional<std::string> found =
            line ? std::optional(fold_spaces(line->value)) : std::nullopt;
        if (found == change.before_configured) return at_boot;
        // A line that would have won over the plan is gone: that was asked of the administrator.
        if (!line && wanted && sysctl::parse_value(type, *change.before_configured) != *wanted)
            return false;
        const std::string then = change.before_configured
                                     ? "files set " + shown(*change.before_configured)
                                     : "no file set it";
        const std::string now =
            line ? line->file + ":" + std::to_string(line->line) + " sets " + shown(*found)
                 : "no file sets it";
        differs(Aspect::configured, change.before_configured.value_or(""), found.value_or(""),
                change.key + ": " + then + " when the plan was made, now " + now, change.key);
        return at_boot;
    }

    const SavedPlan& plan_;
    const facts::FactSet& now_;
    const sysctl::ParameterCatalog& catalog_;
    Staleness result_;
};

}  // namespace

std::string_view to_string(Aspect aspect) {
    switch (aspect) {
        case Aspect::host:
            return "host";
        case Aspect::boot:
            return "boot";
        case Aspect::netns:
            return "netns";
        case Aspect::kernel:
            return "kernel";
        case Aspect::running:
            return "running";
        case Aspect::configured:
            break;
    }
    return "configured";
}

Staleness compare_with_host(const SavedPlan& plan, const facts::FactSet& now,
                            const sysctl::ParameterCatalog& catalog) {
    return Comparison(plan, now, catalog).run();
}

}  // namespace tcptune::plan
