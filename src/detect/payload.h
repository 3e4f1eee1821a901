// PayloadMatcher: do the conditions of one buffer hold, in their order, in these octets?
//
// The search goes back where a later condition counts from an earlier match and another occurrence
// might serve. It is bounded: every try and every octet looked at is paid from a budget, and a
// regular expression has the match limits below; running out counts as not holding and is said.
// Nothing here allocates after construction. One thread.
#pragma once

#include <cstdint>
#include <memory>
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

struct Run {
  Bytes data;
  std::uint64_t start =
      0;  // of data[0] in its stream: offset and depth count from the stream's start
};

struct Match {
  bool holds = false;
  bool forbidden = false;  // something stands in the octets that must stand nowhere in them
  bool gave_up = false;    // the budget or a limit ran out
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

 private:
  struct Extent {
    std::size_t first = ~std::size_t{0}, last = 0;
    Extent with(std::size_t from, std::size_t to) const {
      return {from < first ? from : first, to > last ? to : last};
    }
  };
  // `position`: where relative conditions count from, in octets of run.data; negative before it.
  bool rest(std::span<const PayloadCondition> conditions, std::int64_t position, Extent extent);
  bool holds(const Content& it, std::span<const PayloadCondition> after, std::int64_t position,
             Extent extent);
  bool holds(const Regex& it, std::span<const PayloadCondition> after, std::int64_t position,
             Extent extent);
  bool holds(const ByteTest& it, std::span<const PayloadCondition> after, std::int64_t position,
             Extent extent);
  bool holds(const ByteJump& it, std::span<const PayloadCondition> after, std::int64_t position,
             Extent extent);
  bool holds(const DataAt& it, std::span<const PayloadCondition> after, std::int64_t position,
             Extent extent);
  bool spend(std::size_t octets);
  bool search(const Regex& it, Bytes subject, std::size_t from, std::size_t& first,
              std::size_t& last);

  Run run_;
  Match result_;
  std::uint32_t tries_ = 0;
  std::uint64_t octets_ = 0;
  pcre2_real_match_data_8* data_;
  pcre2_real_match_context_8* context_;
  pcre2_real_jit_stack_8* stack_;
};

// The first occurrence of `content` that begins at `from` or later and ends at `to` or earlier; its
// place, or -1.
std::int64_t find(const Content& content, Bytes data, std::int64_t from, std::int64_t to);

}  // namespace langyan::detect
