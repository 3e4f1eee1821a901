#include "parsers/wire/ntlm.h"

#include <algorithm>

namespace langyan::wire {
namespace {

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
constexpr std::uint32_t flag_unicode = 1, flag_version = 0x02000000;
// [NLMP] 2.2.1.2, 2.2.1.3: where the fields stand.
constexpr std::size_t target_at = 12, challenge_flags_at = 20, challenge_version_at = 48;
constexpr std::size_t domain_at = 28, user_at = 36, workstation_at = 44, flags_at = 60, version_at = 64;

struct Message {
  Bytes octets;
  std::uint32_t le32(std::size_t at) const {
    return std::uint32_t{octets[at]} | std::uint32_t{octets[at + 1]} << 8 | std::uint32_t{octets[at + 2]} << 16 |
           std::uint32_t{octets[at + 3]} << 24;
  }
  Bytes text(Scratch& scratch, std::size_t at, bool wide) const {
    const std::size_t size = le32(at) & 0xffff, offset = le32(at + 4);
    if (offset > octets.size() || size > octets.size() - offset) return {};
    const Bytes run = octets.subspan(offset, size);
    return wide ? wide_text(scratch, run, true) : scratch.copy(run);
  }
  void version(std::size_t at, std::uint32_t flags, NtlmSignIn& into) const {
    if (!(flags & flag_version) || octets.size() < at + 4) return;
    into.version[0] = octets[at], into.version[1] = octets[at + 1];
    into.build = static_cast<std::uint16_t>(octets[at + 2] | octets[at + 3] << 8);
  }
};

}  // namespace

Bytes wide_text(Scratch& scratch, Bytes octets, bool little) {
  std::uint8_t text[longest_wide_text * 4];
  std::size_t used = 0, count = 0;
  for (std::size_t at = 0; at + 2 <= octets.size() && count < longest_wide_text; at += 2, ++count) {
    const auto unit = [&](std::size_t place) {
      return static_cast<std::uint32_t>(little ? octets[place + 1] << 8 | octets[place]
                                               : octets[place] << 8 | octets[place + 1]);
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
  return scratch.copy(Bytes{text, used});
}

NtlmSignIn read_ntlm(Scratch& scratch, Bytes token) {
  NtlmSignIn result;
  const auto found = std::search(token.begin(), token.end(), signature.begin(), signature.end());
  const Message message{token.subspan(static_cast<std::size_t>(found - token.begin()))};
  if (message.octets.size() < challenge_flags_at + 4) return result;
  const std::uint32_t kind = message.le32(8);
  if (kind == static_cast<std::uint32_t>(Ntlm::negotiate)) result.kind = Ntlm::negotiate;
  if (kind == static_cast<std::uint32_t>(Ntlm::challenge)) {
    result.kind = Ntlm::challenge;
    const std::uint32_t flags = message.le32(challenge_flags_at);
    result.target = message.text(scratch, target_at, flags & flag_unicode);
    message.version(challenge_version_at, flags, result);
  }
  if (kind != static_cast<std::uint32_t>(Ntlm::authenticate) || message.octets.size() < flags_at + 4) return result;
  result.kind = Ntlm::authenticate;
  const std::uint32_t flags = message.le32(flags_at);
  const bool wide = flags & flag_unicode;
  result.user = message.text(scratch, user_at, wide);
  result.domain = message.text(scratch, domain_at, wide);
  result.workstation = message.text(scratch, workstation_at, wide);
  message.version(version_at, flags, result);
  return result;
}

}  // namespace langyan::wire
