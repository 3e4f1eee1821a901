// Site: the sensor of a simulation: the real Spool, Reader and Shipper on a simulated disk, and a
// book of what was written and what a commit promised. One thread.
//
// start() is a new process on what the disk holds; kill() and lose_power() end one at a moment the
// disk's die_after() may have put into the middle of any call.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/manual_clock.h"
#include "base/memory_disk.h"
#include "spool/reader.h"
#include "spool/spool.h"
#include "tests/simulation/link.h"
#include "uplink/shipper.h"

namespace langyan::simulation {

struct Place {
  std::uint64_t epoch;
  spool::Lane lane;
  auto operator<=>(const Place&) const = default;
};

// What was written, and how far a commit went well; abandoned positions have an empty line.
struct Page {
  std::map<std::uint64_t, std::string> lines;
  std::uint64_t promised = 0;
};

struct SiteOptions {
  std::string name, token;
  std::uint64_t seed = 1;
  spool::SpoolOptions spool = {};
  std::size_t batch_lines = 50;
};

class Site {
 public:
  Site(SiteOptions options, CenterHost& center, Trace& trace);

  void start();
  void kill();
  void lose_power();
  void restart_shipper();

  bool produce(spool::Lane lane, spool::Class cls, std::size_t bytes);  // false: refused, counted
  void abandon(spool::Lane lane);
  void commit();
  // One step of the shipper if its wait is over.
  void ship();
  bool drained() const { return shipper_ && shipper_->drained(); }
  // Why not: what the reader says, when all else is well.
  std::string hindrance();
  bool running() const { return spool_ != nullptr; }

  const std::string& name() const { return options_.name; }
  const std::map<Place, Page>& book() const { return book_; }
  const spool::Spool& spool() const { return *spool_; }
  const uplink::Shipper& shipper() const { return *shipper_; }
  MemoryDisk& disk() { return *disk_; }
  ManualClock clock;
  Link link;

 private:
  void end(std::unique_ptr<MemoryDisk> left, std::string_view how);
  void open_shipper();
  std::string line_of(const Place& place, spool::Class cls, std::uint64_t seq, std::size_t bytes);

  const SiteOptions options_;
  Trace& trace_;
  SeededRandom random_;
  std::unique_ptr<MemoryDisk> disk_;
  std::unique_ptr<spool::Spool> spool_;
  std::unique_ptr<spool::Reader> reader_;
  std::unique_ptr<uplink::Shipper> shipper_;
  Time next_step_ = 0;
  std::map<Place, Page> book_;
};

}  // namespace langyan::simulation
