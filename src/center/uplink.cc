#include "center/uplink.h"

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "base/version.h"
#include "center/event_json.h"
#include "center/lower_centers.h"

namespace langyan::center {
namespace {

using spool::Lane;

constexpr std::uint64_t record_bytes = 1u << 20, buffer_bytes = 4u << 20;
constexpr auto look_every = std::chrono::milliseconds(100);
constexpr auto retry_every = std::chrono::seconds(1);
constexpr Duration settle = 5 * minute;       // an hour is summed up so long after its end
constexpr std::uint64_t most_hours_back = 168;  // that are summed up after a stop
constexpr std::size_t rollup_rows = 20;         // of each list in it
constexpr std::size_t most_marks = 10'000;

}  // namespace

std::string heartbeat_of(store::EventStore& events, Time now, const Beat& beat, const Release& release) {
  std::uint64_t sensors = 0, silent = 0, total = 0, alerts = 0;
  Time newest = 0;
  if (const auto all = events.sensors(store::Scope::all())) {
    for (const store::Sensor& sensor : *all) {
      if (!is_sensor(sensor)) continue;
      ++sensors;
      silent += now - sensor.last_seen > sensor_silent_after;
      total += sensor.events, alerts += sensor.alerts;
      newest = std::max(newest, sensor.last_seen);
    }
  }
  const store::StoreStatus status = events.status();
  std::string body;
  JsonWriter json(body, false);
  json.key("stats").open().key("center").open().field("version", langyan::version);
  json.field("uptime", static_cast<std::uint64_t>(beat.uptime / second));
  json.field("sensors", sensors).field("sensors_silent", silent);
  json.field("events", total).field("alerts", alerts);
  if (newest > 0) json.key("last_received").time(newest);
  json.field("store_bytes", status.bytes);
  if (status.free_bytes) json.field("free_bytes", *status.free_bytes);
  json.field("quarantined", status.quarantined);
  json.key("packs").open_list();
  for (const PackLabel& pack : beat.packs.list(store::Scope::all()))
    json.open().field("name", pack.name).field("version", pack.version).key("since").time(pack.taken).close();
  json.close_list();
  if (const auto refused = beat.packs.refused(); !refused.empty()) {
    json.key("packs_refused").open_list();
    for (const packs::Refusal& each : refused)
      json.open().field("name", each.name).field("version", each.version).field("reason", each.reason).close();
    json.close_list();
  }
  json.key("release").open().key("types").open_list();  // so that the center above knows what it does not see
  for (const std::string& type : release.types) json.text(type);
  json.close_list().field("fields", std::uint64_t{release.fields.size()}).close();
  json.key("behind").open();
  for (const Lane lane : spool::all_lanes)
    json.field(spool::name(lane), static_cast<std::uint64_t>(beat.behind[spool::index(lane)] / second));
  json.close().close().close();
  return body;
}

Result<std::string> rollup_of(store::EventStore& events, Time from) {
  struct List {
    std::string_view name;
    store::Dimension dimension;
    store::EventClass of;  // other: of all
  };
  constexpr List lists[] = {
      {"types", store::Dimension::event_type, store::EventClass::other},
      {"protocols", store::Dimension::app_proto, store::EventClass::other},
      {"verbs", store::Dimension::ot_verb, store::EventClass::operation},
      {"severities", store::Dimension::severity, store::EventClass::alert},
      {"signatures", store::Dimension::sid, store::EventClass::alert},
      {"organisations", store::Dimension::organisation, store::EventClass::other},
  };
  std::string body;
  JsonWriter json(body, false);
  json.key("rollup").open().key("from").time(from).key("to").time(from + hour);
  for (const List& list : lists) {
    store::TopQuery query;
    if (list.of != store::EventClass::other) query.filter.classes = {list.of};
    query.dimension = list.dimension;
    query.rows = rollup_rows;
    query.from = from, query.to = from + hour;
    const auto top = events.top(store::Scope::all(), query);
    if (!top) return top.error();
    if (&list == std::begin(lists)) json.field("events", top->total);
    json.key(list.name).open_list();
    for (const store::TopRow& row : top->rows) {
      json.open();
      write_series_value(json, row.value, row.label);
      json.field("count", row.count).close();
    }
    json.close_list();
  }
  json.close();
  return body;
}

Uplink::Uplink(UplinkOptions options, std::string organisation, store::EventStore& events, NoticeTravel& notices,
               const Packs& packs, Clock& clock)
    : options_(std::move(options)),
      organisation_(std::move(organisation)),
      events_(events),
      notices_(notices),
      packs_(packs),
      clock_(clock) {}

Uplink::~Uplink() {
  stop();
}

Result<std::unique_ptr<Uplink>> Uplink::open(UplinkOptions options, RelayOptions relay, std::string organisation,
                                             store::EventStore& events, NoticeTravel& notices, const Packs& packs,
                                             Disk& disk, Clock& clock, Random& random) {
  auto policy = ReleasePolicy::of(options.release);
  if (!policy) return policy.error();
  std::unique_ptr<Uplink> uplink(
      new Uplink(std::move(options), std::move(organisation), events, notices, packs, clock));
  uplink->policy_ = std::make_unique<ReleasePolicy>(policy.take());
  if (auto opened = uplink->open_spool(relay, disk, random); !opened) return opened.error();
  return uplink;
}

Result<void> Uplink::open_spool(const RelayOptions& relay, Disk& disk, Random& random) {
  spool::SpoolOptions limits;
  limits.folder = relay.folder;
  limits.alert_bytes = limits.bulk_bytes = options_.spool_bytes;
  limits.record_bytes = record_bytes, limits.buffer_bytes = buffer_bytes;
  limits.segment_bytes = std::min<std::uint64_t>(16u << 20, options_.spool_bytes / 16);
  auto spool = spool::Spool::open(disk, clock_, random, limits);
  if (!spool) return spool.error();
  spool_ = spool.take();
  RelayOptions lane_options = relay;
  lane_options.most_bytes = options_.spool_bytes / 2;
  for (const Lane lane : spool::all_lanes) {
    auto& made = lanes_[spool::index(lane)];
    made = std::make_unique<RelayLane>(
        RelayDoors{events_, *spool_, *policy_, disk, clock_, counters_}, lane_options, lane);
    if (auto done = made->recover(); !done) return done;
    marks_[spool::index(lane)].push_back({spool_->epoch(), spool_->committed(lane), made->last_received()});
  }
  auto reader = spool::Reader::open(disk, relay.folder);
  if (!reader) return reader.error();
  reader_ = reader.take();
  net_ = options_.identity ? options_.identity->net() : curl_net(options_.net);
  uplink::ShipperOptions shipping;
  shipping.url = options_.url, shipping.source = relay.center, shipping.token = options_.token;
  shipper_ = std::make_unique<uplink::Shipper>(*reader_, *net_, clock_, random, shipping);
  return {};
}

void Uplink::start() {
  started_ = clock_.monotonic();
  relay_thread_ = std::thread([this] { relay(); });
  ship_thread_ = std::jthread([this](std::stop_token stop) { shipper_->run(stop); });
}

void Uplink::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_all();
  }
  ship_thread_.request_stop();
  if (relay_thread_.joinable()) relay_thread_.join();
  if (ship_thread_.joinable()) ship_thread_.join();
}

void Uplink::relay() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    lock.unlock();
    auto wait = std::chrono::milliseconds(look_every);
    try {
      own_events();
      if (round()) wait = std::chrono::milliseconds(0);
    } catch (const std::bad_alloc&) {
      wait = retry_every;
    }
    lock.lock();
    if (!stopping_ && wait.count() > 0) wake_.wait_for(lock, wait);
  }
}

// Alerts until there are none, then one step of the rest. Whether there is more at once.
bool Uplink::round() {
  for (const Lane lane : spool::all_lanes) {
    const RelayLane::Step step = lanes_[spool::index(lane)]->step();
    if (step == RelayLane::Step::busy) {
      note_mark(lane);
      return true;
    }
  }
  return false;
}

void Uplink::own_events() {
  const Time now = clock_.now(), monotonic = clock_.monotonic();
  RelayLane& bulk = *lanes_[spool::index(Lane::bulk)];
  const auto this_hour = static_cast<std::uint64_t>(std::max<Time>(now - settle, 0) / hour);
  if (bulk.mark() < this_hour && policy_->releases("rollup")) {
    // A store that is new to this has no hours to sum up but the ones to come.
    const std::uint64_t begin = bulk.mark() == 0 ? this_hour - 1 : bulk.mark();
    const std::uint64_t next = std::max(begin, this_hour - std::min(this_hour, most_hours_back));
    const auto body = rollup_of(events_, static_cast<Time>(next) * hour);
    if (body) bulk.make("rollup", *body, next + 1, organisation_);
  }
  send_notices();
  if (monotonic < beat_at_) return;
  Beat beat{packs_, monotonic - started_, {}};
  for (const Lane lane : spool::all_lanes) beat.behind[spool::index(lane)] = behind(lane, now);
  RelayLane& alert = *lanes_[spool::index(Lane::alert)];
  if (alert.make("stats", heartbeat_of(events_, now, beat, policy_->rows()), alert.mark(), organisation_))
    beat_at_ = monotonic + options_.heartbeat;
  else
    beat_at_ = monotonic + second;
}

// The alert lane's mark is the last entry that went.
void Uplink::send_notices() {
  if (!policy_->releases(notice_event)) return;
  RelayLane& alert = *lanes_[spool::index(Lane::alert)];
  while (const auto next = notices_.next_up(alert.mark())) {
    if (!alert.make(notice_event, next->body, next->mark, {})) return;
    notices_.sent_up();
  }
}

void Uplink::note_mark(Lane lane) {
  auto& marks = marks_[spool::index(lane)];
  const Mark mark{spool_->epoch(), spool_->committed(lane), lanes_[spool::index(lane)]->last_received()};
  if (!marks.empty() && marks.back().position == mark.position) return;
  if (marks.size() < most_marks) marks.push_back(mark);
}

// How old the oldest event is that the center above does not have, by its receipt here.
Duration Uplink::behind(Lane lane, Time now) {
  auto& marks = marks_[spool::index(lane)];
  const auto acked = shipper_->acked(lane);
  while (!marks.empty() && (marks.front().position == 0 || (acked.epoch == marks.front().epoch &&
                                                           acked.position >= marks.front().position)))
    marks.pop_front();
  const RelayLane& relay = *lanes_[spool::index(lane)];
  Time oldest = now;
  if (!marks.empty())
    oldest = marks.front().received;
  else if (!relay.caught_up() && relay.last_received() > 0)
    oldest = relay.last_received();
  return std::max<Duration>(now - oldest, 0);
}

}  // namespace langyan::center
