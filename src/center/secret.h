// Secrets: opaque random texts, kept only as fingerprints, compared in constant time. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"

namespace langyan::center {

constexpr std::size_t secret_octets = 32;

std::string random_text(Random& random,
                        std::size_t octets = secret_octets);  // base64url, RFC 4648 5
std::string fingerprint(std::string_view secret);             // SHA-256, 64 hexadecimal digits
bool same_secret(std::string_view a, std::string_view b);
std::string sha256_hex(std::string_view data);

}  // namespace langyan::center
