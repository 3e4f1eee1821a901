#include "store/event_row.h"

#include <algorithm>
#include <array>

namespace langyan::store {
namespace {

constexpr std::string_view lane_names[] = {"alert", "bulk", "state"};
constexpr std::string_view class_names[] = {"alert", "operation", "flow", "stats", "other"};
constexpr std::string_view state_names[alert_states] = {"new", "acknowledged", "closed", "false-positive"};

template <class Enum, std::size_t N>
std::optional<Enum> find(const std::string_view (&names)[N], std::string_view name) {
  const auto* found = std::ranges::find(names, name);
  if (found == std::end(names)) return {};
  return static_cast<Enum>(found - names);
}

}  // namespace

std::string_view name_of(Lane lane) {
  return lane_names[static_cast<std::size_t>(lane)];
}
std::optional<Lane> lane_of(std::string_view name) {
  return find<Lane>(lane_names, name);
}

std::string_view name_of(EventClass event_class) {
  return class_names[static_cast<std::size_t>(event_class)];
}
std::optional<EventClass> event_class_of(std::string_view name) {
  return find<EventClass>(class_names, name);
}

std::string_view name_of(AlertState state) {
  return state_names[static_cast<std::size_t>(state)];
}
std::optional<AlertState> alert_state_of(std::string_view name) {
  return find<AlertState>(state_names, name);
}

std::string epoch_text(std::uint64_t epoch) {
  std::string text(16, '0');
  for (int i = 16; i-- > 0; epoch >>= 4)
    text[static_cast<std::size_t>(i)] = "0123456789abcdef"[epoch & 15];
  return text;
}

std::optional<std::uint64_t> parse_epoch(std::string_view text) {
  if (text.size() != 16) return {};
  std::uint64_t epoch = 0;
  for (char c : text) {
    const bool digit = c >= '0' && c <= '9', letter = c >= 'a' && c <= 'f';
    if (!digit && !letter) return {};
    epoch = epoch << 4 | static_cast<std::uint64_t>(digit ? c - '0' : c - 'a' + 10);
  }
  return epoch;
}

}  // namespace langyan::store
