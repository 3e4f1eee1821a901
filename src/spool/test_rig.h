// Rig: a spool on a simulated disk, a book of what was written, and a check of what comes out.
// For tests.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <tuple>

#include "base/manual_clock.h"
#include "base/memory_disk.h"
#include "spool/reader.h"
#include "spool/spool.h"

namespace langyan::spool {

inline std::string line_for(std::uint64_t epoch, Lane lane, std::uint64_t position,
                            std::size_t size = 60) {
  std::string line = "{\"seq\":" + std::to_string(position) + ",\"lane\":\"" +
                     std::string(name(lane)) + "\",\"epoch\":" + std::to_string(epoch) +
                     ",\"pad\":\"";
  while (line.size() + 2 < size) line += static_cast<char>('a' + (position + line.size()) % 26);
  return line + "\"}";
}

// What a center ends up with: for each (epoch, lane, position) a line or the reason why not. Every
// item must continue its lane without hole or overlap, and every line must be as it was written.
class Harvest {
 public:
  struct Gap {
    std::uint64_t from, to;
    GapReason reason;
    bool operator==(const Gap&) const = default;
  };
  using Key = std::pair<std::uint64_t, Lane>;

  // `again`: positions may come a second time (after a restart), with the same content or as a gap.
  void add(const Batch& batch, bool again = false) {
    for (const Item& item : batch.items) {
      std::uint64_t& next = next_.try_emplace({batch.epoch, batch.lane}, 1).first->second;
      if (!again) {
        EXPECT_EQ(item.from, next) << name(batch.lane) << " epoch " << batch.epoch;
      }
      EXPECT_LE(item.from, next) << name(batch.lane) << " has a hole";
      EXPECT_LE(item.from, item.to);
      next = std::max(next, item.to + 1);
      if (item.gap) {
        gaps[{batch.epoch, batch.lane}].push_back({item.from, item.to, *item.gap});
        continue;
      }
      const std::string line = batch.text.substr(item.offset, item.size);
      EXPECT_TRUE(line.ends_with('\n'));
      const std::string text = line.substr(0, line.size() - 1);
      const auto [at, fresh] = lines[{batch.epoch, batch.lane}].emplace(item.from, text);
      EXPECT_TRUE(fresh || at->second == text) << "position " << item.from << " was given twice";
    }
    if (!batch.empty()) epochs_seen.push_back(batch.epoch);
  }

  void start_at(std::uint64_t epoch, Lane lane, std::uint64_t position) {
    next_[{epoch, lane}] = position;
  }
  std::uint64_t last(std::uint64_t epoch, Lane lane) const {
    const auto at = next_.find({epoch, lane});
    return at == next_.end() ? 0 : at->second - 1;
  }

  std::map<Key, std::map<std::uint64_t, std::string>> lines;
  std::map<Key, std::vector<Gap>> gaps;
  std::vector<std::uint64_t> epochs_seen;

 private:
  std::map<Key, std::uint64_t> next_;
};

class Rig {
 public:
  explicit Rig(std::uint64_t seed = 1) : disk(std::make_unique<MemoryDisk>()), random(seed) {
    options.folder = "spool";
    options.segment_bytes = 4096;
    options.alert_bytes = 1 << 20;
    options.bulk_bytes = 1 << 20;
    options.record_bytes = 4096;
    options.buffer_bytes = 64 << 10;
  }

  bool open() {
    auto opened = Spool::open(*disk, clock, random, options);
    if (!opened) failure = opened.error().message;
    if (!opened) return false;
    spool = opened.take();
    return true;
  }
  bool open_reader() {
    auto opened = Reader::open(*disk, options.folder);
    if (!opened) failure = opened.error().message;
    if (!opened) return false;
    reader = opened.take();
    return true;
  }
  // As a new process on the same disk.
  void close() {
    spool.reset();
    reader.reset();
    disk->unlock_all();
  }
  void use(std::unique_ptr<MemoryDisk> image) {
    close();
    disk = std::move(image);
  }

  // One event of the class; its position, or 0 when it was refused.
  std::uint64_t put(Lane lane, Class cls, std::size_t size = 60) {
    const auto position = spool->reserve(lane, cls, size);
    if (!position) return 0;
    const std::string line = line_for(spool->epoch(), lane, *position, size);
    spool->append(lane, *position, line);
    written[{spool->epoch(), lane}][*position] = line;
    return *position;
  }
  void put_many(Lane lane, std::size_t count, std::size_t size = 60) {
    const Class cls = lane == Lane::alert ? Class::alert : Class::operation;
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_NE(put(lane, cls, size), 0u);
    }
  }
  void commit() {
    const auto done = spool->commit();
    ASSERT_TRUE(done) << done.error().message;
  }

  // Reads until nothing is left, acknowledging each batch when asked to.
  Harvest drain(bool acknowledge = false, BatchLimits limits = {7, 4096}) {
    Harvest harvest;
    drain_into(harvest, acknowledge, limits);
    return harvest;
  }
  void drain_into(Harvest& harvest, bool acknowledge, BatchLimits limits = {7, 4096},
                  bool again = false) {
    if (!reader) {
      ASSERT_TRUE(open_reader()) << failure;
    }
    for (const Lane lane : all_lanes) {
      for (;;) {
        const auto batch = reader->next(lane, limits);
        ASSERT_TRUE(batch) << batch.error().message;
        if (batch->empty()) break;
        harvest.add(*batch, again);
        if (acknowledge) {
          ASSERT_TRUE(reader->acknowledge(lane, batch->epoch, batch->items.back().to));
        }
      }
    }
    for (const auto& [key, lines] : harvest.lines) {
      for (const auto& [position, line] : lines) {
        EXPECT_EQ(line, written[key][position]) << "invented or changed: position " << position;
      }
    }
  }

  std::string newest_segment(Lane lane) const {
    std::string newest;
    const auto names = disk->list(options.folder);
    for (const std::string& file : *names) {
      if (file.starts_with(name(lane)) && file.ends_with(".seg")) newest = file;
    }
    return options.folder + '/' + newest;
  }
  std::size_t segments(Lane lane) const {
    std::size_t count = 0;
    const auto names = disk->list(options.folder);
    for (const std::string& file : *names) {
      count += file.starts_with(name(lane)) && file.ends_with(".seg");
    }
    return count;
  }

  std::unique_ptr<MemoryDisk> disk;
  ManualClock clock;
  SeededRandom random;
  SpoolOptions options;
  std::unique_ptr<Spool> spool;
  std::unique_ptr<Reader> reader;
  std::string failure;
  std::map<Harvest::Key, std::map<std::uint64_t, std::string>> written;  // every line ever appended
};

}  // namespace langyan::spool
