// Center: the whole program as a library: stores, access, intake, doors.
//
//   auto center = Center::open(options, disk, clock, random);   // locks the data folder
//   (*center)->start();                                        // listens; writes <data>/address
//   … (*center)->reload(other); (*center)->stop();
//
// What it promises: an ingest batch is acknowledged only after the store has committed it; stop()
// lets requests that are being worked on end and closes the stores last, so nothing acknowledged is
// lost and nothing is half done. open(), start(), reload() and stop() belong to one thread; the
// rest is called by the HTTP layer from several.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/disk.h"
#include "base/random.h"
#include "center/access.h"
#include "center/assets.h"
#include "center/authority.h"
#include "center/enterprises.h"
#include "center/http_server.h"
#include "center/intake.h"
#include "center/inventory.h"
#include "center/notice_travel.h"
#include "center/mutes.h"
#include "center/notices.h"
#include "center/packs.h"
#include "center/query_fields.h"
#include "center/router.h"
#include "center/settled_time.h"
#include "center/uplink.h"
#include "outputs/outputs.h"
#include "store/alert_states.h"
#include "store/audit_log.h"
#include "store/document_store.h"
#include "store/clickhouse/clickhouse_event_store.h"
#include "store/sqlite/sqlite_event_store.h"

namespace langyan::center {

constexpr std::size_t small_body = 64u << 10;  // what no configuration needs to change
constexpr std::size_t catalogue_bytes = store::document_bytes - (64u << 10);

enum class TlsMode : std::uint8_t { automatic, on, off };  // automatic: everywhere but on loopback

struct CenterOptions {
  std::string name = "center";         // the origin of the events it makes itself
  std::string organisation = "local";  // whose the events of a new ingest token are unless it says
  std::string tier = "enterprise";     // or province, nation
  std::string data = "data";
  std::string listen = "127.0.0.1:8443";
  bool next_free_port = false;
  TlsMode tls = TlsMode::automatic;
  std::string certificate, key;  // empty: <data>/tls/center.crt and .key
  std::string metrics;           // address on loopback; empty: no metrics door
  std::string console;           // folder of the web console; empty: none
  HttpLimits http;
  IntakeLimits intake;
  AccessLimits access;
  Duration certificate_life = 30 * day;  // of who enrolls; renewed when two thirds are over
  store::SqliteOptions store;  // its folder is <data>/events
  std::optional<store::ClickHouseOptions> clickhouse;  // instead of those files
  UplinkOptions uplink;        // its folder is <data>/uplink
  std::string pack_keys;       // file of keys; empty: no packs
  Duration keep_assets = 400 * day;  // after they were last heard
  std::size_t feeds = 200;     // live feeds at a time
  Duration housekeeping = minute;
  Duration grace = 10 * second;  // for requests under way when it stops
};

class Center final : public HttpHandler {
 public:
  static Result<std::unique_ptr<Center>> open(CenterOptions options, Disk& disk, Clock& clock,
                                              Random& random);
  ~Center() override;

  Result<void> start();
  void stop();
  // Takes certificates, console files and session limits from `options`; the rest waits for a
  // restart.
  Result<void> reload(const CenterOptions& options);
  // One pass of housekeeping: what is too old goes. Done every minute while started.
  void tidy();
  static bool reloads(std::string_view key);  // whether reload() takes this configuration key

  const std::string& address() const { return address_; }  // bound, after start()
  std::string url(bool from_elsewhere = false) const;
  // SHA-256 of the certificate it shows, "AB:CD:…"; empty without TLS, or where another vouches for it.
  std::string own_fingerprint();

  Admission admit(const Request& head) override;
  Response handle(Request& request) override;

  // For handlers.
  const CenterOptions& options() const { return options_; }
  Disk& disk() { return disk_; }
  Clock& clock() { return clock_; }
  Random& random() { return random_; }
  store::EventStore& events() { return *events_; }
  store::DocumentStore& documents() { return *documents_; }
  store::AlertStates& states() { return *states_; }
  store::AuditLog& audit() { return *audit_; }
  Access& access() { return *access_; }
  Authority& authority() { return authority_; }
  Enterprises& enterprises() { return *enterprises_; }
  Notices& notices() { return *notices_; }
  Inventory& inventory() { return *inventory_; }
  NoticeTravel& notice_travel() { return *travel_; }
  Mutes& mutes() { return *mutes_; }
  Packs& packs() { return *packs_; }
  Intake& intake() { return *intake_; }
  HttpServer& server() { return *server_; }
  std::shared_ptr<const query::Catalogue> query_fields() { return query_fields_.of(*this); }
  outputs::Outputs& outputs() { return *outputs_; }
  const uplink::Identity* identity() const { return identity_.get(); }
  const Uplink* uplink() const { return uplink_.get(); }
  bool stopping() const { return stopping_; }
  std::atomic<std::size_t>& feeds() { return feeds_; }

 private:
  Center(CenterOptions options, Disk& disk, Clock& clock, Random& random);
  Result<void> open_stores();
  void follow_catalogues();
  Result<void> open_identity();
  void follow_packs();
  Result<TlsFiles> tls_files() const;
  Response answer(Request& request);
  std::optional<Problem> refused_now(const Route& route, const Access::Identity& identity, const Request& request);
  std::optional<Response> asset(const Request& request) const;
  void keep_house();
  Result<void> note_time(Time time);

  CenterOptions options_;
  Disk& disk_;
  Clock& clock_;
  Random& random_;
  const Router router_;
  Authority authority_;
  std::unique_ptr<store::EventStore> events_;
  std::unique_ptr<store::DocumentStore> documents_;
  std::unique_ptr<store::AlertStates> states_;
  std::unique_ptr<store::AuditLog> audit_;
  std::unique_ptr<Access> access_;
  std::unique_ptr<Enterprises> enterprises_;
  std::unique_ptr<Notices> notices_;
  std::unique_ptr<Inventory> inventory_;
  std::unique_ptr<Mutes> mutes_;
  std::unique_ptr<Packs> packs_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<SettledTime> settled_;
  Time noted_time_ = 0;  // as it stands in the document store
  Assets assets_;
  QueryFields query_fields_;
  std::unique_ptr<outputs::Outputs> outputs_;
  std::unique_ptr<uplink::Identity> identity_;  // before who shows it; nothing without a center above
  std::unique_ptr<NoticeTravel> travel_;
  std::unique_ptr<Uplink> uplink_;      // nothing without a center above
  std::unique_ptr<HttpServer> server_;  // last: it calls the others
  std::string address_;
  bool tls_ = false;
  std::atomic<std::size_t> feeds_ = 0;
  std::atomic<bool> stopping_ = false;
  std::thread housekeeper_;
  std::mutex housekeeping_;
  std::condition_variable wake_;
};

}  // namespace langyan::center
