// Spool: a reader, then a writer that recovers, on segments and ledgers of any octets.
//
// The input is a list of changes to a small spool that was written by the real writer: an octet of
// what and which file, then its operands. Frames can be put in with checksums that hold, so that
// what they say is tested, not only whether they are whole.
// Promises: nothing ends the program; every item is within the batch's text; a drain comes to an
// end; and unless a frame was forged, positions are contiguous and what is appended after recovery
// is read back.
#include <map>
#include <vector>

#include "base/manual_clock.h"
#include "base/memory_disk.h"
#include "spool/reader.h"
#include "spool/slot_file.h"
#include "spool/spool.h"
#include "tests/fuzz/check.h"

namespace langyan::fuzz {
namespace {

using namespace spool;

constexpr std::size_t most_batches = 4'096;  // of one lane: far more than the octets can hold
const std::string folder = "spool";

SpoolOptions options() {
  SpoolOptions made;
  made.folder = folder;
  made.segment_bytes = 2'048;
  made.alert_bytes = made.bulk_bytes = 1 << 16;
  made.record_bytes = 1'024;
  made.buffer_bytes = 16 << 10;
  return made;
}

std::string line_at(spool::Lane lane, std::uint64_t position) {
  return "{\"lane\":\"" + std::string(name(lane)) + "\",\"seq\":" + std::to_string(position) + "}";
}

void append(Spool& spool, spool::Lane lane, std::size_t lines) {
  for (std::size_t i = 0; i < lines; ++i) {
    const auto position = spool.reserve(lane, Class::alert, 64);
    if (position) spool.append(lane, *position, line_at(lane, *position));
  }
}

const std::map<std::string, std::string>& pattern() {
  static const auto files = [] {
    MemoryDisk disk;
    ManualClock clock;
    SeededRandom random(1);
    auto opened = Spool::open(disk, clock, random, options());
    require(opened.ok(), "a spool opens");
    for (int round = 0; round < 3; ++round) {
      append(**opened, spool::Lane::alert, 12), append(**opened, spool::Lane::bulk, 20);
      require((*opened)->commit().ok(), "a spool commits");
    }
    auto reader = Reader::open(disk, folder);
    require(reader.ok(), "a reader opens");
    const auto batch = (*reader)->next(spool::Lane::alert, {5, 4'096});
    require((*reader)->acknowledge(spool::Lane::alert, batch->epoch, batch->items.back().to).ok(),
            "a reader acknowledges");
    std::map<std::string, std::string> all;
    const auto listed = disk.list(folder);
    for (const std::string& file : *listed)
      if (const auto content = disk.content(folder + "/" + file)) all[file] = *content;
    return all;
  }();
  return files;
}

// A frame whose checksums hold.
std::string frame_of(Input& input) {
  Frame frame;
  frame.kind = static_cast<FrameKind>(1 + input.octet() % 3);
  frame.lane = static_cast<spool::Lane>(input.octet() & 1);
  frame.epoch = input.number(8), frame.position = input.number(8);
  std::vector<std::uint8_t> payload;
  if (frame.kind == FrameKind::segment_header) {
    std::string both(segment_header_size, '\0');
    write_segment_header(reinterpret_cast<std::uint8_t*>(both.data()),
                         {frame.lane,
                          frame.epoch,
                          frame.position,
                          input.number(8),
                          input.number(8),
                          {input.number(8), input.number(8)}});
    return both;
  }
  if (frame.kind == FrameKind::gap) {
    const auto gap = write_gap({input.number(8), static_cast<GapReason>(input.octet())});
    payload.assign(gap.begin(), gap.end());
  } else {
    const Bytes said = input.run(input.octet());
    payload.assign(said.begin(), said.end());
  }
  std::string made(frame_header_size + payload.size(), '\0');
  write_frame(reinterpret_cast<std::uint8_t*>(made.data()), frame, payload);
  return made;
}

// A ledger or commit mark whose checksum holds. Its numbers stay below what a spool can have
// written in its life.
void put_slots(MemoryDisk& disk, Input& input, bool ledger) {
  SlotFile file(disk, ledger ? ledger_path(folder) : committed_path(folder));
  SlotContent content{};
  const auto state = file.load();
  if (state.ok() && state->content) content = *state->content;
  for (std::uint8_t left = input.octet() % 8; left > 0; --left)
    content[input.octet() % slot_numbers] = input.number(4);
  require(file.store(content).ok(), "a position file can be written");
}

// Sets `forged` where a frame was put in that no writer wrote.
void change(MemoryDisk& disk, Input& input, bool& forged) {
  std::vector<std::string> names;
  for (const auto& [file, content] : pattern()) names.push_back(file);
  const std::uint8_t what = input.octet();
  const std::string file = folder + "/" + names[input.octet() % names.size()];
  std::string content = disk.content(file).value_or("");
  const std::size_t at = content.empty() ? 0 : input.number(2) % (content.size() + 1);
  forged |= what % 8 == 3 || what % 8 == 5;
  switch (what % 8) {
    case 0: content.resize(at); break;
    case 1:
      if (at < content.size()) content[at] = static_cast<char>(content[at] ^ input.octet());
      break;
    case 2: content.insert(at, input.text(input.octet())); break;
    case 3: content.insert(at, frame_of(input)); break;
    case 4: content.erase(at, input.number(2)); break;
    case 5: content += frame_of(input); break;
    case 6: return put_slots(disk, input, what & 8);
    case 7:
      if (disk.remove(file)) return;
      break;
  }
  disk.put(file, content);
}

// Returns the lines of each (epoch, lane, position).
void drain(Reader& reader, bool forged,
           std::map<std::pair<std::uint64_t, std::uint64_t>, std::string>* seen) {
  for (const spool::Lane lane : all_lanes) {
    std::size_t batches = 0;
    std::uint64_t epoch = 0, next = 0;
    while (true) {
      const auto batch = reader.next(lane, {7, 4'096});
      if (!batch) break;
      if (batch->empty()) break;
      require(++batches < most_batches, "a drain comes to an end");
      for (const Item& item : batch->items) {
        const bool goes_on = epoch == batch->epoch && next != 0;
        require(forged || !goes_on || item.from == next, "positions are contiguous");
        require(item.from <= item.to, "an item does not run backwards");
        epoch = batch->epoch, next = item.to + 1;
        if (item.gap) {
          require(static_cast<std::size_t>(*item.gap) < gap_reason_names.size(),
                  "a gap has a reason");
          continue;
        }
        require(item.from == item.to && item.offset + item.size <= batch->text.size() &&
                    batch->text[item.offset + item.size - 1] == '\n',
                "a line is within the text");
        if (seen && lane == spool::Lane::alert)
          (*seen)[{batch->epoch, item.from}] = batch->text.substr(item.offset, item.size - 1);
      }
    }
  }
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  if (size > 8'192) return 0;
  fuzz::Input input(data, size);
  MemoryDisk disk;
  require(disk.make_folder(folder).ok(), "a folder is made");
  for (const auto& [file, content] : pattern()) disk.put(folder + "/" + file, content);
  const bool acknowledges = input.octet() & 1;
  bool forged = false;
  while (!input.empty()) change(disk, input, forged);

  if (auto reader = Reader::open(disk, folder)) {
    drain(**reader, forged, nullptr);
    if (acknowledges) {
      const std::uint64_t epoch = 1 + size, position = size;
      (void)(*reader)->acknowledge(spool::Lane::bulk, epoch, position);
      (void)(*reader)->rewind(spool::Lane::alert, epoch, position);
      drain(**reader, forged, nullptr);
    }
  }
  disk.unlock_all();
  ManualClock clock;
  SeededRandom random(2);
  auto opened = Spool::open(disk, clock, random, options());
  if (!opened) {
    require(!opened.error().message.empty(), "a spool that does not open says why");
    return 0;
  }
  const std::uint64_t first = (*opened)->committed(spool::Lane::alert) + 1;
  append(**opened, spool::Lane::alert, 3);
  if (!(*opened)->commit()) return 0;
  const std::uint64_t epoch = (*opened)->epoch(), last = (*opened)->committed(spool::Lane::alert);
  require(last >= first, "what is committed is counted");
  if (forged) return 0;  // what a frame with checksums claims is believed
  disk.unlock_all();
  auto reader = Reader::open(disk, folder);
  require(reader.ok(), "a reader opens after recovery");
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::string> seen;
  drain(**reader, forged, &seen);
  const auto found = seen.find({epoch, last});
  require(found != seen.end() && found->second == line_at(spool::Lane::alert, last),
          "what is committed after recovery is read");
  return 0;
}
