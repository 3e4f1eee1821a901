// PubSub in UADP encoding ([P14] 7.2.4): a publisher's messages to anyone who listens, in UDP datagrams
// or Ethernet frames.
#include "parsers/opcua/call.h"

namespace langyan::opcua {
namespace {

using DatasetPen = Fill<dataset_fields>;

constexpr std::size_t most_writers = 64;   // datasets of one message that are named
constexpr std::uint16_t most_fields_shown = 64;

enum class Content : std::uint8_t { dataset_message, discovery_probe, discovery_announcement };

struct Head {  // [P14] 7.2.4.4.2
  Content content = Content::dataset_message;
  bool chunk = false, with_payload_header = false;
  bool with_group = false, is_signed = false, is_encrypted = false;
  std::uint16_t group = 0;
  bool with_group_id = false;
  std::uint8_t count = 1;                      // datasets
  std::uint16_t writers[most_writers] = {};
};

bool sound(std::uint8_t flags, std::uint8_t flags1, std::uint8_t flags2) {
  return (flags & 15) == 1 && (flags1 & 7) <= 4 && (flags2 >> 2 & 7) <= 2 && (flags2 & 0xe0) == 0;
}

Bytes publisher(Reader& in, std::uint8_t type, Scratch& scratch) {
  Line line;
  switch (type) {
    case 0: line.number(in.u8()); break;
    case 1: line.number(in.le16()); break;
    case 2: line.number(in.le32()); break;
    case 3: line.number(in.le64()); break;
    default: return read_string(in);
  }
  return in.ok() ? line.keep(scratch) : Bytes{};
}

void group_header(Reader& in, Pen pen, Head& head) {
  const std::uint8_t flags = in.u8();
  head.with_group_id = flags & 1;
  if (head.with_group_id) head.group = in.le16(), pen.set<"writer_group_id">(head.group);
  if (flags & 2) pen.set<"group_version">(in.le32());
  if (flags & 4) pen.set<"network_message_number">(in.le16());
  if (flags & 8) pen.set<"group_sequence">(in.le16());
}

void payload_header(Reader& in, Head& head) {
  head.with_payload_header = true;
  if (head.chunk) {
    head.writers[0] = in.le16();
    return;
  }
  head.count = in.u8();
  for (std::size_t i = 0; i < head.count; ++i) {
    const std::uint16_t writer = in.le16();
    if (i < most_writers) head.writers[i] = writer;
  }
}

void security_header(Reader& in, Head& head) {  // [P14] 7.2.4.4.3
  const std::uint8_t flags = in.u8();
  head.is_signed = flags & 1;
  head.is_encrypted = flags & 2;
  in.skip(4);
  in.skip(in.u8());
  if (flags & 4) in.skip(2);
}

// One value of a dataset, an item.
void field(Call& call, Reader& in, std::uint16_t writer, bool with_writer, std::uint16_t index, std::uint8_t encoding) {
  DatasetPen pen{call.output.items.start(dataset_schema), in};
  const Shown shown = encoding == 0 ? read_variant(call, in) : read_data_value(call, in);
  if (with_writer) pen.set<"dataset_writer_id">(writer);
  pen.set<"dataset_field">(index);
  put_text<"dataset_value">(pen, shown.text);
  if (in.ok() && index < most_fields_shown) call.output.items.emit();
}

// DataSetMessage ([P14] 7.2.4.5.4), itself an item, then its values. False: what follows cannot be told apart.
bool dataset(Call& call, Reader& in, const Head& head, std::size_t place, Bytes publisher_id) {
  const bool with_writer = head.with_payload_header && place < most_writers;
  const std::uint16_t writer = with_writer ? head.writers[place] : std::uint16_t{0};
  DatasetPen pen{call.output.items.start(dataset_schema), in};
  const std::uint8_t flags1 = in.u8(), flags2 = flags1 & 0x80 ? in.u8() : std::uint8_t{0};
  const std::uint8_t encoding = flags1 >> 1 & 3, type = flags2 & 15;
  const bool valid = flags1 & 1;
  if (with_writer) pen.set<"dataset_writer_id">(writer);
  pen.set<"dataset_valid">(valid);
  pen.set<"dataset_type">(type);
  pen.set<"dataset_encoding">(encoding);
  if (flags1 & 8) pen.set<"dataset_sequence">(in.le16());
  std::int64_t time = 0;
  if (flags2 & 16 && read_time(in, time)) pen.set<"dataset_time">(time);
  if (flags2 & 32) in.skip(2);
  if (flags1 & 16) pen.set<"dataset_status">(in.le16());
  if (flags1 & 32) in.skip(4);
  if (flags1 & 64) in.skip(4);
  if (!in.ok()) return false;
  call.output.items.emit();
  Operation& operation = call.operate(type == 3 || !valid ? Verb::heartbeat : type == 2 ? Verb::alarm : Verb::report);
  operation.object = {.space = static_cast<std::uint8_t>(Place::dataset),
                      .area = head.with_group_id ? head.group + 1u : 0u,
                      .address = with_writer ? writer + 1ull : 0,
                      .count = 1,
                      .text = publisher_id};
  if (!valid || type > 2) return type == 3 || !valid;
  if (encoding == 1 || encoding == 3) return in.rest(), true;  // its layout is told elsewhere
  const bool delta = type == 1;
  const std::uint16_t count = in.le16();
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
    const auto index = delta ? in.le16() : static_cast<std::uint16_t>(i);
    field(call, in, writer, with_writer, index, encoding);
  }
  return in.ok();
}

void payload(Call& call, const Head& head, Bytes publisher_id) {
  Reader& in = call.in;
  const bool sized = head.with_payload_header && head.count > 1;
  Reader sizes = in;
  if (sized) in.skip(head.count * std::size_t{2});
  if (!in.ok()) return call.blame(Wrong::truncated);
  for (std::size_t i = 0; i < head.count && in.ok(); ++i) {
    Reader part = sized ? in.part(sizes.le16()) : in;
    if (!part.ok()) return call.blame(Wrong::truncated);
    const bool known = dataset(call, part, head, i, publisher_id);
    if (!part.ok()) call.blame(Wrong::truncated);
    if (!known && !sized) return;
  }
}

}  // namespace

// Enough of a header to tell it from other datagrams on its port.
bool is_network_message(Bytes bytes) {
  Reader in{bytes};
  const std::uint8_t flags = in.u8();
  const std::uint8_t flags1 = flags & 0x80 ? in.u8() : std::uint8_t{0};
  const std::uint8_t flags2 = flags1 & 0x80 ? in.u8() : std::uint8_t{0};
  const bool says_publisher = flags & 0x10 || (flags1 & 7) == 0;
  return in.ok() && sound(flags, flags1, flags2) && says_publisher && in.left() > 0;
}

Fault decode_network_message(Bytes message, const Context& context, Output& output) {
  Memory none{};  // there is no connection
  Call call{output, none, context, Reader{message}};
  Reader& in = call.in;
  Pen pen = call.pen();
  const std::uint8_t flags = in.u8();
  const std::uint8_t flags1 = flags & 0x80 ? in.u8() : std::uint8_t{0};
  const std::uint8_t flags2 = flags1 & 0x80 ? in.u8() : std::uint8_t{0};
  if (!in.ok()) return fault(Wrong::truncated);
  if (!sound(flags, flags1, flags2)) return fault(Wrong::encoding);
  Head head;
  head.content = static_cast<Content>(flags2 >> 2 & 7);
  head.chunk = flags2 & 1;
  pen.set<"message_type">(static_cast<std::uint8_t>(Transfer::network_message));
  pen.set<"uadp_type">(static_cast<std::uint8_t>(head.content));
  Bytes publisher_id;
  if (flags & 0x10) publisher_id = publisher(in, flags1 & 7, output.scratch);
  put_text<"publisher_id">(pen, publisher_id);
  if (flags1 & 8) in.skip(16);  // DataSetClassId
  if (flags & 0x20) group_header(in, pen, head);
  if (flags & 0x40 && head.content == Content::dataset_message) payload_header(in, head);
  std::int64_t time = 0;
  if (flags1 & 0x20 && read_time(in, time)) pen.set<"timestamp">(time);
  if (flags1 & 0x40) in.skip(2);
  if (flags2 & 2) in.skip(in.le16());
  if (flags1 & 0x10) security_header(in, head);
  if (!in.ok()) return fault(Wrong::truncated);
  if (head.is_signed) pen.set<"signed">(true);
  if (head.is_encrypted) pen.set<"encrypted">(true);
  if (head.content != Content::dataset_message) {
    call.operate(head.content == Content::discovery_probe ? Verb::identify : Verb::report);
    return Fault::none;
  }
  if (head.is_encrypted || head.chunk) {
    Operation& operation = call.operate(Verb::report);
    operation.object = {.space = static_cast<std::uint8_t>(Place::dataset),
                        .area = head.with_group_id ? head.group + 1u : 0u,
                        .address = head.with_payload_header && head.count > 0 ? head.writers[0] + 1ull : 0,
                        .count = 1,
                        .text = publisher_id};
    return Fault::none;
  }
  payload(call, head, publisher_id);
  return call.found;  // a signature or the padding of a frame may follow
}

}  // namespace langyan::opcua
