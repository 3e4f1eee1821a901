// Texts of Windows: UTF-16, and the names in an NTLM sign-in.
//
// [NLMP] Microsoft, [MS-NLMP]: NT LAN Manager (NTLM) Authentication Protocol
#pragma once

#include "fields/record.h"

namespace langyan::wire {

constexpr std::size_t longest_wide_text = 512;  // characters

// As UTF-8 in `scratch`, up to the first zero; empty where there is no room.
Bytes wide_text(Scratch& scratch, Bytes octets, bool little);

enum class Ntlm : std::uint8_t { none, negotiate = 1, challenge = 2, authenticate = 3 };

struct NtlmSignIn {
  Ntlm kind = Ntlm::none;
  Bytes user, domain, workstation;  // of authenticate; UTF-8 in scratch
  Bytes target;                     // of challenge: who asks for the proof
  std::uint8_t version[2] = {};     // of Windows, as the message says itself; 0: not said
  std::uint16_t build = 0;
};
// The message of an NTLM exchange, alone or inside a negotiation.
NtlmSignIn read_ntlm(Scratch& scratch, Bytes token);

}  // namespace langyan::wire
