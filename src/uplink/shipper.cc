#include "uplink/shipper.h"

#include <simdjson.h>
#include <sodium.h>

#include <algorithm>
#include <new>

#include "base/caps.h"
#include "base/json.h"
#include "base/json_members.h"
#include "base/log.h"
#include "uplink/answers.h"
#include "uplink/compressed.h"

namespace langyan::uplink {
namespace {

using spool::GapReason;
using spool::Item;
using spool::Lane;

// One batch of each lane is held, and one compressed copy is made: three bytes each.
// clang-format off
const Cap batch_lines_cap{"uplink.batch_lines", 5000, 1, 100'000, 0,
    "Event lines in a batch at most."};
const Cap batch_bytes_cap{"uplink.batch_bytes", 2u << 20, 4096, 64u << 20, 3,
    "Bytes of event lines in a batch at most, before compression."};
// clang-format on

constexpr Duration first_wait = second, longest_wait = minute;
constexpr Duration operator_wait = minute;  // for what only an operator can change
constexpr Duration longest_busy_wait = 10 * minute;
constexpr Duration idle_wait = 200 * millisecond;
constexpr Duration stop_slice = 100 * millisecond;
// A 413 for a shorter single line is not about the line.
constexpr std::size_t large_line = 64u << 10;
constexpr Duration catalogue_look_every = 5 * second;
constexpr std::size_t longest_revision = 100, most_packs_listed = 256;

std::string hex(std::uint64_t epoch) {
  std::array<std::uint8_t, 8> bytes;
  for (std::size_t i = 0; i < 8; ++i) bytes[i] = static_cast<std::uint8_t>(epoch >> 8 * (7 - i));
  std::string text;
  append_hex(text, bytes);
  return text;
}

std::string sha256(std::string_view content) {
  std::array<std::uint8_t, crypto_hash_sha256_BYTES> sum;
  crypto_hash_sha256(sum.data(), bytes_of(content).data(), content.size());
  std::string text;
  append_hex(text, sum);
  return text;
}

}  // namespace

// The batch of a lane that is under way, and how much of it is done.
struct Shipper::Flight {
  Lane lane;
  std::size_t lines = 0;  // the most to send at once, while the center finds more too large; 0: all
  spool::Batch batch;
  std::size_t begin = 0;  // items before it are acknowledged
  std::uint32_t tries = 0;
  std::uint32_t questions = 0;  // answers 409 since the last 200

  explicit Flight(Lane of) : lane(of) {}
  bool empty() const { return begin == batch.items.size(); }
  std::size_t end() const {
    return lines == 0 ? batch.items.size() : std::min(batch.items.size(), begin + lines);
  }
  std::uint64_t first() const { return batch.items[begin].from; }
  void clear() {
    batch = {};
    begin = tries = 0;
  }
};

struct Shipper::Reply {
  int status = 0;
  Duration retry_after = 0;
  std::optional<std::uint64_t> acked, expected;
  std::vector<std::uint64_t> refused;  // positions
  std::string detail, packs;

  explicit Reply(const HttpAnswer& answer)
      : status(answer.status), retry_after(answer.retry_after) {
    // A parser anew each time: one that ran out of memory crashes in its next parse (simdjson 3.0).
    simdjson::dom::parser parser;
    simdjson::dom::element body;
    if (parser.parse(answer.body).get(body) != simdjson::SUCCESS) return;
    const auto number = [](simdjson::simdjson_result<simdjson::dom::element> from) {
      std::uint64_t value = 0;
      return from.get(value) == simdjson::SUCCESS ? std::optional(value) : std::nullopt;
    };
    acked = number(body["acked"]);
    expected = number(body["expected"]);
    std::string_view text;
    if (body["detail"].get(text) == simdjson::SUCCESS) detail = text.substr(0, 500);
    if (body["packs"].get(text) == simdjson::SUCCESS) packs = text.substr(0, longest_revision);
    simdjson::dom::array lines;
    if (body["refused"].get(lines) != simdjson::SUCCESS) return;
    for (const simdjson::dom::element line : lines) {
      if (const auto position = number(line["position"])) refused.push_back(*position);
      if (detail.empty() && line["reason"].get(text) == simdjson::SUCCESS)
        detail = text.substr(0, 500);
    }
  }
};

struct Shipper::Catalogue {
  std::string name, json, sha256;
  bool missing = false;  // the center has said so
};

struct Shipper::Compressor : Compressed {};

Shipper::Shipper(spool::Reader& reader, Net& net, Clock& clock, Random& random,
                 ShipperOptions options)
    : reader_(reader),
      net_(net),
      clock_(clock),
      random_(random),
      options_(std::move(options)),
      compressor_(std::make_unique<Compressor>()) {
  if (options_.batch_lines == 0) options_.batch_lines = batch_lines_cap.value();
  if (options_.batch_bytes == 0) options_.batch_bytes = batch_bytes_cap.value();
  options_.url = without_slash(std::move(options_.url));
  for (const Lane lane : spool::all_lanes) {
    flights_[spool::index(lane)] = std::make_unique<Flight>(lane);
  }
}

Shipper::~Shipper() = default;

void Shipper::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    Duration wait = step();
    while (wait > 0 && !stop.stop_requested()) {
      const Duration slice = std::min(wait, stop_slice);
      clock_.sleep(slice);
      wait -= slice;
    }
  }
}

bool Shipper::drain(Duration within) {
  const Time end = clock_.monotonic() + within;
  // A failure of before is no reason to let the time pass.
  not_before_ = std::min(not_before_, clock_.monotonic() + idle_wait);
  for (;;) {
    const Duration wait = step();
    if (drained_) return true;
    const Duration left = end - clock_.monotonic();
    if (left <= 0) return false;
    clock_.sleep(std::min(wait, left));
  }
}

Duration Shipper::step() {
  drained_ = false;
  const Time now = clock_.monotonic();
  if (now < not_before_) return not_before_ - now;
  Duration wait = first_wait;
  try {
    wait = next_step();
  } catch (const std::bad_alloc&) {  // everything stays as it was
  }
  not_before_ = clock_.monotonic() + wait;
  return wait;
}

Duration Shipper::next_step() {
  Flight &alert = *flights_[spool::index(Lane::alert)], &bulk = *flights_[spool::index(Lane::bulk)];
  const bool alert_read = load(alert);
  if (!alert.empty()) return ship(alert);
  if (const auto wait = offer_next()) return *wait;
  if (const auto wait = follow_next()) return *wait;
  const bool bulk_read = load(bulk);
  if (!bulk.empty()) return ship(bulk);
  drained_ = alert_read && bulk_read;
  return drained_ ? idle_wait : first_wait;
}

// Takes the next batch when there is none under way. False: the spool cannot be read now.
bool Shipper::load(Flight& flight) {
  if (!flight.empty()) return true;
  flight.clear();
  auto batch = reader_.next(flight.lane, {options_.batch_lines, options_.batch_bytes});
  if (!batch) {
    counters_.add(ShipperCount::read_failures);
    return false;
  }
  flight.batch = batch.take();
  return true;
}

Duration Shipper::ship(Flight& flight) {
  struct Row {
    int status;
    Duration (Shipper::*handle)(Flight&, std::size_t, const Reply&);
  };
  static constexpr Row rows[] = {
      {200, &Shipper::acknowledged}, {400, &Shipper::lines_refused},
      {401, &Shipper::denied},       {403, &Shipper::denied},
      {404, &Shipper::denied},       {409, &Shipper::positions_missing},
      {413, &Shipper::too_large},    {429, &Shipper::busy},
      {503, &Shipper::busy},         {507, &Shipper::busy},
  };
  const std::size_t end = flight.end();
  const auto answer = post(flight, end);
  if (!answer) {
    counters_.add(ShipperCount::no_answer);
    return complain(Mood::failing, answer.error().message, back_off());
  }
  const Reply reply(*answer);
  const auto row = std::ranges::find(rows, reply.status, &Row::status);
  const auto handle = row == std::end(rows) ? &Shipper::unexpected : row->handle;
  return (this->*handle)(flight, end, reply);
}

HttpRequest Shipper::request(std::string method, std::string path) const {
  HttpRequest request;
  request.method = std::move(method);
  request.url = options_.url + path;
  request.timeout = options_.timeout;
  request.headers = {{"Langyan-Source", options_.source}};
  if (!options_.token.empty())
    request.headers.emplace_back("Authorization", "Bearer " + options_.token);
  return request;
}

Result<HttpAnswer> Shipper::post(Flight& flight, std::size_t end) {
  const auto& items = flight.batch.items;
  const std::uint64_t first = flight.first(), count = items[end - 1].to - first + 1;
  HttpRequest message = request("POST", "/api/v1/ingest");
  message.headers.insert(message.headers.end(),
                         {{"Langyan-Epoch", hex(flight.batch.epoch)},
                          {"Langyan-Lane", std::string(spool::name(flight.lane))},
                          {"Langyan-First", std::to_string(first)},
                          {"Langyan-Count", std::to_string(count)},
                          {"Content-Type", "application/x-ndjson"},
                          {"Content-Encoding", "zstd"}});
  std::string with_gaps;
  std::string_view text;
  if (std::any_of(items.begin() + static_cast<std::ptrdiff_t>(flight.begin),
                  items.begin() + static_cast<std::ptrdiff_t>(end),
                  [](const Item& item) { return item.gap.has_value(); })) {
    with_gaps = text_of(flight, end);
    text = with_gaps;
  } else {
    const std::size_t from = items[flight.begin].offset,
                      to = items[end - 1].offset + items[end - 1].size;
    text = std::string_view(flight.batch.text).substr(from, to - from);
  }
  if (!compress(text, message.body)) return Error{ErrorKind::full, "out of memory"};
  counters_.add(ShipperCount::requests);
  if (flight.tries > 0) counters_.add(ShipperCount::retried);
  counters_.add(ShipperCount::sent, count);
  counters_.add(ShipperCount::text_bytes, text.size());
  counters_.add(ShipperCount::sent_bytes, message.body.size());
  ++flight.tries;
  return net_.send(message);
}

bool Shipper::compress(std::string_view text, std::string& into) {
  return compressor_->make(text, into);
}

std::string Shipper::text_of(const Flight& flight, std::size_t end) {
  std::string text;
  for (std::size_t i = flight.begin; i < end; ++i) {
    const Item& item = flight.batch.items[i];
    if (item.gap)
      append_gap(text, flight, item);
    else
      text.append(flight.batch.text, item.offset, item.size);
  }
  return text;
}

void Shipper::append_gap(std::string& text, const Flight& flight, const Item& item) {
  JsonWriter json(text);
  // A center takes no time before 1970, and a gap that it refuses would hold up the lane for ever.
  json.open().key("timestamp").time(std::max<Time>(clock_.now(), 0)).field("event_type", "gap");
  json.key("gap").open().field("from", item.from).field("to", item.to);
  json.field("reason", spool::name(*item.gap)).close();
  json.key("origin")
      .open()
      .field("sensor", options_.source)
      .field("epoch", hex(flight.batch.epoch));
  json.field("lane", spool::name(flight.lane)).field("seq", item.from).close().close();
  text += '\n';
}

Duration Shipper::acknowledged(Flight& flight, std::size_t end, const Reply& reply) {
  if (!reply.acked || *reply.acked < flight.first()) return unexpected(flight, end, reply);
  well();
  packs_told_ = reply.packs;
  flight.questions = 0;
  acknowledge(flight, *reply.acked);
  if (flight.lines != 0)
    flight.lines = flight.lines * 2 >= options_.batch_lines ? 0 : flight.lines * 2;
  return 0;
}

void Shipper::acknowledge(Flight& flight, std::uint64_t position) {
  auto& items = flight.batch.items;
  const std::uint64_t epoch = flight.batch.epoch;
  counters_.add(ShipperCount::acked, position - flight.first() + 1);
  while (flight.begin < items.size() && items[flight.begin].to <= position) ++flight.begin;
  if (!flight.empty() && flight.first() <= position)
    items[flight.begin].from = position + 1;  // of a gap
  flight.tries = 0;
  acked_[spool::index(flight.lane)].epoch.store(epoch, std::memory_order_relaxed);
  acked_[spool::index(flight.lane)].position.store(position, std::memory_order_relaxed);
  const auto stored = reader_.acknowledge(flight.lane, epoch, position);
  if (stored) return;
  const bool ahead = stored.error().kind == ErrorKind::conflict;
  counters_.add(ahead ? ShipperCount::ahead : ShipperCount::ledger_failures);
  if (ahead) say_seldom(stored.error().message);
}

Duration Shipper::lines_refused(Flight& flight, std::size_t end, const Reply& reply) {
  auto& items = flight.batch.items;
  std::size_t found = 0;
  for (const std::uint64_t position : reply.refused) {
    const auto from = items.begin() + static_cast<std::ptrdiff_t>(flight.begin);
    const auto to = items.begin() + static_cast<std::ptrdiff_t>(end);
    const auto item = std::lower_bound(
        from, to, position, [](const Item& at, std::uint64_t wanted) { return at.from < wanted; });
    if (item == to || item->from != position || item->gap) continue;
    item->gap = GapReason::refused;
    ++found;
  }
  if (found == 0) return unexpected(flight, end, reply);
  counters_.add(ShipperCount::refused_lines, found);
  say_seldom("the center refuses " + std::to_string(found) +
             " events, which are lost: " + reply.detail);
  return 0;
}

// Only the first such answer since the last 200 is followed at once: a center that keeps changing
// its mind is not followed in a loop.
Duration Shipper::positions_missing(Flight& flight, std::size_t end, const Reply& reply) {
  const std::uint64_t expected = reply.expected.value_or(0), first = flight.first();
  if (expected == 0 || expected == first) return unexpected(flight, end, reply);
  const Duration wait = flight.questions++ == 0 ? 0 : back_off();
  if (expected > first) {  // it has more than is sent, whatever it says
    acknowledge(flight, expected - 1);
    return wait;
  }
  if (!reader_.rewind(flight.lane, flight.batch.epoch, expected)) {
    counters_.add(ShipperCount::read_failures);
    return std::max(wait, first_wait);
  }
  counters_.add(ShipperCount::rewinds);
  flight.clear();
  return wait;
}

Duration Shipper::too_large(Flight& flight, std::size_t end, const Reply& reply) {
  if (const std::size_t lines = end - flight.begin; lines > 1) {
    flight.lines = lines / 2;
    return 0;
  }
  Item& item = flight.batch.items[flight.begin];
  if (item.gap || item.size < large_line) return unexpected(flight, end, reply);
  item.gap = GapReason::too_large;
  counters_.add(ShipperCount::too_large_lines);
  return 0;
}

Duration Shipper::denied(Flight&, std::size_t, const Reply& reply) {
  counters_.add(ShipperCount::denied);
  return complain(Mood::denied,
                  "is answered " + std::to_string(reply.status) + " (" + reply.detail +
                      "); check url, source, and token or certificate",
                  operator_wait - static_cast<Duration>(random_.number() % (operator_wait / 4)));
}

Duration Shipper::busy(Flight&, std::size_t, const Reply& reply) {
  counters_.add(ShipperCount::busy);
  const Duration wait =
      reply.retry_after > 0 ? std::min(reply.retry_after, longest_busy_wait) : back_off();
  return complain(Mood::failing, "is answered " + std::to_string(reply.status) + " " + reply.detail,
                  wait);
}

Duration Shipper::unexpected(Flight&, std::size_t, const Reply& reply) {
  counters_.add(ShipperCount::answers_refused);
  return complain(Mood::failing, "is answered " + std::to_string(reply.status) + " " + reply.detail,
                  back_off());
}

// Exponential, less a random half: many sensors that lost one center do not come back as one.
Duration Shipper::back_off() {
  const Duration most = std::min(longest_wait, first_wait << std::min(failures_, 10u));
  ++failures_;
  return most - static_cast<Duration>(random_.number() % static_cast<std::uint64_t>(most / 2));
}

// Says it when things turn, not at each try.
Duration Shipper::complain(Mood mood, std::string_view what, Duration wait) {
  if (mood == mood_) return wait;
  mood_ = mood;
  const std::string line = "uplink: " + options_.url + ' ' + std::string(what);
  if (mood == Mood::denied)
    logging::error(line);
  else
    logging::warn(line + "; events wait in the spool");
  return wait;
}

void Shipper::say_seldom(const std::string& what) {
  const Time now = clock_.monotonic();
  if (now < quiet_until_) return;
  quiet_until_ = now + minute;
  logging::error("uplink: " + what);
}

void Shipper::well() {
  failures_ = 0;
  if (mood_ != Mood::fine) logging::info("uplink: " + options_.url + " takes events again");
  mood_ = Mood::fine;
}

void Shipper::offer_catalogue(std::string name, std::string json) {
  std::string sum = sha256(json);
  catalogues_.push_back({std::move(name), std::move(json), std::move(sum)});
}

void Shipper::look_for_catalogues(Time now) {
  if (!catalogue_source_ || now < catalogue_look_ || !catalogues_.empty()) return;
  catalogue_look_ = now + catalogue_look_every;
  for (auto& [name, known] : catalogues_seen_) {
    auto json = catalogue_source_(name, known);
    if (!json) continue;
    known = sha256(*json);
    offer_catalogue(name, std::move(*json));
  }
}

// One request about the next catalogue, when one is due. Failing, it never holds up the lanes.
std::optional<Duration> Shipper::offer_next() {
  const Time now = clock_.monotonic();
  look_for_catalogues(now);
  if (catalogues_.empty() || now < catalogue_not_before_) return {};
  Catalogue& next = catalogues_.front();
  catalogue_not_before_ = now + operator_wait;  // unless this goes well
  HttpRequest message = request(next.missing ? "PUT" : "GET", "/api/v1/catalogues/" + next.sha256);
  if (next.missing) {
    message.headers.emplace_back("Content-Type", "application/json");
    message.body = next.json;
  }
  const auto answer = net_.send(message);
  const int status = answer ? answer->status : 0;
  const bool there = status >= 200 && status < 300;
  const bool now_missing = !next.missing && status == 404;
  if (there || now_missing) catalogue_not_before_ = now;
  if (now_missing) {
    next.missing = true;
  } else if (there) {
    counters_.add(ShipperCount::catalogues);
    catalogues_.pop_front();
  } else {
    // The next in line has its turn; this one is tried again after it.
    if (status != 0)
      say_seldom("the catalogue of " + next.name + " is answered " + std::to_string(status));
    next.missing = false;
    std::rotate(catalogues_.begin(), catalogues_.begin() + 1, catalogues_.end());
  }
  return Duration{0};
}

void Shipper::follow_packs(PackDoors doors) {
  packs_ = std::move(doors);
}

// One request about packs, when the center has said that there is something new. Failing, it is tried again in a minute.
std::optional<Duration> Shipper::follow_next() {
  const Time now = clock_.monotonic();
  if (!packs_.take || now < packs_not_before_) return {};
  if (packs_wanted_.empty() && (packs_told_.empty() || packs_told_ == packs_listed_)) return {};
  packs_not_before_ = now + operator_wait;  // unless this goes well
  const auto done = packs_wanted_.empty() ? list_packs() : take_pack();
  if (done) packs_not_before_ = now;
  return done ? done : Duration{0};
}

std::optional<Duration> Shipper::list_packs() {
  const std::string revision = packs_told_;
  const auto answer = net_.send(request("GET", "/api/v1/packs"));
  if (!answer || answer->status != 200) {
    if (answer) say_seldom("the list of packs is answered " + std::to_string(answer->status));
    return {};
  }
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  simdjson::dom::array list;
  if (parser.parse(answer->body).get(body) != simdjson::SUCCESS || body["packs"].get(list) != simdjson::SUCCESS) {
    say_seldom("the list of packs is not understood; update langyan");
    return {};
  }
  const packs::Versions held = packs_.held();
  for (const simdjson::dom::element each : list) {
    const std::string_view name = json::text_of(each, "name");
    if (packs_wanted_.size() == most_packs_listed || !packs::check_pack_name(name).empty()) continue;
    const auto known = held.find(name);
    if (known == held.end() || json::number_of<std::uint64_t>(each, "version") > known->second)
      packs_wanted_.push_back({std::string(name), std::string(json::text_of(each, "organisation")),
                               json::number_of<std::uint64_t>(each, "version")});
  }
  packs_listed_ = revision;
  return Duration{0};
}

// One that is refused is not asked for again before the center has another revision: it would be refused again.
std::optional<Duration> Shipper::take_pack() {
  const PackOffer wanted = packs_wanted_.front();
  const auto answer = net_.send(request("GET", "/api/v1/packs/" + wanted.name));
  if (!answer || (answer->status != 200 && answer->status != 404)) {
    if (answer) say_seldom("pack " + wanted.name + " is answered " + std::to_string(answer->status));
    return {};
  }
  packs_wanted_.pop_front();
  if (answer->status == 404) return Duration{0};
  const auto taken = packs_.take(answer->body, wanted.organisation);
  counters_.add(taken ? ShipperCount::packs_taken : ShipperCount::packs_refused);
  if (taken) return Duration{0};
  logging::error("pack " + wanted.name + " of the center is not taken: " + taken.error().message);
  if (packs_.refused) packs_.refused({wanted.name, wanted.version, taken.error().message});
  return Duration{0};
}

}  // namespace langyan::uplink
