// SPDX-License-Identifier: Apache-2.0
#include "txn/drop_in.hpp"

#include <tcptune/base/digest.hpp>
#include <tcptune/base/text.hpp>

#include <algorithm>

namespace tcptune::txn {
namespace {

constexpr std::string_view head =
    "# Values that tcptune applied and that were confirmed. `tcptune history` tells of them and\n"
    "# `tcptune rollback` takes them back. Do not edit: tcptune does not replace an edited file.\n";
constexpr std::string_view digest_mark = "# sha256 of the lines below: ";

auto find_key(DropIn& values, const std::string& key) {
    return std::ranges::find(values, key, &DropIn::value_type::first);
}

}  // namespace

std::string drop_in_text(const DropIn& values, std::string_view id) {
    std::string body;
    for (const auto& [key, value] : values)
        body += key + " = " + value + '\n';
    return std::string(head) + "# last transaction: " + std::string(id) + '\n' +
           std::string(digest_mark) + sha256_hex(body) + '\n' + body;
}

std::optional<DropIn> read_drop_in(std::string_view bytes) {
    const std::size_t mark = bytes.find(digest_mark);
    const std::size_t end = mark == std::string_view::npos ? mark : bytes.find('\n', mark);
    if (!bytes.starts_with(head) || end == std::string_view::npos) return std::nullopt;
    const std::string_view digest =
        bytes.substr(mark + digest_mark.size(), end - mark - digest_mark.size());
    const std::string_view body = bytes.substr(end + 1);
    if (sha256_hex(body) != digest) return std::nullopt;
    DropIn values;
    for (const std::string_view line : split(body, '\n')) {
        const std::size_t equals = line.find(" =");
        if (equals == std::string_view::npos) continue;
        values.emplace_back(line.substr(0, equals), trim(line.substr(equals + 2)));
    }
    // The same bytes again, or there is something in it that we did not write.
    const std::size_t id_at = head.size() + std::string_view("# last transaction: ").size();
    const std::string_view id = bytes.substr(std::min(id_at, bytes.size()), 32);
    return drop_in_text(values, id) == bytes ? std::optional(values) : std::nullopt;
}

DropIn with_values(DropIn values, const std::vector<Item>& items) {
    for (const Item& item : items) {
        if (const auto found = find_key(values, item.key.text()); found != values.end())
            values.erase(found);
    }
    for (const Item& item : items)
        values.emplace_back(item.key.text(), item.wanted);
    return values;
}

DropIn without_values(DropIn values, const std::vector<Item>& items, const DropIn& before,
                      bool force) {
    DropIn old = before;
    for (const Item& item : items) {
        const auto found = find_key(values, item.key.text());
        if (found == values.end() || (found->second != item.wanted && !force)) continue;
        const auto earlier = find_key(old, item.key.text());
        if (earlier == old.end())
            values.erase(found);
        else
            found->second = earlier->second;
    }
    return values;
}

}  // namespace tcptune::txn
