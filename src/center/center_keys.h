// The center's configuration: every key, its default, one sentence. config/center.yaml is printed from
// these rows (langyan-center --default-config) and a test compares.
#pragma once

#include "base/config.h"
#include "base/units.h"
#include "center/center.h"

namespace langyan::center {

std::string_view check_listen(std::string_view value);
std::string_view check_path(std::string_view value);  // of the organisation tree
std::string_view check_node(std::string_view value);        // of ClickHouse
std::string_view check_identifier(std::string_view value);  // in its SQL

// No payload, packet, file, value or protocol detail: who, what kind, how grave, and which device.
constexpr std::string_view released_types = "[alert, asset, gap, health, notice, rollup, stats]";
constexpr std::string_view released_fields =
    "[flow_id, community_id, src_ip, src_port, dest_ip, dest_port, proto, app_proto, direction, "
    "alert.action, alert.gid, alert.signature_id, alert.rev, alert.signature, alert.category, "
    "alert.severity, alert.metadata.*, ot.verb, ot.object, ot.result, "
    "asset.id, asset.change, asset.parent, asset.unit, asset.ip, asset.mac, asset.role, asset.level, "
    "asset.attack_asset, asset.vendor, asset.series, asset.model, asset.order_number, asset.firmware, "
    "asset.hardware, asset.serial, detection.sid, detection.name, detection.severity, "
    "detection.technique, gap.from, gap.to, gap.reason, health.*, notice.*, program.version, "
    "program.rules, program.packs.*, program.packs_refused.*, rollup.*, "
    "stats.capture.packets, stats.capture.kernel_drop, stats.center.*]";

inline constexpr Key center_keys[] = {
    Key::text("center.name", "center", "Name of this center: the origin of the events it makes itself."),
    Key::text("center.organisation", "local",
              "Organisation of the events of a token that names none, a path such as cn/jiangsu/works-7.", check_path),
    Key::word("center.tier", "enterprise", "enterprise|province|nation",
              "Whose center this is; the console shows the pages of that tier."),
    Key::path("center.data", "data", "Folder of everything the center keeps; one center at a time holds it."),
    Key::text("listen.address", "127.0.0.1:8443",
              "Address and port of the API and the console; [::]:8443 for all IPv6 ones.", check_listen),
    Key::flag("listen.next_free_port", false,
              "Take the next free port when this one is in use; <data>/address says which."),
    Key::word("listen.tls", "auto", "auto|on|off",
              "TLS everywhere but on loopback (auto), always, or never, which only loopback allows."),
    Key::path("listen.certificate", "", "PEM file of the certificate and its chain; <data>/tls/center.crt when empty."),
    Key::path("listen.key", "", "PEM file of its key; <data>/tls/center.key when empty."),
    Key::text("listen.metrics", "",
              "Address on loopback, such as 127.0.0.1:9464, where Prometheus reads /metrics; none when empty.",
              check_listen),
    Key::path("console.folder", "", "Folder of the built web console; none when empty."),
    Key::integer("http.connections", 2'048, {16, 100'000},
                 "Connections at a time; under pressure those that wait longest for a request are closed."),
    Key::integer("http.workers", 4, {1, 64}, "Threads that answer questions."),
    Key::integer("http.ingest_workers", 2, {1, 16}, "Threads that take in events."),
    Key::integer("http.expensive", 3, {1, 64}, "Costly questions worked on at a time; others wait for their turn."),
    Key::integer("http.waiting", 128, {1, 10'000},
                 "Requests that wait for a thread, of each kind; one more is answered 503, or 429 where it is a costly "
                 "question."),
    Key::size("http.header", 16 << 10, {1 << 10, 256 << 10}, "Longest header; more is answered 431."),
    Key::size("http.bodies", 256 << 20, {32 << 20, 16ll << 30},
              "Memory for all bodies being received; more is answered 503."),
    Key::duration("http.header_time", 10 * second, {100 * millisecond, minute},
                  "Longest time for a header; more is answered 408."),
    Key::duration("http.body_time", 60 * second, {100 * millisecond, hour},
                  "Longest time for each 256 KB of a body; more is answered 408."),
    Key::duration("http.write_time", 30 * second, {100 * millisecond, hour},
                  "A peer that takes nothing of an answer for so long is dropped."),
    Key::duration("http.idle_time", 75 * second, {second, hour},
                  "A connection without a request for so long is closed."),
    Key::size("ingest.body", 16 << 20, {64 << 10, 256 << 20}, "Largest batch as sent; more is answered 413."),
    Key::size("ingest.inflated", 32 << 20, {64 << 10, 512 << 20},
              "Largest batch after decompression; more is answered 413."),
    Key::integer("stream.feeds", 200, {1, 10'000}, "Live feeds at a time."),
    Key::duration("access.session_idle", hour, {minute, 7 * day}, "A session without a request for so long ends."),
    Key::duration("access.session_longest", 12 * hour, {minute, 30 * day}, "A session ends so long after its sign-in."),
    Key::flag("access.separate_administrators", false,
              "Refuse to give one account more than one of the roles system, security and audit; else it is noted."),
    Key::size("access.password_memory", 64 << 20, {8 << 20, 1ll << 30},
              "Memory that hashing a password takes (argon2id), to make guessing dear."),
    Key::integer("access.password_operations", 2, {1, 20}, "Passes over that memory."),
    Key::duration("enrolment.certificate_life", 30 * day, {second, 398 * day},
                  "How long a certificate of a sensor or lower center is good; a running one renews it when two thirds "
                  "are over."),
    Key::duration("store.keep_alerts", 180 * day, {day, 3'650 * day}, "How long alerts are kept."),
    Key::duration("store.keep_operations", 180 * day, {day, 3'650 * day}, "How long operations are kept."),
    Key::duration("store.keep_flows", 30 * day, {day, 3'650 * day}, "How long flows are kept."),
    Key::duration("store.keep_stats", 30 * day, {day, 3'650 * day}, "How long the sensors' counters are kept."),
    Key::duration("store.keep_others", 180 * day, {day, 3'650 * day}, "How long all other events are kept."),
    Key::duration("store.keep_assets", 400 * day, {day, 3'650 * day},
                  "How long an asset stays in the inventory after it was last heard; one that a person edited stays."),
    Key::size("store.most", 0, {0, 1'000 * terabyte},
              "Most bytes of events, oldest days go first; 0 for no bound but the disk."),
    Key::size("store.free_floor", 512 << 20, {0, terabyte},
              "Free space on the disk below which nothing more is taken in."),
    Key::duration("store.query_time", 5 * second, {100 * millisecond, 10 * minute},
                  "Longest time a question may take."),
    Key::word("store.engine", "sqlite", "sqlite|clickhouse",
              "Where events are kept: files in the data folder, or ClickHouse; all else stays in the data folder."),
    Key::list("clickhouse.nodes", "[]",
              "HTTP addresses of its nodes: [http://127.0.0.1:8123]. All replicas of the first shard, then of the "
              "second, and so on.",
              check_node),
    Key::integer("clickhouse.replicas", 1, {1, 9},
                 "Replicas of each shard. Events are taken in when all have them, while one is away when another has; "
                 "more than one needs a keeper, and the macros shard and replica on each node."),
    Key::text("clickhouse.cluster", "",
              "Name of the cluster in remote_servers of the nodes; needed with more than one shard.", check_identifier),
    Key::text("clickhouse.database", "langyan", "Database, made when it is not there; one center writes to it.",
              check_identifier),
    Key::text("clickhouse.user", "", "User; the server's default when empty."),
    Key::secret_file("clickhouse.password_file", "File with the user's password."),
    Key::path("packs.keys", "",
              "File of the keys whose signature of a rule pack is trusted, a name and a key a line; empty: packs are "
              "neither issued here nor taken from the center above."),
    Key::text("uplink.url", "", "Address of the center above, such as https://province.example:8443; empty: none."),
    Key::secret_file(
        "uplink.token_file",
        "File that holds the token the center above gave this one (role ingest, relay, source: center.name)."),
    Key::path(
        "uplink.ca_file", "",
        "PEM file of the authorities trusted to sign the certificate of the center above; the system's when empty."),
    Key::path("uplink.identity", "",
              "Folder of what `langyan-center enroll` makes, key and certificate (docs/enrolment.md); empty: enrolment "
              "in center.data."),
    Key::path("uplink.certificate_file", "",
              "PEM file of a certificate for mutual TLS that something else than enrolment keeps; then uplink.identity "
              "is not looked at."),
    Key::path("uplink.key_file", "", "PEM file of its key."),
    Key::duration("uplink.heartbeat", minute, {second, day}, "How often the center above hears that this one runs."),
    Key::size("uplink.spool", 256 << 20, {1 << 20, terabyte},
              "Most bytes on disk between the store and the center above, for alerts and for the rest each; what finds "
              "no room waits in the store."),
    Key::list("uplink.release.types", released_types, "Types of events that leave for the center above.",
              check_released_type),
    Key::list("uplink.release.fields", released_fields,
              "Fields that leave, besides timestamp, event_type and origin: paths such as alert.signature, or rollup.* "
              "for all below; all others stay.",
              check_released_field),
    Key::word("log.level", "info", "debug|info|warn|error", "Least weight of a line written to the log."),
};
static_assert(key_fault(center_keys).empty());

constexpr std::string_view config_title = "Configuration of langyan-center";
constexpr std::string_view config_schema = "center.schema.json";

using CenterConfig = ConfigOf<center_keys>;

CenterOptions options_of(const CenterConfig& config);
// Reads the files that hold what no configuration should.
Result<void> read_secrets(const CenterConfig& config, CenterOptions& options);

}  // namespace langyan::center
