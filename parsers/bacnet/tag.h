// Tags: the encoding of all parameters of BACnet, read one element at a time ([135] 20.2).
//
// An element is primitive (a tag and its content) or constructed (an opening tag, elements, the closing
// tag of the same number). Nothing recurses: a constructed element is walked with a stack of fixed depth.
#pragma once

#include <optional>

#include "base/bytes.h"
#include "fields/operation.h"
#include "fields/reader.h"
#include "fields/record.h"

namespace langyan::bacnet {

constexpr std::size_t most_depth = 16;       // of constructed elements; the standard's deepest type has 6
constexpr std::size_t most_shown_octets = 256;  // of a value written as text

enum Datatype : std::uint8_t {  // application tags ([135] 20.2.1.4)
  type_null, type_boolean, type_unsigned, type_signed, type_real, type_double, type_octets,
  type_characters, type_bits, type_enumerated, type_date, type_time, type_object,
  type_constructed = 254,  // ours: several elements, or a constructed one
};

struct Tag {
  enum class Kind : std::uint8_t { application, context, opening, closing };
  Kind kind = Kind::application;
  std::uint8_t number = 0;
  std::uint8_t header = 0;   // octets of the tag itself
  std::uint32_t length = 0;  // of the content
  bool on = false;           // an application-tagged boolean has its value in the tag
};

// The tag at the front, with its content whole; nothing where it is neither.
std::optional<Tag> read_tag(Bytes octets);

struct ObjectId {
  std::uint16_t type = 0;
  std::uint32_t instance = 0;
};
constexpr std::uint32_t any_instance = 4'194'303;  // [135] 20.2.14: unspecified

class Tags {
 public:
  enum class Trouble : std::uint8_t { none, malformed, too_deep };

  explicit Tags(Bytes octets) : rest_(octets) {}

  bool more() const { return !rest_.empty() && trouble_ == Trouble::none; }
  Trouble trouble() const { return trouble_; }
  Bytes left() const { return rest_; }
  Bytes rest() {  // all of it, unread
    const Bytes all = rest_;
    rest_ = {};
    return all;
  }
  void inherit(const Tags& inner) { fail(inner.trouble_); }

  // The content of the next element where it is of this kind and number; else nothing, and it stays.
  std::optional<Bytes> context(std::uint8_t number) { return primitive(Tag::Kind::context, number); }
  std::optional<Bytes> application(std::uint8_t type) { return primitive(Tag::Kind::application, type); }
  std::optional<Bytes> group(std::uint8_t number);  // between the tags of a constructed one
  std::optional<Bytes> element();                   // the next one, whatever it is, with its tags

  // The same as numbers; one that is not what it is read as is malformed.
  std::optional<std::uint64_t> number(std::uint8_t context_number) { return as_number(context(context_number)); }
  std::optional<std::uint64_t> plain_number(Datatype type) { return as_number(application(type)); }
  std::optional<std::int64_t> plain_signed();
  std::optional<bool> boolean(std::uint8_t context_number);
  std::optional<bool> plain_boolean();
  std::optional<ObjectId> object(std::uint8_t context_number) { return as_object(context(context_number)); }
  std::optional<ObjectId> plain_object() { return as_object(application(type_object)); }

 private:
  void fail(Trouble what) {
    if (trouble_ == Trouble::none) trouble_ = what;
  }
  std::optional<Tag> next();
  std::optional<Bytes> primitive(Tag::Kind kind, std::uint8_t number);
  std::size_t constructed_size(const Tag& opening);  // 0: malformed
  std::optional<std::uint64_t> as_number(std::optional<Bytes> content);
  std::optional<ObjectId> as_object(std::optional<Bytes> content);

  Bytes rest_;
  Trouble trouble_ = Trouble::none;
};

// A value as an operation and an item carry it: a number, or text in the message or in scratch.
struct Datum {
  std::uint8_t type = type_constructed;
  Value value;
  bool relinquishes() const { return type == type_null; }
};
// `octets`: the elements of one value. Nothing where they are malformed.
std::optional<Datum> read_datum(Bytes octets, Scratch& scratch);

// A character string's content as UTF-8 ([135] 20.2.9); what is not convertible stays as it is.
Bytes characters(Bytes content, Scratch& scratch);

// Date and Time ([135] 20.2.12, 20.2.13) as microseconds of the device's own clock; nothing where a
// part is left open or none that a clock shows.
std::optional<std::int64_t> clock_time(Bytes date, Bytes time);

// Text built in a buffer of fixed size; what does not fit is left out and marked.
class Line {
 public:
  void add(std::string_view text);
  void add(char c) { add(std::string_view{&c, 1}); }
  void add(std::uint64_t number);
  void add_signed(std::int64_t number);
  void add_real(double number);
  void add_hex(Bytes octets);
  void add_padded(unsigned number);  // two digits
  bool full() const { return full_; }
  std::string_view view() const { return {text_.data(), size_}; }
  Bytes in(Scratch& scratch) const { return scratch.copy(bytes_of(view())); }

 private:
  std::array<char, most_shown_octets + 4> text_;
  std::size_t size_ = 0;
  bool full_ = false;
};

void add_object(Line& line, std::uint16_t type, std::uint32_t instance);  // "analog-input,1"

}  // namespace langyan::bacnet
