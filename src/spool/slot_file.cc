#include "spool/slot_file.h"

#include <algorithm>
#include <cstring>

#include "spool/crc32c.h"

namespace langyan::spool {
namespace {

constexpr std::uint8_t magic[4] = {'L', 'Y', 'P', '1'};
constexpr std::size_t slot_size = 128, crc_at = 4, sequence_at = 8, content_at = 16;
constexpr std::size_t sector = 512;  // what a disk writes whole
constexpr std::size_t slot_count = 2;
constexpr int attempts = 3;  // to read slots that look damaged
static_assert(content_at + 8 * slot_numbers == slot_size);

struct Slot {
  std::uint64_t sequence;
  SlotContent content;
};

std::optional<Slot> read_slot(Bytes bytes) {
  if (bytes.size() < slot_size || std::memcmp(bytes.data(), magic, sizeof magic) != 0) return {};
  const std::uint8_t* at = bytes.data();
  if (load_number(at + crc_at, 4) != crc32c({at + sequence_at, slot_size - sequence_at})) return {};
  Slot slot{load_number(at + sequence_at), {}};
  for (std::size_t i = 0; i < slot_numbers; ++i)
    slot.content[i] = load_number(at + content_at + 8 * i);
  return slot;
}

bool blank(Bytes bytes) {
  return std::ranges::all_of(bytes, [](std::uint8_t byte) { return byte == 0; });
}

}  // namespace

Result<SlotState> SlotFile::load() {
  auto file = disk_.open(path_, OpenMode::read);
  if (!file) {
    if (file.error().kind != ErrorKind::missing) return file.error();
    return SlotState{};
  }
  for (int attempt = 1;; ++attempt) {
    auto state = read_slots(**file);
    if (!state) return state;
    // Another process may be in the middle of a write; it is not for long.
    if (state->damaged && attempt < attempts) continue;
    sequence_ = std::max(sequence_, state->sequence);
    return state;
  }
}

Result<SlotState> SlotFile::read_slots(File& file) {
  SlotState state;
  std::array<std::uint8_t, sector + slot_size> bytes{};
  const auto got = file.read(0, bytes);
  if (!got) return got.error();
  for (std::size_t i = 0; i < slot_count; ++i) {
    const Bytes at = Bytes(bytes).subspan(i * sector, slot_size);
    const auto slot = read_slot(at);
    state.damaged |= !slot && !blank(at);
    if (!slot || (state.content && slot->sequence <= state.sequence)) continue;
    state.content = slot->content;
    state.sequence = slot->sequence;
  }
  return state;
}

Result<void> SlotFile::store_anew(const SlotContent& content) {
  file_.reset();
  if (auto state = load(); !state) return state.error();
  return store(content);
}

Result<void> SlotFile::restore(const SlotContent& content) {
  for (std::size_t i = 0; i < slot_count; ++i) {
    if (auto done = store(content); !done) return done;
  }
  return sync();
}

Result<void> SlotFile::store(const SlotContent& content) {
  if (!file_) {
    auto file = disk_.open(path_, OpenMode::update);
    if (!file) return file.error();
    file_ = file.take();
  }
  std::uint8_t bytes[slot_size];
  std::memcpy(bytes, magic, sizeof magic);
  store_number(bytes + sequence_at, sequence_ + 1);
  for (std::size_t i = 0; i < slot_numbers; ++i)
    store_number(bytes + content_at + 8 * i, content[i]);
  store_number(bytes + crc_at, crc32c({bytes + sequence_at, slot_size - sequence_at}), 4);
  // A failed write is repeated in the same slot, so that the other one stays good.
  const auto written = file_->write((sequence_ + 1) % slot_count * sector, bytes);
  if (written) ++sequence_;
  return written;
}

Result<void> SlotFile::sync() {
  return file_ ? file_->sync() : Result<void>();
}

SlotContent Committed::pack() const {
  SlotContent numbers{epoch, generation};
  std::size_t at = 2;
  for (const OfLane& lane : lanes) {
    numbers[at++] = lane.position;
    numbers[at++] = lane.before.epoch;
    numbers[at++] = lane.before.last;
    numbers[at++] = lane.next_number;
  }
  return numbers;
}

std::optional<Committed> Committed::unpack(const SlotContent& numbers) {
  if (numbers[0] == 0) return {};
  Committed committed{numbers[0], numbers[1], {}};
  std::size_t at = 2;
  for (OfLane& lane : committed.lanes) {
    lane.position = numbers[at++];
    lane.before.epoch = numbers[at++];
    lane.before.last = numbers[at++];
    lane.next_number = numbers[at++];
  }
  return committed;
}

SlotContent Ledger::pack() const {
  SlotContent numbers{harmed_epoch, lost};
  std::size_t at = 2;
  for (const LedgerRow& lane : lanes) {
    numbers[at++] = lane.epoch;
    numbers[at++] = lane.position;
    numbers[at++] = lane.segment;
  }
  return numbers;
}

Ledger Ledger::unpack(const SlotContent& numbers) {
  Ledger ledger;
  ledger.harmed_epoch = numbers[0];
  ledger.lost = numbers[1];
  std::size_t at = 2;
  for (LedgerRow& lane : ledger.lanes) {
    lane.epoch = numbers[at++];
    lane.position = numbers[at++];
    lane.segment = numbers[at++];
  }
  return ledger;
}

std::string committed_path(const std::string& folder) {
  return folder + "/committed";
}
std::string ledger_path(const std::string& folder) {
  return folder + "/ledger";
}

}  // namespace langyan::spool
