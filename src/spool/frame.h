// Frame: the unit of a segment file (the format is told in spool.h). Pure functions of bytes.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "spool/lane.h"

namespace langyan::spool {

enum class FrameKind : std::uint8_t { segment_header = 1, line, gap };

struct Frame {
  FrameKind kind = FrameKind::line;
  Lane lane = Lane::alert;
  std::uint64_t epoch = 0, position = 0;
  std::uint32_t size = 0;  // of the payload
  std::uint32_t payload_crc = 0;

  std::uint64_t whole() const;  // header and payload
};

constexpr std::size_t frame_header_size = 36;
constexpr std::size_t gap_payload_size = 9;
constexpr std::size_t header_payload_size = 32;
// No frame is longer, whatever a cap says: what a header may claim when it is read back.
constexpr std::size_t largest_payload = 16u << 20;

inline std::uint64_t Frame::whole() const {
  return frame_header_size + size;
}

// Writes header and payload at `at`, frame_header_size + payload.size() bytes; the rest of `frame`
// than kind, lane, epoch and position is computed.
void write_frame(std::uint8_t* at, Frame frame, Bytes payload);
// The header at the start of `bytes`, if one is there and its checksum holds.
std::optional<Frame> read_frame(Bytes bytes);
bool payload_holds(const Frame& frame, Bytes payload);
// Offset of the first place in `bytes` where a magic begins or may begin (cut off by the end);
// bytes.size() when there is none.
std::size_t find_magic(Bytes bytes);

struct GapPayload {
  std::uint64_t to = 0;
  GapReason reason = GapReason::lost;
};
std::array<std::uint8_t, gap_payload_size> write_gap(const GapPayload& gap);
std::optional<GapPayload> read_gap(Bytes payload);

// An epoch and the last position used in it.
struct EpochEnd {
  std::uint64_t epoch = 0, last = 0;
};

struct SegmentHeader {
  Lane lane = Lane::alert;
  std::uint64_t epoch = 0, first = 0;
  std::uint64_t number = 0,
                generation = 0;  // generation 0: the header is gone, frames told the rest
  EpochEnd before;
};
constexpr std::size_t segment_header_size = 2 * (frame_header_size + header_payload_size);
void write_segment_header(std::uint8_t* at, const SegmentHeader& header);  // both copies
std::optional<SegmentHeader> read_segment_header(const Frame& frame, Bytes payload);

// Little-endian numbers, for the position files too.
void store_number(std::uint8_t* at, std::uint64_t value, std::size_t size = 8);
std::uint64_t load_number(const std::uint8_t* at, std::size_t size = 8);

}  // namespace langyan::spool
