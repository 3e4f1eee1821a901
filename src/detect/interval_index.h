// IntervalIndex: for a number, the rules whose ranges hold it, found by one binary search.
//
// The numbers fall into pieces on which the answer is the same; equal answers are stored once.
// Built when rules are compiled; any thread may ask.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

namespace langyan::detect {

template <class T>
class IntervalIndex {
 public:
  struct Entry {
    T low, high;  // both belong to it
    std::uint32_t rule;
  };

  // `after(high)` is the number behind `high`; entries that end at `last` have none.
  template <class After>
  void build(std::vector<Entry> entries, T last, After after) {
    struct Edge {
      T at;
      bool opens;
      std::uint32_t rule;
    };
    std::vector<Edge> edges;
    for (const Entry& entry : entries) {
      edges.push_back({entry.low, true, entry.rule});
      if (entry.high != last) edges.push_back({after(entry.high), false, entry.rule});
    }
    std::ranges::sort(edges, {}, &Edge::at);
    std::map<std::uint32_t, int> open;  // rule: its ranges that hold here
    std::map<std::vector<std::uint32_t>, std::uint32_t> numbers;
    starts_.clear(), lists_.clear(), pieces_.clear();
    for (std::size_t i = 0; i < edges.size();) {
      const T at = edges[i].at;
      for (; i < edges.size() && edges[i].at == at; ++i) {
        const int count = open[edges[i].rule] += edges[i].opens ? 1 : -1;
        if (count == 0) open.erase(edges[i].rule);
      }
      std::vector<std::uint32_t> rules;
      for (const auto& [rule, count] : open) rules.push_back(rule);
      const auto known = numbers.try_emplace(rules, static_cast<std::uint32_t>(lists_.size()));
      if (known.second) lists_.push_back(std::move(rules));
      starts_.push_back(at);
      pieces_.push_back(known.first->second);
    }
  }

  // The number of the list that holds for `value`; no_list: none.
  static constexpr std::uint32_t no_list = 0xffffffff;
  std::uint32_t list(const T& value) const {
    const auto after = std::ranges::upper_bound(starts_, value);
    if (after == starts_.begin()) return no_list;
    return pieces_[static_cast<std::size_t>(after - starts_.begin()) - 1];
  }
  std::span<const std::uint32_t> find(const T& value) const {
    const std::uint32_t number = list(value);
    return number == no_list ? std::span<const std::uint32_t>{} : lists_[number];
  }
  // Calls visit(rule) for each rule with a number in low … high; for some more than once.
  template <class Visit>
  void each_in(const T& low, const T& high, Visit visit) const {
    auto piece = static_cast<std::size_t>(std::ranges::upper_bound(starts_, low) - starts_.begin());
    for (piece = piece ? piece - 1 : 0; piece < starts_.size() && starts_[piece] <= high; ++piece)
      for (const std::uint32_t rule : lists_[pieces_[piece]]) visit(rule);
  }
  bool empty() const { return starts_.empty(); }
  // Each rule's number becomes number(rule), which keeps their order.
  template <class Number>
  void renumber(Number number) {
    for (auto& list : lists_)
      for (std::uint32_t& rule : list) rule = number(rule);
  }
  const std::vector<std::vector<std::uint32_t>>& lists() const {
    return lists_;
  }  // rules ascending

 private:
  std::vector<T> starts_;
  std::vector<std::uint32_t> pieces_;  // per start, its list
  std::vector<std::vector<std::uint32_t>> lists_;
};

}  // namespace langyan::detect
