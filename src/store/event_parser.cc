#include <simdjson.h>

#include <algorithm>
#include <cassert>
#include <cstring>
#include <new>

#include "store/event_row.h"

namespace langyan::store {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t first_capacity = std::size_t{1} << 16;  // grows to line_bytes when needed
constexpr std::size_t few_keys = 12;  // up to here comparing each with each is faster than sorting
// What four-digit years hold, to the last microsecond: what lies beyond is written as this.
constexpr Time last_time = 253'402'300'799 * second + 999'999;
constexpr std::uint8_t unstated_severity = 3;         // Suricata's default priority

// Where a protocol keeps what was asked of the device, most readable first.
constexpr std::string_view function_keys[] = {"function_name", "function", "type_id_name",
                                              "type_id"};
constexpr std::string_view function_places[] = {"request", "response"};

struct ErrorText {
  simdjson::error_code code;
  std::string_view reason;
};
constexpr ErrorText error_texts[] = {
    {simdjson::UTF8_ERROR, "not UTF-8"},
    {simdjson::DEPTH_ERROR, "nested deeper than 32"},
    {simdjson::NUMBER_ERROR, "a number is malformed or out of range"},
    {simdjson::STRING_ERROR, "a text is malformed"},
    {simdjson::UNCLOSED_STRING, "a text is not closed"},
    {simdjson::UNESCAPED_CHARS, "a control character is not escaped"},
    {simdjson::CAPACITY, "longer than 1 MiB"},
};

std::string reason_of(simdjson::error_code code) {
  for (const auto& row : error_texts)
    if (row.code == code) return std::string(row.reason);
  return "not JSON";
}

// Copies texts out of the parser's buffer, which the next line overwrites. An unescaped text is
// never longer than what stood in the line, so the size of the body is always enough.
class Arena {
 public:
  Arena(char* at, std::size_t size) : at_(at), left_(size) {}
  std::string_view keep(std::string_view text) {
    assert(text.size() <= left_);
    if (text.empty() || text.size() > left_) return {};
    std::memcpy(at_, text.data(), text.size());
    const std::string_view kept(at_, text.size());
    at_ += text.size(), left_ -= text.size();
    return kept;
  }

 private:
  char* at_;
  std::size_t left_;
};

bool has_repeated_key(const dom::element& element, std::vector<std::string_view>& scratch);

bool has_repeated_key(const dom::object& object, std::vector<std::string_view>& scratch) {
  const std::size_t start = scratch.size();
  for (const auto field : object) {
    if (field.value.is_object() || field.value.is_array()) {
      if (has_repeated_key(field.value, scratch)) return true;
    }
    scratch.push_back(field.key);
  }
  const std::span keys(scratch.data() + start, scratch.size() - start);
  bool repeated = false;
  if (keys.size() <= few_keys) {
    for (std::size_t i = 1; i < keys.size() && !repeated; ++i)
      repeated = std::find(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(i), keys[i]) !=
                 keys.begin() + static_cast<std::ptrdiff_t>(i);
  } else {
    std::ranges::sort(keys);
    repeated = std::ranges::adjacent_find(keys) != keys.end();
  }
  scratch.resize(start);
  return repeated;
}

bool has_repeated_key(const dom::element& element, std::vector<std::string_view>& scratch) {
  dom::object object;
  if (element.get(object) == simdjson::SUCCESS) return has_repeated_key(object, scratch);
  dom::array array;
  if (element.get(array) != simdjson::SUCCESS) return false;
  for (const auto item : array)
    if ((item.is_object() || item.is_array()) && has_repeated_key(item, scratch)) return true;
  return false;
}

// Reads one checked line into a row. A reason is kept instead of thrown; the first one stands.
class RowReader {
 public:
  RowReader(EventRow& row, Arena& arena, std::uint64_t epoch)
      : row_(row), arena_(arena), epoch_(epoch) {}

  std::string read(const dom::object& line) {
    for (const auto field : line) top_field(field.key, field.value);
    if (!reason_.empty()) return reason_;
    if (!has_time_) return "no timestamp";
    if (row_.event_type.empty()) return "no event_type";
    if (!has_origin_) return "no origin";
    classify();
    if (row_.event_type == "gap") read_gap();
    if (row_.ot_verb.size() || !row_.app_proto.empty() || row_.event_class == EventClass::other)
      read_function(line);
    return reason_;
  }

 private:
  using Handler = void (RowReader::*)(const dom::element&);
  struct Known {
    std::string_view key;
    Handler handler;
  };
  static const Known known[];

  void top_field(std::string_view key, const dom::element& value);

  void refuse(std::string reason) {
    if (reason_.empty()) reason_ = std::move(reason);
  }
  // A text a column cannot take stays in the line only.
  std::string_view text(const dom::element& value, std::size_t most = name_bytes) {
    std::string_view found;
    if (value.get(found) != simdjson::SUCCESS || found.size() > most) return {};
    return arena_.keep(found);
  }
  std::string_view text_or_number(const dom::element& value) {
    std::int64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS) return text(value);
    return arena_.keep(std::to_string(number));
  }
  static std::optional<std::uint64_t> whole(const dom::element& value, std::uint64_t most) {
    std::uint64_t number = 0;
    if (value.get(number) != simdjson::SUCCESS || number > most) return {};
    return number;
  }

  void read_time(const dom::element& value) {
    std::string_view found;
    const auto time = value.get(found) == simdjson::SUCCESS ? parse_timestamp(found) : std::nullopt;
    if (!time || *time < 0 || *time > last_time)
      return refuse("timestamp is not a time of 1970 to 9999");
    row_.time = *time, has_time_ = true;
  }
  void read_type(const dom::element& value) {
    row_.event_type = text(value);
    if (row_.event_type.empty()) refuse("event_type is not a text of 1 to 256 bytes");
  }
  void read_origin(const dom::element& value) {
    dom::object origin;
    if (value.get(origin) != simdjson::SUCCESS) return refuse("origin is not an object");
    dom::element part;
    std::string_view found;
    if (origin["sensor"].get(part) == simdjson::SUCCESS) row_.sensor = text(part);
    if (row_.sensor.empty()) return refuse("origin.sensor is not a text of 1 to 256 bytes");
    const auto epoch =
        origin["epoch"].get(found) == simdjson::SUCCESS ? parse_epoch(found) : std::nullopt;
    if (!epoch) return refuse("origin.epoch is not 16 hex digits");
    const auto lane =
        origin["lane"].get(found) == simdjson::SUCCESS ? lane_of(found) : std::nullopt;
    if (!lane) return refuse("origin.lane is not alert, bulk or state");
    if (origin["seq"].get(row_.seq) != simdjson::SUCCESS)
      return refuse("origin.seq is not a whole number");
    row_.epoch = *epoch, row_.lane = *lane, has_origin_ = true;
  }
  void read_via(const dom::element& value) {
    dom::array centers;
    if (value.get(centers) != simdjson::SUCCESS || centers.size() == 0 || centers.size() > most_via)
      return refuse("via is not a list of 1 to 8 centers");
    for (const auto center : centers) {
      row_.via = text(center);
      if (row_.via.empty()) return refuse("via names a center that is no text of 1 to 256 bytes");
    }
  }
  void read_organisation(const dom::element& value) { row_.claimed = text(value); }
  std::optional<IpAddress> address(const dom::element& value, std::string_view key) {
    std::string_view found;
    if (value.get(found) == simdjson::SUCCESS)
      if (const auto ip = parse_ip(found)) return ip;
    refuse(std::string(key) + " is not an IP address");
    return {};
  }
  std::optional<std::uint16_t> port(const dom::element& value, std::string_view key) {
    const auto number = whole(value, 65'535);
    if (!number) refuse(std::string(key) + " is not 0 to 65535");
    return static_cast<std::uint16_t>(number.value_or(0));
  }
  void read_src_ip(const dom::element& value) { row_.src_ip = address(value, "src_ip"); }
  void read_dst_ip(const dom::element& value) { row_.dst_ip = address(value, "dest_ip"); }
  void read_src_port(const dom::element& value) { row_.src_port = port(value, "src_port"); }
  void read_dst_port(const dom::element& value) { row_.dst_port = port(value, "dest_port"); }
  void read_proto(const dom::element& value) { row_.proto = text(value); }
  void read_app_proto(const dom::element& value) { row_.app_proto = text(value); }
  void read_community(const dom::element& value) { row_.community_id = text(value); }
  void read_flow_id(const dom::element& value) {
    row_.flow_id = whole(value, ~std::uint64_t{0});
    if (!row_.flow_id) refuse("flow_id is not a whole number");
  }
  void read_alert(const dom::element& value) {
    dom::object alert;
    if (value.get(alert) != simdjson::SUCCESS) return refuse("alert is not an object");
    for (const auto field : alert) {
      if (field.key == "signature_id") {
        row_.sid = whole(field.value, ~std::uint32_t{0});
        if (!row_.sid) refuse("alert.signature_id is not 0 to 4294967295");
      } else if (field.key == "severity") {
        const auto severity = whole(field.value, 255);
        if (!severity || *severity == 0) refuse("alert.severity is not 1 to 255");
        row_.severity = static_cast<std::uint8_t>(severity.value_or(0));
      } else if (field.key == "signature") {
        row_.signature = text(field.value, column_text_bytes);
      } else if (field.key == "category") {
        row_.category = text(field.value);
      }
    }
  }
  // Several operations of one message come as a list; the columns show the first.
  void read_operation(const dom::element& value) {
    dom::array list;
    if (value.get(list) == simdjson::SUCCESS) {
      for (const auto item : list) return read_operation(item);
      return;
    }
    dom::object operation;
    if (value.get(operation) != simdjson::SUCCESS) return;
    for (const auto field : operation) {
      if (field.key == "verb")
        row_.ot_verb = text(field.value);
      else if (field.key == "object")
        row_.ot_object = text(field.value, column_text_bytes);
      else if (field.key == "result")
        row_.ot_result = text(field.value);
      else if (field.key == "value")
        row_.ot_value = first_number(field.value);
    }
  }
  static std::optional<double> first_number(const dom::element& value) {
    double number = 0;
    if (value.get(number) == simdjson::SUCCESS) return number;
    bool boolean = false;
    if (value.get(boolean) == simdjson::SUCCESS) return boolean ? 1.0 : 0.0;
    dom::array list;
    if (value.get(list) == simdjson::SUCCESS)
      for (const auto item : list) return item.is_array() ? std::nullopt : first_number(item);
    return {};
  }
  void read_state(const dom::element& value) {
    dom::object change;
    if (value.get(change) != simdjson::SUCCESS) return;
    for (const auto field : change) {
      std::string_view found;
      if (field.key == "alert") row_.alert_id = text(field.value);
      if (field.key == "state" && field.value.get(found) == simdjson::SUCCESS)
        row_.state = alert_state_of(found);
    }
  }
  void keep_gap(const dom::element& value) { gap_ = value, has_gap_ = true; }

  void classify() {
    if (row_.event_type == "alert") {
      row_.event_class = EventClass::alert;
      if (row_.severity == 0) row_.severity = unstated_severity;
      return;
    }
    row_.severity = 0, row_.sid.reset(), row_.signature = {}, row_.category = {};
    row_.event_class = row_.event_type == "flow"    ? EventClass::flow
                       : row_.event_type == "stats" ? EventClass::stats
                       : !row_.ot_verb.empty()      ? EventClass::operation
                                                    : EventClass::other;
    if (row_.event_class != EventClass::operation)
      row_.ot_verb = {};  // verbs are of operations and alerts
  }
  void read_gap() {
    std::uint64_t from = 0, to = 0;
    if (!has_gap_ || gap_["from"].get(from) != simdjson::SUCCESS ||
        gap_["to"].get(to) != simdjson::SUCCESS || from == 0 || to < from ||
        to - from >= gap_positions)
      return refuse("gap has no from and to, or they name no range");
    if (row_.epoch == epoch_) row_.covers = to - from + 1;
    dom::element reason;
    if (gap_["reason"].get(reason) == simdjson::SUCCESS) row_.gap_reason = text(reason);
  }
  // The protocol's object is named by the event type, in an alert by the application protocol.
  void read_function(const dom::object& line) {
    dom::object protocol, side;
    const auto name = row_.event_class == EventClass::alert ? row_.app_proto : row_.event_type;
    if (name.empty() || line[name].get(protocol) != simdjson::SUCCESS) return;
    for (const auto place : function_places)
      if (protocol[place].get(side) == simdjson::SUCCESS && function_in(side)) return;
    function_in(protocol);
  }
  bool function_in(const dom::object& object) {
    for (const auto key : function_keys) {
      dom::element found;
      if (object[key].get(found) != simdjson::SUCCESS) continue;
      row_.function = text_or_number(found);
      if (!row_.function.empty()) return true;
    }
    return false;
  }

  EventRow& row_;
  Arena& arena_;
  const std::uint64_t epoch_;
  std::string reason_;
  bool has_time_ = false, has_origin_ = false, has_gap_ = false;
  dom::element gap_;
};

// clang-format off
const RowReader::Known RowReader::known[] = {
    {"timestamp",    &RowReader::read_time},
    {"event_type",   &RowReader::read_type},
    {"origin",       &RowReader::read_origin},
    {"src_ip",       &RowReader::read_src_ip},
    {"src_port",     &RowReader::read_src_port},
    {"dest_ip",      &RowReader::read_dst_ip},
    {"dest_port",    &RowReader::read_dst_port},
    {"proto",        &RowReader::read_proto},
    {"app_proto",    &RowReader::read_app_proto},
    {"flow_id",      &RowReader::read_flow_id},
    {"community_id", &RowReader::read_community},
    {"alert",        &RowReader::read_alert},
    {"ot",           &RowReader::read_operation},
    {"alert_state",  &RowReader::read_state},
    {"gap",          &RowReader::keep_gap},
    {"via",          &RowReader::read_via},
    {"organisation", &RowReader::read_organisation},
};
// clang-format on

void RowReader::top_field(std::string_view key, const dom::element& value) {
  for (const Known& each : known)
    if (each.key == key) return (this->*each.handler)(value);
}

}  // namespace

struct EventParser::Inside {
  dom::parser parser{line_bytes};
  bool broken = false;  // it ran out of memory, and would crash in its next parse (simdjson 3.0)
  std::vector<std::string_view> keys;

  // The padding simdjson reads beyond the line is the rest of the body and its reserve.
  std::string read(std::string_view text, Arena& arena, std::uint64_t epoch, EventRow& row) {
    if (text.size() > line_bytes) return reason_of(simdjson::CAPACITY);
    dom::element line;
    const auto code = parser.parse(text.data(), text.size(), false).get(line);
    if (code == simdjson::MEMALLOC) {
      broken = true;
      throw std::bad_alloc();  // no fault of the line, which would be refused for good
    }
    if (code) return reason_of(code);
    dom::object object;
    if (line.get(object) != simdjson::SUCCESS) return "not an object";
    keys.clear();
    if (has_repeated_key(object, keys)) return "a key stands twice in one object";
    row.json = text;
    return RowReader(row, arena, epoch).read(object);
  }
};

EventParser::EventParser() : inside_(std::make_unique<Inside>()) {
  if (inside_->parser.allocate(first_capacity, line_depth) != simdjson::SUCCESS)
    throw std::bad_alloc();
}
EventParser::~EventParser() = default;
EventParser::EventParser(EventParser&&) noexcept = default;
EventParser& EventParser::operator=(EventParser&&) noexcept = default;

ParsedLines EventParser::parse_lines(std::string body, std::uint64_t epoch) {
  if (inside_->broken) *this = EventParser();
  ParsedLines result;
  const std::size_t size = body.size();
  body.resize(size + simdjson::SIMDJSON_PADDING, '\n');
  result.body = std::move(body);
  result.texts = std::make_unique_for_overwrite<char[]>(size + 1);
  Arena arena(result.texts.get(), size);
  std::string_view rest = std::string_view(result.body).substr(0, size);
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find('\n'), rest.size());
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty()) continue;
    EventRow row;
    row.offset = result.covers;
    std::string reason = inside_->read(line, arena, epoch, row);
    if (reason.empty()) {
      result.covers += row.covers;
      result.rows.push_back(row);
    } else {
      result.refused.push_back({result.lines, result.covers, std::move(reason)});
      result.covers += 1;
    }
    ++result.lines;
  }
  return result;
}

Result<ParsedLines> parse_event(std::string_view line, std::uint64_t epoch) {
  EventParser parser;
  ParsedLines lines = parser.parse_lines(std::string(line), epoch);
  if (!lines.refused.empty())
    return Error{ErrorKind::invalid, "event line: " + lines.refused[0].reason};
  if (lines.rows.size() != 1) return Error{ErrorKind::invalid, "event line: one line expected"};
  return lines;
}

}  // namespace langyan::store
