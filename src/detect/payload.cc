#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/payload.h"

#include <pcre2.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>
#include <optional>

namespace langyan::detect {
namespace {

constexpr auto lower_case = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) {
    table[i] = static_cast<std::uint8_t>(i >= 'A' && i <= 'Z' ? i + ('a' - 'A') : i);
  }
  return table;
}();

bool equal(const Content& content, const std::uint8_t* at) {
  if (!content.nocase) return std::memcmp(at, content.bytes.data(), content.bytes.size()) == 0;
  return std::equal(content.bytes.begin(), content.bytes.end(), at,
                    [](char wanted, std::uint8_t octet) {
                      return static_cast<std::uint8_t>(wanted) == lower_case[octet];
                    });
}

std::int64_t find_nocase(const Content& content, Bytes data, std::size_t from, std::size_t to) {
  std::size_t matched = 0;
  for (std::size_t i = from; i < to; ++i) {
    const auto octet = static_cast<char>(lower_case[data[i]]);
    while (matched && content.bytes[matched] != octet) matched = content.restart[matched - 1];
    if (content.bytes[matched] == octet) ++matched;
    if (matched == content.bytes.size()) return static_cast<std::int64_t>(i + 1 - matched);
  }
  return -1;
}

// Digits as byte_test's "string" reads them: blanks before, then as many digits as there are.
std::optional<std::uint64_t> digits(Bytes text, unsigned base) {
  std::size_t i = 0;
  while (i < text.size() && (text[i] == ' ' || (text[i] >= '\t' && text[i] <= '\r'))) ++i;
  if (base == 16 && i + 1 < text.size() && text[i] == '0' && lower_case[text[i + 1]] == 'x') i += 2;
  std::uint64_t value = 0;
  const std::size_t first = i;
  for (; i < text.size(); ++i) {
    const std::uint8_t c = lower_case[text[i]];
    const unsigned digit = c >= '0' && c <= '9'   ? c - '0'
                           : c >= 'a' && c <= 'f' ? c - 'a' + 10u
                                                  : 99;
    if (digit >= base) break;
    if (__builtin_mul_overflow(value, base, &value)) return {};
    if (__builtin_add_overflow(value, digit, &value)) return {};
  }
  return i == first ? std::nullopt : std::optional(value);
}

struct Number {
  std::uint64_t value;
  std::int64_t end;  // behind its octets
};

std::optional<Number> read(const NumberAt& number, const Run& run, std::int64_t position) {
  const std::int64_t base = number.relative ? position : -static_cast<std::int64_t>(run.start);
  const std::int64_t at = base + number.offset;
  const auto size = static_cast<std::int64_t>(run.data.size());
  if (at < 0 || at > size || number.size > size - at) return {};
  const Bytes octets = run.data.subspan(static_cast<std::size_t>(at), number.size);
  std::uint64_t value = 0;
  if (number.base) {
    const auto read_digits = digits(octets, number.base);
    if (!read_digits) return {};
    value = *read_digits;
  } else if (number.little) {
    for (std::size_t i = octets.size(); i-- > 0;) value = value << 8 | octets[i];
  } else {
    for (const std::uint8_t octet : octets) value = value << 8 | octet;
  }
  value &= number.mask;
  if (number.mask) value >>= std::countr_zero(number.mask);
  return Number{value, at + number.size};
}

bool compare(const ByteTest& test, std::uint64_t value) {
  switch (test.compare) {
    case ByteTest::Operator::less: return value < test.value;
    case ByteTest::Operator::greater: return value > test.value;
    case ByteTest::Operator::equal: return value == test.value;
    case ByteTest::Operator::at_most: return value <= test.value;
    case ByteTest::Operator::at_least: return value >= test.value;
    case ByteTest::Operator::any_bit: return (value & test.value) != 0;
    case ByteTest::Operator::differs: return (value ^ test.value) != 0;
  }
  return false;
}

}  // namespace

std::int64_t find(const Content& content, Bytes data, std::int64_t from, std::int64_t to) {
  const auto all = static_cast<std::int64_t>(data.size());
  const auto size = static_cast<std::int64_t>(content.bytes.size());
  from = std::max<std::int64_t>(from, 0);
  to = std::min(to, all);
  if (content.ends) {
    if (to != all) return -1;
    from = std::max(from, all - size);
  }
  if (to - from < size) return -1;
  const auto begin = static_cast<std::size_t>(from), end = static_cast<std::size_t>(to);
  if (to - from == size) return equal(content, data.data() + begin) ? from : -1;
  if (content.nocase) return find_nocase(content, data, begin, end);
  const void* found =
      memmem(data.data() + begin, end - begin, content.bytes.data(), content.bytes.size());
  return found ? static_cast<const std::uint8_t*>(found) - data.data() : -1;
}

PayloadMatcher::PayloadMatcher()
    : data_(pcre2_match_data_create(1, nullptr)),
      context_(pcre2_match_context_create(nullptr)),
      stack_(pcre2_jit_stack_create(32 * 1024, regex_stack_bytes, nullptr)) {
  if (!data_ || !context_ || !stack_) throw std::bad_alloc();  // before any packet is read
  pcre2_set_match_limit(context_, regex_match_limit);
  pcre2_set_depth_limit(context_, regex_depth_limit);
  pcre2_jit_stack_assign(context_, nullptr, stack_);
}

PayloadMatcher::~PayloadMatcher() {
  pcre2_match_data_free(data_);
  pcre2_match_context_free(context_);
  pcre2_jit_stack_free(stack_);
}

Match PayloadMatcher::match(std::span<const PayloadCondition> conditions, const Run& run) {
  run_ = run;
  result_ = {};
  tries_ = 0;
  octets_ = 0;
  result_.holds = rest(conditions, -static_cast<std::int64_t>(run.start), {});
  return result_;
}

bool PayloadMatcher::spend(std::size_t octets) {
  octets_ += octets;
  if (++tries_ <= most_tries && octets_ <= most_octets_searched) return true;
  result_.gave_up = true;
  return false;
}

bool PayloadMatcher::rest(std::span<const PayloadCondition> conditions, std::int64_t position,
                          Extent extent) {
  if (conditions.empty()) {
    result_.first = extent.first > extent.last ? extent.last : extent.first;
    result_.last = extent.last;
    return true;
  }
  return std::visit(
      [&](const auto& it) { return holds(it, conditions.subspan(1), position, extent); },
      conditions.front());
}

bool PayloadMatcher::holds(const Content& it, std::span<const PayloadCondition> after,
                           std::int64_t position, Extent extent) {
  const auto start = static_cast<std::int64_t>(run_.start);
  std::int64_t from = it.offset.value_or(0) - start;
  std::int64_t to = static_cast<std::int64_t>(run_.data.size());
  if (it.relative()) {
    from = position + it.distance.value_or(0);
    if (it.within) to = std::min(to, from + *it.within);
  } else if (it.depth) {
    to = std::min(to, from + *it.depth);
  }
  while (true) {
    const std::int64_t searched = to - std::max<std::int64_t>(from, 0);
    if (!spend(static_cast<std::size_t>(std::max<std::int64_t>(searched, 0)))) return false;
    const std::int64_t found = find(it, run_.data, from, to);
    if (it.negated) {
      if (found < 0) return rest(after, position, extent);
      result_.forbidden |= !it.relative();
      return false;
    }
    if (found < 0) return false;
    const std::int64_t end = found + it.size();
    const Extent wider =
        extent.with(static_cast<std::size_t>(found), static_cast<std::size_t>(end));
    if (rest(after, end, wider)) return true;
    if (!it.leads || result_.gave_up) return false;
    from = found + 1;
  }
}

bool PayloadMatcher::search(const Regex& it, Bytes subject, std::size_t from, std::size_t& first,
                            std::size_t& last) {
  if (!spend(subject.size() - from)) return false;
  // ^ means the start of the stream, not that of what is left of it.
  const bool cut = !it.relative && run_.start > 0;
  if (cut && it.anchored) return false;
  static constexpr std::uint8_t nothing = 0;
  const std::uint8_t* const text = subject.empty() ? &nothing : subject.data();
  const int found = pcre2_match(it.code.get(), text, subject.size(), from, cut ? PCRE2_NOTBOL : 0u,
                                data_, context_);
  if (found < 0) {
    if (found != PCRE2_ERROR_NOMATCH) result_.gave_up = true;
    return false;
  }
  const std::size_t* const ends = pcre2_get_ovector_pointer(data_);
  first = ends[0], last = std::max(ends[0], ends[1]);  // \K may turn them round
  return true;
}

bool PayloadMatcher::holds(const Regex& it, std::span<const PayloadCondition> after,
                           std::int64_t position, Extent extent) {
  const std::int64_t all = static_cast<std::int64_t>(run_.data.size());
  const std::int64_t base = it.relative ? std::clamp<std::int64_t>(position, 0, all) : 0;
  const Bytes subject = run_.data.subspan(static_cast<std::size_t>(base));
  for (std::size_t from = 0; from <= subject.size();) {
    std::size_t first = 0, last = 0;
    const bool found = search(it, subject, from, first, last);
    if (it.negated) {
      if (!found && !result_.gave_up) return rest(after, position, extent);
      result_.forbidden |= found && !it.relative;
      return false;
    }
    if (!found) return false;
    const std::int64_t end = base + static_cast<std::int64_t>(last);
    if (rest(after, end,
             extent.with(static_cast<std::size_t>(base) + first, static_cast<std::size_t>(end)))) {
      return true;
    }
    if (!it.leads || result_.gave_up) return false;
    from = first + 1;
  }
  return false;
}

bool PayloadMatcher::holds(const ByteTest& it, std::span<const PayloadCondition> after,
                           std::int64_t position, Extent extent) {
  const auto number = read(it.number, run_, position);
  return number && compare(it, number->value) != it.negated && rest(after, position, extent);
}

bool PayloadMatcher::holds(const ByteJump& it, std::span<const PayloadCondition> after,
                           std::int64_t position, Extent extent) {
  Number number{0, position};
  if (it.number.size) {
    const auto found = read(it.number, run_, position);
    if (!found) return false;
    number = *found;
  }
  std::uint64_t jump = number.value;
  if (__builtin_mul_overflow(jump, std::uint64_t{it.multiplier}, &jump)) return false;
  if (it.align) jump = (jump + 3) & ~std::uint64_t{3};
  constexpr std::uint64_t farthest = std::uint64_t{1}
                                     << 40;  // beyond any run; keeps the sum in range
  if (jump > farthest) return false;
  const auto size = static_cast<std::int64_t>(run_.data.size());
  const std::int64_t base = it.from == ByteJump::From::here ? number.end
                            : it.from == ByteJump::From::beginning
                                ? -static_cast<std::int64_t>(run_.start)
                                : size;
  std::int64_t target = base + static_cast<std::int64_t>(jump) + it.post_offset;
  if (target >= size) return false;
  target = std::max(target, -static_cast<std::int64_t>(run_.start));
  return rest(after, target, extent);
}

bool PayloadMatcher::holds(const DataAt& it, std::span<const PayloadCondition> after,
                           std::int64_t position, Extent extent) {
  const auto size = static_cast<std::int64_t>(run_.data.size());
  // The relative form counts octets, the absolute one names a place: hence the odd octet between
  // them.
  const bool there = it.relative ? position + it.offset <= size
                                 : static_cast<std::int64_t>(it.offset) <
                                       size + static_cast<std::int64_t>(run_.start);
  if (there != it.negated) return rest(after, position, extent);
  result_.forbidden |= it.negated && !it.relative;
  return false;
}

}  // namespace langyan::detect
