// Lane, Class, GapReason: the words the spool, its reader and the uplink share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace langyan::spool {

// Two lanes, each strictly in order and acknowledged on its own, so that alerts overtake a backlog.
enum class Lane : std::uint8_t { alert, bulk };
constexpr std::size_t lane_count = 2;
constexpr std::array<Lane, lane_count> all_lanes = {Lane::alert, Lane::bulk};
constexpr std::array<std::string_view, lane_count> lane_names = {"alert", "bulk"};

constexpr std::size_t index(Lane lane) {
  return static_cast<std::size_t>(lane);
}
constexpr std::string_view name(Lane lane) {
  return lane_names[index(lane)];
}

// Positions travel as numbers of JSON, of which readers keep 53 bits. At a million events a second a lane gets there in 285 years; a frame
// that claims more is damage, whatever its checksum says.
constexpr std::uint64_t highest_position = (std::uint64_t{1} << 53) - 1;

// What an event is worth when there is no room: the first is dropped first.
enum class Class : std::uint8_t { stats, flow, summary, operation, alert };
constexpr std::size_t class_count = 5;

// Why a position has no line.
enum class GapReason : std::uint8_t {
  damaged = 1,   // the record's checksum is wrong; its bytes are in quarantine/
  cut,           // the end of a segment was lost after it had been committed
  evicted,       // the lane was at its cap of bytes and the oldest went
  lost,          // a segment file is gone and nothing says why
  oversize,      // the line was longer than it had been announced to be and found no room
  abandoned,     // the position was reserved and no line followed
  acknowledged,  // was acknowledged before, is asked for again and no longer kept
  refused,       // the center refused the line as malformed
  too_large,     // the center refused the line for its size
};
constexpr std::array<std::string_view, 10> gap_reason_names = {
    "",         "damaged",   "cut",          "evicted", "lost",
    "oversize", "abandoned", "acknowledged", "refused", "too_large"};
constexpr std::string_view name(GapReason reason) {
  return gap_reason_names[static_cast<std::size_t>(reason)];
}

}  // namespace langyan::spool
