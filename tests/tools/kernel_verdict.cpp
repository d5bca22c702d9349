// SPDX-License-Identifier: Apache-2.0
// What kernel_write() says of many texts, for a test that writes the same texts to the kernel.
//
//   kernel_verdict RULES_DIRECTORY KERNEL_VERSION < questions > answers
//
// One line each; texts are hexadecimal, because they may hold any byte:
//   question: KEY TAB TEXT { TAB OTHER_KEY=ITS_TEXT_BEFORE }
//   answer:   taken|altered|refused|unknown TAB READS_BACK TAB comment|- TAB REASON
#include <tcptune/base/text.hpp>
#include <tcptune/sysctl/kernel_write.hpp>
#include <tcptune/sysctl/parameter_file.hpp>

#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>

using namespace tcptune;
using namespace tcptune::sysctl;

namespace {

std::string from_hex(std::string_view text) {
    const auto digit = [](char c) {
        return static_cast<unsigned>(c >= 'a' ? c - 'a' + 10 : c - '0') & 15U;
    };
    std::string bytes;
    for (std::size_t at = 0; at + 1 < text.size(); at += 2)
        bytes += static_cast<char>(digit(text[at]) * 16 + digit(text[at + 1]));
    return bytes;
}

std::string to_hex(std::string_view bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += digits[byte / 16U];
        text += digits[byte % 16U];
    }
    return text;
}

std::string_view word_of(WriteVerdict verdict) {
    switch (verdict) {
        case WriteVerdict::taken:
            return "taken";
        case WriteVerdict::altered:
            return "altered";
        case WriteVerdict::refused:
            return "refused";
        case WriteVerdict::unknown:
            break;
    }
    return "unknown";
}

class Rules {
public:
    explicit Rules(std::string directory) : directory_(std::move(directory)) {}

    const Parameter* find(const std::string& key) {
        if (const auto found = parameters_.find(key); found != parameters_.end())
            return &found->second;
        const std::string name = directory_ + "/" + key + ".toml";
        std::ifstream file(name, std::ios::binary);
        std::ostringstream text;
        text << file.rdbuf();
        Diagnostics diagnostics;
        auto parameter = read_parameter(name, text.str(), diagnostics);
        for (const Diagnostic& each : diagnostics)
            std::cerr << name << ':' << each.location.line << ": " << each.message << '\n';
        return parameter ? &parameters_.emplace(key, std::move(*parameter)).first->second : nullptr;
    }

private:
    std::string directory_;
    std::map<std::string, Parameter> parameters_;
};

}  // namespace

int main(int argc, char** argv) {
    const auto kernel = argc == 3 ? KernelVersion::parse(argv[2]) : std::nullopt;
    if (!kernel) {
        std::cerr << "usage: kernel_verdict RULES_DIRECTORY KERNEL_VERSION\n";
        return 64;
    }
    std::ios::sync_with_stdio(false);
    Rules rules(argv[1]);
    for (std::string line; std::getline(std::cin, line);) {
        const auto fields = split(line, '\t');
        const Parameter* parameter =
            fields.size() < 2 ? nullptr : rules.find(std::string(fields[0]));
        if (parameter == nullptr) {
            std::cerr << "not understood: " << line << '\n';
            return 65;
        }
        std::map<std::string, std::string, std::less<>> state;
        for (std::size_t at = 2; at < fields.size(); ++at)
            if (const std::size_t equals = fields[at].find('='); equals != std::string_view::npos)
                state.emplace(fields[at].substr(0, equals),
                              from_hex(fields[at].substr(equals + 1)));
        const auto before = [&](std::string_view key) -> std::optional<std::string> {
            const auto found = state.find(key);
            return found == state.end() ? std::nullopt : std::optional(found->second);
        };
        const WriteOutcome outcome = kernel_write(*parameter, *kernel, from_hex(fields[1]), before);
        std::cout << word_of(outcome.verdict) << '\t' << to_hex(outcome.reads_back) << '\t'
                  << (outcome.only_ignored_words ? "comment" : "-") << '\t' << outcome.reason
                  << '\n';
    }
    return 0;
}
