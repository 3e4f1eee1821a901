#include "pipeline/overview.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "pipeline/mirror.h"

namespace langyan::pipeline {
namespace {

constexpr std::size_t most_rows = 10;

std::map<std::string_view, std::uint64_t> by_name(const Session& session) {
  std::map<std::string_view, std::uint64_t> values;
  for (const auto& [row, value] : session.pipeline().totals()) values[row.name] += value;
  return values;
}

template <class Key>
std::vector<std::pair<Key, std::uint64_t>> largest(const std::map<Key, std::uint64_t>& counts) {
  std::vector<std::pair<Key, std::uint64_t>> rows(counts.begin(), counts.end());
  std::ranges::stable_sort(rows, std::greater{}, [](const auto& row) { return row.second; });
  if (rows.size() > most_rows) rows.resize(most_rows);
  return rows;
}

// What was not looked at, and why; nothing is listed that is zero.
void losses(std::string& out, const std::map<std::string_view, std::uint64_t>& values) {
  constexpr std::string_view reasons[] = {"capture.kernel_drop",
                                          "capture.interface_drop",
                                          "capture.filtered",
                                          "capture.snapped",
                                          "capture.cut_files",
                                          "decode.invalid",
                                          "flow.tcp.missing_bytes",
                                          "flow.evicted.established",
                                          "flow.evicted.kept",
                                          "dissect.pending_refused",
                                          "dissect.buffer_refused",
                                          "dissect.given_up",
                                          "summary.conversations.refused",
                                          "summary.folds.refused",
                                          "events.refused.alerts",
                                          "events.refused.operations",
                                          "events.refused.summaries",
                                          "events.refused.flows",
                                          "events.refused.stats",
                                          "events.uncommitted"};
  for (std::string_view reason : reasons) {
    const auto at = values.find(reason);
    if (at != values.end() && at->second)
      out += fmt::format("  {:<32} {:>12}\n", reason, at->second);
  }
}

}  // namespace

std::string overview(const Session& session, double seconds) {
  const auto values = by_name(session);
  const auto value = [&](std::string_view name) {
    const auto at = values.find(name);
    return at == values.end() ? 0 : at->second;
  };
  const Tally tally = session.pipeline().tally();
  std::string out =
      fmt::format("\n{} packets, {} flows, {} events in {:.2f} s\n", value("capture.packets"),
                  value("flow.opened"),
                  value("events.alerts") + value("events.operations") + value("events.summaries") +
                      value("events.flows") + value("events.stats"),
                  seconds);
  if (!tally.protocols().empty()) {
    out += fmt::format("\nProtocol         {:>8} {:>12} {:>12} {:>8}\n", "flows", "messages",
                       "operations", "faults");
    for (const auto& [protocol, row] : tally.protocols()) {
      out += fmt::format("  {:<14} {:>8} {:>12} {:>12} {:>8}\n", protocol->name, row.flows,
                         row.messages, row.operations, row.faults);
    }
    out += "\nOperations\n ";
    for (std::size_t i = 0; i < verb_names().size(); ++i) {
      if (tally.verbs()[i]) out += fmt::format(" {} {}", verb_names()[i].word, tally.verbs()[i]);
    }
    out += '\n';
  }
  if (!tally.writers().empty()) {
    out += fmt::format("\nWriter                    -> device                  {:<10} {:>10}\n",
                       "protocol", "writes");
    for (const auto& [writer, count] : largest(tally.writers())) {
      out += fmt::format("  {:<23} -> {:<23} {:<10} {:>10}\n", to_string(writer.client),
                         to_string(writer.server), writer.protocol->name, count);
    }
    if (tally.other_writes()) out += fmt::format("  others {}\n", tally.other_writes());
  }
  constexpr std::string_view names[] = {"", "critical", "high", "medium", "low", "info"};
  out += "\nAlerts\n";
  bool any = false;
  for (std::size_t i = 1; i < std::size(names); ++i) {
    if (!tally.alerts()[i]) continue;
    out += fmt::format("  {:<10} {:>8}\n", names[i], tally.alerts()[i]);
    any = true;
  }
  if (!any) out += fmt::format("  none ({} rules loaded)\n", session.rules().loaded);
  for (const Mirror::Finding& each : Mirror::judge(Mirror::sight_of(value), false)) {
    const Detection& what = detection(each.fault);
    out += fmt::format("\nMirror: {}: {}\n  {}\n", what.title.en, extent(each), what.advice.en);
  }
  std::string lost;
  losses(lost, values);
  if (!lost.empty()) out += "\nNot looked at, or not whole\n" + lost;
  return out;
}

std::string overview_json(const Session& session, double seconds) {
  std::string out;
  JsonWriter json(out);
  json.open().field("seconds", seconds).key("counters").open();
  for (const auto& [row, value] : session.pipeline().totals()) json.field(row.name, value);
  json.close().key("protocols").open();
  const Tally tally = session.pipeline().tally();
  for (const auto& [protocol, row] : tally.protocols()) {
    json.key(protocol->name)
        .open()
        .field("flows", row.flows)
        .field("messages", row.messages)
        .field("operations", row.operations)
        .field("faults", row.faults)
        .close();
  }
  json.close().key("verbs").open();
  for (std::size_t i = 0; i < verb_names().size(); ++i)
    if (tally.verbs()[i]) json.field(verb_names()[i].word, tally.verbs()[i]);
  json.close().key("writers").open_list();
  for (const auto& [writer, count] : largest(tally.writers())) {
    json.open()
        .field("client", writer.client)
        .field("server", writer.server)
        .field("protocol", writer.protocol->name)
        .field("writes", count)
        .close();
  }
  json.close_list().key("alerts").open();
  for (std::size_t i = 1; i < tally.alerts().size(); ++i) {
    json.field(severity_name(static_cast<Severity>(i)), tally.alerts()[i]);
  }
  json.close().close();
  return out;
}

}  // namespace langyan::pipeline
