#include "base/caps.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>

namespace langyan {
namespace {

std::vector<Cap*>& table() {
  static std::vector<Cap*> caps;  // function-local: caps of other files register before main
  return caps;
}

struct Share {
  std::string_view cap;
  std::uint64_t bytes_each;
};
std::vector<Share>& shares() {
  static std::vector<Share> all;
  return all;
}

}  // namespace

CapShare::CapShare(std::string_view cap, std::uint64_t bytes_each) {
  shares().push_back({cap, bytes_each});
}

std::uint64_t Cap::bytes_each() const {
  std::uint64_t sum = bytes_each_;
  for (const Share& share : shares())
    if (share.cap == name_) sum += share.bytes_each;
  return sum;
}

Cap::Cap(std::string_view name, std::uint64_t value, std::uint64_t least, std::uint64_t most,
         std::uint64_t bytes_each, std::string_view doc)
    : name_(name), doc_(doc), value_(value), preset_(value), least_(least), most_(most),
      bytes_each_(bytes_each) {
  if (value < least || value > most || find(name)) {  // in every build: the row is read once, at start
    std::fprintf(stderr, "cap %.*s is declared twice or with a default out of its limits\n",
                 static_cast<int>(name.size()), name.data());
    std::abort();
  }
  auto& caps = table();
  caps.insert(std::ranges::lower_bound(caps, name, {}, &Cap::name), this);
}

std::uint64_t Cap::share(std::uint64_t parts) const {
  return std::max(least_, (value_ + parts - 1) / parts);
}

const std::vector<Cap*>& Cap::all() { return table(); }

Cap* Cap::find(std::string_view name) {
  const auto at = std::ranges::lower_bound(table(), name, {}, &Cap::name);
  return at != table().end() && (*at)->name() == name ? *at : nullptr;
}

std::uint64_t Cap::total_bytes() {
  std::uint64_t sum = 0;
  for (const Cap* cap : table()) sum += cap->bytes();
  return sum;
}

Result<void> Cap::set(std::uint64_t value) {
  if (value < least_ || value > most_) {
    return Error{ErrorKind::invalid, "caps." + std::string(name_) + " is " + std::to_string(value) +
                                         "; allowed are " + std::to_string(least_) + " to " +
                                         std::to_string(most_)};
  }
  value_ = value;
  return {};
}

}  // namespace langyan
