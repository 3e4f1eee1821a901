#include "center/password.h"

#include <sodium.h>

#include <array>
#include <cstdio>
#include <cstring>
#include <new>
#include <span>

namespace langyan::center {
namespace {

constexpr std::size_t hash_bytes = 32;  // what libsodium's own strings hold

}  // namespace

Result<void> check_password(std::string_view password, std::string_view user) {
  if (password.size() < shortest_password) {
    return Error{ErrorKind::invalid, "The password has " + std::to_string(password.size()) +
                                         " bytes and needs " + std::to_string(shortest_password) +
                                         "."};
  }
  if (password.size() > longest_password) {
    return Error{ErrorKind::invalid,
                 "The password may have " + std::to_string(longest_password) + " bytes."};
  }
  if (password == user) return Error{ErrorKind::invalid, "The password is the account's name."};
  return {};
}

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
  char text[crypto_pwhash_STRBYTES];
  if (crypto_pwhash_str_alg(text, password.data(), password.size(), cost.operations, cost.memory,
                            crypto_pwhash_ALG_ARGON2ID13) != 0) {
    return Error{ErrorKind::failed, "A password needs " + std::to_string(cost.memory) +
                                        " bytes of memory to be hashed; there is less."};
  }
  return std::string(text);
}

// Computed here and compared, because crypto_pwhash_str_verify() says the same to a wrong password
// and to a lack of memory, which must not count against anyone.
bool verify_password(std::string_view password, const std::string& hash, PasswordCost cost) {
  if (hash.empty()) {
    (void)hash_password(password, cost);
    return false;
  }
  // $argon2id$v=19$m=65536,t=2,p=1$salt$hash, both in base64 (RFC 9106 and the reference code)
  unsigned memory = 0, operations = 0;
  int salt_at = 0;
  std::array<std::uint8_t, crypto_pwhash_SALTBYTES> salt;
  std::array<std::uint8_t, hash_bytes> expected, found;
  std::size_t size = 0;
  const char* end = nullptr;
  const auto decode = [&](const char* at, std::span<std::uint8_t> into) {
    return sodium_base642bin(into.data(), into.size(), at, std::strlen(at), nullptr, &size, &end,
                             sodium_base64_VARIANT_ORIGINAL_NO_PADDING) == 0 &&
           size == into.size();
  };
  const bool read = std::sscanf(hash.c_str(), "$argon2id$v=19$m=%u,t=%u,p=1$%n", &memory,
                                &operations, &salt_at) == 2 &&
                    salt_at > 0 && decode(hash.c_str() + salt_at, salt) && *end == '$' &&
                    decode(end + 1, expected) && *end == 0;
  if (!read) return false;
  if (crypto_pwhash(found.data(), found.size(), password.data(), password.size(), salt.data(),
                    operations, std::size_t{memory} * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0)
    throw std::bad_alloc();
  return sodium_memcmp(found.data(), expected.data(), found.size()) == 0;
}

}  // namespace langyan::center
