#include "store/value.h"

namespace langyan::store {

Value address_value(const IpAddress& ip) {
  if (ip.is_v4()) return std::int64_t{ip.v4_number()};
  return Value::blob(text_of(ip.octets));
}

IpAddress address_of(const Value& value) {
  if (value.is_integer()) return IpAddress::v4(static_cast<std::uint32_t>(value.number));
  return value.octets.size() == 16 ? IpAddress::v6(bytes_of(value.octets)) : IpAddress{};
}

int compare_values(const Value& a, const Value& b) {
  using Kind = Value::Kind;
  const auto rank = [](const Value& value) {
    return value.kind == Kind::null ? 0 : value.kind <= Kind::real ? 1 : value.kind == Kind::text ? 2 : 3;
  };
  if (rank(a) != rank(b)) return rank(a) < rank(b) ? -1 : 1;
  if (rank(a) == 0) return 0;
  if (rank(a) == 1) {
    // long double holds all of both kinds exactly here.
    const auto number = [](const Value& value) {
      return value.kind == Kind::integer ? static_cast<long double>(value.number)
                                         : static_cast<long double>(value.real);
    };
    const auto x = number(a), y = number(b);
    return x < y ? -1 : x > y ? 1 : 0;
  }
  return a.octets.compare(b.octets) < 0 ? -1 : a.octets == b.octets ? 0 : 1;
}

}  // namespace langyan::store
