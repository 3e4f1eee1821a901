#include "center/sign_in_guard.h"

#include <algorithm>

namespace langyan::center {
namespace {

std::string place_of(const IpAddress& address) {
  return to_string(address.is_v4() ? address : [&] {
    IpAddress network = address;
    std::fill(network.octets.begin() + 8, network.octets.end(), 0);
    return network;
  }());
}

// A name may hold any character, an address no space: the keys of the three counts cannot meet.
std::string of_both(std::string_view account, const IpAddress& from) {
  return "both " + place_of(from) + " " + std::string(account);
}
std::string of_address(const IpAddress& from) {
  return "from " + place_of(from);
}
std::string of_account(std::string_view account) {
  return "account " + std::string(account);
}

}  // namespace

Duration SignInGuard::wait_of(const std::string& key, std::uint32_t free, Time now) const {
  const auto found = entries_.find(key);
  if (found == entries_.end()) return 0;
  const Entry& entry = found->second;
  if (entry.failures < free || now - entry.last >= limits_.forgiven) return 0;
  const std::uint32_t doublings = std::min(entry.failures - free, 30u);
  const Duration wait = std::min(limits_.first_wait << doublings, limits_.longest_wait);
  // A clock that stepped back must not make anybody wait longer than the wait itself.
  return std::clamp<Duration>(entry.last + wait - now, 0, wait);
}

Duration SignInGuard::wait(std::string_view account, const IpAddress& from, Time now) {
  const std::lock_guard lock(mutex_);
  const std::string both = of_both(account, from);
  const auto found = entries_.find(both);
  const bool known = found != entries_.end() && found->second.known;
  Duration longest = std::max(wait_of(both, limits_.free_failures, now),
                              wait_of(of_address(from), limits_.free_of_address, now));
  if (!known)
    longest = std::max(longest, wait_of(of_account(account), limits_.free_of_account, now));
  return longest;
}

SignInGuard::Entry& SignInGuard::entry(const std::string& key, Time now) {
  if (entries_.size() >= limits_.entries && !entries_.contains(key)) {
    entries_.erase(by_age_.begin()->second);
    by_age_.erase(by_age_.begin());
  }
  const auto [at, added] = entries_.try_emplace(key);
  if (added) by_age_.emplace(now, key);
  if (now - at->second.last >= limits_.forgiven) at->second.failures = 0;
  return at->second;
}

void SignInGuard::failed(std::string_view account, const IpAddress& from, Time now) {
  const std::lock_guard lock(mutex_);
  for (const std::string& key : {of_both(account, from), of_address(from), of_account(account)}) {
    Entry& one = entry(key, now);
    ++one.failures;
    one.last = now;
  }
}

void SignInGuard::succeeded(std::string_view account, const IpAddress& from, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& one = entry(of_both(account, from), now);
  one.failures = 0;
  one.known = true;
}

}  // namespace langyan::center
