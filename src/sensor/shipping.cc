#include "sensor/shipping.h"

#include <fmt/format.h>
#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

#include "base/log.h"
#include "base/net.h"
#include "pipeline/catalogue.h"
#include "pipeline/explanations.h"
#include "pipeline/habit_settings.h"
#include "pipeline/pack_rules.h"
#include "pipeline/session.h"
#include "sensor/book_source.h"
#include "sensor/confinement.h"
#include "sensor/patience.h"
#include "sensor/settings.h"
#include "uplink/book_sender.h"
#include "uplink/identity.h"
#include "uplink/shipper.h"

namespace langyan::sensor {
namespace {

using pipeline::SensorConfig;

constexpr Duration look_every = 20 * millisecond;
constexpr Duration word_every = 10 * second;
constexpr std::chrono::seconds longest_end{3};

// The parent's word; one thread waits for it.
class Orders {
 public:
  Orders() {
    sigemptyset(&set_);
    for (int number : {SIGTERM, SIGUSR1}) sigaddset(&set_, number);
    pthread_sigmask(SIG_BLOCK, &set_, nullptr);
    std::signal(SIGINT, SIG_IGN);  // the terminal's goes to all; the parent says when
  }
  void listen() {
    std::thread([this] {
      while (true) {
        int number = 0;
        sigwait(&set_, &number);
        (number == SIGTERM ? stop_ : finish_) = true;
        if (number != SIGTERM) continue;
        // A request that hangs does not hold up the end; the spool is good for being cut anywhere.
        std::this_thread::sleep_for(longest_end);
        ::_exit(0);
      }
    }).detach();
  }
  bool stop() const { return stop_; }
  bool finish() const { return finish_; }

 private:
  sigset_t set_{};
  std::atomic<bool> stop_{false}, finish_{false};
};

uplink::ShipperOptions options_of(const SensorConfig& config, const std::string& token) {
  uplink::ShipperOptions options;
  options.url = config.text("uplink.url");
  options.source =
      config.text("sensor.name").empty() ? pipeline::host_name() : config.text("sensor.name");
  options.token = token;
  return options;
}

// With a certificate that somebody else keeps, or the one that enrolment made and that is kept here.
Result<std::unique_ptr<uplink::Identity>> identity_of(const SensorConfig& config, Disk& disk, Clock& clock,
                                                      Random& random) {
  uplink::IdentityOptions options;
  options.folder = identity_folder(config), options.url = config.text("uplink.url");
  options.net.ca_file = config.text("uplink.ca_file");
  return uplink::Identity::open(std::move(options), disk, clock, random);
}

NetOptions net_of(const SensorConfig& config) {
  NetOptions net;
  net.ca_file = config.text("uplink.ca_file");
  net.certificate_file = config.text("uplink.certificate_file");
  net.key_file = config.text("uplink.key_file");
  return net;
}

// What is learned goes to the center on a thread and a connection of its own.
class Books {
 public:
  Books(baseline::Settings settings, Duration every, std::unique_ptr<Net> net, Clock& clock,
        uplink::ShipperOptions options)
      : source_(std::move(settings), disk_, clock, every),
        net_(std::move(net)),
        sender_(*net_, clock, std::move(options), [this](bool last) { return source_.another(last); }),
        thread_([this](std::stop_token stop) { sender_.run(stop); }) {}

  void finish() {  // once the habits were written for the last time
    thread_.request_stop();
    thread_.join();
    sender_.step(true);
  }

 private:
  SystemDisk disk_;
  BookSource source_;
  const std::unique_ptr<Net> net_;
  uplink::BookSender sender_;
  std::jthread thread_;  // last: it uses the others
};

// Until it is told to stop, or to finish and nothing is left. True when nothing is left.
bool deliver(uplink::Shipper& shipper, uplink::Identity* identity, const Orders& orders, Clock& clock, bool quiet) {
  Time next_word = 0;
  while (!orders.stop()) {
    const bool last_look = orders.finish();
    Duration wait = shipper.step();
    if (identity) identity->tend();  // also while there is nothing to say
    if (last_look && shipper.drained()) return true;
    const Time now = clock.monotonic();
    if (last_look && next_word == 0) next_word = now + word_every;
    if (last_look && !quiet && now >= next_word) {
      fmt::print(stderr,
                 "waiting for the center to take the rest; {} positions acknowledged so far\n",
                 shipper.counters().value(uplink::ShipperCount::acked));
      next_word = now + word_every;
    }
    for (; wait > 0 && !orders.stop() && orders.finish() == last_look; wait -= look_every)
      clock.sleep(std::min(wait, look_every));
  }
  return false;
}

}  // namespace

int ship(const SensorConfig& config, bool quiet, const Ready& ready) {
  const std::string& folder = config.text("spool.folder");
  if (folder.empty()) {
    return refuse(config.refuse("uplink.url",
                                "needs spool.folder: events wait there until the center has them"));
  }
  Orders orders;
  SystemDisk disk;  // holds the reader's lock
  SystemClock clock;
  SystemRandom random;
  if (auto made = disk.make_folder(folder); !made) return refuse(made.error());
  Confinement limits;
  limits.part = Part::ship, limits.reads_anywhere = true, limits.writes = {folder};
  if (const std::string packs = pipeline::pack_folder(config); !packs.empty()) {
    if (auto made = disk.make_folder(packs); !made) return refuse(made.error());
    limits.writes.push_back(packs);
  }
  const bool enrols = config.text("uplink.certificate_file").empty();
  if (enrols) {
    // One beside the spool must be there before only it may be written in.
    if (!config.text("uplink.identity").empty())
      if (auto made = disk.make_folder(identity_folder(config)); !made) return refuse(made.error());
    limits.writes.push_back(identity_folder(config));
  }
  const auto confined = confine(limits);
  if (!confined) return refuse(confined.error());
  const auto token = config.secret("uplink.token_file");
  if (!token) return refuse(token.error());
  auto reader = patiently(clock, [&] { return spool::Reader::open(disk, folder); });
  if (!reader) return refuse(reader.error());
  std::unique_ptr<uplink::Identity> identity;
  if (enrols) {
    auto opened = identity_of(config, disk, clock, random);
    if (!opened) return refuse(opened.error());
    identity = opened.take();
  }
  const auto dial = [&] { return identity ? identity->net() : curl_net(net_of(config)); };
  const auto net = dial();
  uplink::Shipper shipper(**reader, *net, clock, random, options_of(config, *token));
  shipper.offer_catalogue("fields", pipeline::fields_json());
  const auto explain = [&] {
    const auto explained =
        pipeline::read_explanations(disk, config.list("rules.files"), pipeline::read_packs(config, disk));
    for (const std::string& fault : explained.faults) logging::warn(fault);
    shipper.offer_catalogue("detections", pipeline::detections_json(explained.rows));
  };
  explain();
  if (auto shelf = pipeline::shelf_of(config, disk)) {
    shipper.follow_packs({[shelf] { return shelf->versions(); },
                          [shelf, &explain](const std::string& text, const std::string&) mutable {
                            auto done = shelf->put(text);
                            if (done) explain();
                            return done;
                          },
                          [shelf](const packs::Refusal& refusal) mutable {
                            if (const auto noted = shelf->refuse(refusal); !noted)
                              logging::warn("the center is not told of that: " + noted.error().message);
                          }});
  }
  auto habits = pipeline::habit_settings(config);
  if (!habits) return refuse(habits.error());
  orders.listen();
  std::optional<Books> books;
  if (const Duration every = config.duration("baseline.send_every"); habits->on() && every > 0)
    books.emplace(habits.take(), every, dial(), clock, options_of(config, *token));
  ready();
  const bool done = deliver(shipper, identity.get(), orders, clock, quiet);
  if (done && books) books->finish();
  if (!done && orders.finish()) logging::warn("stopped before the center had everything; the rest stays in " + folder);
  return 0;
}

}  // namespace langyan::sensor
