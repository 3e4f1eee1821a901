// PayloadMatcher: do the conditions of one buffer hold, in their order, in these octets?
//
// The search goes back where a later condition counts from an earlier match and another occurrence
// might serve. It is bounded: every try and every octet looked at is paid from a budget, and a
// regular expression has the match limits below; running out counts as not holding and is said.
// Nothing here allocates after construction. One thread.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "detect/payload_condition.h"

struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace langyan::detect {

constexpr std::uint32_t most_tries = 3'000;              // of one evaluation, over all its contents
constexpr std::uint64_t most_octets_searched = 1 << 21;  // of one evaluation: 32 messages of 64 KiB
constexpr std::uint32_t regex_match_limit = 3'500;  // calls within PCRE2, as Suricata's default
constexpr std::uint32_t regex_depth_limit = 1'500;
constexpr std::size_t regex_stack_bytes = 256 * 1024;
constexpr std::size_t most_encoded = 65'535;  // octets of base64 decoded at a time
constexpr std::size_t most_decoded = most_encoded / 4 * 3 + 3;
constexpr std::size_t longest_digits = 23;  // 2^64 in octal has 22 digits

struct Run {
  Bytes data;
  std::uint64_t start =
      0;                // of data[0] in its stream: offset and depth count from the stream's start
  bool grows = false;   // more may follow: a stream
  bool little = false;  // the order of octets that the message itself tells, for "dce"
};

struct Match {
  bool holds = false;
  bool settled = false;  // does not hold, and will not with more octets behind these
  bool gave_up = false;  // the budget or a limit ran out
  // Of all that was found, in octets of data; equal where nothing was to be found.
  std::size_t first = 0, last = 0;
};

class PayloadMatcher {
 public:
  PayloadMatcher();
  ~PayloadMatcher();
  PayloadMatcher(const PayloadMatcher&) = delete;
  PayloadMatcher& operator=(const PayloadMatcher&) = delete;

  Match match(std::span<const PayloadCondition> conditions, const Run& run);
  // Of the last match that held: what the Limiter has yet to say about datasets that rules change.
  std::span<const DatasetValue> values() const { return {values_.data(), value_count_}; }

 private:
  // Where the conditions to come count from, in octets of run.data (negative: before it), and how
  // far what was found reaches.
  struct Cursor {
    std::int64_t position = 0;
    std::size_t first = ~std::size_t{0}, last = 0;
    void move(std::int64_t from, std::int64_t to) {
      position = to;
      first = std::min(first, static_cast<std::size_t>(from));
      last = std::max(last, static_cast<std::size_t>(to));
    }
  };
  struct Place {
    std::int64_t from = 0, to = 0;
  };
  struct Number {
    std::uint64_t value;
    std::int64_t end;  // behind its octets
  };
  bool rest(std::span<const PayloadCondition> conditions, Cursor cursor);
  // The first match, where no other need be tried; false: it does not hold.
  bool step(const Content& it, Cursor& cursor);
  bool step(const Regex& it, Cursor& cursor);
  bool step(const ByteTest& it, const Cursor& cursor) const;
  bool step(const ByteJump& it, Cursor& cursor) const;
  bool step(const DataAt& it, const Cursor& cursor);
  bool step(const InDataset& it);
  bool step(const ByteExtract& it, Cursor& cursor);
  bool step(const ByteMath& it, Cursor& cursor);
  bool step(const BufferSize& it) const;
  bool step(const Base64Decode& it, const Cursor& cursor);
  // Each match in turn, until the conditions after it hold too.
  bool branch(const Content& it, std::span<const PayloadCondition> after, const Cursor& cursor);
  bool branch(const Regex& it, std::span<const PayloadCondition> after, const Cursor& cursor);
  Place place_of(const Content& it, const Cursor& cursor) const;
  Place variable_place_of(const Content& it, const Cursor& cursor) const;
  std::int64_t value_of(Variable variable, std::int64_t else_this) const;
  std::optional<Number> read(const NumberAt& number, std::int64_t position) const;
  std::int64_t base_of(const Regex& it, const Cursor& cursor) const;
  std::int64_t search(const Content& it, const Place& place);
  bool spend(std::size_t octets);
  bool search(const Regex& it, Bytes subject, std::size_t from, std::size_t& first,
              std::size_t& last);

  std::array<DatasetValue, most_dataset_values> values_;
  std::size_t value_count_ = 0;
  Run run_;
  Match result_;
  std::uint32_t tries_ = 0;
  std::uint64_t octets_ = 0;
  bool hopeless_ = false;  // a content that depends on no match before it is not there
  std::array<std::uint64_t, most_variables> variables_{};
  std::unique_ptr<std::uint8_t[]> decoded_;
  pcre2_real_match_data_8* data_;
  pcre2_real_match_context_8* context_;
  pcre2_real_jit_stack_8* stack_;
};

// Up to the first octet that is none of base64's; returns how many octets came out.
std::size_t decode_base64(Bytes text, std::span<std::uint8_t> out);

// The first occurrence of `content` that begins at `from` or later and ends at `to` or earlier; its
// place, or -1.
std::int64_t find(const Content& content, Bytes data, std::int64_t from, std::int64_t to);

}  // namespace langyan::detect
