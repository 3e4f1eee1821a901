#include "detect/dataset.h"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/address.h"
#include "base/hash.h"
#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

bool decode_base64(std::string_view text, std::string& out) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  while (text.ends_with('=')) text.remove_suffix(1);
  if (text.empty() || text.size() % 4 == 1) return false;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = digits.find(c);
    if (digit == digits.npos) return false;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return true;
}

bool decode_hex(std::string_view text, std::size_t octets, std::string& out) {
  if (text.size() != octets * 2) return false;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto octet = read_unsigned("0x" + std::string(text.substr(i, 2)));
    if (!octet) return false;
    out += static_cast<char>(*octet);
  }
  return true;
}

constexpr std::size_t size_of(Dataset::Type type) {  // 0: any
  switch (type) {
    case Dataset::Type::md5: return 16;
    case Dataset::Type::sha256: return 32;
    default: return 0;
  }
}

std::string_view what_stands(Dataset::Type type) {
  switch (type) {
    case Dataset::Type::string: return "a text in base64";
    case Dataset::Type::md5: return "32 hexadecimal digits";
    case Dataset::Type::sha256: return "64 hexadecimal digits";
    case Dataset::Type::ipv4: return "an IPv4 address";
    case Dataset::Type::ip: return "an IP address";
  }
  return "";
}

bool read_value(Dataset::Type type, std::string_view text, std::string& out) {
  if (type == Dataset::Type::string) return decode_base64(text, out);
  if (const std::size_t size = size_of(type)) return decode_hex(text, size, out);
  const auto address = parse_ip(text);
  if (!address || (type == Dataset::Type::ipv4 && !address->is_v4())) return false;
  out.assign(reinterpret_cast<const char*>(address->octets.data()), address->octets.size());
  return true;
}

}  // namespace

bool Dataset::load(std::string_view text, bool scored, std::string& reason) {
  for (std::size_t line = 1; !text.empty(); ++line) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view content = trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    if (content.empty() || content.front() == '#') continue;
    std::optional<std::uint64_t> score = 0;
    if (const std::size_t comma = content.find(','); comma != content.npos) {
      score = read_unsigned(trim(content.substr(comma + 1)));
      content = trim(content.substr(0, comma));
    } else if (scored) {
      score.reset();
    }
    std::string value;
    if (!score || *score > 0xffff || !read_value(type_, content, value) || value.size() > longest_value) {
      reason = "line " + std::to_string(line) + " is not " + std::string(what_stands(type_)) +
               (scored ? " with ,score from 0 to 65535" : "");
      return false;
    }
    if (values_.size() == most_values || octets_.size() + value.size() > 0xffffffff) {
      reason = "it has more than 4000000 values";
      return false;
    }
    values_.push_back({static_cast<std::uint32_t>(octets_.size()), static_cast<std::uint32_t>(value.size()),
                       static_cast<std::uint16_t>(*score)});
    octets_ += value;
  }
  std::ranges::stable_sort(values_, {}, [&](const Value& value) { return text_of(value); });
  return loaded = true;
}

bool Dataset::fits(Bytes value) const {
  switch (type_) {
    case Type::string: return !value.empty();
    case Type::ipv4: return value.size() == 4;
    case Type::ip: return value.size() == 4 || value.size() == 16;
    default: return value.size() == size_of(type_);
  }
}

// An address is looked for as 16 octets, however it stands in the buffer.
std::string_view Dataset::normal(Bytes value, std::array<char, 16>& room) const {
  const auto text = std::string_view(reinterpret_cast<const char*>(value.data()), value.size());
  if ((type_ != Type::ip && type_ != Type::ipv4) || value.size() != 4) return text;
  const IpAddress mapped = IpAddress::v4(value);
  std::memcpy(room.data(), mapped.octets.data(), room.size());
  return {room.data(), room.size()};
}

std::optional<std::uint16_t> Dataset::find(Bytes value) const {
  if (!fits(value)) return {};
  std::array<char, 16> room;
  const std::string_view wanted = normal(value, room);
  const auto at = std::ranges::lower_bound(values_, wanted, {}, [&](const Value& each) { return text_of(each); });
  if (at == values_.end() || text_of(*at) != wanted) return {};
  return at->score;
}

std::array<std::uint64_t, 2> Dataset::key(Bytes value) const {
  std::array<char, 16> room;
  const Bytes octets = bytes_of(normal(value, room));
  return {hash(octets, 0x6c616e67), hash(octets, 0x7961)};
}

}  // namespace langyan::detect
