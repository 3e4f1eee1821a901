// Shipper: delivers a spool to the center above, over HTTP, until the center says that it has it.
// Sensors and centers use the same one.
//
//   POST <url>/api/v1/ingest, NDJSON, zstd; headers Langyan-Source, -Epoch, -Lane, -First, -Count
//
// It promises: the alert lane goes first whenever it has something, each lane in order; a position
// is acknowledged in the ledger only after a 200 whose `acked` covers it; whatever else happens the
// same batch is sent again, and the center tells by the position what it has already. What the
// center says, and what follows:
//
//   200 acked             the ledger moves there, also beyond the batch
//   400 refused           each line named becomes a gap of reason `refused`; the rest goes again
//   401, 403, 404         an operator must act: said once, tried every minute
//   409 expected          the center lacks acknowledged positions: they are sent again, or a gap
//   413                   half as many lines; a single large line becomes a gap of reason
//   `too_large` 429, 503, 507         waits as Retry-After says anything else, none   waits 1 s, 2
//   s, 4 s … 60 s, less a random half
//
// Its answers to batches may carry `packs`, the revision of the rule packs it has for this source (docs/packs.md).
//
// One thread calls step() or run(); any thread may read the counters. run() returns within a tenth
// of a second or when the request under way ends.
#pragma once

#include <array>
#include <atomic>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/counters.h"
#include "base/net.h"
#include "base/random.h"
#include "packs/pack.h"
#include "spool/reader.h"

namespace langyan::uplink {

struct ShipperOptions {
  std::string url;              // of the center, without a path: https://center.example:8443
  std::string source;           // this sensor's or center's name
  std::string token;            // bearer; empty: the certificate says who this is
  std::size_t batch_lines = 0;  // 0: caps.uplink.batch_lines
  std::size_t batch_bytes = 0;  // 0: caps.uplink.batch_bytes
  Duration timeout = 30 * second;
};

enum class ShipperCount : std::uint8_t {
  requests,
  sent,
  acked,
  retried,
  text_bytes,
  sent_bytes,
  refused_lines,
  too_large_lines,
  rewinds,
  ahead,
  no_answer,
  denied,
  busy,
  answers_refused,
  read_failures,
  ledger_failures,
  catalogues,
  packs_taken,
  packs_refused,
  last
};
inline constexpr CounterRow shipper_count_rows[] = {
    {"uplink.requests", "Batches sent, repetitions included."},
    {"uplink.sent", "Positions sent, repetitions included."},
    {"uplink.acked", "Positions acknowledged by the center."},
    {"uplink.retried", "Batches sent again after a failure."},
    {"uplink.bytes.text", "Bytes of event lines sent, before compression."},
    {"uplink.bytes.sent", "Bytes of request bodies sent."},
    {"uplink.gap.refused", "Lines the center refused as malformed; shipped as a gap."},
    {"uplink.gap.too_large", "Lines the center refused for their size; shipped as a gap."},
    {"uplink.rewinds", "Times the center asked for positions it had acknowledged."},
    {"uplink.ahead", "Answers acknowledging positions this spool never wrote."},
    {"uplink.failed.no_answer", "Requests that no answer came to."},
    {"uplink.failed.denied", "Requests answered 401, 403 or 404."},
    {"uplink.failed.busy", "Requests answered 429, 503 or 507."},
    {"uplink.failed.other", "Requests answered with something else than was expected."},
    {"uplink.failed.read", "Times the spool could not be read."},
    {"uplink.failed.ledger", "Times an acknowledgement could not be stored; the next one is."},
    {"uplink.catalogues", "Catalogues the center has."},
    {"uplink.packs.taken", "Rule packs taken over from the center."},
    {"uplink.packs.refused",
     "Rule packs of the center that were not taken: signature, version or room; the log says which."},
};
using ShipperCounters = Counters<ShipperCount, shipper_count_rows>;

class Shipper {
 public:
  // All four outlive the shipper.
  Shipper(spool::Reader& reader, Net& net, Clock& clock, Random& random, ShipperOptions options);
  ~Shipper();

  // Makes sure that the center has this catalogue (JSON of fields or detections): asks for it by
  // its SHA-256 and uploads it when it is missing. Done by step(), after waiting alerts.
  void offer_catalogue(std::string name, std::string json);

  // For a shipper whose catalogues come from below: looks now and then whether there is another of that name than the one with this
  // SHA-256 (empty: whether there is one), and offers it. Done by step().
  using CatalogueSource = std::function<std::optional<std::string>(const std::string& name, const std::string& known)>;
  void follow_catalogues(CatalogueSource source) { catalogue_source_ = std::move(source); }

  // Follows the center's packs from now on: each answer to a batch says whether there is something new, so nothing is asked for
  // without need. Done by step(), after waiting alerts; `take` opens what comes and may refuse it.
  struct PackDoors {
    std::function<packs::Versions()> held;  // what is there; asked once for each list
    std::function<Result<void>(const std::string& text, const std::string& organisation)> take;
    std::function<void(const packs::Refusal&)> refused = {};  // what take() did not take
  };
  void follow_packs(PackDoors doors);

  // At most one request. The answer is how long to wait before the next step.
  Duration step();
  void run(std::stop_token stop);
  // The last step looked and found nothing to ship.
  bool drained() const { return drained_; }
  // Steps until there is nothing to ship: true; or the time is over.
  bool drain(Duration within);

  const ShipperCounters& counters() const { return counters_; }
  // What the center acknowledged last of a lane since this shipper began; epoch 0: nothing yet. For
  // display: the two may be of neighbouring answers.
  struct Acked {
    std::uint64_t epoch, position;
  };
  Acked acked(spool::Lane lane) const {
    const auto& last = acked_[spool::index(lane)];
    return {last.epoch.load(std::memory_order_relaxed), last.position.load(std::memory_order_relaxed)};
  }

 private:
  struct Flight;
  struct Reply;
  struct Catalogue;
  enum class Mood : std::uint8_t { fine, failing, denied };

  Duration next_step();
  bool load(Flight& flight);
  Duration ship(Flight& flight);
  Result<HttpAnswer> post(Flight& flight, std::size_t end);
  bool compress(std::string_view text, std::string& into);
  std::string text_of(const Flight& flight, std::size_t end);
  void append_gap(std::string& text, const Flight& flight, const spool::Item& item);

  // What an answer leads to; each says how long to wait.
  Duration acknowledged(Flight& flight, std::size_t end, const Reply& reply);
  Duration lines_refused(Flight& flight, std::size_t end, const Reply& reply);
  Duration positions_missing(Flight& flight, std::size_t end, const Reply& reply);
  Duration too_large(Flight& flight, std::size_t end, const Reply& reply);
  Duration denied(Flight& flight, std::size_t end, const Reply& reply);
  Duration busy(Flight& flight, std::size_t end, const Reply& reply);
  Duration unexpected(Flight& flight, std::size_t end, const Reply& reply);

  void acknowledge(Flight& flight, std::uint64_t position);
  Duration back_off();
  Duration complain(Mood mood, std::string_view what, Duration wait);
  void say_seldom(const std::string& what);
  void well();
  std::optional<Duration> offer_next();
  std::optional<Duration> follow_next();
  void look_for_catalogues(Time now);
  std::optional<Duration> list_packs();
  std::optional<Duration> take_pack();
  HttpRequest request(std::string method, std::string path) const;

  spool::Reader& reader_;
  Net& net_;
  Clock& clock_;
  Random& random_;
  ShipperOptions options_;
  ShipperCounters counters_;
  struct LastAcked {
    std::atomic<std::uint64_t> epoch = 0, position = 0;
  };
  std::array<LastAcked, spool::lane_count> acked_;
  std::array<std::unique_ptr<Flight>, spool::lane_count> flights_;
  std::deque<Catalogue> catalogues_;  // not yet known to be there; as many as were offered
  struct PackOffer {
    std::string name, organisation;
    std::uint64_t version = 0;
  };
  PackDoors packs_;
  std::string packs_told_, packs_listed_;  // revisions: of the last answer, and of the last list that was asked for
  std::deque<PackOffer> packs_wanted_;
  Time packs_not_before_ = 0;
  struct Compressor;
  std::unique_ptr<Compressor> compressor_;
  CatalogueSource catalogue_source_;
  std::map<std::string, std::string> catalogues_seen_ = {{"fields", {}}, {"detections", {}}};  // SHA-256 by name
  Time not_before_ = 0, catalogue_not_before_ = 0, catalogue_look_ = 0;  // monotonic
  std::uint32_t failures_ = 0;                      // in a row
  Mood mood_ = Mood::fine;
  bool drained_ = false;
  Time quiet_until_ = 0;  // for lines about refused events
};

}  // namespace langyan::uplink
