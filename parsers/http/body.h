// Content: a message's body put together, decompressed, and a form's parts.
#pragma once

#include "parsers/http/head.h"
#include "parsers/wire/inflate.h"

namespace langyan::http {

struct Content {
  Bytes octets;          // as sent, without chunks
  Bytes file;            // decompressed
  bool chunk_wrong = false, coding_wrong = false, grew = false;
};

// `sent`: what of the body stands in the message. Uses what is left of `scratch`.
Content read_content(Bytes sent, const Framing& framing, const Line* encoding, Scratch& scratch);

struct Part {
  Bytes name, file_name, type, data;
};

// Calls visit(part) for each part of a form ([FORM], [MIME] 5.1); `type` is the Content-Type's value.
// False: it is no form.
template <class Visit>
bool each_part(Bytes body, Bytes type, Visit visit);

// The value of `name` among parameters ("; name=value; …"), without quotes; empty: none.
Bytes parameter(Bytes value, std::string_view name);

bool next_part(Bytes& rest, Bytes boundary, Part& part);
Bytes boundary_of(Bytes type);

template <class Visit>
bool each_part(Bytes body, Bytes type, Visit visit) {
  const Bytes boundary = boundary_of(type);
  if (boundary.empty()) return false;
  Part part;
  for (std::size_t i = 0; i < most_parts && next_part(body, boundary, part); ++i) visit(part);
  return true;
}

}  // namespace langyan::http
