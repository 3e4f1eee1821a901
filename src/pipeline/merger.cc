#include "pipeline/merger.h"

#include <algorithm>
#include <bit>

#include "assets/state_file.h"
#include "base/caps.h"
#include "base/json.h"
#include "base/log.h"
#include "base/version.h"
#include "pipeline/asset_report.h"
#include "pipeline/behaviour_report.h"
#include "pipeline/habit_report.h"
#include "pipeline/order_report.h"

namespace langyan::pipeline {
namespace {

const Cap carrying_a_second{
    "pipeline.packets_before",
    256,
    1,
    1 << 20,
    0,
    "Alerts written in a second that carry the packets before theirs; those beyond carry their own only."};
constexpr MergeCount written_counts[] = {MergeCount::stats, MergeCount::flows,
                                         MergeCount::summaries, MergeCount::operations,
                                         MergeCount::alerts};
constexpr MergeCount refused_counts[] = {
    MergeCount::refused_stats, MergeCount::refused_flows, MergeCount::refused_summaries,
    MergeCount::refused_operations, MergeCount::refused_alerts};
constexpr Duration last_patience = 3 * second, last_retry = 100 * millisecond;
constexpr Duration assets_saved_every = 5 * minute;
constexpr std::size_t longest_refusal = 600;  // in statistics; the log has it in full
constexpr std::size_t identity_bytes = 512;  // the longest origin a line can get

// "stats":{"capture":{"packets":1,"kernel_drop":0},"flow":{…}}: a row's room, and the rest of its
// name with underscores.
class StatsWriter {
 public:
  explicit StatsWriter(JsonWriter& json) : json_(json) {}
  void add(std::string_view name, std::uint64_t value) {
    const std::size_t dot = name.find('.');
    const std::string_view room = name.substr(0, dot);
    if (room != room_) {
      if (!room_.empty()) json_.close();
      json_.key(room).open();
      room_ = room;
    }
    std::string rest(name.substr(dot + 1));
    std::ranges::replace(rest, '.', '_');
    json_.field(rest, value);
  }
  void close() {
    if (!room_.empty()) json_.close();
  }

 private:
  JsonWriter& json_;
  std::string_view room_;
};

// Not within a letter of UTF-8.
std::string shortened(std::string text) {
  if (text.size() <= longest_refusal) return text;
  std::size_t end = longest_refusal;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace

Merger::Merger(MergeOptions options, const eve::Writer& writer, Clock& clock)
    : options_(std::move(options)), writer_(writer), clock_(clock),
      mirror_(options_.rows), inventory_(options_.makers ? *options_.makers : no_makers_, *this), behaviours_(*this) {
  behaviours_.connections_each(options_.connections_each);
  if (options_.spool) options_.epoch = options_.spool->epoch();
  inventory_.silent_after(options_.silent_after);
  // A broken file is worth a word, but the sensor starts; it is left for a person to look into.
  if (!options_.asset_file.empty())
    if (const auto done = assets::load(*options_.disk, options_.asset_file, inventory_); !done) {
      logging::error(done.error().message);
      options_.asset_file.clear();
    }
  hold_against(std::move(options_.lists));
}

void Merger::use(Lists lists) {
  const std::lock_guard lock(lists_mutex_);
  new_lists_ = std::move(lists);
  lists_waiting_.store(true);
}

void Merger::take_lists() {
  if (!lists_waiting_.exchange(false)) return;
  const std::lock_guard lock(lists_mutex_);
  hold_against(std::move(new_lists_));
}

void Merger::hold_against(Lists lists) {
  inventory_.use(std::move(lists.ledger));
  inventory_.use(std::move(lists.vulnerabilities));
  windows_ = std::move(lists.windows);
  if (options_.habits) options_.habits->ledger().use(windows_.get());
}

// The announced work that covers what a rule hit on: all that was done with it, by who asked for it. A hit on a
// payload says nothing of what was done, and no work announces an exploit.
std::string_view Merger::window_of(const detect::Hit& hit, std::uint32_t verbs) const {
  if (!windows_ || !verbs) return {};
  const auto station = [](const IpAddress& ip, const Mac& mac) {
    return ip == IpAddress{} ? baseline::Station::of(mac) : baseline::Station::of(ip);
  };
  auto client = station(hit.source, hit.source_mac), server = station(hit.destination, hit.destination_mac);
  if (hit.direction == Direction::to_client) std::swap(client, server);
  std::string_view name;
  for (std::uint32_t left = verbs; left; left &= left - 1) {
    name = windows_->covers(hit.time, client, server, static_cast<Verb>(std::countr_zero(left)));
    if (name.empty()) return {};
  }
  return name;
}

std::string_view Merger::window_of(const baseline::Finding& finding) const {
  if (!windows_ || !finding.has_source || !baseline::is_search(finding.behaviour)) return {};
  std::span<const IpAddress> targets(finding.examples.data(), finding.example_count);
  if (finding.has_target) targets = {&finding.target, 1};
  return windows_->covers_search(finding.now, baseline::Station::of(finding.source), targets);
}

// What is no alert because somebody said before that it would come.
void Merger::announced(std::string line, std::string_view window) {
  counters_.add(MergeCount::in_maintenance);
  if (writer_.strict()) return;
  eve::retype(line, "maintenance");
  JsonWriter(line, true).field("maintenance", window);
  write(line, spool::Class::operation, spool::Lane::bulk);
}

void Merger::accept(std::span<const std::unique_ptr<Block>> round) {
  take_lists();
  order_.clear();
  for (std::uint32_t worker = 0; worker < round.size(); ++worker) {
    const auto& candidates = round[worker]->candidates;
    for (std::uint32_t i = 0; i < candidates.size(); ++i)
      order_.push_back({candidates[i].key, worker, i});
  }
  // A worker's own are in order already but for ticks, whose flows come in no order of theirs.
  if (!std::ranges::is_sorted(order_, {}, &Place::key)) std::ranges::sort(order_, {}, &Place::key);

  std::size_t stats = 0;
  const auto& points = round.front()->stats;
  const auto stats_before = [&](const OrderKey& key) {
    for (; stats < points.size() && points[stats].key < key; ++stats) {
      StatsPoint sum = points[stats];
      for (std::size_t worker = 1; worker < round.size(); ++worker) {
        const auto& values = round[worker]->stats[stats].values;
        for (std::size_t i = 0; i < values.size(); ++i) sum.values[i] += values[i];
      }
      inventory_.tick(sum.time);
      if (options_.live) look_at_mirror(sum);
      write_stats(sum);
    }
  };
  for (const Place& place : order_) {
    stats_before(place.key);
    const Block& block = *round[place.worker];
    const Candidate& candidate = block.candidates[place.index];
    if (candidate.key.order != evidence_order_) inventory_.settle(), evidence_order_ = candidate.key.order;
    if (candidate.evidence != detect::no_index) {
      inventory_.accept(block.evidence[candidate.evidence]);
      continue;
    }
    if (candidate.trace != detect::no_index) {
      behaviours_.accept(block.traces[candidate.trace]);
      continue;
    }
    if (candidate.notice != detect::no_index) {
      deviation(block, candidate);
      continue;
    }
    std::string_view before;
    if (candidate.hit != detect::no_index) {
      const detect::Hit& hit = block.hits[candidate.hit];
      using enum Candidate::Limit;
      if (candidate.limit == refused || (candidate.limit == to_ask && !limiter_.admit(hit))) continue;
      if (const auto window = window_of(hit, candidate.verbs); !window.empty()) {
        announced(std::string(block.line(candidate)), window);
        continue;
      }
      tally_.alert(hit.rule->priority);
      before = packets_before(block, candidate, hit.time);
      if (candidate.limit == to_ask && !limiter_.earlier().empty()) {
        std::string line(block.line(candidate));
        writer_.steps(line, limiter_.earlier());
        write(line, candidate.kind, candidate.lane, before);
        continue;
      }
    }
    write(block.line(candidate), candidate.kind, candidate.lane, before);
  }
  if (options_.habits) options_.habits->obeyed(round);
  if (options_.habits)
    for (const auto& block : round) options_.habits->take(*block);
  inventory_.settle();
  stats_before({~std::uint64_t{0}, 255, 255, ~std::uint64_t{0}, ~std::uint32_t{0}});
  idle();
}

void Merger::asset(const assets::Event& event) {
  if (!options_.asset_events || writer_.strict()) return;
  std::string line;
  write_asset(line, writer_, event);
  counters_.add(MergeCount::assets);
  write(line, spool::Class::operation, spool::Lane::bulk);
}

void Merger::found(const baseline::Finding& finding) {
  const bool alert = finding.stage == baseline::Finding::Stage::found;
  if (!alert && writer_.strict()) return;
  std::string line;
  write_behaviour(line, writer_, finding);
  if (!alert) return write(line, spool::Class::operation, spool::Lane::bulk);
  if (const auto window = window_of(finding); !window.empty()) return announced(std::move(line), window);
  tally_.alert(static_cast<std::uint8_t>(baseline::detection(finding.behaviour).severity));
  write(line, spool::Class::alert, spool::Lane::alert);
}

void Merger::deviation(const Block& block, const Candidate& candidate) {
  Habits* const habits = options_.habits;
  if (!habits) return;
  const baseline::Notice& notice = block.notices[candidate.notice];
  const auto verdict = habits->ledger().accept(notice);
  if (!verdict || (writer_.strict() && !verdict->alert)) return;
  std::string line(block.line(candidate));
  write_deviation(line, writer_, notice, *verdict, habits->settings());
  if (verdict->alert) tally_.alert(eve_severity(verdict->severity));
  write(line, verdict->alert ? spool::Class::alert : spool::Class::operation,
        verdict->alert ? spool::Lane::alert : spool::Lane::bulk,
        verdict->alert ? packets_before(block, candidate, notice.time) : std::string_view());
  if (!verdict->many) return;
  line.clear();
  write_many(line, writer_, notice.time);
  write(line, spool::Class::alert, spool::Lane::alert);
}

// What a flood of alerts would repeat again and again must not fill the spool, which then refuses alerts.
std::string_view Merger::packets_before(const Block& block, const Candidate& candidate, Time now) {
  if (candidate.before_size == 0) return {};
  if (carrying_second_ != now / second) carrying_second_ = now / second, carrying_ = 0;
  if (carrying_++ < carrying_a_second.value()) return block.packets_before(candidate);
  counters_.add(MergeCount::alone);
  return {};
}

void Merger::write(std::string_view open_line, spool::Class kind, spool::Lane lane, std::string_view rest) {
  const auto index = static_cast<std::size_t>(kind);
  std::uint64_t seq = 0;
  if (options_.spool) {
    const std::size_t bytes = open_line.size() + rest.size() + identity_bytes;
    auto position = options_.spool->reserve(lane, kind, bytes);
    if (!position && options_.spool->pending_records() > 0) {
      commit();
      position = options_.spool->reserve(lane, kind, bytes);
    }
    if (!position) return counters_.add(refused_counts[index]);
    seq = *position;
  } else {
    seq = ++seq_[spool::index(lane)];
  }
  line_.assign(open_line).append(rest);
  if (writer_.strict())
    line_ += '}';  // who saw it and its number are ours, not Suricata's
  else
    eve::close_line(line_, options_.sensor, options_.epoch, spool::name(lane), seq);
  if (options_.spool) options_.spool->append(lane, seq, line_);
  if (options_.file) options_.file->write(line_);
  counters_.add(written_counts[index]);
}

// What is wrong with what arrives is for who can mend it: said in the log, and an event.
void Merger::look_at_mirror(const StatsPoint& sum) {
  for (const Mirror::Finding& each : mirror_.look(sum.values, true)) {
    const Detection& what = detection(each.fault);
    if (each.over) {
      logging::info(std::string("no longer so: ") += what.title.en);
      continue;
    }
    std::string sentence(what.title.en);
    if (each.of) sentence += ": " + extent(each);
    logging::warn((sentence += ". ") += what.advice.en);
    if (!options_.anomaly_events || writer_.strict()) continue;
    std::string line;
    eve::Moment moment;
    moment.time = sum.time;
    writer_.anomaly(line, what.name, "mirror", &what, {}, {}, moment);
    JsonWriter(line, true).key("mirror").open().field("affected", each.affected).field("of", each.of).close();
    write(line, spool::Class::operation, spool::Lane::bulk);
  }
}

void Merger::write_stats(const StatsPoint& sum) {
  if (writer_.strict()) return;
  std::string line;
  writer_.plain(line, "stats", sum.time);
  JsonWriter json(line, true);
  json.key("program").open().field("version", version);
  json.field("rules", std::uint64_t{rules_.load(std::memory_order_relaxed)});
  write_packs(json);
  json.close();
  if (options_.live) {
    json.key("mirror").open_list();
    for (std::size_t i = 0; i < Mirror::fault_count; ++i)
      if (const auto fault = static_cast<Mirror::Fault>(i); mirror_.has(fault)) json.text(name(fault));
    json.close_list();
  }
  json.key("stats").open();
  StatsWriter stats(json);
  for (std::size_t i = 0; i < options_.rows.size(); ++i)
    stats.add(options_.rows[i].name, sum.values[i]);
  counters_.each([&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  if (options_.habits)
    options_.habits->ledger().counters().each(
        [&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  if (options_.habits && options_.habits->orders())
    options_.habits->orders()->counters().each(
        [&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  inventory_.counters().each(
      [&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  behaviours_.counters().each(
      [&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  if (options_.live && options_.spool) {
    options_.spool->counters().each(
        [&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  }
  if (options_.live && options_.file) {
    stats.add("file.lines", options_.file->lines());
    stats.add("file.lost", options_.file->lost());
  }
  if (options_.live && options_.processes) {
    options_.processes->each(
        [&](const CounterRow& row, std::uint64_t value) { stats.add(row.name, value); });
  }
  stats.close();
  json.close();
  write(line, spool::Class::stats, spool::Lane::bulk);
}

void Merger::use(PackUse packs) {
  const std::lock_guard lock(program_mutex_);
  std::map<std::string, Time, std::less<>> since;
  for (const auto& [name, version] : packs.versions) {
    const auto before = program_.packs.versions.find(name);
    const bool same = before != program_.packs.versions.end() && before->second == version;
    since[name] = same ? program_.since[name] : clock_.now();
  }
  program_ = {std::move(packs), std::move(since), {}, 0};
}

void Merger::reload_refused(std::string why) {
  const std::lock_guard lock(program_mutex_);
  program_.refusal = shortened(std::move(why)), program_.refused_at = clock_.now();
}

// So that the center knows who uses which version, and who does not and why (docs/packs.md).
void Merger::write_packs(JsonWriter& json) {
  const std::lock_guard lock(program_mutex_);
  if (!program_.packs.takes) return;
  json.key("packs").open_list();
  for (const auto& [name, version] : program_.packs.versions)
    json.open().field("name", name).field("version", version).key("since").time(program_.since[name]).close();
  json.close_list();
  if (!program_.packs.refused.empty()) {
    json.key("packs_refused").open_list();
    for (const packs::Refusal& each : program_.packs.refused)
      json.open()
          .field("name", each.name)
          .field("version", each.version)
          .field("reason", shortened(each.reason))
          .close();
    json.close_list();
  }
  if (program_.refusal.empty()) return;
  json.key("reload_refused").open().key("time").time(program_.refused_at).field("reason", program_.refusal).close();
}

void Merger::announce(std::string line, spool::Class kind, spool::Lane lane) {
  write(line, kind, lane);
}

void Merger::commit() {
  const auto done = options_.spool->commit();
  if (!done && !commit_failing_) {
    logging::error(done.error().message + "; events wait in memory until the disk takes them");
  }
  if (done && commit_failing_) logging::info("the spool takes events again");
  commit_failing_ = !done;
}

void Merger::idle() {
  if (options_.spool && options_.commit.due(*options_.spool, clock_.monotonic())) commit();
  if (clock_.monotonic() - saved_assets_ >= assets_saved_every) save_assets();
  if (options_.habits) options_.habits->idle(clock_.monotonic()), tell_orders();
  if (!options_.file) return;
  if (!options_.live) return;
  const auto done = options_.file->flush();
  if (!done && !file_failing_)
    logging::error(done.error().message + "; events are lost until it works again");
  file_failing_ = !done;
}

// Before the outcome stands beside the order its event is on disk: who asks the center finds it there.
void Merger::tell_orders() {
  Orders* const orders = options_.habits->orders();
  if (!orders) return;
  auto outcomes = orders->to_tell();
  if (outcomes.empty()) return;
  for (const baseline::Outcome& each : outcomes) {
    logging::info(sentence(each));
    if (writer_.strict()) continue;
    std::string line;
    write_order(line, writer_, each, clock_.now());
    write(line, spool::Class::operation, spool::Lane::bulk);
  }
  if (options_.spool && options_.spool->pending_records() > 0) commit();
  if (options_.file) (void)options_.file->flush();
  orders->told(std::move(outcomes));
}

void Merger::save_assets() {
  saved_assets_ = clock_.monotonic();
  const std::uint64_t changes = inventory_.counters().value(assets::Count::events);
  if (options_.asset_file.empty() || changes == saved_changes_) return;
  const auto done = assets::save(*options_.disk, options_.asset_file, inventory_);
  if (done) saved_changes_ = changes;
  if (!done && !saving_assets_fails_)
    logging::error(done.error().message + "; the inventory is written again in five minutes");
  saving_assets_fails_ = !done;
}

// What the disk does not take now is lost, so it gets some time to recover.
void Merger::commit_last() {
  const Time until = clock_.monotonic() + last_patience;
  for (commit(); options_.spool->pending_records() > 0; commit()) {
    if (clock_.monotonic() >= until) break;
    clock_.sleep(last_retry);
  }
  const std::size_t lost = options_.spool->pending_records();
  if (lost == 0) return;
  counters_.add(MergeCount::uncommitted, lost);
  logging::error(std::to_string(lost) +
                 " events are lost: the disk of spool.folder failed until the end; mend it");
}

void Merger::finish() {
  inventory_.settle();
  behaviours_.finish();
  save_assets();
  if (options_.habits) options_.habits->save_last(), tell_orders();
  if (options_.spool && options_.spool->pending_records() > 0) commit_last();
  if (options_.file) {
    if (const auto done = options_.file->flush(); !done) logging::error(done.error().message);
  }
}

void Merger::reopen_file() {
  if (!options_.file) return;
  if (const auto done = options_.file->reopen(); !done) logging::error(done.error().message);
}

}  // namespace langyan::pipeline
