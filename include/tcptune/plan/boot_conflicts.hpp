// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/conf/statements.hpp>
#include <tcptune/facts/fact_set.hpp>
#include <tcptune/plan/host_state.hpp>
#include <tcptune/plan/plan_file.hpp>
#include <tcptune/sysctl/catalog.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace tcptune::plan {

/// The file that tcptune writes for the next boot.
inline constexpr std::string_view drop_in_path = "/etc/sysctl.d/90-tcptune.conf";

/// A line that would win over the drop-in at the next boot and says something else. Of several for
/// one key the one that decides comes first; all of them have to go.
struct BootConflict {
    Conflict conflict;
    std::string mend;   ///< which line has to go, one sentence without a full stop; not escaped
    bool late = false;  ///< of a program that sets the key after the loaders of the boot
};

/// Whether `tcptune lint --fix` can take a line out of that file: the profiles of TuneD are no
/// sysctl.conf(5) texts, and the kernel's command line is no file.
[[nodiscard]] bool lint_can_clear(std::string_view file, bool late);

struct BootOutlook {
    std::vector<BootConflict> conflicts;
    /// What could not be read and might win: one sentence for each file or directory, without a
    /// full stop; not escaped. Nothing passes for "no conflict" that was not seen.
    std::vector<std::string> unknown;
};

/// What would win over the drop-in if it set these values. Keys that are not in the catalog are
/// passed over.
[[nodiscard]] BootOutlook boot_outlook(const Planned& wanted, const facts::FactSet& now,
                                       const sysctl::ParameterCatalog& catalog,
                                       conf::Loader loader);
/// The same for all steps of a plan.
[[nodiscard]] BootOutlook boot_outlook(const SavedPlan& plan, const facts::FactSet& now,
                                       const sysctl::ParameterCatalog& catalog,
                                       conf::Loader loader);

}  // namespace tcptune::plan
