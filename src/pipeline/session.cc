#include "pipeline/session.h"

#include "detect/database_cache.h"

#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "assets/state_file.h"
#include "base/bundled.h"
#include "base/json.h"
#include "base/log.h"
#include "baseline/order.h"
#include "baseline/windows.h"
#include "pipeline/habit_settings.h"
#include "pipeline/pack_rules.h"

namespace langyan::pipeline {
namespace {

constexpr std::size_t packets_a_read = 1'024;
constexpr Duration progress_every = 250 * millisecond;
constexpr Duration live_lag = second;  // packet time is at least so close to the clock's

std::uint64_t file_size(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)
             ? static_cast<std::uint64_t>(status.st_size)
             : 0;
}

flow::Timeouts timeouts_of(const SensorConfig& config) {
  flow::Timeouts timeouts;
  timeouts.tcp_opening = config.duration("flow.tcp_opening");
  timeouts.tcp_established = config.duration("flow.tcp_established");
  timeouts.tcp_closing = config.duration("flow.tcp_closing");
  timeouts.tcp_closed = config.duration("flow.tcp_closed");
  timeouts.udp_opening = config.duration("flow.udp_opening");
  timeouts.udp_established = config.duration("flow.udp_established");
  timeouts.icmp = config.duration("flow.icmp");
  timeouts.other_opening = config.duration("flow.other_opening");
  timeouts.other_established = config.duration("flow.other_established");
  timeouts.layer2_opening = config.duration("flow.layer2_opening");
  timeouts.layer2_established = config.duration("flow.layer2_established");
  return timeouts;
}

WorkerOptions worker_options(const SensorConfig& config, const Request& request) {
  WorkerOptions options;
  options.flow.record_interval = config.duration("flow.record_interval");
  options.flow.timeouts = timeouts_of(config);
  options.flow.hole_wait = config.duration("flow.hole_wait");
  options.flow.fragment_wait = config.duration("flow.fragment_wait");
  options.eve.strict = config.flag("eve.strict");
  options.eve.packets = config.flag("eve.packets");
  if (options.eve.packets && !options.eve.strict)
    options.packets_before = static_cast<std::uint32_t>(config.integer("eve.packets_before"));
  if (request.paths.empty() && request.interfaces.size() == 1)
    options.eve.interface = request.interfaces[0];
  options.checksums = config.text("capture.checksums") == "all" ? decode::Checksums::verify
                                                                : decode::Checksums::ignore;
  options.copies_within = config.duration("capture.copies_within");
  options.every_message = request.every_message;
  options.flow_events = config.flag("eve.flows");
  options.operation_events = config.flag("eve.operations");
  options.anomaly_events = config.flag("eve.anomalies");
  return options;
}

// {"timestamp":…,"event_type":"health","health":{"epoch_changed":{previous,last_seq,reason}}
std::string epoch_changed(const eve::Writer& writer, const spool::EpochChange& change, Time now) {
  std::string line;
  writer.plain(line, "health", now);
  JsonWriter json(line, true);
  json.key("health").open().key("epoch_changed").open();
  std::string previous;
  for (int shift = 56; shift >= 0; shift -= 8) {
    const auto octet = static_cast<std::uint8_t>(change.previous >> shift);
    append_hex(previous, Bytes{&octet, 1});
  }
  json.field("previous", previous);
  json.key("last_seq").open();
  for (spool::Lane lane : spool::all_lanes)
    json.field(spool::name(lane), change.last_seq[spool::index(lane)]);
  json.close().field("reason", spool::epoch_reason_names[static_cast<std::size_t>(change.reason)]);
  json.close().close();
  return line;
}

}  // namespace

capture::LiveOptions live_options(const SensorConfig& config, const std::string& filter) {
  capture::LiveOptions options;
  options.filter = filter;
  options.snap_length = static_cast<std::uint32_t>(config.integer("capture.snap_length"));
  options.ring_bytes = static_cast<std::uint32_t>(config.size("capture.ring"));
  options.promiscuous = config.flag("capture.promiscuous");
  return options;
}

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 && *name ? name : "sensor";
}

std::string bundled_rules() {
  return bundled_folder("rules");
}

std::string worse(const detect::RuleReport& next, const detect::RuleReport& running) {
  if (next.errors.size() > running.errors.size())
    return std::to_string(next.errors.size()) + " errors, the running rules had " +
           std::to_string(running.errors.size());
  if (next.loaded == 0 && running.loaded > 0)
    return "no rule is left; start the sensor anew to run without rules";
  return {};
}

namespace {

struct Nobody final : assets::EventSink {
  void asset(const assets::Event&) override {}
};

std::string asset_file_of(const SensorConfig& config) {
  const std::string &path = config.text("assets.file"), &spool = config.text("spool.folder");
  return path.empty() && !spool.empty() ? spool + "/assets.json" : path;
}

}  // namespace

std::shared_ptr<const detect::RoleTable> read_roles(const SensorConfig& config, Disk& disk) {
  const assets::Makers no_makers;
  Nobody nobody;
  assets::Inventory kept(no_makers, nobody);
  if (const std::string path = asset_file_of(config); !path.empty()) (void)assets::load(disk, path, kept).ok();
  auto roles = std::make_shared<detect::RoleTable>();
  if (const std::string& path = config.text("assets.ledger"); !path.empty())
    if (auto ledger = assets::Ledger::read(disk, path)) {
      for (const assets::LedgerEntry& entry : ledger->entries())
        for (const std::string& id : entry.ids)
          if (const auto ip = parse_ip(id); ip && entry.role) roles->set(*ip, *entry.role);
      kept.use(std::make_shared<const assets::Ledger>(ledger.take()));  // rows with a MAC reach what has it
    }
  for (const assets::Asset& asset : kept.assets())
    for (const IpAddress& ip : asset.addresses)
      if (asset.role != HostRole::unknown && (asset.role_set || roles->of(&ip) == HostRole::unknown))
        roles->set(ip, asset.role);
  return roles;
}

detect::Compiled compile_rules(const SensorConfig& config,
                               std::span<const detect::CostlyRule> costly,
                               detect::CompileProgress progress, const detect::RuleSet* previous, PackUse* use) {
  detect::RuleSources sources;
  sources.paths = config.list("rules.files");
  sources.classification = config.text("rules.classification");
  sources.addresses = config.map("rules.addresses");
  sources.ports = config.map("rules.ports");
  sources.thresholds = config.text("rules.thresholds");
  sources.countries = config.text("rules.countries");
  SystemDisk disk;
  sources.roles = read_roles(config, disk);
  sources.costly = costly;
  sources.progress = std::move(progress);
  const PackRules packs = pack_rules(read_packs(config, disk, use));
  sources.beside = packs.beside;
  auto& cache = detect::DatabaseCache::instance();
  cache.open(config.text("rules.cache"));
  detect::Compiled compiled = detect::compile(sources, packs.rules, previous);
  for (const std::string& note : cache.take_notes()) logging::warn("rules.cache: " + note);
  return compiled;
}

Result<std::unique_ptr<Session>> Session::open(const SensorConfig& config, Request request,
                                               Disk& disk, Clock& clock, Random& random,
                                               const ProcessCounters* processes) {
  std::unique_ptr<Session> session(new Session(std::move(request), clock));
  const Request& asked = session->request_;
  PackUse packs;
  detect::Compiled compiled = compile_rules(config, asked.costly_rules, {}, nullptr, &packs);
  session->report_ = compiled.report;
  session->newest_rules_ = compiled.rules;

  Outputs outputs;
  outputs.processes = processes;
  outputs.sensor = config.text("sensor.name").empty() ? host_name() : config.text("sensor.name");
  outputs.epoch = random.number();
  auto makers = assets::Makers::read(disk, config.text("assets.makers"));
  if (!makers) logging::warn(makers.error().message + "; the makers of network cards stay unknown");
  if (makers) outputs.makers = std::make_shared<const assets::Makers>(makers.take());
  auto lists = read_lists(config, disk);
  if (!lists) return lists.error();
  outputs.lists = lists.take();
  outputs.silent_after = config.duration("assets.silent_after");
  outputs.asset_events = config.flag("eve.assets");
  outputs.disk = &disk;
  outputs.connections_each = static_cast<std::uint32_t>(config.integer("baseline.connections_each"));
  outputs.asset_file = asset_file_of(config);
  outputs.commit =
      spool::CommitPolicy(static_cast<std::size_t>(config.integer("spool.commit_records")),
                          4u << 20, config.duration("spool.commit_interval"));
  if (const std::string& path = config.text("eve.file"); !path.empty()) {
    auto file = LineFile::open(path);
    if (!file) return file.error();
    session->file_ = file.take();
    outputs.file = session->file_.get();
  }
  Options options;
  options.worker = worker_options(config, asked);
  auto habits = habit_settings(config);
  if (!habits) return habits.error();
  options.worker.baseline = habits.take();
  if (const auto held = session->hold_habits(options.worker.baseline); !held) return held.error();
  options.workers = static_cast<unsigned>(config.integer("pipeline.workers"));
  options.stats_interval = config.duration("eve.stats_interval");
  options.live = asked.paths.empty();
  if (const std::string& folder = config.text("spool.folder"); !folder.empty()) {
    spool::SpoolOptions spool_options;
    spool_options.folder = folder;
    auto spool = spool::Spool::open(disk, clock, random, spool_options);
    if (!spool) return spool.error();
    session->spool_ = spool.take();
    outputs.spool = session->spool_.get();
    if (const auto& change = session->spool_->epoch_change()) {
      outputs.announcements.push_back(
          epoch_changed(eve::Writer(options.worker.eve), *change, clock.now()));
    }
  }
  session->live_ = live_options(config, asked.filter);
  session->pipeline_ =
      std::make_unique<Pipeline>(options, compiled.rules, std::move(outputs), clock);
  session->pipeline_->use(std::move(packs));
  return session;
}

// A second sensor on the same file, or a person changing it, would write over what the other wrote.
Result<void> Session::hold_habits(const baseline::Settings& settings) {
  if (!settings.on() || settings.file.empty()) return {};
  const auto folder = std::filesystem::path(settings.file).parent_path();
  std::error_code error;
  if (!folder.empty()) std::filesystem::create_directories(folder, error);
  const std::string lock = baseline::lock_file(settings.file);
  const auto held = habits_lock_.lock(lock);
  if (held) return {};
  if (held.error().kind == ErrorKind::conflict)
    return Error{ErrorKind::conflict, lock +
                                          ": another process has these habits; stop that sensor or `langyan baseline`, "
                                          "or name another baseline.file"};
  logging::warn(held.error().message + "; habits cannot be changed while the sensor runs");
  return {};
}

Session::~Session() {
  close();
}

void Session::close() {
  if (pipeline_) pipeline_->stop();
}

void Session::stop() {
  stopping_.store(true);
  for (auto& source : sources_) source->stop();
}

void Session::note_refused_reload(std::string why) {
  refused_reloads_.fetch_add(1);
  pipeline_->reload_refused(std::move(why));
}

void Session::use(std::shared_ptr<const detect::RuleSet> rules, PackUse packs) {
  const std::lock_guard lock(rules_mutex_);
  new_packs_ = std::move(packs);
  new_rules_ = newest_rules_ = std::move(rules);
  taken_reloads_.fetch_add(1);
  rules_waiting_.store(true);
}

// What signals asked for, done between two packets by the thread that feeds.
void Session::orders() {
  if (reopen_.exchange(false)) pipeline_->reopen_file();
  pipeline_->carry_out_orders();
  pipeline_->count_reloads(taken_reloads_.exchange(0), refused_reloads_.exchange(0));
  if (!rules_waiting_.exchange(false)) return;
  const std::lock_guard lock(rules_mutex_);
  if (!new_rules_) return;
  pipeline_->use(std::move(new_rules_));
  pipeline_->use(std::move(new_packs_));
}

Result<void> Session::run(const ProgressSink& progress) {
  return request_.paths.empty() ? listen(progress) : read_files(progress);
}

Result<void> Session::read_files(const ProgressSink& progress) {
  std::vector<std::string> files;
  for (const std::string& path : request_.paths) {
    auto found = capture::capture_files(path);
    if (!found) return found.error();
    if (found->paths.empty())
      return Error{ErrorKind::missing,
                   path + ": no capture in this folder; name a pcap or pcapng file"};
    files.insert(files.end(), found->paths.begin(), found->paths.end());
  }
  Progress state;
  state.files = files.size();
  for (const std::string& file : files) state.total_bytes += file_size(file);
  for (const std::string& file : files) {
    if (stopping_.load()) break;
    ++state.file;
    state.source = file;
    const auto done = read_file(file, state, progress);
    if (done) continue;
    if (files.size() == 1) return done;
    ++files_failed_;  // in a folder one bad file does not hide the others
    logging::warn(done.error().message);
  }
  if (request_.continuous) pipeline_->end_of_capture(false);
  if (progress) progress(state);
  return {};
}

Result<Duration> Session::shift_to_now(const std::string& path) {
  if (path == "-")
    return Error{ErrorKind::usage, "--as-now cannot shift standard input; save it to a file first"};
  auto source = capture::open_file(path, {.filter = {}});
  if (!source) return source.error();
  Time last = 0;
  while (true) {
    auto more = (*source)->read(
        packets_a_read, [&](const capture::Packet& packet) { last = std::max(last, packet.time); });
    if (!more) return more.error();
    if (*more == capture::Progress::end) break;
  }
  return last ? clock_.now() - last : 0;
}

Result<void> Session::read_file(const std::string& path, Progress& state,
                                const ProgressSink& progress) {
  Duration shift = 0;
  if (request_.as_now) {
    const auto found = shift_to_now(path);
    if (!found) return found.error();
    shift = *found;
  }
  auto opened = capture::open_file(path, {.filter = request_.filter});
  if (!opened) return opened.error();
  capture::Source& source = **opened;
  pipeline_->add_source(source);
  const std::uint64_t bytes_before = state.bytes, packets_before = state.packets;
  Time next_progress = 0;
  Result<void> outcome;
  while (!stopping_.load()) {
    auto more = source.read(packets_a_read, [&](capture::Packet packet) {
      packet.time += shift;
      pipeline_->packet(packet);
    });
    if (!more) outcome = more.error();
    if (!more || *more == capture::Progress::end) break;
    orders();
    if (!progress || clock_.monotonic() < next_progress) continue;
    next_progress = clock_.monotonic() + progress_every;
    state.packets = packets_before + source.counters().value(capture::Count::captured);
    state.bytes = bytes_before + source.counters().value(capture::Count::bytes) +
                  16 * source.counters().value(capture::Count::captured);
    progress(state);
  }
  state.packets = packets_before + source.counters().value(capture::Count::captured);
  state.bytes = bytes_before + file_size(path);
  pipeline_->end_of_capture(request_.continuous);
  pipeline_->remove_source(source);
  return outcome;
}

Result<void> Session::listen(const ProgressSink& progress) {
  for (std::size_t i = 0; i < request_.interfaces.size(); ++i) {
    auto source = request_.ports.empty() ? capture::open_live(request_.interfaces[i], live_)
                                         : capture::read_port(*request_.ports[i]);
    if (!source) return source.error();
    pipeline_->add_source(**source);
    sources_.push_back(source.take());
  }
  if (stopping_.load()) stop();  // asked for while they were being opened
  std::vector<std::thread> others;
  std::vector<Result<void>> outcomes(sources_.size());
  for (std::size_t i = 1; i < sources_.size(); ++i) {
    others.emplace_back([this, i, &outcomes] { outcomes[i] = listen_to(*sources_[i]); });
  }
  outcomes[0] = listen_to(*sources_[0]);
  for (auto& other : others) other.join();
  pipeline_->end_of_capture(false);
  for (auto& source : sources_) source->refresh(), pipeline_->remove_source(*source);
  if (progress) progress({request_.interfaces.front(), pipeline_->packets(), 0, 0, 0, 0});
  for (auto& outcome : outcomes)
    if (!outcome) return outcome;
  return {};
}

Result<void> Session::listen_to(capture::Source& source) {
  Time flushed = clock_.monotonic();
  while (true) {  // after stop() the source ends by itself, when its ring is read
    auto more = source.read(packets_a_read, [&](const capture::Packet& packet) {
      const std::lock_guard lock(feeding_);
      pipeline_->packet(packet);
    });
    if (!more) {
      stop();  // one interface gone stops the run: a monitor that hears half says so by ending
      return more.error();
    }
    if (*more == capture::Progress::end) return {};
    const std::lock_guard lock(feeding_);
    orders();
    const Time now = clock_.monotonic();
    if (*more == capture::Progress::idle || now - flushed >= 100 * millisecond) {
      pipeline_->idle(clock_.now() - live_lag);
      flushed = now;
    }
  }
  return {};
}

}  // namespace langyan::pipeline
