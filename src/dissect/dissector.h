// Dissector: which protocol a flow speaks, where its messages end, which answer fits which request.
//
//   stream or datagram -> identify -> frame -> decode -> pair -> Listener
//
// Identification asks the payload; a port only decides who is asked first. While no protocol is
// sure the octets wait and are decoded once one is. After a gap or lost framing a flow
// resynchronises at the next octets that plausibly start a message. A fault is said once per flow
// and kind; a decoder that finds nothing but faults is ended for that flow. Messages within one
// segment are decoded where they stand; only one split over segments is copied.
//
// One worker owns a Dissector. After construction nothing allocates; what traffic can grow is
// capped (dissect.* in the table of caps), and reaching a cap is counted.
#pragma once

#include <memory>
#include <vector>

#include "base/caps.h"
#include "base/counters.h"
#include "base/pages.h"
#include "dissect/associations.h"
#include "dissect/buffers.h"
#include "dissect/candidates.h"
#include "dissect/listener.h"
#include "dissect/pending.h"
#include "flow/listener.h"

namespace langyan::dissect {

enum class Count : std::uint8_t {
  messages,
  requests,
  answers,
  faults,
  identified,
  unidentified,
  resyncs,
  bytes_skipped,
  gaps,
  paired,
  unpaired_answers,
  unanswered,
  pending_refused,
  buffer_refused,
  given_up,
  parser_runs_refused,
  associations_replaced,
  last
};
inline constexpr CounterRow counter_rows[] = {
    {"dissect.messages", "Messages decoded, whole ones and faulty ones."},
    {"dissect.requests", "Requests among them."},
    {"dissect.answers", "Answers among them."},
    {"dissect.faults", "Messages a decoder found a fault in."},
    {"dissect.identified", "Flows whose protocol was found."},
    {"dissect.unidentified", "Flows with payload that no decoder claimed."},
    {"dissect.resyncs", "Times framing was found again after a gap or nonsense."},
    {"dissect.bytes_skipped", "Octets passed over while framing was lost."},
    {"dissect.gaps", "Gaps met in the streams of identified flows."},
    {"dissect.paired", "Answers joined to their request."},
    {"dissect.unpaired_answers", "Answers whose request was not seen."},
    {"dissect.unanswered", "Requests for which no answer came."},
    {"dissect.pending_refused", "Requests not kept for pairing because the cap was reached."},
    {"dissect.buffer_refused", "Messages lost because no buffer was free."},
    {"dissect.given_up", "Flows whose decoder was ended after nothing but faults."},
    {"dissect.parser_runs_refused", "Runs a parser offered from outside its message."},
    {"dissect.associations_replaced",
     "Announced connections forgotten because the cap was reached."},
};

std::span<const Detection> detections();  // what dissect itself can say; rows of the catalogue

class Dissector {
 public:
  // `workers`: how many share the caps.
  Dissector(std::size_t flows, std::size_t workers, Listener& listener);
  ~Dissector();

  void opened(flow::Flow& flow);
  void closed(flow::Flow& flow, Time now);
  void stream(flow::Flow& flow, Direction way, const flow::Chunk& chunk, Time now,
              std::uint64_t packet_number);
  void datagram(flow::Flow& flow, Direction way, Bytes payload, Transport transport, Time now,
                std::uint64_t packet_number);
  // Asks the memory for what is known of the flow in a slot; any number is fine. Changes nothing.
  void prefetch(std::uint32_t slot) const {
    if (slot >= links_.size()) return;
    __builtin_prefetch(&links_[slot]), __builtin_prefetch(&links_[slot].ways[1]);
    __builtin_prefetch(&states_[slot]);
  }
  void tick(Time now);  // times out requests; results depend on packet time only

  const Protocol* protocol(const flow::Flow& flow) const;
  const Counters<Count, counter_rows>& counters() const { return counters_; }
  // What flows hold now: buffers, and requests that wait.
  std::size_t buffers_in_use() const { return buffers_.in_use(); }
  std::size_t requests_waiting() const { return pending_.size(); }

 private:
  enum class Phase : std::uint8_t { identifying, decoding, silent };
  struct Way {                           // one direction of a flow
    std::uint32_t buffer = no_buffer;    // a message in pieces, or octets before identification
    std::uint32_t assembly = no_buffer;  // the parser's own pieces
    std::uint32_t skip = 0;              // octets of no message still to come
    std::uint16_t wanted = 0;            // size of the message being collected, in 64-octet units
    bool lost = false;
    bool gap = false;  // not yet told to the parser
    bool restarted = false;  // the same, of a parser that remembers where it is
  };
  struct Link {
    const Protocol* protocol = nullptr;
    Candidates candidates;         // while identifying
    std::uint64_t said = 0;        // faults already reported, one bit each
    std::uint32_t pending = no_pending;
    std::uint16_t pending_count = 0;
    std::uint8_t protocol_index = 0;  // of protocol in the registry
    std::uint8_t faults_in_a_row = 0;
    std::uint8_t tries = 0;
    Phase phase = Phase::silent;
    bool answered = false;  // the other side was heard since the flow opened
    Way ways[2];
  };
  struct Call;  // the packet being worked on
  class FlowAssembly;

  void identify(Call& call, Bytes data);
  void replay(Call& call);
  void choose(Call& call, std::size_t index, Bytes data);
  void unclaimed(Call& call, Bytes evidence);
  void consume(Call& call, Bytes data);
  void collect(Call& call, Bytes data);
  std::size_t messages(Call& call, Bytes data);
  Frame frame_of(Call& call, Bytes rest);
  void finish(Call& call);
  void decode(Call& call, Bytes message);
  void faulty(Call& call, Fault fault, Bytes message);
  void pair(Call& call, Message& message);
  void ask(Call& call, const Message& message);
  std::uint32_t find_request(Link& link, std::uint64_t key) const;
  void drop_request(Link& link, std::uint32_t index);
  void unanswered(flow::Flow& flow, std::uint32_t index);
  enum class Own : std::uint8_t { foreign_port, not_what_the_port_says, lost, given_up, overflow };
  void say(Call& call, Own what, Bytes evidence);
  void say(Call& call, const Detection& what, std::size_t bit, Bytes evidence);
  void keep(Call& call, Bytes data);

  static const CapShare flow_price_;  // of what is kept for each flow

  Listener& listener_;
  HugePages<Link> links_;
  HugePages<std::array<std::uint8_t, state_bytes>> states_;
  std::vector<flow::Flow*> flows_;
  Buffers buffers_;
  PendingPool pending_;
  Associations associations_;
  std::unique_ptr<Scratch> scratch_;
  std::unique_ptr<Output> output_;
  Counters<Count, counter_rows> counters_;
};

}  // namespace langyan::dissect
