#include "sensor/upload.h"

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "base/log.h"
#include "base/net.h"
#include "pipeline/catalogue.h"
#include "pipeline/session.h"
#include "uplink/shipper.h"

namespace langyan::sensor {

struct Upload::Parts {
  const pipeline::SensorConfig& config;
  Clock& clock;
  Random& random;
  SystemDisk disk;  // holds the reader's lock
  std::unique_ptr<spool::Reader> reader;
  std::unique_ptr<Net> net;
  std::unique_ptr<uplink::Shipper> shipper;
  std::atomic<bool> finishing{false}, drained{false};
  std::jthread thread;

  // Ships for ever; once the capture is read, until nothing is left.
  void run(std::stop_token stop) {
    while (!stop.stop_requested()) {
      const bool last_look = finishing.load();
      Duration wait = shipper->step();
      if (last_look && shipper->drained()) {
        drained = true;
        return;
      }
      for (; wait > 0 && !stop.stop_requested() && finishing.load() == last_look;
           wait -= 20 * millisecond) {
        clock.sleep(std::min(wait, 20 * millisecond));
      }
    }
  }
};

Upload::Upload(const pipeline::SensorConfig& config, Clock& clock, Random& random)
    : parts_(std::make_unique<Parts>(config, clock, random)) {}

Upload::~Upload() = default;

Result<void> Upload::start() {
  Parts& parts = *parts_;
  const auto& config = parts.config;
  if (config.text("uplink.url").empty()) return {};
  if (config.text("spool.folder").empty()) {
    return config.refuse("uplink.url",
                         "needs spool.folder: events wait there until the center has them");
  }
  auto token = config.secret("uplink.token_file");
  if (!token) return token.error();
  auto reader = spool::Reader::open(parts.disk, config.text("spool.folder"));
  if (!reader) return reader.error();
  parts.reader = reader.take();
  NetOptions net;
  net.ca_file = config.text("uplink.ca_file");
  net.certificate_file = config.text("uplink.certificate_file");
  net.key_file = config.text("uplink.key_file");
  parts.net = curl_net(net);
  uplink::ShipperOptions options;
  options.url = config.text("uplink.url");
  options.source =
      config.text("sensor.name").empty() ? pipeline::host_name() : config.text("sensor.name");
  options.token = *token;
  parts.shipper = std::make_unique<uplink::Shipper>(*parts.reader, *parts.net, parts.clock,
                                                    parts.random, options);
  parts.shipper->offer_catalogue("fields", pipeline::fields_json());
  parts.shipper->offer_catalogue("detections", pipeline::detections_json());
  parts.thread = std::jthread([&parts](std::stop_token stop) { parts.run(stop); });
  return {};
}

void Upload::finish(const std::function<bool()>& give_up, bool quiet) {
  Parts& parts = *parts_;
  if (!parts.shipper) return;
  parts.finishing = true;
  Time next_word = parts.clock.monotonic() + 10 * second;
  while (!parts.drained && !give_up()) {
    parts.clock.sleep(20 * millisecond);
    if (quiet || parts.clock.monotonic() < next_word) continue;
    next_word += 10 * second;
    fmt::print(stderr,
               "waiting for the center to take the rest; {} positions acknowledged so far\n",
               parts.shipper->counters().value(uplink::ShipperCount::acked));
  }
  if (!parts.drained)
    logging::warn("stopped before the center had everything; the rest stays in " +
                  parts.config.text("spool.folder"));
  parts.thread.request_stop();
  if (parts.thread.joinable()) parts.thread.join();
}

}  // namespace langyan::sensor
