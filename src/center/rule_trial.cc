#include "center/rule_trial.h"

#include <simdjson.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>

#include "center/child_process.h"

namespace langyan::center {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view sensor_name = "langyan-sensor";
constexpr std::size_t most_rules_told = 1'000, most_protocols = 200, longest_text = 4 * 1024;

constexpr Words end_words[] = {
    {"complete", "The whole capture was read", "已读完整个抓包"},
    {"rules", "No rule loaded, so the capture was not read", "没有规则加载，因此未读取抓包"},
    {"capture", "The capture could not be read to its end", "抓包未能读到末尾"},
    {"time", "Ended at the limit of time", "达到时间上限，已中止"},
    {"output", "Ended because it told more than is taken", "输出超过上限，已中止"},
    {"given-up", "Ended because nobody waits for the answer any more, or the center stops", "已无人等待结果，或中心正在停止，已中止"},
    {"died", "The process that read it ended by itself: for want of memory, or by a fault", "读取进程自行退出：内存不足或出现故障"},
};

// Of a member that may be missing or of another kind: nothing then.
std::uint64_t number(dom::element from, std::string_view name) {
  std::uint64_t value = 0;
  if (from[name].get(value) != simdjson::SUCCESS) return 0;
  return value;
}
std::string text(dom::element from, std::string_view name) {
  std::string_view value;
  if (from[name].get(value) != simdjson::SUCCESS) return {};
  return std::string(value.substr(0, longest_text));
}

std::string program() {
  std::error_code error;
  const auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  return (folder / sensor_name).string();
}

// What the child says, line by line.
class Listener {
 public:
  void take(std::string_view line) {
    dom::element said;
    if (parser_.parse(line.data(), line.size()).get(said) != simdjson::SUCCESS) return;
    dom::element part;
    if (said["alert"].get(part) == simdjson::SUCCESS) return take_alert(said, part);
    if (said["rules"].get(part) == simdjson::SUCCESS) return take_rules(part);
    if (said["end"].get(part) == simdjson::SUCCESS) take_end(part);
  }

  RuleTrial finish(ChildEnd end) {
    using Why = ChildEnd::Why;
    using End = RuleTrial::End;
    const bool cut = WIFSIGNALED(end.status) && WTERMSIG(end.status) == SIGXCPU;
    trial_.end = end.why == Why::time || (end.why == Why::ended && cut) ? End::time
                 : end.why == Why::output                             ? End::output
                 : end.why == Why::given_up                           ? End::given_up
                 : !ended_                                            ? End::died
                 : trial_.loaded == 0                                 ? End::rules
                 : trial_.reason.empty()                              ? End::complete
                                                                      : End::capture;
    if (trial_.end == End::died)
      trial_.reason = end.said.empty() && WIFSIGNALED(end.status) ? ::strsignal(WTERMSIG(end.status)) : end.said;
    return std::move(trial_);
  }

 private:
  void take_alert(dom::element event, dom::element alert) {
    ++trial_.alerts;
    const TriedRule rule{number(alert, "gid"), number(alert, "signature_id"), number(alert, "severity"),
                         text(alert, "signature")};
    auto known = trial_.by_rule.find({rule.gid, rule.sid});
    if (known == trial_.by_rule.end() && trial_.by_rule.size() < most_rules_told)
      known = trial_.by_rule.emplace(std::pair(rule.gid, rule.sid), std::pair(rule, std::uint64_t{0})).first;
    if (known != trial_.by_rule.end()) ++known->second.second;
    if (trial_.rows.size() < most_tried_alerts) trial_.rows.push_back(row(event, rule));
  }

  static TriedAlert row(dom::element event, const TriedRule& rule) {
    TriedAlert row;
    row.packet = number(event, "pcap_cnt"), row.sport = number(event, "src_port"),
    row.dport = number(event, "dest_port");
    row.time = parse_timestamp(text(event, "timestamp")).value_or(0);
    row.src = text(event, "src_ip"), row.dst = text(event, "dest_ip");
    row.proto = text(event, "proto"), row.app_proto = text(event, "app_proto");
    if (dom::element ether; row.src.empty() && event["ether"].get(ether) == simdjson::SUCCESS)
      row.src = text(ether, "src_mac"), row.dst = text(ether, "dest_mac");
    row.rule = rule;
    return row;
  }

  void take_rules(dom::element report) {
    trial_.loaded = number(report, "loaded"), trial_.refused = number(report, "refused"),
    trial_.skipped = number(report, "skipped");
    take_notes(report, "errors", {}, trial_.refusals);
    dom::array files;
    if (report["files"].get(files) != simdjson::SUCCESS) return;
    for (const dom::element file : files) {
      const std::string name = file_name(text(file, "path"));
      take_notes(file, "errors", name, trial_.refusals);
      take_notes(file, "warnings", name, trial_.warnings);
    }
  }

  static void take_notes(dom::element from, std::string_view member, const std::string& file,
                         std::vector<TrialNote>& into) {
    dom::array notes;
    if (from[member].get(notes) != simdjson::SUCCESS) return;
    for (const dom::element note : notes) {
      if (into.size() == most_trial_notes) return;
      into.push_back({file, number(note, "line"), number(note, "column"), number(note, "sid"),
                      sentence(text(note, "message")), text(note, "keyword")});
    }
  }

  void take_end(dom::element end) {
    ended_ = true;
    trial_.reason = text(end, "error");
    dom::element overview;
    if (end["overview"].get(overview) != simdjson::SUCCESS) return;
    if (overview["seconds"].get(trial_.seconds) != simdjson::SUCCESS) trial_.seconds = 0;
    if (dom::element counters; overview["counters"].get(counters) == simdjson::SUCCESS)
      trial_.packets = number(counters, "capture.packets"), trial_.bytes = number(counters, "capture.bytes");
    dom::object protocols;
    if (overview["protocols"].get(protocols) != simdjson::SUCCESS) return;
    for (const auto& [name, counts] : protocols) {
      if (trial_.protocols.size() == most_protocols) return;
      trial_.protocols.push_back(
          {std::string(name), number(counts, "flows"), number(counts, "messages"), number(counts, "faults")});
    }
  }

  // The child knows the text that was given by a path.
  static std::string file_name(const std::string& path) {
    return path == input_path(1) ? std::string() : std::filesystem::path(path).filename().string();
  }
  static std::string sentence(std::string message) {
    const std::string given = input_path(1) + ":";
    for (auto at = message.find(given); at != message.npos; at = message.find(given, at))
      message.replace(at, given.size(), "line ");
    return message;
  }

  dom::parser parser_;
  RuleTrial trial_;
  bool ended_ = false;
};

void write_notes(JsonWriter& json, std::string_view name, const std::vector<TrialNote>& notes) {
  json.key(name).open_list();
  for (const TrialNote& note : notes) {
    json.open().field("file", note.file).field("line", note.line).field("column", note.column).field("sid", note.sid);
    json.field("message", note.message).field("keyword", note.keyword).close();
  }
  json.close_list();
}

void write_rule(JsonWriter& json, const TriedRule& rule) {
  json.field("gid", rule.gid).field("sid", rule.sid).field("severity", rule.severity).field("message", rule.message);
}

void write_alert(JsonWriter& json, const TriedAlert& row) {
  json.open().field("packet", row.packet).key("time").time(row.time);
  json.field("src", row.src).field("sport", row.sport).field("dst", row.dst).field("dport", row.dport);
  json.field("proto", row.proto).field("app_proto", row.app_proto);
  write_rule(json, row.rule);
  json.close();
}

}  // namespace

Result<RuleTrial> try_rules(const TrialWish& wish, const std::function<bool()>& give_up) {
  ChildTask task;
  task.words = {program(), "--trial", wish.bundled ? "-s" : "-S", input_path(1), "-r", "-"};
  if (::access(task.words[0].c_str(), X_OK) != 0)
    return Error{ErrorKind::missing, "Rules are tried by " + std::string(sensor_name) + ", and there is none at " +
                                         task.words[0] + "; install it beside the center's program."};
  Listener listener;
  task.inputs = {wish.capture, wish.rules};
  task.longest = trial_time;
  task.line = [&](std::string_view line) { listener.take(line); };
  task.give_up = give_up;
  auto end = run_child(task);
  if (!end) return end.error();
  return listener.finish(end.take());
}

const Words& words_of(RuleTrial::End end) {
  return end_words[static_cast<std::size_t>(end)];
}

void write_trial(JsonWriter& json, const RuleTrial& trial) {
  json.open().key("end");
  write_words(json, words_of(trial.end));
  json.field("reason", trial.reason);
  json.field("loaded", trial.loaded).field("refused", trial.refused).field("skipped", trial.skipped);
  write_notes(json, "refusals", trial.refusals);
  write_notes(json, "warnings", trial.warnings);
  json.field("packets", trial.packets)
      .field("bytes", trial.bytes)
      .field("seconds", trial.seconds)
      .field("found", trial.alerts);
  json.key("protocols").open_list();
  for (const SeenProtocol& protocol : trial.protocols) {
    json.open().field("name", protocol.name).field("flows", protocol.flows).field("messages", protocol.messages);
    json.field("faults", protocol.faults).close();
  }
  json.close_list().key("rules").open_list();
  for (const auto& [number, rule] : trial.by_rule) {
    json.open();
    write_rule(json, rule.first);
    json.field("alerts", rule.second).close();
  }
  json.close_list().key("alerts").open_list();
  for (const TriedAlert& row : trial.rows) write_alert(json, row);
  json.close_list().close();
}

}  // namespace langyan::center
