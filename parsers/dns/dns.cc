// DNS: which names a host asks for, and what they lead to. mDNS and LLMNR, by which hosts of a segment
// find each other without a server, are the same messages sent to everybody; there hosts tell who they are.
//
// [1035] RFC 1035, Domain Names: Implementation and Specification
// [1996] RFC 1996, NOTIFY          [2136] RFC 2136, UPDATE      [2782] RFC 2782, SRV
// [3596] RFC 3596, AAAA            [4795] RFC 4795, LLMNR       [6762] RFC 6762, Multicast DNS
// [6763] RFC 6763, DNS-Based Service Discovery                  [6891] RFC 6891, EDNS(0)
#include "parsers/dns/dns.h"

#include <algorithm>

#include "parsers/dns/table.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::dns {
namespace {

using Pen = Fill<fields>;
constexpr std::size_t most_jumps = 32;            // of one name; real names need two or three
constexpr std::size_t most_text = 4'096;          // of a TXT record that is joined
constexpr std::size_t most_told_records = 16;     // of an announcement that become operations
constexpr std::size_t most_foreign_octets = 1'022;  // of a TCP message on a foreign port
constexpr std::uint16_t answer_flag = 0x8000, authoritative_flag = 0x0400, truncated_flag = 0x0200,
                        recursion_desired_flag = 0x0100, recursion_available_flag = 0x0080;
constexpr std::uint16_t top_bit = 0x8000;         // of a class in mDNS ([6762] 5.4, 10.2)
constexpr std::uint8_t opcode_notify = 4, opcode_update = 5, last_opcode = 6;

enum class Spelling : std::uint8_t { ok, truncated, compression, label, too_long };

// A name at `at`, spelled with dots into `text`; `at` moves behind it. Every pointer has to lead further
// back than the one before, so that no circle is possible ([1035] 4.1.4).
struct SpelledName {
  std::array<std::uint8_t, longest_name> octets;
  std::size_t size = 0;
  Spelling read(Bytes whole, std::size_t& at) {
    std::size_t position = at, segment = at, jumps = 0, on_wire = 1;
    bool jumped = false;
    size = 0;
    while (position < whole.size()) {
      const std::uint8_t head = whole[position];
      if (head >> 6 == 3) {
        if (position + 2 > whole.size()) return Spelling::truncated;
        const std::size_t target = (head & 0x3fu) << 8 | whole[position + 1];
        if (!jumped) at = position + 2;
        jumped = true;
        if (target >= segment || target < header_bytes || ++jumps > most_jumps) return Spelling::compression;
        position = segment = target;
        continue;
      }
      if (head >> 6 != 0) return Spelling::label;
      if (head == 0) {
        if (!jumped) at = position + 1;
        return Spelling::ok;
      }
      if (head >= whole.size() - position) return Spelling::truncated;
      on_wire += head + 1u;
      if (on_wire > longest_name) return Spelling::too_long;
      if (size > 0) octets[size++] = '.';
      std::ranges::copy(whole.subspan(position + 1, head), octets.begin() + static_cast<std::ptrdiff_t>(size));
      size += head;
      position += head + 1u;
    }
    return Spelling::truncated;
  }
  Bytes bytes() const { return {octets.data(), size}; }
};

struct Header {
  std::uint16_t id, flags, counts[4];
  bool is_answer() const { return flags & answer_flag; }
  std::uint8_t opcode() const { return flags >> 11 & 15; }
  std::uint8_t rcode() const { return flags & 15; }
  std::size_t least() const {  // octets that so many records need at least
    return header_bytes + counts[0] * shortest_question +
           (std::size_t{counts[1]} + counts[2] + counts[3]) * shortest_record;
  }
  static Header read(Bytes bytes) {
    Reader in{bytes};
    Header header{in.be16(), in.be16(), {}};
    for (std::uint16_t& count : header.counts) count = in.be16();
    return header;
  }
};

struct Call {
  Bytes whole;
  Output& output;
  const Header& header;
  Flavour flavour;
  std::size_t at = header_bytes;
  Fault found = Fault::none;
  Bytes first_data = {};      // of the first answer
  bool name_told = false, role_told = false;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  bool name(std::size_t& position, Bytes within, Bytes& text) {
    SpelledName spelled;
    switch (spelled.read(within, position)) {
      case Spelling::ok: text = output.scratch.copy(spelled.bytes()); return true;
      case Spelling::truncated: return blame(Wrong::truncated), false;
      case Spelling::compression: return blame(Wrong::compression), false;
      case Spelling::label: return blame(Wrong::label), false;
      case Spelling::too_long: return blame(Wrong::name_length), false;
    }
    return false;
  }
  bool announces() const { return flavour != Flavour::dns && header.is_answer(); }
};

Flavour flavour_of(const Context& context) {
  const auto has = [&](std::uint16_t port) { return context.client_port == port || context.server_port == port; };
  return has(port_mdns) && context.transport == Transport::udp ? Flavour::mdns
         : has(port_llmnr)                                     ? Flavour::llmnr
                                                               : Flavour::dns;
}

std::uint8_t space_of(std::uint16_t kind) {
  for (const TypeSpace& row : type_spaces)
    if (row.type == kind) return row.space;
  return 0;
}

Operation& touch(Call& call, Verb verb, std::uint16_t kind, Bytes name) {
  Operation& operation = call.output.operate(verb);
  operation.function = call.header.opcode();
  operation.object = {
      .space = space_of(kind), .count = 1, .text = name.empty() ? wire::spell(call.output.scratch, ".") : name};
  return operation;
}

Verb verb_of(const Header& header) {
  if (header.opcode() == opcode_update) return Verb::write;
  if (header.opcode() == opcode_notify) return Verb::report;
  return Verb::read;
}

bool question(Call& call) {
  Bytes name;
  if (!call.name(call.at, call.whole, name)) return false;
  Reader in{call.whole.subspan(call.at)};
  Fill<question_fields> pen{call.output.items.start(question_schema), in};
  const std::uint16_t kind = in.be16(), name_class = in.be16();
  if (!in.ok()) return call.blame(Wrong::truncated), false;
  call.at += 4;
  if (!call.header.is_answer()) pen.set<"query">(name);
  pen.set<"query_name">(name);
  pen.set<"rrtype">(kind);
  const bool multicast = call.flavour == Flavour::mdns;
  pen.set<"query_class">(static_cast<std::uint16_t>(multicast ? name_class & ~top_bit : name_class));
  if (multicast && name_class & top_bit) pen.set<"unicast_answer">(true);
  call.output.items.emit();
  if (!call.announces()) touch(call, verb_of(call.header), kind, name);
  return true;
}

// What a host says of itself in the texts of its services ([6763] 6.4; the keys in use of printers,
// cameras and media devices).
struct Key {
  std::string_view word;
  Trait trait;
};
constexpr Key keys[] = {
    {"model=", Trait::model},         {"md=", Trait::model},      {"ty=", Trait::model},
    {"usb_mdl=", Trait::model},       {"mdl=", Trait::model},     {"usb_mfg=", Trait::vendor},
    {"manufacturer=", Trait::vendor}, {"mfg=", Trait::vendor},    {"vendor=", Trait::vendor},
    {"serialnumber=", Trait::serial}, {"serial=", Trait::serial}, {"sn=", Trait::serial},
    {"fv=", Trait::firmware},         {"fw=", Trait::firmware},   {"firmware=", Trait::firmware},
    {"version=", Trait::firmware},
};

void tell_text(Call& call, Bytes text) {
  if (!wire::is_readable(text)) return;
  for (const Key& key : keys) {
    if (!wire::starts_with_word(text_of(text), key.word)) continue;
    return call.output.tell(key.trait, text.subspan(key.word.size()));
  }
}

void tell_name(Call& call, Bytes name) {  // of a host of the segment, without the domain
  constexpr std::string_view domain = ".local";
  if (call.name_told || name.empty()) return;
  if (wire::ends_with_word(text_of(name), domain)) name = name.first(name.size() - domain.size());
  if (!wire::is_readable(name)) return;
  call.name_told = true;
  call.output.tell(Trait::name, name);
}

void tell_role(Call& call, Bytes service) {  // "_http._tcp.local" offered
  const std::string_view text = text_of(service);
  const std::size_t end = std::min(text.find("._tcp"), text.find("._udp"));
  if (call.role_told || !text.starts_with('_') || end == text.npos || text.starts_with("_services.")) return;
  call.role_told = true;
  call.output.tell(Trait::role, service.first(end + 5));
}

void tell(Call& call, std::uint16_t kind, Bytes name, Bytes data) {
  switch (kind) {
    case type::a: case type::aaaa: return tell_name(call, name);
    case type::srv: return tell_name(call, data);
    case type::ptr: return tell_role(call, name);
    default: return;
  }
}

Bytes texts(Call& call, Bytes data) {  // character strings, joined by blanks
  Reader in{data};
  std::array<std::uint8_t, most_text> joined;
  std::size_t size = 0;
  while (in.left() > 0) {
    const Bytes piece = in.take(in.u8());
    if (!in.ok()) return call.blame(Wrong::data), Bytes{};
    if (call.announces()) tell_text(call, piece);
    if (size > 0 && size < most_text) joined[size++] = ' ';
    const std::size_t room = std::min(piece.size(), most_text - size);
    std::ranges::copy(piece.first(room), joined.begin() + static_cast<std::ptrdiff_t>(size));
    size += room;
  }
  return call.output.scratch.copy({joined.data(), size});
}

// The name in a record's data, `before` octets from its start; it has to end with the data, or, of a
// zone's record, before.
Bytes name_in(Call& call, std::size_t start, std::size_t size, std::size_t before, bool fills) {
  std::size_t at = start + before;
  Bytes text;
  if (before >= size) return call.blame(Wrong::data), Bytes{};
  if (!call.name(at, call.whole.first(start + size), text)) return {};
  if (fills ? at != start + size : at > start + size) return call.blame(Wrong::data), Bytes{};
  return text;
}

Bytes data_of(Call& call, Fill<record_fields>& pen, std::uint16_t kind, std::size_t start, std::size_t size) {
  const Bytes data = call.whole.subspan(start, size);
  Reader in{data};
  switch (kind) {
    case type::a: case type::aaaa:
      if (size != (kind == type::a ? 4u : 16u)) return call.blame(Wrong::data), Bytes{};
      pen.set<"address">(wire::ip_value(call.output.scratch, data));
      return wire::spell_ip(call.output.scratch, data);
    case type::ns: case type::cname: case type::ptr: case 39: return name_in(call, start, size, 0, true);
    case type::soa: return name_in(call, start, size, 0, false);
    case type::mx: {
      const Bytes name = name_in(call, start, size, 2, true);
      if (!name.empty()) pen.set<"preference">(in.be16());
      return name;
    }
    case type::srv: {
      const Bytes name = name_in(call, start, size, 6, true);
      if (name.empty()) return {};
      pen.set<"preference">(in.be16());
      in.skip(2);  // weight
      pen.set<"service_port">(in.be16());
      return name;
    }
    case type::txt: case type::hinfo: return texts(call, data);
    default: return {};
  }
}

bool record(Call& call, Section section) {
  Bytes name;
  if (!call.name(call.at, call.whole, name)) return false;
  Reader in{call.whole.subspan(call.at)};
  const std::uint16_t kind = in.be16(), record_class = in.be16();
  const std::uint32_t ttl = in.be32();
  const std::uint16_t size = in.be16();
  if (!in.ok() || size > in.left()) return call.blame(Wrong::truncated), false;
  const std::size_t start = call.at + 10;
  call.at = start + size;
  if (kind == type::opt) {  // no record of a name: the class is a size ([6891] 6.1.2)
    Pen{call.output.record, in}.set<"udp_size">(record_class);
    return true;
  }
  Fill<record_fields> pen{call.output.items.start(record_schema), in};
  pen.set<"section">(static_cast<std::uint8_t>(section));
  pen.set<"answer_name">(name);
  pen.set<"answer_type">(kind);
  pen.set<"ttl">(ttl);
  const Bytes data = data_of(call, pen, kind, start, size);
  if (!data.empty()) pen.set<"answer_data">(data);
  if (size > 0) pen.set<"octets">(call.whole.subspan(start, size));
  call.output.items.emit();
  if (section == Section::answer && call.first_data.empty()) call.first_data = data;
  if (!call.announces()) return true;
  tell(call, kind, name, data);
  if (section == Section::answer && call.output.operations_total < most_told_records) {
    Operation& operation = touch(call, Verb::report, kind, name);
    operation.outcome = Outcome::ok;
    if (wire::is_readable(data)) operation.value = Value::of_run(Value::Kind::text, data);
  }
  return true;
}

void sections(Call& call) {
  std::size_t read = 0;
  for (std::size_t part = 0; part < 4; ++part)
    for (std::size_t i = 0; i < call.header.counts[part]; ++i) {
      if (++read > most_records) return;
      if (!(part == 0 ? question(call) : record(call, static_cast<Section>(part - 1)))) return;
    }
}

void finish(Call& call) {
  if (call.announces()) return;
  const bool is_answer = call.header.is_answer();
  const std::uint8_t rcode = call.header.rcode();
  for (Operation& operation : call.output.operations()) {
    if (call.flavour != Flavour::dns) operation.outcome = Outcome::one_way;
    if (!is_answer) continue;
    operation.outcome = rcode ? Outcome::refused : Outcome::ok;
    operation.code = rcode;
    if (wire::is_readable(call.first_data)) operation.value = Value::of_run(Value::Kind::text, call.first_data);
  }
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  const Bytes whole =
      context.transport == Transport::tcp ? message.subspan(std::min<std::size_t>(2, message.size())) : message;
  if (whole.size() < header_bytes) return fault(Wrong::truncated);
  const Header header = Header::read(whole);
  const Reader in{whole};
  Pen out{output.record, in};
  Call call{whole, output, header, flavour_of(context)};
  out.set<"transaction_id">(header.id);
  out.set<"flavour">(static_cast<std::uint8_t>(call.flavour));
  out.set<"is_answer">(header.is_answer());
  out.set<"flags">(header.flags);
  out.set<"opcode">(header.opcode());
  if (header.is_answer()) {
    out.set<"rcode">(header.rcode());
    out.set<"authoritative">((header.flags & authoritative_flag) != 0);
    out.set<"recursion_available">((header.flags & recursion_available_flag) != 0);
    out.set<"answers">(header.counts[1]);
  }
  if (header.flags & truncated_flag) out.set<"truncated">(true);
  out.set<"recursion_desired">((header.flags & recursion_desired_flag) != 0);
  out.set<"questions">(header.counts[0]);
  out.set<"authorities">(header.counts[2]);
  out.set<"additionals">(header.counts[3]);
  if (call.flavour == Flavour::dns) output.role = header.is_answer() ? Role::answer : Role::request;
  if (header.least() > whole.size()) call.blame(Wrong::counts);
  else sections(call);
  finish(call);
  return call.found;
}

// On a foreign port: one question with a name of ordinary letters, all records there, and nothing behind them.
bool adds_up(Bytes whole, const Header& header) {
  std::size_t at = header_bytes, read = 0;
  if (header.counts[0] != 1 || header.flags & 0x0040) return false;
  for (std::size_t part = 0; part < 4; ++part)
    for (std::size_t i = 0; i < header.counts[part]; ++i) {
      SpelledName name;
      if (++read > most_records || name.read(whole, at) != Spelling::ok) return false;
      Reader in{whole.subspan(at)};
      const std::uint16_t kind = in.be16(), name_class = in.be16();
      if (part == 0) {
        const auto odd = [](std::uint8_t c) { return c < '-' || c > 'z'; };
        if (name.size < 4 || std::ranges::any_of(name.bytes(), odd) || name_class != 1 || kind == 0 || kind > 257)
          return false;
        at += 4;
      } else {
        in.skip(4);
        const std::uint16_t size = in.be16();
        in.skip(size);
        at += 10u + size;
      }
      if (!in.ok()) return false;
    }
  return at == whole.size();
}

bool sound_header(const Header& header, std::size_t size) {
  if (header.opcode() > last_opcode || header.opcode() == 3) return false;
  return header.least() <= size && (header.counts[0] || header.counts[1] || header.is_answer() || header.counts[2]);
}

bool own_port(const Context& context) {
  return std::ranges::any_of(ports, [&](const PortHint& hint) {
    return hint.transport == context.transport &&
           (hint.port == context.client_port || hint.port == context.server_port);
  });
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport == Transport::layer2) return Identity::no;
  const bool own = own_port(context);
  if (context.transport == Transport::udp) {
    if (bytes.size() < header_bytes) return Identity::no;
    const Header header = Header::read(bytes);
    if (own) return header.opcode() <= last_opcode && header.opcode() != 3 ? Identity::yes : Identity::no;
    return sound_header(header, bytes.size()) && adds_up(bytes, header) ? Identity::yes : Identity::no;
  }
  const std::size_t said = bytes.size() < 2 ? 0 : bytes[0] << 8 | bytes[1];
  if (bytes.size() >= 2 && (said < header_bytes || (!own && said > most_foreign_octets))) return Identity::no;
  if (bytes.size() < 2 + header_bytes) return Identity::unsure;
  const Header header = Header::read(bytes.subspan(2));
  if (!sound_header(header, said)) return Identity::no;
  if (own) return Identity::yes;
  if (header.counts[0] != 1 || header.counts[1] > 64) return Identity::no;
  if (bytes.size() < 2 + said) return Identity::unsure;
  return adds_up(bytes.subspan(2, said), header) ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) {
  if (context.transport == Transport::udp)
    return bytes.size() >= header_bytes ? Frame::message(bytes.size()) : Frame::lost();
  if (bytes.size() < 2) return Frame::need(2 + header_bytes);
  const std::size_t size = 2 + (std::size_t{bytes[0]} << 8 | bytes[1]);
  if (size < 2 + header_bytes) return Frame::lost();
  if (size > most_message_bytes) return Frame::skip(size);
  return bytes.size() >= size ? Frame::message(size) : Frame::need(size);
}

std::size_t resync(Bytes bytes, const Context& context) {
  if (context.transport == Transport::udp) return bytes.size();
  for (std::size_t at = 0; at + 2 + header_bytes <= bytes.size(); ++at) {
    const std::size_t said = bytes[at] << 8 | bytes[at + 1];
    const Header header = Header::read(bytes.subspan(at + 2));
    if (said >= header_bytes && header.counts[0] == 1 && header.opcode() <= last_opcode && sound_header(header, said))
      return at;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context& context) {
  if (context.transport == Transport::tcp) bytes = bytes.subspan(std::min<std::size_t>(2, bytes.size()));
  if (bytes.size() < header_bytes || flavour_of(context) == Flavour::mdns) return End::unknown;  // all ask all
  return Header::read(bytes).is_answer() ? End::server : End::client;
}

}  // namespace

const Protocol protocol = {
    .name = "dns",
    .label = {"DNS", "DNS"},
    .doc = "Asks for names and what they lead to, of a server or of everybody on the segment.",
    .message = &schema,
    .items = {&question_schema, &record_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "opcode",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
};

}  // namespace langyan::dns
