#include "detect/number_reader.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "base/address.h"
#include "base/suggest.h"

namespace langyan::detect {
namespace {

std::optional<std::int64_t> parse_signed(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto magnitude = read_unsigned(negative ? text.substr(1) : text);
  constexpr std::uint64_t top = std::uint64_t{1} << 63;
  if (!magnitude || *magnitude > top - !negative) return {};
  return static_cast<std::int64_t>(negative ? 0 - *magnitude : *magnitude);
}

std::optional<std::uint64_t> parse_real(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || value != value) return {};
  return key_of_real(value);
}

std::optional<std::uint64_t> parse_boolean(std::string_view text) {
  if (text == "true" || text == "yes" || text == "1") return 1;
  if (text == "false" || text == "no" || text == "0") return 0;
  return {};
}

// Words are taken in either case: other engines write mqtt.type:CONNECT.
bool same_letters(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

// The key of one number, or nothing where the text is none.
std::optional<std::uint64_t> parse_key(std::string_view text, Kind kind,
                                       std::span<const Name> names) {
  const auto name = std::ranges::find_if(
      names, [&](const Name& each) { return same_letters(each.word, text); });
  if (name != names.end()) return key_of(kind, name->value);
  switch (kind) {
    case Kind::f64: return parse_real(text);
    case Kind::boolean: return parse_boolean(text);
    case Kind::mac: {
      const auto mac = parse_mac(text);
      return mac ? std::optional(mac->number()) : std::nullopt;
    }
    case Kind::time_us:
      if (const auto time = parse_timestamp(text)) return key_of_integer(*time);
      [[fallthrough]];
    case Kind::i64: {
      const auto number = parse_signed(text);
      return number ? std::optional(key_of_integer(*number)) : std::nullopt;
    }
    default: return read_unsigned(text);
  }
}

constexpr std::string_view comparisons[] = {"<=", ">=", "<", ">", "="};

class ListReader {
 public:
  ListReader(RuleBuilder& rule, Kind kind, std::span<const Name> names, Dash dash)
      : rule_(rule), kind_(kind), names_(names), dash_(dash), domain_(domain(kind)) {}

  bool read(std::string_view text) {
    bool negated = false;
    if (text.starts_with('!')) {
      negated = true;
      text = trim(text.substr(text.starts_with("!=") ? 2 : 1));
    }
    const auto parts = split(text);
    if (parts.empty()) return rule_.refuse(text, "a number or word is missing here");
    for (const std::string_view part : parts)
      if (!element(part)) return false;
    if (negated) {
      numbers.complement(domain_.low, domain_.high);
    } else {
      numbers.normalise();
    }
    if (numbers.empty()) return rule_.refuse(text, "this leaves no number at all");
    return true;
  }

  NumberSet numbers;

 private:
  bool element(std::string_view text) {
    if (text.empty()) return rule_.refuse(text, "a number or word is missing here");
    if (text.front() == '!') {
      return rule_.refuse(text, "write ! once, before the list: it negates all of it");
    }
    for (const std::string_view sign : comparisons)
      if (text.starts_with(sign)) return comparison(sign, trim(text.substr(sign.size())));
    if (std::ranges::find(names_, text, &Name::word) != names_.end()) return add_word(text);
    if (const auto key = parse_key(text, kind_, names_)) return add(text, *key, *key);
    if (const std::size_t at = text.find("<>"); at != text.npos) {
      return between(trim(text.substr(0, at)), trim(text.substr(at + 2)), true);
    }
    for (std::size_t at = text.find('-', 1); at != text.npos; at = text.find('-', at + 1)) {
      const std::string_view low = trim(text.substr(0, at)), high = trim(text.substr(at + 1));
      if (parse_key(low, kind_, names_) && parse_key(high, kind_, names_))
        return between(low, high, dash_ == Dash::between);
    }
    return refuse_number(text);
  }

  bool comparison(std::string_view sign, std::string_view text) {
    const auto key = parse_key(text, kind_, names_);
    if (!key) return refuse_number(text);
    if (*key < domain_.low || *key > domain_.high) return refuse_range(text);
    if (sign == "=") return add(text, *key, *key);
    if (sign == "<=") return add(text, domain_.low, *key);
    if (sign == ">=") return add(text, *key, domain_.high);
    const bool less = sign == "<";
    if (*key == (less ? domain_.low : domain_.high)) {
      return rule_.refuse(text, std::string("no number of this field is ") +
                                    (less ? "below " : "above ") + std::string(text));
    }
    return less ? add(text, domain_.low, *key - 1) : add(text, *key + 1, domain_.high);
  }

  bool between(std::string_view low_text, std::string_view high_text, bool exclusive) {
    const auto low = parse_key(low_text, kind_, names_), high = parse_key(high_text, kind_, names_);
    if (!low) return refuse_number(low_text);
    if (!high) return refuse_number(high_text);
    if (*high < *low || (exclusive && *high - *low < 2)) {
      return rule_.refuse(low_text, "the range from " + std::string(low_text) + " to " +
                                        std::string(high_text) + " is empty");
    }
    return add(high_text, *low + exclusive, *high - exclusive);
  }

  // Several numbers may go by one word: of every one that a method or an area has.
  bool add_word(std::string_view text) {
    for (const Name& name : names_) {
      const std::uint64_t key = key_of(kind_, name.value);
      if (name.word == text && !add(text, key, key)) return false;
    }
    return true;
  }

  bool add(std::string_view text, std::uint64_t low, std::uint64_t high) {
    if (low < domain_.low || high > domain_.high) return refuse_range(text);
    numbers.add(low, high);
    return true;
  }

  bool refuse_range(std::string_view text) {
    return rule_.refuse(text, "\"" + std::string(text) + "\" is more than a field of kind " +
                                  std::string(kind_name(kind_)) + " can hold");
  }

  bool refuse_number(std::string_view text) {
    std::vector<std::string_view> words;
    for (const Name& name : names_) words.push_back(name.word);
    std::string reason =
        "\"" + std::string(text) + "\" is no number of kind " + std::string(kind_name(kind_));
    if (!names_.empty()) reason += " and no word of this field";
    const std::string_view near = nearest(text, words);
    if (!near.empty()) reason += "; did you mean \"" + std::string(near) + "\"?";
    return rule_.refuse(text, std::move(reason));
  }

  RuleBuilder& rule_;
  Kind kind_;
  std::span<const Name> names_;
  Dash dash_;
  KeyRange domain_;
};

}  // namespace

KeyRange domain(Kind kind) {
  constexpr std::uint64_t all = ~std::uint64_t{0};
  switch (kind) {
    case Kind::u8: return {0, 0xff};
    case Kind::u16:
    case Kind::words: return {0, 0xffff};
    case Kind::u32: return {0, 0xffffffff};
    case Kind::boolean: return {0, 1};
    case Kind::mac: return {0, 0xffffffffffff};
    case Kind::f64:
      return {key_of_real(-std::numeric_limits<double>::infinity()),
              key_of_real(std::numeric_limits<double>::infinity())};
    default: return {0, all};
  }
}

std::optional<NumberSet> read_numbers(RuleBuilder& rule, std::string_view text, Kind kind,
                                      std::span<const Name> names, Dash dash) {
  ListReader reader(rule, kind, names, dash);
  if (!reader.read(text)) return {};
  return std::move(reader.numbers);
}

std::optional<std::uint32_t> read_words(RuleBuilder& rule, std::string_view text,
                                        std::span<const Name> names, std::string_view what) {
  const bool negated = text.starts_with('!');
  if (negated) text = trim(text.substr(1));
  std::uint32_t mask = 0, all = 0;
  std::vector<std::string_view> words;
  for (const Name& name : names) all |= 1u << name.value, words.push_back(name.word);
  for (const std::string_view part : split(text)) {
    const auto name = std::ranges::find(names, part, &Name::word);
    if (name == names.end()) {
      const std::string_view near = nearest(part, words);
      std::string reason = "\"" + std::string(part) + "\" is no " + std::string(what);
      if (part.starts_with('!'))
        reason = "write ! once, before the list: it negates all of it";
      else if (!near.empty())
        reason += "; did you mean \"" + std::string(near) + "\"?";
      rule.refuse(part, std::move(reason));
      return {};
    }
    mask |= 1u << name->value;
  }
  if (negated) mask = all & ~mask;
  if (mask == 0) {
    rule.refuse(text, "this leaves no " + std::string(what) + " at all");
    return {};
  }
  return mask;
}

}  // namespace langyan::detect
