#include "flow/key.h"

#include <algorithm>

namespace langyan::flow {
namespace {

namespace protocol = decode::ip_protocol;

struct PairRow {
  std::uint8_t protocol, request, reply;
};
constexpr PairRow pairs[] = {
    {protocol::icmp, 8, 0},       {protocol::icmp, 13, 14},     {protocol::icmp, 15, 16},
    {protocol::icmp, 10, 9},      {protocol::icmp, 17, 18},     {protocol::icmpv6, 128, 129},
    {protocol::icmpv6, 130, 131}, {protocol::icmpv6, 133, 134}, {protocol::icmpv6, 135, 136},
    {protocol::icmpv6, 139, 140}, {protocol::icmpv6, 144, 145},
};

Kind kind_of(std::uint8_t number) {
  switch (number) {
    case protocol::tcp: return Kind::tcp;
    case protocol::udp: return Kind::udp;
    case protocol::icmp:
    case protocol::icmpv6: return Kind::icmp;
    default: return Kind::other;
  }
}

// Any total order serves; this one costs two comparisons for most pairs.
bool before(const IpAddress& a, std::uint16_t port_a, const IpAddress& b, std::uint16_t port_b) {
  std::uint64_t words_a[2], words_b[2];
  std::memcpy(words_a, a.octets.data(), sizeof words_a);
  std::memcpy(words_b, b.octets.data(), sizeof words_b);
  if (words_a[1] != words_b[1]) return words_a[1] < words_b[1];
  if (words_a[0] != words_b[0]) return words_a[0] < words_b[0];
  return port_a < port_b;
}

void order(Key& key, std::uint32_t& side) {
  side = before(key.address[1], key.port[1], key.address[0], key.port[0]);
  if (!side) return;
  std::swap(key.address[0], key.address[1]);
  std::swap(key.port[0], key.port[1]);
}

bool make_layer2_key(const decode::Headers& headers, Key& key, std::uint32_t& side) {
  if (headers.is_arp()) return false;  // questions to all, no conversation; assets reads them
  key.kind = Kind::layer2;
  key.protocol = headers.ethertype == 0;
  key.port[0] = key.port[1] = headers.ethertype ? headers.ethertype : headers.llc;
  std::ranges::copy(headers.source_mac.octets, key.address[0].octets.begin());
  std::ranges::copy(headers.destination_mac.octets, key.address[1].octets.begin());
  order(key, side);
  return true;
}

}  // namespace

IcmpPair icmp_pair(std::uint8_t number, std::uint8_t type) {
  for (const PairRow& row : pairs) {
    if (row.protocol == number && (row.request == type || row.reply == type)) {
      return {row.request, row.reply, true};
    }
  }
  return {type, type, false};
}

bool make_key(const decode::Headers& headers, decode::Outcome outcome, Key& key,
              std::uint32_t& side) {
  if (outcome == decode::Outcome::link_only) return make_layer2_key(headers, key, side);
  const bool checksum = headers.invalid == decode::Invalid::tcp_checksum;
  if (outcome == decode::Outcome::fragment) return false;
  if (outcome == decode::Outcome::invalid && !checksum) return false;
  key.kind = outcome == decode::Outcome::network ? Kind::other : kind_of(headers.protocol);
  key.protocol = headers.protocol;
  key.address = {headers.source, headers.destination};
  if (key.kind == Kind::icmp) {
    const IcmpPair pair = icmp_pair(headers.protocol, headers.icmp_type);
    key.port[0] = key.port[1] = static_cast<std::uint16_t>(
        pair.found ? pair.request << 8 : headers.icmp_type << 8 | headers.icmp_code);
  } else {
    key.port = {headers.source_port, headers.destination_port};
  }
  order(key, side);
  return true;
}

}  // namespace langyan::flow
