#include "parsers/http/head.h"

#include <algorithm>
#include <cstring>

namespace langyan::http {
namespace {

constexpr std::uint64_t most_length = std::uint64_t{1} << 62;

std::uint8_t lower(std::uint8_t octet) { return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet; }

bool is_token(std::uint8_t octet) {  // [HTTP] 5.6.2
  return (octet >= '0' && octet <= '9') || (lower(octet) >= 'a' && lower(octet) <= 'z') ||
         (octet && std::strchr("!#$%&'*+-.^_`|~", octet));
}

bool is_digits(Bytes text) {
  return !text.empty() && std::ranges::all_of(text, [](std::uint8_t c) { return c >= '0' && c <= '9'; });
}

// Octets of the line at the front, with its end; `line` without. 0: it does not end.
std::size_t take_line(Bytes bytes, Bytes& line) {
  const auto* end =
      static_cast<const std::uint8_t*>(bytes.empty() ? nullptr : std::memchr(bytes.data(), '\n', bytes.size()));
  if (!end) return line = bytes, 0;
  const auto size = static_cast<std::size_t>(end - bytes.data());
  line = bytes.first(size > 0 && bytes[size - 1] == '\r' ? size - 1 : size);
  return size + 1;
}

Bytes take_word(Bytes& line) {
  std::size_t size = 0;
  while (size < line.size() && line[size] != ' ' && line[size] != '\t') ++size;
  const Bytes word = line.first(size);
  while (size < line.size() && (line[size] == ' ' || line[size] == '\t')) ++size;
  line = line.subspan(size);
  return word;
}

void read_request_line(Head& head) {
  Bytes rest = head.first;
  head.method = take_word(rest);
  // A target may hold blanks that ought to be escaped: what starts with HTTP/ at the end is the version.
  const std::size_t at = text_of(rest).rfind(' ');
  if (at != std::string_view::npos && text_of(rest.subspan(at + 1)).starts_with("HTTP/")) {
    head.target = trimmed(rest.first(at));
    head.version = rest.subspan(at + 1);
  } else {
    head.target = rest;
  }
  const bool sound = !head.method.empty() && head.method.size() <= most_token &&
                     std::ranges::all_of(head.method, is_token) && !head.target.empty() && head.version.size() == 8 &&
                     head.version[5] == '1' &&
                     std::ranges::none_of(head.target, [](std::uint8_t c) { return c <= ' ' || c == 0x7f; });
  if (!sound) head.blame(Wrong::start_line);
}

void read_status_line(Head& head) {
  Bytes rest = head.first;
  head.version = take_word(rest);
  head.code = take_word(rest);
  head.reason = rest;
  if (head.code.size() == 3 && is_digits(head.code)) {
    for (const std::uint8_t c : head.code) head.status = static_cast<std::uint16_t>(head.status * 10 + (c - '0'));
  }
  if (head.status < 100 || head.version.size() != 8 || head.version[5] != '1') head.blame(Wrong::start_line);
}

void add_line(Head& head, Bytes line) {
  const auto colon = std::ranges::find(line, std::uint8_t{':'});
  const auto at = static_cast<std::size_t>(colon - line.begin());
  if (colon == line.end() || at == 0) head.blame(Wrong::header_line);
  if (head.count == most_headers) return head.blame(Wrong::too_many_headers);
  Line& row = head.lines[head.count];
  row = {};
  if (colon == line.end()) {
    row.value = trimmed(line);  // as other engines have it: no name
  } else {
    row.name = trimmed(line.first(at));
    row.value = trimmed(line.subspan(at + 1));
    if (!std::ranges::all_of(line.first(at), is_token) || std::ranges::find(row.value, 0) != row.value.end()) {
      head.blame(Wrong::header_line);
    }
  }
  for (std::size_t i = 0; i < head.count; ++i) {
    Line& before = head.lines[i];
    if (before.again || before.name.size() != row.name.size()) continue;
    if (!std::ranges::equal(before.name, row.name, {}, lower, lower)) continue;
    row.again = true;
    std::size_t last = i;
    while (head.lines[last].next) last = head.lines[last].next;
    head.lines[last].next = static_cast<std::uint8_t>(head.count);
    break;
  }
  ++head.count;
}

// Content-Length: one number, or the same several times ([H11] 6.3).
bool read_length(Head& head, const Line* line, std::uint64_t& length) {
  bool first = true;
  for (;; line = &head.lines[line->next]) {
    Bytes list = line->value;
    do {
      const Bytes text = next_element(list);
      std::uint64_t number = 0;
      if (!is_digits(text)) return head.blame(Wrong::length), false;
      for (const std::uint8_t c : text) {
        if (number > most_length / 10) return head.blame(Wrong::length), false;
        number = number * 10 + (c - '0');
      }
      if (!first && number != length) head.blame(Wrong::lengths_differ);
      if (first) length = number;
      first = false;
    } while (!list.empty());
    if (!line->next) return true;
  }
}

// Transfer-Encoding; whether chunked is its last coding ([H11] 6.1).
bool is_chunked(Head& head, const Line* line) {
  bool chunked = false;
  for (;; line = &head.lines[line->next]) {
    Bytes list = line->value;
    do {
      const Bytes coding = next_element(list);
      if (chunked) head.blame(Wrong::coding);  // nothing stands behind it
      chunked = same(coding, "chunked");
      const bool known = chunked || same(coding, "identity") || same(coding, "gzip") || same(coding, "deflate") ||
                         same(coding, "compress") || same(coding, "x-gzip");
      if (!known) head.blame(Wrong::coding);
    } while (!list.empty());
    if (!line->next) return chunked;
  }
}

}  // namespace

bool same(Bytes text, std::string_view wanted) {
  return text.size() == wanted.size() &&
         std::equal(text.begin(), text.end(), wanted.begin(),
                    [](std::uint8_t a, char b) { return lower(a) == static_cast<std::uint8_t>(b); });
}

Bytes trimmed(Bytes text) {
  const auto blank = [](std::uint8_t c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; };
  while (!text.empty() && blank(text.front())) text = text.subspan(1);
  while (!text.empty() && blank(text.back())) text = text.first(text.size() - 1);
  return text;
}

Bytes next_element(Bytes& list) {
  const auto comma = std::ranges::find(list, std::uint8_t{','});
  const auto size = static_cast<std::size_t>(comma - list.begin());
  const Bytes element = trimmed(list.first(size));
  list = list.subspan(std::min(size + 1, list.size()));
  return element;
}

const Line* Head::find(std::string_view name) const {
  for (std::size_t i = 0; i < count; ++i)
    if (!lines[i].again && same(lines[i].name, name)) return &lines[i];
  return nullptr;
}

std::size_t head_end(Bytes bytes, std::size_t from) {
  constexpr std::size_t longest_end = 3;  // LF, CR, LF
  std::size_t at = from > longest_end ? from - longest_end : 0;
  while (at < bytes.size()) {
    const auto* found = static_cast<const std::uint8_t*>(std::memchr(bytes.data() + at, '\n', bytes.size() - at));
    if (!found) return 0;
    at = static_cast<std::size_t>(found - bytes.data()) + 1;
    if (at < bytes.size() && bytes[at] == '\n') return at + 1;
    if (at + 1 < bytes.size() && bytes[at] == '\r' && bytes[at + 1] == '\n') return at + 2;
  }
  return 0;
}

void read_head(Bytes message, bool request, Head& head) {
  head.count = 0, head.wrong = 0, head.status = 0, head.whole = false;
  head.method = head.target = head.version = head.code = head.reason = {};
  std::size_t at = take_line(message, head.first);
  if (request) read_request_line(head);
  else read_status_line(head);
  const std::size_t block = at;
  head.size = at ? at : message.size();
  while (at > 0 && at < message.size()) {
    Bytes line;
    std::size_t size = take_line(message.subspan(at), line);
    if (size == 0) break;
    if (line.empty()) {
      head.whole = true;
      head.size = at += size;
      break;
    }
    // A line that starts with a blank goes on with the one before ([H11] 5.2).
    const std::size_t start = at;
    at += size;
    while (at < message.size() && (message[at] == ' ' || message[at] == '\t')) {
      size = take_line(message.subspan(at), line);
      if (size == 0) break;
      at += size;
    }
    add_line(head, message.subspan(start, at - start));
    head.size = at;
  }
  head.block = message.subspan(std::min(block, head.size), head.size - std::min(block, head.size));
}

Framing framing_of(Head& head, bool request, bool to_head, bool to_connect) {
  if (!request) {
    if (head.status == 101 || (to_connect && head.status / 100 == 2)) return {Body::tunnel, 0};
    if (to_head || head.status / 100 == 1 || head.status == 204 || head.status == 304) return {Body::none, 0};
  }
  const Line* coding = head.find("transfer-encoding");
  const Line* stated = head.find("content-length");
  if (coding && stated) head.blame(Wrong::both_lengths);
  if (coding) {
    if (is_chunked(head, coding)) return {Body::chunked, 0};
    if (request) head.blame(Wrong::coding);
    return {request ? Body::none : Body::close, 0};
  }
  std::uint64_t length = 0;
  if (stated && read_length(head, stated, length)) return {length ? Body::length : Body::none, length};
  return {request ? Body::none : Body::close, 0};
}

Chunk chunk_at(Bytes bytes) {
  Bytes line;
  const std::size_t size = take_line(bytes.first(std::min(bytes.size(), most_chunk_line)), line);
  Chunk chunk;
  std::size_t digits = 0;
  const auto digit = [](std::uint8_t c) {
    return c >= '0' && c <= '9' ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 'a' + 10 : -1;
  };
  constexpr std::size_t most_digits = 15;
  while (digits < line.size() && digits <= most_digits && digit(line[digits]) >= 0) {
    chunk.size = chunk.size << 4 | static_cast<std::uint64_t>(digit(line[digits++]));
  }
  const bool ends_so = digits == line.size() || line[digits] == ';' || line[digits] == ' ' || line[digits] == '\t' ||
                       line[digits] == '\r';
  if ((digits == 0 && !line.empty()) || digits > most_digits || !ends_so) return chunk.kind = Chunk::Kind::bad, chunk;
  if (size == 0) return chunk.kind = bytes.size() >= most_chunk_line ? Chunk::Kind::bad : Chunk::Kind::need, chunk;
  chunk.kind = digits == 0 ? Chunk::Kind::bad : Chunk::Kind::chunk;
  chunk.line = size;
  return chunk;
}

std::size_t trailer_end(Bytes bytes) {
  if (!bytes.empty() && bytes[0] == '\n') return 1;
  if (bytes.size() >= 2 && bytes[0] == '\r' && bytes[1] == '\n') return 2;
  return head_end(bytes, 0);
}

}  // namespace langyan::http
