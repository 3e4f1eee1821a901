// byte_test and byte_jump: numbers read out of the octets.
#include <algorithm>
#include <bit>

#include "detect/rule_builder.h"

namespace langyan::detect {
namespace {

constexpr std::int64_t longest_number = 8, longest_digits = 23;  // 2^64 in octal has 22 digits
constexpr std::int64_t farthest = 65'535;

struct NumberOptions {
  bool string = false, base = false, big = false;
};

// The words that byte_test and byte_jump share; nothing: it is none of them.
std::optional<bool> parse_shared(RuleBuilder& rule, std::string_view part, NumberAt& number,
                                 NumberOptions& options) {
  constexpr std::pair<std::string_view, std::uint8_t> bases[] = {
      {"dec", 10}, {"hex", 16}, {"oct", 8}};
  if (part == "relative") return number.relative = true;
  if (part == "little") return number.little = true;
  if (part == "big") return options.big = true;
  if (part == "string") return options.string = true;
  for (const auto& [word, base] : bases) {
    if (part != word) continue;
    number.base = base;
    return options.base = true;
  }
  if (part == "dce") {
    return rule.refuse_unknown(
        part, "\"dce\" needs a DCE/RPC message to know its byte order; write big or little", "dce");
  }
  if (part.starts_with("bitmask ")) {
    const std::string_view text = trim(part.substr(8));
    const auto mask = read_unsigned(text);
    if (!mask || *mask == 0)
      return rule.refuse(text, "a bitmask is a number above zero, such as 0x0ff0");
    number.mask = *mask;
    return true;
  }
  return {};
}

bool check_number(RuleBuilder& rule, std::string_view size_text, std::int64_t least,
                  NumberAt& number, const NumberOptions& options) {
  if (options.string != options.base) {
    return rule.refuse(size_text, "string and one of dec, hex and oct stand together");
  }
  if (options.big && number.little)
    return rule.refuse(size_text, "big and little exclude each other");
  const auto size =
      read_integer(rule, size_text, least, number.base ? longest_digits : longest_number);
  if (!size) return false;
  number.size = static_cast<std::uint8_t>(*size);
  return true;
}

struct OperatorRow {
  std::string_view sign;
  ByteTest::Operator compare;
};
constexpr OperatorRow operators[] = {
    {"<=", ByteTest::Operator::at_most}, {">=", ByteTest::Operator::at_least},
    {"<", ByteTest::Operator::less},     {">", ByteTest::Operator::greater},
    {"=", ByteTest::Operator::equal},    {"&", ByteTest::Operator::any_bit},
    {"^", ByteTest::Operator::differs},
};

bool parse_operator(RuleBuilder& rule, std::string_view text, ByteTest& test) {
  const std::string_view whole = text;
  test.negated = text.starts_with('!');
  if (test.negated) text = trim(text.substr(1));
  if (test.negated && text.empty()) return true;  // "!" alone is "!="
  const auto row = std::ranges::find(operators, text, &OperatorRow::sign);
  if (row == std::end(operators)) {
    return rule.refuse(whole, "\"" + std::string(whole) +
                                  "\" is no operator; known are < > = <= >= & ^, each also with !");
  }
  test.compare = row->compare;
  return true;
}

bool parse_byte_test(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  if (parts.size() < 4)
    return rule.refuse(value, "byte_test is size,operator,value,offset and options");
  ByteTest test;
  NumberOptions options;
  if (!parse_operator(rule, parts[1], test)) return false;
  const auto wanted = read_unsigned(parts[2]);
  if (!wanted) return rule.refuse(parts[2], "\"" + std::string(parts[2]) + "\" is no number");
  test.value = *wanted;
  const auto offset = read_integer(rule, parts[3], -farthest, farthest);
  if (!offset) return false;
  test.number.offset = static_cast<std::int32_t>(*offset);
  for (std::size_t i = 4; i < parts.size(); ++i) {
    const auto parsed = parse_shared(rule, parts[i], test.number, options);
    if (!parsed)
      return rule.refuse(parts[i], "byte_test has no option \"" + std::string(parts[i]) + "\"");
    if (!*parsed) return false;
  }
  if (!check_number(rule, parts[0], 1, test.number, options)) return false;
  rule.conditions().emplace_back(test);
  return true;
}

// Nothing: it is no option of byte_jump.
std::optional<bool> parse_jump_option(RuleBuilder& rule, std::string_view part, ByteJump& jump) {
  if (part == "align") return jump.align = true;
  if (part == "from_beginning" || part == "from_end") {
    if (jump.from != ByteJump::From::here)
      return rule.refuse(part, "a jump has one start: from_beginning or from_end");
    jump.from = part == "from_end" ? ByteJump::From::end : ByteJump::From::beginning;
    return true;
  }
  if (part.starts_with("multiplier ")) {
    const auto number = read_integer(rule, trim(part.substr(11)), 1, farthest);
    if (number) jump.multiplier = static_cast<std::uint32_t>(*number);
    return number.has_value();
  }
  if (part.starts_with("post_offset ")) {
    const auto number = read_integer(rule, trim(part.substr(12)), -farthest, farthest);
    if (number) jump.post_offset = static_cast<std::int32_t>(*number);
    return number.has_value();
  }
  return {};
}

bool parse_byte_jump(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  if (parts.size() < 2) return rule.refuse(value, "byte_jump is size,offset and options");
  ByteJump jump;
  NumberOptions options;
  const auto offset = read_integer(rule, parts[1], -farthest, farthest);
  if (!offset) return false;
  jump.number.offset = static_cast<std::int32_t>(*offset);
  for (std::size_t i = 2; i < parts.size(); ++i) {
    auto parsed = parse_shared(rule, parts[i], jump.number, options);
    if (!parsed) parsed = parse_jump_option(rule, parts[i], jump);
    if (!parsed)
      return rule.refuse(parts[i], "byte_jump has no option \"" + std::string(parts[i]) + "\"");
    if (!*parsed) return false;
  }
  if (!check_number(rule, parts[0], 0, jump.number, options)) return false;
  rule.conditions().emplace_back(jump);
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"byte_test", Value::needed, parse_byte_test, false, "payload", "size,[!]operator,value,offset[,relative][,big|little][,string,dec|hex|oct][,bitmask n]",
     {"A number in the octets compares so with the value.", "字节中的数与给定值的比较成立。"}},
    {"byte_jump", Value::needed, parse_byte_jump, false, "payload", "size,offset[,relative][,multiplier n][,big|little][,string,dec|hex|oct][,align][,from_beginning|from_end][,post_offset n][,bitmask n]",
     {"Moves the place that relative conditions count from by a number in the octets.", "按字节中的数移动相对条件的起点。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> byte_keywords() {
  return rows;
}

}  // namespace langyan::detect
