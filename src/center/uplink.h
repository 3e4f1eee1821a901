// Uplink: a center's way to the center above: what of its store may leave (release_policy.h) goes
// through a spool in <data>/uplink (relay.h) and is delivered as a sensor delivers (uplink/shipper.h).
//
// Entries of notices go as events `notice`, in the alert lane (notice_travel.h). Of its own it sends a heartbeat, an
// event `stats` with stats.center, in the alert lane, and once an hour a `rollup` of what the store received of the
// hour before. open() refuses a configuration that cannot work; a center above that cannot be reached is waited for.
// start() and stop() belong to one thread; the rest may be called by any.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "base/net.h"
#include "center/notice_travel.h"
#include "center/packs.h"
#include "center/relay.h"
#include "uplink/identity.h"
#include "uplink/shipper.h"

namespace langyan::center {

struct UplinkOptions {
  std::string url;  // of the center above; empty: none
  std::string token;
  NetOptions net;
  std::string identity_folder;                // of enrolment; empty: <data>/enrolment
  uplink::Identity* identity =
      nullptr;  // set by the center, which owns it; none: a certificate of the configuration, or none
  Release release;
  Duration heartbeat = minute;
  std::uint64_t spool_bytes = 256u << 20;  // of each lane
};

// What a heartbeat and a roll-up say: members of the event, as `"stats":{"center":{…}}`.
struct Beat {
  const Packs& packs;
  Duration uptime = 0;
  std::array<Duration, spool::lane_count> behind = {};
};
std::string heartbeat_of(store::EventStore& events, Time now, const Beat& beat, const Release& release);
Result<std::string> rollup_of(store::EventStore& events, Time from);  // of one hour

class Uplink {
 public:
  // `folder` is <data>/uplink, `organisation` that of events it makes itself. All but the options outlive the uplink.
  static Result<std::unique_ptr<Uplink>> open(UplinkOptions options, RelayOptions relay, std::string organisation,
                                              store::EventStore& events, NoticeTravel& notices, const Packs& packs,
                                              Disk& disk, Clock& clock, Random& random);
  ~Uplink();

  void start();
  void stop();  // returns when the request under way has ended

  const RelayCounters& relay_counters() const { return counters_; }
  const uplink::ShipperCounters& shipper_counters() const { return shipper_->counters(); }
  const spool::SpoolCounters& spool_counters() const { return spool_->counters(); }
  uplink::Shipper& shipper() { return *shipper_; }  // before start()

 private:
  struct Mark {  // what was received until `received` has positions up to this one
    std::uint64_t epoch, position;
    Time received;
  };

  Uplink(UplinkOptions options, std::string organisation, store::EventStore& events, NoticeTravel& notices,
         const Packs& packs, Clock& clock);
  Result<void> open_spool(const RelayOptions& relay, Disk& disk, Random& random);
  void relay();
  bool round();
  void own_events();
  void send_notices();
  void note_mark(spool::Lane lane);
  Duration behind(spool::Lane lane, Time now);

  const UplinkOptions options_;
  const std::string organisation_;
  store::EventStore& events_;
  NoticeTravel& notices_;
  const Packs& packs_;
  Clock& clock_;
  std::unique_ptr<ReleasePolicy> policy_;
  std::unique_ptr<spool::Spool> spool_;
  std::unique_ptr<spool::Reader> reader_;
  std::unique_ptr<Net> net_;
  std::unique_ptr<uplink::Shipper> shipper_;
  RelayCounters counters_;
  std::array<std::unique_ptr<RelayLane>, spool::lane_count> lanes_;
  std::array<std::deque<Mark>, spool::lane_count> marks_;
  Time started_ = 0, beat_at_ = 0;  // monotonic
  bool stopping_ = false;           // under mutex_
  std::mutex mutex_;
  std::condition_variable wake_;
  std::thread relay_thread_;
  std::jthread ship_thread_;
};

}  // namespace langyan::center
