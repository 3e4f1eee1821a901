#include "center/password.h"

#include <sodium.h>

namespace langyan::center {

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

bool verify_password(std::string_view password, const std::string& hash, PasswordCost cost) {
  if (hash.empty()) {
    (void)hash_password(password, cost);
    return false;
  }
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

}  // namespace langyan::center
