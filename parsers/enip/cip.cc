// CIP: services asked of objects and their answers ([CIP] 2-4), alone, several in a packet, or
// carried to another port of the device.
#include "parsers/enip/message.h"

namespace langyan::enip {
namespace {

constexpr std::uint8_t answer_bit = 0x80;
constexpr std::uint8_t deepest = 2;  // a packet of services within a carried request; no deeper ([CIP])
constexpr std::uint8_t unconnected_send = 0x52;
const Reader fine{Bytes{}};

void service(Talk& talk, Bytes octets, bool is_item, std::size_t index);

// [CIP]: a count, as many offsets from that count, the services.
void packet(Talk& talk, Service& outer) {
  const Bytes body = outer.in.rest();
  if (body.size() < 2) {
    describe(talk, outer);
    if (talk.asks()) talk.blame(Wrong::services);
    else perform(talk, outer);
    return;
  }
  const std::size_t count = le16(body, 0), head = 2 + 2 * count;
  outer.count = static_cast<std::uint16_t>(count);
  describe(talk, outer);
  Pen{talk.output.record, fine}.set<"service_count">(outer.count);
  if (head > body.size() || outer.is_item) return talk.blame(outer.is_item ? Wrong::nested : Wrong::services);
  ++talk.depth;
  for (std::size_t i = 0; i < std::min(count, most_services); ++i) {
    const std::size_t from = le16(body, 2 + 2 * i);
    const std::size_t to = i + 1 < count ? le16(body, 4 + 2 * i) : body.size();
    if (from < head || to < from || to > body.size()) {
      talk.blame(Wrong::services);
      break;
    }
    service(talk, body.subspan(from, to - from), true, i);
  }
  --talk.depth;
  if (!talk.asks() && outer.refused() && talk.output.operations_total == 0) perform(talk, outer);
}

// [CIP] 3-5.5.4: a message and the way to where it is meant for.
void carried(Talk& talk, Service& outer) {
  Reader& in = outer.in;
  in.skip(2);  // priority and time-out
  const std::uint16_t size = in.le16();
  if (!in.ok() || size > in.left() || size == 0) {
    describe(talk, outer);
    return talk.blame(in.ok() ? Wrong::embedded : Wrong::truncated);
  }
  const Bytes message = in.take(size);
  in.skip(size % 2);
  const std::size_t route_bytes = in.u8() * 2u;
  in.skip(1);
  const Bytes route = in.take(route_bytes);
  if (!in.ok()) {
    describe(talk, outer);
    return talk.blame(Wrong::embedded);
  }
  if (outer.is_item || talk.carried) return talk.blame(Wrong::nested);
  const Path way = read_path(route);
  if (!way.sound) talk.blame(Wrong::path);
  Pen pen{talk.output.record, fine};
  pen.set<"carrier">(unconnected_send);
  if (way.sound && !way.route.empty()) {
    pen.set<"route">(way.route.in(talk.output.scratch));
    talk.unit = way.unit;
  }
  talk.carried = true;
  if (talk.note) talk.note->carried = true;
  ++talk.depth;
  service(talk, message, false, 0);
  --talk.depth;
}

void body(Talk& talk, Service& one) {
  switch (one.function.body) {
    case Body::get_all: case Body::get_list: case Body::get_one:
    case Body::set_all: case Body::set_list: case Body::set_one: return attribute_service(talk, one);
    case Body::read_tag: case Body::write_tag: case Body::read_fragment: case Body::write_fragment:
    case Body::modify_tag: return tag_service(talk, one);
    case Body::data_table: return data_table_service(talk, one);
    case Body::symbols: return symbol_service(talk, one);
    case Body::multiple: return packet(talk, one);
    case Body::open: case Body::large_open: return open_service(talk, one);
    case Body::close: return close_service(talk, one);
    case Body::pccc: return pccc_service(talk, one);
    case Body::unconnected:
      if (talk.asks()) return carried(talk, one);
      break;
    default: break;
  }
  one.data = one.in.rest();
  describe(talk, one);
  Operation& operation = perform(talk, one);
  if (talk.asks() ? one.function.body == Body::reset : one.function.code != 0) {
    operation.value = plain_value(one.data);
  } else if (!talk.asks() && !one.data.empty()) {
    operation.value = Value::of_run(Value::Kind::bytes, one.data);
  }
}

void note(Talk& talk, const Service& one) {
  if (!talk.note) return;
  const bool is_identity = one.path.plain() && one.path.object_class == identity_class && one.path.instance == 1;
  const bool is_tag = one.function.body >= Body::read_tag && one.function.body <= Body::modify_tag;
  Asked& asked = *talk.note;
  if (one.is_item) {
    if (is_tag && one.index < 32) asked.marks |= 1u << one.index;
    if (is_identity && asked.detail == 0) asked.detail = static_cast<std::uint16_t>(one.index + 1);
    return;
  }
  asked.unit = talk.unit;
  asked.service = one.code;
  asked.object_class = static_cast<std::uint16_t>(std::min<std::uint32_t>(one.path.object_class, 0xffff));
  asked.of_identity = is_identity;
  if (one.path.has_attribute) asked.detail = static_cast<std::uint16_t>(one.path.attribute);
}

void request(Talk& talk, Service& one) {
  const std::size_t words = one.in.u8();
  const Bytes octets = one.in.take(words * 2);
  if (!one.in.ok()) {
    describe(talk, one);
    return talk.blame(Wrong::path);
  }
  one.path = read_path(octets);
  if (!one.path.sound) {
    one.path = {};
    one.data = one.in.rest();
    describe(talk, one);
    return talk.blame(Wrong::path);
  }
  // A name of one part stands in the message as it is; a kept request then needs no room for it.
  const bool is_simple = one.path.named == 1 && one.path.members == 0 && one.path.name.size() <= most_text_octets;
  one.tag = is_simple ? one.path.name : one.path.tag.in(talk.output.scratch);
  one.object_class = one.path.has_class ? one.path.object_class : 0;
  one.function = function_of(one.object_class, one.code);
  note(talk, one);
  body(talk, one);
}

// The class an answer comes from; what was asked has it.
void place_answer(Talk& talk, Service& one) {
  if (!talk.asked) return;
  if (!one.is_item) {
    const bool from_carrier =
        one.code == unconnected_send && talk.asked->carried && talk.asked->service != unconnected_send;
    if (!from_carrier && one.code != talk.asked->service) {  // of another request than the one remembered
      talk.asked = nullptr;
      return;
    }
    one.object_class = from_carrier ? std::uint16_t{manager_class} : talk.asked->object_class;
    if (from_carrier) Pen{talk.output.record, fine}.set<"carrier">(unconnected_send);
    return;
  }
  const bool is_tag = one.index < 32 && talk.asked->marks >> one.index & 1;
  if (is_tag) one.object_class = symbol_class;
  else if (talk.asked->detail == one.index + 1) one.object_class = identity_class;
}

void answer(Talk& talk, Service& one) {
  one.in.skip(1);
  one.status = one.in.u8();
  const std::size_t words = one.in.u8();
  if (words > 0) one.extended = one.in.le16(), one.has_extended = true;
  if (words > 1) one.in.skip((words - 1) * 2);
  if (!one.in.ok()) {
    one.has_extended = false;
    return talk.blame(Wrong::truncated);
  }
  place_answer(talk, one);
  one.function = function_of(one.object_class, one.code);
  // Without its class a service above the common ones may be anything: it is not named, its octets not read.
  const bool by_symbol = talk.asked && !one.is_item && talk.asked->object_class == 0;
  if (one.object_class == 0 && one.code >= first_own_service && !by_symbol) {
    one.function = {0, {}, one.function.verb, Body::opaque};
  }
  if (one.refused() && one.function.body != Body::multiple && one.function.body != Body::open &&
      one.function.body != Body::large_open && one.function.body != Body::close) {
    one.data = one.in.rest();
    describe(talk, one);
    perform(talk, one);
    return;
  }
  body(talk, one);
}

void service(Talk& talk, Bytes octets, bool is_item, std::size_t index) {
  if (talk.depth > deepest) return talk.blame(Wrong::nested);
  Service one;
  one.is_item = is_item, one.index = index;
  one.in = Reader{octets};
  const std::uint8_t head = one.in.u8();
  if (!one.in.ok()) return talk.blame(Wrong::truncated);
  one.code = head & static_cast<std::uint8_t>(~answer_bit);
  if (talk.depth == 0) talk.output.role = head & answer_bit ? Role::answer : Role::request;
  // Within a packet or a carried request all go the same way.
  if (((head & answer_bit) == 0) != talk.asks()) return talk.blame(is_item ? Wrong::services : Wrong::embedded);
  talk.asks() ? request(talk, one) : answer(talk, one);
}


}  // namespace

void message_router(Talk& talk, Bytes octets) { service(talk, octets, false, 0); }

Value plain_value(Bytes octets) {
  switch (octets.size()) {
    case 0: return {};
    case 1: return Value::of(octets[0]);
    case 2: return Value::of(le16(octets, 0));
    case 4: return Value::of(le32(octets, 0));
    default: return Value::of_run(Value::Kind::bytes, octets);
  }
}

void describe(Talk& talk, const Service& one) {
  const Path& path = one.path;
  const bool knows_function = !one.function.name.empty() || one.function.code != 0;
  const bool is_answer = !talk.asks();
  if (one.is_item) {
    Fill<service_fields> pen{talk.output.items.start(service_schema), fine};
    if (knows_function) pen.set<"item_function">(one.function.code);
    pen.set<"item_service">(one.code);
    if (path.has_class) pen.set<"item_class">(path.object_class);
    if (path.has_instance) pen.set<"item_instance">(path.instance);
    if (path.has_attribute) pen.set<"item_attribute">(path.attribute);
    if (!one.tag.empty()) pen.set<"item_tag">(one.tag);
    if (is_answer) pen.set<"item_status">(one.status);
    if (one.has_extended) pen.set<"item_extended_status">(one.extended);
    if (one.has_type) pen.set<"item_data_type">(one.type);
    if (one.has_count) pen.set<"item_element_count">(one.count);
    if (!one.data.empty()) pen.set<"item_data">(one.data);
    talk.output.items.emit();
    return;
  }
  Pen pen{talk.output.record, fine};
  if (knows_function) pen.set<"function">(one.function.code);
  pen.set<"service">(one.code);
  if (path.has_class) pen.set<"class">(path.object_class);
  if (path.classes > 1) pen.set<"outer_class">(path.outer_class);
  if (path.has_instance) pen.set<"instance">(path.instance);
  if (path.has_attribute) pen.set<"attribute">(path.attribute);
  if (!one.tag.empty()) pen.set<"tag">(one.tag);
  if (is_answer) pen.set<"general_status">(one.status);
  if (one.has_extended) pen.set<"extended_status">(one.extended);
  if (one.has_type) pen.set<"data_type">(one.type);
  if (one.has_count) pen.set<"element_count">(one.count);
  if (one.has_offset) pen.set<"data_offset">(one.offset);
  if (!one.data.empty()) pen.set<"data">(one.data);
}

Operation& perform(Talk& talk, const Service& one, std::uint32_t count) {
  Operation& operation = talk.operate(one.function.verb, one.function.code);
  if (!talk.asks()) {
    operation.outcome = one.refused() ? Outcome::refused : Outcome::ok;
    operation.code = one.refused() ? one.status : 0;
    return operation;
  }
  const Path& path = one.path;
  Object& object = operation.object;
  if (path.named) {
    object = {.space = static_cast<std::uint8_t>(Place::tag), .count = count, .text = one.tag};
  } else if (path.plain() && path.attribute <= 0xffff) {
    object = {.space = static_cast<std::uint8_t>(Place::object),
              .width = static_cast<std::uint8_t>(path.has_instance | path.has_attribute << 1),
              .area = path.object_class,
              .address = std::uint64_t{path.instance} << 16 | path.attribute,
              .count = 1};
  } else if (!path.whole.empty()) {
    object = {
        .space = static_cast<std::uint8_t>(Place::object), .count = count, .text = path.whole.in(talk.output.scratch)};
  }
  return operation;
}

}  // namespace langyan::enip
