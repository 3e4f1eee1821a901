// HTTP/1.0 and 1.1: web pages of offices and devices, updates, and what hides among them. Its fields are
// those Suricata's rules look into. What a plant's rules call an operation is only the reading of a page;
// forms that are sent are operations without a meaning of their own.
//
// [HTTP] RFC 9110, HTTP Semantics       [H11] RFC 9112, HTTP/1.1         [URI] RFC 3986
// [COOKIE] RFC 6265                     [BASIC] RFC 7617                 [DISP] RFC 6266
// [FORM] RFC 7578, multipart/form-data  [MIME] RFC 2046                  [DAV] RFC 4918
#include "parsers/http/http.h"

#include <algorithm>
#include <cstring>

#include "parsers/http/body.h"
#include "parsers/http/uri.h"
#include "parsers/wire/notation.h"

namespace langyan::http {
namespace {

using Pen = Fill<fields>;

constexpr PortHint ports[] = {
    {Transport::tcp, 80}, {Transport::tcp, 8080}, {Transport::tcp, 8000}, {Transport::tcp, 3128}};
constexpr Space spaces[] = {{"page", {"Page", "网页"}}};
constexpr std::size_t most_credentials = 512;  // octets of Basic credentials

struct Maker {  // how the web servers of devices name themselves
  std::string_view server;
  std::string_view vendor;
};
// clang-format off
constexpr Maker makers[] = {
    {"Schneider-WEB", "Schneider Electric"}, {"A-B WWW", "Rockwell Automation"},   {"Niagara Web Server", "Tridium"},
    {"WAGO", "WAGO"},                        {"MoxaHttp", "Moxa"},                 {"Saia PCD", "Saia-Burgess"},
    {"eWON", "HMS"},                         {"CIMPLICITY", "GE"},                 {"ClearSCADA", "Schneider Electric"},
    {"SIMATIC", "Siemens"},                  {"Siemens", "Siemens"},               {"CODESYS", "CODESYS"},
    {"Beck IPC", "Beck"},                    {"EIG Embedded", "Electro Industries"}, {"SoftPLC", "SoftPLC"},
    {"Lantronix", "Lantronix"},              {"Reliance 4", "GEOVAP"},             {"PowerLogic", "Schneider Electric"},
};
struct Named {
  std::string_view header;  // in lower case
  void (*set)(Pen&, Bytes);
};
template <Word name>
void put(Pen& out, Bytes value) { out.set<name>(value); }
constexpr Named both[] = {
    {"content-type", put<"content_type">},         {"content-encoding", put<"content_encoding">},
    {"upgrade", put<"upgrade">},
};
constexpr Named of_requests[] = {{"user-agent", put<"user_agent">}, {"referer", put<"referer">}};
constexpr Named of_answers[] = {{"server", put<"server">}, {"location", put<"location">}};
constexpr Named unlogged[] = {
    {"transfer-encoding", put<"transfer_encoding">}, {"content-length", put<"content_len">},
    {"connection", put<"connection">},
};
constexpr Named unlogged_of_requests[] = {
    {"accept", put<"accept">}, {"accept-encoding", put<"accept_enc">}, {"accept-language", put<"accept_lang">},
    {"cookie", put<"cookie">},
};
constexpr Named unlogged_of_answers[] = {{"set-cookie", put<"cookie">}};
// clang-format on

struct Call {
  Head& head;
  Bytes message;
  const Reader& in;
  Pen& out;
  Output& output;
  bool request;
  Bytes block = {};  // the headers, a line each

  bool is(Wrong what) const { return head.wrong >> static_cast<unsigned>(what) & 1; }
};

// Writes at the front of what is left of the scratch area; what does not fit is left out.
struct Builder {
  std::span<std::uint8_t> out;
  std::size_t size = 0;
  bool whole = true;

  void put(Bytes text) {
    if (text.size() > out.size() - size) return void(whole = false);
    if (!text.empty()) std::memcpy(out.data() + size, text.data(), text.size());
    size += text.size();
  }
  void put(std::string_view text) { put(bytes_of(text)); }
  // A value that goes over several lines is one, its line ends blanks.
  void put_unfolded(Bytes value) {
    while (!value.empty()) {
      const std::size_t end = std::min(text_of(value).find_first_of("\r\n"), value.size());
      put(value.first(end));
      value = value.subspan(end);
      if (value.empty()) return;
      while (!value.empty() && (value[0] == '\r' || value[0] == '\n' || value[0] == ' ' || value[0] == '\t'))
        value = value.subspan(1);
      put(" ");
    }
  }
  // The values of all lines of that name, joined ([HTTP] 5.3).
  void put_joined(const Head& head, const Line& first) {
    for (const Line* line = &first;; line = &head.lines[line->next]) {
      put_unfolded(line->value);
      if (!line->next) return;
      put(", ");
    }
  }
  Bytes done() const { return whole ? Bytes{out}.first(size) : Bytes{}; }
};

bool is_folded(const Line& line) { return line.next || text_of(line.value).find('\n') != std::string_view::npos; }

std::size_t joined_size(const Head& head, const Line& first) {
  std::size_t size = 0;
  for (const Line* line = &first;; line = &head.lines[line->next]) {
    size += line->value.size() + 2;
    if (!line->next) return size;
  }
}

// A header's value: where it stands, or joined in scratch.
Bytes value_of(Call& call, const Line& line) {
  if (!is_folded(line)) return line.value;
  Builder builder{call.output.scratch.take(joined_size(call.head, line))};
  builder.put_joined(call.head, line);
  return builder.done();
}

// Fields of the event stand together at the front of the scratch area, so that little has to be kept while
// the answer is awaited.
void put_logged(Call& call, std::span<const Named> table) {
  for (const Named& row : table) {
    const Line* line = call.head.find(row.header);
    if (line) row.set(call.out, is_folded(*line) ? value_of(call, *line) : call.output.scratch.copy(line->value));
  }
}

void put_others(Call& call, std::span<const Named> table) {
  for (const Named& row : table)
    if (const Line* line = call.head.find(row.header)) row.set(call.out, value_of(call, *line));
}

bool is_cookie(const Call& call, const Line& line) { return same(line.name, call.request ? "cookie" : "set-cookie"); }

// http.start, http.header and http.header_names.
void put_blocks(Call& call) {
  const Head& head = call.head;
  std::size_t names_size = 4, block_size = 2, cookies = 0;
  for (std::size_t i = 0; i < head.count; ++i) {
    const Line& line = head.lines[i];
    if (line.again) continue;
    names_size += line.name.size() + 2;
    block_size += line.name.size() + joined_size(head, line) + 4;
    cookies += is_cookie(call, line);
  }
  Builder start{call.output.scratch.take(head.first.size() + 2 + block_size)};
  Builder names{call.output.scratch.take(names_size)};
  start.put(head.first), start.put("\r\n"), names.put("\r\n");
  const std::size_t block = start.size;
  for (std::size_t i = 0; i < head.count; ++i) {
    const Line& line = head.lines[i];
    if (line.again) continue;
    start.put(line.name), start.put(": "), start.put_joined(head, line), start.put("\r\n");
    names.put(line.name), names.put("\r\n");
  }
  const std::size_t end = start.size;
  start.put("\r\n"), names.put("\r\n");
  if (!start.whole || !names.whole) return;
  call.out.set<"start">(start.done());
  call.block = start.done().subspan(block, end - block);
  if (head.count) call.out.set<"header_names">(names.done());
  if (head.count > cookies && cookies == 0) call.out.set<"header">(call.block);
  if (head.count <= cookies || cookies == 0) return;
  Builder header{call.output.scratch.take(end - block)};
  for (std::size_t i = 0; i < head.count; ++i) {
    const Line& line = head.lines[i];
    if (line.again || is_cookie(call, line)) continue;
    header.put(line.name), header.put(": "), header.put_joined(head, line), header.put("\r\n");
  }
  if (header.whole) call.out.set<"header">(header.done());
}

// Each header an item, behind the parts of a form.
void list_headers(Call& call) {
  Bytes rest = call.block;
  while (!rest.empty()) {
    const std::size_t end = std::min(text_of(rest).find("\r\n"), rest.size());
    Fill<line_fields> pen{call.output.items.start(line_schema), call.in};
    if (call.request) pen.set<"request_header">(rest.first(end));
    else pen.set<"response_header">(rest.first(end));
    call.output.items.emit();
    rest = rest.subspan(std::min(end + 2, rest.size()));
  }
}

int base64_digit(std::uint8_t c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

void put_credentials(Call& call) {
  const Line* line = call.head.find("authorization");
  if (!line) line = call.head.find("proxy-authorization");
  if (!line) return;
  const std::size_t blank = std::min(text_of(line->value).find(' '), line->value.size());
  const Bytes scheme = line->value.first(blank), rest = trimmed(line->value.subspan(blank));
  Auth auth = Auth::other;
  for (const Name& row : auth_names)
    if (same(scheme, row.word)) auth = static_cast<Auth>(row.value);
  call.out.set<"auth_scheme">(static_cast<std::uint8_t>(auth));
  if (auth == Auth::digest) {  // its parameters stand behind commas; the name is the first one mostly
    const std::size_t at = text_of(rest).find("username=\"");
    constexpr std::size_t opening = 10;
    if (at == std::string_view::npos) return;
    const Bytes name = rest.subspan(at + opening);
    call.out.set<"user_name">(call.output.scratch.copy(name.first(std::min(text_of(name).find('"'), name.size()))));
  }
  if (auth != Auth::basic || rest.size() > most_credentials) return;
  const auto out = call.output.scratch.take(rest.size() * 3 / 4);
  std::size_t size = 0;
  std::uint32_t bits = 0;
  int have = 0;
  for (const std::uint8_t c : rest) {
    const int digit = base64_digit(c);
    if (digit < 0) break;
    bits = bits << 6 | static_cast<std::uint32_t>(digit), have += 6;
    if (have < 8) continue;
    have -= 8;
    if (size == out.size()) break;
    out[size++] = static_cast<std::uint8_t>(bits >> have);
  }
  const Bytes both_words = Bytes{out}.first(size);
  const std::size_t colon = text_of(both_words).find(':');
  if (colon == std::string_view::npos) return;
  call.out.set<"basic_credentials">(both_words);
  call.out.set<"user_name">(both_words.first(colon));
}

void put_host(Call& call, Bytes authority) {
  const Line* line = call.head.find("host");
  const bool is_11 = text_of(call.head.version) == "HTTP/1.1";
  if ((line && line->next) || (!line && is_11)) call.head.blame(Wrong::host);
  const Bytes raw = !authority.empty() ? authority : line ? value_of(call, *line) : Bytes{};
  if (raw.empty()) return;
  call.out.set<"host_raw">(raw);
  const Bytes host = host_of(raw);
  const auto lower = call.output.scratch.take(host.size());
  std::ranges::transform(host.first(lower.size()), lower.begin(),
                         [](std::uint8_t c) { return c >= 'A' && c <= 'Z' ? static_cast<std::uint8_t>(c | 0x20) : c; });
  call.out.set<"host">(Bytes{lower});
}

void read_request(Call& call, Operation& operation) {
  Head& head = call.head;
  call.out.set<"request_line">(head.first);
  call.out.set<"method">(call.output.scratch.copy(head.method));
  call.out.set<"uri_raw">(head.target);
  if (!head.version.empty()) call.out.set<"protocol">(call.output.scratch.copy(head.version));
  const Target target = read_target(head.target, text_of(head.method) == "CONNECT", call.output.scratch);
  if (!target.uri.empty()) call.out.set<"uri">(target.uri);
  if (target.above_root) head.blame(Wrong::above_root);
  if (target.line_end) head.blame(Wrong::crlf_in_uri);
  put_host(call, target.authority);
  put_logged(call, of_requests);
  put_credentials(call);
  const Method* method = find_method(text_of(head.method));
  operation.verb = method ? method->verb : Verb::other;
  operation.object.text = target.path;
}

void read_answer(Call& call, Operation& operation) {
  Head& head = call.head;
  call.out.set<"response_line">(head.first);
  if (!head.version.empty()) call.out.set<"protocol">(call.output.scratch.copy(head.version));
  if (!head.code.empty()) call.out.set<"stat_code">(head.code);
  if (head.status) call.out.set<"status">(head.status);
  if (!head.reason.empty()) call.out.set<"stat_msg">(head.reason);
  put_logged(call, of_answers);
  constexpr std::uint16_t first_refusal = 400;
  operation.outcome = head.status >= first_refusal ? Outcome::refused : Outcome::ok;
  operation.code = operation.outcome == Outcome::refused ? head.status : 0;
  const Line* server = head.find("server");
  if (!server || server->value.empty()) return;
  call.output.tell(Trait::description, server->value);
  for (const Maker& maker : makers)
    if (text_of(server->value).starts_with(maker.server)) return call.output.tell(Trait::vendor, maker.vendor);
}

void put_parts(Call& call, const Content& content, Bytes type, Bytes& file, Bytes& file_name) {
  bool has_file = false;
  each_part(content.file, type, [&](const Part& part) {
    Fill<part_fields> pen{call.output.items.start(part_schema), call.in};
    if (!part.name.empty()) pen.set<"part_name">(part.name);
    if (!part.file_name.empty()) pen.set<"part_file_name">(part.file_name);
    if (!part.type.empty()) pen.set<"part_content_type">(part.type);
    if (!part.data.empty()) pen.set<"part_data">(part.data);
    call.output.items.emit();
    if (part.file_name.empty() || has_file) return;
    has_file = true, file = part.data, file_name = part.file_name;
  });
}

void read_body(Call& call, const Framing& framing) {
  const Bytes sent = call.message.subspan(call.head.size);
  if (framing.body == Body::length || call.head.find("content-length")) call.out.set<"body_length">(framing.length);
  Bytes file, name;
  if (const Line* line = call.head.find("content-disposition")) name = parameter(line->value, "filename");
  if (!sent.empty()) {
    call.out.set<"body_seen">(static_cast<std::uint32_t>(sent.size()));
    const Content content = read_content(sent, framing, call.head.find("content-encoding"), call.output.scratch);
    if (content.chunk_wrong) call.head.blame(Wrong::chunk);
    if (content.coding_wrong) call.head.blame(Wrong::compression);
    if (content.grew) call.head.blame(Wrong::growth);
    file = content.file;
    if (call.request) call.out.set<"request_body">(content.octets);
    else call.out.set<"response_body">(content.file);
    const Line* type = call.head.find("content-type");
    if (call.request && type) put_parts(call, content, type->value, file, name);
    call.out.set<"file_data">(file);
  }
  if (!name.empty()) call.out.set<"file_name">(name);
}

// Which request this is, or which one it answers; 0: that was not seen.
std::uint32_t number(Memory& memory, const Call& call, const Context& context) {
  if (call.request) {
    const std::uint64_t bit = std::uint64_t{1} << ++memory.asked % 64;
    const std::string_view method = text_of(call.head.method);
    memory.head = method == "HEAD" ? memory.head | bit : memory.head & ~bit;
    memory.connect = method == "CONNECT" ? memory.connect | bit : memory.connect & ~bit;
    return memory.asked;
  }
  // After a loss the answer is taken to be that to the newest request.
  if (context.after_gap && memory.asked) memory.answered = memory.asked - 1;
  const bool asking = memory.ways[0].mode != Mode::head;  // its body is still being sent
  if (memory.answered == memory.asked + asking) return 0;
  const bool interim = call.head.status / 100 == 1 && call.head.status != 101;
  return interim ? 0 : ++memory.answered;
}

Fault first_fault(const Head& head) {
  if (!head.wrong) return Fault::none;
  return fault(static_cast<Wrong>(__builtin_ctz(head.wrong)));
}

Fault decode(Bytes message, const Context& context, State state_bytes_, Output& output) {
  Memory& memory = state<Memory>(state_bytes_);
  Reader in{message};
  Pen out{output.record, in};
  Head head;
  const bool request = context.direction == Direction::to_server;
  read_head(message, request, head);
  if (!head.whole && message.size() >= most_head) head.blame(Wrong::head_too_long);
  Call call{head, message, in, out, output, request};
  const std::uint64_t bit = std::uint64_t{1} << (memory.answered + 1) % 64;
  const Framing framing = head.whole ? framing_of(head, request, memory.head & bit, memory.connect & bit) : Framing{};
  const std::uint32_t transaction = number(memory, call, context);
  if (transaction) out.set<"transaction">(transaction);
  const bool interim = !request && head.status / 100 == 1 && head.status != 101;
  output.role = request ? Role::request : interim ? Role::event : Role::answer;
  Operation first;
  if (request) read_request(call, first);
  else read_answer(call, first);
  put_logged(call, both);
  if (framing.body == Body::tunnel) out.set<"tunnel">(true);
  if (head.whole) {
    out.set<"header_raw">(head.block);
    put_others(call, unlogged);
    put_others(call, request ? std::span<const Named>(unlogged_of_requests) : unlogged_of_answers);
    put_blocks(call);
    read_body(call, framing);
    list_headers(call);
  }
  const bool lost = call.is(Wrong::start_line) || call.is(Wrong::head_too_long) || !head.whole;
  if (!interim && !lost) output.operate(first.verb) = first;
  if (lost) output.role = Role::event;
  return first_fault(head);
}

}  // namespace

const Protocol protocol = {
    .name = "http",
    .label = {"HTTP", "HTTP"},
    .doc = "Fetches and sends web pages and files, in clear.",
    .message = &schema,
    .items = {&part_schema, &line_schema},
    .ports = ports,
    .spaces = spaces,
    .faults = faults,
    .function_field = {},
    .identify = identify,
    .frame = frame,
    .resync = resync,
    .decode = decode,
    .notation = wire::text_notation,
    .sender = sender,
    .industrial = false,
    .frame_in = frame_in,
};

}  // namespace langyan::http
