#include "detect/rule_builder.h"

#include <algorithm>
#include <charconv>

namespace langyan::detect {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view escapable = "\\\";:";

// Reads up to the closing |; false: refused.
bool read_hex(RuleBuilder& rule, std::string_view text, std::size_t& i, std::string& out) {
  const std::size_t opening = i++;
  int high = -1;
  for (; i < text.size() && text[i] != '|'; ++i) {
    if (text[i] == ' ' || text[i] == '\t') continue;
    const int digit = hex_digit(text[i]);
    if (digit < 0) {
      return rule.refuse(
          text.substr(i),
          std::string("\"") + text[i] + "\" is no hexadecimal digit; between | only octets stand");
    }
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high << 4 | digit);
      high = -1;
    }
  }
  if (i == text.size()) return rule.refuse(text.substr(opening), "the | is not closed by another");
  if (high >= 0)
    return rule.refuse(text.substr(i), "an octet has two hexadecimal digits, here is one");
  return true;
}

std::optional<std::string> read_text(RuleBuilder& rule, std::string_view text, bool octets) {
  if (text.size() < 2 || text.front() != '"') {
    rule.refuse(text, "a text in double quotes is expected here");
    return {};
  }
  const std::string_view inner = text.substr(1, text.size() - 2);
  const std::size_t backslashes = inner.size() - (inner.find_last_not_of('\\') + 1);
  if (text.back() != '"' || backslashes % 2 == 1) {
    rule.refuse(text,
                "the quote is not closed; a semicolon or quote inside is written \\; and \\\"");
    return {};
  }
  text = inner;
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '|' && octets) {
      if (!read_hex(rule, text, i, out)) return {};
    } else if (text[i] != '\\') {
      out += text[i];
    } else if (i + 1 < text.size() && escapable.find(text[i + 1]) != escapable.npos) {
      out += text[++i];
    } else {
      rule.refuse(text.substr(i),
                  "only \\\\ \\\" \\; and \\: may be escaped; write other octets as |hex|");
      return {};
    }
  }
  return out;
}

}  // namespace

bool RuleBuilder::refuse(std::string_view where, std::string reason) {
  return refuse_unknown(where, std::move(reason), {});
}

bool RuleBuilder::refuse_unknown(std::string_view where, std::string reason,
                                 std::string_view keyword) {
  if (!refusal_) refusal_ = Said{where.data(), std::move(reason), std::string(keyword)};
  return false;
}

void RuleBuilder::warn(std::string_view where, std::string reason) {
  warnings_.push_back({where.data(), std::move(reason), {}});
}

// The sid of a rule that was refused before its sid was read, as far as it can be told.
std::uint32_t RuleBuilder::sid() const {
  if (has_sid) return rule.sid;
  const std::string& whole = text.text();
  for (std::size_t at = whole.find("sid:"); at != whole.npos; at = whole.find("sid:", at + 1)) {
    if (at == 0 || std::string_view(" \t;(").find(whole[at - 1]) == std::string_view::npos)
      continue;
    const std::string_view rest = trim(std::string_view(whole).substr(at + 4));
    if (const auto sid = read_unsigned(rest.substr(0, rest.find_first_not_of("0123456789")))) {
      return static_cast<std::uint32_t>(std::min<std::uint64_t>(*sid, 0xffffffff));
    }
  }
  return 0;
}

RuleNote RuleBuilder::note(std::string_view file, const Said& said) const {
  const Place place = text.place(said.at);
  return {std::string(file), place.line, place.column, sid(), said.message, said.keyword};
}

RuleNote RuleBuilder::note(std::string_view file) const {
  return note(file, *refusal_);
}

std::vector<RuleNote> RuleBuilder::take_warnings(std::string_view file) {
  std::vector<RuleNote> notes;
  for (const Said& said : warnings_) notes.push_back(note(file, said));
  warnings_.clear();
  return notes;
}

std::vector<PayloadCondition>& RuleBuilder::conditions() {
  moved_.reset();
  return standing();
}

std::vector<PayloadCondition>& RuleBuilder::standing() {
  if (decoded_) return decoded_->conditions;
  if (buffer_) return program.buffers[*buffer_].conditions;
  const auto raw = std::ranges::find(program.buffers, Level::raw, &BufferMatch::level);
  if (raw != program.buffers.end()) return raw->conditions;
  return program.buffers.emplace_back().conditions;
}

BufferMatch& RuleBuilder::old_buffer(Level level, std::uint8_t field) {
  for (const std::size_t index : old_) {
    BufferMatch& buffer = program.buffers[index];
    if (buffer.level == level && buffer.field == field) return buffer;
  }
  old_.push_back(program.buffers.size());
  return program.buffers.emplace_back(BufferMatch{level, field, {}});
}

bool RuleBuilder::move_content(std::string_view where, Level level, std::uint8_t field) {
  if (buffer_) {
    return refuse(where,
                  "this says where the content before it is looked for, and a buffer named before "
                  "it says so already");
  }
  if (moved_) return refuse(where, "the content before it has its buffer already");
  if (!content_before(where)) return false;
  PayloadCondition content = std::move(standing().back());
  standing().pop_back();
  BufferMatch& buffer = old_buffer(level, field);
  buffer.conditions.push_back(std::move(content));
  moved_ = static_cast<std::size_t>(&buffer - program.buffers.data());
  return true;
}

void RuleBuilder::look_into(Level level, std::uint8_t field) {
  moved_.reset();
  decoded_.reset();
  buffer_ = program.buffers.size();
  program.buffers.push_back({level, field, {}});
}

void RuleBuilder::look_into_raw() {
  moved_.reset();
  decoded_.reset();
  buffer_.reset();
}

bool RuleBuilder::look_into_decoded() {
  const auto is_decode = [](const PayloadCondition& condition) {
    return std::holds_alternative<Base64Decode>(condition);
  };
  for (auto buffer = program.buffers.rbegin(); buffer != program.buffers.rend(); ++buffer) {
    const auto at = std::find_if(buffer->conditions.rbegin(), buffer->conditions.rend(), is_decode);
    if (at == buffer->conditions.rend()) continue;
    decoded_ = std::get_if<Base64Decode>(&*at)->decoded;
    return true;
  }
  return false;
}

BufferMatch* RuleBuilder::buffer() {
  return buffer_ && !decoded_ ? &program.buffers[*buffer_] : nullptr;
}

bool RuleBuilder::same_octets(std::optional<std::size_t> one,
                              std::optional<std::size_t> other) const {
  if (!one || !other) return !one && !other;
  return program.buffers[*one].same_place(program.buffers[*other]);
}

std::optional<Variable> RuleBuilder::make_variable(std::string_view name) {
  const auto is_word = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '.' || c == '-';
  };
  if (name.empty() || (name[0] >= '0' && name[0] <= '9') || name[0] == '-' ||
      !std::ranges::all_of(name, is_word)) {
    refuse(name, "a variable's name starts with a letter and has letters, digits, _ . and -");
    return {};
  }
  if (std::ranges::find(variables_, name, &NamedVariable::name) != variables_.end()) {
    refuse(name, "the variable \"" + std::string(name) + "\" is made twice; give it another name");
    return {};
  }
  if (variables_.size() == most_variables) {
    refuse(name, "a rule has at most " + std::to_string(most_variables) + " variables");
    return {};
  }
  variables_.push_back({std::string(name), buffer_});
  return static_cast<Variable>(variables_.size() - 1);
}

std::optional<Variable> RuleBuilder::find_variable(std::string_view name) {
  const auto at = std::ranges::find(variables_, name, &NamedVariable::name);
  if (at == variables_.end()) {
    std::string reason = "\"" + std::string(name) +
                         "\" is no number, and no byte_extract or byte_math before this makes a "
                         "variable of that name";
    for (const NamedVariable& each : variables_)
      reason += (&each == variables_.data() ? "; made are " : ", ") + each.name;
    refuse(name, std::move(reason));
    return {};
  }
  if (!same_octets(at->buffer, buffer_)) {
    refuse(name, "the variable \"" + std::string(name) +
                     "\" is made in another buffer; a variable serves in its own only");
    return {};
  }
  return static_cast<Variable>(at - variables_.begin());
}

Content* RuleBuilder::content_before(std::string_view where) {
  auto& conditions = moved_ ? program.buffers[*moved_].conditions : standing();
  if (!conditions.empty()) {
    if (auto* content = std::get_if<Content>(&conditions.back())) return content;
  }
  refuse(where, "this belongs behind the content it is about, and none stands right before it");
  return nullptr;
}

const Protocol* RuleBuilder::find_protocol(std::string_view name) const {
  // Suricata's names of what is called otherwise here.
  constexpr std::pair<std::string_view, std::string_view> aliases[] = {
      {"http1", "http"},         {"ssl", "tls"},           {"ftp-data", "ftp_data"},
      {"s7commplus", "s7comm_plus"}, {"cip", "enip"},
      {"netbios-ns", "netbios"}, {"ether-s-io", "ether_sio"}};
  for (const auto& [theirs, ours] : aliases)
    if (name == theirs) name = ours;
  for (const Protocol* protocol : environment.protocols)
    if (protocol->name == name) return protocol;
  return nullptr;
}

std::optional<std::uint64_t> read_unsigned(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x") || text.starts_with("0X")) base = 16, text.remove_prefix(2);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc{} || end != text.data() + text.size() || text.empty()) return {};
  return value;
}

std::optional<std::int64_t> read_integer(RuleBuilder& rule, std::string_view text,
                                         std::int64_t least, std::int64_t most) {
  const bool negative = text.starts_with('-');
  const auto magnitude = read_unsigned(negative ? text.substr(1) : text);
  constexpr std::uint64_t top = std::uint64_t{1} << 62;
  if (magnitude && *magnitude <= top) {
    const auto value = static_cast<std::int64_t>(*magnitude) * (negative ? -1 : 1);
    if (value >= least && value <= most) return value;
  }
  rule.refuse(text, "\"" + std::string(text) + "\" is not a whole number from " +
                        std::to_string(least) + " to " + std::to_string(most));
  return {};
}

bool read_integer(RuleBuilder& rule, std::string_view text, std::int64_t least, std::int64_t most,
                  std::int64_t& number, Variable& variable) {
  const bool is_name = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') ||
                                         (text[0] >= 'A' && text[0] <= 'Z') || text[0] == '_');
  if (is_name) {
    const auto found = rule.find_variable(text);
    if (found) variable = *found;
    return found.has_value();
  }
  const auto read = read_integer(rule, text, least, most);
  if (read) number = *read;
  return read.has_value();
}

std::optional<std::string> read_quoted(RuleBuilder& rule, std::string_view text) {
  return read_text(rule, text, false);
}

std::optional<std::string> read_octets(RuleBuilder& rule, std::string_view text) {
  return read_text(rule, text, true);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  text = trim(text);
  if (text.empty()) return parts;
  bool quoted = false;
  std::size_t first = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i == text.size() || (text[i] == separator && !quoted)) {
      parts.push_back(trim(text.substr(first, i - first)));
      first = i + 1;
    } else if (text[i] == '"') {
      quoted = !quoted;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      ++i;
    }
  }
  return parts;
}

}  // namespace langyan::detect
