#include "tests/simulation/site.h"

#include "base/json.h"
#include "store/event_row.h"

namespace langyan::simulation {
namespace {

using spool::Class;
using spool::Lane;

constexpr std::string_view types[] = {"stats", "flow", "summary", "modbus", "alert"};

}  // namespace

Site::Site(SiteOptions options, CenterHost& center, Trace& trace)
    : link(center, clock, options.seed ^ 0x11a2, trace),
      options_(std::move(options)),
      trace_(trace),
      random_(options_.seed ^ 0x51e0),
      disk_(std::make_unique<MemoryDisk>()) {
  start();
}

void Site::start() {
  if (spool_) return;
  auto opened = spool::Spool::open(*disk_, clock, random_, options_.spool);
  trace_.say("{}: starts, {}", name(), opened ? "well" : opened.error().message);
  if (!opened) return disk_->unlock_all();
  spool_ = opened.take();
  trace_.say("{}: epoch {:016x}, alert {}, bulk {}", name(), spool_->epoch(),
             spool_->committed(Lane::alert), spool_->committed(Lane::bulk));
  for (const Lane lane : spool::all_lanes) {
    // What was found whole is as good as promised: it has been published.
    Page& page = book_[{spool_->epoch(), lane}];
    page.promised = std::max(page.promised, spool_->committed(lane));
    page.lines.erase(page.lines.upper_bound(page.promised), page.lines.end());
  }
  open_shipper();
}

void Site::open_shipper() {
  auto opened = spool::Reader::open(*disk_, options_.spool.folder);
  if (!opened) return trace_.say("{}: no shipper, {}", name(), opened.error().message);
  reader_ = opened.take();
  uplink::ShipperOptions shipping;
  shipping.url = "http://center";
  shipping.source = name();
  shipping.token = options_.token;
  shipping.batch_lines = options_.batch_lines;
  shipper_ = std::make_unique<uplink::Shipper>(*reader_, link, clock, random_, shipping);
  shipper_->offer_catalogue("fields", "{\"fields\":[]}");
  next_step_ = clock.monotonic();
}

void Site::restart_shipper() {
  if (!spool_) return;
  shipper_.reset();
  reader_.reset();
  disk_->unlock_all();
  trace_.say("{}: shipper killed", name());
  open_shipper();
}

void Site::end(std::unique_ptr<MemoryDisk> left, std::string_view how) {
  shipper_.reset();
  reader_.reset();
  spool_.reset();
  disk_ = std::move(left);
  trace_.say("{}: {}", name(), how);
}

void Site::kill() {
  end(disk_->after_kill(), "killed");
}

void Site::lose_power() {
  end(disk_->after_power_loss(random_), "loses power");
}

std::string Site::line_of(const Place& place, Class cls, std::uint64_t seq, std::size_t bytes) {
  std::string line;
  JsonWriter json(line);
  json.open().key("timestamp").time(std::max<Time>(clock.now(), 0));
  json.field("event_type", types[static_cast<std::size_t>(cls)]);
  if (cls == Class::alert) {
    json.key("alert").open().field("signature_id", 9'100'000u).field("gid", 1u);
    json.field("signature", "simulated").field("severity", 2u).close();
  }
  json.key("origin").open().field("sensor", name()).field("epoch", store::epoch_text(place.epoch));
  json.field("lane", spool::name(place.lane)).field("seq", seq).close();
  // Two lines of one position differ, so that an old one cannot pass for the new.
  json.field("nonce", random_.number());
  json.field("pad", std::string(bytes, static_cast<char>('a' + seq % 26))).close();
  return line;
}

bool Site::produce(Lane lane, Class cls, std::size_t bytes) {
  if (!spool_) return false;
  const auto position = spool_->reserve(lane, cls, bytes + 400);
  if (!position) return false;
  const Place place{spool_->epoch(), lane};
  std::string line = line_of(place, cls, *position, bytes);
  spool_->append(lane, *position, line);
  book_[place].lines[*position] = std::move(line);
  return true;
}

void Site::abandon(Lane lane) {
  if (!spool_) return;
  if (const auto position = spool_->reserve(lane, Class::alert, 100))
    book_[{spool_->epoch(), lane}].lines[*position] = "";
}

void Site::commit() {
  if (!spool_) return;
  const auto done = spool_->commit();
  trace_.say("{}: commits alert {} and bulk {}, {}", name(), spool_->committed(Lane::alert),
             spool_->committed(Lane::bulk), done ? "well" : done.error().message);
  if (!done) return;
  for (const Lane lane : spool::all_lanes) {
    book_[{spool_->epoch(), lane}].promised = spool_->committed(lane);
  }
}

std::string Site::hindrance() {
  for (const Lane lane : spool::all_lanes) {
    const auto batch = reader_->next(lane, {});
    if (!batch)
      return fmt::format("{}: lane {}: {}", name(), spool::name(lane), batch.error().message);
  }
  return "";
}

void Site::ship() {
  if (!shipper_ || clock.monotonic() < next_step_) return;
  next_step_ = clock.monotonic() + shipper_->step();
}

}  // namespace langyan::simulation
