// How a file begins: whether it is a capture, or one that somebody compressed. Any thread.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"

namespace langyan::capture {

// Begins like a capture libpcap reads, or is named like one.
bool looks_like_capture(const std::string& path);

struct Packer {
  std::string_view name, unpack;  // "gzip", "zcat"; empty for none
};
Packer packer_of(Bytes start);

}  // namespace langyan::capture
