// SPDX-License-Identifier: Apache-2.0
#include "conf/loader_name.hpp"

#include <tcptune/base/text.hpp>

#include <vector>

namespace tcptune::conf {

namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

/// Whichever of '.' and '/' comes first is the separator.
std::string as_path(std::string_view name) {
    const std::size_t first = name.find_first_of("./");
    if (first != std::string_view::npos && name[first] == '.') return swapped(name);
    return std::string(name);
}

std::string joined(const std::vector<std::string_view>& components) {
    std::string path;
    for (const std::string_view component : components) {
        if (!path.empty()) path += '/';
        path += component;
    }
    return path;
}

/// Components that say nothing are taken out.
std::string simplified(std::string_view path) {
    std::vector<std::string_view> kept;
    for (const std::string_view component : split(path, '/'))
        if (!component.empty() && component != ".") kept.push_back(component);
    return joined(kept);
}

/// Where a simplified path leads; "" when that is outside /proc/sys.
std::string without_upward(std::string_view path) {
    std::vector<std::string_view> kept{"proc", "sys"};
    for (const std::string_view component : split(path, '/')) {
        if (component != "..")
            kept.push_back(component);
        else if (!kept.empty())
            kept.pop_back();
    }
    if (kept.size() < 3 || kept[0] != "proc" || kept[1] != "sys") return {};
    kept.erase(kept.begin(), kept.begin() + 2);
    return joined(kept);
}

bool goes_up(std::string_view path) {
    return path == ".." || path.starts_with("../") || path.ends_with("/..") ||
           path.find("/../") != std::string_view::npos;
}

/// Takes off what does not belong to a name, and says what it was.
Flaw take_decoration(std::string_view& path) {
    Flaw flaw = Flaw::none;
    while (!path.empty()) {
        Flaw found = Flaw::none;
        std::size_t length = 1;
        if (path.starts_with(byte_order_mark)) {
            found = Flaw::bom;
            length = byte_order_mark.size();
        } else if (path[0] == '-') {
            found = Flaw::dash;
        } else if (path[0] == ' ' || (path[0] >= '\t' && path[0] <= '\r')) {
            found = Flaw::blank;
        } else {
            break;
        }
        if (flaw == Flaw::none) flaw = found;
        path.remove_prefix(length);
    }
    return flaw;
}

}  // namespace

std::string_view sentence_of(Flaw flaw, Loader loader) {
    switch (flaw) {
        case Flaw::blank:
            return "this loader takes the blank before the name as a part of it";
        case Flaw::dash:
            return "this loader takes the second dash as a part of the name";
        case Flaw::bom:
            return "the byte order mark before the name becomes a part of it";
        case Flaw::end:
            return "with a separator at its end the name is one of a directory to this loader";
        case Flaw::upwards:
            return loader == Loader::systemd
                       ? "systemd-sysctl refuses names with \"..\""
                       : "procps follows \"..\" through directories that may not exist";
        case Flaw::none:
            break;
    }
    return "";
}

std::string swapped(std::string_view name) {
    std::string text(name);
    for (char& c : text) {
        if (c == '/')
            c = '.';
        else if (c == '.')
            c = '/';
    }
    return text;
}

LoaderName loader_name(std::string_view name, Loader loader) {
    LoaderName result;
    std::string path = as_path(name);
    if (loader == Loader::systemd) path = simplified(path);
    result.glob = is_pattern(path);
    std::string_view meant = path;
    result.flaw = take_decoration(meant);
    const bool at_end = meant.ends_with('/') || meant.ends_with("/.");
    if (result.flaw == Flaw::none && at_end) result.flaw = Flaw::end;
    std::string simple = simplified(meant);
    if (goes_up(simple)) {
        if (result.flaw == Flaw::none) result.flaw = Flaw::upwards;
        simple = without_upward(simple);
    }
    result.dotted = swapped(simple);
    if (result.flaw != Flaw::none || simple != path) result.odd = std::move(path);
    return result;
}

}  // namespace tcptune::conf
