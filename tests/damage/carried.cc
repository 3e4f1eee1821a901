#include "tests/damage/carried.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <tuple>
#include <unordered_map>

#include "base/hash.h"
#include "base/json.h"
#include "decode/decode.h"
#include "dissect/dissector.h"
#include "flow/tracker.h"

namespace langyan::damage {
namespace {

std::string end_of(const flow::Key& key, unsigned side) {
  std::string address;
  if (key.kind == flow::Kind::layer2)
    append_hex(address, Bytes{key.address[side].octets}.first(6));
  else
    address = to_string(key.address[side]);
  return address + ":" + std::to_string(key.port[side]);
}

std::string operation_text(const Protocol& protocol, const Operation& operation) {
  std::string text(verb_name(operation.verb));
  if (!operation.object.none()) {
    text += ' ';
    if (protocol.notation)
      protocol.notation(operation.object, text);
    else
      text += text_of(operation.object.text);
  }
  char numbers[80];
  std::snprintf(numbers, sizeof numbers, " function %u value %016llx", operation.function,
                static_cast<unsigned long long>(operation.value.key()));
  return text + numbers;
}

std::uint64_t host_of(const decode::Headers& headers, bool sender) {
  if (headers.ip_version)
    return hash(Bytes{sender ? headers.source.octets : headers.destination.octets});
  return hash(Bytes{sender ? headers.source_mac.octets : headers.destination_mac.octets});
}

class Run : flow::Listener, dissect::Listener {
 public:
  explicit Run(bool learns)
      : learns_(learns),
        tracker_(flow::Options{}, decoder_, *this),
        dissector_(tracker_.capacity(), 1, *this) {}

  void run(const std::vector<HeldPacket>& packets, const Order& order) {
    for (const std::uint32_t index : order) {
      index_ = index, ++number_;
      now_ = std::max(now_, packets[index].time);
      if (now_ / second != tick_) dissector_.tick(now_), tracker_.tick(now_), tick_ = now_ / second;
      const capture::Packet packet = packets[index].view(now_, number_);
      decode::Headers headers;
      const auto outcome =
          decoder_.decode(packet.data, packet.wire_length, packet.link_type, headers);
      carriers_ = {index_};
      if (outcome == decode::Outcome::fragment) {
        auto& pieces = fragments_[{hash(Bytes{headers.source.octets}),
                                   hash(Bytes{headers.destination.octets}), headers.ip_id}];
        pieces.push_back(index_);
        carriers_ = pieces;
      }
      if (learns_) carried.hosts.push_back({host_of(headers, true), host_of(headers, false)});
      const flow::Flow* flow = tracker_.accept(packet, headers, outcome);
      if (learns_ && flow && flow->kind() == flow::Kind::tcp) segment(*flow, headers);
    }
    tracker_.finish();
  }

  Carried carried;
  Heard heard;

 private:
  struct Cursor {
    std::string stream;          // TCP: all that was delivered
    std::uint64_t reported = 0;  // where the last message reported ended
  };

  void segment(const flow::Flow& flow, const decode::Headers& headers) {
    const bool opens = headers.tcp.flags & decode::tcp_flag::syn;
    if (headers.payload.empty() && !opens) return;
    const bool first =
        headers.source == flow.key().address[0] && headers.source_port == flow.key().port[0];
    way(flow, first ? 0 : 1)
        .units.push_back({carriers_, headers.tcp.sequence + opens,
                          static_cast<std::uint32_t>(headers.payload.size()), opens});
  }
  std::size_t way_index(const flow::Flow& flow, unsigned side) {
    const auto [at, is_new] =
        index_of_.try_emplace(std::pair{flow.id(), side}, carried.ways.size());
    if (is_new) {
      carried.ways.push_back({});
      carried.ways.back().stream = flow.kind() == flow::Kind::tcp;
      cursors_.push_back({});
    }
    return at->second;
  }
  Way& way(const flow::Flow& flow, unsigned side) { return carried.ways[way_index(flow, side)]; }

  void opened(flow::Flow& flow) override { dissector_.opened(flow); }
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow& flow, Direction direction, const flow::Chunk& chunk) override {
    if (learns_ && !chunk.data.empty()) {
      const std::size_t index = way_index(flow, flow.side(direction));
      Way& to = carried.ways[index];
      to.marks.push_back({to.octets, chunk.sequence});
      to.octets += chunk.data.size();
      cursors_[index].stream += text_of(chunk.data);
    }
    dissector_.stream(flow, direction, chunk, now_, number_);
  }
  void datagram(flow::Flow& flow, Direction direction, Bytes payload) override {
    if (learns_) way(flow, flow.side(direction)).units.push_back({carriers_, 0, 0, false});
    dissector_.datagram(flow, direction, payload,
                        flow.kind() == flow::Kind::udp ? Transport::udp : Transport::layer2, now_,
                        number_);
  }
  void record(flow::Flow&) override {}
  void closed(flow::Flow& flow, flow::Reason) override {
    if (learns_)
      for (const Direction direction : {Direction::to_server, Direction::to_client})
        way(flow, flow.side(direction)).from_client = direction == Direction::to_server;
    dissector_.closed(flow, now_);
  }
  void anomaly(const flow::Oddity&) override {}
  void identified(flow::Flow&, const Protocol&) override {}
  void unanswered(flow::Flow&, const Message&) override {}
  void anomaly(flow::Flow&, const Protocol*, const Detection&, Direction, Bytes) override {}

  void message(flow::Flow& flow, const Message& message) override {
    const unsigned side = flow.side(message.context.direction);
    std::string head(message.protocol->name);
    head += ' ', head += end_of(flow.key(), side), head += '>',
        head += end_of(flow.key(), side ^ 1u), head += ' ';
    Said said{message.protocol, {}, false, 0, 0, 0};
    if (learns_) place(flow, side, message, said);
    char mark[40];
    std::snprintf(mark, sizeof mark, "message %016llx",
                  static_cast<unsigned long long>(hash(message.bytes)));
    say(said, head + mark, false);
    said.message = carried.said.empty() ? 0 : carried.said.size() - 1;
    if (message.role == Role::answer) return;
    for (const Operation& operation : message.operations)
      say(said, head + operation_text(*message.protocol, operation), true);
  }
  void say(Said& said, std::string text, bool operation) {
    ++heard[text];
    if (!learns_) return;
    said.text = std::move(text), said.operation = operation;
    carried.said.push_back(said);
  }
  // Messages come in the order of their octets, so each is the next place where its octets stand.
  void place(const flow::Flow& flow, unsigned side, const Message& message, Said& said) {
    said.way = way_index(flow, side);
    Cursor& cursor = cursors_[said.way];
    said.from = cursor.reported;
    if (carried.ways[said.way].stream) {
      const std::size_t at = cursor.stream.find(text_of(message.bytes), cursor.reported);
      said.to = at == std::string::npos ? cursor.stream.size() : at + message.bytes.size();
      cursor.reported = said.to;
    } else {
      said.to = carried.ways[said.way].units.size();
      if (said.from == said.to) --said.from;  // a second message of the same datagram
      cursor.reported = said.to;
    }
  }

  bool learns_;
  Time now_ = 0, tick_ = 0;
  std::uint64_t number_ = 0;
  std::uint32_t index_ = 0;
  std::vector<std::uint32_t> carriers_;
  std::map<std::tuple<std::uint64_t, std::uint64_t, std::uint32_t>, std::vector<std::uint32_t>>
      fragments_;
  std::map<std::pair<std::uint64_t, unsigned>, std::size_t> index_of_;
  std::vector<Cursor> cursors_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  dissect::Dissector dissector_;
};

bool all_there(const Unit& unit, const std::vector<std::uint32_t>& times_there) {
  return std::ranges::all_of(unit.packets,
                             [&](std::uint32_t packet) { return times_there[packet] > 0; });
}

// Is every octet from `sequence` on, `size` of them, in a unit that is there?
bool is_covered(const Way& way, std::uint32_t sequence, std::uint32_t size,
                const std::vector<std::uint32_t>& times_there) {
  while (size > 0) {
    std::uint32_t reached = 0;
    for (const Unit& unit : way.units) {
      const std::uint32_t into = sequence - unit.sequence;  // modulo 2^32, as sequence numbers are
      if (into < unit.size && all_there(unit, times_there))
        reached = std::max(reached, unit.size - into);
    }
    if (reached == 0) return false;
    sequence += reached, size -= std::min(size, reached);
  }
  return true;
}

}  // namespace

Carried carried_by(const std::vector<HeldPacket>& packets) {
  Order all(packets.size());
  for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
  Run run(true);
  run.run(packets, all);
  return std::move(run.carried);
}

Heard said_by(const std::vector<HeldPacket>& packets, const Order& order) {
  Run run(false);
  run.run(packets, order);
  return std::move(run.heard);
}

Copy::Copy(const Carried& carried, Order packets)
    : order(std::move(packets)),
      times_there(carried.hosts.size()),
      first_of_way(carried.ways.size()) {
  std::vector<std::uint32_t> place(carried.hosts.size(), ~0u);
  for (std::uint32_t i = 0; i < order.size(); ++i) {
    ++times_there[order[i]];
    place[order[i]] = std::min(place[order[i]], i);
  }
  for (std::size_t way = 0; way < carried.ways.size(); ++way) {
    std::uint32_t first = ~0u;
    for (const Unit& unit : carried.ways[way].units) {
      if (place[unit.packets.back()] >= first) continue;
      first = place[unit.packets.back()], first_of_way[way] = &unit;
    }
  }
}

std::pair<std::uint32_t, std::uint32_t> packets_of(const Carried& carried, const Said& said) {
  const Way& way = carried.ways[said.way];
  std::uint32_t lowest = ~0u, highest = 0;
  const auto take = [&](const Unit& unit) {
    lowest = std::min(lowest, unit.packets.front());
    highest = std::max(highest, unit.packets.back());
  };
  if (!way.stream) {
    for (std::uint64_t i = said.from; i < said.to; ++i) take(way.units[i]);
    return {lowest, highest};
  }
  for (std::size_t i = 0; i < way.marks.size(); ++i) {
    const std::uint64_t begin = std::max(said.from, way.marks[i].offset);
    const std::uint64_t end =
        std::min(said.to, i + 1 < way.marks.size() ? way.marks[i + 1].offset : way.octets);
    if (begin >= end) continue;
    const auto sequence =
        way.marks[i].sequence + static_cast<std::uint32_t>(begin - way.marks[i].offset);
    for (const Unit& unit : way.units)
      if (sequence - unit.sequence < unit.size || unit.sequence - sequence < end - begin)
        take(unit);
  }
  return {lowest, highest};
}

bool is_context_whole(const Carried& carried, const Said& said, const Copy& copy) {
  const auto [lowest, highest] = packets_of(carried, said);
  if (lowest >= carried.hosts.size()) return false;
  const auto of_them = [&](std::uint32_t packet) {
    for (const std::uint64_t host : carried.hosts[packet])
      if (host == carried.hosts[lowest][0] || host == carried.hosts[lowest][1]) return true;
    return false;
  };
  for (std::uint32_t packet = 0; packet < lowest; ++packet)
    if (of_them(packet) && copy.times_there[packet] == 0) return false;
  std::uint32_t latest = 0;
  for (const std::uint32_t packet : copy.order) {
    if (packet > highest || !of_them(packet)) continue;
    if (packet < latest && copy.times_there[packet] == 1) return false;
    latest = std::max(latest, packet);
  }
  return true;
}

bool is_carried(const Carried& carried, const Said& said, const Copy& copy) {
  const Way& way = carried.ways[said.way];
  if (way.stream) {
    const Unit* start = copy.first_of_way[said.way];
    if (!start) return false;
    for (std::size_t i = 0; i < way.marks.size(); ++i) {
      const std::uint64_t begin = std::max(said.from, way.marks[i].offset);
      const std::uint64_t end =
          std::min(said.to, i + 1 < way.marks.size() ? way.marks[i + 1].offset : way.octets);
      if (begin >= end) continue;
      const auto sequence =
          way.marks[i].sequence + static_cast<std::uint32_t>(begin - way.marks[i].offset);
      const bool before = static_cast<std::int32_t>(sequence - start->sequence) < 0;
      if (before && !start->opens) return false;
      if (!is_covered(way, sequence, static_cast<std::uint32_t>(end - begin), copy.times_there))
        return false;
    }
    return true;
  }
  for (std::uint64_t i = said.from; i < said.to; ++i)
    if (!all_there(way.units[i], copy.times_there)) return false;
  if (said.to - said.from < 2) return true;
  // Several datagrams: next to each other among those of this direction. Of fragments the last
  // counts.
  std::unordered_map<std::uint32_t, std::uint64_t> unit_of;
  for (std::uint64_t i = 0; i < way.units.size(); ++i) unit_of[way.units[i].packets.back()] = i;
  std::uint64_t wanted = said.from;
  for (const std::uint32_t packet : copy.order) {
    const auto at = unit_of.find(packet);
    if (at == unit_of.end()) continue;
    wanted = at->second == wanted      ? wanted + 1
             : at->second == said.from ? said.from + 1
                                       : said.from;
    if (wanted == said.to) return true;
  }
  return false;
}

}  // namespace langyan::damage
