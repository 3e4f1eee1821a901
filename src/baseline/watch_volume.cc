// How much the pairs say: counted when a flow is reported or closed, so no packet pays for it.
#include <algorithm>

#include "baseline/watch.h"

namespace langyan::baseline {
namespace {

constexpr Duration volumes_from = 2 * day;  // watched, before volumes are judged
constexpr std::uint64_t unit = 1'024;       // of Slot::counted

}  // namespace

void Watch::volume(const flow::Flow& flow, std::uint64_t octets, bool closed, Time now) {
  Slot& slot = slots_[flow.slot()];
  // A flow of more than 4 TiB begins anew with its count; what is left of a unit is counted in the end.
  const auto units = static_cast<std::uint32_t>(octets / unit);
  const std::uint64_t fresh =
      std::uint64_t{static_cast<std::uint32_t>(units - slot.counted)} * unit + (closed ? octets % unit : 0);
  slot.counted = units;
  if (fresh == 0) return;
  const Now probe{&flow, nullptr, &slot, now, 0, Mode::off};
  const Ends ends = ends_of(probe, Operation{});
  const Index pair = book_.first_of_pair(ends.client, ends.server);
  if (pair == none || book_.conversation(pair).is(Conversation::pending)) return;
  Slot place{};
  place.zone = zones_.of(ends.client, ends.server);
  const Now here{&flow, nullptr, &place, now, 0, zones_.mode(place.zone)};
  if (here.mode == Mode::off) return;
  Volume& volume = book_.volume(pair);
  count(volume, fresh, now);
  const bool judged =
      here.mode != Mode::learn && (zones_.watched(place.zone) >= volumes_from || volume.is(Volume::given));
  const bool too_much = judged && is_too_much(volume);
  if (too_much && !volume.is(Volume::said)) tell_volume(here, ends, volume);
  if (here.mode != Mode::enforce) return learn(volume);
  if (!too_much) return;
  volume.flags |= Volume::said;
  volume.peak = std::max(volume.peak, static_cast<float>(volume.now));
}

void Watch::tell_volume(const Now& now, const Ends& ends, const Volume& volume) {
  Ends pair;  // all that they speak
  pair.client = ends.client, pair.server = ends.server;
  Notice said = notice(now, Kind::volume, pair, Operation{});
  said.value = static_cast<double>(volume.now), said.most = static_cast<double>(volume.most);
  said.count = volume.hours;
  said.of_tick = true, said.tie = pair_key(pair.client, pair.server);
  sink_.accept(said);
}

}  // namespace langyan::baseline
