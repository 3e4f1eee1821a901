// BookSource: the learned habits of this sensor as its center is told them (uplink/book.h), read from their file (baseline.file)
// whenever it says something new: habits, limits, what is settled, a zone's mode. What was only counted since is told once an hour.
// At most so much goes as caps.uplink.book_bytes says: what waits for a person first, then what changes the process, then the
// newest; how much is left out goes with it. Reading a book takes memory of the file's own size for as long as it lasts.
// One thread; not the one that delivers events.
#pragma once

#include <optional>
#include <string>

#include "base/clock.h"
#include "base/disk.h"
#include "baseline/zones.h"

namespace langyan::sensor {

class BookSource {
 public:
  // settings.on(), with a file. Disk and clock outlive it. `every`: so long between two looks.
  BookSource(baseline::Settings settings, Disk& disk, Clock& clock, Duration every)
      : settings_(std::move(settings)), disk_(disk), clock_(clock), every_(every) {}

  // The book, when it is another than was given last; `last`: whether or not it is time.
  std::optional<std::string> another(bool last);

 private:
  std::optional<std::string> mark() const;

  const baseline::Settings settings_;
  Disk& disk_;
  Clock& clock_;
  const Duration every_;
  Time look_at_ = 0, counts_at_ = 0;  // monotonic
  std::string seen_;                  // mark of the file that was read last
  std::uint64_t digest_ = 0;          // of the book that was given last
};

}  // namespace langyan::sensor
