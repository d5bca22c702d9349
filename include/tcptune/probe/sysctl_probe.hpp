// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <tcptune/facts/fact_set.hpp>
#include <tcptune/host/file_tree.hpp>
#include <tcptune/sysctl/catalog.hpp>

namespace tcptune::probe {

/// `sysctl.KEY` for every parameter of the catalog; Unknown with its reason where the kernel has
/// no such file, does not show it, or holds a text that is not of the parameter's type.
void probe_sysctls(const host::FileTree& tree, const sysctl::ParameterCatalog& catalog,
                   facts::FactSet& facts);

/// The directories of sysctl.d(5) as systemd-sysctl reads them: FactSet::configured, and
/// `config.KEY` of the winning lines. /etc/sysctl.conf counts where a link in one of the
/// directories leads to it (as Debian installs it); without a link its lines are listed as losers,
/// because only procps's `sysctl --system` reads them.
void probe_sysctl_configuration(const host::FileTree& tree, const sysctl::ParameterCatalog& catalog,
                                facts::FactSet& facts);

}  // namespace tcptune::probe
