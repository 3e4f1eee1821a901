// Target: what a request asks for, as Suricata's http.uri has it.
#pragma once

#include "parsers/http/table.h"

namespace langyan::http {

struct Target {
  Bytes uri;         // path and query (and fragment), normalised; of CONNECT as it stands
  Bytes path;        // of it
  Bytes authority;   // of an absolute target, as it stands
  bool above_root = false, line_end = false;
};

// Writes to `scratch`; an empty uri: it was full.
Target read_target(Bytes target, bool connect, Scratch& scratch);

// "Host:80" or "[::1]:80" without port.
Bytes host_of(Bytes authority);

}  // namespace langyan::http
