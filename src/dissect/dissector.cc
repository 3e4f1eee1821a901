#include "dissect/dissector.h"

#include <algorithm>

#include "base/caps.h"
#include "dissect/call.h"
#include "dissect/registry.h"

namespace langyan::dissect {

const Cap small_buffers{"dissect.small_buffers", 2'048, 16, 1 << 20, Buffers::small_size,
                        "Messages of up to 2 KiB being collected over segments."};
const Cap large_buffers{"dissect.large_buffers", 64, 2, 1 << 16, Buffers::large_size,
                        "Messages of up to 64 KiB being collected over segments."};
const Cap small_requests{"dissect.requests", 15'360, 16, 1 << 22, small_block + sizeof(Pending),
                         "Requests of few objects that wait for their answer."};
const Cap large_requests{"dissect.large_requests", 512, 4, 1 << 18, large_block + sizeof(Pending),
                         "Requests of many objects that wait for their answer."};
const Cap associations{"dissect.associations", 16'384, 64, 1 << 22, sizeof(Associations::Entry),
                       "Connections one flow announced and another uses, such as CIP I/O."};
constexpr std::size_t most_unidentified_bytes = 1'024;  // kept while no protocol is sure
constexpr std::uint8_t most_identify_tries = 16;        // of datagrams; a stream is bounded by its octets
constexpr std::uint8_t most_faults_in_a_row = 16;
constexpr std::size_t resync_window = 64;  // while framing is lost so many octets are kept for a second look
constexpr std::size_t collected_at_once = 64;  // of a message whose size is not known yet

namespace {

constexpr Detection own[] = {
    {9100000, "dissect.foreign_port", Severity::medium, "T0885",
     {"Industrial protocol on a foreign port", "工业协议出现在非常用端口"},
     {"A protocol is spoken on a port that is not its own.", "某协议运行在并非其惯用的端口上。"},
     {"Find out whether the port was chosen by an engineer; if not, treat it as a hidden channel.",
      "确认该端口是否由工程师设定；若不是，按隐蔽通道处理。"}},
    {9100001, "dissect.not_what_the_port_says", Severity::low, "T0885",
     {"Not the protocol its port stands for", "端口上的流量并非该端口对应的协议"},
     {"The payload on this port is not of the protocol that usually runs there.",
      "该端口上的载荷不是通常运行于此的协议。"},
     {"Look at the payload; tunnels and scanners look like this.", "查看载荷；隧道和扫描器常呈此状。"}},
    {9100002, "dissect.framing_lost", Severity::low, "",
     {"Message boundaries lost", "报文边界丢失"},
     {"Octets do not start a message; decoding goes on at the next one that does.",
      "出现不能构成报文开头的字节；从下一个可识别的报文继续解码。"},
     {"Check the mirror port for drops; if there are none, look at the sender.",
      "检查镜像口是否丢包；若没有，检查发送方。"}},
    {9100003, "dissect.given_up", Severity::medium, "T0814",
     {"Decoder ended for this flow", "本流的解码已停止"},
     {"So many messages in a row were faulty that decoding this flow was stopped.",
      "连续出现过多错误报文，已停止对该流的解码。"},
     {"Look at the flow's packets: a fuzzing tool, a broken device or another protocol.",
      "查看该流的数据包：可能是模糊测试工具、故障设备或其他协议。"}},
    {9100004, "dissect.too_long", Severity::low, "T0814",
     {"Message too long to collect", "报文过长无法重组"},
     {"A message is longer than the sensor keeps, or all buffers are in use.",
      "报文超过探针可保存的长度，或缓冲区已用尽。"},
     {"Raise caps.dissect.large_buffers if this is ordinary traffic.",
      "若属正常流量，请调大 caps.dissect.large_buffers。"}},
};
constexpr std::size_t own_bit = 48;  // faults of parsers have the bits below

bool hinted(const Protocol& protocol, const Context& context) {
  const bool layer2 = context.transport == Transport::layer2;
  const std::uint16_t kind = context.ethertype ? context.ethertype : context.llc;  // of a frame
  for (const PortHint& hint : protocol.ports) {
    if (hint.transport != context.transport) continue;
    if (layer2 ? hint.port == kind : hint.port == context.server_port || hint.port == context.client_port) return true;
  }
  return false;
}

bool chooses_ports(const Protocol& protocol, Transport transport) {
  return std::ranges::any_of(protocol.ports,
                             [&](const PortHint& hint) { return hint.transport == transport && hint.port == 0; });
}

}  // namespace

std::span<const Detection> detections() { return own; }

const CapShare Dissector::flow_price_{"flow.flows", sizeof(Link) + state_bytes + sizeof(flow::Flow*)};

class Dissector::FlowAssembly final : public Assembly {
 public:
  FlowAssembly(Buffers& buffers, std::uint32_t& buffer) : buffers_(buffers), buffer_(buffer) {}
  bool append(Bytes piece) override { return buffers_.append(buffer_, piece); }
  Bytes bytes() const override { return buffers_.bytes(buffer_); }
  void clear() override { buffers_.release(buffer_); }

 private:
  Buffers& buffers_;
  std::uint32_t& buffer_;
};

Dissector::Dissector(std::size_t flows, std::size_t workers, Listener& listener)
    : listener_(listener),
      links_(flows),
      states_(flows),
      flows_(flows),
      buffers_(small_buffers.share(workers), large_buffers.share(workers)),
      pending_(small_requests.share(workers), large_requests.share(workers)),
      associations_(associations.share(workers)),
      scratch_(std::make_unique<Scratch>()),
      output_(std::make_unique<Output>(*scratch_, nullptr)) {}

Dissector::~Dissector() = default;

const Protocol* Dissector::protocol(const flow::Flow& flow) const { return links_[flow.slot()].protocol; }

void Dissector::opened(flow::Flow& flow) {
  Link& link = links_[flow.slot()];
  link = Link{};
  link.phase = Phase::identifying;
  link.candidates.fill(protocols().size());
  states_[flow.slot()].fill(0);
  flows_[flow.slot()] = &flow;
}

void Dissector::closed(flow::Flow& flow, Time now) {
  Link& link = links_[flow.slot()];
  if (link.phase == Phase::decoding && link.protocol->frame_in && flow.kind() == flow::Kind::tcp) {
    for (const Direction direction : {Direction::to_server, Direction::to_client}) {
      Call call{flow,
                link,
                {direction, Transport::tcp, flow.client_port(), flow.server_port(), 0, 0, now, false, false, true,
                 &associations_},
                0};
      finish(call);
    }
  }
  while (link.pending != no_pending) {  // newest first in the list; say the oldest first
    std::uint32_t oldest = link.pending;
    while (pending_[oldest].next != no_pending) oldest = pending_[oldest].next;
    unanswered(flow, oldest);
  }
  for (Way& way : link.ways) buffers_.release(way.buffer), buffers_.release(way.assembly);
  link.phase = Phase::silent;
  link.protocol = nullptr;
  flows_[flow.slot()] = nullptr;
}

void Dissector::stream(flow::Flow& flow, Direction direction, const flow::Chunk& chunk, Time now,
                       std::uint64_t packet_number) {
  Link& link = links_[flow.slot()];
  if (direction == Direction::to_client) link.answered = true;
  if (link.phase == Phase::silent) return;
  Call call{flow,
            link,
            {direction, Transport::tcp, flow.client_port(), flow.server_port(), 0, 0, now, false, false, false,
             &associations_},
            packet_number};
  Way& way = call.way();
  if (chunk.gap) {
    way.gap = true;
    buffers_.release(way.buffer);
    buffers_.release(way.assembly);
    way.wanted = 0;
    if (link.phase == Phase::decoding) {
      counters_.add(Count::gaps);
      // Octets of a body that is skipped may lie in the gap themselves.
      const std::uint64_t skipped = std::min<std::uint64_t>(way.skip, chunk.missing);
      way.skip -= static_cast<std::uint32_t>(skipped);
      way.lost = chunk.missing == 0 || chunk.missing != skipped;
      if (way.lost) way.skip = 0;
    }
  }
  if (chunk.data.empty()) return;
  if (link.phase == Phase::identifying) return identify(call, chunk.data);
  consume(call, chunk.data);
}

void Dissector::datagram(flow::Flow& flow, Direction direction, Bytes payload, Transport transport,
                         Time now, std::uint64_t packet_number) {
  Link& link = links_[flow.slot()];
  if (direction == Direction::to_client) link.answered = true;
  if (link.phase == Phase::silent || payload.empty()) return;
  Call call{flow,
            link,
            {direction, transport, flow.client_port(), flow.server_port(), flow.ethertype(), flow.llc(), now, false,
             false, false, &associations_},
            packet_number};
  if (link.phase == Phase::identifying) return identify(call, payload);
  const std::size_t used = messages(call, payload);
  if (used < payload.size() && link.phase == Phase::decoding) {
    say(call, Own::lost, payload);
    counters_.add(Count::bytes_skipped, payload.size() - used);
  }
  call.way().lost = false;
  call.way().skip = 0;
}

void Dissector::identify(Call& call, Bytes data) {
  Link& link = call.link;
  Way& way = call.way();
  Bytes seen = data;
  if (way.buffer != no_buffer && call.context.transport == Transport::tcp) {
    if (!buffers_.append(way.buffer, data)) return unclaimed(call, data);
    seen = buffers_.bytes(way.buffer);
  }
  const auto all = protocols();
  std::size_t sure = all.size();
  bool sure_is_hinted = false;
  link.candidates.each([&](std::size_t index) {
    if (sure_is_hinted) return;
    const Protocol& candidate = *all[index];
    const bool port_says_so = hinted(candidate, call.context);
    if (sure < all.size() && !port_says_so) return;
    associations_.scope(call.flow, index);
    switch (candidate.identify(seen, call.context)) {
      case Identity::yes: sure = index, sure_is_hinted = port_says_so; break;
      case Identity::no: link.candidates.drop(index); break;
      case Identity::unsure: break;
    }
  });
  if (sure < all.size()) return choose(call, sure, data);
  const bool is_stream = call.context.transport == Transport::tcp;
  if (link.candidates.none() || seen.size() > most_unidentified_bytes ||
      (!is_stream && ++link.tries > most_identify_tries)) {
    return unclaimed(call, seen);
  }
  const bool is_kept = seen.data() != data.data();
  if (is_stream && !is_kept && !buffers_.append(way.buffer, data)) {
    counters_.add(Count::buffer_refused);
    unclaimed(call, data);
  }
}

void Dissector::choose(Call& call, std::size_t index, Bytes data) {
  Link& link = call.link;
  const Protocol& protocol = *protocols()[index];
  link.protocol_index = static_cast<std::uint8_t>(index);
  link.protocol = &protocol;
  link.phase = Phase::decoding;
  counters_.add(Count::identified);
  const Bytes kept = buffers_.bytes(call.way().buffer);
  const Bytes first = kept.empty() ? data : kept;
  if (call.flow.certainty() == flow::Certainty::guessed) {
    const auto stands_for = [&](std::uint16_t port) {
      return std::ranges::any_of(protocol.ports, [&](const PortHint& hint) {
        return hint.transport == call.context.transport && hint.port == port;
      });
    };
    const bool client_hinted = stands_for(call.context.client_port);
    const bool server_hinted = stands_for(call.context.server_port);
    associations_.scope(call.flow, index);
    const End end = client_hinted == server_hinted && protocol.sender
                        ? protocol.sender(first, call.context) : End::unknown;
    const bool from_server = call.context.direction == Direction::to_client;
    if ((client_hinted && !server_hinted) || (end == End::server && !from_server) ||
        (end == End::client && from_server)) {
      call.flow.reverse();
      std::swap(link.ways[0], link.ways[1]);
      std::swap(call.context.client_port, call.context.server_port);
      call.context.direction = opposite(call.context.direction);
      link.answered = true;
    }
  }
  if (protocol.industrial) call.flow.keep();
  listener_.identified(call.flow, protocol);
  if (protocol.industrial && !protocol.ports.empty() && !hinted(protocol, call.context) &&
      !chooses_ports(protocol, call.context.transport)) {
    say(call, Own::foreign_port, first);
  }
  if (kept.empty()) {
    if (call.context.transport == Transport::tcp) consume(call, data);
    else
      datagram(call.flow, call.context.direction, data, call.context.transport, call.context.time, call.packet_number);
    replay(call);
    return;
  }
  // What waited in this direction holds `data` too; what waited in the other one came before it.
  std::uint32_t buffer = std::exchange(call.way().buffer, no_buffer);
  consume(call, buffers_.bytes(buffer));
  buffers_.release(buffer);
  replay(call);
}

// Decodes what the other direction carried while the protocol was not sure.
void Dissector::replay(Call& call) {
  if (call.context.transport != Transport::tcp || call.link.phase != Phase::decoding) return;
  Call other{call.flow, call.link, call.context, call.packet_number};
  other.context.direction = opposite(call.context.direction);
  std::uint32_t buffer = std::exchange(other.way().buffer, no_buffer);
  if (buffer == no_buffer) return;
  consume(other, buffers_.bytes(buffer));
  buffers_.release(buffer);
}

void Dissector::unclaimed(Call& call, Bytes evidence) {
  Link& link = call.link;
  link.phase = Phase::silent;
  counters_.add(Count::unidentified);
  listener_.unidentified(call.flow);
  for (const Protocol* protocol : protocols()) {
    if (!protocol->industrial || !hinted(*protocol, call.context)) continue;
    link.protocol = protocol;
    say(call, Own::not_what_the_port_says, evidence);
    link.protocol = nullptr;
    break;
  }
  for (Way& way : link.ways) buffers_.release(way.buffer);
}

void Dissector::consume(Call& call, Bytes data) {
  Way& way = call.way();
  if (way.buffer == no_buffer) {
    const std::size_t used = messages(call, data);
    if (used < data.size() && call.link.phase == Phase::decoding) keep(call, data.subspan(used));
    return;
  }
  collect(call, data);
}

// Adds to a message in pieces just what it lacks, so that what follows is again decoded in place.
void Dissector::collect(Call& call, Bytes data) {
  Way& way = call.way();
  while (!data.empty() && way.buffer != no_buffer && call.link.phase == Phase::decoding) {
    const std::size_t have = buffers_.bytes(way.buffer).size();
    const std::size_t wanted = way.wanted > have ? way.wanted : have + collected_at_once;
    const std::size_t piece = way.lost ? data.size() : std::min(data.size(), wanted - have);
    if (!buffers_.append(way.buffer, data.first(piece))) {
      counters_.add(Count::buffer_refused);
      buffers_.release(way.buffer);
      way.lost = true;
      say(call, Own::overflow, data);
      break;
    }
    data = data.subspan(piece);
    std::uint32_t buffer = std::exchange(way.buffer, no_buffer);
    const Bytes held = buffers_.bytes(buffer);
    const std::size_t used = messages(call, held);
    if (call.link.phase != Phase::decoding || used >= held.size()) {
      buffers_.release(buffer);
      break;
    }
    buffers_.drop_front(buffer, used);
    way.buffer = buffer;
  }
  if (!data.empty() && way.buffer == no_buffer && call.link.phase == Phase::decoding) consume(call, data);
}

void Dissector::keep(Call& call, Bytes data) {
  Way& way = call.way();
  if (call.context.transport != Transport::tcp) return;
  if (buffers_.append(way.buffer, data)) return;
  counters_.add(Count::buffer_refused);
  way.lost = true;
  say(call, Own::overflow, data);
}

Frame Dissector::frame_of(Call& call, Bytes rest) {
  const Protocol& protocol = *call.link.protocol;
  if (!protocol.frame_in) return protocol.frame(rest, call.context);
  Way& way = call.way();
  call.context.restarted = way.restarted;
  const Frame frame = protocol.frame_in(rest, call.context, State{states_[call.flow.slot()]});
  if (frame.kind != Frame::Kind::need) way.restarted = false;
  return frame;
}

// A message that only the end of the stream ends.
void Dissector::finish(Call& call) {
  std::uint32_t buffer = std::exchange(call.way().buffer, no_buffer);
  if (buffer != no_buffer && !call.way().lost) messages(call, buffers_.bytes(buffer));
  buffers_.release(buffer);
}

// Decodes the messages that stand whole at the front of `data`; returns how far it came.
std::size_t Dissector::messages(Call& call, Bytes data) {
  Link& link = call.link;
  Way& way = call.way();
  const Protocol& protocol = *link.protocol;
  std::size_t at = 0;
  while (at < data.size() && link.phase == Phase::decoding) {
    const Bytes rest = data.subspan(at);
    if (way.skip > 0) {
      const std::size_t step = std::min<std::size_t>(way.skip, rest.size());
      way.skip -= static_cast<std::uint32_t>(step);
      at += step;
      continue;
    }
    if (way.lost) {
      const std::size_t step = protocol.resync(rest, call.context);
      if (step >= rest.size()) {
        if (rest.size() <= resync_window) return at;  // tiny segments: look again with the next one
        counters_.add(Count::bytes_skipped, rest.size());
        return data.size();
      }
      counters_.add(Count::bytes_skipped, step);
      counters_.add(Count::resyncs);
      way.lost = false;
      way.gap = way.restarted = true;
      at += step;
      continue;
    }
    const Frame frame = frame_of(call, rest);
    switch (frame.kind) {
      case Frame::Kind::need:
        if (frame.size > most_message_bytes) {
          say(call, Own::overflow, rest);
          way.lost = true;
          ++at;
          continue;
        }
        way.wanted = frame.size;
        return at;
      case Frame::Kind::skip:
        way.skip = frame.size;
        break;
      case Frame::Kind::message:
        if (frame.size > 0 && frame.size <= rest.size()) {
          decode(call, rest.first(frame.size));
          at += frame.size;
          continue;
        }
        [[fallthrough]];
      case Frame::Kind::lost:
        say(call, Own::lost, rest);
        way.lost = true;
        counters_.add(Count::bytes_skipped);
        if (++link.faults_in_a_row >= most_faults_in_a_row) {
          counters_.add(Count::given_up);
          say(call, Own::given_up, rest);
          link.phase = Phase::silent;
        }
        ++at;
        continue;
    }
  }
  return at;
}

void Dissector::decode(Call& call, Bytes bytes) {
  Link& link = call.link;
  const Protocol& protocol = *link.protocol;
  FlowAssembly assembly(buffers_, call.way().assembly);
  Output& output = *output_;
  output.reset(*protocol.message, bytes);
  output.assembly = &assembly;
  associations_.scope(call.flow, link.protocol_index);
  const std::uint64_t replaced = associations_.replaced();
  call.context.after_gap = std::exchange(call.way().gap, false);
  const Fault found = protocol.decode(bytes, call.context, State{states_[call.flow.slot()]}, output);
  counters_.add(Count::messages);
  counters_.add(Count::associations_replaced, associations_.replaced() - replaced);
  if (output.record.refused() || output.items.refused()) counters_.add(Count::parser_runs_refused);
  if (found != Fault::none) {
    faulty(call, found, bytes);
  } else {
    link.faults_in_a_row = 0;
  }
  if (output.role == Role::part) return;
  Message message{&protocol, call.context, output.role, found, output.record.view(), &output.items,
                  output.operations(), output.operations_total, output.facts(), nullptr, bytes};
  pair(call, message);
}

void Dissector::faulty(Call& call, Fault found, Bytes message) {
  Link& link = call.link;
  counters_.add(Count::faults);
  const auto index = static_cast<std::size_t>(found) - 1;
  if (index < link.protocol->faults.size()) say(call, link.protocol->faults[index], index, message);
  if (++link.faults_in_a_row < most_faults_in_a_row) return;
  counters_.add(Count::given_up);
  say(call, Own::given_up, message);
  link.phase = Phase::silent;
}

void Dissector::say(Call& call, Own what, Bytes evidence) {
  const auto index = static_cast<std::size_t>(what);
  say(call, own[index], own_bit + index, evidence);
}

void Dissector::say(Call& call, const Detection& what, std::size_t bit, Bytes evidence) {
  listener_.fault(call.flow, what, call.context.direction);
  const std::uint64_t mask = std::uint64_t{1} << bit;
  if (call.link.said & mask) return;
  call.link.said |= mask;
  listener_.anomaly(call.flow, call.link.protocol, what, call.context.direction, evidence);
}

}  // namespace langyan::dissect
