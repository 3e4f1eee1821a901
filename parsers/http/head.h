// Head: the first line and the headers of a message, and how its body is framed.
#pragma once

#include "parsers/http/table.h"

namespace langyan::http {

struct Line {
  Bytes name, value;    // as they stand; a value may hold folded line ends ([H11] 5.2)
  std::uint8_t next = 0;      // of the same name, further behind; 0: none
  bool again = false;   // a line of this name stands before
};

struct Head {
  std::size_t size = 0;          // octets up to and with the empty line
  bool whole = false;            // the empty line is there
  Bytes first, block;            // the first line; the headers, with the empty line
  Bytes method, target, version;  // of a request
  Bytes code, reason;             // of an answer, its version above
  std::uint16_t status = 0;
  std::array<Line, most_headers> lines;
  std::size_t count = 0;
  std::uint32_t wrong = 0;       // by Wrong

  void blame(Wrong what) { wrong |= 1u << static_cast<unsigned>(what); }
  // The first line of that name; null: none. `name` in lower case.
  const Line* find(std::string_view name) const;
};

enum class Body : std::uint8_t { none, length, chunked, close, tunnel };

struct Framing {
  Body body = Body::none;
  std::uint64_t length = 0;
};

// Where the head ends; 0: not within `bytes`. Octets before `from` were looked at.
std::size_t head_end(Bytes bytes, std::size_t from);
void read_head(Bytes message, bool request, Head& head);
Framing framing_of(Head& head, bool request, bool to_head, bool to_connect);

bool same(Bytes text, std::string_view lower);  // but for the case
Bytes trimmed(Bytes text);
// The next of a list apart by commas, without blanks; `list` moves behind it.
Bytes next_element(Bytes& list);

// A chunk's first line ([H11] 7.1).
struct Chunk {
  enum class Kind : std::uint8_t { need, chunk, bad } kind = Kind::need;
  std::size_t line = 0;      // octets of the line
  std::uint64_t size = 0;    // of the data behind it
};
Chunk chunk_at(Bytes bytes);
// Octets of the trailer's lines up to and with the empty one; 0: not there yet.
std::size_t trailer_end(Bytes bytes);

}  // namespace langyan::http
