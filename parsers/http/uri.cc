// [URI] RFC 3986. Of the path escapes are resolved (%2f and the %uXXXX of old servers too; a wrong one
// stays as it is), \ is /, runs of / are one, and . and .. are taken out; of the query escapes are resolved
// and + stays. A fragment, which no client ought to send, stays as it is.
#include "parsers/http/uri.h"

#include <algorithm>
#include <cstring>

namespace langyan::http {
namespace {

int digit(std::uint8_t c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int octet_at(Bytes text, std::size_t at) {
  if (at + 2 > text.size()) return -1;
  const int high = digit(text[at]), low = digit(text[at + 1]);
  return high < 0 || low < 0 ? -1 : high << 4 | low;
}

// The octet that stands at the front, and how many octets write it.
struct Unescaped {
  std::uint8_t octet;
  std::size_t size;
};
Unescaped unescape(Bytes text) {
  if (text[0] != '%') return {text[0], 1};
  if (const int octet = octet_at(text, 1); octet >= 0) return {static_cast<std::uint8_t>(octet), 3};
  if (text.size() >= 6 && (text[1] | 0x20) == 'u') {
    const int high = octet_at(text, 2), low = octet_at(text, 4);
    if (high == 0 && low >= 0) return {static_cast<std::uint8_t>(low), 6};
    // Full-width forms of ASCII.
    if (high == 0xff && low > 0 && low <= 0x5e) return {static_cast<std::uint8_t>(low + 0x20), 6};
    if (high >= 0 && low >= 0) return {'?', 6};
  }
  return {'%', 1};
}

struct Writer {
  std::span<std::uint8_t> out;
  std::size_t size = 0;
  bool line_end = false;

  void put(std::uint8_t octet) {
    if (octet == '\n' || octet == '\r') line_end = true;
    out[size++] = octet;
  }
  void unescaped(Bytes text) {
    while (!text.empty()) {
      const Unescaped one = unescape(text);
      put(one.octet);
      text = text.subspan(one.size);
    }
  }
  void path(Bytes text) {
    while (!text.empty()) {
      const Unescaped one = unescape(text);
      const std::uint8_t octet = one.octet == '\\' ? '/' : one.octet;
      if (octet != '/' || size == 0 || out[size - 1] != '/') put(octet);
      text = text.subspan(one.size);
    }
  }
};

// [URI] 5.2.4, in place; the path's new size.
std::size_t remove_dots(std::span<std::uint8_t> path, bool& above_root) {
  std::size_t from = 0, to = 0;
  while (from < path.size()) {
    const auto begin = path.begin() + static_cast<std::ptrdiff_t>(from);
    std::size_t end = static_cast<std::size_t>(std::find(begin, path.end(), '/') - path.begin());
    const std::size_t size = end - from;
    const bool one = size == 1 && path[from] == '.';
    const bool two = size == 2 && path[from] == '.' && path[from + 1] == '.';
    const bool last = end == path.size();
    if (two) {
      if (to <= 1) {
        above_root = true;
      } else {  // back over "segment/"
        --to;
        while (to > 0 && path[to - 1] != '/') --to;
      }
    } else if (!one) {
      std::memmove(path.data() + to, path.data() + from, size);
      to += size;
      if (!last) path[to++] = '/';
    }
    from = last ? end : end + 1;
  }
  return to;
}

}  // namespace

Target read_target(Bytes target, bool connect, Scratch& scratch) {
  Target result;
  if (connect) {
    result.authority = target;
    result.uri = result.path = scratch.copy(target);
    return result;
  }
  std::string_view text = text_of(target);
  if (const std::size_t scheme = text.find("://");
      scheme != text.npos && scheme > 0 && scheme < most_token && text[0] != '/') {
    const std::size_t start = scheme + 3, end = std::min(text.find_first_of("/?#\\", start), text.size());
    result.authority = target.subspan(start, end - start);
    target = target.subspan(end);
    text = text_of(target);
  }
  const std::size_t fragment = std::min(text.find('#'), text.size());
  const std::size_t query = std::min(text.substr(0, fragment).find('?'), fragment);
  const auto out = scratch.take(target.size());
  if (out.size() != target.size() || target.empty()) return result;
  Writer writer{out};
  writer.path(target.first(query));
  writer.size = remove_dots(out.first(writer.size), result.above_root);
  result.path = Bytes{out}.first(writer.size);
  if (query < fragment) {
    writer.put('?');
    writer.unescaped(target.subspan(query + 1, fragment - query - 1));
  }
  for (const std::uint8_t octet : target.subspan(fragment)) writer.put(octet);
  result.uri = Bytes{out}.first(writer.size);
  result.line_end = writer.line_end;
  return result;
}

Bytes host_of(Bytes authority) {
  const std::string_view text = text_of(authority);
  if (const std::size_t at = text.rfind('@'); at != text.npos) return host_of(authority.subspan(at + 1));
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    return end == text.npos ? authority : authority.first(end + 1);
  }
  Bytes host = authority.first(std::min(text.find(':'), text.size()));
  while (!host.empty() && host.back() == '.') host = host.first(host.size() - 1);
  return host;
}

}  // namespace langyan::http
