// SPDX-License-Identifier: Apache-2.0
// With --report: what the probe sees of the namespace it is started in, for the test that starts
// it where netlink is denied. Else: all tests.
#define DOCTEST_CONFIG_IMPLEMENT
#include "looking.hpp"
#include "namespace.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <doctest/doctest.h>

namespace {

int report() {
    const tcptune::facts::FactSet facts = tcptune::probe_test::look(true);
    for (const auto& [name, value] : facts.values)
        std::printf("%s = %s\n", name.c_str(), tcptune::facts::to_string(value).c_str());
    for (const auto& source : facts.sources)
        std::printf("source %s: %s %s\n", source.name.c_str(),
                    tcptune::facts::to_string(source.status), source.detail.c_str());
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string(argv[1]) == "--report") return report();
    if (!tcptune::probe_test::enter_user_namespace()) {
        std::printf("skipped: no user and network namespace: %s\n", std::strerror(errno));
        return 77;
    }
    doctest::Context context(argc, argv);
    return context.run();
}
