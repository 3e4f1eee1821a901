// Where messages of HTTP start and end. A body's end may depend on the request (HEAD, CONNECT), and of a
// long one only the start makes the message; so the flow's memory says where each direction stands.
#include <algorithm>
#include <cstring>

#include "parsers/http/head.h"

namespace langyan::http {
namespace {

constexpr std::size_t most_first_line = 1'000;  // octets that wait for the first line's end while identifying
constexpr std::size_t most_skip = 1 << 30;      // of one step

constexpr std::string_view version_start = "HTTP/1.";

Way& way_of(Memory& memory, Direction direction) { return memory.ways[static_cast<std::size_t>(direction)]; }

bool is_upper(std::uint8_t c) { return (c >= 'A' && c <= 'Z') || c == '-' || c == '_'; }

// "HTTP/1.1 200": enough to be sure of an answer.
Identity as_answer(Bytes bytes) {
  constexpr std::string_view form = "HTTP/1.d ddd";
  for (std::size_t i = 0; i < form.size(); ++i) {
    if (i == bytes.size()) return Identity::unsure;
    const bool fits =
        form[i] == 'd' ? bytes[i] >= '0' && bytes[i] <= '9' : bytes[i] == static_cast<std::uint8_t>(form[i]);
    if (!fits) return Identity::no;
  }
  return Identity::yes;
}

bool is_target_start(Bytes target) {
  return !target.empty() && (target[0] == '/' || target[0] == '*' || (target[0] >= '0' && target[0] <= '9') ||
                             (target[0] | 0x20) >= 'a');
}

Identity as_request(Bytes bytes) {
  std::size_t blank = 0;
  while (blank < bytes.size() && is_upper(bytes[blank])) ++blank;
  if (blank == bytes.size()) return blank <= most_token ? Identity::unsure : Identity::no;
  if (blank < 3 || blank > most_token || bytes[blank] != ' ') return Identity::no;
  const Bytes rest = bytes.subspan(blank + 1);
  if (rest.empty()) return Identity::unsure;
  if (!is_target_start(rest)) return Identity::no;
  const auto end = std::ranges::find(rest, std::uint8_t{'\n'});
  const Bytes line = rest.first(static_cast<std::size_t>(end - rest.begin()));
  if (std::ranges::any_of(line, [](std::uint8_t c) { return c < ' ' && c != '\r' && c != '\t'; })) return Identity::no;
  if (end == rest.end()) {
    if (bytes.size() < most_first_line) return Identity::unsure;
    return find_method(text_of(bytes.first(blank))) && line[0] == '/' ? Identity::yes : Identity::no;
  }
  const std::string_view text = text_of(line);
  const std::size_t version = text.rfind(" HTTP/");
  return version != text.npos && text.size() > version + 7 && text[version + 6] == '1' ? Identity::yes : Identity::no;
}

// The line at the front is a request's; for looking for one after a gap.
bool starts_request(Bytes bytes) {
  std::size_t blank = 0;
  while (blank < bytes.size() && blank <= most_token && is_upper(bytes[blank])) ++blank;
  return blank > 0 && blank < bytes.size() && bytes[blank] == ' ' && find_method(text_of(bytes.first(blank)));
}

Frame skip(Way& way, std::size_t octets) {
  way.scanned = 0;
  return Frame::skip(octets);
}

// A message ends; what follows it is read in `mode`.
Frame message(Way& way, std::size_t size, Mode mode) {
  way.mode = mode;
  way.scanned = 0;
  return Frame::message(size);
}

struct Framer {
  Bytes bytes;
  const Context& context;
  Memory& memory;
  Way& way;

  bool is_request() const { return context.direction == Direction::to_server; }

  Frame next() {
    switch (way.mode) {
      case Mode::head: return head();
      case Mode::body: return body();
      case Mode::close: return to_close();
      case Mode::chunks: return chunks();
      case Mode::rest: return rest();
      case Mode::chunk_rest: return chunk_rest();
      case Mode::trailer: return trailer();
      case Mode::to_end: case Mode::tunnel: return skip(way, std::min(bytes.size(), most_skip));
      case Mode::broken: break;
    }
    way.mode = Mode::head;
    return Frame::lost();
  }

  Frame head() {
    std::size_t empty = 0;  // lines before the first one ([H11] 2.2)
    while (empty < bytes.size() && (bytes[empty] == '\r' || bytes[empty] == '\n')) ++empty;
    if (empty) return skip(way, empty);
    if (way.scanned == 0 && !plausible()) return Frame::lost();
    const std::size_t end = head_end(bytes.first(std::min(bytes.size(), most_head)), way.scanned);
    if (end == 0 && bytes.size() >= most_head) return message(way, most_head, Mode::broken);
    if (end == 0 && context.ended) return message(way, bytes.size(), Mode::to_end);
    if (end == 0) return way.scanned = static_cast<std::uint32_t>(bytes.size()), Frame::need();
    return behind_head(end);
  }

  // Not of the form at all: not even a fault of ours to tell.
  bool plausible() const {
    if (!is_request()) return as_answer(bytes) != Identity::no;
    const std::size_t size = std::min<std::size_t>(bytes.size(), most_token);
    return std::ranges::all_of(bytes.first(size),
                               [](std::uint8_t c) { return c >= ' ' || c == '\r' || c == '\n' || c == '\t'; });
  }

  Frame behind_head(std::size_t end) {
    Head head;
    read_head(bytes.first(end), is_request(), head);
    const std::uint64_t bit = std::uint64_t{1} << (memory.answered + 1) % 64;
    const Framing framing = framing_of(head, is_request(), memory.head & bit, memory.connect & bit);
    way.head = static_cast<std::uint32_t>(end);
    switch (framing.body) {
      case Body::none: return message(way, end, Mode::head);
      case Body::tunnel:
        way_of(memory, opposite(context.direction)).mode = Mode::tunnel;
        return message(way, end, Mode::tunnel);
      case Body::length: {
        const std::uint64_t seen = std::min<std::uint64_t>(framing.length, most_body);
        way.left = framing.length - seen;
        way.at = static_cast<std::uint32_t>(end + seen);
        way.mode = Mode::body;
        return body();
      }
      case Body::close: way.mode = Mode::close; return to_close();
      case Body::chunked:
        way.at = static_cast<std::uint32_t>(end);
        way.mode = Mode::chunks;
        return chunks();
    }
    return Frame::lost();
  }

  Frame body() {
    if (bytes.size() >= way.at) return message(way, way.at, way.left ? Mode::rest : Mode::head);
    if (context.ended) return message(way, bytes.size(), Mode::to_end);
    return Frame::need(way.at);
  }

  Frame to_close() {
    const std::size_t wanted = way.head + most_body;
    if (bytes.size() >= wanted) return message(way, wanted, Mode::to_end);
    if (context.ended) return message(way, bytes.size(), Mode::to_end);
    return Frame::need(wanted);
  }

  Frame chunks() {
    const std::size_t most = way.head + most_body;
    while (true) {
      if (way.at >= most) {
        const std::size_t size = std::min(most, bytes.size());
        way.left = way.at - size;
        return message(way, size, Mode::chunk_rest);
      }
      const Bytes from = bytes.subspan(std::min<std::size_t>(way.at, bytes.size()));
      const Chunk chunk = chunk_at(from);
      if (chunk.kind == Chunk::Kind::bad)
        return message(way, way.at + std::min(from.size(), most_chunk_line), Mode::broken);
      if (chunk.kind == Chunk::Kind::need) return more(way.at);
      if (chunk.size == 0) return last_chunk(way.at + chunk.line);
      if (chunk.line + chunk.size + 2 > most - way.at) {  // goes beyond what is looked at
        if (bytes.size() < most) return more(most);
        way.left = way.at + chunk.line + chunk.size + 2 - most;
        return message(way, most, Mode::chunk_rest);
      }
      const std::size_t end = way.at + chunk.line + static_cast<std::size_t>(chunk.size);
      if (bytes.size() < end + 1) return more(end + 2);
      const std::size_t line_end = bytes[end] == '\n' ? 1 : 2;
      if (bytes.size() < end + line_end) return more(end + 2);
      if (bytes[end + line_end - 1] != '\n') return message(way, end + line_end, Mode::broken);
      way.at = static_cast<std::uint32_t>(end + line_end);
    }
  }

  Frame last_chunk(std::size_t behind) {
    const Bytes from = bytes.subspan(behind);
    const std::size_t size = trailer_end(from.first(std::min(from.size(), most_trailer)));
    if (size) return message(way, behind + size, Mode::head);
    if (from.size() >= most_trailer) return message(way, behind, Mode::broken);
    return more(way.at);
  }

  Frame more(std::size_t wanted) {
    if (context.ended) return message(way, bytes.size(), Mode::to_end);
    return Frame::need(wanted > bytes.size() ? wanted : 0);
  }

  Frame rest() {
    const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(way.left, most_skip));
    way.left -= step;
    if (way.left == 0) way.mode = Mode::head;
    return skip(way, step);
  }

  Frame chunk_rest() {
    if (way.left) {
      const std::size_t step = static_cast<std::size_t>(std::min<std::uint64_t>(way.left, most_skip));
      way.left -= step;
      return skip(way, step);
    }
    const Chunk chunk = chunk_at(bytes);
    if (chunk.kind == Chunk::Kind::need) return Frame::need();
    if (chunk.kind == Chunk::Kind::bad) return way.mode = Mode::head, Frame::lost();
    if (chunk.size == 0) way.mode = Mode::trailer;
    else way.left = chunk.size + 2;
    return skip(way, chunk.line);
  }

  Frame trailer() {
    const std::size_t size = trailer_end(bytes.first(std::min(bytes.size(), most_trailer)));
    if (size == 0 && bytes.size() < most_trailer) return Frame::need();
    way.mode = Mode::head;
    return size ? skip(way, size) : Frame::lost();
  }
};

}  // namespace

const Method* find_method(std::string_view name) {
  const auto* row = std::ranges::find(methods, name, &Method::name);
  return row == std::end(methods) ? nullptr : row;
}

Identity identify(Bytes bytes, const Context& context) {
  if (context.transport != Transport::tcp) return Identity::no;
  if (const Identity answer = as_answer(bytes); answer != Identity::no) return answer;
  return as_request(bytes);
}

Frame frame_in(Bytes bytes, const Context& context, State state_bytes_) {
  Memory& memory = state<Memory>(state_bytes_);
  Way& way = way_of(memory, context.direction);
  if (context.restarted) way = {};
  return Framer{bytes, context, memory, way}.next();
}

// Without memory: as if nothing had come before.
Frame frame(Bytes bytes, const Context& context) {
  std::array<std::uint8_t, state_bytes> memory{};
  return frame_in(bytes, context, State{memory});
}

std::size_t resync(Bytes bytes, const Context& context) {
  const std::string_view text = text_of(bytes);
  if (context.direction == Direction::to_client) {
    for (std::size_t at = text.find(version_start); at != text.npos; at = text.find(version_start, at + 1)) {
      if (as_answer(bytes.subspan(at)) == Identity::yes) return at;
    }
    return bytes.size();
  }
  for (std::size_t at = 0; at < bytes.size();) {
    if (starts_request(bytes.subspan(at))) {
      const std::string_view line = text.substr(at, text.find('\n', at) - at);
      if (line.find(" HTTP/1.") != line.npos) return at;
    }
    const std::size_t end = text.find('\n', at);
    if (end == text.npos) break;
    at = end + 1;
  }
  return bytes.size();
}

End sender(Bytes bytes, const Context&) {
  if (as_answer(bytes) != Identity::no) return End::server;
  return as_request(bytes) != Identity::no ? End::client : End::unknown;
}

}  // namespace langyan::http
