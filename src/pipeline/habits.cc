#include "pipeline/habits.h"

#include <fmt/format.h>

#include "base/log.h"
#include "decode/decode.h"

namespace langyan::pipeline {
namespace {

constexpr Duration retry_after = 5 * second;  // of a file that an order waits for

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
  Loader(std::vector<baseline::Watch*>& watches, baseline::Ledger& ledger, Orders& orders)
      : watches_(watches), ledger_(ledger), orders_(orders) {}
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
  void order(const baseline::OrderNote& each) override { orders_.remember(each); }

 private:
  std::vector<baseline::Watch*>& watches_;
  baseline::Ledger& ledger_;
  Orders& orders_;
};

}  // namespace

Habits::Habits(const baseline::Settings& settings, Disk* disk, std::vector<baseline::Watch*> watches,
               std::atomic<std::uint64_t>& wanted)
    : settings_(settings), disk_(disk), watches_(std::move(watches)), wanted_(wanted),
      path_(disk ? settings.file : std::string()), ledger_(settings) {
  if (!path_.empty())
    orders_ = std::make_unique<Orders>(*disk_, path_, [this](const baseline::Learned& book) { return place(book); });
}

void Habits::load() {
  if (path_.empty()) return;
  Loader loader(watches_, ledger_, *orders_);
  std::string closed;
  if (const auto done = baseline::load(*disk_, path_, loader); !done) {
    logging::error(done.error().message);
    path_.clear();
    closed = "the running sensor could not read its habits and keeps none on disk: " + done.error().message +
             ", and start it again";
  }
  for (baseline::Watch* watch : watches_) watch->restored();
  orders_->start(std::move(closed));
}

// All or nothing: an import that leaves something out would be another book than the one that was reviewed. Tried on tables as
// the workers have them, beside them.
Result<std::vector<std::uint16_t>> Habits::place(const baseline::Learned& book) const {
  std::vector<std::uint16_t> places;
  const auto add = [&](const auto& each) {
    places.push_back(static_cast<std::uint16_t>(worker_of(each.client, each.server, watches_.size())));
  };
  for (const baseline::Habit& each : book.habits) add(each);
  for (std::size_t worker = 0; worker < watches_.size(); ++worker) {
    baseline::Book trial(watches_.size());
    for (std::size_t i = 0; i < book.habits.size(); ++i)
      if (places[i] == worker && !trial.restore(book.habits[i]))
        return Error{ErrorKind::full,
                     fmt::format("the sensor has no room for all {} habits of the book; raise caps.baseline.relations, "
                                 "caps.baseline.deeds or caps.baseline.conversations",
                                 book.habits.size())};
  }
  for (const baseline::VolumeHabit& each : book.volumes) add(each);
  return places;
}

// What every worker did between the same two packets; what spans pairs follows it, then the file.
void Habits::obeyed(std::span<const std::unique_ptr<Block>> round) {
  const auto& orders = round.front()->orders;
  if (!orders) return;
  std::vector<baseline::Known> known;
  for (const auto& block : round) known.insert(known.end(), block->known.begin(), block->known.end());
  std::vector<baseline::OrderNote> notes;
  bool forgot = false;
  for (std::size_t i = 0; i < orders->orders.size(); ++i) {
    const baseline::Order& order = orders->orders[i];
    baseline::OrderNote& note = notes.emplace_back(order.note);
    note.changed = note.stay = 0;
    for (const auto& block : round) note.changed += block->obeyed[i].changed, note.stay += block->obeyed[i].stay;
    if (note.kind == baseline::OrderKind::approve) ledger_.approve(order.scope);
    if (note.kind == baseline::OrderKind::forget)
      note.withdrawn = ledger_.withdraw(order.scope), forgot |= note.changed != 0;
    if (note.kind != baseline::OrderKind::import) continue;
    ledger_.clear();
    for (const auto& each : order.book.hosts) ledger_.restore(each);
    for (const auto& each : order.book.approvals) ledger_.approve(each);
  }
  if (forgot) ledger_.forget(std::move(known));
  else for (const baseline::Known& each : known) ledger_.learn(each);
  orders_->carried_out(notes, ledger_.approvals());
  ask_for_file();
}

void Habits::begin_file() {
  writer_ = std::make_unique<baseline::StateWriter>(*disk_, path_);
  ended_ = 0;
  ledger_.visit(*writer_);
  orders_->visit(*writer_);
}

void Habits::end_file() {
  const auto done = writer_->finish();
  writer_.reset();
  if (!done && !failing_) logging::error(done.error().message + "; the habits are written again later");
  failing_ = !done;
  retry_ = !done && orders_->unsaved() ? now_ + retry_after : 0;
  if (done) orders_->saved();
}

void Habits::ask_for_file() {
  next_ = now_ + settings_.save_every;
  writer_.reset();  // before the new one begins: both have the same name
  begin_file();
  wanted_.fetch_add(1, std::memory_order_relaxed);
}

void Habits::take(const Block& block) {
  if (block.habits_pass == 0 || path_.empty() || block.habits_pass != wanted_.load(std::memory_order_relaxed)) return;
  if (!writer_) return;
  writer_->lines(block.habits, block.habit_lines);
  if (block.habits_end && ++ended_ == watches_.size()) end_file();
}

void Habits::idle(Time monotonic) {
  now_ = monotonic;
  if (path_.empty() || writer_) return;
  if (next_ == 0) next_ = monotonic + settings_.save_every;
  const bool due = settings_.save_every != 0 && monotonic >= next_;
  if (due || (retry_ != 0 && monotonic >= retry_)) ask_for_file();
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
