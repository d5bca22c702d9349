// SPDX-License-Identifier: Apache-2.0
#include "rules/evidence_order.hpp"

#include <algorithm>
#include <map>
#include <string_view>

namespace tcptune::rules {

namespace {

constexpr std::size_t deepest = 16;
constexpr std::size_t most_nodes = 20'000;

/// Everything that one expression reads of the others, as often as it reads it, and its own size.
struct Uses {
    std::vector<std::size_t> evidence;
    std::size_t nodes = 0;
};

using Index = std::map<std::string_view, std::size_t>;

void collect(const expr::Node& node, const Index& index, Uses& uses) {
    constexpr std::string_view prefix = "evidence.";
    ++uses.nodes;
    if (node.op == expr::Op::name && std::string_view(node.name).starts_with(prefix))
        if (const auto found = index.find(std::string_view(node.name).substr(prefix.size()));
            found != index.end())
            uses.evidence.push_back(found->second);
    for (const expr::Node& child : node.children)
        collect(child, index, uses);
}

class Walk {
public:
    explicit Walk(std::vector<Uses> uses) : uses_(std::move(uses)), marks_(uses_.size()) {}

    EvidenceOrder run() {
        for (std::size_t i = 0; i < uses_.size(); ++i)
            if (marks_[i].state == Mark::fresh) visit(i);
        return std::move(result_);
    }

private:
    struct Mark {
        enum { fresh, open, done } state = fresh;
        std::size_t depth = 1;
        std::size_t nodes = 0;
    };

    void visit(std::size_t at) {
        Mark& mark = marks_[at];
        mark.state = Mark::open;
        mark.nodes = uses_[at].nodes;
        path_.push_back(at);
        for (const std::size_t next : uses_[at].evidence) {
            if (marks_[next].state == Mark::open) {
                add_cycle(next);
                continue;
            }
            if (marks_[next].state == Mark::fresh) visit(next);
            mark.depth = std::max(mark.depth, marks_[next].depth + 1);
            mark.nodes = std::min(most_nodes + 1, mark.nodes + marks_[next].nodes);
        }
        path_.pop_back();
        mark.state = Mark::done;
        if (mark.depth > deepest || mark.nodes > most_nodes) {
            result_.too_costly.push_back(at);
            // Said once, where it becomes too much, and not of everything that reads it.
            mark.depth = 1;
            mark.nodes = 1;
        }
        result_.order.push_back(at);
    }

    void add_cycle(std::size_t first) {
        std::vector<std::size_t> chain(std::ranges::find(path_, first), path_.end());
        chain.push_back(first);
        if (std::ranges::find(result_.cycles, chain) == result_.cycles.end())
            result_.cycles.push_back(std::move(chain));
    }

    std::vector<Uses> uses_;
    std::vector<Mark> marks_;
    std::vector<std::size_t> path_;
    EvidenceOrder result_;
};

}  // namespace

EvidenceOrder order_evidence(std::span<const EvidenceText> evidence,
                             std::span<const std::optional<expr::Expression>> parsed) {
    Index index;
    for (std::size_t i = 0; i < evidence.size(); ++i)
        index.emplace(evidence[i].name.text, i);
    std::vector<Uses> uses(evidence.size());
    for (std::size_t i = 0; i < evidence.size(); ++i)
        if (parsed[i]) collect(parsed[i]->root, index, uses[i]);
    return Walk(std::move(uses)).run();
}

}  // namespace tcptune::rules
