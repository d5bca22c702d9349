// SPDX-License-Identifier: Apache-2.0
#include <tcptune/conf/comparison.hpp>

#include <map>
#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

namespace tcptune::conf {
namespace {

using Status = Reading::Status;

constexpr const char* key = "net.ipv4.tcp_fin_timeout";
constexpr const char* ours = "/etc/sysctl.d/90-tcptune.conf";

Claim claim(const std::string& file, std::uint32_t line, const std::string& value, Fate fate) {
    return {.statement = {.name = key, .value = value, .file = file, .line = line},
            .fate = fate,
            .why = fate == Fate::wins ? "" : "a later line says something else"};
}

Outcome gives(const std::string& value, std::vector<Claim> claims) {
    return {.value = value, .unknown = "", .set = true, .claims = std::move(claims)};
}

/// Forecasts, what runs, and the default 60.
struct World {
    std::map<std::string, KeyForecast> forecasts;
    std::map<std::string, Reading> running;
    sysctl::ParameterCatalog catalog;
    bool has_systemd = true;

    std::vector<Row> compare(const Expectation& expected) const {
        const Sides sides{.forecasts = forecasts,
                          .catalog = catalog,
                          .initial = [](std::string_view name) -> std::optional<std::string> {
                              if (name == key) return "60";
                              return std::nullopt;
                          },
                          .has_systemd = has_systemd,
                          .running =
                              [this](std::string_view name) {
                                  const auto found = running.find(std::string(name));
                                  return found == running.end() ? Reading{Status::absent, "", ""}
                                                                : found->second;
                              },
                          .own_file = ours};
        return conf::compare(sides, expected);
    }
    Row only(const Expectation& expected) const {
        const std::vector<Row> rows = compare(expected);
        REQUIRE(rows.size() == 1);
        return rows.front();
    }
};

Expectation of_files() {
    Expectation expected;
    expected.nothing_else = false;
    return expected;
}

KeyForecast both(const Outcome& outcome) {
    return {.systemd = outcome, .procps = outcome, .late = std::nullopt};
}

sysctl::Parameter parameter(const char* name, sysctl::ValueType type, std::size_t length) {
    sysctl::Parameter made(*sysctl::Key::parse(name));
    made.type = type;
    made.length = length;
    return made;
}

TEST_CASE("a value that was changed by hand differs from the configured one") {
    World world;
    world.forecasts[key] = both(gives("30", {claim("/etc/sysctl.d/a.conf", 4, "30", Fate::wins)}));
    world.running[key] = Reading::of("25\n");
    const Row row = world.only(of_files());
    CHECK(row.running_boot == Match::differs);
    CHECK(row.differs());
    CHECK_FALSE(row.unknown());
    REQUIRE(row.decides);
    CHECK(row.decides->statement.file == "/etc/sysctl.d/a.conf");
    CHECK(row.decides->statement.line == 4);
    CHECK(row.reason == "no file says the running value: somebody or some program set it");
    CHECK(tally(std::vector<Row>{row}) == Tally{.keys = 1, .differing = 1});
}

TEST_CASE("a running value is traced to the line or the default that it comes from") {
    World world;
    world.forecasts[key] =
        both(gives("30", {claim("/etc/sysctl.d/a.conf", 2, "25", Fate::overwritten),
                          claim("/etc/sysctl.d/b.conf", 4, "30", Fate::wins)}));
    world.running[key] = Reading::of("25");
    CHECK(world.only(of_files()).reason ==
          "the running value is that of /etc/sysctl.d/a.conf:2, which loses at boot");
    world.running[key] = Reading::of("60");
    CHECK(world.only(of_files()).reason == "the running value is the kernel's default");
    world.running[key] = Reading::of("30");
    CHECK(world.only(of_files()).reason.empty());
}

TEST_CASE("what only the other loader reads is lost at the next boot, and that is said") {
    World world;
    KeyForecast forecast;
    forecast.systemd = {.value = "60",
                        .unknown = "",
                        .set = false,
                        .claims = {claim("/etc/sysctl.conf", 7, "10", Fate::not_read)}};
    forecast.procps = gives("10", {claim("/etc/sysctl.conf", 7, "10", Fate::wins)});
    world.forecasts[key] = forecast;
    world.running[key] = Reading::of("10");
    Row row = world.only(of_files());
    CHECK(row.differs());
    CHECK(row.boot.value == "60");
    REQUIRE(row.other_loader);
    CHECK(row.other_loader->value == "10");
    CHECK(row.reason ==
          "the running value is that of /etc/sysctl.conf:7, which the boot does not read");
    CHECK(conflicts(std::vector<Row>{row}) == 1);
    // Where procps boots the host, the same files hold the value.
    world.has_systemd = false;
    row = world.only(of_files());
    CHECK_FALSE(row.differs());
    REQUIRE(row.other_loader);
    CHECK(row.other_loader->value == "60");
}

TEST_CASE("a line that wins over tcptune's file overrules it") {
    World world;
    world.forecasts[key] =
        both(gives("1024", {claim(ours, 3, "30", Fate::overwritten),
                            claim("/etc/sysctl.d/99-x.conf", 9, "1024", Fate::wins)}));
    world.running[key] = Reading::of("30");
    Expectation expected;
    expected.values[key] = "30";
    const Row row = world.only(expected);
    CHECK(row.running_expected == Match::same);
    CHECK(row.boot_expected == Match::differs);
    CHECK(row.overruled());
    CHECK(row.differs());
    CHECK(tally(std::vector<Row>{row}).overruled == 1);
    // A winner that says the same is no conflict.
    world.forecasts[key] =
        both(gives("30", {claim(ours, 3, "30", Fate::overwritten),
                          claim("/etc/sysctl.d/99-x.conf", 9, "30", Fate::wins)}));
    CHECK_FALSE(world.only(expected).overruled());
    CHECK_FALSE(world.only(expected).differs());
}

TEST_CASE("a value that is only for now is not asked of the boot") {
    World world;
    world.running[key] = Reading::of("30");
    Expectation expected;
    expected.values[key] = "30";
    expected.at_boot = false;
    CHECK_FALSE(world.only(expected).differs());
    CHECK(world.only(expected).boot.value == "60");
    expected.at_boot = true;
    CHECK(world.only(expected).boot_expected == Match::differs);
    CHECK(world.only(expected).reason.empty());
}

TEST_CASE("what cannot be read is unknown and never the same") {
    World world;
    world.forecasts[key] = both(gives("30", {claim(ours, 3, "30", Fate::wins)}));
    world.running[key] = Reading::unknown("only root may read it");
    Row row = world.only(of_files());
    CHECK_FALSE(row.differs());
    CHECK(row.unknown());
    world.running[key] = Reading::of("30");
    world.forecasts[key].systemd.value.reset();
    world.forecasts[key].systemd.unknown = "it depends on the ticks of the kernel";
    row = world.only(of_files());
    CHECK(row.unknown());
    CHECK(row.boot.reason == "it depends on the ticks of the kernel");
}

TEST_CASE("a key of a module that is not loaded is absent, but not where it is expected") {
    World world;
    world.forecasts[key] = both(gives("30", {claim("/etc/a.conf", 1, "30", Fate::wins)}));
    Row row = world.only(of_files());
    CHECK(row.absent());
    CHECK_FALSE(row.differs());
    CHECK_FALSE(row.unknown());
    Expectation expected = of_files();
    expected.values[key] = "30";
    row = world.only(expected);
    CHECK(row.differs());
    CHECK_FALSE(row.absent());
}

TEST_CASE("only lines that some loader would write make a key configured") {
    World world;
    world.forecasts[key] = both({.value = "60",
                                 .unknown = "",
                                 .set = false,
                                 .claims = {claim("/usr/lib/x.conf", 1, "30", Fate::masked)}});
    world.running[key] = Reading::of("25");
    CHECK(world.compare(of_files()).empty());
    world.forecasts[key].systemd.claims.front().fate = Fate::refused;
    CHECK(world.compare(of_files()).size() == 1);
}

TEST_CASE("late writers decide over the loader of the boot") {
    World world;
    world.forecasts[key] = both(gives("30", {claim("/etc/a.conf", 1, "30", Fate::wins)}));
    world.forecasts[key].late = gives("15", {claim("/etc/a.conf", 1, "30", Fate::overwritten),
                                             claim("/etc/ufw/sysctl.conf", 8, "15", Fate::wins)});
    world.running[key] = Reading::of("15");
    const Row row = world.only(of_files());
    CHECK_FALSE(row.differs());
    CHECK(row.boot.value == "15");
    REQUIRE(row.decides);
    CHECK(row.decides->statement.file == "/etc/ufw/sysctl.conf");
}

TEST_CASE("settings are the same in the kernel's words and in a person's") {
    const auto range =
        parameter("net.ipv4.ip_local_port_range", sysctl::ValueType::integer_list, 2);
    const auto ports =
        parameter("net.ipv4.ip_local_reserved_ports", sysctl::ValueType::port_set, 1);
    CHECK(same_setting(&range, "32768\t60999", "32768 60999"));
    CHECK_FALSE(same_setting(&range, "32768\t60999", "32768 61000"));
    CHECK(same_setting(&ports, "8080,22,23", "22-23,8080"));
    CHECK_FALSE(same_setting(&ports, "8080,22,23", "22,8080"));
    CHECK(same_setting(nullptr, "4\t4\t1\t7\n", "4 4 1 7"));
    CHECK(same_setting(nullptr, "0x1b6", "438"));
    CHECK(same_setting(nullptr, "010", "8"));
    CHECK_FALSE(same_setting(nullptr, "10", "8"));
    CHECK_FALSE(same_setting(nullptr, "0x", "0"));
    CHECK_FALSE(same_setting(nullptr, "4 4", "4 4 1"));
    CHECK_FALSE(same_setting(nullptr, "|/bin/false", "core"));
    CHECK_FALSE(same_setting(nullptr, "", "0"));
}

TEST_CASE("a switch that cannot be read is compared with nothing") {
    World world;
    world.forecasts[key] = both(gives("1", {claim("/etc/a.conf", 1, "1", Fate::wins)}));
    world.running[key] = Reading{Status::write_only, "", ""};
    const Row row = world.only(of_files());
    CHECK(row.running_boot == Match::not_compared);
    CHECK_FALSE(row.differs());
    CHECK_FALSE(row.unknown());
}

}  // namespace
}  // namespace tcptune::conf
