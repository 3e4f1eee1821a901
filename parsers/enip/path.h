// Path: what a CIP request is addressed to, from its padded EPATH ([CIP] C-1): a tag by name, or
// class, instance and attribute; and the ports on the way there.
#pragma once

#include <string_view>

#include "fields/record.h"

namespace langyan::enip {

constexpr std::size_t most_text_octets = 120;  // of a path as text: a notation may have 128

// A text of bounded length under construction; what does not fit is left out.
class ShortText {
 public:
  ShortText& operator<<(std::string_view text) {
    const std::size_t room = std::min(text.size(), sizeof octets_ - size_);
    std::memcpy(octets_ + size_, text.data(), room);
    size_ += room;
    return *this;
  }
  ShortText& operator<<(std::uint64_t number);
  ShortText& hex(std::uint64_t number, int least_digits = 2);
  // Names come from the wire: what is no printable ASCII is shown as '?'.
  ShortText& name(Bytes octets);
  bool empty() const { return size_ == 0; }
  std::string_view text() const { return {octets_, size_}; }
  Bytes in(Scratch& scratch) const { return scratch.copy(bytes_of(text())); }

 private:
  char octets_[most_text_octets];
  std::size_t size_ = 0;
};

struct Key {  // an electronic key ([CIP] C-1.4.2.5)
  bool present = false;
  std::uint16_t vendor = 0, device_type = 0, product_code = 0;
};

struct Path {
  bool sound = false;          // every segment was understood and ended where the path does
  bool has_class = false, has_instance = false, has_attribute = false;
  std::uint32_t object_class = 0, instance = 0, attribute = 0;
  std::uint32_t outer_class = 0;  // the first of several: the object that holds the other
  std::uint8_t classes = 0;    // how many class segments there were
  std::uint8_t points = 0;     // connection points or, without, instances after the first
  std::uint32_t point[3] = {};
  std::uint8_t named = 0;      // symbolic segments
  std::uint8_t members = 0;
  Bytes name;                  // of the last symbolic segment, as it stands in the message
  ShortText tag;                 // the symbolic path, "Program:Main.Speed[3]"
  ShortText route;               // "1/0"
  std::uint32_t unit = 0;      // the same as a number
  ShortText whole;               // of an object path with more than class, instance and attribute
  Key key;
  bool plain() const { return classes == 1 && members == 0 && points == 0 && named == 0; }
};

Path read_path(Bytes octets);

}  // namespace langyan::enip
