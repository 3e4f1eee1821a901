#include "baseline/volume.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace langyan::baseline {
namespace {

constexpr double usual_share = 2, share_of_one = 4;  // an hour's beginning may cut in two what is one

}  // namespace

double limit(const Volume& volume) {
  const double most = static_cast<double>(volume.most);
  if (volume.is(Volume::given)) return most;
  if (volume.hours == 0) return std::numeric_limits<double>::infinity();
  return std::max(most * (usual_share + share_of_one / std::sqrt(volume.hours)), most + least_excess);
}

void count(Volume& volume, std::uint64_t octets, Time now) {
  const auto at = static_cast<std::uint32_t>(std::max<Time>(now, 0) / hour);
  if (volume.hour != at) volume.hour = at, volume.now = 0, volume.flags |= Volume::begun;
  volume.now += octets;
}

bool is_too_much(const Volume& volume) {
  return static_cast<double>(volume.now) > limit(volume);
}

void learn(Volume& volume) {
  volume.most = std::max(volume.most, static_cast<float>(volume.now));
  if (!volume.is(Volume::begun)) return;
  volume.flags &= static_cast<std::uint8_t>(~Volume::begun);
  if (volume.hours != std::numeric_limits<std::uint16_t>::max()) ++volume.hours;
}

}  // namespace langyan::baseline
