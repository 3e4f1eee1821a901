// For tests: runs a capture through decode, flow and dissect and remembers what was found.
#pragma once

#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "capture/source.h"
#include "decode/decode.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"

namespace langyan::dissect {

struct Seen {
  std::string protocol;
  Role role;
  Direction direction;
  std::string operations;  // "write 40001=7 ok" joined by "; "
  std::string fault;
  bool paired = false;
  auto operator<=>(const Seen&) const = default;
};

inline std::ostream& operator<<(std::ostream& out, const Seen& seen) {
  return out << seen.protocol
             << (seen.role == Role::request  ? " request "
                 : seen.role == Role::answer ? " answer "
                                             : " event ")
             << (seen.direction == Direction::to_server ? "> " : "< ") << seen.operations
             << (seen.paired ? " paired " : " ") << seen.fault;
}

inline std::string text_of_operation(const Protocol& protocol, const Operation& operation) {
  std::string out(verb_name(operation.verb));
  if (!operation.object.none()) {
    out += ' ';
    if (protocol.notation)
      protocol.notation(operation.object, out);
    else
      out += text_of(operation.object.text);
  }
  const std::size_t count =
      operation.value.elements(std::max<std::uint32_t>(operation.object.count, 1));
  for (std::size_t i = 0; i < count; ++i) {
    out += i ? "," : "=";
    std::string number = std::to_string(operation.value.element(i));
    number.erase(number.find_last_not_of('0') + 1);
    if (number.ends_with('.')) number.pop_back();
    out += number;
  }
  out += ' ';
  out += outcome_name(operation.outcome);
  if (operation.outcome == Outcome::refused) out += std::to_string(operation.code);
  return out;
}

// `piece`: stream chunks are handed to the dissector in pieces of so many octets (0: as they come).
class Rig : public flow::Listener, public Listener {
 public:
  explicit Rig(std::size_t piece = 0)
      : piece_(piece),
        tracker_(flow::Options{}, decoder_, *this),
        dissector_(tracker_.capacity(), 1, *this) {}

  Rig& run(const std::string& name) {
    auto source = capture::open_file(std::string(LANGYAN_SOURCE_DIR "/pcaps/") + name);
    if (!source) {
      ADD_FAILURE() << source.error().message;
      return *this;
    }
    Time second_before = 0;
    while (true) {
      auto more = (*source)->read(256, [&](const capture::Packet& packet) {
        now_ = packet.time;
        number_ = packet.number;
        if (now_ / second != second_before) {
          dissector_.tick(now_);
          tracker_.tick(now_);
          second_before = now_ / second;
        }
        decode::Headers headers;
        const auto outcome =
            decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers);
        tracker_.accept(packet, headers, outcome);
      });
      if (!more || *more == capture::Progress::end) break;
    }
    tracker_.finish();
    return *this;
  }

  std::vector<Seen> seen;
  std::vector<Seen> not_answered;
  std::vector<std::string> anomalies;  // of dissect
  std::vector<std::string> oddities;   // of flow
  const Dissector& dissector() const { return dissector_; }
  std::size_t count(std::string_view operation) const {
    std::size_t found = 0;
    for (const Seen& each : seen) found += each.operations.find(operation) != std::string::npos;
    return found;
  }

 private:
  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk) override {
    if (piece_ == 0 || chunk.data.empty())
      return dissector_.stream(flow, way, chunk, now_, number_);
    flow::Chunk part = chunk;
    for (std::size_t at = 0; at < chunk.data.size(); at += piece_) {
      // A copy on the heap of just these octets: a read past them is seen by the address sanitizer.
      const Bytes octets = chunk.data.subspan(at, std::min(piece_, chunk.data.size() - at));
      const std::vector<std::uint8_t> copy(octets.begin(), octets.end());
      part.data = copy;
      dissector_.stream(flow, way, part, now_, number_);
      part.gap = false, part.missing = 0;
    }
  }
  void datagram(flow::Flow& flow, Direction way, Bytes payload) override {
    dissector_.datagram(flow, way, payload,
                        flow.kind() == flow::Kind::udp ? Transport::udp : Transport::layer2, now_,
                        number_);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override { dissector_.closed(flow, now_); }
  void anomaly(const flow::Oddity& oddity) override {
    oddities.emplace_back(flow::detection(oddity.kind).name);
  }

  static Seen of(const Message& message) {
    Seen one{std::string(message.protocol->name), message.role, message.context.direction, {}, {},
             message.request != nullptr};
    for (const Operation& operation : message.operations) {
      if (!one.operations.empty()) one.operations += "; ";
      one.operations += text_of_operation(*message.protocol, operation);
    }
    if (message.fault != Fault::none)
      one.fault = message.protocol->faults[static_cast<std::size_t>(message.fault) - 1].name;
    return one;
  }
  void identified(flow::Flow&, const Protocol&) override {}
  void message(flow::Flow&, const Message& message) override { seen.push_back(of(message)); }
  void unanswered(flow::Flow&, const Message& request) override {
    not_answered.push_back(of(request));
  }
  void anomaly(flow::Flow&, const Protocol*, const Detection& what, Direction, Bytes) override {
    anomalies.emplace_back(what.name);
  }

  std::size_t piece_;
  Time now_ = 0;
  std::uint64_t number_ = 0;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  Dissector dissector_;
};

}  // namespace langyan::dissect
