#include "baseline/state_file.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>

#include "base/json.h"
#include "base/json_members.h"
#include "baseline/volume.h"
#include "dissect/registry.h"
#include "spool/crc32c.h"

namespace langyan::baseline {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t written_at_a_time = 1u << 20;  // octets
constexpr std::string_view parts[] = {"asks", "answers", "writes", "programs", "publishes"};
static_assert(std::size(parts) == static_cast<std::size_t>(Part::last));
constexpr std::string_view order_kinds[] = {"approve", "forget", "import"};

constexpr FlagWord flags[] = {
    {"named", Relation::named},
    {"folded", Relation::folded},
    {"valued", Relation::valued},
    {"judged", Relation::judged},
    {"given", Relation::given},
    {"pending", Relation::pending},
    {"regular", Relation::regular},
    {"hours_set", Relation::hours_set},
    {"said_value", Relation::said_value},
    {"said_step", Relation::said_step},
    {"said_hour", Relation::said_hour},
    {"said_period", Relation::said_period},
    {"said_stopped", Relation::said_stopped},
};

void write_flags(JsonWriter& json, std::uint16_t given) {
  if (!given) return;
  json.key("flags").open_list();
  for (const FlagWord& each : flags)
    if (given & each.flag) json.text(each.word);
  json.close_list();
}

void write_place(JsonWriter& json, const Habit& habit) {
  json.field("client", to_string(habit.client)).field("server", to_string(habit.server));
  if (habit.protocol) json.field("protocol", habit.protocol->name);
  json.field("transport", transport_name(habit.transport)).field("port", habit.port);
  if (habit.unit) json.field("unit", habit.unit);
}

void write_deed(JsonWriter& json, const Habit& habit) {
  json.field("verb", verb_name(habit.verb));
  if (habit.function != no_function) json.field("function", habit.function);
  if (habit.space) json.field("space", std::uint32_t{habit.space});
  if (habit.area) json.field("area", habit.area);
  if (habit.width) json.field("width", std::uint32_t{habit.width});
  if (habit.first) json.field("first", habit.first);
  if (habit.elements) json.field("elements", habit.elements);
  if (!habit.name.empty()) json.field("name", habit.name);
}

void write_habit(std::string& out, const Habit& habit) {
  JsonWriter json(out);
  json.open().key("habit").open();
  write_place(json, habit);
  write_deed(json, habit);
  write_flags(json, habit.flags);
  json.field("count", habit.count).field("since", habit.since).field("last", habit.last);
  if (habit.is(Relation::valued)) json.field("least", habit.least).field("most", habit.most).field("step", habit.step);
  if (habit.period)
    json.field("period", habit.period).field("jitter", habit.jitter).field("steady", std::uint32_t{habit.steady});
  if (habit.longest_pause) json.field("pause", habit.longest_pause);
  json.field("hours", habit.hours).close().close();
}

using json::number_of, json::text_of;
double real_of(dom::element from, std::string_view key) {
  double number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : 0;
}
template <class Visit>
void each_word(dom::element from, std::string_view key, Visit visit) {
  dom::array list;
  if (from[key].get(list) != simdjson::SUCCESS) return;
  for (dom::element each : list)
    if (std::string_view word; each.get(word) == simdjson::SUCCESS) visit(word);
}

bool read_habit(dom::element from, Habit& habit) {
  const std::string_view protocol = text_of(from, "protocol");
  habit.protocol = dissect::find_protocol(protocol);
  if (!protocol.empty() && !habit.protocol) return false;  // this build does not speak it any more
  if (!parse_station(text_of(from, "client"), habit.client) || !parse_station(text_of(from, "server"), habit.server))
    return false;
  for (const Transport each : {Transport::tcp, Transport::udp, Transport::layer2})
    if (transport_name(each) == text_of(from, "transport")) habit.transport = each;
  const std::string_view verb = text_of(from, "verb");
  const auto row = std::ranges::find(verb_names(), verb, &Name::word);
  if (row == verb_names().end()) return false;
  habit.verb = static_cast<Verb>(row->value);
  habit.port = number_of<std::uint16_t>(from, "port"), habit.unit = number_of<std::uint32_t>(from, "unit");
  std::uint64_t function = 0;
  if (from["function"].get(function) == simdjson::SUCCESS) habit.function = static_cast<std::uint32_t>(function);
  habit.space = number_of<std::uint8_t>(from, "space"), habit.width = number_of<std::uint8_t>(from, "width");
  habit.area = number_of<std::uint32_t>(from, "area");
  habit.first = number_of<std::uint64_t>(from, "first"), habit.elements = number_of<std::uint32_t>(from, "elements");
  habit.name = text_of(from, "name");
  each_word(from, "flags", [&](std::string_view word) {
    for (const FlagWord& each : flags)
      if (each.word == word) habit.flags |= each.flag;
  });
  habit.count = number_of<std::uint64_t>(from, "count");
  habit.since = number_of<Time>(from, "since"), habit.last = number_of<Time>(from, "last");
  habit.least = real_of(from, "least"), habit.most = real_of(from, "most"), habit.step = real_of(from, "step");
  habit.period = number_of<Duration>(from, "period"), habit.jitter = real_of(from, "jitter");
  habit.longest_pause = number_of<Duration>(from, "pause");
  habit.steady = number_of<std::uint8_t>(from, "steady"), habit.hours = number_of<std::uint32_t>(from, "hours");
  return true;
}

void read_line(dom::element line, Visitor& visitor) {
  dom::element from;
  if (line["habit"].get(from) == simdjson::SUCCESS) {
    if (Habit habit; read_habit(from, habit)) visitor.habit(habit);
  } else if (line["host"].get(from) == simdjson::SUCCESS) {
    HostHabit host;
    if (!parse_station(text_of(from, "address"), host.station)) return;
    each_word(from, "parts", [&](std::string_view word) {
      for (std::size_t i = 0; i < std::size(parts); ++i)
        if (parts[i] == word) host.parts |= bit(static_cast<Part>(i));
    });
    host.since = number_of<Time>(from, "since"), host.last = number_of<Time>(from, "last");
    visitor.host(host);
  } else if (line["zone"].get(from) == simdjson::SUCCESS) {
    ZoneState zone;
    zone.name = text_of(from, "name");
    if (!parse_mode(text_of(from, "mode"), zone.mode)) return;
    zone.since = number_of<Time>(from, "since"), zone.watched = number_of<Duration>(from, "watched");
    visitor.zone(zone);
  } else if (line["volume"].get(from) == simdjson::SUCCESS) {
    VolumeHabit volume;
    if (!parse_station(text_of(from, "client"), volume.client) ||
        !parse_station(text_of(from, "server"), volume.server))
      return;
    volume.most = real_of(from, "most"), volume.peak = real_of(from, "peak"),
    volume.hours = number_of<std::uint32_t>(from, "hours");
    bool holds = false;
    if (from["said"].get(holds) == simdjson::SUCCESS && holds) volume.flags |= Volume::said;
    if (from["given"].get(holds) == simdjson::SUCCESS && holds) volume.flags |= Volume::given;
    visitor.volume(volume);
  } else if (line["approval"].get(from) == simdjson::SUCCESS) {
    Approval approval;
    approval.sid = number_of<std::uint32_t>(from, "sid");
    parse_station(text_of(from, "client"), approval.client), parse_station(text_of(from, "server"), approval.server);
    approval.protocol = text_of(from, "protocol"), approval.verb = text_of(from, "verb");
    std::uint64_t unit = 0;
    if (from["unit"].get(unit) == simdjson::SUCCESS) approval.unit = static_cast<std::uint32_t>(unit);
    approval.object = text_of(from, "object");
    approval.reason = text_of(from, "reason"), approval.by = text_of(from, "by");
    approval.at = number_of<Time>(from, "at"), approval.until = number_of<Time>(from, "until");
    visitor.approval(approval);
  } else if (line["order"].get(from) == simdjson::SUCCESS) {
    OrderNote order;
    const auto kind = std::ranges::find(order_kinds, text_of(from, "kind"));
    order.id = text_of(from, "id");
    if (order.id.empty() || kind == std::end(order_kinds)) return;
    order.kind = static_cast<OrderKind>(kind - order_kinds);
    order.by = text_of(from, "by"), order.reason = text_of(from, "reason"), order.scope = text_of(from, "scope");
    order.at = number_of<Time>(from, "at");
    order.changed = number_of<std::uint64_t>(from, "changed"), order.stay = number_of<std::uint64_t>(from, "stay");
    order.withdrawn = number_of<std::uint64_t>(from, "withdrawn");
    visitor.order(order);
  }
}

Error wrong(std::string_view what) {
  return {ErrorKind::invalid, fmt::format("{}; move the file away to learn anew", what)};
}

// The last line closes the file: its checksum is that of all before it. Gives what stands between first and last.
Result<std::string_view> body_of(dom::parser& parser, std::string_view text) {
  const std::size_t first = text.find('\n');
  dom::element head, end;
  if (first == text.npos ||
      parser.parse(simdjson::padded_string(text.substr(0, first))).get(head) != simdjson::SUCCESS ||
      text_of(head, "file") != "langyan baseline")
    return wrong("this is no file of learned habits");
  const auto version = number_of<unsigned>(head, "version");
  if (version > state_version)
    return wrong(fmt::format("the habits have version {}, this program reads up to {}", version, state_version));
  const std::string_view lines = text.ends_with('\n') ? text.substr(0, text.size() - 1) : text;
  const std::size_t last = lines.rfind('\n') + 1;
  if (last <= first || parser.parse(simdjson::padded_string(lines.substr(last))).get(end) != simdjson::SUCCESS ||
      end["end"].get(end) != simdjson::SUCCESS)
    return wrong("the habits are cut: the line that ends them is missing");
  if (text_of(end, "crc32c") != fmt::format("{:08x}", spool::crc32c(bytes_of(text.substr(0, last)))))
    return wrong("the habits are changed: their checksum is not that of their last line");
  return text.substr(first + 1, last - first - 1);
}

}  // namespace

std::string_view part_name(Part part) {
  return parts[static_cast<std::size_t>(part)];
}

std::string_view order_kind_name(OrderKind kind) {
  return order_kinds[static_cast<std::size_t>(kind)];
}

std::span<const FlagWord> flag_words() {
  return flags;
}

std::string station_text(const Station& station) {
  return station == Station{} ? std::string{} : to_string(station);
}

bool parse_station(std::string_view text, Station& station) {
  if (const auto ip = parse_ip(text)) return station = Station::of(*ip), true;
  if (const auto mac = parse_mac(text)) return station = Station::of(*mac), true;
  return false;
}

StateWriter::StateWriter(Disk& disk, std::string path) : disk_(disk), path_(std::move(path)), writer_(text_) {
  const std::string beside = path_ + ".new";
  if (const auto left_over = disk_.remove(beside); !left_over && left_over.error().kind != ErrorKind::missing)
    outcome_ = left_over;
  if (outcome_) {
    auto file = disk_.open(beside, OpenMode::create);
    if (file) file_ = file.take();
    else outcome_ = file.error();
  }
  text_ = fmt::format("{{\"file\":\"langyan baseline\",\"version\":{}}}\n", state_version);
}

StateWriter::~StateWriter() {
  if (!file_) return;
  file_.reset();
  (void)disk_.remove(path_ + ".new");
}

void StateWriter::flush() {
  sum_ = spool::crc32c(bytes_of(text_), sum_);
  if (outcome_) outcome_ = file_->append(bytes_of(text_));
  text_.clear();
}

LineWriter& StateWriter::write() {
  if (text_.size() >= written_at_a_time) flush();
  return writer_;
}

void StateWriter::lines(std::string_view text, std::uint64_t count) {
  write();
  text_ += text;
  more_lines_ += count;
}

void LineWriter::zone(const ZoneState& each) {
  JsonWriter json(out_);
  json.open().key("zone").open().field("name", each.name).field("mode", mode_name(each.mode));
  json.field("since", each.since).field("watched", each.watched).close().close();
  line();
}

void LineWriter::host(const HostHabit& each) {
  JsonWriter json(out_);
  json.open().key("host").open().field("address", to_string(each.station)).key("parts").open_list();
  for (std::size_t i = 0; i < std::size(parts); ++i)
    if (each.parts & bit(static_cast<Part>(i))) json.text(parts[i]);
  json.close_list().field("since", each.since).field("last", each.last).close().close();
  line();
}

void LineWriter::habit(const Habit& each) {
  write_habit(out_, each);
  line();
}

void LineWriter::volume(const VolumeHabit& each) {
  JsonWriter json(out_);
  json.open().key("volume").open().field("client", to_string(each.client)).field("server", to_string(each.server));
  json.field("most", each.most).field("hours", each.hours);
  if (each.flags & Volume::said) json.field("said", true).field("peak", each.peak);
  if (each.flags & Volume::given) json.field("given", true);
  json.close().close();
  line();
}

void LineWriter::approval(const Approval& each) {
  JsonWriter json(out_);
  json.open().key("approval").open();
  if (each.sid) json.field("sid", each.sid);
  if (each.client != Station{}) json.field("client", to_string(each.client));
  if (each.server != Station{}) json.field("server", to_string(each.server));
  if (!each.protocol.empty()) json.field("protocol", each.protocol);
  if (each.unit != Approval::any_unit) json.field("unit", each.unit);
  if (!each.verb.empty()) json.field("verb", each.verb);
  if (!each.object.empty()) json.field("object", each.object);
  json.field("reason", each.reason).field("by", each.by).field("at", each.at);
  if (each.until) json.field("until", each.until);
  json.close().close();
  line();
}

void LineWriter::order(const OrderNote& each) {
  JsonWriter json(out_);
  json.open().key("order").open().field("id", each.id).field("kind", order_kind_name(each.kind));
  json.field("by", each.by)
      .field("reason", each.reason)
      .field("scope", each.scope)
      .field("at", each.at)
      .field("changed", each.changed);
  json.field("stay", each.stay).field("withdrawn", each.withdrawn).close().close();
  line();
}

Result<void> StateWriter::finish() {
  flush();
  const std::string end =
      fmt::format("{{\"end\":{{\"lines\":{},\"crc32c\":\"{:08x}\"}}}}\n", writer_.lines() + more_lines_, sum_);
  if (outcome_) outcome_ = file_->append(bytes_of(end));
  if (outcome_) outcome_ = file_->sync();
  if (outcome_) outcome_ = disk_.rename(path_ + ".new", path_);
  if (!outcome_) return outcome_;
  file_.reset();
  const auto slash = path_.rfind('/');
  return disk_.sync_folder(slash == path_.npos ? "." : path_.substr(0, std::max<std::size_t>(slash, 1)));
}

Result<void> restore(std::string_view text, Visitor& visitor) {
  dom::parser parser;
  auto body = body_of(parser, text);
  if (!body) return body.error();
  for (std::string_view rest = *body; !rest.empty();) {
    const std::size_t stop = std::min(rest.find('\n'), rest.size());
    dom::element line;
    if (parser.parse(simdjson::padded_string(rest.substr(0, stop))).get(line) != simdjson::SUCCESS)
      return wrong("a line of the habits is no JSON");
    read_line(line, visitor);
    rest.remove_prefix(std::min(stop + 1, rest.size()));
  }
  return {};
}

Result<void> load(Disk& disk, const std::string& path, Visitor& visitor) {
  const auto text = read_file(disk, path, largest_state_file);
  if (!text) return text.error().kind == ErrorKind::missing ? Result<void>{} : Result<void>{text.error()};
  auto done = restore(*text, visitor);
  if (!done) return within(path, done.error());
  return done;
}

}  // namespace langyan::baseline
