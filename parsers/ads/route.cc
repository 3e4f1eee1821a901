// The route service of TwinCAT over UDP: who is there, and new routes, with a password in clear.
// Sources as in ads.cc.
#include <array>
#include <charconv>
#include <cstring>

#include "parsers/ads/table.h"

namespace langyan::ads {
namespace {

using Pen = Fill<fields>;

constexpr std::uint32_t most_blocks = 64;  // ours; stations send five
constexpr std::uint32_t windows_nt = 2, windows_ce = 3;  // OSVERSIONINFO.dwPlatformId

// OSVERSIONINFO: size, major, minor, build, platform.
Bytes system_text(Bytes info, Output& output) {
  Reader in{info};
  in.skip(4);
  const std::uint32_t major = in.le32(), minor = in.le32();
  in.skip(4);
  const std::uint32_t platform = in.le32();
  if (!in.ok() || (platform != windows_nt && platform != windows_ce)) return {};
  const std::string_view family = platform == windows_ce ? "Windows CE " : "Windows NT ";
  const Bytes version = dotted_text({major, minor}, output);
  const auto run = output.scratch.take(family.size() + version.size());
  if (run.empty()) return {};
  std::memcpy(run.data(), family.data(), family.size());
  std::memcpy(run.data() + family.size(), version.data(), version.size());
  return run;
}

struct Seen {
  bool has_status = false, has_password = false;
  std::uint32_t status = 0, password = 0;
  Bytes host, route, net_id, user, version, system;
};

void block(std::uint16_t tag, Bytes data, Pen& out, Output& output, Seen& seen) {
  Reader in{data};
  switch (tag) {
    case tag_status:
      if (data.size() == 4) seen.has_status = true, out.set<"route_status">(seen.status = in.le32());
      return;
    case tag_password:
      seen.has_password = true, seen.password = static_cast<std::uint32_t>(until_zero(data).size());
      return out.set<"password_length">(seen.password);
    case tag_version:
      if (data.size() < 4) return;
      seen.version = dotted_text({data[0], data[1], static_cast<std::uint32_t>(data[2] | data[3] << 8)}, output);
      return out.set<"twincat_version">(seen.version);
    case tag_os:
      if (seen.system = system_text(data, output); !seen.system.empty()) out.set<"system">(seen.system);
      return;
    case tag_host: return out.set<"host_name">(seen.host = until_zero(data));
    case tag_net_id:
      if (data.size() == 6) out.set<"route_net_id">(seen.net_id = net_id_text(data, output));
      return;
    case tag_route: return out.set<"route_name">(seen.route = until_zero(data));
    case tag_user: return out.set<"user_name">(seen.user = until_zero(data));
    default: return;
  }
}

}  // namespace

Bytes dotted_text(std::initializer_list<std::uint32_t> numbers, Output& output) {
  std::array<char, 72> text;  // six numbers of at most ten digits and their dots
  char* at = text.data();
  for (std::uint32_t number : numbers) {
    if (at != text.data()) *at++ = '.';
    at = std::to_chars(at, text.data() + text.size(), number).ptr;
  }
  return output.scratch.copy(bytes_of({text.data(), static_cast<std::size_t>(at - text.data())}));
}

Bytes net_id_text(Bytes octets, Output& output) {
  return dotted_text({octets[0], octets[1], octets[2], octets[3], octets[4], octets[5]}, output);
}

// [PLC4X]: cookie, invoke id, service, sender's AMS address, count, then tag, length and octets.
Fault decode_route(Bytes message, Output& output) {
  constexpr std::uint32_t answer_bit = 0x80000000;
  Reader in{message};
  Pen out{output.record, in};
  in.skip(4);
  const std::uint32_t invoke_id = in.le32(), service = in.le32();
  const Bytes source = in.take(6);
  const std::uint16_t port = in.le16();
  const std::uint32_t blocks = in.le32();
  if (!in.ok()) return fault(Wrong::truncated);
  out.set<"invoke_id">(invoke_id);
  out.set<"route_service">(service);
  out.set<"source_net_id">(net_id_text(source, output));
  out.set<"source_port">(port);
  const bool answer = service & answer_bit;
  const std::uint32_t asked = service & ~answer_bit;
  output.role = answer ? Role::answer : Role::request;
  Seen seen;
  for (std::uint32_t i = 0; i < blocks && i < most_blocks && in.ok(); ++i) {
    const std::uint16_t tag = in.le16(), size = in.le16();
    const Bytes data = in.take(size);
    if (in.ok()) block(tag, data, out, output, seen);
  }
  const bool whole = in.ok();
  Operation& operation = output.operate(asked == 1                 ? Verb::identify
                                        : asked == 6 || asked == 7 ? Verb::configure
                                                                   : Verb::other);
  constexpr std::uint32_t route_functions = 0x100;  // ours, beside the commands of AMS
  operation.function = route_functions | (asked & 0xff);
  if (answer) {
    const bool refused = seen.has_status && seen.status != 0;
    operation.outcome = refused ? Outcome::refused : whole ? Outcome::ok : Outcome::pending;
    if (refused) operation.code = static_cast<std::uint16_t>(seen.status);
    if (asked == 1) {
      output.tell(Trait::vendor, "Beckhoff");
      output.tell(Trait::name, seen.host);
      output.tell(Trait::series, seen.version.empty() ? "" : "TwinCAT");
      output.tell(Trait::firmware, seen.version);
      output.tell(Trait::description, seen.system);
    }
  } else if (asked == 6 || asked == 7) {
    const Bytes name = !seen.host.empty() ? seen.host : seen.route;
    if (!name.empty()) operation.object = {.space = static_cast<std::uint8_t>(Place::symbol), .count = 1, .text = name};
    if (!seen.user.empty()) operation.value = Value::of_run(Value::Kind::text, seen.user);
  }
  if (!whole) return fault(Wrong::truncated);
  if (asked != 1 && asked != 6 && asked != 7) return fault(Wrong::command);
  if (blocks > most_blocks || in.left() > 0) return fault(Wrong::length);
  if (!answer && seen.has_password) return fault(seen.password ? Wrong::password : Wrong::empty_password);
  return Fault::none;
}

}  // namespace langyan::ads
