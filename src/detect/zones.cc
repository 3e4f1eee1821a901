#include "detect/zones.h"

#include <algorithm>
#include <bit>
#include <map>
#include <vector>

namespace langyan::detect {
namespace {

constexpr std::size_t least_users = 8;   // rules that name a set before it may divide them
constexpr std::size_t most_tried = 4;    // sets, those that most rules name
constexpr std::size_t least_share = 10;  // one in so many rules is left out, in the mean of the zones

bool overlap(const AddressSet& one, const AddressSet& other) {
  auto a = one.ranges().begin(), b = other.ranges().begin();
  while (a != one.ranges().end() && b != other.ranges().end()) {
    if (a->high < b->low)
      ++a;
    else if (b->high < a->low)
      ++b;
    else
      return true;
  }
  return false;
}

bool within(const AddressSet& one, const AddressSet& other) {
  AddressSet rest = one;
  rest.subtract(other);
  return rest.empty();
}

// Bit 0: an address of the dividing set can be of this one; bit 1: another address can.
unsigned sides_of(const AddressSet* set, const AddressSet& divides) {
  if (!set) return 3;
  return (overlap(*set, divides) ? 1u : 0u) | (within(*set, divides) ? 0u : 2u);
}

unsigned zones_of(unsigned source, unsigned destination) {
  unsigned zones = 0;
  for (unsigned zone = 0; zone < zone_count; ++zone)
    if ((source >> (zone & 1) & 1) && (destination >> (zone >> 1) & 1)) zones |= 1u << zone;
  return zones;
}

}  // namespace

unsigned Zones::met_by(const AddressSet* source, const AddressSet* destination) const {
  if (!divides_) return all;
  return zones_of(sides_of(source, *divides_), sides_of(destination, *divides_));
}

Zones Zones::choose(std::span<const Header* const> headers) {
  std::map<const AddressSet*, std::size_t> users;
  std::map<std::pair<const AddressSet*, const AddressSet*>, std::size_t> pairs;
  for (const Header* header : headers) {
    ++pairs[{header->source, header->destination}];
    for (const AddressSet* set : {header->source, header->destination})
      if (set) ++users[set];
  }
  std::vector<std::pair<std::size_t, const AddressSet*>> tried;
  for (const auto& [set, count] : users)
    if (count >= least_users) tried.push_back({count, set});
  // By content where as many rules name them: what is chosen must not depend on where sets lie.
  std::ranges::sort(tried, [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : *a.second < *b.second;
  });
  if (tried.size() > most_tried) tried.resize(most_tried);
  Zones best;
  std::size_t best_left_out = headers.size() * zone_count / least_share;
  for (const auto& [count, set] : tried) {
    std::map<const AddressSet*, unsigned> sides;
    for (const auto& [named, times] : users) sides[named] = sides_of(named, *set);
    sides[nullptr] = 3;
    std::size_t left_out = 0;
    for (const auto& [ends, rules] : pairs)
      left_out += rules * (zone_count -
                           static_cast<std::size_t>(std::popcount(zones_of(sides[ends.first], sides[ends.second]))));
    if (left_out > best_left_out) best.divides_ = set, best_left_out = left_out;
  }
  return best;
}

}  // namespace langyan::detect
