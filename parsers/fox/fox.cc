// Fox: how Tridium's Niagara stations and workbenches of building automation talk, over TCP port
// 1911, and within TLS over 4911. Messages are text: a line that names frame, numbers, channel and
// command, then entries between braces, each a name, a type letter and a value.
//
// The vendor publishes none of it. Taken from descriptions that agree with captures:
// [NSE] B. Rios, T. McCorkle, S. Hilt, fox-info for Nmap: the hello and its entries
// [NI]  Tridium, Niagara AX Drivers Guide and Niagara 4 Hardening Guide: ports, sign-in by digest,
// host id, brand
#include "parsers/fox/fox.h"

#include <algorithm>

namespace langyan::fox {
namespace {

constexpr std::uint16_t own_port = 1911;
constexpr std::size_t longest = 32'768;  // of a message that is kept whole
constexpr std::string_view start = "fox ", end_mark = "};;\n";
constexpr std::size_t most_entries = 64;

// clang-format off
inline constexpr Name kinds[] = {{'a', "async"}, {'s', "request"}, {'r', "reply"}, {'n', "notify"}, {'e', "error"}};

constexpr Field rows[] = {
    {"frame", Kind::u8, log | rule, {"Frame", "帧类型"},
     "Letter of the frame: whether it asks, answers or neither.", "[NSE]", kinds},
    {"number", Kind::i64, log, {"Number", "序号"},
     "Number the sender gives the frame.", "[NSE]"},
    {"replies_to", Kind::i64, log, {"Replies to", "应答序号"},
     "Number of the frame it answers; -1 when it answers none.", "[NSE]"},
    {"channel", Kind::text, log | rule | learn | buffer, {"Channel", "通道"},
     "Part of the software that is spoken to.", "[NSE]"},
    {"command", Kind::text, log | rule | learn | buffer, {"Command", "命令"},
     "What is asked or said.", "[NSE]"},
    {"fox_version", Kind::text, log | rule, {"Fox version", "Fox 版本"},
     "Version of the protocol.", "[NSE]"},
    {"host_name", Kind::text, log | rule | buffer, {"Host name", "主机名"},
     "Name of the host.", "[NSE]"},
    {"host_address", Kind::text, log | rule, {"Host address", "主机地址"},
     "Address the host gives for itself.", "[NSE]"},
    {"application", Kind::text, log | rule | learn | buffer, {"Application", "应用程序"},
     "Whether a station or a workbench speaks.", "[NSE]"},
    {"application_version", Kind::text, log | rule | buffer, {"Application version", "应用程序版本"},
     "Version of Niagara.", "[NSE]"},
    {"vm", Kind::text, log | rule, {"Virtual machine", "虚拟机"},
     "Virtual machine it runs on.", "[NSE]"},
    {"os", Kind::text, log | rule | buffer, {"Operating system", "操作系统"},
     "Operating system of the host.", "[NSE]"},
    {"os_version", Kind::text, log | rule, {"System version", "系统版本"},
     "Version of the operating system.", "[NSE]"},
    {"station", Kind::text, log | rule | learn | buffer, {"Station", "站点"},
     "Name of the station.", "[NSE]"},
    {"host_id", Kind::text, log | rule | buffer, {"Host id", "主机标识"},
     "Licence id of the host; it names its platform.", "[NSE]; [NI]"},
    {"brand", Kind::text, log | rule | buffer, {"Brand", "品牌"},
     "Brand under which the product is sold.", "[NSE]; [NI]"},
    {"method", Kind::text, log | rule, {"Sign-in", "认证方式"},
     "How the client is to prove its password.", "[NI]"},
};
inline constexpr auto fields = table("fox", rows);
inline constexpr Schema schema = fields.schema();
using Pen = Fill<fields>;

// What a command means, by its word; the vendor lists none. `channel` empty: any.
struct Command {
  std::string_view channel, word;
  Verb verb;
};
inline constexpr Command commands[] = {
    {"fox", "hello",     Verb::session},  {"fox", "rejected",  Verb::session}, {"fox", "challenge", Verb::session},
    {"fox", "login",     Verb::auth},     {"fox", "authenticate", Verb::auth}, {"fox", "keepAlive", Verb::heartbeat},
    {"fox", "close",     Verb::session},  {"file", "",         Verb::file},    {"", "write",        Verb::write},
    {"", "set",          Verb::write},    {"", "override",     Verb::force},   {"", "invoke",       Verb::control},
    {"", "add",          Verb::configure}, {"", "remove",      Verb::configure}, {"", "rename",     Verb::configure},
    {"", "restart",      Verb::reset},    {"", "reboot",       Verb::reset},   {"", "start",        Verb::start},
    {"", "stop",         Verb::stop},     {"", "subscribe",    Verb::subscribe}, {"", "unsubscribe", Verb::subscribe},
    {"", "read",         Verb::read},     {"", "get",          Verb::read},    {"", "load",         Verb::browse},
    {"", "list",         Verb::browse},
};

enum class Wrong : std::uint8_t { head, entry };
constexpr Text check_peer = {"Look at who sends this and whether it is a station or workbench of the site.",
                             "核实发送方身份，确认其是否为本站点的 Niagara 站或工作台。"};
inline constexpr Detection faults[] = {
    {9103500, "fox.head", Severity::medium, "T0814",
     {"Fox message line malformed", "Fox 报文首行畸形"},
     {"The first line lacks frame, numbers, channel or command.", "首行缺少帧类型、序号、通道或命令。"}, check_peer},
    {9103501, "fox.entry", Severity::low, "T0814",
     {"Fox hello has too many entries", "Fox 握手条目过多"},
     {"A hello holds more entries than any software sends.", "握手报文的条目数超过任何已知软件。"}, check_peer},
};
// clang-format on

inline constexpr PortHint ports[] = {{Transport::tcp, own_port}};

bool starts(Bytes bytes) {
  const std::size_t size = std::min(bytes.size(), start.size());
  return text_of(bytes.first(size)) == start.substr(0, size);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp || !starts(bytes)) return Identity::no;
  constexpr std::size_t enough = 6;  // "fox a "
  if (bytes.size() < enough) return Identity::unsure;
  return bytes[4] >= 'a' && bytes[4] <= 'z' && bytes[5] == ' ' ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context&) {
  if (!starts(bytes)) return Frame::lost();
  const std::string_view text = text_of(bytes.first(std::min(bytes.size(), longest)));
  const std::size_t end = text.find(end_mark);
  if (end != text.npos) return Frame::message(end + end_mark.size());
  return bytes.size() < longest ? Frame::need() : Frame::lost();
}

std::size_t resync(Bytes bytes, const Context&) {
  const std::string_view text = text_of(bytes);
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    at = text.find(start, at);
    if (at == text.npos) break;
    if (at == 0 ||
        (at >= end_mark.size() && text.substr(at - end_mark.size(), end_mark.size()) == end_mark))
      return at;
  }
  return bytes.size();
}

std::string_view word(std::string_view& line) {
  const std::size_t size = std::min(line.find(' '), line.size());
  const std::string_view found = line.substr(0, size);
  line.remove_prefix(std::min(line.size(), size + 1));
  return found;
}

bool integer(std::string_view text, std::int64_t& number) {
  const bool minus = text.starts_with('-');
  if (minus) text.remove_prefix(1);
  constexpr std::size_t most_digits = 18;
  if (text.empty() || text.size() > most_digits) return false;
  number = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  if (minus) number = -number;
  return true;
}

Verb verb_of(std::string_view channel, std::string_view command) {
  for (const Command& row : commands)
    if ((row.channel.empty() || row.channel == channel) && command.starts_with(row.word))
      return row.verb;
  return Verb::other;
}

// "hostName=s:jace1": who speaks. Text lies in the message, so nothing is copied.
void entry(std::string_view name, Bytes value, Pen pen, Output& output) {
  const auto is = [&](std::string_view other) { return name == other; };
  if (is("fox.version")) pen.set<"fox_version">(value);
  if (is("hostName")) pen.set<"host_name">(value), output.tell(Trait::name, value);
  if (is("hostAddress")) pen.set<"host_address">(value);
  if (is("app.name")) pen.set<"application">(value), output.tell(Trait::role, value);
  if (is("app.version")) pen.set<"application_version">(value), output.tell(Trait::firmware, value);
  if (is("vm.name")) pen.set<"vm">(value);
  if (is("os.name")) pen.set<"os">(value), output.tell(Trait::series, value);
  if (is("os.version")) pen.set<"os_version">(value);
  if (is("station.name")) pen.set<"station">(value), output.tell(Trait::description, value);
  if (is("hostId")) pen.set<"host_id">(value), output.tell(Trait::serial, value);
  if (is("brandId")) pen.set<"brand">(value), output.tell(Trait::vendor, value);
  if (is("method")) pen.set<"method">(value);
}

bool entries(Bytes body, Pen pen, Output& output) {
  for (std::size_t count = 0; !body.empty(); ++count) {
    if (count == most_entries) return false;
    const std::string_view text = text_of(body);
    const std::size_t size = std::min(text.find('\n'), text.size());
    const std::string_view line = text.substr(0, size);
    const std::size_t equals = line.find('=');
    if (equals != line.npos && equals + 2 < line.size() && line[equals + 2] == ':')
      entry(line.substr(0, equals), body.subspan(equals + 3, size - equals - 3), pen, output);
    body = body.subspan(std::min(body.size(), size + 1));
  }
  return true;
}

Fault decode(Bytes message, const Context& context, State, Output& output) {
  const Reader in{message};
  Pen pen{output.record, in};
  const std::string_view text = text_of(message);
  const std::size_t size = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, size);
  word(line);
  const std::string_view kind = word(line), number = word(line), replies = word(line),
                         channel = word(line), command = word(line);
  std::int64_t own = 0, other = 0;
  if (kind.size() != 1 || !integer(number, own) || !integer(replies, other) || channel.empty() ||
      command.empty())
    return fault(Wrong::head);
  pen.set<"frame">(static_cast<std::uint8_t>(kind[0]));
  pen.set<"number">(own);
  pen.set<"replies_to">(other);
  const auto octets = [&](std::string_view part) {
    return message.subspan(static_cast<std::size_t>(part.data() - text.data()), part.size());
  };
  pen.set<"channel">(octets(channel));
  pen.set<"command">(octets(command));
  // Both sides say hello, the station in answer; its refusal takes the place of a challenge.
  if (channel == "fox" && command == "hello")
    output.role = context.direction == Direction::to_server ? Role::request : Role::answer;
  Operation& operation = output.operate(verb_of(channel, command));
  operation.outcome = command == "rejected" ? Outcome::refused : Outcome::ok;
  if (output.role == Role::request) operation.outcome = Outcome::pending;
  operation.object.text = octets({channel.data(), channel.size() + 1 + command.size()});
  // Only what introduces a side is read; a sign-in holds what must not be written down.
  const bool introduces = channel == "fox" && (command == "hello" || command == "challenge");
  if (introduces && !entries(message.subspan(size), pen, output)) return fault(Wrong::entry);
  return Fault::none;
}

// The client counts its first frame one, the station none.
End sender(Bytes bytes, const Context&) {
  constexpr std::string_view client = "fox a 1 -1 fox hello", server = "fox a 0 -1 fox hello";
  const std::string_view text = text_of(bytes);
  return text.starts_with(client)   ? End::client
         : text.starts_with(server) ? End::server
                                    : End::unknown;
}

void notation(const Object& object, std::string& out) {
  out += text_of(object.text);
}

inline constexpr Space spaces[] = {{"command", {"Command", "命令"}}};

}  // namespace

const Protocol protocol = {
    .name = "fox",
    .label = {"Niagara Fox", "Niagara Fox"},
    .doc = "Joins stations and workbenches of Tridium Niagara in building automation.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "frame",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = notation,
    .sender = sender,
};

}  // namespace langyan::fox
