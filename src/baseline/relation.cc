#include "baseline/relation.h"

#include <algorithm>
#include <tuple>

namespace langyan::baseline {
namespace {

constexpr std::string_view modes[] = {"off", "learn", "review", "enforce"};

auto order_of(const Habit& habit) {
  const std::string_view protocol = habit.protocol ? habit.protocol->name : std::string_view{};
  return std::tuple(habit.server, habit.client, protocol, habit.transport,
                    habit.protocol ? std::uint16_t{0} : habit.port, habit.unit, habit.verb, habit.function, habit.space,
                    habit.area, std::string_view(habit.name), habit.first, habit.elements);
}

}  // namespace

std::string_view mode_name(Mode mode) {
  return modes[static_cast<std::size_t>(mode)];
}

bool parse_mode(std::string_view word, Mode& mode) {
  const auto at = std::ranges::find(modes, word);
  if (at == std::end(modes)) return false;
  mode = static_cast<Mode>(at - std::begin(modes));
  return true;
}

void Learned::sort() {
  std::ranges::sort(zones, {}, &ZoneState::name);
  std::ranges::sort(hosts, {}, &HostHabit::station);
  std::ranges::sort(habits, [](const Habit& a, const Habit& b) { return order_of(a) < order_of(b); });
  std::ranges::sort(volumes, {}, [](const VolumeHabit& each) { return std::pair(each.server, each.client); });
  std::ranges::stable_sort(approvals, {}, &Approval::at);
}

}  // namespace langyan::baseline
