// SPDX-License-Identifier: Apache-2.0
#include <tcptune/base/diagnostic_codes.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace tcptune::sysctl {

namespace {

std::optional<std::int64_t> whole(const TomlScalar& scalar) {
    if (scalar.kind == TomlScalar::Kind::integer) return scalar.integer;
    return std::nullopt;
}

std::optional<List> whole_list(const TomlValue& toml) {
    List list;
    for (const TomlScalar& item : toml.items) {
        const auto number = whole(item);
        if (!number) return std::nullopt;
        list.push_back(*number);
    }
    return list;
}

std::optional<KernelVersion> read_version(TomlTable& table, std::string_view name) {
    const auto text = table.text(name);
    if (!text) return std::nullopt;
    // No suffix here: a vendor's build is no boundary between kernels.
    const bool numeric = text->text.find_first_not_of("0123456789.") == std::string::npos;
    const auto version = numeric ? KernelVersion::parse(text->text) : std::nullopt;
    if (!version)
        table.error(codes::bad_value, text->location,
                    std::string(name) + " must be a kernel version",
                    "write it as \"4.18\" or \"6.1.0\"");
    return version;
}

bool overlap(const KernelRange& left, const KernelRange& right) {
    const auto ends_before = [](const KernelRange& first, const KernelRange& second) {
        return first.until && second.since && *first.until <= *second.since;
    };
    return !ends_before(left, right) && !ends_before(right, left);
}

struct ParserWord {
    KernelParser parser;
    std::string_view word;
};
constexpr std::array parser_words{
    ParserWord{KernelParser::integer, "integer"},
    ParserWord{KernelParser::byte, "byte"},
    ParserWord{KernelParser::unsigned_integer, "unsigned-integer"},
    ParserWord{KernelParser::seconds, "seconds"},
    ParserWord{KernelParser::milliseconds, "milliseconds"},
    ParserWord{KernelParser::unsigned_long, "unsigned-long"},
    ParserWord{KernelParser::port_range, "port-range"},
    ParserWord{KernelParser::port_set, "port-set"},
    ParserWord{KernelParser::port_start, "port-start"},
    ParserWord{KernelParser::word, "word"},
    ParserWord{KernelParser::read_only, "read-only"},
};

class ParameterReader {
public:
    explicit ParameterReader(TomlTable& table) : table_(table) {}

    std::optional<Parameter> read() {
        const LocatedText name = table_.required_text("key");
        const auto key = Key::parse(name.text);
        if (!key && !name.text.empty())
            table_.error(codes::bad_value, name.location, "key is not a dotted sysctl name",
                         "for example net.ipv4.tcp_tw_reuse");
        Parameter parameter(key ? *key : *Key::parse("not.known"));
        parameter.summary = table_.required_text("summary").text;
        const bool typed = read_type(parameter);
        read_bounds(parameter);
        read_words(parameter);
        parameter.namespaced_since = read_version(table_, "namespaced_since");
        parameter.kernels = read_kernel_range(table_);
        read_members(parameter, typed);
        read_defaults(parameter, typed);
        read_kernel_forms(parameter);
        table_.finish();
        if (!key || !typed) return std::nullopt;
        return parameter;
    }

private:
    bool read_type(Parameter& parameter) {
        if (!table_.has("type"))
            table_.error(codes::missing_member, table_.location(), "type is missing");
        const auto word =
            table_.word("type", {"bool", "int", "enum", "int-list", "port-set", "name"});
        const auto type = word ? parse_value_type(*word) : std::nullopt;
        if (type) parameter.type = *type;
        return type.has_value();
    }

    void read_bounds(Parameter& parameter) {
        parameter.min = table_.integer("min");
        parameter.max = table_.integer("max");
        if (parameter.min && parameter.max && *parameter.min > *parameter.max)
            table_.error(codes::bad_value, table_.location(), "min is greater than max");
        const auto length = table_.integer("length");
        const bool is_list = parameter.type == ValueType::integer_list;
        if (length && (*length < 2 || *length > 64))
            table_.error(codes::bad_value, table_.location(), "length must be from 2 to 64");
        else if (length)
            parameter.length = static_cast<std::size_t>(*length);
        if (is_list && !length)
            table_.error(codes::missing_member, table_.location(),
                         "length is missing: how many numbers the list has");
        if (!is_list && length)
            table_.error(codes::bad_value, table_.location(),
                         "length belongs to the type int-list only");
    }

    void read_words(Parameter& parameter) {
        if (auto unit = table_.text("unit")) parameter.unit = std::move(unit->text);
        if (auto effect = table_.text("takes_effect"))
            parameter.takes_effect = std::move(effect->text);
        // Both are what the helper goes by, so neither has a default.
        for (const char* name : {"scope", "access"})
            if (!table_.has(name))
                table_.error(codes::missing_member, table_.location(),
                             std::string(name) + " is missing");
        if (table_.word("scope", {"netns", "global"}) == "global") parameter.scope = Scope::global;
        parameter.access =
            table_.word("access", {"apply", "advise"}) == "apply" ? Access::apply : Access::advise;
    }

    void read_members(Parameter& parameter, bool typed) {
        for (TomlTable& entry : table_.tables("value")) {
            EnumMember member;
            if (const auto number = entry.integer("value"))
                member.value = *number;
            else if (!entry.has("value"))
                entry.error(codes::missing_member, entry.location(), "value is missing");
            member.meaning = entry.required_text("meaning").text;
            member.kernels = read_kernel_range(entry);
            entry.finish();
            if (std::ranges::any_of(parameter.members, [&](const EnumMember& other) {
                    return other.value == member.value && overlap(other.kernels, member.kernels);
                }))
                entry.error(
                    codes::duplicate_id, entry.location(),
                    "value " + std::to_string(member.value) + " stands twice for the same kernels");
            parameter.members.push_back(std::move(member));
        }
        if (typed && parameter.type == ValueType::enumerated && parameter.members.empty())
            table_.error(codes::missing_member, table_.location(),
                         "a parameter of type enum needs [[parameter.value]] entries");
    }

    void read_defaults(Parameter& parameter, bool typed) {
        for (TomlTable& entry : table_.tables("default")) {
            Default standard;
            standard.kernels = read_kernel_range(entry);
            if (auto expr = entry.text("expr")) standard.expr = std::move(expr->text);
            if (const auto value = entry.value("value"); value && typed)
                standard.value = checked(parameter, *value, entry);
            if (entry.has("value") == entry.has("expr"))
                entry.error(codes::missing_member, entry.location(),
                            "a default needs a value or an expr, and not both");
            entry.finish();
            if (std::ranges::any_of(parameter.defaults, [&](const Default& other) {
                    return overlap(other.kernels, standard.kernels);
                }))
                entry.error(codes::duplicate_id, entry.location(),
                            "two defaults are for the same kernels");
            parameter.defaults.push_back(std::move(standard));
        }
    }

    void read_kernel_forms(Parameter& parameter) {
        for (TomlTable& entry : table_.tables("kernel")) {
            KernelForm form;
            if (!entry.has("parser"))
                entry.error(codes::missing_member, entry.location(), "parser is missing");
            if (const auto parser = read_parser(entry)) form.parser = *parser;
            form.min = entry.integer("min");
            form.max = entry.integer("max");
            form.step = entry.integer("step");
            if (form.step && *form.step < 1)
                entry.error(codes::bad_value, entry.location(), "step must be at least 1");
            if (form.min && form.max && *form.min > *form.max)
                entry.error(codes::bad_value, entry.location(), "min is greater than max");
            if ((form.min || form.max || form.step) && !has_bounds(form.parser))
                entry.error(codes::bad_value, entry.location(),
                            "min, max and step belong to parsers of numbers only");
            form.kernels = read_kernel_range(entry);
            entry.finish();
            // Ranges may overlap, the first counts; the same one twice is a slip.
            if (std::ranges::any_of(parameter.kernel_forms, [&](const KernelForm& other) {
                    return other.kernels == form.kernels;
                }))
                entry.error(codes::duplicate_id, entry.location(),
                            "two kernel forms are for the same kernels");
            parameter.kernel_forms.push_back(std::move(form));
        }
    }

    static std::optional<KernelParser> read_parser(TomlTable& entry) {
        std::vector<std::string> words;
        for (const ParserWord& each : parser_words)
            words.emplace_back(each.word);
        const auto word = entry.word("parser", words);
        for (const ParserWord& each : parser_words)
            if (word == each.word) return each.parser;
        return std::nullopt;
    }

    static bool has_bounds(KernelParser parser) {
        return parser != KernelParser::port_set && parser != KernelParser::word &&
               parser != KernelParser::read_only;
    }

    static std::optional<Value> checked(const Parameter& parameter, const TomlValue& toml,
                                        TomlTable& table) {
        auto value = to_value(parameter.type, toml, table);
        if (!value) return std::nullopt;
        if (const auto refused = check_value(parameter, *value)) {
            table.error(codes::value_out_of_bounds, toml.location, *refused);
            return std::nullopt;
        }
        return value;
    }

    TomlTable& table_;
};

}  // namespace

std::optional<Value> to_value(ValueType type, const TomlValue& toml, TomlTable& table) {
    const auto wrong = [&](std::string_view wanted) -> std::optional<Value> {
        table.error(codes::wrong_type, toml.location, "the value must be " + std::string(wanted));
        return std::nullopt;
    };
    const TomlScalar* single = toml.is_list || toml.items.empty() ? nullptr : &toml.items.front();
    switch (type) {
        case ValueType::boolean:
            if (single && single->kind == TomlScalar::Kind::boolean) return single->boolean;
            if (single)
                if (const auto number = whole(*single); number == 0 || number == 1)
                    return *number == 1;
            return wrong("true or false");
        case ValueType::integer:
        case ValueType::enumerated:
            if (single)
                if (const auto number = whole(*single)) return *number;
            return wrong("a whole number");
        case ValueType::integer_list:
            if (toml.is_list)
                if (auto list = whole_list(toml)) return std::move(*list);
            return wrong("a list of whole numbers");
        case ValueType::port_set:
            if (toml.is_list) {
                if (auto list = whole_list(toml)) {
                    std::ranges::sort(*list);
                    const auto rest = std::ranges::unique(*list);
                    list->erase(rest.begin(), rest.end());
                    return std::move(*list);
                }
            } else if (single && single->kind == TomlScalar::Kind::text) {
                if (auto ports = parse_value(type, single->text)) return ports;
            }
            return wrong("a list of ports, or a string like \"22,8080-8090\"");
        case ValueType::name:
            if (single && single->kind == TomlScalar::Kind::text) return single->text;
            return wrong("a string");
    }
    return std::nullopt;
}

KernelRange read_kernel_range(TomlTable& table) {
    KernelRange range{read_version(table, "since"), read_version(table, "until")};
    if (range.since && range.until && *range.since >= *range.until)
        table.error(codes::bad_value, table.location(), "since is not older than until",
                    "until is the first kernel that is outside");
    return range;
}

std::optional<Parameter> read_parameter(TomlTable& root) {
    const auto schema = root.integer("schema");
    if (!root.has("schema"))
        root.error(codes::missing_member, root.location(), "schema is missing",
                   "the first line is: schema = 1");
    else if (schema && *schema != 1)
        root.error(codes::schema_version, root.location(),
                   "schema " + std::to_string(*schema) + " is not known, only 1",
                   "a newer tcptune may read this file");
    auto table = root.table("parameter");
    if (!table) {
        if (!root.has("parameter"))
            root.error(codes::missing_member, root.location(), "[parameter] is missing");
        return std::nullopt;
    }
    auto parameter = ParameterReader(*table).read();
    if (schema != 1) return std::nullopt;
    return parameter;
}

std::optional<Parameter> read_parameter(const std::string& file, std::string_view text,
                                        Diagnostics& diagnostics) {
    TomlDocument document(file, text, diagnostics);
    auto root = document.root();
    if (!root) return std::nullopt;
    const std::size_t before = diagnostics.size();
    auto parameter = read_parameter(*root);
    // A declaration with one wrong line is not half used.
    if (diagnostics.size() != before) return std::nullopt;
    return parameter;
}

}  // namespace tcptune::sysctl
