// ClientHello and ServerHello: read once, then told to the record with the fingerprints made of them.
#pragma once

#include "parsers/tls/table.h"

namespace langyan::tls {

struct Hello {
  bool client = false;
  std::uint16_t legacy_version = 0, version = 0;
  Bytes random, session_id;
  Bytes suites;                // of a client; of a server the chosen one alone
  Bytes extensions;            // as sent: type, length, content; of a sound hello they add up
  Bytes server_name, protocols, groups, formats, schemes, versions;  // contents of lists, without their lengths
  bool has_name = false, has_schemes = false;
  bool retry = false;
  std::uint16_t cipher() const { return static_cast<std::uint16_t>(suites[0] << 8 | suites[1]); }
};

// The content of a hello's handshake message; false: a length lies, and what is filled in is what was read before.
bool read_hello(Bytes content, bool client, Hello& hello);
// `sound`: whether it was read to its end; of half a hello no fingerprint is made.
void tell_hello(const Hello& hello, bool sound, Pen& out, Output& output);

// RFC 8701: values that clients make up to keep servers tolerant; no fingerprint counts them.
constexpr bool is_grease(std::uint16_t value) { return (value & 0x0f0f) == 0x0a0a && value >> 8 == (value & 0xff); }

}  // namespace langyan::tls
