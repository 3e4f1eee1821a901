#include "center/center_keys.h"

#include <algorithm>
#include <cstdlib>

#include "base/log.h"

namespace langyan::center {
namespace {

HttpLimits http_of(const CenterConfig& config) {
  HttpLimits http;
  http.connections = static_cast<std::size_t>(config.integer("http.connections"));
  http.workers = static_cast<std::size_t>(config.integer("http.workers"));
  http.ingest_workers = static_cast<std::size_t>(config.integer("http.ingest_workers"));
  http.expensive = static_cast<std::size_t>(config.integer("http.expensive"));
  http.waiting = static_cast<std::size_t>(config.integer("http.waiting"));
  http.header_bytes = config.size("http.header");
  http.bodies_bytes = config.size("http.bodies");
  http.header_time = config.duration("http.header_time");
  http.body_time = config.duration("http.body_time");
  http.write_time = config.duration("http.write_time");
  http.idle_time = config.duration("http.idle_time");
  return http;
}

AccessLimits access_of(const CenterConfig& config) {
  AccessLimits access;
  access.sessions.idle = config.duration("access.session_idle");
  access.sessions.longest = config.duration("access.session_longest");
  access.separate_administrators = config.flag("access.separate_administrators");
  access.password.memory = config.size("access.password_memory");
  access.password.operations =
      static_cast<std::uint64_t>(config.integer("access.password_operations"));
  return access;
}

store::SqliteOptions store_of(const CenterConfig& config) {
  store::SqliteOptions store;
  store.keep = {config.duration("store.keep_alerts"), config.duration("store.keep_operations"),
                config.duration("store.keep_flows"), config.duration("store.keep_stats"),
                config.duration("store.keep_others")};
  store.most_bytes = config.size("store.most");
  store.free_floor = config.size("store.free_floor");
  store.query_time = config.duration("store.query_time");
  if (std::getenv(
          "LANGYAN_TEST_WITHOUT_DEDUP")) {  // tests/pipeline/kill_test.py: its check must fail then
    logging::error(
        "LANGYAN_TEST_WITHOUT_DEDUP is set: repeated events are stored again; for tests only");
    store.dedup_off = true;
  }
  return store;
}

std::optional<store::ClickHouseOptions> clickhouse_of(const CenterConfig& config, const store::SqliteOptions& sqlite) {
  if (config.text("store.engine") != "clickhouse") return {};
  store::ClickHouseOptions options;
  options.nodes = config.list("clickhouse.nodes");
  options.replicas = static_cast<std::size_t>(config.integer("clickhouse.replicas"));
  options.cluster = config.text("clickhouse.cluster");
  options.database = config.text("clickhouse.database");
  options.user = config.text("clickhouse.user");
  options.keep = sqlite.keep, options.most_bytes = sqlite.most_bytes;
  options.query_time = sqlite.query_time, options.dedup_off = sqlite.dedup_off;
  return options;
}

// The token is a secret and read by whoever starts the center.
UplinkOptions uplink_of(const CenterConfig& config) {
  UplinkOptions uplink;
  uplink.url = config.text("uplink.url");
  uplink.net.ca_file = config.text("uplink.ca_file");
  uplink.net.certificate_file = config.text("uplink.certificate_file");
  uplink.net.key_file = config.text("uplink.key_file");
  uplink.identity_folder = config.text("uplink.identity");
  uplink.heartbeat = config.duration("uplink.heartbeat");
  uplink.spool_bytes = config.size("uplink.spool");
  uplink.release = {config.list("uplink.release.types"), config.list("uplink.release.fields")};
  return uplink;
}

}  // namespace

std::string_view check_node(std::string_view value) {
  return value.starts_with("http://") || value.starts_with("https://")
             ? ""
             : "the address of a node's HTTP interface, such as http://127.0.0.1:8123";
}

std::string_view check_identifier(std::string_view value) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return std::ranges::all_of(value, fits) ? "" : "letters, digits and underscores only";
}

std::string_view check_listen(std::string_view value) {
  return parse_listen(std::string(value))
             ? ""
             : "an address and port, such as 127.0.0.1:8443 or [::1]:8443";
}

std::string_view check_path(std::string_view value) {
  return store::check_organisation(value) ? ""
                                          : "a path of at most 8 names, such as cn/jiangsu/works-7";
}

CenterOptions options_of(const CenterConfig& config) {
  CenterOptions options;
  options.name = config.text("center.name");
  options.organisation = config.text("center.organisation");
  options.tier = config.text("center.tier");
  options.data = config.text("center.data");
  options.listen = config.text("listen.address");
  options.next_free_port = config.flag("listen.next_free_port");
  const std::string& tls = config.text("listen.tls");
  options.tls = tls == "on" ? TlsMode::on : tls == "off" ? TlsMode::off : TlsMode::automatic;
  options.certificate = config.text("listen.certificate");
  options.key = config.text("listen.key");
  options.metrics = config.text("listen.metrics");
  options.console = config.text("console.folder");
  options.pack_keys = config.text("packs.keys");
  options.http = http_of(config);
  options.intake.body_bytes = config.size("ingest.body");
  options.intake.inflated_bytes = config.size("ingest.inflated");
  options.keep_assets = config.duration("store.keep_assets");
  options.feeds = static_cast<std::size_t>(config.integer("stream.feeds"));
  options.access = access_of(config);
  options.certificate_life = config.duration("enrolment.certificate_life");
  options.store = store_of(config);
  options.clickhouse = clickhouse_of(config, options.store);
  options.uplink = uplink_of(config);
  return options;
}

Result<void> read_secrets(const CenterConfig& config, CenterOptions& options) {
  auto token = config.secret("uplink.token_file");
  if (!token) return token.error();
  options.uplink.token = token.take();
  if (!options.clickhouse) return {};
  auto password = config.secret("clickhouse.password_file");
  if (!password) return password.error();
  options.clickhouse->password = password.take();
  return {};
}

}  // namespace langyan::center
