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
  return std::equal(content.bytes.begin(), content.bytes.end(), at, [](char c, std::uint8_t octet) {
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
// `read`: octets up to behind the last of them.
std::optional<std::uint64_t> digits(Bytes text, unsigned base, std::size_t& read) {
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
  read = i;
  return i == first ? std::nullopt : std::optional(value);
}

constexpr std::uint8_t not_base64 = 0xff;
constexpr auto base64_values = [] {  // RFC 4648, 4
  std::array<std::uint8_t, 256> table{};
  table.fill(not_base64);
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<std::uint8_t>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

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

constexpr std::uint32_t regex_light_limit = 100;  // steps at a place that cost nothing extra
constexpr std::size_t regex_window = 256;         // places at which a match may begin
constexpr std::uint64_t regex_window_price = most_octets_searched / 8;

constexpr std::size_t widest_number = 8;             // octets of a binary number
constexpr std::int64_t farthest_variable = 1 << 30;  // what a variable says of a place, at most

std::int64_t place_in(std::uint64_t value) {
  return static_cast<std::int64_t>(std::min(value, static_cast<std::uint64_t>(farthest_variable)));
}

std::uint64_t masked(std::uint64_t value, std::uint64_t mask) {
  value &= mask;
  return mask ? value >> std::countr_zero(mask) : value;
}

bool compare(ByteTest::Operator how, std::uint64_t value, std::uint64_t wanted) {
  switch (how) {
    case ByteTest::Operator::less: return value < wanted;
    case ByteTest::Operator::greater: return value > wanted;
    case ByteTest::Operator::equal: return value == wanted;
    case ByteTest::Operator::at_most: return value <= wanted;
    case ByteTest::Operator::at_least: return value >= wanted;
    case ByteTest::Operator::any_bit: return (value & wanted) != 0;
    case ByteTest::Operator::differs: return (value ^ wanted) != 0;
  }
  return false;
}

// Nothing: division by zero.
std::optional<std::uint64_t> calculate(ByteMath::Operator how, std::uint64_t left,
                                       std::uint64_t right) {
  switch (how) {
    case ByteMath::Operator::add: return left + right;
    case ByteMath::Operator::subtract: return left - right;
    case ByteMath::Operator::multiply: return left * right;
    case ByteMath::Operator::divide: return right ? std::optional(left / right) : std::nullopt;
    case ByteMath::Operator::shift_left: return right < 64 ? left << right : 0;
    case ByteMath::Operator::shift_right: return right < 64 ? left >> right : 0;
  }
  return {};
}

}  // namespace

std::size_t decode_base64(Bytes text, std::span<std::uint8_t> out) {
  std::uint32_t bits = 0;
  unsigned pending = 0;  // bits that make no octet yet
  std::size_t size = 0;
  for (const std::uint8_t octet : text) {
    const std::uint8_t value = base64_values[octet];
    if (value == not_base64 || size == out.size()) break;
    bits = bits << 6 | value;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    out[size++] = static_cast<std::uint8_t>(bits >> pending);
  }
  return size;
}

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
    : decoded_(std::make_unique<std::uint8_t[]>(most_decoded)),
      data_(pcre2_match_data_create(1, nullptr)),
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
  hopeless_ = false;
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
      case index_of<ByteExtract>:
        goes_on = step(*std::get_if<ByteExtract>(&condition), cursor);
        break;
      case index_of<ByteMath>: goes_on = step(*std::get_if<ByteMath>(&condition), cursor); break;
      case index_of<BufferSize>: goes_on = step(*std::get_if<BufferSize>(&condition)); break;
      case index_of<Base64Decode>:
        goes_on = step(*std::get_if<Base64Decode>(&condition), cursor);
        break;
    }
    if (!goes_on) return false;
  }
  result_.first = std::min(cursor.first, cursor.last);
  result_.last = cursor.last;
  return true;
}

PayloadMatcher::Place PayloadMatcher::place_of(const Content& it, const Cursor& cursor) const {
  const auto size = static_cast<std::int64_t>(run_.data.size());
  if (it.variables.any) [[unlikely]]
    return variable_place_of(it, cursor);
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

std::int64_t PayloadMatcher::value_of(Variable variable, std::int64_t else_this) const {
  return variable == no_variable ? else_this : place_in(variables_[variable]);
}

PayloadMatcher::Place PayloadMatcher::variable_place_of(const Content& it,
                                                        const Cursor& cursor) const {
  const auto size = static_cast<std::int64_t>(run_.data.size());
  const Content::Variables& variables = it.variables;
  Place place;
  if (it.relative()) {
    place.from = cursor.position + value_of(variables.distance, it.distance.value_or(0));
    place.to =
        it.within ? std::min(size, place.from + value_of(variables.within, *it.within)) : size;
  } else {
    place.from =
        value_of(variables.offset, it.offset.value_or(0)) - static_cast<std::int64_t>(run_.start);
    const bool bounded = it.depth || variables.depth != no_variable;
    place.to = bounded
                   ? std::min(size, place.from + value_of(variables.depth, it.depth.value_or(0)))
                   : size;
  }
  return place;
}

std::optional<PayloadMatcher::Number> PayloadMatcher::read(const NumberAt& number,
                                                           std::int64_t position) const {
  std::int64_t width = number.size, offset = number.offset;
  if (number.variable()) [[unlikely]] {
    width = value_of(number.size_variable, width);
    offset = value_of(number.offset_variable, offset);
    if (width > static_cast<std::int64_t>(number.base ? longest_digits : widest_number)) return {};
  }
  const std::int64_t base = number.relative ? position : -static_cast<std::int64_t>(run_.start);
  const std::int64_t at = base + offset;
  const auto size = static_cast<std::int64_t>(run_.data.size());
  if (at < 0 || at > size || width > size - at) return {};
  const Bytes octets =
      run_.data.subspan(static_cast<std::size_t>(at), static_cast<std::size_t>(width));
  std::uint64_t value = 0;
  if (number.base) {
    std::size_t taken = 0;
    const auto read_digits = digits(octets, number.base, taken);
    if (!read_digits) return {};
    value = *read_digits;
    width = static_cast<std::int64_t>(taken);
  } else if (number.little || (number.by_message && run_.little)) {
    for (std::size_t i = octets.size(); i-- > 0;) value = value << 8 | octets[i];
  } else {
    for (const std::uint8_t octet : octets) value = value << 8 | octet;
  }
  return Number{value, at + width};
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
  if (found < 0) {
    hopeless_ |= !it.relative();
    return false;
  }
  cursor.move(found, found + it.size());
  return true;
}

bool PayloadMatcher::branch(const Content& it, std::span<const PayloadCondition> after,
                            const Cursor& cursor) {
  Place place = place_of(it, cursor);
  while (true) {
    const std::int64_t found = search(it, place);
    if (found < 0) {
      hopeless_ |= !it.relative();  // another match before it would change nothing here
      return false;
    }
    Cursor next = cursor;
    next.move(found, found + it.size());
    if (rest(after, next)) return true;
    if (result_.gave_up || hopeless_) return false;
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
  const auto match = [&](std::size_t at, std::size_t last_begin, std::uint32_t steps) {
    pcre2_set_offset_limit(context_, last_begin);
    pcre2_set_match_limit(context_, steps);
    return pcre2_match(it.code.get(), text, subject.size(), at, options, data_, context_);
  };
  // PCRE2 counts steps anew at each place where a match may begin, so in many octets its limit
  // alone bounds little. Few expressions take more than some steps at a place; for those it is
  // paid from the budget, a window of places at a time.
  const bool small = it.anchored || subject.size() - from <= regex_window;
  int found = match(from, PCRE2_UNSET, small ? regex_match_limit : regex_light_limit);
  for (std::size_t at = from; !small && found == PCRE2_ERROR_MATCHLIMIT;) {
    const std::size_t end = std::min(at + regex_window, subject.size());
    found = match(at, end, regex_light_limit);
    if (found == PCRE2_ERROR_MATCHLIMIT) {
      if (!spend(regex_window_price)) return false;
      found = match(at, end, regex_match_limit);
      if (found == PCRE2_ERROR_MATCHLIMIT) break;
    }
    if (found != PCRE2_ERROR_NOMATCH || end == subject.size()) break;
    found = PCRE2_ERROR_MATCHLIMIT;
    at = std::min(end + 1, subject.size());
  }
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
    if (result_.gave_up || hopeless_) return false;
  }
  return false;
}

bool PayloadMatcher::step(const ByteTest& it, const Cursor& cursor) const {
  const auto number = read(it.number, cursor.position);
  if (!number) return false;
  const std::uint64_t wanted =
      it.value_variable == no_variable ? it.value : variables_[it.value_variable];
  return compare(it.compare, masked(number->value, it.number.mask), wanted) != it.negated;
}

bool PayloadMatcher::step(const ByteJump& it, Cursor& cursor) const {
  Number number{0, cursor.position};
  if (it.number.size) {
    const auto found = read(it.number, cursor.position);
    if (!found) return false;
    number = *found;
  }
  std::uint64_t jump = masked(number.value, it.number.mask);
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
  const std::int64_t offset = value_of(it.variable, it.offset);
  const bool there = it.relative ? cursor.position + offset <= size
                                 : offset < size + static_cast<std::int64_t>(run_.start);
  result_.settled |= there && it.negated && !it.relative;
  return there != it.negated;
}

bool PayloadMatcher::step(const ByteExtract& it, Cursor& cursor) {
  const auto number = read(it.number, cursor.position);
  if (!number) return false;
  std::uint64_t value = masked(number->value, it.number.mask) * it.multiplier;
  if (const std::uint64_t over = value % it.align) value += it.align - over;
  variables_[it.result] = value;
  cursor.position = number->end;
  return true;
}

bool PayloadMatcher::step(const ByteMath& it, Cursor& cursor) {
  const auto number = read(it.number, cursor.position);
  if (!number) return false;
  const std::uint64_t right =
      it.value_variable == no_variable ? it.value : variables_[it.value_variable];
  const auto value = calculate(it.operation, number->value, right);
  if (!value) return false;
  variables_[it.result] = masked(*value, it.number.mask);
  cursor.position = number->end;
  return true;
}

bool PayloadMatcher::step(const BufferSize& it) const {
  const std::uint64_t size = run_.data.size() + run_.start;
  return (size >= it.least && size <= it.most) != it.negated;
}

// The rest of the rule's conditions look into what comes out, from its start.
bool PayloadMatcher::step(const Base64Decode& it, const Cursor& cursor) {
  const std::int64_t from =
      (it.relative ? cursor.position : -static_cast<std::int64_t>(run_.start)) + it.offset;
  const auto size = static_cast<std::int64_t>(run_.data.size());
  if (from < 0 || from >= size) return false;
  const Bytes left = run_.data.subspan(static_cast<std::size_t>(from));
  const Bytes text = left.first(std::min<std::size_t>(left.size(), it.octets));
  if (!spend(text.size())) return false;
  const Run outer = run_;
  const Bytes decoded{decoded_.get(), decode_base64(text, {decoded_.get(), most_decoded})};
  if (decoded.empty()) return false;
  const Match before = result_;
  run_ = {decoded, 0, false, run_.little};
  const bool holds = rest(it.decoded->conditions, {});
  run_ = outer;
  const bool gave_up = result_.gave_up;
  result_ = before;  // where it was found means nothing out here
  result_.gave_up = gave_up;
  hopeless_ = false;
  return holds;
}

}  // namespace langyan::detect
