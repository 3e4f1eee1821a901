// Connections: opened and closed by the Connection Manager ([CIP] 3-5.5), remembered for all flows of
// the two hosts, and the I/O packets that run over them ([EIP] 2-6.3).
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

const Reader fine{Bytes{}};
constexpr std::uint8_t highest_transport = 6, io_transport = 1;
constexpr std::uint8_t run_bit = 1;

struct Triad {  // names a connection for its life
  std::uint16_t serial, vendor;
  std::uint32_t originator;
  std::uint64_t key() const { return opening_key(serial, vendor, originator); }
};

Triad read_triad(Reader& in, Pen& pen) {
  const std::uint16_t serial = in.le16(), vendor = in.le16();
  const std::uint32_t originator = in.le32();
  if (in.ok()) {
    pen.set<"connection_serial">(serial);
    pen.set<"originator_vendor">(vendor);
    pen.set<"originator_serial">(originator);
  }
  return {serial, vendor, originator};
}

// Parameters of a direction: 16 bits, or 32 where large connections are asked for.
struct Parameters {
  std::uint16_t size;
  std::uint8_t type;
};
Parameters read_parameters(Reader& in, bool large) {
  if (!large) {
    const std::uint16_t word = in.le16();
    return {static_cast<std::uint16_t>(word & 0x1ff), static_cast<std::uint8_t>(word >> 13 & 3)};
  }
  const std::uint32_t word = in.le32();
  return {static_cast<std::uint16_t>(word), static_cast<std::uint8_t>(word >> 29 & 3)};
}

void describe_path(Talk& talk, Pen& pen, const Path& path) {
  if (!path.route.empty()) pen.set<"route">(path.route.in(talk.output.scratch));
  if (path.has_class && path.object_class <= 0xffff) {
    pen.set<"connection_class">(static_cast<std::uint16_t>(path.object_class));
  }
  if (path.key.present) {
    pen.set<"key_vendor">(path.key.vendor);
    pen.set<"key_device_type">(path.key.device_type);
    pen.set<"key_product_code">(path.key.product_code);
  }
}

// The operation on what the connection leads to.
void perform_on(Talk& talk, const Service& one, const Path& path) {
  Service aim = one;
  aim.path = path;
  aim.tag = path.tag.in(talk.output.scratch);
  perform(talk, aim);
}

void open_request(Talk& talk, Service& one, bool large) {
  Reader& in = one.in;
  Pen pen{talk.output.record, fine};
  describe(talk, one);
  in.skip(2);  // priority and time-out
  const std::uint32_t o_t = in.le32(), t_o = in.le32();
  const Triad triad = read_triad(in, pen);
  in.skip(4);  // time-out multiplier
  const std::uint32_t o_t_interval = in.le32();
  const Parameters to_target = read_parameters(in, large);
  const std::uint32_t t_o_interval = in.le32();
  const Parameters to_originator = read_parameters(in, large);
  const std::uint8_t transport = in.u8();
  const std::size_t words = in.u8();
  if (!in.ok()) return talk.blame(Wrong::truncated);
  pen.set<"o_t_connection_id">(o_t);
  pen.set<"t_o_connection_id">(t_o);
  pen.set<"o_t_interval">(o_t_interval);
  pen.set<"t_o_interval">(t_o_interval);
  pen.set<"o_t_size">(to_target.size);
  pen.set<"t_o_size">(to_originator.size);
  pen.set<"o_t_type">(to_target.type);
  pen.set<"t_o_type">(to_originator.type);
  const auto transport_class = static_cast<std::uint8_t>(transport & 15);
  pen.set<"transport_class">(transport_class);
  pen.set<"trigger">(static_cast<std::uint8_t>(transport >> 4 & 7));
  if (transport_class > highest_transport || to_target.type == 3 || to_originator.type == 3)
    talk.blame(Wrong::connection);
  const Bytes octets = in.take(words * 2);
  const Path path = read_path(octets);
  if (!in.ok() || !path.sound) return talk.blame(Wrong::path);
  describe_path(talk, pen, path);
  if (path.unit) talk.unit = path.unit;
  if (talk.note) talk.note->unit = talk.unit;
  perform_on(talk, one, path);
  Opening opening;
  opening.unit = talk.unit;
  opening.o_t_point = path.points ? path.point[0] : path.instance;
  opening.t_o_point = path.points > 1 ? path.point[1] : opening.o_t_point;
  opening.object_class = path.has_class ? static_cast<std::uint16_t>(path.object_class) : 0;
  opening.transport = transport_class;
  keep(talk.context, triad.key(), opening);
}

void open_answer(Talk& talk, Service& one) {
  Reader& in = one.in;
  Pen pen{talk.output.record, fine};
  describe(talk, one);
  if (one.refused()) {
    if (in.left() >= 8) read_triad(in, pen);
    perform(talk, one);
    return;
  }
  const std::uint32_t o_t = in.le32(), t_o = in.le32();
  const Triad triad = read_triad(in, pen);
  const std::uint32_t o_t_interval = in.le32(), t_o_interval = in.le32();
  const std::size_t reply_words = in.u8();
  in.skip(1);
  const Bytes reply = in.take(reply_words * 2);
  if (!in.ok()) return talk.blame(Wrong::truncated);
  pen.set<"o_t_connection_id">(o_t);
  pen.set<"t_o_connection_id">(t_o);
  pen.set<"o_t_interval">(o_t_interval);
  pen.set<"t_o_interval">(t_o_interval);
  if (!reply.empty()) pen.set<"data">(reply);
  Opening opening;
  if (recall(talk.context, triad.key(), opening)) {
    opening.o_t = o_t, opening.t_o = t_o;
    keep(talk.context, triad.key(), opening);
    Link link;
    link.unit = opening.unit, link.serial = triad.serial;
    link.object_class = opening.object_class, link.transport = opening.transport;
    link.point = opening.o_t_point;
    keep(talk.context, link_key(Way::o_t, o_t), link);
    link.point = opening.t_o_point;
    keep(talk.context, link_key(Way::t_o, t_o), link);
    talk.unit = opening.unit;
  }
  perform(talk, one);
}

}  // namespace

void open_service(Talk& talk, Service& one) {
  if (one.is_item) return describe(talk, one), talk.blame(Wrong::nested);
  talk.asks() ? open_request(talk, one, one.function.body == Body::large_open) : open_answer(talk, one);
}

void close_service(Talk& talk, Service& one) {
  if (one.is_item) return describe(talk, one), talk.blame(Wrong::nested);
  Reader& in = one.in;
  Pen pen{talk.output.record, fine};
  describe(talk, one);
  if (talk.asks()) {
    in.skip(2);
    read_triad(in, pen);
    const std::size_t words = in.u8();
    in.skip(1);
    const Bytes octets = in.take(words * 2);
    if (!in.ok()) return talk.blame(Wrong::truncated);
    const Path path = read_path(octets);
    if (!path.sound) return talk.blame(Wrong::path);
    describe_path(talk, pen, path);
    if (path.unit) talk.unit = path.unit;
    return perform_on(talk, one, path);
  }
  if (in.left() >= 8) {
    const Triad triad = read_triad(in, pen);
    Opening opening;
    if (!one.refused() && recall(talk.context, triad.key(), opening)) {
      talk.unit = opening.unit;
      if (talk.context.shared && (opening.o_t || opening.t_o)) {
        talk.context.shared->put(link_key(Way::o_t, opening.o_t), {});
        talk.context.shared->put(link_key(Way::t_o, opening.t_o), {});
      }
    }
  }
  perform(talk, one);
}

namespace {

// One number, one content: a second packet under a number with other octets was put in by somebody.
bool conflicts(Link& link, std::uint32_t sequence, Bytes content) {
  const auto now = static_cast<std::uint32_t>(hash(content));
  const bool same_number = link.heard && link.sequence == sequence;
  const bool differs = same_number && link.content != now;
  link.heard = true, link.sequence = sequence, link.content = now;
  return differs;
}

struct Io {
  bool has_id = false, has_sequence = false, has_data = false;
  std::uint32_t id = 0, sequence = 0;
  Bytes data;
};

Fault read_items(Reader& in, Io& io) {
  const std::size_t count = in.le16();
  for (std::size_t i = 0; i < count && i < most_packet_items; ++i) {
    const std::uint16_t type = in.le16(), size = in.le16();
    const Bytes item = in.take(size);
    if (!in.ok()) return fault(Wrong::packet_items);
    if (type == sequenced_address && size == 8) {
      io.id = le32(item, 0), io.sequence = le32(item, 4), io.has_id = io.has_sequence = true;
    } else if (type == connected_address && size == 4) {
      io.id = le32(item, 0), io.has_id = true;
    } else if (type == connected_data) {
      io.data = item, io.has_data = true;
    }
  }
  return in.left() > 0 ? fault(Wrong::trailing) : Fault::none;
}

}  // namespace

Fault io_packet(Bytes message, const Context& context, Output& output) {
  Reader in{message};
  Pen pen{output.record, fine};
  Io io;
  Fault found = read_items(in, io);
  output.role = Role::event;
  if (!io.has_id || !io.has_data) return found == Fault::none ? fault(Wrong::packet_items) : found;
  pen.set<"connection_id">(io.id);
  if (io.has_sequence) pen.set<"io_sequence">(io.sequence);
  pen.set<"function">(of_io);

  Link link;
  auto way = Way::o_t;
  bool known = recall(context, link_key(way, io.id), link);
  if (!known) way = Way::t_o, known = recall(context, link_key(way, io.id), link);
  Reader data{io.data};
  Operation& operation = output.operate(Verb::report);
  operation.function = of_io;
  operation.outcome = Outcome::ok;
  if (!known) {
    if (!io.data.empty()) pen.set<"data">(io.data);
    operation.object = {.space = static_cast<std::uint8_t>(Place::io_connection), .address = io.id, .count = 1};
    operation.value = Value::of_run(Value::Kind::bytes, io.data);
    return found;
  }
  pen.set<"connection">(link.serial);
  pen.set<"connection_class">(link.object_class);
  pen.set<"connection_point">(link.point);
  pen.set<"transport_class">(link.transport);
  operation.unit = link.unit;
  operation.object = {.space = static_cast<std::uint8_t>(Place::object), .width = 1, .area = link.object_class,
                      .address = std::uint64_t{link.point} << 16, .count = 1};
  if (link.transport == io_transport && data.left() >= 2) pen.set<"sequence_count">(data.le16());
  // Towards the target a word says whether the scanner runs ([CIP] 3-6.1.4); the format is in the
  // device's data sheet only, so the word counts where nothing but its bits is set.
  if (way == Way::o_t && data.left() >= 4 && le32(io.data.last(data.left()), 0) <= 15) {
    const auto state = static_cast<std::uint8_t>(data.le32() & run_bit);
    pen.set<"run_idle">(state);
    if (link.run != 0 && link.run != state + 1) {
      Operation& changes = output.operate(Verb::mode);
      changes.unit = link.unit, changes.function = of_io | 1, changes.outcome = Outcome::ok;
      changes.object = operation.object;
      changes.value = Value::of(state);
    }
    link.run = static_cast<std::uint8_t>(state + 1);
  }
  const Bytes content = data.rest();
  if (!content.empty()) pen.set<"data">(content);
  operation.value = Value::of_run(Value::Kind::bytes, content);
  if (io.has_sequence && conflicts(link, io.sequence, io.data) && found == Fault::none)
    found = fault(Wrong::io_conflict);
  keep(context, link_key(way, io.id), link);
  return found;
}

}  // namespace langyan::enip
