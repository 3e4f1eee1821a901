#include "base/yaml.h"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <sstream>

#include "base/json.h"
#include "base/utf8.h"

namespace langyan {
namespace {

constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
constexpr std::string_view full_width_colon = "\xef\xbc\x9a";

// The text with the offsets of its lines: yaml-cpp counts octets, people count characters.
class Source {
 public:
  explicit Source(std::string_view text) : text_(text) {
    for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1)) {
      lines_.push_back(at + 1);
    }
  }

  std::string_view text() const { return text_; }
  std::size_t offset(const YAML::Mark& mark) const {
    const auto line = static_cast<std::size_t>(std::max(mark.line, 0));
    if (line >= lines_.size()) return text_.size();
    return std::min(text_.size(),
                    lines_[line] + static_cast<std::size_t>(std::max(mark.column, 0)));
  }
  YamlPlace place(std::size_t offset) const {
    const auto line =
        static_cast<std::size_t>(std::ranges::upper_bound(lines_, offset) - lines_.begin()) - 1;
    if (line != counted_.line || offset < counted_.offset) counted_ = {line, lines_[line], 0};
    const auto more = text_.substr(counted_.offset, offset - counted_.offset);
    counted_.characters += std::ranges::count_if(more, [](char c) { return (c & 0xc0) != 0x80; });
    counted_.offset = offset;
    return {static_cast<int>(line) + 1, static_cast<int>(counted_.characters) + 1};
  }
  YamlPlace place(const YAML::Mark& mark) const { return place(offset(mark)); }
  std::string_view line(std::size_t number) const {  // from 0
    if (number >= lines_.size()) return {};
    const std::size_t end = number + 1 < lines_.size() ? lines_[number + 1] - 1 : text_.size();
    return text_.substr(lines_[number], end - lines_[number]);
  }
  std::size_t line_count() const { return lines_.size(); }
  std::size_t line_start(std::size_t number) const { return lines_[number]; }

 private:
  struct Counted {
    std::size_t line = 0, offset = 0;
    std::ptrdiff_t characters = 0;
  };
  std::string_view text_;
  std::vector<std::size_t> lines_{0};
  mutable Counted counted_;  // places are asked for in order: a long line is counted once
};

// YAML 1.2.2, 5.1: printable characters. yaml-cpp turns ill-formed UTF-8 into U+FFFD and takes 0x04
// for the end of the file, both in silence.
bool printable(std::uint32_t point) {
  if (point < 0x20) return point == '\t' || point == '\n' || point == '\r';
  return point < 0x7f || point == 0x85 || (point >= 0xa0 && point != 0xfffe && point != 0xffff);
}

std::uint32_t code_point(Bytes sequence) {
  if (sequence.size() == 1) return sequence[0];
  std::uint32_t point = sequence[0] & (0x7f >> sequence.size());
  for (std::uint8_t octet : sequence.subspan(1)) point = point << 6 | (octet & 0x3f);
  return point;
}

std::optional<YamlFault> bad_character(const Source& source) {
  const Bytes text = bytes_of(source.text());
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t size = utf8_sequence(text.subspan(at));
    if (size == 0) {
      return YamlFault{
          source.place(at),
          fmt::format("the octet 0x{:02x} is not UTF-8; save the file as UTF-8", text[at])};
    }
    if (const auto point = code_point(text.subspan(at, size)); !printable(point)) {
      return YamlFault{source.place(at),
                       fmt::format("the character U+{:04X} cannot be printed; remove it", point)};
    }
    at += size;
  }
  return {};
}

std::vector<YamlFault> tabs(const Source& source, std::size_t most) {
  std::vector<YamlFault> faults;
  for (std::size_t i = 0; i < source.line_count() && faults.size() < most; ++i) {
    const std::string_view line = source.line(i);
    const std::size_t first = line.find_first_not_of(" \t\r");
    if (first == line.npos || line[first] == '#') continue;
    const std::size_t tab = line.substr(0, first).find('\t');
    if (tab == line.npos) continue;
    faults.push_back({source.place(source.line_start(i) + tab),
                      "a tab indents this line; YAML allows only spaces"});
  }
  return faults;
}

struct Refused {
  YamlPlace place;
  std::string message;
};

class TreeBuilder final : public YAML::EventHandler {
 public:
  TreeBuilder(const Source& source, const YamlLimits& limits, YamlDocument& document)
      : source_(source), limits_(limits), document_(document) {}

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (documents_++ == 0) return;
    throw Refused{source_.place(mark),
                  "a second document begins here, and a file holds one; remove a line of ---, "
                  "or indent this line as the keys above it"};
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    if (key_expected()) throw Refused{source_.place(mark), "a key is missing before \":\""};
    YamlNode& node = add(source_.place(mark), YamlNode::Kind::null);
    keep(anchor, node);
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    const YamlPlace place = source_.place(mark);
    const auto known = anchors_.find(anchor);
    if (known == anchors_.end()) throw Refused{place, "an alias stands inside what it stands for"};
    const YamlNode& meant = known->second.node;
    if (key_expected()) {
      if (meant.kind != YamlNode::Kind::scalar) throw Refused{place, "a key must be a text"};
      return add_key(place, meant.text);
    }
    if (open_.size() + known->second.depth > limits_.depth) throw too_deep(place);
    count(place, known->second.size - 1);
    YamlNode& node = add(place, meant.kind);
    node = meant;
    node.place = place;
  }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    const YamlPlace place = source_.place(mark);
    refuse_tag(place, tag);
    const bool quoted = tag == "!";
    passed_ = quoted ? quote_end(place, source_.offset(mark)) : source_.offset(mark) + value.size();
    if (key_expected()) {
      add_key(place, value);
      keep(anchor, {YamlNode::Kind::scalar, quoted, place, value, {}, {}});
      return;
    }
    YamlNode& node = add(place, YamlNode::Kind::scalar);
    node.text = value;
    node.quoted = quoted;
    keep(anchor, node);
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::list);
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, YamlNode::Kind::map);
  }
  void OnMapEnd() override { close(); }

  // What is open when the reading breaks off keeps its complete entries. What stands right before a
  // fault of syntax is in doubt: a text may have swallowed a line that was indented too
  // far, and an unclosed list makes a mapping of its last item.
  void break_off(bool doubt_last) {
    if (doubt_last && !open_.empty()) {
      auto& items = open_.back()->items;
      const bool doubtful = !items.empty() && (items.back().kind == YamlNode::Kind::scalar ||
                                               open_.back()->kind == YamlNode::Kind::list);
      if (doubtful) items.pop_back();
      while (open_.size() > 1 && open_.back()->kind == YamlNode::Kind::map &&
             open_.back()->items.empty()) {
        open_.pop_back(), open_anchors_.pop_back();
        open_.back()->items.pop_back();
      }
    }
    while (!open_.empty()) {
      YamlNode& node = *open_.back();
      if (node.kind == YamlNode::Kind::map) {
        node.keys.resize(node.items.size());
        drop_duplicates(node);
      }
      open_.pop_back(), open_anchors_.pop_back();
    }
  }
  const YamlNode* innermost() const { return open_.empty() ? nullptr : open_.back(); }
  std::size_t passed() const { return passed_; }

 private:
  struct Anchored {
    YamlNode node;
    std::size_t size = 1, depth = 0;
  };

  bool key_expected() const {
    return !open_.empty() && open_.back()->kind == YamlNode::Kind::map &&
           open_.back()->keys.size() == open_.back()->items.size();
  }

  void count(const YamlPlace& place, std::size_t nodes) {
    nodes_ += nodes;
    if (nodes_ <= limits_.nodes) return;
    throw Refused{place, fmt::format("more than {} values, aliases counted as what they stand for; "
                                     "split or shorten the file",
                                     limits_.nodes)};
  }

  Refused too_deep(const YamlPlace& place) const {
    return {place,
            fmt::format("lists and mappings stand more than {} deep in each other", limits_.depth)};
  }

  static void refuse_tag(const YamlPlace& place, const std::string& tag) {
    if (tag.empty() || tag == "?" || tag == "!") return;
    throw Refused{place, "a tag stands here; write the value without \"!\""};
  }

  YamlNode& add(const YamlPlace& place, YamlNode::Kind kind) {
    count(place, 1);
    YamlNode* node = &document_.root;
    if (!open_.empty()) node = &open_.back()->items.emplace_back();
    node->kind = kind;
    node->place = place;
    return *node;
  }

  void add_key(const YamlPlace& place, const std::string& text) {
    count(place, 1);
    open_.back()->keys.push_back({text, place});
  }

  // A pointer into items stays good: the parent adds nothing while its last child is open.
  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            YamlNode::Kind kind) {
    const YamlPlace place = source_.place(mark);
    if (key_expected()) {
      throw Refused{place,
                    "a list or mapping stands where a key is expected; close its bracket, or write "
                    "a text as the key"};
    }
    refuse_tag(place, tag);
    if (open_.size() >= limits_.depth) throw too_deep(place);
    open_.push_back(&add(place, kind));
    open_anchors_.push_back(anchor);
    const std::size_t at = source_.offset(mark);
    const std::string_view rest = source_.text().substr(at, 1);
    if (rest == "[" || rest == "{") passed_ = at + 1;
  }

  void close() {
    YamlNode& node = *open_.back();
    if (node.kind == YamlNode::Kind::map) drop_duplicates(node);
    keep(open_anchors_.back(), node);
    open_.pop_back(), open_anchors_.pop_back();
  }

  void keep(YAML::anchor_t anchor, const YamlNode& node) {
    if (anchor == 0) return;
    Anchored& kept = anchors_[anchor];
    kept = {node, 0, 0};
    measure(node, kept, 1);
    count(node.place, kept.size);  // the copy that is kept
  }

  static void measure(const YamlNode& node, Anchored& into, std::size_t depth) {
    into.size += 1 + node.keys.size();
    if (node.kind == YamlNode::Kind::list || node.kind == YamlNode::Kind::map) {
      into.depth = std::max(into.depth, depth);
    }
    for (const YamlNode& item : node.items) measure(item, into, depth + 1);
  }

  void drop_duplicates(YamlNode& map) {
    std::vector<std::size_t> order(map.keys.size());
    std::iota(order.begin(), order.end(), 0u);
    std::ranges::stable_sort(order, {},
                             [&](std::size_t i) -> const std::string& { return map.keys[i].text; });
    std::vector<bool> again(map.keys.size());
    for (std::size_t i = 1, first = 0; i < order.size(); ++i) {
      const YamlKey &key = map.keys[order[i]], &before = map.keys[order[first]];
      if (key.text != before.text) {
        first = i;
        continue;
      }
      again[order[i]] = true;
      document_.faults.push_back(
          {key.place, fmt::format("duplicate key \"{}\"; it stands already at {}:{}", key.text,
                                  before.place.line, before.place.column)});
    }
    std::size_t kept = 0;
    for (std::size_t i = 0; i < again.size(); ++i) {
      if (again[i]) continue;
      if (kept != i) {
        map.keys[kept] = std::move(map.keys[i]);
        map.items[kept] = std::move(map.items[i]);
      }
      ++kept;
    }
    map.keys.resize(kept), map.items.resize(kept);
  }

  // yaml-cpp takes the end of the file for a closing quote when a line end stands before it.
  std::size_t quote_end(const YamlPlace& place, std::size_t at) const {
    const std::string_view text = source_.text();
    const char quote = at < text.size() ? text[at] : '\0';
    if (quote != '"' && quote != '\'') return at;  // a block scalar
    for (++at; at < text.size(); ++at) {
      if (quote == '"' && text[at] == '\\') {
        ++at;
      } else if (text[at] == quote) {
        if (quote == '"' || text.substr(at + 1, 1) != "'") return at + 1;
        ++at;
      }
    }
    throw Refused{place, "a quote is opened here and never closed"};
  }

  const Source& source_;
  const YamlLimits& limits_;
  YamlDocument& document_;
  std::vector<YamlNode*> open_;
  std::vector<YAML::anchor_t> open_anchors_;
  std::map<YAML::anchor_t, Anchored> anchors_;
  std::size_t nodes_ = 0, passed_ = 0;
  int documents_ = 0;
};

struct Wording {
  std::string_view theirs, ours;
};
const Wording wordings[] = {
    {YAML::ErrorMsg::MAP_VALUE,
     "a \":\" does not fit here; quote a value that holds \": \", and give keys "
     "of one level the same indentation"},
    {YAML::ErrorMsg::END_OF_MAP,
     "this does not fit the keys above; give keys of one level the same "
     "indentation, and quote a value that holds special characters"},
    {YAML::ErrorMsg::END_OF_SEQ,
     "this does not fit the list above; begin each item with \"- \" in the same "
     "column, and quote a value that holds special characters"},
    {YAML::ErrorMsg::END_OF_MAP_FLOW, "a \"{\" is opened here and not closed by \"}\""},
    {YAML::ErrorMsg::END_OF_SEQ_FLOW, "a \"[\" is opened here and not closed by \"]\""},
    {YAML::ErrorMsg::FLOW_END, "a closing bracket stands here without its opening one"},
    {YAML::ErrorMsg::BLOCK_ENTRY,
     "a \"-\" does not fit here; begin a list on a line of its own, or quote it"},
    {YAML::ErrorMsg::EOF_IN_SCALAR, "a quote is opened here and never closed"},
    {YAML::ErrorMsg::UNKNOWN_TOKEN, "a value cannot begin with this character; put it in quotes"},
    {YAML::ErrorMsg::UNKNOWN_ANCHOR,
     "no \"&\" above names what this \"*\" stands for; put a text that begins "
     "with \"*\" in quotes"},
};

YamlFault syntax_fault(const Source& source, const TreeBuilder& tree,
                       const YAML::Exception& thrown) {
  std::size_t at = source.offset(thrown.mark);
  std::string message = "not valid YAML: " + thrown.msg;
  for (const Wording& wording : wordings) {
    if (thrown.msg == wording.theirs) message = wording.ours;
  }
  if (thrown.msg.starts_with(YAML::ErrorMsg::INVALID_ESCAPE)) {
    message =
        fmt::format("\"\\{}\" is no escape; write \\\\ for a backslash, or use single quotes",
                    thrown.msg.substr(std::string_view(YAML::ErrorMsg::INVALID_ESCAPE).size()));
  }
  if (thrown.msg == YAML::ErrorMsg::EOF_IN_SCALAR) {
    at = std::min(at, source.text().find_first_of("\"'", tree.passed()));
  }
  YamlPlace place = source.place(at);
  const bool unclosed = thrown.msg == YAML::ErrorMsg::END_OF_MAP_FLOW ||
                        thrown.msg == YAML::ErrorMsg::END_OF_SEQ_FLOW;
  if (unclosed && tree.innermost()) place = tree.innermost()->place;
  const auto line = static_cast<std::size_t>(place.line - 1);
  for (std::size_t near = line - (line > 0); near <= line; ++near) {
    if (source.line(near).find(full_width_colon) == std::string_view::npos) continue;
    message +=
        fmt::format("; line {} holds the full-width colon, and YAML takes only \":\"", near + 1);
    break;
  }
  return {place, message};
}

}  // namespace

YamlDocument read_yaml(std::string_view text, const YamlLimits& limits) {
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const Source source(text);
  YamlDocument document;
  bool syntax = false;
  if (auto fault = bad_character(source)) {
    document.faults.push_back(std::move(*fault));
    return document;
  }
  document.faults = tabs(source, limits.faults);
  if (!document.faults.empty()) return document;

  TreeBuilder tree(source, limits, document);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(tree)) {
    }
  } catch (const Refused& refused) {
    document.faults.push_back({refused.place, refused.message});
  } catch (const YAML::Exception& thrown) {
    syntax = true;
    document.faults.push_back(syntax_fault(source, tree, thrown));
  } catch (const std::exception& thrown) {
    document.faults.push_back({{}, fmt::format("not readable as YAML: {}", thrown.what())});
  }
  tree.break_off(syntax);
  std::ranges::stable_sort(document.faults, [](const YamlFault& a, const YamlFault& b) {
    return std::pair(a.place.line, a.place.column) < std::pair(b.place.line, b.place.column);
  });
  if (document.faults.size() > limits.faults) document.faults.resize(limits.faults);
  return document;
}

std::string yaml_scalar(std::string_view text) {
  constexpr std::string_view reserved = "|true|false|null|yes|no|on|off|y|n|";
  const auto letter = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '/';
  };
  const auto safe = [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
  };
  if (!text.empty() && letter(text.front()) && std::ranges::all_of(text, safe)) {
    std::string word = "|";
    for (char c : text) word += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (reserved.find(word + "|") == reserved.npos) return std::string(text);
  }
  std::string out = "\"";
  append_escaped(out, text);
  return out + "\"";
}

}  // namespace langyan
