#include "center/center.h"

#include <unistd.h>

#include <algorithm>

#include "base/json.h"
#include "base/log.h"
#include "base/version.h"
#include "center/audit.h"
#include "center/authority_change.h"
#include "center/call.h"
#include "center/handlers.h"
#include "center/json_object.h"
#include "center/query_fields.h"

namespace langyan::center {
namespace {

constexpr std::string_view settled_kind = "settled_time", settled_id = "center";

// Who holds more than one of the separated roles is said at each start.
std::string joined_administrators(Access& access) {
  std::string text;
  for (const User& user : access.users().list())
    if (!user.disabled && joins_administrators(user.roles)) text += "; `" + user.name + "` is " + text_of(user.roles);
  return text;
}

void log_failure(const Request& request, std::string_view what) {
  logging::error("A request for " + request.path + " failed: " + std::string(what) + ".");
}

}  // namespace

Center::Center(CenterOptions options, Disk& disk, Clock& clock, Random& random)
    : options_(std::move(options)),
      disk_(disk),
      clock_(clock),
      random_(random),
      router_(routes()),
      authority_(disk, clock, options_.data + "/tls") {}

Center::~Center() {
  stop();
}

Result<std::unique_ptr<Center>> Center::open(CenterOptions options, Disk& disk, Clock& clock,
                                             Random& random) {
  std::unique_ptr<Center> center(new Center(std::move(options), disk, clock, random));
  if (auto opened = center->open_stores(); !opened) return opened.error();
  return center;
}

Result<void> Center::open_stores() {
  if (auto made = disk_.make_folder(options_.data); !made) return made;
  if (auto held = disk_.lock(options_.data + "/lock"); !held) return held;
  options_.store.folder = options_.data + "/events";
  auto events = options_.clickhouse ? store::open_clickhouse(clock_, *options_.clickhouse)
                                    : store::open_sqlite(disk_, clock_, options_.store);
  if (!events) return events.error();
  auto documents = store::DocumentStore::open(disk_, clock_, options_.data + "/state.db");
  if (!documents) return documents.error();
  events_ = events.take();
  documents_ = documents.take();
  auto audit = store::AuditLog::open(disk_, clock_, *documents_, options_.data + "/audit.head");
  if (!audit) return audit.error();
  audit_ = audit.take();
  states_ =
      std::make_unique<store::AlertStates>(*events_, *documents_, clock_, random_, options_.name);
  if (auto resumed = states_->resume(); !resumed) {
    if (resumed.error().kind != ErrorKind::io) return resumed;
    logging::warn("changes of alerts wait until the next one: " + resumed.error().message);
  }
  auto access = Access::open(*documents_, clock_, random_, options_.access);
  if (!access) return access.error();
  access_ = access.take();
  enterprises_ = std::make_unique<Enterprises>(*documents_);
  mutes_ = std::make_unique<Mutes>(*documents_);
  notices_ = std::make_unique<Notices>(*documents_, clock_, random_, options_.name);
  auto inventory = Inventory::open(*events_, *documents_, clock_);
  if (!inventory) return inventory.error();
  inventory_ = inventory.take();
  intake_ = std::make_unique<Intake>(*events_, clock_, options_.intake);
  auto packs = Packs::open(*documents_, disk_, options_.pack_keys);
  if (!packs) return packs.error();
  packs_ = packs.take();
  intake_->tell_packs([this](const store::Scope& scope) { return packs_->revision(scope); });
  const auto known = documents_->get(store::Scope::all(), settled_kind, settled_id);
  if (!known && known.error().kind != ErrorKind::missing) return known.error();
  const auto body = known ? JsonObject::parse(known->body) : Result<JsonObject>(known.error());
  if (body) noted_time_ = static_cast<Time>(body->number("time").value_or(0));
  settled_ = std::make_unique<SettledTime>(clock_, noted_time_);
  if (noted_time_ == 0)
    if (auto noted = note_time(settled_->known()); !noted) return noted;
  outputs_ = std::make_unique<outputs::Outputs>(
      outputs::OutputDoors{*events_, *documents_, disk_, clock_, random_,
                           [this](std::string_view query) { return output_filter(*this, query); }},
      options_.data + "/outputs", options_.name);
  const auto noted = [this](const NoticeLetter& letter, bool refused) {
    const NoticeEntry& entry = letter.entry;
    note_own(*this, "notice.taken",
             entry.action + " by " + entry.by + " of " + entry.organisation + " at " + entry.center +
                 (refused ? ", refused" : ""),
             letter.notice);
  };
  if (auto opened = open_identity(); !opened) return opened;
  travel_ = std::make_unique<NoticeTravel>(
      NoticeTravel::Doors{*notices_, *documents_, *events_, *intake_, clock_, noted},
      NoticeTravel::Above{options_.uplink.url, options_.uplink.token, options_.uplink.net, identity_.get()});
  if (!options_.uplink.url.empty()) {
    auto uplink = Uplink::open(options_.uplink, {options_.data + "/uplink", options_.name, 0}, options_.organisation,
                               *events_, *travel_, *packs_, disk_, clock_, random_);
    if (!uplink) return within("uplink", uplink.error());
    uplink_ = uplink.take();
    follow_catalogues();
    if (!options_.pack_keys.empty()) follow_packs();
  }
  return assets_.load(options_.console);
}

// What signatures and fields are called: those who read above have no sensor that would tell. Signatures are told of
// where their names leave.
void Center::follow_catalogues() {
  const auto& leaves = options_.uplink.release;
  const bool named = std::ranges::any_of(
      leaves.fields, [](const std::string& field) { return field == "alert.signature" || field == "alert.*"; });
  uplink_->shipper().follow_catalogues(
      [this, named](const std::string& kind, const std::string& known) -> std::optional<std::string> {
        if (kind == "detections" && !named) return {};
        auto newest = newest_catalogue(*this, kind, known);
        if (!newest || newest->text.empty()) return {};
        return std::move(newest->text);
      });
}

Result<void> Center::open_identity() {
  UplinkOptions& up = options_.uplink;
  if (up.url.empty() || !up.net.certificate_file.empty()) return {};
  uplink::IdentityOptions options;
  options.folder = up.identity_folder.empty() ? options_.data + "/enrolment" : up.identity_folder;
  options.url = up.url, options.net = up.net;
  auto opened = uplink::Identity::open(std::move(options), disk_, clock_, random_);
  if (!opened) return within("uplink", opened.error());
  identity_ = opened.take();
  up.identity = identity_.get();
  return {};
}

// What the center above has for this part of the tree is taken and handed on.
void Center::follow_packs() {
  const auto held = [this] { return packs_->versions(); };
  uplink_->shipper().follow_packs(
      {held,
       [this](const std::string& text, const std::string& organisation) -> Result<void> {
         const auto label = packs_->put(text, organisation, "center above", true);
         if (!label) return label.error();
         note_own(*this, "pack.taken", "version=" + std::to_string(label->version) + " key=" + label->key, label->name);
         return {};
       },
       [this](const packs::Refusal& refusal) { packs_->note_refused(refusal); }});
}

Result<TlsFiles> Center::tls_files() const {
  const auto listen = parse_listen(options_.listen);
  if (!listen) return listen.error();
  if (options_.tls == TlsMode::off && !listen->loopback()) {
    return Error{ErrorKind::invalid, "tls: off is for addresses of loopback only, and " +
                                         options_.listen + " is none; use auto or on"};
  }
  const bool wanted =
      options_.tls == TlsMode::on || (options_.tls == TlsMode::automatic && !listen->loopback());
  if (!wanted) return TlsFiles{};
  TlsFiles files{options_.certificate, options_.key};
  if (files.certificate.empty())
    files = {options_.data + "/tls/center.crt", options_.data + "/tls/center.key"};
  for (const std::string* path : {&files.certificate, &files.key}) {
    if (const auto found = disk_.open(*path, OpenMode::read); !found) {
      return within(
          "TLS is needed to listen on " + options_.listen,
          {found.error().kind, found.error().message + "; `langyan-center init` makes both files"});
    }
  }
  return files;
}

std::string Center::own_fingerprint() {
  const auto files = tls_files();
  if (!files || files->certificate.empty()) return {};
  const auto own = own_certificate(*this);
  return own && own->ours() ? own->fingerprint : std::string();
}

Result<void> Center::start() {
  if (options_.certificate.empty())
    if (auto settled = authority_.settle_own(); !settled) return settled;
  auto tls = tls_files();
  if (!tls) return tls.error();
  if (!tls->certificate.empty()) {
    if (auto made = authority_.certificate(); !made) return within("certificates of sensors", made.error());
    tls->client_authority = authority_.certificate_path();
  }
  server_ = std::make_unique<HttpServer>(options_.http, *this);
  auto bound = server_->listen(options_.listen, Door::api, *tls, options_.next_free_port);
  if (!bound) return bound.error();
  address_ = bound.take();
  tls_ = !tls->certificate.empty();
  if (!options_.metrics.empty()) {
    const auto parsed = parse_listen(options_.metrics);
    if (!parsed) return parsed.error();
    if (!parsed->loopback()) {
      return Error{ErrorKind::invalid,
                   "listen.metrics is " + options_.metrics +
                       "; metrics are served without sign-in and only on loopback"};
    }
    const auto opened = server_->listen(options_.metrics, Door::metrics, {});
    if (!opened) return opened.error();
    logging::info("metrics for Prometheus at http://" + *opened + "/metrics");
  }
  if (auto opened = server_->listen_local(options_.data + "/admin.sock"); !opened) return opened;
  note_own(*this, "center.start", "version " + std::string(langyan::version) + joined_administrators(*access_));
  server_->start();
  housekeeper_ = std::thread([this] { keep_house(); });
  inventory_->start();
  if (auto started = outputs_->start(); !started) return within("outputs", started.error());
  travel_->start();
  if (uplink_) uplink_->start();
  // Written last: who waits for this file finds the doors open.
  return replace_file(disk_, options_.data + "/address", bytes_of(url() + "\n"));
}

// A center that listens everywhere is reached from this host by loopback, from others by its name.
std::string Center::url(bool from_elsewhere) const {
  const auto bound = parse_listen(address_);
  std::string host = address_;
  if (bound && bound->address == IpAddress::v4(0u))
    host = "127.0.0.1:" + std::to_string(bound->port);
  if (bound && bound->address == IpAddress{}) host = "[::1]:" + std::to_string(bound->port);
  char own[256] = {};
  if (host != address_ && from_elsewhere && ::gethostname(own, sizeof own - 1) == 0) {
    host = own + (":" + std::to_string(bound->port));
  }
  return (tls_ ? "https://" : "http://") + host;
}

void Center::stop() {
  if (stopping_.exchange(true)) return;
  {
    const std::lock_guard lock(housekeeping_);
    wake_.notify_all();
  }
  if (housekeeper_.joinable()) housekeeper_.join();
  if (server_) server_->stop(options_.grace);
  if (inventory_) inventory_->stop();
  if (!address_.empty()) note_own(*this, "center.stop");
  if (outputs_) outputs_->stop();
  if (uplink_) uplink_->stop();
  if (travel_) travel_->stop();
  if (!address_.empty()) (void)disk_.remove(options_.data + "/address");
  server_.reset();
}

Result<void> Center::reload(const CenterOptions& options) {
  if (auto loaded = server_->reload_tls(); !loaded) return loaded;
  if (auto loaded = assets_.load(options.console); !loaded) return loaded;
  access_->sessions().limit(options.access.sessions);
  note_own(*this, "center.reload");
  return {};
}

bool Center::reloads(std::string_view key) {
  constexpr std::string_view taken[] = {"console.folder", "access.session_idle",
                                        "access.session_longest", "log.level"};
  return std::ranges::find(taken, key) != std::end(taken);
}

void Center::tidy() {
  access_->sessions().sweep();
  if (auto done = audit_->flush(); !done)
    logging::warn("Entries of the audit log wait for room: " + done.error().message + ".");
  const auto now = settled_->now();
  if (!now) return;
  if (auto done = note_time(settled_->known()); !done) {
    logging::warn("The time could not be noted: " + done.error().message + ".");
  }
  if (auto done = events_->retain(*now); !done) {
    logging::warn("Old events could not be removed: " + done.error().message + ".");
  }
  if (auto done = documents_->expire(*now); !done) {
    logging::warn("Documents that have expired could not be removed: " + done.error().message +
                  ".");
  }
  inventory_->forget(*now - options_.keep_assets);
  access_->tokens().sweep();
  access_->enrolments().settle();
  if (tls_) forget_former_authority(*this);
}

// So that a start under a clock that leapt meanwhile knows better.
Result<void> Center::note_time(Time time) {
  if (noted_time_ != 0 && time < noted_time_ + hour) return {};
  store::DocumentChange change;
  change.kind = settled_kind;
  change.id = settled_id;
  change.organisation = "center";
  change.by = "center";
  change.keep_history = false;
  JsonWriter(change.body).open().field("time", static_cast<std::uint64_t>(time)).close();
  if (auto done = documents_->put(store::Scope::all(), change); !done) return done.error();
  noted_time_ = time;
  return {};
}

void Center::keep_house() {
  std::unique_lock lock(housekeeping_);
  while (!stopping_) {
    lock.unlock();
    tidy();
    lock.lock();
    if (!stopping_) wake_.wait_for(lock, std::chrono::microseconds(options_.housekeeping));
  }
}

// Nothing: go on. What is refused for want of a role is noted.
std::optional<Problem> Center::refused_now(const Route& route, const Access::Identity& identity,
                                           const Request& request) {
  auto refused = refusal_of(route, identity);
  const auto* principal = std::get_if<Principal>(&identity);
  if (refused && principal && is_audited(route)) note_refusal(*this, route, *principal, request);
  return refused;
}

Admission Center::admit(const Request& head) {
  Admission admission;
  auto matched = router_.match(head);
  if (const auto* problem = std::get_if<Problem>(&matched)) {
    admission.refusal = asset(head);
    if (!admission.refusal) admission.refusal = problem->response();
    return admission;
  }
  const Route& route = *std::get<Matched>(matched).route;
  admission.lane = route.lane;
  if (auto refused = refused_now(route, access_->identify(head), head)) admission.refusal = refused->response();
  if (!route.body.empty()) {
    admission.largest_body = route.largest_body           ? route.largest_body
                             : route.lane == Lane::ingest ? intake_->limits().body_bytes
                                                          : small_body;
  }
  return admission;
}

std::optional<Response> Center::asset(const Request& request) const {
  if (request.peer.door != Door::api) return {};
  if (request.method != Method::get && request.method != Method::head) return {};
  return assets_.find(request);
}

Response Center::handle(Request& request) {
  try {
    return answer(request);
  } catch (const std::bad_alloc&) {
    throw;  // for the server to answer, once there is memory for an answer
  } catch (const std::exception& failure) {
    log_failure(request, failure.what());
    return Problem(Code::failed, "The request failed; the center's log says why.");
  }
}

Response Center::answer(Request& request) {
  auto matched = router_.match(request);
  if (const auto* problem = std::get_if<Problem>(&matched)) return *problem;
  auto& [route, captured] = std::get<Matched>(matched);
  // Asked again: reading the body may have taken a minute, and a credential may be gone since.
  const auto identity = access_->identify(request);
  if (auto refused = refused_now(*route, identity, request)) return *refused;
  const Time now = clock_.now();
  auto parameters = Parameters::parse(route->parameters, request.query, std::move(captured), now);
  if (const auto* problem = std::get_if<Problem>(&parameters)) return *problem;
  Call call{request, *route, std::get_if<Principal>(&identity),
            std::move(std::get<Parameters>(parameters)), now};
  Response response = run_audited(*this, call);
  if (response.status == 500) log_failure(request, response.body);
  return response;
}

std::variant<JsonObject, Problem> Call::body(std::initializer_list<std::string_view> known) const {
  const auto type = request.header("Content-Type");
  if (!same_word(type.substr(0, type.find(';')), "application/json")) {
    return Problem(Code::unsupported_type, "Send JSON, with Content-Type: application/json.");
  }
  if (request.has_header("Content-Encoding")) {
    return Problem(Code::unsupported_type, "A body without Content-Encoding is taken here.");
  }
  auto object = JsonObject::parse(request.body);
  if (!object) return Problem(Code::bad_body, object.error().message);
  if (auto checked = object->only({known.begin(), known.size()}); !checked) {
    return Problem(Code::bad_body, checked.error().message);
  }
  return object.take();
}

Response json_answer(std::string body, int status) {
  Response response;
  response.status = status;
  response.body = std::move(body);
  response.body += '\n';
  return response;
}

}  // namespace langyan::center
