#include "parsers/http/body.h"

#include <algorithm>

namespace langyan::http {
namespace {

constexpr std::size_t most_content = 49'152;  // octets a body is decompressed to
constexpr std::size_t growth = 200;           // so many times longer than it was is no ordinary body
constexpr std::size_t most_part_head = 1'024;

wire::Coding coding_of(const Line* line) {
  if (!line) return wire::Coding::identity;
  Bytes list = line->value;
  const Bytes first = next_element(list);
  if (!trimmed(list).empty()) return wire::Coding::identity;  // several on top of each other: left as they are
  if (same(first, "gzip") || same(first, "x-gzip")) return wire::Coding::gzip;
  if (same(first, "deflate")) return wire::Coding::deflate;
  return same(first, "br") ? wire::Coding::brotli : wire::Coding::identity;
}

// What of the scratch area is left, at most `most`.
std::span<std::uint8_t> room(Scratch& scratch, std::size_t most) {
  return scratch.take(std::min(most, scratch_bytes - scratch.used().size()));
}

Bytes without_chunks(Bytes sent, Scratch& scratch, bool& wrong) {
  const auto out = room(scratch, sent.size());
  std::size_t size = 0;
  while (true) {
    const Chunk chunk = chunk_at(sent);
    wrong = chunk.kind == Chunk::Kind::bad;
    if (chunk.kind != Chunk::Kind::chunk || chunk.size == 0) break;
    sent = sent.subspan(chunk.line);
    const std::size_t here =
        static_cast<std::size_t>(std::min<std::uint64_t>({chunk.size, sent.size(), out.size() - size}));
    std::copy_n(sent.begin(), here, out.begin() + static_cast<std::ptrdiff_t>(size));
    size += here;
    if (here < chunk.size) break;
    sent = sent.subspan(here);
    if (sent.empty()) break;
    const std::size_t end = sent[0] == '\n' ? 1 : 2;
    if (sent.size() < end) break;
    if (sent[end - 1] != '\n') {
      wrong = true;
      break;
    }
    sent = sent.subspan(end);
  }
  return Bytes{out}.first(size);
}

Bytes inflated(Bytes octets, wire::Coding coding, Scratch& scratch, Content& content) {
  const auto out = room(scratch, most_content);
  wire::Inflater inflater(coding, out);
  const wire::Inflated end = inflater.feed(octets);
  content.coding_wrong = end == wire::Inflated::broken;
  content.grew = end == wire::Inflated::full && inflater.size() / growth > octets.size();
  if (inflater.size() == 0)
    return end == wire::Inflated::done ? Bytes{} : octets;  // what it is, it is not what it says
  return Bytes{out}.first(inflater.size());
}

}  // namespace

Content read_content(Bytes sent, const Framing& framing, const Line* encoding, Scratch& scratch) {
  Content content;
  content.octets = content.file =
      framing.body == Body::chunked ? without_chunks(sent, scratch, content.chunk_wrong) : sent;
  const wire::Coding coding = coding_of(encoding);
  if (coding != wire::Coding::identity && !content.octets.empty())
    content.file = inflated(content.octets, coding, scratch, content);
  return content;
}

Bytes parameter(Bytes value, std::string_view name) {
  const std::string_view text = text_of(value);
  for (std::size_t at = text.find(';'); at != text.npos; at = text.find(';', at)) {
    ++at;
    while (at < text.size() && (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n')) ++at;
    const std::size_t equals = at + name.size();
    if (equals >= text.size() || text[equals] != '=' || !same(value.subspan(at, name.size()), name)) continue;
    const std::size_t start = equals + 1;
    if (start < text.size() && text[start] == '"') {
      const std::size_t end = std::min(text.find('"', start + 1), text.size());
      return value.subspan(start + 1, end - start - 1);
    }
    return trimmed(value.subspan(start, std::min(text.find(';', start), text.size()) - start));
  }
  return {};
}

Bytes boundary_of(Bytes type) {
  constexpr std::string_view multipart = "multipart/";
  if (type.size() < multipart.size() || !same(type.first(multipart.size()), multipart)) return {};
  const Bytes boundary = parameter(type, "boundary");
  return boundary.size() <= most_boundary ? boundary : Bytes{};
}

// A part stands between "--boundary" lines; its headers end with an empty line.
bool next_part(Bytes& rest, Bytes boundary, Part& part) {
  const std::string_view mark = text_of(boundary);
  std::string_view text = text_of(rest);
  const auto delimiter = [&](std::size_t from) {  // where "--boundary" stands
    for (std::size_t at = text.find("--", from); at != text.npos; at = text.find("--", at + 1))
      if (text.substr(at + 2, mark.size()) == mark) return at;
    return text.npos;
  };
  const std::size_t start = delimiter(0);
  if (start == text.npos) return false;
  const std::size_t line = start + 2 + mark.size();
  if (text.substr(line, 2) == "--") return false;  // the last
  const std::size_t begin = text.find('\n', line);
  if (begin == text.npos) return false;
  rest = rest.subspan(begin + 1);
  text = text_of(rest);
  const std::size_t end = std::min(delimiter(0), text.size());
  std::size_t data_end = end;
  if (end < text.size()) {
    if (data_end > 0 && text[data_end - 1] == '\n') --data_end;
    if (data_end > 0 && text[data_end - 1] == '\r') --data_end;
  }
  const Bytes whole = rest.first(data_end);
  part = {};
  std::size_t at = 0;
  const std::size_t head = whole.empty() || whole[0] == '\n' ? whole.size() > 0
                           : whole.size() >= 2 && whole[0] == '\r' && whole[1] == '\n'
                               ? 2
                               : head_end(whole.first(std::min(whole.size(), most_part_head)), 0);
  while (at < head) {
    const std::size_t size = std::min(text.find('\n', at), head) - at;
    const Bytes each = rest.subspan(at, size);
    const std::size_t colon = std::min(text_of(each).find(':'), size);
    const Bytes name = trimmed(each.first(colon)), value = trimmed(each.subspan(std::min(colon + 1, size)));
    if (same(name, "content-disposition")) {
      part.name = parameter(value, "name");
      part.file_name = parameter(value, "filename");
    } else if (same(name, "content-type")) {
      part.type = value;
    }
    at += size + 1;
  }
  part.data = whole.subspan(std::min(head, whole.size()));
  rest = rest.subspan(end);
  return true;
}

}  // namespace langyan::http
