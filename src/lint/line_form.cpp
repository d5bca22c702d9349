// SPDX-License-Identifier: Apache-2.0
#include "lint/line_form.hpp"

#include <tcptune/base/text.hpp>

namespace tcptune::lint {

namespace {

constexpr std::size_t longest_shown = 80;

char swapped(char c) {
    return c == '.' ? '/' : c == '/' ? '.' : c;
}

}  // namespace

LineForm form_of(std::string_view line) {
    LineForm form;
    std::string_view rest = trim(line);
    if (rest.empty()) return form;
    if (rest[0] == '#' || rest[0] == ';') {
        form.form = Form::comment;
        form.value = rest.substr(1);
        return form;
    }
    const std::size_t equals = rest.find('=');
    std::string_view name = rest.substr(0, equals);
    if (name.starts_with('-')) {
        form.dash = true;
        name.remove_prefix(1);
        form.space_after_dash = !name.empty() && trim(name.substr(0, 1)).empty();
    }
    form.name = trim(name);
    if (equals != std::string_view::npos) {
        form.form = Form::assignment;
        form.value = trim(rest.substr(equals + 1));
    } else {
        form.form = form.dash ? Form::exclusion : Form::bare;
    }
    return form;
}

std::string dotted(std::string_view name) {
    const std::size_t first = name.find_first_of("./");
    const bool slashes = first != std::string_view::npos && name[first] == '/';
    std::string key;
    key.reserve(name.size());
    // Separators that say nothing (doubled, or at an end) go, as path_simplify of systemd does.
    for (const char c : name) {
        const char here = slashes ? swapped(c) : c;
        if (here == '.' && (key.empty() || key.back() == '.')) continue;
        key += here;
    }
    if (key.ends_with('.')) key.pop_back();
    return key;
}

std::string slashed(std::string_view key) {
    std::string path(key);
    for (char& c : path)
        c = swapped(c);
    return path;
}

bool is_pattern(std::string_view key) {
    return key.find_first_of("*?[") != std::string_view::npos;
}

std::string shown(std::string_view text) {
    if (text.size() <= longest_shown) return std::string(text);
    std::size_t end = longest_shown;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U)
        --end;
    return std::string(text.substr(0, end)) + "...";
}

}  // namespace tcptune::lint
