// PayloadCondition: what a rule looks for in one run of octets, in the order in which it is
// written.
//
// Each condition may move the position that relative ones count from. A new keyword of this family
// is one more alternative here, one row in keywords_payload.cc and one overload in payload.cc.
// Immutable once compiled; any thread may read.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "detect/dataset.h"

struct pcre2_real_code_8;

namespace langyan::detect {

struct RegexFree {
  void operator()(pcre2_real_code_8* code) const;
};

// Numbers that byte_extract and byte_math read out of the octets; later conditions of the rule use
// them.
using Variable = std::uint8_t;
constexpr Variable no_variable = std::numeric_limits<Variable>::max();
constexpr std::size_t most_variables = 32;  // of a rule

struct Content {
  // Which of the numbers below are variables; they then stand there as if they ruled nothing out.
  struct Variables {
    Variable offset = no_variable, depth = no_variable, distance = no_variable,
             within = no_variable;
    bool any = false;
  };
  std::string bytes;  // in lower case when `nocase`
  bool nocase = false, negated = false;
  std::optional<std::uint32_t> offset;   // from the start: the match begins here or later
  std::optional<std::uint32_t> depth;    // … and ends at most so far behind the offset
  std::optional<std::int32_t> distance;  // from the last position, likewise
  std::optional<std::int32_t> within;
  bool starts = false, ends = false;               // startswith, endswith
  bool fast = false;                               // fast_pattern: the literal to scan for
  std::uint32_t chop_offset = 0, chop_length = 0;  // of fast_pattern; length 0: all of it
  std::vector<std::uint16_t> restart;  // of a nocase search: where to go on after a mismatch
  bool leads = false;                  // a later condition counts from this match
  Variables variables;

  bool relative() const { return distance || within; }
  // Of its place from the start, where no variable says it: the match ends at most there.
  std::optional<std::uint64_t> latest_end() const {
    const bool known = variables.offset == no_variable && variables.depth == no_variable;
    return known && depth ? std::optional(offset.value_or(0) + std::uint64_t{*depth})
                          : std::nullopt;
  }
  bool absolute() const {
    return offset || depth || variables.offset != no_variable || variables.depth != no_variable;
  }
  std::uint32_t size() const { return static_cast<std::uint32_t>(bytes.size()); }
};

struct Regex {
  std::unique_ptr<pcre2_real_code_8, RegexFree> code;
  bool negated = false, relative = false;
  bool anchored = false;     // can match at the start only
  std::uint32_t groups = 0;  // that capture
  bool leads = false;        // as of Content
};

// How byte_test and byte_jump read a number.
struct NumberAt {
  std::uint8_t size = 1;  // octets; with a base up to 23 digits
  std::int32_t offset = 0;
  bool relative = false, little = false;
  std::uint8_t base = 0;                   // 0: binary; 8, 10, 16: digits
  std::uint64_t mask = ~std::uint64_t{0};  // applied first, then shifted down to its lowest bit
  Variable size_variable = no_variable, offset_variable = no_variable;  // in place of the numbers
  bool by_message = false;  // dce: the message says which order

  bool variable() const { return size_variable != no_variable || offset_variable != no_variable; }
};

struct ByteTest {
  enum class Operator : std::uint8_t { less, greater, equal, at_most, at_least, any_bit, differs };
  NumberAt number;
  Operator compare = Operator::equal;
  bool negated = false;
  std::uint64_t value = 0;
  Variable value_variable = no_variable;
};

struct ByteJump {
  enum class From : std::uint8_t { here, beginning, end };
  NumberAt number;  // size 0: jumps by post_offset alone
  std::uint32_t multiplier = 1;
  std::int32_t post_offset = 0;
  bool align = false;  // up to a multiple of four
  From from = From::here;
};

struct DataAt {  // isdataat
  std::uint32_t offset = 0;
  bool relative = false, negated = false;
  Variable variable = no_variable;
};

// byte_extract and byte_math read a number, put it into a variable, and count from behind it.
struct ByteExtract {
  NumberAt number;
  Variable result = 0;
  std::uint32_t multiplier = 1;
  std::uint8_t align = 1;  // up to a multiple of 2 or 4
};

struct ByteMath {
  enum class Operator : std::uint8_t { add, subtract, multiply, divide, shift_left, shift_right };
  NumberAt number;  // its mask is applied to what comes out
  Operator operation = Operator::add;
  std::uint32_t value = 0;
  Variable value_variable = no_variable;
  Variable result = 0;
};

struct BufferSize {  // bsize
  std::uint64_t least = 0, most = std::numeric_limits<std::uint64_t>::max();
  bool negated = false;
};

struct Decoded;
struct Base64Decode {  // base64_decode, with what base64_data looks for in what comes out
  std::uint32_t octets = 0, offset = 0;
  bool relative = false;
  std::shared_ptr<Decoded> decoded;
};

using PayloadCondition = std::variant<Content, Regex, ByteTest, ByteJump, DataAt, InDataset,
                                      ByteExtract, ByteMath, BufferSize, Base64Decode>;

struct Decoded {
  std::vector<PayloadCondition> conditions;
};

bool is_relative(const PayloadCondition& condition);
bool is_negated(const PayloadCondition& condition);  // content, pcre, isdataat and bsize with !
// Fills in what follows from the order of the conditions and from their octets; after parsing.
void prepare(std::vector<PayloadCondition>& conditions);

}  // namespace langyan::detect
