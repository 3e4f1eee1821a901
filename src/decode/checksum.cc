#include "decode/walk.h"

namespace langyan::decode {

std::uint64_t ones_sum(Bytes bytes, std::uint64_t sum) {
  const std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left >= 4; left -= 4, at += 4) sum += u32(at);
  if (left >= 2) {
    sum += u16(at);
    left -= 2, at += 2;
  }
  return left ? sum + (at[0] << 8u) : sum;
}

std::uint16_t folded(std::uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

bool checksum_holds(const Walk& walk, std::uint8_t protocol) {
  if (walk.missing || walk.headers.source_routed) return true;
  const Headers& headers = walk.headers;
  std::uint64_t sum = 0;
  if (headers.ip_version == 6 || protocol != ip_protocol::icmp) {
    const std::size_t skipped = headers.ip_version == 6 ? 0 : 12;
    sum = ones_sum(Bytes(headers.source.octets).subspan(skipped), sum);
    sum = ones_sum(Bytes(headers.destination.octets).subspan(skipped), sum);
    sum += walk.size() + protocol;
  }
  return folded(ones_sum(walk.rest(), sum)) == 0;
}

}  // namespace langyan::decode
