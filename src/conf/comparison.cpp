// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/text.hpp>
#include <tcptune/conf/comparison.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <set>
#include <utility>

namespace tcptune::conf {
namespace {

/// A number as the kernel reads it: decimal, 0x hexadecimal or 0 octal.
std::optional<std::int64_t> kernel_number(std::string_view word) {
    const bool negative = word.starts_with('-');
    std::string_view digits = word.substr(negative ? 1 : 0);
    int base = 10;
    if (digits.starts_with("0x") || digits.starts_with("0X")) {
        base = 16;
        digits.remove_prefix(2);
    } else if (digits.size() > 1 && digits.starts_with('0')) {
        base = 8;
        digits.remove_prefix(1);
    }
    if (digits.empty() || digits.starts_with('-')) return std::nullopt;
    std::int64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number, base);
    if (error != std::errc{} || stop != end) return std::nullopt;
    return negative ? -number : number;
}

bool same_word(std::string_view left, std::string_view right) {
    if (left == right) return true;
    const std::optional<std::int64_t> number = kernel_number(left);
    return number && number == kernel_number(right);
}

Match match(const sysctl::Parameter* parameter, const Reading& left, const Reading& right) {
    using Status = Reading::Status;
    const auto either = [&](Status status) {
        return left.status == status || right.status == status;
    };
    if (either(Status::not_asked) || either(Status::write_only)) return Match::not_compared;
    if (either(Status::absent)) return Match::absent;
    if (either(Status::unknown)) return Match::unknown;
    return same_setting(parameter, left.value, right.value) ? Match::same : Match::differs;
}

/// Where it is written, and how it went.
std::string place(const Statement& statement) {
    return statement.line == 0 ? statement.file
                               : statement.file + ":" + std::to_string(statement.line);
}

/// Some line that this loader reads would set it: it is written, or at least tried.
bool is_set(const Outcome& outcome) {
    return outcome.set || std::ranges::any_of(outcome.claims, [](const Claim& claim) {
               return claim.fate == Fate::wins || claim.fate == Fate::refused ||
                      claim.fate == Fate::absent;
           });
}

const Claim* winning_claim(const Outcome& outcome) {
    const auto found = std::ranges::find(outcome.claims, Fate::wins, &Claim::fate);
    return found == outcome.claims.end() ? nullptr : &*found;
}

const Outcome& of_loader(const KeyForecast& forecast, bool has_systemd) {
    return has_systemd ? forecast.systemd : forecast.procps;
}

std::optional<Claim> last_claim_of(const Outcome& outcome, std::string_view file) {
    std::optional<Claim> last;
    for (const Claim& claim : outcome.claims)
        if (claim.statement.file == file && !claim.statement.exclusion) last = claim;
    return last;
}

/// The line of that file, and what became of it in the end.
std::optional<Claim> claim_of(const KeyForecast& forecast, bool has_systemd,
                              std::string_view file) {
    const Claim* const late = forecast.late ? winning_claim(*forecast.late) : nullptr;
    if (late)
        if (auto again = last_claim_of(*forecast.late, file)) return again;
    std::optional<Claim> claim = last_claim_of(of_loader(forecast, has_systemd), file);
    if (claim && late && claim->fate == Fate::wins) {
        claim->fate = Fate::overwritten;
        claim->why = place(late->statement) + " sets it later";
    }
    return claim;
}

class Comparer {
public:
    Comparer(const Sides& sides, const Expectation& expected)
        : sides_(sides), expected_(expected) {}

    [[nodiscard]] Row row(const std::string& key) const {
        const auto found = sides_.forecasts.find(key);
        const KeyForecast* forecast = found == sides_.forecasts.end() ? nullptr : &found->second;
        const sysctl::Parameter* const parameter = sides_.catalog.find(key);
        Row row;
        row.key = key;
        if (sides_.running) row.running = sides_.running(key);
        if (forecast) {
            add_forecast(row, *forecast, parameter);
        } else {
            row.boot = default_of(key);
        }
        row.running_boot = match(parameter, row.running, row.boot);
        if (const auto wanted = expected_.values.find(key); wanted != expected_.values.end())
            add_expected(row, parameter, wanted->second);
        if (row.running_boot == Match::differs || row.running_expected == Match::differs)
            row.reason = where_from(row, parameter, forecast);
        return row;
    }

private:
    void add_forecast(Row& row, const KeyForecast& forecast,
                      const sysctl::Parameter* parameter) const {
        const Outcome& outcome = at_boot(forecast, sides_.has_systemd);
        row.boot = reading_of(outcome);
        if (const Claim* claim = deciding_claim(forecast, sides_.has_systemd)) row.decides = *claim;
        row.ours = claim_of(forecast, sides_.has_systemd, sides_.own_file);
        if (loaders_differ(forecast, parameter))
            row.other_loader = reading_of(of_loader(forecast, !sides_.has_systemd));
    }

    void add_expected(Row& row, const sysctl::Parameter* parameter,
                      const std::string& value) const {
        row.expected = fold_spaces(value);
        const Reading wanted = Reading::of(value);
        row.running_expected = match(parameter, row.running, wanted);
        row.boot_expected =
            expected_.at_boot ? match(parameter, row.boot, wanted) : Match::not_compared;
        // What runs and what boots are each held against what is wanted; a runtime value may well
        // be another one than that of the files.
        if (expected_.nothing_else) row.running_boot = Match::not_compared;
    }

    [[nodiscard]] Reading default_of(const std::string& key) const {
        if (sides_.initial)
            if (const std::optional<std::string> value = sides_.initial(key))
                return Reading::of(*value);
        return Reading::unknown("no file sets it, and the kernel's default is not known");
    }

    [[nodiscard]] std::string where_from(const Row& row, const sysctl::Parameter* parameter,
                                         const KeyForecast* forecast) const {
        const auto runs = [&](const Reading& reading) {
            return match(parameter, row.running, reading) == Match::same;
        };
        if (forecast) {
            if (row.boot_expected == Match::differs && runs(row.boot) && row.decides)
                return place(row.decides->statement) + " sets the running value";
            std::vector<Claim> claims = of_loader(*forecast, sides_.has_systemd).claims;
            if (forecast->late)
                claims.insert(claims.end(), forecast->late->claims.begin(),
                              forecast->late->claims.end());
            for (const Claim& claim : claims) {
                if (claim.statement.exclusion || !runs(Reading::of(claim.statement.value)))
                    continue;
                return "the running value is that of " + place(claim.statement) +
                       (claim.fate == Fate::not_read ? ", which the boot does not read"
                                                     : ", which loses at boot");
            }
            if (row.other_loader && runs(*row.other_loader))
                return std::string("the running value is what ") +
                       (sides_.has_systemd ? "\"sysctl --system\"" : "systemd-sysctl") +
                       " makes of the files";
        }
        if (runs(default_of(row.key))) return "the running value is the kernel's default";
        return "no file says the running value: somebody or some program set it";
    }

    const Sides& sides_;
    const Expectation& expected_;
};

}  // namespace

Reading Reading::of(std::string_view text) {
    return {.status = Status::value, .value = fold_spaces(text), .reason = {}};
}

Reading Reading::unknown(std::string why) {
    return {.status = Status::unknown, .value = {}, .reason = std::move(why)};
}

std::string_view to_string(Match match) {
    switch (match) {
        case Match::not_compared:
            return "not-compared";
        case Match::same:
            return "same";
        case Match::absent:
            return "absent";
        case Match::unknown:
            return "unknown";
        case Match::differs:
            return "differs";
    }
    return "unknown";
}

bool same_setting(const sysctl::Parameter* parameter, std::string_view left,
                  std::string_view right) {
    if (parameter) {
        const auto a = sysctl::parse_value(parameter->type, left);
        const auto b = sysctl::parse_value(parameter->type, right);
        if (a && b) return *a == *b;
    }
    return std::ranges::equal(split_words(left), split_words(right), same_word);
}

bool Row::overruled() const {
    return ours && ours->fate != Fate::wins && boot_expected == Match::differs;
}

bool Row::differs() const {
    // A key that is not there cannot have the value that somebody relies on.
    const auto wrong = [](Match match) {
        return match == Match::differs || match == Match::absent;
    };
    return running_boot == Match::differs || wrong(running_expected) || wrong(boot_expected);
}

bool Row::unknown() const {
    return !differs() && (running_boot == Match::unknown || running_expected == Match::unknown ||
                          boot_expected == Match::unknown);
}

bool Row::absent() const {
    return !differs() && !unknown() && running_boot == Match::absent;
}

std::vector<Row> compare(const Sides& sides, const Expectation& expected) {
    std::set<std::string> keys;
    for (const auto& [key, value] : expected.values)
        keys.insert(key);
    if (!expected.nothing_else) {
        for (const auto& [key, forecast] : sides.forecasts)
            if (is_set(forecast.systemd) || is_set(forecast.procps) ||
                (forecast.late && is_set(*forecast.late)))
                keys.insert(key);
    }
    const Comparer comparer(sides, expected);
    std::vector<Row> rows;
    rows.reserve(keys.size());
    for (const std::string& key : keys)
        rows.push_back(comparer.row(key));
    return rows;
}

Tally tally(std::span<const Row> rows) {
    Tally count;
    for (const Row& row : rows) {
        ++count.keys;
        if (row.differs()) ++count.differing;
        if (row.unknown()) ++count.unknown;
        if (row.absent()) ++count.absent;
        if (row.overruled()) ++count.overruled;
        if (row.other_loader) ++count.disagreeing;
    }
    return count;
}

std::size_t conflicts(std::span<const Row> rows) {
    return static_cast<std::size_t>(std::ranges::count_if(
        rows, [](const Row& row) { return row.other_loader || row.overruled(); }));
}

const Outcome& at_boot(const KeyForecast& forecast, bool has_systemd) {
    return forecast.late ? *forecast.late : of_loader(forecast, has_systemd);
}

const Claim* deciding_claim(const KeyForecast& forecast, bool has_systemd) {
    if (forecast.late)
        if (const Claim* claim = winning_claim(*forecast.late)) return claim;
    return winning_claim(of_loader(forecast, has_systemd));
}

bool loaders_differ(const KeyForecast& forecast, const sysctl::Parameter* parameter) {
    const Outcome& left = forecast.systemd;
    const Outcome& right = forecast.procps;
    if (!left.set && !right.set) return false;
    if (left.value && right.value) return !same_setting(parameter, *left.value, *right.value);
    const Claim* const a = winning_claim(left);
    const Claim* const b = winning_claim(right);
    return !a || !b || place(a->statement) != place(b->statement);
}

Reading reading_of(const Outcome& outcome) {
    if (outcome.value) return Reading::of(*outcome.value);
    const bool absent = !outcome.set && std::ranges::any_of(outcome.claims, [](const Claim& claim) {
        return claim.fate == Fate::absent;
    });
    if (absent) {
        Reading reading;
        reading.status = Reading::Status::absent;
        return reading;
    }
    return Reading::unknown(outcome.unknown.empty() ? "it cannot be foretold" : outcome.unknown);
}

}  // namespace tcptune::conf
