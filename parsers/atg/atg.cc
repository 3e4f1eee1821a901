// ATG: automatic tank gauges of petrol stations and depots (Veeder-Root TLS), asked over serial servers with
// no sign-in by most.
//
// [TLS] Veeder-Root 576013-635, Serial Interface Manual for TLS-300 and TLS-350: commands of six characters
//       behind the octet SOH, answers from SOH to ETX
#include "parsers/atg/atg.h"

#include <algorithm>

namespace langyan::atg {
namespace {

constexpr std::uint8_t soh = 0x01, etx = 0x03, line_feed = 0x0a;
constexpr std::size_t function_bytes = 6;  // a letter, three digits and the tank or sensor of two
constexpr std::size_t longest_answer = 16'384;
constexpr std::uint16_t port = 10'001;

// clang-format off
constexpr Name kind_names[] = {{'I', "display_report"}, {'i', "computer_report"}, {'S', "display_setting"}, {'s', "computer_setting"}};
constexpr Field rows[] = {
    {"kind", Kind::u8, log | rule | learn | column, {"Kind", "种类"},
     "Report or setting, for people (upper case) or programs.", "[TLS] 3", kind_names},
    {"function", Kind::text, log | rule | learn | buffer, {"Function", "功能码"},
     "Code of the report or setting, such as I20100 (inventory) or S60200 (tank label).", "[TLS] 7"},
    {"setting", Kind::text, log | rule | buffer, {"Setting", "设定内容"},
     "What a setting is changed to.", "[TLS] 7"},
    {"report", Kind::text, log | rule | buffer, {"Report", "报表内容"},
     "What the gauge answers.", "[TLS] 7"},
};
constexpr auto fields = table("atg", rows);
constexpr Schema schema = fields.schema();
constexpr PortHint ports[] = {{Transport::tcp, port}};
constexpr Space spaces[] = {{"function", {"Function", "功能"}}};

enum class Wrong : std::uint8_t { refused };
constexpr Detection faults[] = {
    {9104100, "atg.refused", Severity::low, "", {"Tank gauge did not understand", "液位仪无法识别命令"},
     {"The gauge answered 9999FF: the function or its data are not known to it.", "液位仪返回 9999FF：功能码或数据无法识别。"},
     {"Find out which program sent it; scanners try functions.", "查明发送程序；扫描工具会逐个尝试功能码。"}},
};
// clang-format on

bool is_function(Bytes bytes) {  // six octets
  const std::uint8_t letter = bytes[0];
  const bool known = letter == 'I' || letter == 'i' || letter == 'S' || letter == 's';
  return known && std::ranges::all_of(bytes.subspan(1, function_bytes - 1), [](std::uint8_t c) {
           return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
         });
}

Verb verb_of(Bytes function) {
  if (function[0] == 'S' || function[0] == 's')
    return std::ranges::equal(function.subspan(1, 3), bytes_of("051")) ? Verb::time : Verb::configure;
  return std::ranges::equal(function.subspan(1, 3), bytes_of("902")) ? Verb::identify : Verb::read;
}

bool is_answer(const Context& context) { return context.direction == Direction::to_client; }

Fault decode(Bytes message, const Context& context, State, Output& output) {
  const Reader in{message};
  Fill<fields> out{output.record, in};
  const bool answer = is_answer(context);
  Bytes body = message.subspan(message.empty() ? 0 : 1);
  output.role = answer ? Role::answer : Role::request;
  if (answer) {
    while (!body.empty() && (body.front() == '\r' || body.front() == '\n')) body = body.subspan(1);
    if (!body.empty() && body.back() == etx) body = body.first(body.size() - 1);
    if (body.size() >= function_bytes && is_function(body)) out.set<"function">(body.first(function_bytes));
    out.set<"report">(body);
    Operation& operation =
        output.operate(body.size() >= function_bytes && is_function(body) ? verb_of(body) : Verb::other);
    const bool refused = body.size() >= 6 && std::ranges::equal(body.first(6), bytes_of("9999FF"));
    operation.outcome = refused ? Outcome::refused : Outcome::ok;
    return refused ? fault(Wrong::refused) : Fault::none;
  }
  if (body.size() < function_bytes || !is_function(body)) return output.role = Role::event, fault(Wrong::refused);
  const Bytes function = body.first(function_bytes);
  Bytes setting = body.subspan(function_bytes);
  while (!setting.empty() && (setting.back() == '\r' || setting.back() == '\n'))
    setting = setting.first(setting.size() - 1);
  out.set<"kind">(function[0]);
  out.set<"function">(function);
  if (!setting.empty()) out.set<"setting">(setting);
  Operation& operation = output.operate(verb_of(function));
  operation.function = function[0];
  operation.object = {.count = 1, .text = function};
  if (!setting.empty()) operation.value = Value::of_run(Value::Kind::text, setting);
  return Fault::none;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || bytes[0] != soh || is_answer(context)) return Identity::no;
  if (bytes.size() < 1 + function_bytes) return Identity::unsure;
  return is_function(bytes.subspan(1)) ? Identity::yes : Identity::no;
}

// A request ends with its line, one for programs (in lower case) with its function. An answer ends with ETX.
Frame frame(Bytes bytes, const Context& context) {
  if (bytes[0] != soh) return Frame::lost();
  const std::uint8_t mark = is_answer(context) ? etx : line_feed;
  const auto end = std::ranges::find(bytes.first(std::min(bytes.size(), longest_answer)), mark);
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  if (size < std::min(bytes.size(), longest_answer)) return Frame::message(size + 1);
  const bool for_programs = bytes.size() >= 1 + function_bytes && bytes[1] == 'i';
  if (!is_answer(context) && for_programs) return Frame::message(1 + function_bytes);
  return bytes.size() >= longest_answer ? Frame::message(longest_answer) : Frame::need();
}

std::size_t resync(Bytes bytes, const Context&) {
  return static_cast<std::size_t>(std::ranges::find(bytes, soh) - bytes.begin());
}
void notation(const Object& object, std::string& out) { out += text_of(object.text); }

}  // namespace

const Protocol protocol = {
    .name = "atg",
    .label = {"Tank gauge (ATG)", "液位仪 ATG"},
    .doc = "Levels, alarms and settings of automatic tank gauges.",
    .message = &schema,
    .items = {},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "kind",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
};

}  // namespace langyan::atg
