// Protocols of command lines that are answered by a number of three digits and text (FTP, SMTP): where
// a line or a reply of several lines ends.
#pragma once

#include <algorithm>

#include "fields/protocol.h"

namespace langyan::wire {

constexpr std::size_t longest_line = 4'096;    // taken as one even where no end is found
constexpr std::size_t longest_reply = 16'384;  // of several lines

constexpr bool is_digit(std::uint8_t c) { return c >= '0' && c <= '9'; }
constexpr bool is_letter(std::uint8_t c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); }

// "220 ready", "250-first of several", "226" at the end of a line.
inline bool is_reply(Bytes bytes) {
  if (bytes.size() < 4 || bytes[0] < '1' || bytes[0] > '6' || !is_digit(bytes[1]) || !is_digit(bytes[2])) return false;
  return bytes[3] == ' ' || bytes[3] == '-' || bytes[3] == '\r' || bytes[3] == '\n';
}
inline bool is_tls(Bytes bytes) { return bytes.size() >= 2 && bytes[0] >= 0x14 && bytes[0] <= 0x17 && bytes[1] == 3; }

inline std::size_t line_end(Bytes bytes, std::size_t from) {  // behind the line feed; bytes.size() + 1: none
  const auto rest = bytes.subspan(from);
  const auto at = std::ranges::find(rest, '\n');
  return at == rest.end() ? bytes.size() + 1 : from + static_cast<std::size_t>(at - rest.begin()) + 1;
}

// One line, or all lines of a reply; records of TLS, once both ends have changed to it, are passed over.
inline Frame frame_lines(Bytes bytes, Direction direction) {
  if (is_tls(bytes)) {
    if (bytes.size() < 5) return Frame::need(5);
    return Frame::skip(5 + (std::size_t{bytes[3]} << 8 | bytes[4]));
  }
  const bool several = direction == Direction::to_client && is_reply(bytes) && bytes[3] == '-';
  for (std::size_t start = 0;;) {
    const std::size_t end = line_end(bytes, start);
    if (end > bytes.size()) {
      const std::size_t most = several ? longest_reply : longest_line;
      return bytes.size() >= most ? Frame::message(most) : Frame::need();
    }
    const Bytes line = bytes.subspan(start, end - start);
    const bool last = !several || (start > 0 && line.size() >= 4 &&
                                   std::equal(line.begin(), line.begin() + 3, bytes.begin()) && line[3] != '-');
    if (last || end >= longest_reply) return Frame::message(end);
    start = end;
  }
}

inline std::size_t resync_lines(Bytes bytes) { return std::min(line_end(bytes, 0), bytes.size()); }

inline Bytes without_end(Bytes line) {  // of a line, CR LF
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line = line.first(line.size() - 1);
  return line;
}
inline Bytes trimmed(Bytes text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text = text.subspan(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text = text.first(text.size() - 1);
  return text;
}
// The word at the front of a line of letters alone; empty: none.
inline Bytes first_word(Bytes line) {
  std::size_t size = 0;
  while (size < line.size() && is_letter(line[size])) ++size;
  return size == line.size() || line[size] == ' ' || line[size] == '\r' || line[size] == '\n' || line[size] == ':'
             ? line.first(size)
             : Bytes{};
}

}  // namespace langyan::wire
