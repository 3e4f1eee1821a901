// RTPS, the wire protocol of DDS: robots, turbines, vehicles and medical devices publish data by topic,
// without a broker, after they have found each other by multicast.
//
// [RTPS] OMG DDSI-RTPS 2.5
// [SEC]  OMG DDS Security 1.1
// [VEN]  DDS Foundation, DDSI-RTPS vendor and product ids
// [RTI]  RTI Connext DDS, User's Manual: participant properties, locator ping
// [CYC]  Eclipse Cyclone DDS: participant properties
#include "parsers/rtps/rtps.h"

#include <algorithm>

#include "base/hash.h"
#include "base/json.h"
#include "parsers/rtps/table.h"

namespace langyan::rtps {
namespace {

using Pen = Fill<fields>;
using ItemPen = Fill<submessage_fields>;

enum Flag : std::uint8_t { little_endian = 1, inline_qos = 2, has_data = 4, has_key = 8 };
constexpr std::string_view magic = "RTPS", ping = "NDDSPING";

struct Ordered {  // reads numbers in the order of octets that a flag names
  Reader& in;
  bool little;
  std::uint16_t u16() { return little ? in.le16() : in.be16(); }
  std::uint32_t u32() { return little ? in.le32() : in.be32(); }
  std::uint64_t sequence() {  // [RTPS] 9.4.2.4: the upper half first
    const std::uint64_t high = u32();
    return high << 32 | u32();
  }
};

struct Call {
  Reader& in;
  Pen& out;
  Output& output;
  const Context& context;
  Bytes prefix;
  Fault found = Fault::none;
  bool keeps_alive = false;  // a heartbeat or acknowledgement was there

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Operation& operate(Verb verb) {
    Operation& operation = output.operate(verb);
    operation.outcome = Outcome::one_way;
    return operation;
  }
};

struct Announced {
  Bytes topic, endpoint;
  bool leaves = false;
};

Bytes read_text(Ordered& value) {  // [RTPS] 10.3: length with the final NUL, padded to four
  const std::uint32_t size = value.u32();
  Bytes text = value.in.take(size);
  value.in.skip(std::min<std::size_t>(value.in.left(), (4 - size % 4) % 4));
  while (!text.empty() && text.back() == 0) text = text.first(text.size() - 1);
  return text;
}

void put_property(Call& call, std::string_view name, Bytes value) {
  if (name == "dds.sys_info.hostname" || name == "__Hostname" || name == "fastdds.physical_data.host") {
    call.out.set<"host_name">(value);
    call.output.tell(Trait::name, value);
  } else if (name == "dds.sys_info.executable_filepath" || name == "__ProcessName") {
    call.out.set<"process">(value);
  } else if (name == "dds.sys_info.username" || name == "fastdds.physical_data.user") {
    call.out.set<"user">(value);
  }
}

void put_properties(Call& call, Ordered& value) {
  const std::uint32_t count = value.u32();
  for (std::uint32_t i = 0; i < std::min<std::uint32_t>(count, most_parameters) && value.in.ok() && value.in.left() > 0;
       ++i) {
    const Bytes name = read_text(value), text = read_text(value);
    if (value.in.ok()) put_property(call, text_of(name), text);
  }
}

// One parameter of a list ([RTPS] 9.6.3.2).
void put_parameter(Call& call, std::uint16_t id, Reader& in, bool little, Announced& announced) {
  Ordered value{in, little};
  switch (id) {
    case 0x0005: announced.topic = read_text(value); if (in.ok()) call.out.set<"topic">(announced.topic); break;
    case 0x0007: { const Bytes type = read_text(value); if (in.ok()) call.out.set<"type_name">(type); break; }
    case 0x000f: { const std::uint32_t domain = value.u32(); if (in.ok()) call.out.set<"domain_id">(domain); break; }
    case 0x005a: announced.endpoint = in.take(16); break;
    case 0x0059: put_properties(call, value); break;
    case 0x0062: { const Bytes name = read_text(value); if (in.ok()) call.out.set<"entity_name">(name); break; }
    case 0x0071: announced.leaves = (in.be32() & 3) != 0; break;
    case 0x8000: {
      const std::uint32_t version = in.be32();
      if (in.ok()) call.out.set<"product_version">(version);
      break;
    }
    default: in.rest();
  }
  if (!in.ok()) call.blame(Wrong::parameter);
}

void read_parameters(Call& call, Reader& in, bool little, Announced& announced) {
  Ordered list{in, little};
  for (std::size_t i = 0; i < most_parameters && in.left() >= 4; ++i) {
    const std::uint16_t id = list.u16(), size = list.u16();
    constexpr std::uint16_t sentinel = 1;
    if (id == sentinel) return;
    Reader value = in.part(size);
    if (!in.ok() || size % 4 != 0) return call.blame(Wrong::parameter);
    put_parameter(call, id, value, little, announced);
  }
}

std::uint64_t endpoint_key(Bytes prefix, std::uint32_t entity) { return combine(hash(prefix), entity); }

// What an endpoint's data is called is told once and used by every later sample.
void learn_topic(Call& call, const Announced& announced) {
  if (!call.context.shared || announced.endpoint.size() != 16 || announced.topic.size() > longest_known_topic) return;
  Reader guid{announced.endpoint};
  const Bytes prefix = guid.take(12);
  const std::uint32_t entity = guid.be32();
  call.context.shared->put(endpoint_key(prefix, entity), announced.topic);
}

void announce(Call& call, std::uint32_t writer, const Announced& announced) {
  if (announced.leaves) call.out.set<"leaves">(true);
  // Participants repeat who they are for as long as they live.
  Verb verb = writer == subscription_writer  ? Verb::subscribe
              : writer == participant_writer ? Verb::heartbeat
                                             : Verb::session;
  if (announced.leaves) verb = Verb::session;
  Operation& operation = call.operate(verb);
  if (announced.topic.empty()) return;
  operation.object = {.space = static_cast<std::uint8_t>(Place::topic), .count = 1, .text = announced.topic};
  if (writer == publication_writer) learn_topic(call, announced);
}

void carry(Call& call, std::uint32_t writer, Bytes sample) {
  Operation& operation = call.operate(Verb::report);
  operation.object = {.space = static_cast<std::uint8_t>(Place::writer), .address = writer, .count = 1};
  if (!sample.empty()) operation.value = Value::of_run(Value::Kind::bytes, sample);
  if (!call.context.shared) return;
  const Bytes known = call.context.shared->find(endpoint_key(call.prefix, writer));
  if (known.empty()) return;
  const Bytes topic = call.output.scratch.copy(known);
  if (topic.size() != known.size()) return;
  call.out.set<"topic">(topic);
  operation.object = {.space = static_cast<std::uint8_t>(Place::topic), .count = 1, .text = topic};
}

bool is_discovery(std::uint32_t writer) {
  return writer == participant_writer || writer == topic_writer || writer == publication_writer ||
         writer == subscription_writer;
}

// DATA and DATA_FRAG ([RTPS] 9.4.5.3, 9.4.5.4).
void read_data(Call& call, Reader& body, std::uint8_t kind, std::uint8_t flags, ItemPen& pen) {
  Ordered in{body, (flags & little_endian) != 0};
  body.skip(2);
  const std::uint16_t to_qos = in.u16();
  const std::size_t before = body.left();
  const std::uint32_t reader = body.be32(), writer = body.be32();
  const std::uint64_t sequence = in.sequence();
  pen.set<"writer">(writer);
  pen.set<"reader">(reader);
  pen.set<"sequence">(sequence);
  const std::uint32_t first_fragment = kind == data_frag ? in.u32() : 1;
  const std::size_t used = before - body.left();
  if (!body.ok() || used > to_qos) return call.blame(Wrong::truncated);
  body.skip(to_qos - used);
  Announced announced;
  if (flags & inline_qos) read_parameters(call, body, in.little, announced);
  if (!body.ok()) return call.blame(Wrong::truncated);
  const bool carries = kind == data_frag || (flags & (has_data | has_key));
  if (is_discovery(writer) && kind == data) {
    if (carries && body.left() >= 4) {
      const std::uint16_t encapsulation = body.be16();
      body.skip(2);
      constexpr std::uint16_t list_big = 2, list_little = 3;
      if (encapsulation == list_big || encapsulation == list_little)
        read_parameters(call, body, encapsulation == list_little, announced);
    }
    return announce(call, writer, announced);
  }
  const Bytes sample = carries ? body.rest() : Bytes{};
  if (!sample.empty()) pen.set<"data">(sample);
  if (writer == message_writer) call.keeps_alive = true;
  else if (first_fragment == 1) carry(call, writer, kind == data ? sample : Bytes{});
}

void read_submessage(Call& call, Reader& body, std::uint8_t kind, std::uint8_t flags) {
  ItemPen pen{call.output.items.start(submessage_schema), body};
  Ordered in{body, (flags & little_endian) != 0};
  pen.set<"submessage">(kind);
  switch (kind) {
    case data: case data_frag: read_data(call, body, kind, flags, pen); break;
    case heartbeat: case acknack: case gap: case nack_frag: case heartbeat_frag: {
      const std::uint32_t reader = body.be32(), writer = body.be32();
      const std::uint64_t sequence = in.sequence();
      pen.set<"writer">(writer);
      pen.set<"reader">(reader);
      pen.set<"sequence">(sequence);
      if (!body.ok()) call.blame(Wrong::truncated);
      else call.keeps_alive = true;
      break;
    }
    case info_ts: {
      constexpr std::uint8_t invalidate = 2;
      if (flags & invalidate) break;
      const std::uint64_t seconds = in.u32(), fraction = in.u32();
      if (!body.ok()) { call.blame(Wrong::truncated); break; }
      call.out.set<"source_time">(static_cast<std::int64_t>(seconds * 1'000'000 + (fraction * 1'000'000 >> 32)));
      break;
    }
    case info_dst: {
      const Bytes prefix = body.take(12);
      if (body.ok()) call.out.set<"destination_prefix">(prefix);
      else call.blame(Wrong::truncated);
      break;
    }
    case info_src: {
      body.skip(8);
      const Bytes prefix = body.take(12);
      if (body.ok()) call.prefix = prefix;
      else call.blame(Wrong::truncated);
      break;
    }
    default:
      if (kind < 0x80 && std::ranges::find(submessage_names, kind, &Name::value) == std::end(submessage_names))
        call.blame(Wrong::submessage);
  }
  call.output.items.emit();
}

void read_all(Call& call) {
  for (std::size_t i = 0; i < most_submessages && call.in.left() > 0; ++i) {
    const std::uint8_t kind = call.in.u8(), flags = call.in.u8();
    const std::uint16_t size = Ordered{call.in, (flags & little_endian) != 0}.u16();
    if (!call.in.ok()) return call.blame(Wrong::truncated);
    // [RTPS] 9.4.5.1.3: zero says "to the end", save for those that may be empty.
    const bool to_end = size == 0 && kind != pad && kind != info_ts;
    Reader body = call.in.part(to_end ? call.in.left() : size);
    if (!call.in.ok()) return call.blame(Wrong::truncated);
    read_submessage(call, body, kind, flags);
  }
}

bool is_ping(Bytes bytes) { return bytes.size() == ping_bytes && text_of(bytes.subspan(8)) == ping; }

Fault decode(Bytes message, const Context& context, State, Output& output) {
  Reader in{message};
  Pen out{output.record, in};
  output.role = Role::event;
  in.skip(magic.size());
  out.set<"version">(in.be16());
  const std::uint16_t vendor = in.be16();
  out.set<"vendor">(vendor);
  if (!in.ok()) return fault(Wrong::truncated);
  output.tell(Trait::vendor, fields.rows[fields["vendor"]].word(vendor));
  Call call{in, out, output, context, {}};
  if (is_ping(message)) {
    out.set<"ping">(true);
    call.operate(Verb::heartbeat);
    return Fault::none;
  }
  call.prefix = in.take(12);
  out.set<"guid_prefix">(call.prefix);
  if (!in.ok()) return fault(Wrong::truncated);
  read_all(call);
  if (output.operations_total == 0 && call.keeps_alive) call.operate(Verb::heartbeat);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.size() < ping_bytes || !text_of(bytes).starts_with(magic))
    return Identity::no;
  const bool sound_version = bytes[4] == 1 || bytes[4] == 2;
  return sound_version && (is_ping(bytes) || bytes.size() >= header_bytes) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  return identify(bytes, context) == Identity::yes ? Frame::message(bytes.size()) : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }  // a datagram has one message

void notation(const Object& object, std::string& out) {
  constexpr std::size_t most_text = 120;
  if (static_cast<Place>(object.space) == Place::topic) {
    out += text_of(object.text).substr(0, most_text);
    return;
  }
  const std::uint8_t octets[] = {
      static_cast<std::uint8_t>(object.address >> 24), static_cast<std::uint8_t>(object.address >> 16),
      static_cast<std::uint8_t>(object.address >> 8), static_cast<std::uint8_t>(object.address)};
  out += "writer ", append_hex(out, octets);
}

}  // namespace

const Protocol protocol = {
    .name = "rtps",
    .label = {"DDS (RTPS)", "DDS（RTPS）"},
    .doc = "Programs publish and subscribe data by topic without a broker, found by multicast.",
    .message = &schema,
    .items = {&submessage_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
};

}  // namespace langyan::rtps
