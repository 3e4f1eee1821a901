// TFTP: how switches, panels and bare controllers get their program and firmware: no sign-in, no encryption.
// A request goes to port 69; the file then passes between two ports both ends chose.
//
// [1350] RFC 1350, The TFTP Protocol (Revision 2)     [2347] RFC 2347, Option Extension
// [2348] RFC 2348, Blocksize Option                   [2349] RFC 2349, Timeout and Transfer Size Options
#include "parsers/tftp/tftp.h"

#include <algorithm>
#include <charconv>
#include <cstring>

#include "parsers/tftp/table.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::tftp {
namespace {

using Pen = Fill<fields>;
constexpr std::size_t most_options = 16;

struct Asked {  // of these two hosts, by the client's port
  std::uint8_t write, name_size;
  char name[shared_bytes - 2];
};
static_assert(sizeof(Asked) == shared_bytes);

bool own(const Context& context) { return context.server_port == port_tftp || context.client_port == port_tftp; }

// The request this transfer belongs to: the server answers from a port of its own, to the client's.
Bytes asked(const Context& context) {
  if (!context.shared || context.transport != Transport::udp) return {};
  const Bytes found = context.shared->find(context.server_port);
  return found.empty() ? context.shared->find(context.client_port) : found;
}

// A text and the zero behind it; false: none ends it.
bool take_text(Reader& in, Bytes& text) {
  std::size_t size = 0;
  while (size < in.left() && in.peek(size) != 0) ++size;
  if (size == in.left()) return in.skip(size + 1), false;
  text = in.take(size);
  in.skip(1);
  return true;
}

bool is_mode(Bytes mode) {
  return std::ranges::any_of(std::initializer_list<std::string_view>{"netascii", "octet", "mail"},
                             [&](std::string_view word) { return wire::same_word(word, text_of(mode)); });
}

bool is_firmware(Bytes name) {
  return std::ranges::any_of(firmware_ends,
                             [&](std::string_view end) { return wire::ends_with_word(text_of(name), end); });
}

// Names and values in turn ([2347]); what they are joined to is bounded by the datagram.
void put_options(Reader& in, Pen& out, Output& output) {
  const auto run = output.scratch.take(in.left());
  std::size_t size = 0;
  Bytes name, value;
  for (std::size_t i = 0; i < most_options && in.left() > 0; ++i) {
    Reader look = in;
    if (!take_text(look, name) || !take_text(look, value)) break;
    in = look;
    for (Bytes piece : {name, value}) {
      if (size + piece.size() + 1 > run.size()) break;
      if (size > 0) run[size++] = ' ';
      std::ranges::copy(piece, run.begin() + static_cast<std::ptrdiff_t>(size));
      size += piece.size();
    }
    std::uint32_t number = 0;
    const std::string_view text = text_of(value);
    if (wire::same_word("tsize", text_of(name)) &&
        std::from_chars(text.data(), text.data() + text.size(), number).ec == std::errc{}) {
      out.set<"transfer_size">(number);
    }
  }
  if (size > 0) out.set<"options">(Bytes{run}.first(size));
}

Fault request(Opcode opcode, Reader& in, const Context& context, Pen& out, Output& output) {
  Bytes name, mode;
  if (!take_text(in, name) || name.empty()) return fault(Wrong::malformed);
  out.set<"file">(name);
  if (name.size() > longest_name) return fault(Wrong::name_length);
  if (!take_text(in, mode)) return fault(Wrong::malformed);
  out.set<"mode">(mode);
  const bool firmware = is_firmware(name), write = opcode == Opcode::write;
  if (firmware) out.set<"firmware">(true);
  put_options(in, out, output);
  Operation& operation = output.operate(!write ? Verb::read : firmware ? Verb::firmware : Verb::file);
  operation.function = static_cast<std::uint8_t>(opcode);
  operation.object = {.count = 1, .text = name};
  operation.outcome = Outcome::one_way;  // the answer comes in another flow
  if (context.shared) {
    Asked asked{write, static_cast<std::uint8_t>(std::min(name.size(), sizeof(Asked::name))), {}};
    std::memcpy(asked.name, name.data(), asked.name_size);
    context.shared->put(context.client_port, {reinterpret_cast<const std::uint8_t*>(&asked), sizeof asked});
  }
  return is_mode(mode) ? Fault::none : fault(Wrong::mode);
}

void transfer_error(Reader& in, const Context& context, Pen& out, Output& output) {
  const std::uint16_t code = in.be16();
  Bytes text;
  out.set<"error">(code);
  if (in.ok() && take_text(in, text) && !text.empty()) out.set<"error_text">(text);
  const Bytes known = asked(context);
  if (known.size() != sizeof(Asked)) return;
  Asked asked;
  std::memcpy(&asked, known.data(), sizeof asked);
  const Bytes name =
      output.scratch.copy(bytes_of({asked.name, std::min<std::size_t>(asked.name_size, sizeof asked.name)}));
  Operation& operation = output.operate(asked.write ? Verb::file : Verb::read);
  operation.function = asked.write ? static_cast<std::uint8_t>(Opcode::write) : static_cast<std::uint8_t>(Opcode::read);
  operation.object = {.count = 1, .text = name};
  operation.outcome = Outcome::refused;
  operation.code = code;
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  Reader in{message};
  const Reader whole{message};
  Pen out{output.record, whole};
  const std::uint16_t number = in.be16();
  if (!in.ok() || number == 0 || number > static_cast<std::uint16_t>(Opcode::options)) return fault(Wrong::malformed);
  const auto opcode = static_cast<Opcode>(number);
  out.set<"opcode">(static_cast<std::uint8_t>(number));
  out.set<"packet">(output.scratch.copy(bytes_of(opcode_names[number - 1].word)));
  switch (opcode) {
    case Opcode::read: case Opcode::write: return request(opcode, in, context, out, output);
    case Opcode::data: {
      const std::uint16_t block = in.be16();
      if (!in.ok()) return fault(Wrong::malformed);
      out.set<"block">(block);
      if (in.left() > 0) out.set<"data">(in.rest());
      return Fault::none;
    }
    case Opcode::acknowledgement: {
      const std::uint16_t block = in.be16();
      if (!in.ok()) return fault(Wrong::malformed);
      out.set<"block">(block);
      return Fault::none;
    }
    case Opcode::error:
      transfer_error(in, context, out, output);
      return in.ok() ? Fault::none : fault(Wrong::malformed);
    case Opcode::options: put_options(in, out, output); return Fault::none;
  }
  return Fault::none;
}

bool is_request(Bytes bytes) {
  if (bytes.size() < 4 || bytes[0] != 0 || bytes[1] == 0 || bytes[1] > 2) return false;
  Reader in{bytes.subspan(2)};
  Bytes name, mode;
  return take_text(in, name) && !name.empty() && take_text(in, mode) && is_mode(mode) && wire::is_readable(name);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || bytes.size() < 2 || bytes[0] != 0) return Identity::no;
  if (bytes[1] == 0 || bytes[1] > static_cast<std::uint8_t>(Opcode::options)) return Identity::no;
  if (own(context) || is_request(bytes)) return Identity::yes;
  return bytes.size() >= 4 && !asked(context).empty() ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return bytes.size() >= 2 ? Frame::message(bytes.size()) : Frame::lost(); }

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

End sender(Bytes bytes, const Context&) { return is_request(bytes) ? End::client : End::unknown; }

}  // namespace

const Protocol protocol = {
    .name = "tftp",
    .label = {"TFTP", "TFTP"},
    .doc = "Moves programs and firmware to and from devices without a sign-in.",
    .message = &schema,
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

}  // namespace langyan::tftp
