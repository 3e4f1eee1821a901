// RuleTrial: what rules do on a capture, found out by the sensor's own reading in a confined child of the center
// (docs/design/0046). Rules and capture are in memory only and gone when the call returns.
//
//   auto trial = try_rules({.rules = text, .capture = octets}, [&] { return center.stopping(); });
//   write_trial(json, *trial);
//
// What the child says is read as something a stranger sent: the capture may have taken it over. Any thread; the call takes
// as long as the child, at most trial_time.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/result.h"
#include "base/time.h"
#include "center/words.h"

namespace langyan::center {

constexpr std::size_t largest_tried_capture = 32u << 20, most_tried_rules = 256u << 10;  // octets
constexpr std::size_t most_tried_alerts = 1'000, most_trial_notes = 200;  // of an answer; the rest is counted
constexpr Duration trial_time = 45 * second;

struct TrialWish {
  std::string_view rules, capture;
  bool bundled = false;  // the rules that come with the program are tried, too
};

struct TrialNote {  // of a rule that was refused, or loaded with a warning
  std::string file;  // empty: the text that was given
  std::uint64_t line = 0, column = 0, sid = 0;
  std::string message, keyword;
};

struct TriedRule {
  std::uint64_t gid = 0, sid = 0, severity = 0;
  std::string message;
};

struct TriedAlert {
  std::uint64_t packet = 0, sport = 0, dport = 0;
  Time time = 0;
  std::string src, dst, proto, app_proto;  // addresses; of frames without IP the MACs
  TriedRule rule;
};

struct SeenProtocol {
  std::string name;
  std::uint64_t flows = 0, messages = 0, faults = 0;
};

struct RuleTrial {
  enum class End : std::uint8_t { complete, rules, capture, time, output, given_up, died } end = End::complete;
  std::string reason;  // what the child said of it
  std::uint64_t loaded = 0, refused = 0, skipped = 0;
  std::vector<TrialNote> refusals, warnings;
  std::uint64_t packets = 0, bytes = 0, alerts = 0;
  double seconds = 0;  // of reading
  std::vector<SeenProtocol> protocols;
  std::map<std::pair<std::uint64_t, std::uint64_t>, std::pair<TriedRule, std::uint64_t>> by_rule;  // by gid and sid
  std::vector<TriedAlert> rows;  // the first ones
};

// An Error: there is no sensor beside the center (ErrorKind::missing), or no process could be made.
Result<RuleTrial> try_rules(const TrialWish& wish, const std::function<bool()>& give_up);
const Words& words_of(RuleTrial::End end);
void write_trial(JsonWriter& json, const RuleTrial& trial);

}  // namespace langyan::center
