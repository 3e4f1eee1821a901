// Tlv: one value of the Basic Encoding Rules of ASN.1 ([BER] ITU-T X.690 (02/2021)): a tag, a
// length, the content. Read within the octets given and never past them; a value that ends beyond
// them is none, and leaves the Reader marked.
//
//   Tlv each;
//   for (Reader in{content}; in.left() > 0 && next(in, each);) …            the values side by side
//   for (Walk walk{content}; walk.next(each);) … walk.depth() …             all of them, at any
//   depth
//
// MMS: ISO 9506-2 clause 8 and 15 (Data); 61850: IEC 61850-8-1 8.1.3 (UtcTime).
#pragma once

#include <array>
#include <optional>
#include <span>

#include "base/time.h"
#include "fields/reader.h"
#include "fields/record.h"

namespace langyan::wire::ber {

constexpr std::size_t most_tag_octets = 5;     // after the first: a number of 32 bits
constexpr std::size_t most_length_octets = 4;  // after the first
constexpr std::size_t most_depth = 32;         // of values within values, in Walk
constexpr std::size_t most_indefinite = 8;     // values of indefinite length within one another
constexpr std::size_t longest_oid_text = 128;

enum class Class : std::uint8_t { universal, application, context, private_use };

namespace universal {  // [BER] and X.680 8.6, Table 1
enum : std::uint32_t {
  boolean = 1,
  integer = 2,
  bit_string = 3,
  octet_string = 4,
  null = 5,
  object_identifier = 6,
  object_descriptor = 7,
  external = 8,
  real = 9,
  enumerated = 10,
  utf8_string = 12,
  relative_oid = 13,
  sequence = 16,
  set = 17,
  numeric_string = 18,
  printable_string = 19,
  teletex_string = 20,
  ia5_string = 22,
  utc_time = 23,
  generalized_time = 24,
  graphic_string = 25,
  visible_string = 26,
  general_string = 27,
};
}

struct Tlv {
  Class tag_class = Class::universal;
  bool constructed = false;
  bool indefinite = false;  // its end was marked, not its length said
  std::uint32_t tag = 0;
  Bytes content;
  Bytes whole;  // with tag, length and end mark

  bool is(Class wanted, std::uint32_t number) const { return tag_class == wanted && tag == number; }
  bool is_context(std::uint32_t number) const { return is(Class::context, number); }
  bool is_universal(std::uint32_t number) const { return is(Class::universal, number); }
};

struct Head {  // tag and length alone, for framing and for values that are not all there
  Class tag_class = Class::universal;
  bool constructed = false;
  bool indefinite = false;
  std::uint32_t tag = 0;
  std::uint32_t length = 0;
  std::uint8_t size = 0;  // octets of tag and length
};
// Marks `in` when no head stands there.
bool read_head(Reader& in, Head& head);

// The value at the front; false, and `in` is marked, when none stands there whole.
bool next(Reader& in, Tlv& value);
// The first of this tag among the values side by side in `content`.
std::optional<Tlv> find(Bytes content, Class tag_class, std::uint32_t tag);
inline std::optional<Tlv> find_context(Bytes content, std::uint32_t tag) {
  return find(content, Class::context, tag);
}

// Every value, each before those within it. What lies deeper than `deepest` is passed over as one.
class Walk {
 public:
  explicit Walk(Bytes content, std::size_t deepest = most_depth)
      : deepest_(deepest < most_depth ? deepest : most_depth) {
    levels_[0] = Reader{content};
  }
  bool next(Tlv& value);                        // false: the end, or a value that is not whole
  std::size_t depth() const { return depth_; }  // of the last value; 0 at the top
  bool ok() const { return ok_; }               // all were whole so far
  bool cut() const { return cut_; }             // some lay too deep
  void pass() { enter_ = false; }               // do not enter the last value

 private:
  std::array<Reader, most_depth + 1> levels_ = make_levels();
  static std::array<Reader, most_depth + 1> make_levels() {
    return []<std::size_t... I>(std::index_sequence<I...>) {
      return std::array<Reader, most_depth + 1>{((void)I, Reader{Bytes{}})...};
    }
    (std::make_index_sequence<most_depth + 1>{});
  }
  std::size_t deepest_, level_ = 0, depth_ = 0;
  Bytes inner_;
  bool enter_ = false, ok_ = true, cut_ = false;
};

// Contents. Nothing where the content is not one of the type ([BER] 8.2, 8.3, 8.6, 8.19).
std::optional<bool> to_boolean(Bytes content);
std::optional<std::int64_t> to_integer(Bytes content);  // two's complement, at most 8 octets
// As sent by stacks that leave out the leading zero of large numbers too: never negative.
std::optional<std::uint64_t> to_unsigned(Bytes content);
// FloatingPoint of MMS (ISO 9506-2 clause 7.3, type FloatingPoint): the width of the exponent, then
// IEEE 754.
std::optional<double> to_float(Bytes content);

struct BitString {
  Bytes octets;
  std::size_t bits = 0;
  bool operator[](std::size_t bit) const {  // bit 0 is the first, the highest of its octet
    return bit < bits && octets[bit / 8] >> (7 - bit % 8) & 1;
  }
};
std::optional<BitString> to_bits(Bytes content);

// "1.0.9506.2.3" into `out`; empty when the content is no object identifier or does not fit.
std::string_view oid_text(Bytes content, std::span<char> out);
Bytes oid_text(Bytes content, Scratch& scratch);  // the same as octets that a Record may hold

bool is_visible(Bytes content);  // characters of VisibleString: 0x20 to 0x7e, at least one

// UtcTime of IEC 61850-8-1: seconds, a fraction of 2^-24, a quality.
struct UtcTime {
  Time time = 0;
  std::uint8_t quality = 0;
};
std::optional<UtcTime> to_utc_time(Bytes content);
// BinaryTime / TimeOfDay: milliseconds of the day, then in the form of six octets days since
// 1984-01-01; of four octets the day is not known and the time counts from zero.
std::optional<Time> to_binary_time(Bytes content);

}  // namespace langyan::wire::ber
