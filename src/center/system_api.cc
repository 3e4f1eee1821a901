// How the center is: alive, ready, which version, what it counts, what its API is.
#include "base/json.h"
#include "base/version.h"
#include "center/center.h"
#include "center/handlers.h"

namespace langyan::center {
namespace {

// "center.http.accepted" → "langyan_center_http_accepted_total" (Prometheus' naming of counters).
void write_counter(std::string& out, const CounterRow& row, std::uint64_t value) {
  std::string name = "langyan_" + std::string(row.name) + "_total";
  for (char& c : name) c = c == '.' ? '_' : c;
  out.append("# HELP ").append(name).append(" ").append(row.doc).append("\n# TYPE ").append(name);
  out.append(" counter\n").append(name).append(" ").append(std::to_string(value)).append("\n");
}

// By EventClass.
constexpr std::string_view keep_keys[] = {"store.keep_alerts", "store.keep_operations", "store.keep_flows",
                                          "store.keep_stats", "store.keep_others"};

struct Quantity {
  std::string_view name, type, doc;
  std::uint64_t value;
};

void write_quantity(std::string& out, const Quantity& quantity) {
  out.append("# HELP ").append(quantity.name).append(" ").append(quantity.doc).append("\n# TYPE ");
  out.append(quantity.name)
      .append(" ")
      .append(quantity.type)
      .append("\n")
      .append(quantity.name)
      .append(" ");
  out.append(std::to_string(quantity.value)).append("\n");
}

// One row for each output under each name; names are a-z, 0-9 and -.
void write_outputs(std::string& out, const std::vector<outputs::Output>& all) {
  struct Row {
    std::string_view name, type, doc;
    std::uint64_t (*value)(const outputs::Status& status);
  };
  constexpr Row rows[] = {
      {"langyan_output_delivered_total", "counter", "Events the receiver has.",
       [](const outputs::Status& status) { return status.position.delivered; }},
      {"langyan_output_refused_total", "counter", "Events the receiver will never take.",
       [](const outputs::Status& status) { return status.position.refused; }},
      {"langyan_output_overtaken_total", "counter", "Events retention removed before they were read.",
       [](const outputs::Status& status) { return status.position.overtaken; }},
      {"langyan_output_failures_total", "counter", "Tries that failed.",
       [](const outputs::Status& status) { return status.failures; }},
      {"langyan_output_behind_seconds", "gauge", "Age of the oldest event that is not delivered.",
       [](const outputs::Status& status) { return static_cast<std::uint64_t>(status.behind / second); }},
  };
  for (const Row& row : rows) {
    if (all.empty()) return;
    out.append("# HELP ")
        .append(row.name)
        .append(" ")
        .append(row.doc)
        .append("\n# TYPE ")
        .append(row.name)
        .append(" ")
        .append(row.type)
        .append("\n");
    for (const outputs::Output& each : all)
      out.append(row.name)
          .append("{output=\"")
          .append(each.settings.name)
          .append("\"} ")
          .append(std::to_string(row.value(each.status)))
          .append("\n");
  }
}

}  // namespace

Response healthz(Center&, Call&) {
  return json_answer(R"({"status":"ok"})");
}

// Whether a batch could be committed and a question answered now.
Response readyz(Center& center, Call&) {
  if (center.stopping()) return Problem(Code::not_ready, "The center is stopping.").retry_after(5);
  const auto tail = center.events().tail();
  if (!tail) return Problem(Code::not_ready, "Events: " + tail.error().message).retry_after(5);
  const auto change = center.documents().last_change();
  if (!change)
    return Problem(Code::not_ready, "Documents: " + change.error().message).retry_after(5);
  const auto status = center.events().status();
  if (status.free_bytes && *status.free_bytes < center.options().store.free_floor) {
    return Problem(Code::not_ready, "The disk is nearly full; make room or shorten retention.")
        .retry_after(60);
  }
  std::string body;
  JsonWriter(body).open().field("status", "ready").field("quarantined", status.quarantined).close();
  return json_answer(std::move(body));
}

Response version(Center& center, Call&) {
  std::string body;
  JsonWriter(body)
      .open()
      .field("program", "langyan-center")
      .field("version", langyan::version)
      .field("api", "v1")
      .field("name", center.options().name)
      .close();
  return json_answer(std::move(body));
}

// What is kept and for how long, as it is in force. Figures of the whole center are told to who sees all of it.
Response storage(Center& center, Call& call) {
  const CenterOptions& options = center.options();
  std::string body;
  JsonWriter json(body);
  json.open().field("engine", options.clickhouse ? "clickhouse" : "sqlite").key("keep").open_list();
  const auto keeps = [&](std::string_view key, Duration length) {
    json.open().field("key", key).field("seconds", length / second).close();
  };
  static_assert(std::size(keep_keys) == std::tuple_size_v<decltype(options.store.keep)>);
  for (std::size_t i = 0; i < std::size(keep_keys); ++i) keeps(keep_keys[i], options.store.keep[i]);
  keeps("store.keep_assets", options.keep_assets);
  json.close_list().field("most", options.store.most_bytes).field("free_floor", options.store.free_floor).key("now");
  if (!call.scope().is_all()) {
    json.null().close();
    return json_answer(std::move(body));
  }
  const store::StoreStatus status = center.events().status();
  Time oldest = 0;
  for (const store::PartStatus& part : status.parts)
    if (part.rows > 0 && (oldest == 0 || part.first_event < oldest)) oldest = part.first_event;
  json.open()
      .field("bytes", status.bytes)
      .field("parts", status.parts.size())
      .field("quarantined", status.quarantined)
      .key("free");
  status.free_bytes ? json.number(*status.free_bytes) : json.null();
  json.key("oldest");
  oldest > 0 ? json.time(oldest) : json.null();
  json.field("stored", status.rows_stored).field("refused", status.refused_full).close().close();
  return json_answer(std::move(body));
}

Response openapi_document(Center&, Call&) {
  static const std::string document = openapi(langyan::version);
  return json_answer(document);
}

Response metrics(Center& center, Call&) {
  Response response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  std::string& out = response.body;
  out =
      "# HELP langyan_build_info Version of the program.\n# TYPE langyan_build_info gauge\n"
      "langyan_build_info{program=\"langyan-center\",version=\"";
  out.append(langyan::version).append("\"} 1\n");
  center.server().counters().each(
      [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); });
  center.intake().each_count(
      [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); });
  center.inventory().counters().each(
      [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); });
  center.notice_travel().each_count(
      [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); });
  center.access().enrolments().each_count(
      [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); });
  center.packs().each_count(
      [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); });
  if (const Uplink* uplink = center.uplink()) {
    const auto write = [&](const CounterRow& row, std::uint64_t value) { write_counter(out, row, value); };
    if (center.identity()) center.identity()->counters().each(write);
    uplink->relay_counters().each(write);
    uplink->shipper_counters().each(write);
    uplink->spool_counters().each(write);
  }
  if (const auto all = center.outputs().list(store::Scope::all())) write_outputs(out, *all);
  const auto status = center.events().status();
  const Quantity quantities[] = {
      {"langyan_store_ingest_events_total", "counter", "Events stored since the start.",
       status.rows_stored},
      {"langyan_store_skipped_events_total", "counter", "Events that were stored before.",
       status.rows_skipped},
      {"langyan_store_batches_total", "counter", "Batches committed.", status.batches},
      {"langyan_store_refused_full_total", "counter", "Batches refused for want of room.",
       status.refused_full},
      {"langyan_store_bytes", "gauge", "Bytes of the event store.", status.bytes},
      {"langyan_store_parts", "gauge", "Files of the event store.", status.parts.size()},
      {"langyan_store_quarantined", "gauge", "Damaged files put aside.", status.quarantined},
      {"langyan_center_assets", "gauge", "Assets kept.", center.inventory().size()},
      {"langyan_center_feeds", "gauge", "Live feeds open.", center.feeds()},
  };
  for (const Quantity& quantity : quantities) write_quantity(out, quantity);
  if (status.free_bytes)
    write_quantity(out, {"langyan_store_free_bytes", "gauge", "Bytes free on its disk.", *status.free_bytes});
  if (const auto& replicas = status.replicas) {
    write_quantity(out, {"langyan_store_shards_reduced", "gauge",
                         "Shards of ClickHouse that go on with one replica, because another is away.",
                         replicas->shards_reduced});
    write_quantity(out, {"langyan_store_failovers_total", "counter", "Times a shard began to go on with one replica.",
                         replicas->failovers});
    write_quantity(out, {"langyan_store_taken_back_total", "counter",
                         "Events without a quorum then, which their senders sent again.", replicas->taken_back});
  }
  return response;
}

}  // namespace langyan::center
