// SignInGuard: how long somebody who guesses passwords has to wait, without locking the owner out.
//
// Three counts, each forgiving with time: failures of one account from one address; failures of one
// address over all accounts; failures of one account from everywhere. The last one only makes
// addresses wait from which nobody has signed in to that account before, so a stranger's guesses
// never keep the owner at his desk from signing in. IPv6 addresses count by their /64.
// Any thread may call.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/address.h"
#include "base/time.h"

namespace langyan::center {

struct GuardLimits {
  std::uint32_t free_failures = 4;     // of one account from one address, before any wait
  std::uint32_t free_of_address = 15;  // of one address over all accounts
  std::uint32_t free_of_account = 30;  // of one account from everywhere
  Duration first_wait = second;        // doubles with each further failure
  Duration longest_wait = 15 * minute;
  Duration forgiven = hour;      // without a failure for that long, all is forgotten
  std::size_t entries = 16'384;  // remembered; the oldest go first
};

class SignInGuard {
 public:
  explicit SignInGuard(GuardLimits limits = {}) : limits_(limits) {}

  // How long this attempt has to wait; 0: go on. An attempt that waits is not an attempt.
  Duration wait(std::string_view account, const IpAddress& from, Time now);
  void failed(std::string_view account, const IpAddress& from, Time now);
  void succeeded(std::string_view account, const IpAddress& from, Time now);

 private:
  struct Entry {
    std::uint32_t failures = 0;
    Time last = 0;
    bool known = false;  // of (account, address): has signed in before
  };

  Duration wait_of(const std::string& key, std::uint32_t free, Time now) const;
  Entry& entry(const std::string& key, Time now);

  const GuardLimits limits_;
  std::mutex mutex_;
  std::unordered_map<std::string, Entry> entries_;
  std::multimap<Time, std::string> by_age_;
};

}  // namespace langyan::center
