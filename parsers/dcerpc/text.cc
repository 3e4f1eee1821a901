// Texts of Windows: UTF-16, and the names in an NTLM sign-in.
#include <algorithm>

#include "parsers/dcerpc/table.h"

namespace langyan::dcerpc {
namespace {

constexpr std::size_t longest_text = 512;  // characters

std::size_t put_utf8(std::uint32_t code, std::uint8_t* out) {
  if (code < 0x80) return out[0] = static_cast<std::uint8_t>(code), 1;
  if (code < 0x800) {
    out[0] = static_cast<std::uint8_t>(0xc0 | code >> 6), out[1] = static_cast<std::uint8_t>(0x80 | (code & 63));
    return 2;
  }
  if (code < 0x10000) {
    out[0] = static_cast<std::uint8_t>(0xe0 | code >> 12), out[1] = static_cast<std::uint8_t>(0x80 | (code >> 6 & 63));
    out[2] = static_cast<std::uint8_t>(0x80 | (code & 63));
    return 3;
  }
  out[0] = static_cast<std::uint8_t>(0xf0 | code >> 18), out[1] = static_cast<std::uint8_t>(0x80 | (code >> 12 & 63));
  out[2] = static_cast<std::uint8_t>(0x80 | (code >> 6 & 63)), out[3] = static_cast<std::uint8_t>(0x80 | (code & 63));
  return 4;
}

constexpr std::string_view signature{"NTLMSSP\0", 8};
constexpr std::uint32_t message_authenticate = 3, flag_unicode = 1;
constexpr std::size_t domain_at = 28, user_at = 36, workstation_at = 44, flags_at = 60;  // [NLMP] 2.2.1.3

}  // namespace

Bytes wide_text(Output& output, Bytes octets, bool little) {
  std::uint8_t text[longest_text * 4];
  std::size_t used = 0, count = 0;
  for (std::size_t at = 0; at + 2 <= octets.size() && count < longest_text; at += 2, ++count) {
    const auto unit = [&](std::size_t place) {
      return static_cast<std::uint32_t>(little ? octets[place + 1] << 8 | octets[place] : octets[place] << 8 | octets[place + 1]);
    };
    std::uint32_t code = unit(at);
    if (code == 0) break;
    if ((code & 0xfc00) == 0xd800 && at + 4 <= octets.size() && (unit(at + 2) & 0xfc00) == 0xdc00) {
      code = 0x10000 + ((code & 0x3ff) << 10) + (unit(at + 2) & 0x3ff);
      at += 2;
    } else if ((code & 0xf800) == 0xd800) {
      code = 0xfffd;  // half a pair
    }
    used += put_utf8(code, text + used);
  }
  return output.scratch.copy(Bytes{text, used});
}

// Who signs in, of the last message of an NTLM exchange, alone or inside a negotiation.
void ntlm_user(Output& output, Bytes token) {
  const auto found = std::search(token.begin(), token.end(), signature.begin(), signature.end());
  const Bytes message = token.subspan(static_cast<std::size_t>(found - token.begin()));
  if (message.size() < flags_at + 4) return;
  const auto le32 = [&](std::size_t at) {
    return std::uint32_t{message[at]} | std::uint32_t{message[at + 1]} << 8 | std::uint32_t{message[at + 2]} << 16 | std::uint32_t{message[at + 3]} << 24;
  };
  if (le32(8) != message_authenticate) return;
  const bool wide = le32(flags_at) & flag_unicode;
  const auto text = [&](std::size_t at) -> Bytes {
    const std::size_t size = le32(at) & 0xffff, offset = le32(at + 4);
    if (offset > message.size() || size > message.size() - offset) return {};
    const Bytes run = message.subspan(offset, size);
    return wide ? wide_text(output, run, true) : output.scratch.copy(run);
  };
  const Reader in{message};
  Pen out{output.record, in};
  const Bytes user = text(user_at), domain = text(domain_at), workstation = text(workstation_at);
  if (!user.empty()) out.set<"user">(user);
  if (!domain.empty()) out.set<"domain">(domain);
  if (!workstation.empty()) out.set<"workstation">(workstation);
  if (user.empty()) return;
  Operation& operation = output.operate(Verb::auth);
  operation.value = Value::of_run(Value::Kind::text, user);
  operation.outcome = Outcome::one_way;  // whether it was taken shows in the calls that follow
}

}  // namespace langyan::dcerpc
