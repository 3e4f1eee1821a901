#include "pipeline/tally.h"

namespace langyan::pipeline {

void Tally::message(const flow::Flow& flow, const Message& message) {
  PerProtocol& row = protocols_[message.protocol];
  ++row.messages;
  if (message.fault != Fault::none) ++row.faults;
  if (message.role == Role::answer && message.request) return;  // its operations were counted
  row.operations += message.operations_total;
  for (const Operation& operation : message.operations) {
    ++verbs_[static_cast<std::size_t>(operation.verb)];
    if (!changes_process(operation.verb) || message.role == Role::answer) continue;
    const bool from_client = message.context.direction == Direction::to_server;
    const Writer writer{from_client ? flow.client_ip() : flow.server_ip(),
                        from_client ? flow.server_ip() : flow.client_ip(), message.protocol};
    const auto at = writers_.find(writer);
    if (at != writers_.end())
      ++at->second;
    else if (writers_.size() < most_writers)
      writers_.emplace(writer, 1);
    else
      ++other_writes_;
  }
}

void Tally::add(const Tally& other) {
  for (const auto& [protocol, row] : other.protocols_) {
    PerProtocol& mine = protocols_[protocol];
    mine.messages += row.messages, mine.operations += row.operations;
    mine.faults += row.faults, mine.flows += row.flows;
  }
  for (const auto& [writer, count] : other.writers_) writers_[writer] += count;
  other_writes_ += other.other_writes_;
  for (std::size_t i = 0; i < verbs_.size(); ++i) verbs_[i] += other.verbs_[i];
  for (std::size_t i = 0; i < alerts_.size(); ++i) alerts_[i] += other.alerts_[i];
}

}  // namespace langyan::pipeline
