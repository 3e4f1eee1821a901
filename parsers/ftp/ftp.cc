// FTP: files of controllers, panels and recorders, moved in clear, with the password beside them.
//
// [959]  RFC 959, File Transfer Protocol        [2228] RFC 2228, FTP Security Extensions
// [2389] RFC 2389, Feature negotiation          [2428] RFC 2428, FTP for IPv6 and NATs
// [3659] RFC 3659, Extensions to FTP
#include "parsers/ftp/ftp.h"

#include <charconv>
#include <cstring>

#include "parsers/ftp/table.h"
#include "parsers/wire/command_lines.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::ftp {
namespace {

using Pen = Fill<fields>;
constexpr std::size_t most_user = 48;

struct Memory {  // of a control connection
  std::uint16_t data_port;
  std::uint8_t last;         // Code of the last command
  std::uint8_t user_size;
  char user[most_user];
};

constexpr std::uint8_t begun = 0x80;  // of the transfer: the data connection was told

struct Data {  // what a control connection announces of a data connection, by its port
  std::uint8_t transfer, name_size;
  char name[shared_bytes - 2];  // the start of the file's name
};
static_assert(sizeof(Data) == shared_bytes);

struct Call {
  const Context& context;
  Pen& out;
  Output& output;
  Memory& memory;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  Bytes user() const { return bytes_of({memory.user, memory.user_size}); }
  void announce(std::uint16_t port, Transfer transfer, Bytes name) const {
    if (!context.shared || port == 0) return;
    Data data{
        static_cast<std::uint8_t>(transfer), static_cast<std::uint8_t>(std::min(name.size(), sizeof(Data::name))), {}};
    if (data.name_size) std::memcpy(data.name, name.data(), data.name_size);
    context.shared->put(port, {reinterpret_cast<const std::uint8_t*>(&data), sizeof data});
  }
};

// What is known of a connection to a port that was announced; empty: it is none.
Bytes announced(const Context& context) {
  if (!context.shared || context.transport != Transport::tcp) return {};
  const auto is_control = [](std::uint16_t port) { return port == port_control; };
  if (is_control(context.server_port) || is_control(context.client_port)) return {};
  const Bytes found = context.shared->find(context.server_port);
  return found.empty() ? context.shared->find(context.client_port) : found;
}

const Command* command_of(Bytes word) {
  for (const Command& command : commands)
    if (wire::same_word(command.word, text_of(word))) return &command;
  return nullptr;
}

bool number(std::string_view& text, std::uint32_t most, std::uint32_t& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value > most) return false;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return true;
}

// "10,20,0,5,195,80" ([959] 4.1.2): address and port.
bool host_port(Call& call, std::string_view text, std::uint16_t& port) {
  std::uint8_t octets[6];
  for (std::size_t i = 0; i < 6; ++i) {
    std::uint32_t value = 0;
    if (i > 0 && (text.empty() || text.front() != ',')) return false;
    if (i > 0) text.remove_prefix(1);
    if (!number(text, 255, value)) return false;
    octets[i] = static_cast<std::uint8_t>(value);
  }
  port = static_cast<std::uint16_t>(octets[4] << 8 | octets[5]);
  const Bytes address = wire::ip_value(call.output.scratch, {octets, 4});
  if (!address.empty()) call.out.set<"data_address">(address);
  return port != 0;
}

// "|1|10.20.0.5|50000|" and, of a reply, "|||50000|" ([2428] 2, 3).
bool extended_port(Call& call, std::string_view text, std::uint16_t& port) {
  if (text.size() < 5) return false;
  const char bar = text.front();
  std::string_view parts[3];
  text.remove_prefix(1);
  for (std::string_view& part : parts) {
    const std::size_t end = text.find(bar);
    if (end == text.npos) return false;
    part = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  std::uint32_t value = 0;
  if (!number(parts[2], 65'535, value) || !parts[2].empty() || value == 0) return false;
  port = static_cast<std::uint16_t>(value);
  std::uint8_t octets[16];
  char address[INET6_ADDRSTRLEN] = {};
  if (parts[1].empty() || parts[1].size() >= sizeof address) return parts[1].empty();
  std::memcpy(address, parts[1].data(), parts[1].size());
  const bool six = parts[0] == "2";
  if (inet_pton(six ? AF_INET6 : AF_INET, address, octets) != 1) return false;
  const Bytes run = wire::ip_value(call.output.scratch, {octets, six ? 16u : 4u});
  if (!run.empty()) call.out.set<"data_address">(run);
  return true;
}

void await(Call& call, Mode mode, bool sound, std::uint16_t port) {
  call.out.set<"mode">(static_cast<std::uint8_t>(mode));
  if (!sound) return call.blame(Wrong::port);
  call.out.set<"dynamic_port">(port);
  if (mode == Mode::active && port < first_free_port)
    return call.blame(Wrong::low_port);  // and nothing is expected there
  call.memory.data_port = port;
  call.announce(port, Transfer::unknown, {});
}

Bytes capitals(Call& call, Bytes word) {
  const auto run = call.output.scratch.take(word.size());
  for (std::size_t i = 0; i < run.size(); ++i) run[i] = word[i] >= 'a' && word[i] <= 'z' ? word[i] - 32 : word[i];
  return run;
}

Operation& act(Call& call, const Command& row, Place place, Bytes text) {
  Operation& operation = call.output.operate(row.verb);
  if (!text.empty()) operation.object = {.space = static_cast<std::uint8_t>(place), .count = 1, .text = text};
  return operation;
}

void file(Call& call, const Command& row, Bytes name) {
  if (!name.empty() && row.code != Code::list) call.out.set<"file_name">(name);
  const Transfer transfer = row.code == Code::retr   ? Transfer::retr
                            : row.code == Code::stor ? Transfer::stor
                                                     : Transfer::list;
  if (row.code == Code::retr || row.code == Code::stor || row.code == Code::list) {
    call.announce(call.memory.data_port, transfer, name);
  }
  if (row.acts) act(call, row, row.code == Code::list ? Place::directory : Place::file, name);
}

void keep_user(Call& call, Bytes name) {
  call.memory.user_size = static_cast<std::uint8_t>(std::min(name.size(), most_user));
  if (call.memory.user_size) std::memcpy(call.memory.user, name.data(), call.memory.user_size);
}

void command(Call& call, Bytes line) {
  call.output.role = Role::request;
  if (line.size() > longest_command) call.blame(Wrong::command_length);
  while (!line.empty() && line.front() >= 0xf0) line = line.subspan(1);  // signals of Telnet before ABOR ([959] 4.1.3)
  const Bytes word = wire::first_word(line);
  if (word.empty()) {
    call.output.role = Role::event;
    return;
  }
  const Bytes argument = wire::trimmed(line.subspan(word.size()));
  const Command* row = command_of(word);
  call.memory.last = static_cast<std::uint8_t>(row ? row->code : Code::other);
  call.out.set<"command">(capitals(call, word));
  if (!argument.empty()) call.out.set<"command_data">(argument);
  const bool secret = row && (row->code == Code::pass || row->code == Code::acct);
  if (!argument.empty() && !secret) call.out.set<"argument">(argument);
  if (!row) return;
  std::uint16_t port = 0;
  switch (row->code) {
    case Code::user:
      keep_user(call, argument);
      call.out.set<"user">(argument);
      act(call, *row, Place::user, argument);
      return;
    case Code::pass: {
      call.out.set<"password_length">(static_cast<std::uint16_t>(argument.size()));
      const Bytes user = call.output.scratch.copy(call.user());
      if (!user.empty()) call.out.set<"user">(user);
      act(call, *row, Place::user, user);
      return;
    }
    case Code::retr:
    case Code::stor:
    case Code::list:
    case Code::change:
    case Code::rename_from: return file(call, *row, argument);
    case Code::site: act(call, *row, Place::file, argument); return;
    case Code::port: case Code::eprt: {
      const bool sound = row->code == Code::port ? host_port(call, text_of(argument), port)
                                                 : extended_port(call, text_of(argument), port);
      return await(call, Mode::active, sound, port);
    }
    default: return;
  }
}

// Where the server waits, in the text of its reply ([959] 4.1.2, [2428] 3).
void passive(Call& call, std::uint16_t code, std::string_view text) {
  std::uint16_t port = 0;
  if (code == 227) {
    const std::size_t at = text.find_first_of("0123456789");
    const bool sound = at != text.npos && host_port(call, text.substr(at), port);
    return await(call, Mode::passive, sound, port);
  }
  const std::size_t at = text.find('(');
  const bool sound = at != text.npos && extended_port(call, text.substr(at + 1), port);
  await(call, Mode::passive, sound, port);
}

void reply(Call& call, Bytes message) {
  const auto code = static_cast<std::uint16_t>((message[0] - '0') * 100 + (message[1] - '0') * 10 + (message[2] - '0'));
  const Bytes text = wire::without_end(message.subspan(std::min<std::size_t>(4, message.size())));
  call.out.set<"completion_code">(message.first(3));
  call.out.set<"reply_code">(code);
  if (!text.empty()) call.out.set<"reply">(text);
  if (code == 227 || code == 229) passive(call, code, text_of(text));
  // A first word while it goes on, a greeting and a farewell answer nothing.
  call.output.role = code < 200 || code == 220 || code == 421 ? Role::event : Role::answer;
  if (call.output.role == Role::event) return;
  const auto last = static_cast<Code>(call.memory.last);
  if (last == Code::pasv || last == Code::epsv) return;
  Operation& operation = call.output.operate(Verb::session);
  operation.outcome = code >= 400 ? Outcome::refused : Outcome::ok;
  operation.code = code >= 400 ? code : 0;
}

// A data connection is one message, its first octet, in which rules see what passes; the rest is a file.
Fault data(const Context& context, Bytes known, Pen& out, Output& output) {
  Data data;
  std::memcpy(&data, known.data(), std::min(known.size(), sizeof data));
  data.transfer &= static_cast<std::uint8_t>(~begun);
  out.set<"data_command">(data.transfer);
  const Bytes name =
      output.scratch.copy(bytes_of({data.name, std::min<std::size_t>(data.name_size, sizeof data.name)}));
  if (!name.empty() && data.transfer != static_cast<std::uint8_t>(Transfer::list)) out.set<"file_name">(name);
  data.transfer |= begun;
  const bool by_server = !context.shared->find(context.server_port).empty();
  context.shared->put(by_server ? context.server_port : context.client_port,
                      {reinterpret_cast<const std::uint8_t*>(&data), sizeof data});
  return Fault::none;
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  const Reader in{message};
  Pen out{output.record, in};
  if (const Bytes known = announced(context); known.size() == sizeof(Data)) return data(context, known, out, output);
  Call call{context, out, output, state<Memory>(memory)};
  if (context.direction == Direction::to_server) command(call, wire::without_end(message));
  else if (wire::is_reply(message)) reply(call, message);
  else call.blame(Wrong::reply);
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (!announced(context).empty()) return Identity::yes;
  const bool own = context.client_port == port_control || context.server_port == port_control;
  const std::size_t end = wire::line_end(bytes, 0);
  const Bytes line = bytes.first(std::min(end, bytes.size()));
  if (!bytes.empty() && wire::is_digit(bytes[0])) {
    if (bytes.size() < 4) return Identity::unsure;
    if (!wire::is_reply(bytes)) return Identity::no;
    if (own) return Identity::yes;
    if (bytes[0] != '2' || bytes[1] != '2' || bytes[2] != '0') return Identity::no;
    if (end > bytes.size()) return bytes.size() < longest_command ? Identity::unsure : Identity::no;
    const std::string_view text = text_of(line);
    if (text.find("SMTP") != text.npos) return Identity::no;
    const bool wants_password = text_of(bytes.subspan(end)).starts_with("331");  // no other protocol does so
    return wants_password || text.find("FTP") != text.npos ? Identity::yes : Identity::unsure;
  }
  constexpr std::size_t longest_word = 4;
  const Bytes word = wire::first_word(line);
  if (end > bytes.size() && bytes.size() <= longest_word) {
    return std::ranges::all_of(bytes, wire::is_letter) ? Identity::unsure : Identity::no;
  }
  const Command* row = word.empty() ? nullptr : command_of(word);
  if (!row) return Identity::no;
  if (own) return Identity::yes;
  const bool opens =
      row->code == Code::user && line.size() > word.size() + 1 && line.back() == '\n' && line.size() < longest_command;
  return opens ? Identity::unsure : Identity::no;  // POP3 starts alike; the server's greeting decides
}

Frame frame(Bytes bytes, const Context& context) {
  if (const Bytes known = announced(context); !known.empty())
    return known[0] & begun ? Frame::skip(bytes.size()) : Frame::message(1);
  return wire::frame_lines(bytes, context.direction);
}

std::size_t resync(Bytes bytes, const Context& context) {
  return announced(context).empty() ? wire::resync_lines(bytes) : 0;
}

End sender(Bytes bytes, const Context&) { return wire::is_reply(bytes) ? End::server : End::client; }

}  // namespace

const Protocol protocol = {
    .name = "ftp",
    .label = {"FTP", "FTP"},
    .doc = "Moves files to and from servers, controllers and panels in clear.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = "",
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
};

}  // namespace langyan::ftp
