// Segment files: their names, their headers, and the walk over their frames (format: spool.h).
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/disk.h"
#include "base/result.h"
#include "spool/frame.h"

namespace langyan::spool {

struct SegmentName {
  Lane lane = Lane::alert;
  std::uint64_t number = 0;
};
std::string segment_path(const std::string& folder, SegmentName name);
std::optional<SegmentName> read_segment_name(std::string_view file_name);
// The numbers of the lane's segments in the folder, rising.
Result<std::vector<std::uint64_t>> segment_numbers(Disk& disk, const std::string& folder,
                                                   Lane lane);

struct Step {
  enum class What : std::uint8_t { frame, damage, end };
  What what = What::end;
  Frame frame;    // of a line or a gap; the payload is checked
  Bytes payload;  // valid until the next step
  std::uint64_t offset = 0,
                size = 0;  // of the frame, the damage, or the bytes after the last frame
};

// Walks a segment from its start, frame by frame; over damage to the next frame that holds. Bytes
// behind the last frame are `end`, with their size; a later step looks again and finds what has
// been appended since. Lines that do not belong to (lane, epoch) or step back behind a position
// seen are damage. The cost is linear in the bytes.
class Walk {
 public:
  // epoch 0: the epoch of the first frame that holds.
  Walk(std::unique_ptr<File> file, Lane lane, std::uint64_t epoch);

  Result<Step> step();
  std::uint64_t offset() const { return offset_; }
  std::uint64_t epoch() const { return epoch_; }
  // The segment's header, once a copy of it was walked over.
  const std::optional<SegmentHeader>& header() const { return header_; }
  // Gives up on the next `bytes`, which the disk refuses to read: they count as damage.
  Step skip(std::uint64_t bytes);
  // Copies bytes of the file; fewer at its end.
  Result<std::vector<std::uint8_t>> bytes(std::uint64_t offset, std::uint64_t size);
  File& file() { return *file_; }

 private:
  enum class Found : std::uint8_t { frame, torn, none };
  Result<std::size_t> fill(std::uint64_t offset, std::size_t least);
  Bytes window(std::uint64_t offset) const;
  Result<Found> frame_at(std::uint64_t offset, Frame& frame);
  Result<std::optional<std::uint64_t>> search(std::uint64_t from);
  bool belongs(const Frame& frame) const;
  Step take(const Frame& frame);
  Result<Step> over_damage();
  Result<Step> end();

  std::unique_ptr<File> file_;
  Lane lane_;
  std::uint64_t epoch_;
  std::optional<SegmentHeader> header_;
  std::uint64_t offset_ = 0;
  std::uint64_t last_position_ = 0;
  std::vector<std::uint8_t> window_;  // bytes of the file from window_offset_
  std::uint64_t window_offset_ = 0;
};

// What a segment says of itself without being read to its end. An Error means that the disk failed;
// nothing means that no frame in it holds.
Result<std::optional<SegmentHeader>> read_header(std::unique_ptr<File> file, SegmentName name);

// Copies damaged bytes to quarantine/<name>, as far as the folder is below its cap. Best effort.
void keep_aside(Disk& disk, const std::string& folder, const std::string& name, Bytes bytes);

}  // namespace langyan::spool
