#include "center/secret.h"

#include <sodium.h>

#include <array>

#include "base/json.h"

namespace langyan::center {

std::string random_text(Random& random, std::size_t octets) {
  std::string raw(octets, '\0');
  random.fill({reinterpret_cast<std::uint8_t*>(raw.data()), raw.size()});
  std::string text;
  append_base64(text, bytes_of(raw));
  while (text.ends_with('=')) text.pop_back();
  for (char& c : text) c = c == '+' ? '-' : c == '/' ? '_' : c;
  return text;
}

std::string sha256_hex(std::string_view data) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> digest;
  crypto_hash_sha256(digest.data(), reinterpret_cast<const unsigned char*>(data.data()),
                     data.size());
  std::string text;
  append_hex(text, digest);
  return text;
}

std::string fingerprint(std::string_view secret) {
  return sha256_hex(secret);
}

bool same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace langyan::center
