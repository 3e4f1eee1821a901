// Conversations of an office, made up: HTTP, TLS, DNS, SMB, SSH, SMTP, syslog and downloads, as frames with right
// lengths and checksums. They are there to be scanned, not to be understood in full: what is encrypted is noise.
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"

namespace langyan::bench {

struct OfficeFrame {
  Duration offset = 0;
  std::vector<std::uint8_t> octets;
};

struct OfficeScene {
  std::vector<OfficeFrame> frames;
  bool outside = false;  // the server is not of this network
  unsigned share = 1;
};

// The same scenes each time.
std::vector<OfficeScene> office_scenes();

}  // namespace langyan::bench
