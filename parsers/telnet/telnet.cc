// Telnet: who signs in, and whether it is let in; sources in table.h.
#include "parsers/telnet/telnet.h"

#include <algorithm>
#include <utility>

#include "parsers/telnet/table.h"
#include "parsers/wire/notation.h"

namespace langyan::telnet {
namespace {

using Pen = Fill<fields>;
constexpr std::uint8_t iac = 255;
constexpr std::uint8_t new_environment = 39, old_environment = 36;

bool is_option_command(std::uint8_t octet) {
  return octet >= static_cast<std::uint8_t>(Command::will) && octet <= static_cast<std::uint8_t>(Command::dont);
}
bool is_text(std::uint8_t octet) { return octet >= 0x20 && octet != 0x7f; }
char lower(std::uint8_t c) { return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

// Octets of the command at the front; 0: not all there. `ended`: a subnegotiation has its end.
std::size_t command_size(Bytes bytes, bool& ended) {
  ended = true;
  if (bytes.size() < 2) return 0;
  if (is_option_command(bytes[1])) return bytes.size() < 3 ? 0 : 3;
  if (bytes[1] != static_cast<std::uint8_t>(Command::sb)) return 2;
  const std::size_t end = std::min(bytes.size(), longest_subnegotiation);
  for (std::size_t i = 2; i + 1 < end; ++i) {
    if (bytes[i] != iac) continue;
    if (bytes[i + 1] == static_cast<std::uint8_t>(Command::se)) return i + 2;
    ++i;  // an octet of 255, doubled
  }
  ended = false;
  return bytes.size() < longest_subnegotiation ? 0 : longest_subnegotiation;
}

constexpr std::string_view user_prompts[] = {"login:", "username:", "user name:", "user:", "account:"};
constexpr std::string_view password_prompts[] = {"password:", "passwd:", "passcode:", "pin:"};
constexpr std::string_view refusals[] = {"incorrect", "failed",       "failure", "invalid",
                                         "denied",    "bad password", "wrong",   "rejected"};

std::string_view tail_of(const Memory& memory) {
  return {reinterpret_cast<const char*>(memory.tail.data()) + (tail_bytes - memory.tail_size), memory.tail_size};
}

void remember(Memory& memory, std::uint8_t octet) {
  std::ranges::copy(memory.tail.begin() + 1, memory.tail.end(), memory.tail.begin());
  memory.tail.back() = static_cast<std::uint8_t>(lower(octet));
  memory.tail_size = static_cast<std::uint8_t>(std::min<std::size_t>(memory.tail_size + 1u, tail_bytes));
}

bool ends_with(const Memory& memory, std::span<const std::string_view> words) {
  std::string_view text = tail_of(memory);
  while (text.ends_with(' ')) text.remove_suffix(1);
  if (text.ends_with("last login:")) return false;  // what servers say to who is in
  return std::ranges::any_of(words, [&](std::string_view word) { return text.ends_with(word); });
}

void conclude(Memory& memory, bool refused, Pen& out, Output& output) {
  const Bytes user = output.scratch.copy(Bytes{memory.user}.first(memory.user_size));
  out.set<"login_result">(static_cast<std::uint8_t>(refused));
  if (!user.empty()) out.set<"user">(user);
  Operation& operation = output.operate(Verb::session);
  operation.outcome = refused ? Outcome::refused : Outcome::ok;
  operation.code = refused ? 1 : 0;
  operation.object.text = user;
  memory.login = Login::none;
  memory.let_in = !refused;
  memory.user_size = 0;
}

// The server's text: prompts, and behind a password the line that says whether it was right.
void server_text(Bytes text, Memory& memory, Pen& out, Output& output) {
  if (memory.let_in) return;
  for (std::uint8_t octet : text) {
    const bool ends = octet == '\n' || octet == '\r';
    if (!ends) {
      remember(memory, octet);
      memory.line_has_text = memory.line_has_text || (octet > 0x20 && is_text(octet));
      if (memory.login == Login::secret_given &&
          std::ranges::any_of(refusals, [&](std::string_view word) { return tail_of(memory).ends_with(word); }))
        memory.failed = true;
      if (ends_with(memory, user_prompts) && memory.login != Login::name_given) {
        if (memory.login == Login::secret_given) conclude(memory, true, out, output);  // asked again
        memory.login = Login::user;
        memory.user_size = 0;
      } else if (ends_with(memory, password_prompts) && memory.login != Login::password) {
        if (memory.login == Login::secret_given) conclude(memory, true, out, output);
        memory.login = Login::password;
      }
      continue;
    }
    if (memory.line_has_text && memory.login == Login::secret_given) conclude(memory, memory.failed, out, output);
    memory.line_has_text = memory.failed = false;
    memory.tail_size = 0;
  }
}

// A line comes in as many pieces as the network likes.
void hold_line(Bytes text, Memory& memory, Output& output) {
  Assembly* line = output.assembly;
  if (line && line->bytes().size() + text.size() <= longest_line && line->append(text)) return;
  if (line) line->clear();
  memory.line_told = true;  // too long for a banner
}

void end_line(Memory& memory, Pen& out, Output& output) {
  const bool told = std::exchange(memory.line_told, false);
  if (!output.assembly) return;
  Bytes line = output.assembly->bytes();
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line = line.first(line.size() - 1);
  while (!line.empty() && (line.front() == '\n' || line.front() == '\r')) line = line.subspan(1);
  const Bytes kept = told || memory.let_in || memory.login != Login::none ? Bytes{} : output.scratch.copy(line);
  if (!kept.empty()) out.set<"banner">(kept);
  output.assembly->clear();
}

void client_text(Bytes text, Memory& memory, Pen& out, Output& output) {
  for (std::uint8_t octet : text) {
    const bool ends = octet == '\n' || octet == '\r' || octet == 0;
    switch (memory.login) {
      case Login::user:
        if (ends) {
          if (memory.user_size > 0) memory.login = Login::name_given;
        } else if (octet == 8 || octet == 0x7f) {
          if (memory.user_size > 0) --memory.user_size;
        } else if (is_text(octet) && memory.user_size < longest_user) {
          memory.user[memory.user_size++] = octet;
        }
        break;
      case Login::password:
        if (octet == '\n' || octet == '\r')
          memory.login = Login::secret_given, memory.line_has_text = memory.failed = false, memory.tail_size = 0;
        break;
      case Login::secret_given:  // a command: it was let in and saw no line but a prompt
        if (is_text(octet)) conclude(memory, memory.failed, out, output);
        break;
      case Login::none: case Login::name_given: break;
    }
  }
}

// USER in the environment ([RFC 1572]): a variable or user variable, its name, then its value.
bool is_forced_user(Bytes content) {
  constexpr std::string_view mark = "USER\x01-";
  return text_of(content).find(mark) != std::string_view::npos;
}

Fault command(Bytes message, Pen& out) {
  out.set<"command">(message[1]);
  if (is_option_command(message[1])) return out.set<"option">(message[2]), Fault::none;
  if (message[1] != static_cast<std::uint8_t>(Command::sb) || message.size() < 5) return Fault::none;
  if (message[message.size() - 2] != iac) return fault(Wrong::subnegotiation);
  const std::uint8_t option = message[2];
  const Bytes content = message.subspan(3, message.size() - 5);
  out.set<"option">(option);
  const bool environment = option == new_environment || option == old_environment;
  if (!environment) return out.set<"suboption">(content), Fault::none;
  return is_forced_user(content) ? fault(Wrong::environment) : Fault::none;
}

Fault decode(Bytes message, const Context& context, State octets, Output& output) {
  Memory& memory = state<Memory>(octets);
  Reader in{message};
  Pen out{output.record, in};
  if (context.after_gap) memory.login = Login::none, memory.tail_size = 0;
  if (message.size() >= 2 && message[0] == iac) return command(message, out);
  const bool from_server = context.direction == Direction::to_client;
  if (from_server) {
    if (!memory.let_in) hold_line(message, memory, output);
    server_text(message, memory, out, output);
    if (output.operations_total > 0) memory.line_told = true;
    if (message.back() == '\n') end_line(memory, out, output);
  } else {
    client_text(message, memory, out, output);
  }
  output.role = output.operations_total > 0 || output.record.present() != 0 ? Role::event : Role::part;
  return Fault::none;
}

// A command, or text up to the end of its line or the next command.
Frame frame(Bytes bytes, const Context& context) {
  if (bytes[0] == iac) {
    bool ended = false;
    const std::size_t size = command_size(bytes, ended);
    return size == 0 ? Frame::need() : Frame::message(size);
  }
  const Bytes line = bytes.first(std::min(bytes.size(), longest_line));
  const std::size_t end = static_cast<std::size_t>(std::ranges::find(line, iac) - line.begin());
  const std::size_t newline =
      static_cast<std::size_t>(std::ranges::find(line.first(end), std::uint8_t{'\n'}) - line.begin());
  (void)context;
  return Frame::message(newline < end ? newline + 1 : end);
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  const bool own = context.server_port == own_port || context.client_port == own_port;
  if (bytes[0] != iac) {
    const auto plain = [](std::uint8_t c) {
      return is_text(c) || c == '\r' || c == '\n' || c == '\t' || c == 0x1b || c == 0;
    };
    return own && std::ranges::all_of(bytes, plain) ? Identity::yes : Identity::no;
  }
  std::size_t commands = 0, at = 0;
  while (at < bytes.size() && bytes[at] == iac) {
    bool ended = false;
    const std::size_t size = command_size(bytes.subspan(at), ended);
    if (bytes.size() - at > 1 && bytes[at + 1] < static_cast<std::uint8_t>(Command::se)) return Identity::no;
    if (size == 0) return own && commands > 0 ? Identity::yes : Identity::unsure;
    if (!ended) return Identity::no;
    const bool known = std::ranges::find(option_names, bytes[at + 2 < bytes.size() ? at + 2 : at], &Name::value) !=
                       std::end(option_names);
    if (size >= 3 && !known && !own) return Identity::no;
    if (size >= 3) ++commands;
    at += size;
    if (own && commands > 0) return Identity::yes;
  }
  if (at < bytes.size()) return commands >= most_commands_asked ? Identity::yes : Identity::no;
  return commands >= most_commands_asked ? Identity::yes : Identity::unsure;
}

std::size_t resync(Bytes, const Context&) { return 0; }

inline constexpr Space spaces[] = {{"user", {"User", "用户"}}};

}  // namespace

const Protocol protocol = {
    .name = "telnet",
    .label = {"Telnet", "Telnet"},
    .doc = "Remote line in clear of switches, serial gateways and older controllers.",
    .message = &schema,
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .industrial = false,
};

}  // namespace langyan::telnet
