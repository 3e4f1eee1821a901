// SMTP: mail, which in a plant is sent by alarm systems and reports, and by what steals data. Envelope, subject
// and names of attachments are told; the text of a mail is not kept.
//
// [5321] RFC 5321, SMTP           [5322] RFC 5322, Message Format    [2183] RFC 2183, Content-Disposition
// [3030] RFC 3030, CHUNKING       [3207] RFC 3207, STARTTLS          [4954] RFC 4954, AUTH
#include "parsers/smtp/smtp.h"

#include <charconv>
#include <cstring>

#include "parsers/smtp/table.h"
#include "parsers/wire/command_lines.h"
#include "parsers/wire/spelled.h"
#include "parsers/wire/notation.h"

namespace langyan::smtp {
namespace {

using Pen = Fill<fields>;
constexpr std::size_t most_mailbox = 56;

enum class Phase : std::uint8_t { commands, awaits_data, head, body, signs_in, chunk };
struct Memory {
  std::uint8_t phase;        // Phase of the client
  std::uint8_t last;         // Code of the last command
  bool in_part_head;         // of the body: the head of a part of several
  bool bare_line_feed;       // the line before ended with a line feed alone
  std::uint8_t from_size;
  char from[most_mailbox];   // sender of the mail under way
  std::uint32_t chunk_left;  // octets of BDAT to come
};

struct Call {
  Pen& out;
  Output& output;
  Memory& memory;
  Fault found = Fault::none;

  void blame(Wrong what) {
    if (found == Fault::none) found = fault(what);
  }
  void phase(Phase next) const { memory.phase = static_cast<std::uint8_t>(next); }
};

bool own(const Context& context) {
  for (const PortHint& hint : ports)
    if (hint.port == context.client_port || hint.port == context.server_port) return true;
  return false;
}

const Command* command_of(Bytes word) {
  for (const Command& command : commands)
    if (wire::same_word(command.word, text_of(word))) return &command;
  return nullptr;
}

// "MAIL FROM:<a@b> SIZE=1": the mailbox without its brackets ([5321] 4.1.1.2).
Bytes mailbox(Bytes argument) {
  std::size_t colon = 0;
  while (colon < argument.size() && argument[colon] != ':') ++colon;
  if (colon == argument.size()) return {};
  Bytes path = wire::trimmed(argument.subspan(colon + 1));
  if (!path.empty() && path.front() == '<') {
    path = path.subspan(1);
    std::size_t end = 0;
    while (end < path.size() && path[end] != '>') ++end;
    return path.first(end);
  }
  std::size_t end = 0;
  while (end < path.size() && path[end] != ' ') ++end;
  return path.first(end);
}

Operation& act(Call& call, Verb verb, Place place, Bytes text) {
  Operation& operation = call.output.operate(verb);
  if (!text.empty()) operation.object = {.space = static_cast<std::uint8_t>(place), .count = 1, .text = text};
  return operation;
}

void command(Call& call, Bytes line) {
  call.output.role = Role::request;
  if (line.size() > longest_command) call.blame(Wrong::command_length);
  const Bytes word = wire::first_word(line);
  const Command* row = word.empty() ? nullptr : command_of(word);
  if (!row) {
    call.output.role = Role::event;
    return;
  }
  const Bytes argument = wire::trimmed(line.subspan(word.size()));
  call.memory.last = static_cast<std::uint8_t>(row->code);
  const auto capitals = call.output.scratch.take(word.size());
  for (std::size_t i = 0; i < capitals.size(); ++i) capitals[i] = word[i] >= 'a' ? word[i] - 32 : word[i];
  call.out.set<"command">(Bytes{capitals});
  if (row->code != Code::auth) call.out.set<"command_line">(line);
  switch (row->code) {
    case Code::helo:
      call.out.set<"helo">(argument);
      act(call, Verb::session, Place::host, argument);
      if (!argument.empty() && argument.front() != '[') call.output.tell(Trait::name, argument);  // else an address
      return;
    case Code::mail: {
      const Bytes from = mailbox(argument);
      call.out.set<"mail_from">(from);
      call.memory.from_size = static_cast<std::uint8_t>(std::min(from.size(), most_mailbox));
      if (call.memory.from_size) std::memcpy(call.memory.from, from.data(), call.memory.from_size);
      return;
    }
    case Code::rcpt: {
      const Bytes to = mailbox(argument);
      call.out.set<"rcpt_to">(to);
      const Bytes from = call.output.scratch.copy(bytes_of({call.memory.from, call.memory.from_size}));
      if (!from.empty()) call.out.set<"mail_from">(from);
      act(call, Verb::report, Place::mailbox, to);
      return;
    }
    case Code::data: call.phase(Phase::awaits_data); return;
    case Code::bdat: {
      std::uint32_t size = 0;
      std::from_chars(text_of(argument).data(), text_of(argument).data() + argument.size(), size);
      call.memory.chunk_left = size;
      if (size > 0) call.phase(Phase::chunk);
      return;
    }
    case Code::auth: call.phase(Phase::signs_in); return;
    default: return;
  }
}

// name="report.pdf" in a line of a head; the quotes are left out ([2183] 2.3).
Bytes file_name(Bytes line) {
  const std::string_view text = text_of(line);
  constexpr std::string_view keys[] = {"filename=", "name="};
  for (std::string_view key : keys) {
    for (std::size_t at = 0; at + key.size() < text.size(); ++at) {
      if (!wire::starts_with_word(text.substr(at), key)) continue;
      std::size_t start = at + key.size();
      const bool quoted = text[start] == '"';
      if (quoted) ++start;
      std::size_t end = start;
      while (end < text.size() && (quoted ? text[end] != '"' : text[end] != ';' && text[end] != ' ')) ++end;
      return line.subspan(start, end - start);
    }
  }
  return {};
}

void head_line(Call& call, Bytes line) {
  constexpr std::string_view subject = "Subject:";
  call.out.set<"header">(line);
  if (wire::starts_with_word(text_of(line), subject)) {
    call.out.set<"subject">(wire::trimmed(line.subspan(subject.size())));
    const Bytes from = call.output.scratch.copy(bytes_of({call.memory.from, call.memory.from_size}));
    if (!from.empty()) call.out.set<"mail_from">(from);
    act(call, Verb::report, Place::mailbox, from).outcome = Outcome::ok;
  }
  const bool names =
      wire::starts_with_word(text_of(line), "Content-") || (!line.empty() && (line[0] == ' ' || line[0] == '\t'));
  const Bytes name = names ? file_name(line) : Bytes{};
  if (name.empty()) return;
  call.out.set<"attachment">(name);
  act(call, Verb::report, Place::mailbox, name).outcome = Outcome::ok;
}

void mail_line(Call& call, Bytes message) {
  const Bytes line = wire::without_end(message);
  const bool bare = message.size() < 2 || message[message.size() - 2] != '\r';
  const bool ends = line.size() == 1 && line[0] == '.';
  if (ends && !bare && !call.memory.bare_line_feed) {
    call.output.role = Role::request;
    call.memory.in_part_head = false;
    return call.phase(Phase::commands);
  }
  if (ends) call.blame(Wrong::smuggled);
  call.memory.bare_line_feed = bare;
  if (line.empty()) {  // behind every head
    call.memory.in_part_head = false;
    if (call.memory.phase == static_cast<std::uint8_t>(Phase::head)) call.phase(Phase::body);
    return;
  }
  if (call.memory.phase == static_cast<std::uint8_t>(Phase::head)) return head_line(call, line);
  if (line.size() > 2 && line[0] == '-' && line[1] == '-') call.memory.in_part_head = true;  // perhaps a boundary
  else if (call.memory.in_part_head) return head_line(call, line);
  call.out.set<"body_line">(line);
}

void reply(Call& call, Bytes message) {
  const auto code = static_cast<std::uint16_t>((message[0] - '0') * 100 + (message[1] - '0') * 10 + (message[2] - '0'));
  const Bytes text = wire::without_end(message.subspan(std::min<std::size_t>(4, message.size())));
  call.out.set<"reply_code">(code);
  if (!text.empty()) call.out.set<"reply">(text);
  const auto last = static_cast<Code>(call.memory.last);
  if (code == 354) call.phase(Phase::head), call.memory.bare_line_feed = false;
  else if (call.memory.phase == static_cast<std::uint8_t>(Phase::awaits_data)) call.phase(Phase::commands);
  if (call.memory.phase == static_cast<std::uint8_t>(Phase::signs_in) && code != 334) call.phase(Phase::commands);
  if (last == Code::start_tls && code == 220) {
    call.out.set<"encrypted">(true);
    call.output.operate(Verb::session).outcome = Outcome::ok;
    return;
  }
  if (code == 220 || code == 421 || code == 334) return;
  call.output.role = Role::answer;
  Operation& operation = call.output.operate(Verb::session);
  operation.outcome = code >= 400 ? Outcome::refused : Outcome::ok;
  operation.code = code >= 400 ? code : 0;
}

void chunk(Call& call, Bytes message) {  // cut into lines by frame(), counted here
  if (message.size() >= call.memory.chunk_left) call.memory.chunk_left = 0, call.phase(Phase::commands);
  else call.memory.chunk_left -= static_cast<std::uint32_t>(message.size());
  call.out.set<"body_line">(message);
}

Fault decode(Bytes message, const Context& context, State memory, Output& output) {
  const Reader in{message};
  Pen out{output.record, in};
  Call call{out, output, state<Memory>(memory)};
  if (context.direction == Direction::to_client) {
    if (wire::is_reply(message)) reply(call, message);
    else call.blame(Wrong::reply);
    return call.found;
  }
  switch (static_cast<Phase>(call.memory.phase)) {
    case Phase::commands: case Phase::awaits_data: command(call, wire::without_end(message)); break;
    case Phase::head: case Phase::body: mail_line(call, message); break;
    case Phase::signs_in: break;  // a password in another spelling
    case Phase::chunk: chunk(call, message); break;
  }
  return call.found;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  const std::size_t end = wire::line_end(bytes, 0);
  const Bytes line = bytes.first(std::min(end, bytes.size()));
  if (!bytes.empty() && wire::is_digit(bytes[0])) {
    if (bytes.size() < 4) return Identity::unsure;
    if (!wire::is_reply(bytes)) return Identity::no;
    if (own(context)) return Identity::yes;
    if (bytes[0] != '2' || bytes[1] != '2' || bytes[2] != '0') return Identity::no;
    if (end > bytes.size()) return bytes.size() < longest_command ? Identity::unsure : Identity::no;
    if (text_of(line).find("FTP") != std::string_view::npos) return Identity::no;
    return text_of(line).find("SMTP") != std::string_view::npos ? Identity::yes : Identity::unsure;
  }
  constexpr std::size_t longest_word = 8;
  if (end > bytes.size() && bytes.size() <= longest_word) {
    return std::ranges::all_of(bytes, wire::is_letter) ? Identity::unsure : Identity::no;
  }
  const Bytes word = wire::first_word(line);
  const Command* row = word.empty() ? nullptr : command_of(word);
  if (!row) return Identity::no;
  if (own(context)) return Identity::yes;
  return row->code == Code::helo && end <= bytes.size() ? Identity::yes : Identity::no;
}

Frame frame(Bytes bytes, const Context& context) { return wire::frame_lines(bytes, context.direction); }

std::size_t resync(Bytes bytes, const Context&) { return wire::resync_lines(bytes); }

End sender(Bytes bytes, const Context&) { return wire::is_reply(bytes) ? End::server : End::client; }

}  // namespace

const Protocol protocol = {
    .name = "smtp",
    .label = {"SMTP", "SMTP"},
    .doc = "Carries mail between clients and servers.",
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

}  // namespace langyan::smtp
