#include "fields/operation.h"

#include <algorithm>
#include <array>

namespace langyan {
namespace {

struct VerbRow {
  Verb verb;
  std::string_view name;
  bool weighty, changes;
  Text label;
};

constexpr VerbRow verbs[] = {
    {Verb::identify,  "identify",  false, false, {"Identify", "识别"}},
    {Verb::browse,    "browse",    false, false, {"Browse", "浏览"}},
    {Verb::read,      "read",      false, false, {"Read", "读取"}},
    {Verb::subscribe, "subscribe", false, false, {"Subscribe", "订阅"}},
    {Verb::report,    "report",    false, false, {"Report", "上报"}},
    {Verb::write,     "write",     false, true,  {"Write", "写入"}},
    {Verb::control,   "control",   false, true,  {"Control", "控制"}},
    {Verb::select,    "select",    false, false, {"Select", "选择"}},
    {Verb::start,     "start",     true,  true,  {"Start", "启动"}},
    {Verb::stop,      "stop",      true,  true,  {"Stop", "停止"}},
    {Verb::reset,     "reset",     true,  true,  {"Reset", "复位"}},
    {Verb::mode,      "mode",      true,  true,  {"Change mode", "切换模式"}},
    {Verb::force,     "force",     true,  true,  {"Force", "强制"}},
    {Verb::time,      "time",      false, true,  {"Set time", "对时"}},
    {Verb::download,  "download",  true,  true,  {"Program download", "程序下装"}},
    {Verb::upload,    "upload",    true,  false, {"Program upload", "程序上传"}},
    {Verb::firmware,  "firmware",  true,  true,  {"Firmware", "固件"}},
    {Verb::configure, "configure", true,  true,  {"Configure", "配置"}},
    {Verb::file,      "file",      true,  false, {"File", "文件"}},
    {Verb::auth,      "auth",      true,  false, {"Authenticate", "认证"}},
    {Verb::session,   "session",   false, false, {"Session", "会话"}},
    {Verb::diagnose,  "diagnose",  false, false, {"Diagnose", "诊断"}},
    {Verb::alarm,     "alarm",     false, false, {"Alarm", "报警"}},
    {Verb::heartbeat, "heartbeat", false, false, {"Heartbeat", "心跳"}},
    {Verb::other,     "other",     false, false, {"Other", "其他"}},
};
constexpr std::size_t verb_count = std::size(verbs);
static_assert([] {
  for (std::size_t i = 0; i < verb_count; ++i)
    if (verbs[i].verb != static_cast<Verb>(i)) return false;
  return static_cast<std::size_t>(Verb::other) + 1 == verb_count;
}(), "one row a verb, in the enum's order");

constexpr auto verb_words = [] {
  std::array<Name, verb_count> names{};
  for (std::size_t i = 0; i < verb_count; ++i)
    names[i] = {static_cast<std::uint32_t>(i), verbs[i].name};
  return names;
}();

constexpr Name outcomes[] = {
    {0, "pending"}, {1, "ok"}, {2, "refused"}, {3, "no_answer"}, {4, "one_way"}};

const VerbRow& row(Verb verb) { return verbs[std::min(static_cast<std::size_t>(verb), verb_count - 1)]; }

}  // namespace

std::span<const Name> verb_names() { return verb_words; }
std::string_view verb_name(Verb verb) { return row(verb).name; }
Text verb_label(Verb verb) { return row(verb).label; }
bool is_weighty(Verb verb) { return row(verb).weighty; }
bool changes_process(Verb verb) { return row(verb).changes; }
std::span<const Name> outcome_names() { return outcomes; }
std::string_view outcome_name(Outcome outcome) { return outcomes[static_cast<std::size_t>(outcome)].word; }

std::string_view kind_name(Kind kind) {
  constexpr std::string_view names[] = {"u8", "u16", "u32", "u64", "i64", "f64", "bool", "text",
                                        "bytes", "u16 list", "time", "mac", "ip"};
  return names[static_cast<std::size_t>(kind)];
}

double Value::element(std::size_t index) const {
  switch (kind) {
    case Kind::words:
      return index * 2 + 1 < run.size() ? run[index * 2] << 8 | run[index * 2 + 1] : 0;
    case Kind::bits: return index / 8 < run.size() ? run[index / 8] >> index % 8 & 1 : 0;
    case Kind::integer: return static_cast<double>(static_cast<std::int64_t>(number));
    case Kind::real: return std::bit_cast<double>(number);
    default: return static_cast<double>(number);
  }
}

std::size_t Value::elements(std::size_t count) const {
  switch (kind) {
    case Kind::none: case Kind::text: case Kind::bytes: return 0;
    case Kind::words: return std::min(count, run.size() / 2);
    case Kind::bits: return std::min(count, run.size() * 8);
    default: return 1;
  }
}

}  // namespace langyan
