#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/payload.h"

#include <pcre2.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>
#include <optional>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

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
  const char* const wanted = content.bytes.data();
  if (!content.nocase && content.bytes.size() <= 2) {  // most of them: of headers
    return at[0] == static_cast<std::uint8_t>(wanted[0]) &&
           at[content.bytes.size() - 1] ==
               static_cast<std::uint8_t>(wanted[content.bytes.size() - 1]);
  }
  if (!content.nocase) return std::memcmp(at, wanted, content.bytes.size()) == 0;
  return std::equal(content.bytes.begin(), content.bytes.end(), at,
                    [](char c, std::uint8_t octet) {
                      return static_cast<std::uint8_t>(c) == lower_case[octet];
                    });
}

// The first occurrence of `wanted` in [at, end), or null.
const std::uint8_t* find_exact(std::string_view wanted, const std::uint8_t* at,
                               const std::uint8_t* end) {
#ifdef __SSE2__
  // Sixteen places at once by the first octet and the last. Only short contents: what lies between
  // is compared at each such place, and the whole is to stay linear in the data.
  constexpr std::size_t longest = 16;
  if (wanted.size() >= 2 && wanted.size() <= longest) {
    const std::size_t behind = wanted.size() - 1;
    const __m128i first = _mm_set1_epi8(wanted.front()), last = _mm_set1_epi8(wanted.back());
    const auto octets = [](const std::uint8_t* from) {
      return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    };
    for (; static_cast<std::size_t>(end - at) >= 16 + behind; at += 16) {
      const __m128i both = _mm_and_si128(_mm_cmpeq_epi8(octets(at), first),
                                         _mm_cmpeq_epi8(octets(at + behind), last));
      for (auto places = static_cast<unsigned>(_mm_movemask_epi8(both)); places;
           places &= places - 1) {
        const std::uint8_t* const place = at + std::countr_zero(places);
        if (std::memcmp(place + 1, wanted.data() + 1, behind - 1) == 0) return place;
      }
    }
  }
#endif
  return static_cast<const std::uint8_t*>(
      memmem(at, static_cast<std::size_t>(end - at), wanted.data(), wanted.size()));
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

constexpr std::uint64_t farthest_jump = std::uint64_t{1}
                                        << 40;  // beyond any run; sums stay in range

template <class T>
constexpr std::size_t index_of = [] {  // of an alternative of PayloadCondition
  std::size_t index = 0;
  [&]<class... Each>(const std::variant<Each...>*) {
    static_cast<void>(((std::is_same_v<T, Each> || (++index, false)) || ...));
  }(static_cast<const PayloadCondition*>(nullptr));
  return index;
}();

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
  const std::uint8_t* const found =
      find_exact(content.bytes, data.data() + begin, data.data() + end);
  return found ? found - data.data() : -1;
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
  value_count_ = 0;
  result_.holds = rest(conditions, {-static_cast<std::int64_t>(run.start)});
  return result_;
}

bool PayloadMatcher::spend(std::size_t octets) {
  octets_ += octets;
  if (++tries_ <= most_tries && octets_ <= most_octets_searched) return true;
  result_.gave_up = true;
  return false;
}

// Conditions from which nothing can be tried twice are passed one after the other; the others
// branch.
bool PayloadMatcher::rest(std::span<const PayloadCondition> conditions, Cursor cursor) {
  for (; !conditions.empty(); conditions = conditions.subspan(1)) {
    const PayloadCondition& condition = conditions.front();
    bool goes_on = false;
    switch (condition.index()) {
      case index_of<Content>: {
        const Content& content = *std::get_if<Content>(&condition);
        if (content.leads && !content.negated)
          return branch(content, conditions.subspan(1), cursor);
        goes_on = step(content, cursor);
        break;
      }
      case index_of<Regex>: {
        const Regex& regex = *std::get_if<Regex>(&condition);
        if (regex.leads && !regex.negated) return branch(regex, conditions.subspan(1), cursor);
        goes_on = step(regex, cursor);
        break;
      }
      case index_of<ByteTest>: goes_on = step(*std::get_if<ByteTest>(&condition), cursor); break;
      case index_of<ByteJump>: goes_on = step(*std::get_if<ByteJump>(&condition), cursor); break;
      case index_of<InDataset>: goes_on = step(*std::get_if<InDataset>(&condition)); break;
      case index_of<DataAt>: goes_on = step(*std::get_if<DataAt>(&condition), cursor); break;
    }
    if (!goes_on) return false;
  }
  result_.first = std::min(cursor.first, cursor.last);
  result_.last = cursor.last;
  return true;
}

PayloadMatcher::Place PayloadMatcher::place_of(const Content& it, const Cursor& cursor) const {
  const auto size = static_cast<std::int64_t>(run_.data.size());
  Place place;
  if (it.relative()) {
    place.from = cursor.position + it.distance.value_or(0);
    place.to = it.within ? std::min(size, place.from + *it.within) : size;
  } else {
    place.from = std::int64_t{it.offset.value_or(0)} - static_cast<std::int64_t>(run_.start);
    place.to = it.depth ? std::min(size, place.from + *it.depth) : size;
  }
  return place;
}

std::int64_t PayloadMatcher::search(const Content& it, const Place& place) {
  const std::int64_t octets = place.to - std::max<std::int64_t>(place.from, 0);
  if (!spend(static_cast<std::size_t>(std::max<std::int64_t>(octets, 0)))) return -1;
  return find(it, run_.data, place.from, place.to);
}

bool PayloadMatcher::step(const Content& it, Cursor& cursor) {
  const std::int64_t found = search(it, place_of(it, cursor));
  if (it.negated) {
    result_.settled |= found >= 0 && !it.relative();
    return found < 0 && !result_.gave_up;
  }
  if (found < 0) return false;
  cursor.move(found, found + it.size());
  return true;
}

bool PayloadMatcher::branch(const Content& it, std::span<const PayloadCondition> after,
                            const Cursor& cursor) {
  Place place = place_of(it, cursor);
  while (true) {
    const std::int64_t found = search(it, place);
    if (found < 0) return false;
    Cursor next = cursor;
    next.move(found, found + it.size());
    if (rest(after, next)) return true;
    if (result_.gave_up) return false;
    place.from = found + 1;
  }
}

// Matches at `from` of the subject or later; false: not.
bool PayloadMatcher::search(const Regex& it, Bytes subject, std::size_t from, std::size_t& first,
                            std::size_t& last) {
  if (!spend(subject.size() - from)) return false;
  // ^ means the start of the stream, not that of what is left of it.
  const bool cut = !it.relative && run_.start > 0;
  if (cut && it.anchored) return false;
  static constexpr std::uint8_t nothing = 0;
  const std::uint8_t* const text = subject.empty() ? &nothing : subject.data();
  // Of what is tied to the start one can tell whether more octets would help.
  const bool partial = it.anchored && run_.grows && !it.negated;
  const std::uint32_t options = (cut ? PCRE2_NOTBOL : 0u) | (partial ? PCRE2_PARTIAL_SOFT : 0u);
  const int found =
      pcre2_match(it.code.get(), text, subject.size(), from, options, data_, context_);
  if (found < 0) {
    result_.gave_up |= found != PCRE2_ERROR_NOMATCH && found != PCRE2_ERROR_PARTIAL;
    result_.settled |= partial && found == PCRE2_ERROR_NOMATCH && !it.relative;
    return false;
  }
  const std::size_t* const ends = pcre2_get_ovector_pointer(data_);
  first = ends[0], last = std::max(ends[0], ends[1]);  // \K may turn them round
  return true;
}

std::int64_t PayloadMatcher::base_of(const Regex& it, const Cursor& cursor) const {
  const auto size = static_cast<std::int64_t>(run_.data.size());
  return it.relative ? std::clamp<std::int64_t>(cursor.position, 0, size) : 0;
}

bool PayloadMatcher::step(const Regex& it, Cursor& cursor) {
  const std::int64_t base = base_of(it, cursor);
  std::size_t first = 0, last = 0;
  const bool found = search(it, run_.data.subspan(static_cast<std::size_t>(base)), 0, first, last);
  if (it.negated) {
    result_.settled |= found && !it.relative;
    return !found && !result_.gave_up;
  }
  if (found)
    cursor.move(base + static_cast<std::int64_t>(first), base + static_cast<std::int64_t>(last));
  return found;
}

bool PayloadMatcher::branch(const Regex& it, std::span<const PayloadCondition> after,
                            const Cursor& cursor) {
  const std::int64_t base = base_of(it, cursor);
  const Bytes subject = run_.data.subspan(static_cast<std::size_t>(base));
  std::size_t first = 0, last = 0;
  for (std::size_t from = 0; from <= subject.size(); from = first + 1) {
    if (!search(it, subject, from, first, last)) return false;
    Cursor next = cursor;
    next.move(base + static_cast<std::int64_t>(first), base + static_cast<std::int64_t>(last));
    if (rest(after, next)) return true;
    if (result_.gave_up) return false;
  }
  return false;
}

bool PayloadMatcher::step(const ByteTest& it, const Cursor& cursor) const {
  const auto number = read(it.number, run_, cursor.position);
  return number && compare(it, number->value) != it.negated;
}

bool PayloadMatcher::step(const ByteJump& it, Cursor& cursor) const {
  Number number{0, cursor.position};
  if (it.number.size) {
    const auto found = read(it.number, run_, cursor.position);
    if (!found) return false;
    number = *found;
  }
  std::uint64_t jump = number.value;
  if (__builtin_mul_overflow(jump, std::uint64_t{it.multiplier}, &jump)) return false;
  if (it.align) jump = (jump + 3) & ~std::uint64_t{3};
  if (jump > farthest_jump) return false;
  const auto size = static_cast<std::int64_t>(run_.data.size());
  const std::int64_t start = -static_cast<std::int64_t>(run_.start);
  const std::int64_t bases[] = {number.end, start, size};  // as ByteJump::From
  const std::int64_t target =
      bases[static_cast<std::size_t>(it.from)] + static_cast<std::int64_t>(jump) + it.post_offset;
  if (target >= size) return false;
  cursor.position = std::max(target, start);
  return true;
}

bool PayloadMatcher::step(const InDataset& it) {
  using Kind = InDataset::Kind;
  const Dataset& set = *it.set;
  if (!set.fits(run_.data)) return it.kind == Kind::not_set && !run_.data.empty();
  const auto score = set.find(run_.data);
  if (score) return it.kind == Kind::is_set && *score >= it.least && *score <= it.most;
  if (!set.changes) return it.kind == Kind::not_set;
  if (value_count_ == values_.size()) return false;
  values_[value_count_++] = {set.number(), it.kind, set.key(run_.data)};
  return true;
}

bool PayloadMatcher::step(const DataAt& it, const Cursor& cursor) {
  // The relative form counts octets, the absolute one names a place: hence one octet of difference.
  const auto size = static_cast<std::int64_t>(run_.data.size());
  const bool there = it.relative ? cursor.position + it.offset <= size
                                 : it.offset < size + static_cast<std::int64_t>(run_.start);
  result_.settled |= there && it.negated && !it.relative;
  return there != it.negated;
}

}  // namespace langyan::detect
