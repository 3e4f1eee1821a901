// Program blocks on their way to and from the controller, and the services that act on them: jobs
// 0x1a to 0x1f, 0x28 and 0x29. In a download the controller asks: it sends 0x1b and 0x1c as jobs of
// its own.
#include "parsers/s7comm/pdu.h"

namespace langyan::s7comm {
namespace {

constexpr std::size_t block_name_bytes = 8;
constexpr std::size_t size_digits = 6;  // [SNAP7] AsciiLoad, AsciiMC7

int hex_digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// A length, then a name; blocks by "_" and the block's name, NC files by a path.
Object file_name(Pdu& pdu, Reader& in) {
  const Bytes name = in.take(in.u8());
  if (!in.ok() || name.empty()) return {};
  Pen pen = pdu.pen(in);
  pen.set<"file_name">(name);
  const BlockName block =
      name.size() == block_name_bytes + 1 ? read_block_name(name.subspan(1)) : BlockName{};
  if (!block.known) return {.space = static_cast<std::uint8_t>(Place::file), .text = name};
  pen.set<"block_type">(block.type);
  pen.set<"block_number">(block.number);
  pen.set<"file_system">(block.file_system);
  return block_object(block.type, block.number);
}

// [SNAP7] TReqStartDownloadParams, TReqDownloadParams: status, two octets, an id nobody needs, the
// name.
void download(Pdu& pdu) {
  Reader& in = pdu.parameters;
  if (!pdu.asks()) {
    if (!pdu.function->silent) pdu.operate(Verb::download);
    return;
  }
  in.skip(7);
  const Object object = file_name(pdu, in);
  if (pdu.function->body == Body::request_download && in.left() > 0) {
    Reader sizes = in.part(in.u8());
    sizes.skip(1);
    Pen pen = pdu.pen(sizes);
    std::uint32_t number = 0;
    if (read_digits(sizes.take(size_digits), number)) pen.set<"load_size">(number);
    if (read_digits(sizes.take(size_digits), number)) pen.set<"code_size">(number);
  }
  if (!pdu.function->silent) pdu.operate(Verb::download).object = object;
}

// Octets of a block behind their length and 0x00fb ([SNAP7] TResDownloadDataHeader).
void block_octets(Pdu& pdu) {
  if (pdu.parameters.left() > 0) {
    pdu.pen(pdu.parameters).set<"more_follows">((pdu.parameters.u8() & 1) != 0);
  }
  if (pdu.data.left() == 0) return;
  const std::uint16_t size = pdu.data.be16();
  pdu.data.skip(2);
  const Bytes octets = pdu.data.take(size);
  if (!pdu.data.ok()) return pdu.blame(Wrong::value);
  pdu.pen(pdu.data).set<"block_data">(octets);
  if (size % 2 && pdu.data.left() > 0) pdu.data.skip(1);
}

void start_upload(Pdu& pdu) {
  Reader& in = pdu.parameters;
  Memory& memory = pdu.memory;
  if (pdu.asks()) {
    in.skip(7);
    const Object object = file_name(pdu, in);
    pdu.operate(Verb::upload).object = object;
    memory.upload_reference = pdu.reference;
    memory.upload_id = 0;
    memory.upload_type = object.space == static_cast<std::uint8_t>(Place::block)
                             ? static_cast<std::uint8_t>(object.area)
                             : 0;
    memory.upload_number = static_cast<std::uint32_t>(object.address);
    return;
  }
  pdu.operate(Verb::upload);
  if (pdu.error) return;
  in.skip(3);
  const std::uint32_t id = in.be32();
  pdu.pen(in).set<"transfer_id">(id);
  const Bytes digits = in.take(in.u8());
  std::uint32_t size = 0;
  if (read_digits(digits, size)) pdu.pen(in).set<"block_size">(size);
  if (in.ok() && memory.upload_reference == pdu.reference) memory.upload_id = id;
}

void end_upload(Pdu& pdu) {
  Object object;
  if (pdu.asks()) {
    Reader& in = pdu.parameters;
    in.skip(3);
    const std::uint32_t id = in.be32();
    pdu.pen(in).set<"transfer_id">(id);
    if (in.ok() && id == pdu.memory.upload_id && pdu.memory.upload_type) {
      object = block_object(pdu.memory.upload_type, pdu.memory.upload_number);
    }
  }
  if (!pdu.function->silent) pdu.operate(Verb::upload).object = object;
}

// [SNAP7] TReqControlBlockParams: how many, a zero, their names.
bool blocks(Pdu& pdu, Verb verb, Reader in) {
  const std::uint8_t count = in.u8();
  in.skip(1);
  for (int i = 0; i < count; ++i) {
    const Bytes name = in.take(block_name_bytes);
    const BlockName block = read_block_name(name);
    if (!in.ok() || !block.known) return i > 0;
    Fill<block_fields> pen{pdu.output.items.start(block_schema), in};
    pen.set<"listed_type">(block.type);
    pen.set<"listed_number">(block.number);
    pen.set<"listed_file_system">(block.file_system);
    pdu.output.items.emit();
    pdu.operate(verb).object = block_object(block.type, block.number);
  }
  return count > 0;
}

}  // namespace

BlockName read_block_name(Bytes octets) {
  BlockName name;
  if (octets.size() != block_name_bytes) return name;
  const int high = hex_digit(octets[0]), low = hex_digit(octets[1]);
  name.known = high >= 0 && low >= 0 && read_digits(octets.subspan(2, 5), name.number);
  name.type = static_cast<std::uint8_t>(high << 4 | low);
  name.file_system = octets[7];
  return name;
}

Bytes trimmed(Bytes octets) {
  while (!octets.empty() && (octets.back() == ' ' || octets.back() == 0))
    octets = octets.first(octets.size() - 1);
  return octets;
}

bool read_digits(Bytes octets, std::uint32_t& number) {
  if (octets.empty() || octets.size() > 9) return false;
  std::uint32_t result = 0;
  for (std::uint8_t octet : octets) {
    if (octet < '0' || octet > '9') return false;
    result = result * 10 + (octet - '0');
  }
  number = result;
  return true;
}

void transfer(Pdu& pdu) {
  switch (pdu.function->body) {
    case Body::request_download:
    case Body::download_ended: return download(pdu);
    case Body::download_block: return pdu.asks() ? download(pdu) : block_octets(pdu);
    case Body::start_upload: return start_upload(pdu);
    case Body::upload: return pdu.asks() ? end_upload(pdu) : block_octets(pdu);
    default: return end_upload(pdu);
  }
}

// [SNAP7] TReqFunPlcHotStart and its neighbours: seven octets, a parameter block, the service's
// name.
void service(Pdu& pdu) {
  if (!pdu.asks()) {
    pdu.operate(Verb::control);
    pdu.parameters.rest();  // of a refused start why, in one octet
    return;
  }
  Reader& in = pdu.parameters;
  in.skip(7);
  const Bytes argument = in.take(in.be16());
  const Bytes name = in.take(in.u8());
  Pen pen = pdu.pen(in);
  if (!argument.empty()) pen.set<"pi_argument">(argument);
  if (!name.empty()) pen.set<"pi_service">(name);
  if (!in.ok()) {
    pdu.operate(Verb::control);
    return;
  }
  const Service called = service_row(text_of(name));
  if (called.of_blocks && blocks(pdu, called.verb, Reader{argument})) return;
  Operation& operation = pdu.operate(called.verb);
  if (!argument.empty()) operation.value = Value::of_run(Value::Kind::text, trimmed(argument));
}

// [SNAP7] TReqFunPlcStop: five octets and the program's name. The function alone stops.
void stop(Pdu& pdu) {
  pdu.operate(Verb::stop);
  if (!pdu.asks()) {
    pdu.parameters.rest();
    return;
  }
  pdu.parameters.skip(5);
  const Bytes name = pdu.parameters.take(pdu.parameters.u8());
  if (!name.empty()) pdu.pen(pdu.parameters).set<"pi_service">(name);
}

void setup(Pdu& pdu) {
  pdu.operate(Verb::session);
  if (pdu.error) return;
  Reader& in = pdu.parameters;
  Pen pen = pdu.pen(in);
  in.skip(1);
  pen.set<"max_jobs_calling">(in.be16());
  pen.set<"max_jobs_called">(in.be16());
  pen.set<"pdu_length">(in.be16());
}

}  // namespace langyan::s7comm
