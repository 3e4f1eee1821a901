#include "tests/simulation/world.h"

namespace langyan::simulation {
namespace {

using spool::Class;
using spool::Lane;

constexpr int steps = 64;
constexpr int most_deliveries = 3000;  // steps of a shipper that has nothing but good luck

// Clocks set wrong: by an hour, a day, a year, to 1970 and to 2106.
constexpr Duration leaps[] = {hour,       -hour,           day,           -day, 365 * day,
                              -365 * day, -56 * 365 * day, 80 * 365 * day};

constexpr MemoryDisk::Op disk_ops[] = {
    MemoryDisk::Op::open, MemoryDisk::Op::read,   MemoryDisk::Op::append,     MemoryDisk::Op::write,
    MemoryDisk::Op::sync, MemoryDisk::Op::rename, MemoryDisk::Op::sync_folder};

spool::SpoolOptions spool_options(bool small) {
  spool::SpoolOptions options;
  options.folder = "spool";
  options.segment_bytes = 16 << 10;
  options.alert_bytes = small ? 64 << 10 : 16 << 20;
  options.bulk_bytes = small ? 64 << 10 : 16 << 20;
  options.record_bytes = 16 << 10;
  options.buffer_bytes = 64 << 10;
  return options;
}

}  // namespace

World::World(const CenterSeed& from, std::uint64_t seed, bool shown)
    : trace_(shown), dice_(seed), center_(from, seed ^ 0xce47, trace_) {
  small_ = roll(4) == 0;
  for (std::size_t i = 0; i < 1 + roll(most_sites); ++i) {
    SiteOptions options{CenterSeed::source(i), from.token(i), dice_.number(),
                        spool_options(small_)};
    options.batch_lines = 1 + roll(100);
    sites_.push_back(std::make_unique<Site>(std::move(options), center_, trace_));
    sites_.back()->link.trouble = static_cast<unsigned>(roll(60));
  }
}

// Time passes alike for all, whatever their clocks say.
void World::pass(Duration time) {
  center_.clock.advance(time);
  for (auto& site : sites_) site->clock.advance(time);
}

void World::work(Site& site) {
  for (std::uint64_t i = roll(12); i > 0; --i) {
    const auto cls = static_cast<Class>(roll(spool::class_count));
    site.produce(cls == Class::alert ? Lane::alert : Lane::bulk, cls,
                 roll(10) == 0 ? 6000 : roll(400));
  }
  if (roll(40) == 0) site.abandon(roll(2) ? Lane::alert : Lane::bulk);
  if (roll(3) != 0) site.commit();
  for (std::uint64_t i = roll(4); i > 0; --i) site.ship();
}

void World::trouble_site(Site& site) {
  MemoryDisk& disk = site.disk();
  const std::uint64_t kind = roll(10);
  trace_.say("{}: trouble {}", site.name(), kind);
  switch (kind) {
    case 0: ++tally_.kills; return site.kill();
    case 1: ++tally_.power_losses; return site.lose_power();
    case 2: return site.restart_shipper();
    case 3:
    case 4: return disk.die_after(roll(40));  // within some call soon
    case 5:
      ++tally_.disk_faults;
      return disk.fail(disk_ops[roll(std::size(disk_ops))], fault_kind(), 1 + roll(5), roll(5));
    case 6:
      ++tally_.disk_faults;
      full_ = true;
      return disk.limit_to(roll(200) << 10);
    case 7: return disk.mend();
    case 8: site.link.down = !site.link.down; return;
    default:
      ++tally_.jumps;
      site.clock.jump(leaps[roll(std::size(leaps))]);
      return trace_.say("{}: clock set", site.name());
  }
}

ErrorKind World::fault_kind() {
  if (roll(3)) return ErrorKind::io;
  full_ = true;
  return ErrorKind::full;
}

void World::trouble_center() {
  switch (roll(6)) {
    case 0: ++tally_.center_kills; return center_.kill();
    case 1: return center_.stop();
    case 2:
    case 3: return center_.tidy();
    case 4: return pass(static_cast<Duration>(roll(3)) * hour);
    default:
      ++tally_.jumps;
      center_.clock.jump(-center_lead_);
      center_lead_ = center_lead_ == 0 ? leaps[roll(std::size(leaps))] : 0;
      center_.clock.jump(center_lead_);
      return trace_.say("center: clock off by {} s", center_lead_ / second);
  }
}

void World::befall(Site& site) {
  if (roll(8) == 0) trouble_site(site);
  if (roll(16) == 0) trouble_center();
  if (!center_.up() && roll(4) == 0) center_.start();
  if (site.disk().dead()) {
    ++(roll(2) ? tally_.kills : tally_.power_losses);
    roll(2) ? site.kill() : site.lose_power();
  }
  if (!site.running() && roll(2)) site.start();
}

void World::mend(Site& site) {
  site.link.down = false;
  site.link.trouble = 0;
  site.kill();  // a death that waits for its call must not come later
  site.start();
  pass(minute);
  site.commit();
}

bool World::deliver() {
  for (int i = 0; i < most_deliveries; ++i) {
    bool done = true;
    for (auto& site : sites_) site->ship(), done = done && site->drained();
    if (done) return true;
    pass(100 * millisecond);
  }
  return false;
}

// Why a promised event may have had to go: only because there was no room. Where the disk refuses
// the trace of an eviction a file of its own, a reader in the middle of the segment finds damage or
// its end,
// and where it refuses everything, a hole that nothing explains.
std::set<std::string> World::reasons() const {
  if (full_ || (small_ && tally_.disk_faults > 0)) return {"evicted", "lost", "damaged", "cut"};
  return small_ ? std::set<std::string>{"evicted"} : std::set<std::string>{};
}

Audit World::run() {
  for (int step = 0; step < steps; ++step) {
    pass(static_cast<Duration>(1 + roll(3000)) * millisecond);
    Site& site = *sites_[roll(sites_.size())];
    befall(site);
    work(site);
  }
  center_.clock.jump(-center_lead_);
  center_.start();
  std::vector<const Site*> all;
  for (auto& site : sites_) {
    mend(*site);
    all.push_back(site.get());
    tally_.link_faults += site->link.faults;
    tally_.epochs += site->book().size() / spool::lane_count;
  }
  const bool delivered = deliver();
  center_.tidy();
  Audit result = audit(center_, all, reasons());
  if (!delivered) {
    result.faults.push_back("not everything was delivered once all was mended");
    for (auto& site : sites_) result.faults.push_back(site->hindrance());
  }
  trace_.say("{} lines, {} in gaps, {} promised", result.lines, result.gaps, result.promised);
  return result;
}

}  // namespace langyan::simulation
