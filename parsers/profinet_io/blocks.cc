// The blocks that the services of PROFINET IO are made of ([10] 5.2): each with a type, a length and
// a version; records follow the header that announces them.
#include "parsers/profinet_io/table.h"

namespace langyan::profinet_io {
namespace {

constexpr std::size_t version_bytes = 2;
constexpr std::size_t access_bytes = 58;  // of a read or write header after its version

Verb verb_of(std::uint16_t index, bool write) {
  if (const IndexRow* row = index_row(index)) return write ? row->write : row->read;
  if (!write) return Verb::read;
  return index < first_system_index ? Verb::write : Verb::configure;
}

Operation& access_operation(Call& call, const Access& access, bool write) {
  Operation& operation = call.operate(verb_of(access.index, write));
  operation.object = {.area = access.api,
                      .address = std::uint64_t{access.slot} << 32 | std::uint64_t{access.subslot} << 16 | access.index,
                      .count = 1};
  return operation;
}

struct Header {  // of a read or write, asked or answered
  Access access;
  std::uint16_t sequence = 0;
  Bytes relation;
  std::uint32_t length = 0;
  std::uint32_t status = 0;  // PNIOStatus of one record written
};

// [10] 5.2.3.1: sequence, relation, place, index, length; then what differs.
Header access_header(Reader& body, std::uint16_t type) {
  Header header;
  header.sequence = body.be16();
  header.relation = body.take(16);
  header.access.api = body.be32();
  header.access.slot = body.be16(), header.access.subslot = body.be16();
  body.skip(2);
  header.access.index = body.be16();
  header.length = body.be32();
  if (type == block_write_response) {
    body.skip(4);  // additional values
    header.status = body.be32();
  }
  return header;
}

bool is_access(std::uint16_t type) {
  return type == block_write_request || type == block_write_response || type == block_read_request ||
         type == block_read_response;
}

wire::Uuid big_uuid(Bytes octets) {  // within blocks always in network order
  Reader in{octets};
  return wire::Ndr{in, false}.uuid();
}

// The records of a multiple write ([10] 5.2.3.3), each behind a header and aligned to four octets.
void many_records(Call& call, Reader& in, bool answer) {
  const std::size_t whole = in.left();
  while (in.left() >= 4) {
    const std::size_t pad = (4 - (whole - in.left()) % 4) % 4;
    if (in.left() < pad + 4) return;
    in.skip(pad);
    const std::uint16_t type = in.be16(), length = in.be16();
    Reader body = in.part(length);
    if (!in.ok() || (type != block_write_request && type != block_write_response))
      return call.blame(Wrong::block_length);
    body.skip(version_bytes);
    const Header header = access_header(body, type);
    if (!body.ok()) return call.blame(Wrong::block_length);
    const Bytes data = answer ? Bytes{} : in.take(header.length);
    if (!in.ok()) return call.blame(Wrong::record_length);
    Fill<write_fields> pen{call.output.items.start(write_schema), in};
    pen.set<"write_slot">(header.access.slot);
    pen.set<"write_subslot">(header.access.subslot);
    pen.set<"write_index">(header.access.index);
    pen.set<"write_length">(header.length);
    if (!answer) pen.set<"write_data">(data);
    const auto error = static_cast<std::uint16_t>(header.status);
    if (answer && header.status != 0) pen.set<"write_error">(error);
    call.output.items.emit();
    Operation& operation = access_operation(call, header.access, true);
    if (!answer) operation.value = Value::of_run(Value::Kind::bytes, data);
    if (answer && header.status != 0) operation.outcome = Outcome::refused, operation.code = error;
  }
}

// A header, and behind it the record where the message carries it.
void access(Call& call, std::uint16_t type, Reader& body, Reader& in) {
  const bool write = type == block_write_request || type == block_write_response;
  const bool carries = type == block_write_request || type == block_read_response;
  const Header header = access_header(body, type);
  if (!body.ok()) return call.blame(Wrong::block_length);
  Pen out{call.output.record, in};
  out.set<"record_sequence">(header.sequence);
  out.set<"ar_uuid">(call.text(big_uuid(header.relation)));
  out.set<"api">(header.access.api);
  out.set<"slot">(header.access.slot);
  out.set<"subslot">(header.access.subslot);
  out.set<"index">(header.access.index);
  out.set<"record_length">(header.length);
  if (write && header.access.index == index_multiple_write) {
    Reader records = carries ? in.part(header.length) : Reader{in.rest()};
    if (!in.ok()) return call.blame(Wrong::record_length);
    return many_records(call, records, call.answer);
  }
  const Bytes record = carries ? in.take(header.length) : Bytes{};
  if (!in.ok()) return call.blame(Wrong::record_length);
  Operation& operation = access_operation(call, header.access, write);
  if (header.status != 0)
    operation.outcome = Outcome::refused, operation.code = static_cast<std::uint16_t>(header.status);
  if (!carries) return;
  out.set<"record_data">(record);
  if (!record.empty()) operation.value = Value::of_run(Value::Kind::bytes, record);
  identification(call, header.access, record);
}

std::string_view command_text(std::uint16_t command) {
  for (const Name& name : command_names)
    if (name.value == command) return name.word;
  return {};
}

void control(Call& call, Reader& body) {
  Pen out{call.output.record, body};
  body.skip(2);
  const Bytes relation = body.take(16);
  const std::uint16_t key = body.be16();
  body.skip(2);  // of a plug alarm its number
  const std::uint16_t command = body.be16();
  if (!body.ok()) return call.blame(Wrong::block_length);
  out.set<"ar_uuid">(call.text(big_uuid(relation)));
  out.set<"session_key">(key);
  out.set<"control_command">(command);
  const std::string_view words = command_text(command);
  Operation& operation = call.operate(call.service.verb);
  if (!call.answer && !words.empty()) operation.value = call.text(words);
}

void one(Call& call, std::uint16_t type, Reader& body, Reader& in) {
  const bool answer = type & block_answer;
  const auto asked = static_cast<std::uint16_t>(type & ~block_answer);
  body.skip(version_bytes);
  Fill<block_fields> pen{call.output.items.start(block_schema), in};
  pen.set<"block_type">(type);
  pen.set<"block_length">(static_cast<std::uint16_t>(body.left() + version_bytes));
  if (asked == block_iocr_request) iocr(body, pen, answer);
  if (!body.ok()) return call.blame(Wrong::block_length);
  call.output.items.emit();
  if (is_access(type)) return access(call, type, body, in);
  if (asked >= block_control_first && asked <= block_control_last) return control(call, body);
  switch (type) {
    case block_ar_request: return connect_request(call, body);
    case block_ar_response: {
      Pen out{call.output.record, body};
      body.skip(2);
      const Bytes relation = body.take(16);
      out.set<"session_key">(body.be16());
      Mac mac;
      const Bytes octets = body.take(6);
      if (!body.ok()) return call.blame(Wrong::block_length);
      std::copy(octets.begin(), octets.end(), mac.octets.begin());
      out.set<"ar_uuid">(call.text(big_uuid(relation)));
      return out.set<"responder_mac">(mac);
    }
    case block_expected: return expected(call, body);
    case block_difference: return difference(call, body);
    default: return;
  }
}

}  // namespace

void blocks(Call& call, Reader& in) {
  static_assert(access_bytes == 2 + 16 + 4 + 2 + 2 + 2 + 2 + 4 + 24, "[10] 5.2.3.1");
  while (in.left() > 0 && call.found == Fault::none) {
    const std::uint16_t type = in.be16(), length = in.be16();
    Reader body = in.part(length);
    if (!in.ok() || length < version_bytes) return call.blame(Wrong::block_length);
    one(call, type, body, in);
  }
}

}  // namespace langyan::profinet_io
