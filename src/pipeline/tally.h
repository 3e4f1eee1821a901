// Tally: what a run saw, for the table at its end: messages and operations by protocol, operations
// by verb, who wrote how much to whom, alerts by severity. One worker fills one; add() joins them.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>

#include "fields/transaction.h"
#include "flow/flow.h"

namespace langyan::pipeline {

constexpr std::size_t most_writers = 4'096;  // pairs counted; the rest is counted as one

class Tally {
 public:
  struct Writer {
    IpAddress client, server;
    const Protocol* protocol = nullptr;
    auto operator<=>(const Writer&) const = default;
  };
  struct PerProtocol {
    std::uint64_t messages = 0, operations = 0, faults = 0, flows = 0;
  };

  void message(const flow::Flow& flow, const Message& message);
  void identified(const Protocol& protocol) { ++protocols_[&protocol].flows; }
  void alert(std::uint8_t priority) {
    ++alerts_[priority < alerts_.size() ? priority : alerts_.size() - 1];
  }
  void add(const Tally& other);

  const std::map<const Protocol*, PerProtocol>& protocols() const { return protocols_; }
  const std::map<Writer, std::uint64_t>& writers() const { return writers_; }
  std::uint64_t other_writes() const { return other_writes_; }
  std::span<const std::uint64_t> verbs() const { return verbs_; }
  std::span<const std::uint64_t> alerts() const { return alerts_; }  // by priority, 1 first at [1]

 private:
  std::map<const Protocol*, PerProtocol> protocols_;  // at most as many as there are decoders
  std::map<Writer, std::uint64_t> writers_;
  std::uint64_t other_writes_ = 0;
  std::array<std::uint64_t, 32> verbs_{};
  std::array<std::uint64_t, 6> alerts_{};
};

}  // namespace langyan::pipeline
