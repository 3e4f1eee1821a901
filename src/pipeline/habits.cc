#include "pipeline/habits.h"

#include "base/log.h"
#include "decode/decode.h"

namespace langyan::pipeline {
namespace {

// The worker that packets of these two go to (Pipeline::packet).
std::size_t worker_of(const baseline::Station& client, const baseline::Station& server, std::size_t workers) {
  decode::Headers headers;
  if (client.is_mac) {
    headers.has_source_mac = headers.has_destination_mac = true;
    headers.source_mac = client.mac(), headers.destination_mac = server.mac();
  } else {
    headers.ip_version = client.ip.is_v4() ? 4 : 6;
    headers.source = client.ip, headers.destination = server.ip;
  }
  return decode::pair_hash(headers) % workers;
}

class Loader final : public baseline::Visitor {
 public:
  Loader(std::vector<baseline::Watch*>& watches, baseline::Ledger& ledger) : watches_(watches), ledger_(ledger) {}
  void zone(const baseline::ZoneState& each) override {
    for (baseline::Watch* watch : watches_) watch->restore(each);
  }
  void host(const baseline::HostHabit& each) override { ledger_.restore(each); }
  void habit(const baseline::Habit& each) override {
    ledger_.restore(each);
    watches_[worker_of(each.client, each.server, watches_.size())]->restore(each);
  }
  void volume(const baseline::VolumeHabit& each) override {
    watches_[worker_of(each.client, each.server, watches_.size())]->restore(each);
  }
  void approval(const baseline::Approval& each) override { ledger_.approve(each); }

 private:
  std::vector<baseline::Watch*>& watches_;
  baseline::Ledger& ledger_;
};

}  // namespace

Habits::Habits(const baseline::Settings& settings, Disk* disk, std::vector<baseline::Watch*> watches,
               std::atomic<std::uint64_t>& wanted)
    : settings_(settings), disk_(disk), watches_(std::move(watches)), wanted_(wanted),
      path_(disk ? settings.file : std::string()), ledger_(settings) {}

void Habits::load() {
  if (path_.empty()) return;
  Loader loader(watches_, ledger_);
  if (const auto done = baseline::load(*disk_, path_, loader); !done) {
    logging::error(done.error().message);
    path_.clear();
  }
  for (baseline::Watch* watch : watches_) watch->restored();
}

void Habits::begin_file() {
  writer_ = std::make_unique<baseline::StateWriter>(*disk_, path_);
  ended_ = 0;
  ledger_.visit(*writer_);
}

void Habits::end_file() {
  const auto done = writer_->finish();
  writer_.reset();
  if (!done && !failing_) logging::error(done.error().message + "; the habits are written again later");
  failing_ = !done;
}

void Habits::take(const Block& block) {
  if (block.habits_pass == 0 || path_.empty() || block.habits_pass != wanted_.load(std::memory_order_relaxed)) return;
  if (!writer_) return;
  writer_->lines(block.habits, block.habit_lines);
  if (block.habits_end && ++ended_ == watches_.size()) end_file();
}

void Habits::idle(Time monotonic) {
  if (path_.empty() || settings_.save_every == 0) return;
  if (next_ == 0) next_ = monotonic + settings_.save_every;
  if (monotonic < next_ || writer_) return;
  next_ = monotonic + settings_.save_every;
  begin_file();
  wanted_.fetch_add(1, std::memory_order_relaxed);
}

void Habits::save_last() {
  if (path_.empty()) return;
  writer_.reset();
  begin_file();
  watches_.front()->visit_zones(*writer_);
  for (const baseline::Watch* watch : watches_) watch->visit_habits(*writer_);
  end_file();
}

}  // namespace langyan::pipeline
