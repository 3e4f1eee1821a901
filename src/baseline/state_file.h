// The learned habits on disk, so that a restart or a kill does not make a plant learn anew.
//
// One header line, a line of JSON for each thing learned, one last line:
//   {"file":"langyan baseline","version":1}
//   {"habit":{"client":"10.0.0.2","server":"10.0.0.7","protocol":"modbus","unit":1,"verb":"read",…}}
//   {"order":{"id":"…","kind":"approve","by":"wang",…}}       an order whose effect this file has (order.h)
//   {"end":{"lines":41,"crc32c":"1f0a…"}}                         of all before it
// The checksum stands last, so that a large one can be written while the sensor works on. A file is replaced as a whole
// (write beside it, sync, rename): a crash leaves the old or the new one. One that is cut, changed or of a later version is
// not read, and the error says so; versions before this one are. What a line does not name has its default.
//
//   StateWriter writer(disk, path);
//   learned.visit(writer);
//   auto done = writer.finish();
//   auto read = load(disk, path, visitor);   // checks the whole file before the visitor hears of anything
//
// Which thread: any, one at a time.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "base/disk.h"
#include "base/result.h"
#include "baseline/relation.h"

namespace langyan::baseline {

constexpr unsigned state_version = 1;
constexpr std::size_t largest_state_file = std::size_t{1} << 31;  // octets; a million relations have some 250 MB

// The lines themselves, appended to a text: for parts that are made elsewhere than where the file is written.
class LineWriter final : public Visitor {
 public:
  explicit LineWriter(std::string& out) : out_(out) {}
  void zone(const ZoneState& each) override;
  void host(const HostHabit& each) override;
  void habit(const Habit& each) override;
  void volume(const VolumeHabit& each) override;
  void approval(const Approval& each) override;
  void order(const OrderNote& each) override;
  std::uint64_t lines() const { return lines_; }

 private:
  void line() { out_ += '\n', ++lines_; }
  std::string& out_;
  std::uint64_t lines_ = 0;
};

class StateWriter final : public Visitor {
 public:
  StateWriter(Disk& disk, std::string path);
  ~StateWriter() override;  // without finish() the old file stays

  void zone(const ZoneState& each) override { write().zone(each); }
  void host(const HostHabit& each) override { write().host(each); }
  void habit(const Habit& each) override { write().habit(each); }
  void volume(const VolumeHabit& each) override { write().volume(each); }
  void approval(const Approval& each) override { write().approval(each); }
  void order(const OrderNote& each) override { write().order(each); }
  void lines(std::string_view text, std::uint64_t count);  // of a LineWriter
  langyan::Result<void> finish();

 private:
  LineWriter& write();
  void flush();

  Disk& disk_;
  std::string path_, text_;
  std::unique_ptr<File> file_;
  langyan::Result<void> outcome_;
  std::uint32_t sum_ = 0;
  std::uint64_t more_lines_ = 0;
  LineWriter writer_;
};

langyan::Result<void> restore(std::string_view text, Visitor& visitor);
langyan::Result<void> load(Disk& disk, const std::string& path, Visitor& visitor);  // missing file: nothing

// Words of the file that YAML uses too.
std::string_view part_name(Part part);
std::string_view order_kind_name(OrderKind kind);
std::string station_text(const Station& station);                 // "10.0.0.2", "02:00:…"
bool parse_station(std::string_view text, Station& station);
struct FlagWord {
  std::string_view word;
  Relation::Flag flag;
};
std::span<const FlagWord> flag_words();

}  // namespace langyan::baseline
