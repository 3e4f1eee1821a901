#include "center/rule_text.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>
#include <filesystem>

#include "base/bundled.h"
#include "base/disk.h"
#include "base/version.h"
#include "center/center.h"
#include "center/query_fields.h"

namespace langyan::center {
namespace {

namespace dom = simdjson::dom;

constexpr std::string_view blanks = " \t\r\n\v\f", rules_suffix = ".rules", byte_order_mark = "\xef\xbb\xbf";
constexpr std::size_t largest_file = 8u << 20;  // octets

// By State.
constexpr Words states[] = {
    {"known", "The center has its text", "中心有该规则的文本"},
    {"built-in", "Built into the program: what the sensor says on its own. It has no rule text",
     "程序内置：由探针自行判断并给出，没有规则文本"},
    {"elsewhere",
     "The center has no text of it: it stands neither in a pack that reaches here nor among the rules of the program, "
     "so in a file of the sensor's own",
     "中心没有该规则的文本：既不在送达此处的规则包中，也不在随程序附带的规则中，应在探针自己的规则文件中"},
};
constexpr Words origins[] = {{"pack", "Rule pack", "规则包"}, {"program", "Comes with the program", "随程序附带"}};

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(blanks);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

// As src/detect/rule_lines.h cuts a file: a backslash at the end of a line joins the next to it; what is blank or begins with # is
// no rule, unless a rule goes on there.
struct Cursor {
  std::string_view text;
  std::size_t at = 0;  // the start of a line
  std::uint64_t number = 1;

  std::string_view line() const { return text.substr(at, text.find('\n', at) - at); }
  bool goes_on() const { return trimmed(line()).ends_with('\\'); }
  bool is_rule() const {
    const std::string_view here = trimmed(line());
    return !here.empty() && here.front() != '#';
  }
  bool next() {  // false: that was the last
    const auto end = text.find('\n', at);
    if (end == text.npos) return false;
    at = end + 1, ++number;
    return at < text.size();
  }
};

// The value of an option of digits alone.
std::optional<std::uint64_t> number_of(std::string_view value) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc() || read.ptr != value.data() + value.size()) return {};
  return number;
}

struct Numbers {
  std::uint64_t gid = 1, sid = 0, rev = 0;
};

// Of the options behind the first parenthesis; a semicolon ends one unless a backslash is before it.
Numbers numbers_of(std::string_view rule) {
  Numbers numbers;
  const auto open = rule.find('(');
  if (open == rule.npos) return numbers;
  std::size_t start = open + 1;
  for (std::size_t i = start; i < rule.size(); ++i) {
    if (rule[i] == '\\') {
      ++i;
      continue;
    }
    if (rule[i] != ';') continue;
    const std::string_view option = rule.substr(start, i - start);
    start = i + 1;
    const auto colon = option.find(':');
    if (colon == option.npos) continue;
    const std::string_view name = trimmed(option.substr(0, colon));
    const auto value = number_of(trimmed(option.substr(colon + 1)));
    if (!value) continue;
    if (name == "sid") numbers.sid = *value;
    if (name == "gid") numbers.gid = *value;
    if (name == "rev") numbers.rev = *value;
  }
  return numbers;
}

RuleText text_of(const WrittenRule& rule, std::string pack, std::string version, std::string file) {
  RuleText text{std::move(pack), std::move(version), std::move(file), rule.line, rule.rev, {}, true};
  std::size_t size = std::min(rule.text.size(), longest_rule_text);
  text.whole = size == rule.text.size();
  while (!text.whole && size > 0 && (static_cast<unsigned char>(rule.text[size]) & 0xc0) == 0x80) --size;
  text.text = rule.text.substr(0, size);
  return text;
}

void add_bundled(Disk& disk, RuleNumber number, std::vector<RuleText>& into) {
  const std::string folder = bundled_folder("rules");
  const auto names = disk.list(folder);
  if (!names) return;
  for (const std::string& name : *names) {
    if (!name.ends_with(rules_suffix)) continue;
    const auto text = read_file(disk, (std::filesystem::path(folder) / name).string(), largest_file);
    if (!text) continue;
    const auto rule = find_rule(*text, number);
    if (rule) return into.push_back(text_of(*rule, "", std::string(version), name));
  }
}

// Whether the sensors' catalogue has it as a detection of their own: those have a name, explained rules have none.
bool is_built_in(Center& center, RuleNumber number) {
  const auto catalogue = newest_catalogue(center, "detections", "");
  if (!catalogue) return false;
  dom::parser parser;
  dom::array rows;
  dom::element whole;
  if (parser.parse(catalogue->text).get(whole) != simdjson::SUCCESS ||
      whole["detections"].get(rows) != simdjson::SUCCESS)
    return false;
  return std::any_of(rows.begin(), rows.end(), [&](dom::element row) {
    std::uint64_t gid = 1, sid = 0;
    std::string_view name;
    if (row["gid"].get(gid) != simdjson::SUCCESS) gid = 1;
    return row["sid"].get(sid) == simdjson::SUCCESS && sid == number.sid && gid == number.gid &&
           row["name"].get(name) == simdjson::SUCCESS;
  });
}

}  // namespace

std::optional<WrittenRule> find_rule(std::string_view file, RuleNumber number) {
  if (file.find(std::to_string(number.sid)) == file.npos) return {};
  if (file.starts_with(byte_order_mark)) file.remove_prefix(byte_order_mark.size());
  Cursor cursor{file};
  for (bool more = !file.empty(); more;) {
    if (!cursor.is_rule()) {
      more = cursor.next();
      continue;
    }
    const std::size_t start = cursor.at;
    const std::uint64_t line = cursor.number;
    std::size_t end = start;
    std::string joined;
    for (bool goes_on = true; goes_on && more; more = cursor.next()) {
      goes_on = cursor.goes_on();
      end = cursor.at + cursor.line().size();
      const std::string_view piece = trimmed(cursor.line());
      joined.append(piece.substr(0, piece.size() - goes_on)).append(" ");
    }
    const Numbers found = numbers_of(joined);
    if (found.sid == number.sid && found.gid == number.gid)
      return WrittenRule{line, found.rev, trimmed(file.substr(start, end - start))};
  }
  return {};
}

Result<RuleTexts> texts_of_rule(Center& center, const store::Scope& scope, RuleNumber number) {
  RuleTexts found;
  const auto done = center.packs().each_holding(scope, std::to_string(number.sid), [&](const packs::Pack& pack) {
    for (const packs::PackFile& file : pack.files) {
      if (!file.name.ends_with(rules_suffix)) continue;
      const auto rule = find_rule(file.text, number);
      if (!rule) continue;
      found.texts.push_back(text_of(*rule, pack.name, std::to_string(pack.version), file.name));
      return;
    }
  });
  if (!done) return done.error();
  add_bundled(center.disk(), number, found.texts);
  std::ranges::stable_sort(found.texts, std::ranges::greater(), &RuleText::rev);
  found.state = !found.texts.empty()          ? RuleTexts::State::known
                : is_built_in(center, number) ? RuleTexts::State::built_in
                                              : RuleTexts::State::elsewhere;
  return found;
}

void write_rule_texts(JsonWriter& json, RuleNumber number, const RuleTexts& found) {
  json.open().field("gid", number.gid).field("sid", number.sid).key("state");
  write_words(json, states[static_cast<std::size_t>(found.state)]);
  json.key("texts").open_list();
  for (const RuleText& text : found.texts) {
    json.open().key("origin");
    write_words(json, origins[text.pack.empty() ? 1 : 0]);
    json.field("pack", text.pack).field("version", text.version).field("file", text.file).field("line", text.line);
    json.field("rev", text.rev).field("text", text.text).field("whole", text.whole).close();
  }
  json.close_list().close();
}

}  // namespace langyan::center
