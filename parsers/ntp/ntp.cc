// NTP: where the plant's clocks take their time from.
//
// [5905] RFC 5905, Network Time Protocol Version 4     [1305] RFC 1305, Version 3, appendix B: control messages
// [NTPD] the reference implementation's requests of mode 7, as its documentation of ntpdc lists them
#include "parsers/ntp/ntp.h"

#include <algorithm>

#include "parsers/ntp/table.h"
#include "parsers/wire/spelled.h"

namespace langyan::ntp {
namespace {

using Pen = Fill<fields>;
constexpr std::int64_t epoch_1970 = 2'208'988'800;  // seconds from 1900 ([5905] 6)
constexpr std::uint8_t answer_bit = 0x80;           // of mode 6 in the second octet, of mode 7 in the first

void plain(Reader& in, Pen& out, Output& output, Mode mode) {
  const std::uint8_t stratum = in.u8(), poll = in.u8();
  in.skip(1 + 4 + 4);  // precision, root delay, root dispersion
  const Bytes reference = in.take(4);
  in.skip(8);
  const std::uint64_t origin = in.be64();
  in.skip(8);
  const std::uint64_t transmit = in.be64();
  if (!in.ok()) return;
  out.set<"stratum">(stratum);
  out.set<"poll">(poll);
  Bytes word = reference;
  while (!word.empty() && word.back() == 0) word = word.first(word.size() - 1);
  const bool letters = std::ranges::all_of(word, [](std::uint8_t c) { return c >= '0' && c <= 'z'; });
  if (stratum <= 1 && letters && !word.empty()) out.set<"reference">(word);
  else if (stratum > 1 && stratum < 16 && !word.empty())
    out.set<"reference_ip">(wire::ip_value(output.scratch, reference));
  if (transmit >> 32 >= epoch_1970) {
    const auto seconds = static_cast<std::int64_t>(transmit >> 32) - epoch_1970;
    out.set<"transmit_time">(seconds * 1'000'000 +
                             static_cast<std::int64_t>((transmit & 0xffffffff) * 1'000'000 >> 32));
  }
  const bool asks = mode == Mode::client, answers = mode == Mode::server;
  output.role = asks ? Role::request : answers ? Role::answer : Role::event;
  if (asks || answers) out.set<"exchange">(asks ? transmit : origin);
  Operation& operation = output.operate(asks || answers ? Verb::read : Verb::report);
  operation.function = static_cast<std::uint8_t>(mode);
  operation.outcome = asks ? Outcome::pending : answers && stratum == 0 ? Outcome::refused : Outcome::ok;
}

Fault decode(Bytes message, const Context&, State, Output& output) {
  Reader in{message};
  const Reader whole{message};
  Pen out{output.record, whole};
  const std::uint8_t first = in.u8();
  const auto mode = static_cast<Mode>(first & 7);
  out.set<"version">(static_cast<std::uint8_t>(first >> 3 & 7));
  out.set<"mode">(static_cast<std::uint8_t>(mode));
  if (mode == Mode::control) {
    const std::uint8_t second = in.u8();
    if (message.size() < control_bytes) return fault(Wrong::truncated);
    const std::uint8_t code = second & 31;
    out.set<"control">(code);
    out.set<"data">(in.rest());
    const bool changes = code == 3 || code == 5 || code == 8;
    Operation& operation = output.operate(changes ? Verb::configure : Verb::diagnose);
    operation.function = static_cast<std::uint8_t>(mode);
    operation.outcome = second & answer_bit ? Outcome::ok : Outcome::one_way;
    return Fault::none;
  }
  if (mode == Mode::private_use) {
    in.skip(2);
    const std::uint8_t code = in.u8();
    if (message.size() < private_bytes) return fault(Wrong::truncated);
    out.set<"request_code">(code);
    out.set<"data">(in.rest());
    Operation& operation = output.operate(Verb::diagnose);
    operation.function = static_cast<std::uint8_t>(mode);
    operation.outcome = first & answer_bit ? Outcome::ok : Outcome::one_way;
    const bool asked = !(first & answer_bit) && (code == get_list || code == get_list_1);
    return asked ? fault(Wrong::list_request) : Fault::none;
  }
  out.set<"leap">(static_cast<std::uint8_t>(first >> 6));
  plain(in, out, output, mode);
  return in.ok() ? Fault::none : fault(Wrong::truncated);
}

// A message of 48 octets has no marks of its own, so only its own port is taken.
Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::udp || (context.client_port != port_ntp && context.server_port != port_ntp))
    return Identity::no;
  const std::uint8_t version = bytes[0] >> 3 & 7, mode = bytes[0] & 7;
  if (version == 0 || version > 4 || mode == 0) return Identity::no;
  return bytes.size() >= private_bytes ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) { return Frame::message(bytes.size()); }

std::size_t resync(Bytes bytes, const Context&) { return bytes.size(); }

void notation(const Object&, std::string&) {}

End sender(Bytes bytes, const Context&) {
  const auto mode = static_cast<Mode>(bytes.empty() ? 0 : bytes[0] & 7);
  return mode == Mode::client ? End::client : mode == Mode::server ? End::server : End::unknown;
}

}  // namespace

const Protocol protocol = {
    .name = "ntp",
    .label = {"NTP", "NTP"},
    .doc = "Keeps the clocks of a plant together.",
    .message = &schema,
    .ports = ports,
    .spaces = {},
    .faults = faults,
    .function_field = "mode",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
    .industrial = false,
};

}  // namespace langyan::ntp
