#include "spool/segment.h"

#include <algorithm>
#include <charconv>
#include <cstring>

namespace langyan::spool {
namespace {

constexpr std::size_t read_chunk = 64u << 10;
constexpr std::size_t first_chunk = 4096;  // enough for the headers, all that opening a spool needs
constexpr std::size_t number_digits = 12;
constexpr std::string_view extension = ".seg";

// quarantine/ is for a person to look into, not an archive.
constexpr std::size_t most_quarantined_files = 64;
constexpr std::size_t most_quarantined_bytes = 1u << 20;  // of one file

}  // namespace

std::string segment_path(const std::string& folder, SegmentName segment) {
  const std::string digits = std::to_string(segment.number);
  std::string path = folder;
  path += '/';
  path += name(segment.lane);
  path += '-';
  path.append(number_digits - std::min(number_digits, digits.size()), '0');
  path += digits;
  path += extension;
  return path;
}

std::optional<SegmentName> read_segment_name(std::string_view file_name) {
  for (const Lane lane : all_lanes) {
    std::string_view rest = file_name;
    if (!rest.starts_with(name(lane)) || !rest.ends_with(extension)) continue;
    rest.remove_prefix(name(lane).size());
    rest.remove_suffix(extension.size());
    if (rest.size() <= number_digits || rest.front() != '-') continue;
    rest.remove_prefix(1);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (error == std::errc() && end == rest.data() + rest.size()) return SegmentName{lane, number};
  }
  return {};
}

Result<std::vector<std::uint64_t>> segment_numbers(Disk& disk, const std::string& folder,
                                                   Lane lane) {
  const auto names = disk.list(folder);
  if (!names) return names.error();
  std::vector<std::uint64_t> numbers;
  for (const std::string& file : *names) {
    const auto segment = read_segment_name(file);
    if (segment && segment->lane == lane) numbers.push_back(segment->number);
  }
  std::ranges::sort(numbers);
  return numbers;
}

Walk::Walk(std::unique_ptr<File> file, Lane lane, std::uint64_t epoch)
    : file_(std::move(file)), lane_(lane), epoch_(epoch) {}

// Makes the window hold at least `least` bytes from `offset`, as far as the file has them.
Result<std::size_t> Walk::fill(std::uint64_t offset, std::size_t least) {
  const std::uint64_t end = window_offset_ + window_.size();
  if (offset < window_offset_ || offset > end) {
    window_.clear();
    window_offset_ = offset;
  } else if (end - offset >= least) {
    return static_cast<std::size_t>(end - offset);
  } else {
    window_.erase(window_.begin(),
                  window_.begin() + static_cast<std::ptrdiff_t>(offset - window_offset_));
    window_offset_ = offset;
  }
  const std::size_t held = window_.size();
  window_.resize(std::max(least, offset == 0 ? first_chunk : read_chunk));
  const auto got = file_->read(offset + held, std::span(window_).subspan(held));
  window_.resize(got ? held + *got : held);
  if (!got) return got.error();
  return window_.size();
}

Bytes Walk::window(std::uint64_t offset) const {
  return Bytes(window_).subspan(static_cast<std::size_t>(offset - window_offset_));
}

bool Walk::belongs(const Frame& frame) const {
  if (frame.lane != lane_ || (epoch_ != 0 && frame.epoch != epoch_)) return false;
  return frame.kind == FrameKind::segment_header || frame.position > last_position_;
}

Result<Walk::Found> Walk::frame_at(std::uint64_t offset, Frame& frame) {
  const auto there = fill(offset, frame_header_size);
  if (!there) return there.error();
  if (*there < frame_header_size) return Found::torn;
  const auto read = read_frame(window(offset));
  if (!read || !belongs(*read)) return Found::none;
  frame = *read;
  const auto whole = fill(offset, static_cast<std::size_t>(frame.whole()));
  if (!whole) return whole.error();
  return *whole < frame.whole() ? Found::torn : Found::frame;
}

// Where the next frame that belongs here begins, searching from `from`.
Result<std::optional<std::uint64_t>> Walk::search(std::uint64_t from) {
  for (;;) {
    const auto there = fill(from, frame_header_size);
    if (!there) return there.error();
    if (*there < frame_header_size) return std::optional<std::uint64_t>();
    const Bytes bytes = window(from);
    const std::size_t at = find_magic(bytes);
    from += at;
    if (at == bytes.size()) continue;
    const auto header = fill(from, frame_header_size);
    if (!header) return header.error();
    const auto frame = read_frame(window(from));
    if (frame && belongs(*frame)) return std::optional(from);
    ++from;
  }
}

Step Walk::take(const Frame& frame) {
  const Bytes payload = window(offset_).subspan(frame_header_size, frame.size);
  Step step{Step::What::frame, frame, payload, offset_, frame.whole()};
  offset_ += step.size;
  std::uint64_t last = frame.position;
  bool holds = payload_holds(frame, payload);
  if (holds && frame.kind == FrameKind::gap) {
    const auto gap = read_gap(payload);
    holds = gap && gap->to >= frame.position;
    if (holds) last = gap->to;
  }
  if (!holds) {
    step.what = Step::What::damage;
    return step;
  }
  epoch_ = frame.epoch;
  if (frame.kind == FrameKind::segment_header) {
    header_ = read_segment_header(frame, payload);
  } else {
    last_position_ = last;
  }
  return step;
}

Result<Step> Walk::step() {
  for (bool cached = !window_.empty();;) {
    const std::uint64_t from = offset_;
    Frame frame;
    const auto found = frame_at(from, frame);
    if (!found) return found.error();
    Step step;
    if (*found == Found::frame) {
      step = take(frame);
      const bool header = step.what == Step::What::frame && frame.kind == FrameKind::segment_header;
      if (header) continue;
      if (step.what == Step::What::frame) return step;
    }
    // Bytes read earlier may have been those of a write under way: look once more.
    if (cached && *found != Found::torn) {
      cached = false;
      window_.clear();
      offset_ = from;
      continue;
    }
    if (*found == Found::frame) return step;
    return *found == Found::none ? over_damage() : end();
  }
}

Result<Step> Walk::over_damage() {
  const auto next = search(offset_ + 1);
  if (!next) return next.error();
  if (!*next) return end();
  const Step damage{Step::What::damage, {}, {}, offset_, **next - offset_};
  offset_ = **next;
  return damage;
}

Result<Step> Walk::end() {
  const auto size = file_->size();
  if (!size) return size.error();
  window_.clear();  // the next look must see what has been appended since
  return Step{Step::What::end, {}, {}, offset_, *size - std::min(*size, offset_)};
}

Step Walk::skip(std::uint64_t bytes) {
  const Step damage{Step::What::damage, {}, {}, offset_, bytes};
  offset_ += bytes;
  return damage;
}

Result<std::vector<std::uint8_t>> Walk::bytes(std::uint64_t offset, std::uint64_t size) {
  std::vector<std::uint8_t> copy(
      static_cast<std::size_t>(std::min<std::uint64_t>(size, most_quarantined_bytes)));
  const auto got = file_->read(offset, copy);
  if (!got) return got.error();
  copy.resize(*got);
  return copy;
}

Result<std::optional<SegmentHeader>> read_header(std::unique_ptr<File> file, SegmentName segment) {
  Walk walk(std::move(file), segment.lane, 0);
  for (;;) {
    const auto step = walk.step();
    if (!step) return step.error();
    if (walk.header()) {
      SegmentHeader header = *walk.header();
      header.number = segment.number;  // a renamed file is where its name says
      return std::optional(header);
    }
    if (step->what == Step::What::end) return std::optional<SegmentHeader>();
    if (step->what == Step::What::damage) continue;
    return std::optional(SegmentHeader{
        segment.lane, step->frame.epoch, step->frame.position, segment.number, 0, {}});
  }
}

void keep_aside(Disk& disk, const std::string& folder, const std::string& file_name, Bytes bytes) {
  const std::string quarantine = folder + "/quarantine";
  if (!disk.make_folder(quarantine)) return;
  const auto kept = disk.list(quarantine);
  if (!kept || kept->size() >= most_quarantined_files) return;
  auto file = disk.open(quarantine + '/' + file_name, OpenMode::create);
  if (!file) return;
  if (!(*file)->append(bytes.first(std::min(bytes.size(), most_quarantined_bytes)))) {
    (void)disk.remove(quarantine + '/' + file_name);
  }
}

}  // namespace langyan::spool
