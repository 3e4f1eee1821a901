#include "store/sqlite/network.h"

namespace langyan::store {
namespace {

constexpr std::uint8_t v4_prefix = 96;  // of the v4-mapped range, in the 128-bit form

}  // namespace

Sql in_network(std::string_view column, const IpNetwork& network) {
  const auto edge = [&](std::uint8_t fill) {
    IpAddress ip = network.address;
    for (int bit = network.prefix; bit < 128; ++bit) {
      const auto mask = static_cast<std::uint8_t>(0x80 >> (bit & 7));
      auto& octet = ip.octets[static_cast<std::size_t>(bit >> 3)];
      octet = static_cast<std::uint8_t>(fill ? octet | mask : octet & ~mask);
    }
    return ip;
  };
  const std::string name(column);
  Sql sql;
  if (network.prefix >= v4_prefix && network.address.is_v4()) {
    return sql.add(name + " BETWEEN ?", address_value(edge(0)))
        .add(" AND ?", address_value(edge(1)));
  }
  const auto octets = [](const IpAddress& ip) { return Value::blob(text_of(ip.octets)); };
  sql.add("(" + name + " BETWEEN ?", octets(edge(0))).add(" AND ?", octets(edge(1)));
  if (network.contains(IpAddress::v4(0))) sql.add(" OR typeof(" + name + ") = 'integer'");
  return sql.add(")");
}

}  // namespace langyan::store
