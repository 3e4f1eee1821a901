#include "spool/frame.h"

#include <bit>
#include <cstring>

#include "spool/crc32c.h"

namespace langyan::spool {
namespace {

constexpr std::uint8_t magic[4] = {'L', 'Y', 'F', '1'};
constexpr std::size_t size_at = 4, payload_crc_at = 8, kind_at = 12, lane_at = 13, zero_at = 14,
                      epoch_at = 16, position_at = 24, header_crc_at = 32;

}  // namespace

void store_number(std::uint8_t* at, std::uint64_t value, std::size_t size) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(at, &value, size);
  } else {
    for (std::size_t i = 0; i < size; ++i) at[i] = static_cast<std::uint8_t>(value >> 8 * i);
  }
}

std::uint64_t load_number(const std::uint8_t* at, std::size_t size) {
  std::uint64_t value = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&value, at, size);
  } else {
    for (std::size_t i = 0; i < size; ++i) value |= std::uint64_t{at[i]} << 8 * i;
  }
  return value;
}

void write_frame(std::uint8_t* at, Frame frame, Bytes payload) {
  std::memcpy(at, magic, sizeof magic);
  store_number(at + size_at, payload.size(), 4);
  store_number(at + payload_crc_at, crc32c(payload), 4);
  at[kind_at] = static_cast<std::uint8_t>(frame.kind);
  at[lane_at] = static_cast<std::uint8_t>(frame.lane);
  at[zero_at] = at[zero_at + 1] = 0;
  store_number(at + epoch_at, frame.epoch);
  store_number(at + position_at, frame.position);
  store_number(at + header_crc_at, crc32c({at, header_crc_at}), 4);
  if (!payload.empty()) std::memcpy(at + frame_header_size, payload.data(), payload.size());
}

std::optional<Frame> read_frame(Bytes bytes) {
  if (bytes.size() < frame_header_size) return {};
  const std::uint8_t* at = bytes.data();
  if (std::memcmp(at, magic, sizeof magic) != 0) return {};
  if (load_number(at + header_crc_at, 4) != crc32c({at, header_crc_at})) return {};
  Frame frame;
  frame.kind = static_cast<FrameKind>(at[kind_at]);
  frame.lane = static_cast<Lane>(at[lane_at]);
  frame.size = static_cast<std::uint32_t>(load_number(at + size_at, 4));
  frame.payload_crc = static_cast<std::uint32_t>(load_number(at + payload_crc_at, 4));
  frame.epoch = load_number(at + epoch_at);
  frame.position = load_number(at + position_at);
  const bool known = frame.kind >= FrameKind::segment_header && frame.kind <= FrameKind::gap &&
                     at[lane_at] < lane_count && at[zero_at] == 0 && at[zero_at + 1] == 0;
  if (!known || frame.size > largest_payload || frame.epoch == 0 || frame.position == 0 ||
      frame.position > highest_position)
    return {};
  return frame;
}

bool payload_holds(const Frame& frame, Bytes payload) {
  return payload.size() == frame.size && crc32c(payload) == frame.payload_crc;
}

std::size_t find_magic(Bytes bytes) {
  std::size_t from = 0;
  while (from < bytes.size()) {
    const void* found = std::memchr(bytes.data() + from, magic[0], bytes.size() - from);
    if (!found) return bytes.size();
    from = static_cast<std::size_t>(static_cast<const std::uint8_t*>(found) - bytes.data());
    const std::size_t rest = std::min(sizeof magic, bytes.size() - from);
    if (std::memcmp(bytes.data() + from, magic, rest) == 0) return from;
    ++from;
  }
  return bytes.size();
}

std::array<std::uint8_t, gap_payload_size> write_gap(const GapPayload& gap) {
  std::array<std::uint8_t, gap_payload_size> payload;
  store_number(payload.data(), gap.to);
  payload[8] = static_cast<std::uint8_t>(gap.reason);
  return payload;
}

std::optional<GapPayload> read_gap(Bytes payload) {
  if (payload.size() != gap_payload_size) return {};
  const std::uint8_t reason = payload[8];
  if (reason == 0 || reason >= gap_reason_names.size()) return {};
  const std::uint64_t to = load_number(payload.data());
  if (to > highest_position) return {};
  return GapPayload{to, static_cast<GapReason>(reason)};
}

void write_segment_header(std::uint8_t* at, const SegmentHeader& header) {
  std::uint8_t payload[header_payload_size];
  store_number(payload, header.number);
  store_number(payload + 8, header.generation);
  store_number(payload + 16, header.before.epoch);
  store_number(payload + 24, header.before.last);
  const Frame frame{FrameKind::segment_header, header.lane, header.epoch, header.first};
  for (int copy = 0; copy < 2; ++copy) {
    write_frame(at, frame, payload);
    at += frame_header_size + header_payload_size;
  }
}

std::optional<SegmentHeader> read_segment_header(const Frame& frame, Bytes payload) {
  if (frame.kind != FrameKind::segment_header || payload.size() != header_payload_size) return {};
  const std::uint8_t* at = payload.data();
  const EpochEnd before{load_number(at + 16), load_number(at + 24)};
  if (before.last > highest_position) return {};
  return SegmentHeader{frame.lane, frame.epoch, frame.position, load_number(at), load_number(at + 8), before};
}

}  // namespace langyan::spool
