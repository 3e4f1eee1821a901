// byte_test, byte_jump, byte_extract and byte_math: numbers read out of the octets.
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

constexpr std::pair<std::string_view, std::uint8_t> bases[] = {
    {"dec", 10}, {"hex", 16}, {"oct", 8}};

// A DCE/RPC message says itself in which order its numbers stand.
bool read_dce(RuleBuilder& rule, std::string_view part, NumberAt& number) {
  const Protocol* protocol = rule.program.protocol;
  if (!rule.buffer() || !protocol || protocol->name != "dcerpc") {
    return rule.refuse_unknown(part,
                               "\"dce\" takes the order of octets from a DCE/RPC message; name one "
                               "of its buffers before, or write big or little",
                               "dce");
  }
  return number.by_message = true;
}

// The words that byte_test and byte_jump share; nothing: it is none of them.
std::optional<bool> parse_shared(RuleBuilder& rule, std::string_view part, NumberAt& number,
                                 NumberOptions& options) {
  if (part == "relative") return number.relative = true;
  if (part == "little") return number.little = true;
  if (part == "big") return options.big = true;
  if (part == "string") return options.string = true;
  for (const auto& [word, base] : bases) {
    if (part != word) continue;
    number.base = base;
    return options.base = true;
  }
  if (part == "dce") return read_dce(rule, part, number);
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
  if (options.base && !options.string)
    return rule.refuse(size_text, "dec, hex and oct stand behind string");
  if (options.string && !options.base) number.base = 10;
  if (options.big + number.little + number.by_message > 1)
    return rule.refuse(size_text, "big, little and dce exclude each other");
  std::int64_t size = number.base ? longest_digits : longest_number;
  if (!read_integer(rule, size_text, least, size, size, number.size_variable)) return false;
  number.size = static_cast<std::uint8_t>(size);
  return true;
}

bool read_offset(RuleBuilder& rule, std::string_view text, NumberAt& number) {
  std::int64_t offset = 0;
  if (!read_integer(rule, text, -farthest, farthest, offset, number.offset_variable)) return false;
  number.offset = static_cast<std::int32_t>(offset);
  return true;
}

bool starts_name(std::string_view text) {
  return !text.empty() &&
         ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
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
  if (const auto wanted = read_unsigned(parts[2])) {
    test.value = *wanted;
  } else if (starts_name(parts[2])) {
    const auto variable = rule.find_variable(parts[2]);
    if (!variable) return false;
    test.value_variable = *variable;
  } else {
    return rule.refuse(parts[2], "\"" + std::string(parts[2]) + "\" is no number");
  }
  if (!read_offset(rule, parts[3], test.number)) return false;
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
  if (!read_offset(rule, parts[1], jump.number)) return false;
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

// Nothing: it is no option of byte_extract.
std::optional<bool> parse_extract_option(RuleBuilder& rule, std::string_view part,
                                         ByteExtract& extract) {
  if (part.starts_with("multiplier ")) {
    const auto number = read_integer(rule, trim(part.substr(11)), 1, farthest);
    if (number) extract.multiplier = static_cast<std::uint32_t>(*number);
    return number.has_value();
  }
  if (part.starts_with("align ")) {
    const std::string_view text = trim(part.substr(6));
    if (text != "2" && text != "4") return rule.refuse(text, "align is 2 or 4");
    extract.align = static_cast<std::uint8_t>(text[0] - '0');
    return true;
  }
  return {};
}

bool parse_byte_extract(RuleBuilder& rule, std::string_view value) {
  const auto parts = split(value);
  if (parts.size() < 3) return rule.refuse(value, "byte_extract is size,offset,name and options");
  ByteExtract extract;
  NumberOptions options;
  const auto offset = read_integer(rule, parts[1], -farthest, farthest);
  if (!offset) return false;
  extract.number.offset = static_cast<std::int32_t>(*offset);
  for (std::size_t i = 3; i < parts.size(); ++i) {
    auto parsed = parse_extract_option(rule, parts[i], extract);
    if (!parsed) parsed = parse_shared(rule, parts[i], extract.number, options);
    if (!parsed)
      return rule.refuse(parts[i], "byte_extract has no option \"" + std::string(parts[i]) + "\"");
    if (!*parsed) return false;
  }
  if (!check_number(rule, parts[0], 1, extract.number, options)) return false;
  const auto result = rule.make_variable(parts[2]);
  if (!result) return false;
  extract.result = *result;
  rule.conditions().emplace_back(extract);
  return true;
}

struct MathRow {
  std::string_view sign;
  ByteMath::Operator operation;
};
constexpr MathRow math_rows[] = {
    {"+", ByteMath::Operator::add},         {"-", ByteMath::Operator::subtract},
    {"*", ByteMath::Operator::multiply},    {"/", ByteMath::Operator::divide},
    {"<<", ByteMath::Operator::shift_left}, {">>", ByteMath::Operator::shift_right},
};
constexpr std::int64_t widest_shifted = 4;  // octets, as Suricata
constexpr std::int64_t largest_right = 0xffffffff;

// The parts of byte_math, each a word and what it says; the first five must stand.
struct MathParts {
  static constexpr std::string_view needed[] = {"bytes", "offset", "oper", "rvalue", "result"};
  std::string_view values[std::size(needed)];
};

bool parse_math_right(RuleBuilder& rule, std::string_view text, ByteMath& math) {
  std::int64_t right = 0;
  if (!read_integer(rule, text, 0, largest_right, right, math.value_variable)) return false;
  math.value = static_cast<std::uint32_t>(right);
  const bool is_number = math.value_variable == no_variable;
  if (is_number && right == 0 && math.operation == ByteMath::Operator::divide)
    return rule.refuse(text, "nothing is divided by 0");
  return true;
}

// One that is not among the needed ones.
bool parse_math_option(RuleBuilder& rule, std::string_view part, ByteMath& math,
                       NumberOptions& options) {
  if (part.starts_with("endian ")) {
    const std::string_view order = trim(part.substr(7));
    if (order == "little") return math.number.little = true;
    if (order == "big") return options.big = true;
    if (order == "dce") return read_dce(rule, order, math.number);
    return rule.refuse(order, "endian is big, little or dce");
  }
  if (part.starts_with("string ")) {
    const std::string_view name = trim(part.substr(7));
    for (const auto& [word, base] : bases)
      if (name == word) return math.number.base = base, options.string = options.base = true;
    return rule.refuse(name, "string is hex, dec or oct");
  }
  if (part.starts_with("bitmask ")) {
    const std::string_view text = trim(part.substr(8));  // always hexadecimal here
    const std::string digits =
        (text.starts_with("0x") || text.starts_with("0X") ? "" : "0x") + std::string(text);
    const auto mask = read_unsigned(digits);
    if (!mask || *mask == 0)
      return rule.refuse(text, "a bitmask is a hexadecimal number above zero, such as 0x0ff0");
    math.number.mask = *mask;
    return true;
  }
  if (part == "relative") return math.number.relative = true;
  if (part == "dce") return read_dce(rule, part, math.number);
  return rule.refuse(part, "byte_math has no option \"" + std::string(part) + "\"");
}

bool parse_byte_math(RuleBuilder& rule, std::string_view value) {
  MathParts parts;
  ByteMath math;
  NumberOptions options;
  for (const std::string_view part : split(value)) {
    const std::size_t space = std::min(part.find(' '), part.size());
    const auto name = std::ranges::find(MathParts::needed, part.substr(0, space));
    if (name == std::end(MathParts::needed)) {
      if (!parse_math_option(rule, part, math, options)) return false;
      continue;
    }
    std::string_view& said = parts.values[name - std::begin(MathParts::needed)];
    if (!said.empty()) return rule.refuse(part, "\"" + std::string(*name) + "\" stands twice");
    said = trim(part.substr(space));
  }
  for (std::size_t i = 0; i < std::size(MathParts::needed); ++i) {
    if (parts.values[i].empty()) {
      return rule.refuse(value,
                         "byte_math is bytes n,offset n,oper +|-|*|/|<<|>>,rvalue n,result "
                         "name; \"" +
                             std::string(MathParts::needed[i]) + "\" is missing");
    }
  }
  const auto [bytes, offset, oper, right, result] = parts.values;
  const auto row = std::ranges::find(math_rows, oper, &MathRow::sign);
  if (row == std::end(math_rows)) {
    return rule.refuse(oper,
                       "\"" + std::string(oper) + "\" is no operator; known are + - * / << >>");
  }
  math.operation = row->operation;
  if (!read_offset(rule, offset, math.number) || !parse_math_right(rule, right, math)) return false;
  if (!check_number(rule, bytes, 1, math.number, options)) return false;
  const bool shifts = math.operation == ByteMath::Operator::shift_left ||
                      math.operation == ByteMath::Operator::shift_right;
  if (shifts && math.number.size > widest_shifted && math.number.size_variable == no_variable)
    return rule.refuse(bytes, "at most 4 octets are shifted");
  const auto variable = rule.make_variable(result);
  if (!variable) return false;
  math.result = *variable;
  rule.conditions().emplace_back(math);
  return true;
}

// clang-format off
constexpr Keyword rows[] = {
    {"byte_test", Value::needed, parse_byte_test, false, "payload", "size,[!]operator,value,offset[,relative][,big|little|dce][,string,dec|hex|oct][,bitmask n]",
     {"A number in the octets compares so with the value.", "字节中的数与给定值的比较成立。"}},
    {"byte_extract", Value::needed, parse_byte_extract, false, "payload", "size,offset,name[,relative][,multiplier n][,big|little|dce][,string,dec|hex|oct][,align 2|4][,bitmask n]",
     {"A number in the octets becomes a variable that later conditions name in place of a number.", "字节中的数成为变量，其后的条件可用其名代替数字。"}},
    {"byte_math", Value::needed, parse_byte_math, false, "payload", "bytes n,offset n,oper +|-|*|/|<<|>>,rvalue n|name,result name[,relative][,endian big|little|dce][,string dec|hex|oct][,bitmask n]",
     {"A number in the octets and another are calculated with; what comes out becomes a variable.", "以字节中的数与另一数作运算，结果成为变量。"}},
    {"byte_jump", Value::needed, parse_byte_jump, false, "payload", "size,offset[,relative][,multiplier n][,big|little|dce][,string,dec|hex|oct][,align][,from_beginning|from_end][,post_offset n][,bitmask n]",
     {"Moves the place that relative conditions count from by a number in the octets.", "按字节中的数移动相对条件的起点。"}},
};
// clang-format on

}  // namespace

std::span<const Keyword> byte_keywords() {
  return rows;
}

}  // namespace langyan::detect
