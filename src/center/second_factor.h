// SecondFactor: the codes of an authenticator app, RFC 6238 as all of them do it: SHA-1, six digits, thirty seconds.
//
// A secret has 160 bits and is kept and shown in base32 (RFC 4648), as it is typed into an app that cannot read the URI.
// Functions without state; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace langyan::center {

constexpr Duration code_period = 30 * second;
constexpr std::size_t code_digits = 6;
// A code is taken so long before and after its time: clocks of phones differ, and people type slowly (RFC 6238 5.2).
constexpr std::size_t code_window = 1;

Result<std::string> new_secret(Random& random);
// otpauth://totp/Langyan:USER@HOST?…, which apps read from a picture.
std::string secret_uri(std::string_view secret, std::string_view user, std::string_view host);
// The period the code belongs to, counted from 1970; nothing when it belongs to none near `now`.
std::optional<std::uint64_t> period_of_code(std::string_view secret, std::string_view code, Time now);
std::string code_at(std::string_view secret, Time now);  // what an app shows; tests ask

}  // namespace langyan::center
