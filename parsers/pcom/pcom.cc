// PCOM: Unitronics controllers (Vision, Samba, Jazz, M90), over TCP port 20256 or a serial line's
// gateway. Messages are ASCII, a command in two or three letters, or binary, a command in an octet.
// Start, stop, reset and initialise need no sign-in.
//
// [PCOM] Unitronics, PCOM Protocol (Communication with the Vision PLC): commands, checksums,
// operands [NSE]  L. Rosa, pcom-discover: identity and name of the controller in their answers
// [RIC]  RICADO.Unitronics for .NET: binary commands and the types of operands
#include "parsers/pcom/pcom.h"

#include "parsers/pcom/table.h"

namespace langyan::pcom {
namespace {

constexpr std::size_t head_bytes = 6, shortest = 6, longest = 2'048;
constexpr std::size_t binary_head = 24, binary_tail = 3;
constexpr std::string_view binary_start = "/_OPLC";
constexpr std::uint8_t answer_bit = 0x80;

std::uint16_t le16(Bytes bytes, std::size_t at) {
  return static_cast<std::uint16_t>(bytes[at] | bytes[at + 1] << 8);
}

bool plausible(Bytes bytes) {  // six octets
  const std::size_t size = le16(bytes, 4);
  return (bytes[2] == mode_ascii || bytes[2] == mode_binary) && bytes[3] == 0 && size >= shortest &&
         size <= longest;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (bytes.size() > 2 && bytes[2] != mode_ascii && bytes[2] != mode_binary) return Identity::no;
  if (bytes.size() < head_bytes) return Identity::unsure;
  if (!plausible(bytes)) return Identity::no;
  if (bytes.size() == head_bytes) return Identity::unsure;
  if (bytes[head_bytes] != '/') return Identity::no;
  if (context.client_port == own_port || context.server_port == own_port) return Identity::yes;
  const std::size_t size = head_bytes + le16(bytes, 4);
  if (bytes.size() < size) return Identity::unsure;
  return bytes[size - 1] == (bytes[2] == mode_ascii ? '\r' : '\\') ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (bytes.size() < head_bytes) return Frame::need(head_bytes);
  if (!plausible(bytes)) return Frame::lost();
  const std::size_t size = head_bytes + le16(bytes, 4);
  return bytes.size() < size ? Frame::need(size) : Frame::message(size);
}

std::size_t resync(Bytes bytes, const Context&) {
  for (std::size_t at = 0; at + head_bytes < bytes.size(); ++at) {
    const Bytes here = bytes.subspan(at);
    if (plausible(here) && here[head_bytes] == '/') return at;
  }
  return bytes.size();
}

// ASCII answers say "/A"; of binary ones the command has its upper bit.
End sender(Bytes bytes, const Context&) {
  if (bytes.size() < head_bytes + 2 || bytes[head_bytes] != '/') return End::unknown;
  if (bytes[2] == mode_ascii)
    return bytes[head_bytes + 1] == 'A' && bytes.size() > head_bytes + 4 ? End::server
                                                                         : End::client;
  constexpr std::size_t command_at = head_bytes + 12;
  if (bytes.size() <= command_at) return End::unknown;
  return bytes[command_at] & answer_bit ? End::server : End::client;
}

struct Asked {
  std::uint16_t transaction;
  std::uint8_t command;  // row of the ASCII table, counted from one; 0: free
};
constexpr std::size_t remembered = 8;
struct Memory {
  Asked asked[remembered];
  std::uint8_t next;

  void wait(std::uint16_t transaction, std::size_t row) {
    asked[next] = {transaction, static_cast<std::uint8_t>(row + 1)};
    next = static_cast<std::uint8_t>((next + 1) % remembered);
  }
  const Command* take(std::uint16_t transaction) {
    for (Asked& each : asked)
      if (each.command && each.transaction == transaction)
        return &commands[std::exchange(each.command, 0) - 1];
    return nullptr;
  }
};

// A number in hexadecimal digits. False: these are none.
bool hex(Bytes digits, std::uint64_t& number) {
  number = 0;
  if (digits.empty() || digits.size() > 16) return false;
  for (std::uint8_t c : digits) {
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    if (digit < 0) return false;
    number = number << 4 | static_cast<unsigned>(digit);
  }
  return true;
}

// [PCOM]: the sum of what stands behind the slash; whether the A of an answer is part of it
// differs.
bool sums_up(Bytes text, std::size_t from) {
  std::uint64_t said = 0;
  if (text.size() < from + 3 || !hex(text.subspan(text.size() - 3, 2), said)) return false;
  unsigned sum = 0;
  for (std::uint8_t octet : text.subspan(from, text.size() - from - 3)) sum += octet;
  return (sum & 0xff) == said;
}

// Values of `width` digits each; one makes the operation's value, several stay text of the event.
void values(Reader& in, Pen pen, const Command& row, Operation& operation) {
  const Bytes digits = in.rest();
  if (digits.empty()) return;
  pen.set<"values">(digits);
  std::uint64_t number = 0;
  if (digits.size() != row.digits || !hex(digits, number)) return;
  if (row.digits == 1)
    operation.value = Value::of_boolean(number != 0);
  else if (row.digits == 4)
    operation.value = Value::of_integer(static_cast<std::int16_t>(number));
  else
    operation.value = Value::of_integer(static_cast<std::int32_t>(number));
}

// "00300941" as 3.9.41: version, revision, build.
Bytes version(Output& output, Bytes digits) {
  constexpr std::size_t group = 3, longest_text = 10;
  const auto room = output.scratch.take(longest_text);
  if (room.size() < longest_text) return {};
  std::size_t size = 0;
  for (std::size_t from = 0; from < digits.size(); from += group) {
    Bytes part = digits.subspan(from, std::min(group, digits.size() - from));
    while (part.size() > 1 && part[0] == '0') part = part.subspan(1);
    if (from > 0) room[size++] = '.';
    for (std::uint8_t digit : part) room[size++] = digit;
  }
  return Bytes{room}.first(size);
}

// Six letters of the model, one of the hardware, eight digits of the operating system [NSE].
void identity(Bytes text, Pen pen, Output& output, std::uint32_t unit) {
  constexpr std::size_t model_bytes = 6, hardware_at = 6, version_at = 7, version_digits = 8;
  if (text.size() < version_at + version_digits) return;
  Bytes model = text.first(model_bytes);
  while (!model.empty() && model.back() == ' ') model = model.first(model.size() - 1);
  const Bytes hardware = text.subspan(hardware_at, 1),
              system = version(output, text.subspan(version_at, version_digits));
  pen.set<"model">(model);
  pen.set<"hardware">(hardware);
  pen.set<"os_version">(system);
  output.tell(Trait::vendor, "Unitronics", unit);
  output.tell(Trait::model, model, unit);
  output.tell(Trait::hardware, hardware, unit);
  output.tell(Trait::firmware, system, unit);
}

const Command* find(std::string_view text) {  // the longest that fits
  const Command* found = nullptr;
  for (const Command& row : commands)
    if (text.starts_with(row.letters) && (!found || row.letters.size() > found->letters.size()))
      found = &row;
  return found;
}

Fault ascii_request(Bytes body, std::uint16_t transaction, Memory& memory, Pen pen, Output& output,
                    std::uint32_t unit) {
  const Command* row = find(text_of(body));
  const std::size_t letters = row ? row->letters.size() : std::min<std::size_t>(2, body.size());
  pen.set<"command">(body.first(letters));
  Reader in{body.subspan(letters)};
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.unit = unit;
  if (!row) return fault(Wrong::command);
  operation.function = row->code;
  pen.set<"function">(row->code);
  memory.wait(transaction, static_cast<std::size_t>(row - commands));
  if (row->digits == 0) {
    if (row->verb == Verb::configure || row->verb == Verb::time) pen.set<"values">(in.rest());
    return Fault::none;
  }
  std::uint64_t address = 0, count = 0;
  if (!hex(in.take(4), address) || !hex(in.take(2), count) || !in.ok())
    return fault(Wrong::truncated);
  pen.set<"operand">(row->operand);
  pen.set<"address">(static_cast<std::uint16_t>(address));
  pen.set<"count">(static_cast<std::uint16_t>(count));
  operation.object = {.space = operand_space(row->operand),
                      .address = address,
                      .count = static_cast<std::uint32_t>(count)};
  if (row->verb == Verb::write) values(in, pen, *row, operation);
  return Fault::none;
}

Fault ascii_answer(Bytes body, std::uint16_t transaction, Memory& memory, Pen pen, Output& output,
                   std::uint32_t unit) {
  const Command* row = memory.take(transaction);
  constexpr std::size_t letters = 2;
  if (body.size() < letters) return fault(Wrong::truncated);
  pen.set<"command">(body.first(letters));
  Reader in{body.subspan(letters)};
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.unit = unit;
  operation.outcome = Outcome::ok;
  if (row) operation.function = row->code, pen.set<"function">(row->code);
  if (row && row->verb == Verb::read && row->digits)
    values(in, pen, *row, operation);
  else if (text_of(body).starts_with("ID"))
    identity(in.rest(), pen, output, unit);
  else if (in.left() > 0)
    pen.set<"values">(in.rest());
  return Fault::none;
}

Fault ascii(Bytes text, std::uint16_t transaction, Memory& memory, Pen pen, Output& output) {
  const bool answers = text.size() > 1 && text[1] == 'A';
  const std::size_t from = answers ? 2 : 1;
  constexpr std::size_t unit_bytes = 2, tail = 3;
  std::uint64_t unit = 0;
  output.role = answers ? Role::answer : Role::request;
  if (text.size() < from + unit_bytes + tail || text.back() != '\r') return fault(Wrong::truncated);
  if (!hex(text.subspan(from, unit_bytes), unit)) return fault(Wrong::truncated);
  pen.set<"unit_id">(static_cast<std::uint8_t>(unit));
  const Bytes body = text.subspan(from + unit_bytes, text.size() - from - unit_bytes - tail);
  if (!sums_up(text, from) && !(answers && sums_up(text, 1))) return fault(Wrong::checksum);
  const auto number = static_cast<std::uint32_t>(unit);
  return answers ? ascii_answer(body, transaction, memory, pen, output, number)
                 : ascii_request(body, transaction, memory, pen, output, number);
}

std::uint16_t complement(Bytes octets) {  // [PCOM]: of the sum, in 16 bits
  unsigned sum = 0;
  for (std::uint8_t octet : octets) sum += octet;
  return static_cast<std::uint16_t>(0x10000 - (sum & 0xffff));
}

// Blocks of operands to read, then to write: type, count, first address; values behind those to
// write [RIC].
bool operands(Bytes data, Output& output, std::uint32_t unit) {
  Reader in{data};
  const std::uint16_t reads = in.le16(), writes = in.le16();
  const unsigned blocks =
      std::min(unsigned{reads} + writes, static_cast<unsigned>(most_operations));
  for (unsigned i = 0; i < blocks && in.ok(); ++i) {
    const BinaryOperand* type = binary_operand(in.u8());
    const std::uint8_t count = in.u8();
    const std::uint16_t address = in.le16();
    if (!in.ok()) return false;
    Operation& operation = output.operate(i < reads ? Verb::read : Verb::write);
    operation.unit = unit;
    operation.function = binary_function | command_read_write;
    if (!type) return false;  // of unknown size, so what follows cannot be read
    operation.object = {.space = operand_space(type->operand), .address = address, .count = count};
    if (i < reads) continue;
    const std::size_t size = (std::size_t{count} * type->octets + 1) / 2 * 2;
    const Bytes values = in.take(size);
    if (!in.ok()) return false;
    if (count != 1) continue;
    Reader value{values};
    if (type->octets == 1)
      operation.value = Value::of_boolean(value.u8() != 0);
    else if (type->octets == 2)
      operation.value = Value::of_integer(static_cast<std::int16_t>(value.le16()));
    else
      operation.value = Value::of_integer(static_cast<std::int32_t>(value.le32()));
  }
  return in.ok();
}

// [PCOM]: a head with its checksum, data with theirs, a backslash.
Fault binary(Bytes text, Pen pen, Output& output) {
  if (text.size() < binary_head + binary_tail || !text_of(text).starts_with(binary_start))
    return fault(Wrong::truncated);
  const std::uint8_t raw = text[12], command = raw & static_cast<std::uint8_t>(~answer_bit);
  const bool answers = raw & answer_bit;
  const std::uint8_t unit = answers ? text[7] : text[6];
  const std::size_t length = le16(text, 20);
  output.role = answers ? Role::answer : Role::request;
  pen.set<"unit_id">(unit);
  pen.set<"binary_command">(command);
  pen.set<"function">(static_cast<std::uint16_t>(binary_function | command));
  if (binary_head + length + binary_tail > text.size()) return fault(Wrong::truncated);
  const Bytes data = text.subspan(binary_head, length);
  const auto sum = [&](Bytes octets) {
    return octets.empty() ? std::uint16_t{0} : complement(octets);
  };
  const std::uint16_t foot = le16(text, binary_head + length);
  if (complement(text.first(22)) != le16(text, 22) ||
      (sum(data) != foot && !(data.empty() && foot == 0)))
    return fault(Wrong::checksum);
  if (!data.empty()) pen.set<"data">(data);
  if (!answers && command == command_read_write)
    return operands(data, output, unit) ? Fault::none : fault(Wrong::truncated);
  const BinaryCommand* row = binary_row(command);
  Operation& operation = output.operate(row ? row->verb : Verb::other);
  operation.unit = unit;
  operation.function = binary_function | command;
  if (answers) operation.outcome = Outcome::ok;
  if (answers && command == command_name && !data.empty()) {
    pen.set<"plc_name">(data);
    output.tell(Trait::name, data, unit);
  }
  return Fault::none;
}

Fault decode(Bytes message, const Context&, State bytes, Output& output) {
  Reader in{message};
  Pen pen{output.record, in};
  const std::uint16_t transaction = in.le16();
  const std::uint8_t mode = in.u8();
  in.skip(3);
  if (!in.ok()) return fault(Wrong::truncated);
  pen.set<"transaction_id">(transaction);
  pen.set<"mode">(mode);
  const Bytes text = in.rest();
  return mode == mode_ascii ? ascii(text, transaction, state<Memory>(bytes), pen, output)
                            : binary(text, pen, output);
}

void notation(const Object& object, std::string& out) {
  if (object.space < std::size(spaces)) out += operand_letters[object.space];
  out += ' ';
  out += std::to_string(object.address);
  if (object.count > 1) out += ".." + std::to_string(object.address + object.count - 1);
}

}  // namespace

const Protocol protocol = {
    .name = "pcom",
    .label = {"PCOM", "PCOM"},
    .doc = "Reads and writes operands of Unitronics controllers, starts, stops and resets them.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "function",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::pcom
