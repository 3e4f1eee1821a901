#include "center/second_factor.h"

#include <liboath/oath.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

namespace langyan::center {
namespace {

constexpr std::size_t secret_octets = 20;  // RFC 4226 4, R6

struct Free {
  void operator()(char* text) const { std::free(text); }
};
using Owned = std::unique_ptr<char, Free>;

// As octets; empty when it is no base32.
std::string decoded(std::string_view secret) {
  char* out = nullptr;
  std::size_t size = 0;
  if (oath_base32_decode(secret.data(), secret.size(), &out, &size) != OATH_OK) return {};
  const Owned owned(out);
  return {owned.get(), size};
}

constexpr unsigned seconds_of_period = code_period / second;

}  // namespace

Result<std::string> new_secret(Random& random) {
  std::array<std::uint8_t, secret_octets> octets;
  random.fill(octets);
  char* out = nullptr;
  std::size_t size = 0;
  const int done = oath_base32_encode(reinterpret_cast<const char*>(octets.data()), octets.size(), &out, &size);
  if (done != OATH_OK) return Error{ErrorKind::io, "a secret cannot be written: " + std::string(oath_strerror(done))};
  const Owned owned(out);
  return std::string(owned.get(), size);
}

std::string secret_uri(std::string_view secret, std::string_view user, std::string_view host) {
  std::string uri = "otpauth://totp/Langyan:";
  uri.append(user).append("%20").append(host).append("?secret=").append(secret).append("&issuer=Langyan");
  return uri;
}

std::optional<std::uint64_t> period_of_code(std::string_view secret, std::string_view code, Time now) {
  const bool digits =
      code.size() == code_digits && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
  const std::string key = decoded(secret);
  if (!digits || key.empty() || now < 0) return {};
  int offset = 0;
  const int found = oath_totp_validate2(key.data(), key.size(), static_cast<time_t>(now / second), seconds_of_period, 0,
                                        code_window, &offset, std::string(code).c_str());
  if (found < 0) return {};
  return static_cast<std::uint64_t>(now / code_period + offset);
}

std::string code_at(std::string_view secret, Time now) {
  const std::string key = decoded(secret);
  char code[code_digits + 1] = {};
  if (oath_totp_generate(key.data(), key.size(), static_cast<time_t>(now / second), seconds_of_period, 0, code_digits,
                         code) != OATH_OK)
    return {};
  return code;
}

}  // namespace langyan::center
