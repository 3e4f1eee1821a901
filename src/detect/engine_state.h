// Engine::State: the inside of an Engine, shared by the files it is written in.
//
//   engine.cc            the door, and packets
//   engine_stream.cc     streams: tails, windows, what is half matched
//   engine_message.cc    messages: which rules come up
//   engine_evaluate.cc   one rule: header, flow, protocol, flowbits; and the hit
//   engine_fields.cc     one rule: fields, items, operations
#pragma once

#include <array>
#include <string>
#include <vector>

#include "base/pages.h"
#include "detect/candidates.h"
#include "detect/engine.h"
#include "detect/flow_memory.h"
#include "detect/payload.h"
#include "flow/flow.h"
#include "flow/listener.h"

namespace langyan::detect {

constexpr std::size_t most_deferred = 64;   // rules of a packet that wait for its protocol
constexpr std::size_t most_notation = 256;  // octets of a rendered object

// What one evaluation looks at.
struct Subject {
  Input input = Input::packet;
  Carrier carrier = Carrier::link;
  std::uint8_t ip_version = 0, ip_protocol = 0;
  const IpAddress* source = nullptr;  // null: without IP
  const IpAddress* destination = nullptr;
  std::uint16_t source_port = 0, destination_port = 0;
  const flow::Flow* flow = nullptr;
  SlotMemory* memory = nullptr;  // of the flow
  Direction way = Direction::to_server;
  const Message* message = nullptr;
};

enum class Phase : std::uint8_t {
  asked,       // a request, an event, or an answer whose request was not seen
  answered,    // an answer to a request
  unanswered,  // a request at its timeout
};

enum class Verdict : std::uint8_t {
  no,
  yes,
  no_protocol_yet,  // all that could be told holds; the flow's protocol is not known
};

struct Engine::State {
  State(std::size_t slots, HitSink& sink, std::size_t workers);

  // engine.cc
  void inspect_packet(const flow::Flow* flow, Direction way);
  void run_flow_rules(Subject& subject);
  void run_protocol_rules(Subject& subject);
  void run_deferred();
  void run_event(std::uint32_t event, const Subject& subject);
  void run_packet_events(const flow::Flow* flow, Direction way);
  Subject subject_of_packet(const flow::Flow* flow, Direction way);
  Subject subject_of_flow(const flow::Flow& flow, Direction way, Input input);
  SlotMemory& memory_of(const flow::Flow& flow) {  // with routes of the current set
    SlotMemory& memory = slots[flow.slot()];
    if (memory.generation != generation || memory.client != flow.side(Direction::to_server)) find_routes(flow, memory);
    return memory;
  }
  void find_routes(const flow::Flow& flow, SlotMemory& memory);
  static std::uint8_t zone_of(const SlotMemory& memory, Direction way) {
    return way == Direction::to_server ? memory.zone : Zones::turned(memory.zone);
  }
  void forget(SlotMemory& memory);
  FlowExtra& extra_of(SlotMemory& memory);  // made where there is none
  const FlowExtra* find_extra(const SlotMemory& memory) const {
    return memory.has_extra ? &extras[static_cast<std::size_t>(&memory - slots.data())] : nullptr;
  }
  void measure_stream(SlotMemory& memory, unsigned side);

  // engine_stream.cc
  void inspect_stream(const flow::Flow& flow, Direction way, const flow::Chunk& chunk);
  struct StreamGroups {
    std::array<const ScanGroup*, 6> list;
    std::size_t count = 0;
    std::uint32_t overlap = 0, keep = 0, fixed_end = 0;
  };
  StreamGroups groups_of(const SlotMemory& memory, const SideMemory& side, Direction way, const Tail* tail) const;
  bool is_quiet(const StreamGroups& groups, const SideMemory& side, const Tail& tail, Bytes data);
  std::size_t scan_piece(const flow::Flow& flow, Direction way, SideMemory& side, Bytes data);
  void evaluate_streams(Tail* tail, bool only_new);
  bool evaluate_stream(const Subject& subject, std::uint32_t rule, Tail* tail, bool only_new,
                       std::uint64_t begun);
  Tail* tail_of(const flow::Flow& flow, Direction way);
  void change_tail(const flow::Flow& flow, unsigned side, bool wants_long);
  void drop_tail(SlotMemory& memory, unsigned side);
  TailPool& pool(const SlotMemory& memory, unsigned side) {
    return memory.long_tail[side] ? long_tails : short_tails;
  }

  // engine_message.cc
  void inspect_message(const flow::Flow& flow, const Message& message, Phase phase);
  void collect(const MessageGroup& group, const Message& message, Phase phase);
  void collect(const OperationIndex& index, const Operation& operation);

  // engine_evaluate.cc
  bool header_holds(const Header& header, const Subject& subject) const;
  bool flow_holds(const FlowNeeds& needs, const Subject& subject) const;
  Verdict protocol_holds(const Program& program, const Subject& subject) const;
  bool packet_holds(const Program& program) const;
  bool flow_numbers_hold(const Program& program, const Subject& subject) const;
  bool integers_hold(const Program& program, const Subject& subject) const;
  void change_integers(const Program& program, const Subject& subject);
  Bytes header_octets(HeaderBuffer buffer, const Subject& subject) const;
  bool addresses_hold(const Program& program, const Subject& subject) const;
  bool roles_hold(const OperationNeeds& needs, const Subject& subject) const;
  bool keep_values();  // of the match that just held; false: too many
  bool header_buffers_hold(const Program& program, const Subject& subject);
  bool bits_hold(const Program& program, const Subject& subject) const;
  void change_bits(const Program& program, const Subject& subject);
  Verdict frame_holds(const Rule& rule, const Subject& subject);  // all of the above
  // The raw octets, where the rule looks at them; sets match.
  bool raw_holds(const Program& program, const Run& run);
  bool evaluate_packet(const Subject& subject, std::uint32_t rule);
  void fire(const Rule& rule, const Subject& subject);

  // engine_fields.cc
  bool message_holds(const Rule& rule, const Message& message, Phase phase);
  // As the chain turns them; nothing: no room is left for this message, which is counted.
  std::optional<Bytes> transformed(const TransformChain& chain, Bytes octets);
  bool fields_hold(const Program& program, Level level, const View& view, const View* other,
                   Bytes message);
  std::string_view name_of(const Protocol& protocol, const Object& object);  // until it is called again
  bool items_hold(const Program& program, Level level, const Message& message, Phase phase);
  bool operation_holds(const OperationNeeds& needs, const Message& message,
                       const Operation& operation);
  bool operations_hold(const Program& program, const Message& message, Phase phase);

  HitSink& sink;
  std::shared_ptr<const RuleSet> rules;  // shared: see RuleSet
  const Tables* tables = nullptr;        // of `rules`
  std::uint32_t generation = 0;          // of `rules`, never 0
  Counters<Count, counter_rows> counters;

  HugePages<SlotMemory> slots;
  HugePages<FlowExtra> extras;  // by slot, where SlotMemory::has_extra
  BitPool bits;
  IntegerPool integers;
  TailPool short_tails, long_tails;
  PayloadMatcher matcher;
  Transformer transformer;
  std::string notation;

  // The packet at hand.
  PacketContext context;
  std::uint32_t sub_index = 0;
  bool passed = false;     // a pass rule held: nothing more of this packet alerts
  Subject packet_subject;  // of the last inspect_packet, for run_deferred
  std::array<std::uint32_t, most_deferred> deferred_packet, deferred_stream;
  std::size_t deferred_packets = 0, deferred_streams = 0;
  const flow::Flow* stream_flow = nullptr;  // of the last piece scanned
  Direction stream_way = Direction::to_server;
  Run stream_run;                 // the window of the last piece scanned
  std::size_t stream_new = 0;     // where its new octets begin
  bool stream_held = false;       // they came out of order, in an earlier packet
  std::uint64_t stream_base = 0;  // octets of the tail before the window

  Candidates candidates;  // of the input at hand
  std::vector<std::uint32_t> fired_in;  // per rule of kind both, the packet in which it last fired
  std::uint32_t packet_serial = 0;
  Match match;
  std::array<DatasetValue, most_dataset_values> values;  // of the rule at hand
  std::size_t value_count = 0;
  std::uint32_t hit_operation = no_index, hit_item = no_index;
};

}  // namespace langyan::detect
