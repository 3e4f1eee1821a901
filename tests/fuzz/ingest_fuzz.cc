// Ingest: any octets as the body of a delivery, plain or zstd, through the center's intake into a
// real store.
//
// Input: an octet of flags (bit 0 zstd as it is, bit 1 compressed here first, bit 2 a relay's
// token), the count of positions the header names, then the body.
// Promises: the answer is one of those the intake promises; a refused line has index and reason;
// every row kept is UTF-8, inside the body and in order; positions covered are those of the rows
// and refusals; what is acknowledged is stored and comes back as it was sent, once.
#include <simdjson.h>
#include <zstd.h>

#include "base/manual_clock.h"
#include "base/temp_folder.h"
#include "center/inflate.h"
#include "center/intake.h"
#include "center/route.h"
#include "store/sqlite/sqlite_event_store.h"
#include "tests/fuzz/check.h"

namespace langyan::fuzz {
namespace {

constexpr std::size_t largest = 1 << 16;
constexpr std::uint64_t inputs_a_store = 2'000;

struct Place {  // a store that is thrown away before it grows large
  TempFolder folder;
  SystemDisk disk;
  ManualClock clock;
  std::unique_ptr<store::EventStore> events;
  std::unique_ptr<center::Intake> intake;
  std::uint64_t inputs = 0;

  Place() {
    store::SqliteOptions options;
    options.folder = folder.path() + "/store";
    options.free_floor = 0;
    auto opened = store::open_sqlite(disk, clock, options);
    require(opened.ok(), "a store opens", opened.ok() ? "" : opened.error().message);
    events = opened.take();
    intake =
        std::make_unique<center::Intake>(*events, clock, center::IntakeLimits{largest, largest});
  }
};

Place& place() {
  static std::unique_ptr<Place> current;
  if (!current || current->inputs >= inputs_a_store) {
    current.reset();
    current = std::make_unique<Place>();
  }
  ++current->inputs;
  return *current;
}

std::uint64_t check_parsed(std::string body, std::uint64_t epoch) {
  static store::EventParser parser;
  const store::ParsedLines parsed = parser.parse_lines(std::move(body), epoch);
  require(parsed.lines == parsed.rows.size() + parsed.refused.size(),
          "every line is a row or refused", parsed.body);
  std::uint64_t covers = parsed.refused.size(), next = 0;
  for (const store::EventRow& row : parsed.rows) {
    covers += row.covers;
    require(row.offset >= next && row.covers > 0, "rows are in order", parsed.body);
    next = row.offset + row.covers;
    require(row.json.data() >= parsed.body.data() &&
                row.json.data() + row.json.size() <= parsed.body.data() + parsed.body.size(),
            "a row is a line of the body", parsed.body);
    for (const std::string_view text : {row.json, row.sensor, row.event_type, row.signature,
                                        row.ot_verb, row.ot_object, row.app_proto, row.function})
      require(simdjson::validate_utf8(text.data(), text.size()), "a column is UTF-8", row.json);
    require(row.json.size() <= store::line_bytes && row.json.find('\n') == row.json.npos,
            "a row is one line", row.json);
  }
  for (const store::Refusal& refusal : parsed.refused)
    require(refusal.index < parsed.lines && !refusal.reason.empty(), "a refusal has a reason");
  require(covers == parsed.covers, "positions are those of rows and refusals", parsed.body);
  return parsed.covers;
}

center::Response deliver(Place& at, std::string body, bool zstd, bool relay, std::uint64_t count,
                         const std::string& epoch) {
  center::Request request;
  request.method = center::Method::post;
  request.headers = {{"Langyan-Source", "s1"},
                     {"Langyan-Epoch", epoch},
                     {"Langyan-Lane", "bulk"},
                     {"Langyan-First", "1"},
                     {"Langyan-Count", std::to_string(count)}};
  if (zstd) request.headers.emplace_back("Content-Encoding", "zstd");
  request.body = std::move(body);
  const center::Principal principal{center::Principal::Via::token,
                                    center::Role::ingest,
                                    store::Scope::all(),
                                    "token",
                                    "t1",
                                    "",
                                    "s1",
                                    relay};
  center::Call call{request, center::routes().front(), &principal, {}, at.clock.now()};
  return at.intake->accept(call);
}

std::string compressed(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 1));
  return out;
}

}  // namespace
}  // namespace langyan::fuzz

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  if (size > largest) return 0;
  fuzz::Input input(data, size);
  const std::uint8_t flags = input.octet();
  const std::uint64_t named = input.octet();
  const std::string body = std::string(text_of(input.rest()));
  Place& at = place();
  // As many positions as the lines cover, unless the input says another number.
  static std::uint64_t next_epoch = 1;
  const std::string epoch = store::epoch_text(++next_epoch);
  std::string plain = body;
  if (flags & 1 && !(flags & 2)) {
    auto inflated = center::inflate(body, largest);
    plain = inflated ? inflated.take() : "";
    require(plain.size() <= largest, "no body inflates beyond its limit");
  }
  const std::uint64_t covers = check_parsed(plain, next_epoch);
  const std::uint64_t count = named ? named : std::max<std::uint64_t>(covers, 1);
  const bool zstd = flags & 3;
  const std::string sent = flags & 2 ? compressed(body) : body;
  const auto answer = deliver(at, sent, zstd, flags & 4, count, epoch);
  const int status = answer.status;
  require(status == 200 || status == 400 || status == 413, "the answer is one of the promised",
          std::to_string(status) + " " + answer.body);
  require(simdjson::validate_utf8(answer.body), "an answer is UTF-8", answer.body);
  const auto mark = at.events->watermark(store::Scope::all(), "s1", next_epoch, store::Lane::bulk);
  require(mark.ok() && *mark == (status == 200 ? count : 0),
          "acknowledged is stored, refused is not", answer.body);
  if (status != 200) return 0;
  const auto again = deliver(at, sent, zstd, flags & 4, count, epoch);
  require(again.status == 200 && again.body.find("\"stored\":0") != std::string::npos,
          "what came before is not stored twice", again.body);
  return 0;
}
