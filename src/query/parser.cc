// The parser: recursive descent over a Reading, one octet after the other, each looked at a fixed
// number of times.
#include <algorithm>
#include <charconv>

#include "base/address.h"
#include "base/suggest.h"
#include "base/utf8.h"
#include "query/reading.h"
#include "query/syntax.h"

namespace langyan::query {
namespace {

constexpr std::size_t longest_address = 64;  // of text that may be an address with colons

bool is_blank(char c) {
  return c == ' ';
}
// What ends any word.
bool ends_word(char c) {
  return is_blank(c) || c == '(' || c == ')' || c == '|' || c == ',' || c == open_quote ||
         c == close_quote;
}
bool is_operator_char(char c) {
  return c == ':' || c == '=' || c == '<' || c == '>';
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return (x >= 'A' && x <= 'Z' ? x + 32 : x) == (y >= 'A' && y <= 'Z' ? y + 32 : y);
  });
}

enum class Keyword : std::uint8_t { none, and_, or_, not_ };
Keyword keyword_of(std::string_view word) {
  if (same_word(word, "and") || word == "且" || word == "&&") return Keyword::and_;
  if (same_word(word, "or") || word == "或") return Keyword::or_;
  if (same_word(word, "not") || word == "非") return Keyword::not_;
  return Keyword::none;
}

class Parser {
 public:
  explicit Parser(const Reading& reading) : reading_(reading), text_(reading.text) {}

  Parsed run() {
    skip_blanks();
    if (!at_end() && peek() != '|') {
      if (any_of(0) && !at_end() && peek() != '|') unexpected();  // the root is the last node made
    }
    while (good() && !at_end()) segment();
    if (!good()) out_.query = {};
    return std::move(out_);
  }

 private:
  // Where the parser stands.
  bool good() const { return out_.faults.empty(); }
  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void skip_blanks() {
    while (!at_end() && is_blank(peek())) ++at_;
  }
  Span span(std::size_t begin, std::size_t end) const {
    return {reading_.from[std::min(begin, text_.size())], reading_.from[std::min(end, text_.size())]};
  }

  void refuse(std::string_view code, Span where, Said message, Said advice, std::string fix = {}) {
    if (good()) out_.faults.push_back({code, where, std::move(message), std::move(advice), std::move(fix)});
  }
  void unexpected() {
    if (peek() == ')')
      return refuse("unopened-parenthesis", span(at_, at_ + 1),
                    {"This parenthesis closes nothing.", "此右括号没有对应的左括号。"},
                    {"Remove it, or write ( before the part that belongs together.",
                     "请删除它，或在相应部分之前补上左括号。"});
    if (peek() == ',')
      return refuse("stray-comma", span(at_, at_ + 1),
                    {"A comma stands only between the values of a list.", "逗号只用于分隔列表中的值。"},
                    {"Separate conditions with spaces, and or or; values as in severity:high,critical.",
                     "条件之间请用空格、and 或 or 分隔；列表写法如 severity:high,critical。"});
    refuse("unexpected", span(at_, at_ + 1), {"This is not expected here.", "此处不应出现该内容。"},
           {"Remove it, or put it in quotes if it is text.", "请删除它；若是文本请加引号。"});
  }

  // The word that begins here, as it stands; nothing is taken.
  std::string_view word_ahead() const {
    std::size_t end = at_;
    while (end < text_.size() && !ends_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }
  Keyword keyword_ahead() const { return keyword_of(word_ahead()); }
  bool part_begins() const { return !at_end() && peek() != ')' && peek() != '|' && peek() != ','; }

  using Made = std::optional<std::uint32_t>;
  Made add(Node node) {
    out_.query.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(out_.query.nodes.size() - 1);
  }
  Made joined(NodeKind kind, std::vector<std::uint32_t> parts) {
    if (parts.size() == 1) return parts[0];
    Node node;
    node.kind = kind, node.parts = std::move(parts);
    return add(std::move(node));
  }

  Made any_of(std::size_t depth) {
    std::vector<std::uint32_t> parts;
    for (;;) {
      const auto part = all_of(depth);
      if (!part) return {};
      parts.push_back(*part);
      skip_blanks();
      if (at_end() || keyword_ahead() != Keyword::or_) return joined(NodeKind::any_of, std::move(parts));
      at_ += word_ahead().size();
    }
  }

  Made all_of(std::size_t depth) {
    std::vector<std::uint32_t> parts;
    for (;;) {
      const auto part = not_of(depth);
      if (!part) return {};
      parts.push_back(*part);
      skip_blanks();
      if (!part_begins()) return joined(NodeKind::all_of, std::move(parts));
      const Keyword keyword = keyword_ahead();
      if (keyword == Keyword::or_) return joined(NodeKind::all_of, std::move(parts));
      if (keyword == Keyword::and_) at_ += word_ahead().size();
    }
  }

  Made not_of(std::size_t depth) {
    bool negated = false;
    for (;;) {
      skip_blanks();
      if (at_end()) return missing_condition();
      if (keyword_ahead() == Keyword::not_) {
        at_ += word_ahead().size();
      } else if ((peek() == '-' || peek() == '!') && negates(peek(1))) {
        ++at_;
      } else {
        break;
      }
      negated = !negated;
    }
    const auto part = primary(depth);
    if (!part || !negated) return part;
    Node node;
    node.kind = NodeKind::none_of, node.parts = {*part};
    return add(std::move(node));
  }

  // Whether a - or ! before this is "not", and not a text of its own.
  static bool negates(char next) {
    return next == '(' || next == open_quote || (next && !ends_word(next) && !is_operator_char(next));
  }

  Made missing_condition() {
    refuse("missing-condition", span(at_, at_ + 1), {"A condition is missing here.", "此处缺少条件。"},
           {"Write one such as src:10.0.0.0/8, or remove the word before.",
            "请写一个条件，例如 src:10.0.0.0/8，或删除前面的词。"});
    return {};
  }

  Made primary(std::size_t depth) {
    if (peek() == '(') return group(depth);
    const Keyword keyword = keyword_ahead();
    if (!part_begins() || keyword == Keyword::and_ || keyword == Keyword::or_) return missing_condition();
    if (out_.query.terms.size() >= query_terms) {
      refuse("too-many-terms", span(at_, text_.size()),
             {"The query has more than " + std::to_string(query_terms) + " conditions.",
              "查询条件超过 " + std::to_string(query_terms) + " 个。"},
             {"Put values of one field into a list: sid:(1 or 2 or 3).",
              "同一字段的多个值请写成列表：sid:(1 or 2 or 3)。"});
      return {};
    }
    Term term;
    const std::size_t begin = at_;
    if (!field_and_operator(term)) {
      if (!good()) return {};
      at_ = begin;
      if (!value(term)) return {};
    } else if (peek() == '(') {
      if (!list(term)) return {};
    } else if (!values(term)) {
      return {};
    }
    term.span = span(begin, at_);
    out_.query.terms.push_back(std::move(term));
    Node node;
    node.term = static_cast<std::uint32_t>(out_.query.terms.size() - 1);
    return add(std::move(node));
  }

  Made group(std::size_t depth) {
    const std::size_t begin = at_;
    if (depth >= query_depth) {
      refuse("too-deep", span(at_, at_ + 1),
             {"Parentheses are nested deeper than " + std::to_string(query_depth) + ".",
              "括号嵌套超过 " + std::to_string(query_depth) + " 层。"},
             {"Most can go: and binds more closely than or.", "多数括号可省略：and 比 or 优先。"});
      return {};
    }
    ++at_;
    const auto inside = any_of(depth + 1);
    if (!inside) return {};
    skip_blanks();
    if (peek() == ')') return ++at_, inside;
    if (!at_end()) return unexpected(), Made();
    refuse("open-parenthesis", span(begin, begin + 1), {"This parenthesis is not closed.", "此括号没有关闭。"},
           {"Write ) where the part ends.", "请在该部分结束处补上右括号。"});
    return {};
  }

  // Takes "field op"; false, with nothing said, when this is a text without a field.
  bool field_and_operator(Term& term) {
    if (peek() == open_quote || peek() == literal) return false;
    const std::string_view run = word_ahead();
    if (run.size() <= longest_address && run.find(':') != run.npos &&
        (parse_network(run) || parse_mac(run)))
      return false;
    const std::size_t begin = at_;
    while (!at_end() && !ends_word(peek()) && !is_operator_char(peek()) && peek() != literal &&
           peek() != star && peek() != '!')
      ++at_;
    const std::size_t end = at_;
    if (peek() == literal || peek() == star) return false;
    skip_blanks();
    const auto op = take_operator();
    if (!op) return false;
    term.field = text_.substr(begin, end - begin), term.field_span = span(begin, end);
    term.op = *op;
    if (term.field.empty()) {
      refuse("missing-field", span(begin, at_), {"The name of a field is missing here.", "此处缺少字段名。"},
             {"Write one such as src before it.", "请在前面写字段名，例如 src。"});
      return false;
    }
    skip_blanks();
    return true;
  }

  std::optional<Operator> take_operator() {
    struct Row {
      std::string_view written;
      Operator op;
    };
    // Longest first.
    constexpr Row rows[] = {
        {":>=", Operator::at_least}, {":<=", Operator::at_most}, {"==", Operator::equal},
        {"!=", Operator::differs},   {">=", Operator::at_least}, {"<=", Operator::at_most},
        {":>", Operator::more},      {":<", Operator::less},     {":=", Operator::equal},
        {":", Operator::has},        {"=", Operator::equal},     {">", Operator::more},
        {"<", Operator::less},
    };
    for (const Row& row : rows) {
      if (!text_.substr(at_).starts_with(row.written)) continue;
      at_ += row.written.size();
      return row.op;
    }
    return {};
  }

  bool missing_value(const Term& term) {
    refuse("missing-value", span(at_, at_ + 1),
           {"A value is missing behind `" + shown(term.field) + "`.", "`" + shown(term.field) + "` 之后缺少值。"},
           {"Write one, or * for any value; a text with spaces or parentheses needs quotes.",
            "请写一个值，或用 * 表示任意值；含空格或括号的文本需要引号。"});
    return false;
  }

  // One value, or several joined by commas without spaces.
  bool values(Term& term) {
    for (;;) {
      if (!part_begins()) return missing_value(term);
      if (!value(term)) return false;
      if (peek() != ',') return true;
      if (is_bound(term.op)) return list_of_bounds(at_), false;
      if (at_ + 1 >= text_.size() || is_blank(peek(1))) return unexpected(), false;
      ++at_;
    }
  }

  static bool is_bound(Operator op) {
    return op != Operator::has && op != Operator::equal && op != Operator::differs;
  }
  void list_of_bounds(std::size_t at) {
    refuse("list-of-bounds", span(at, at + 1), {"A list stands only behind : and !=.", "列表只能用在 : 和 != 之后。"},
           {"Write one bound, or a range such as value:1..5.", "请写一个界限，或范围，例如 value:1..5。"});
  }

  bool list(Term& term) {
    const std::size_t begin = at_++;
    if (is_bound(term.op)) return list_of_bounds(begin), false;
    for (;;) {
      skip_blanks();
      if (at_end()) break;
      if (peek() == ')') {
        if (term.values.empty()) return missing_value(term);
        return ++at_, true;
      }
      const Keyword keyword = keyword_ahead();
      if (!term.values.empty() && keyword == Keyword::or_) {
        at_ += word_ahead().size();
        skip_blanks();
      } else if (!term.values.empty() && peek() == ',') {
        ++at_;
        skip_blanks();
      } else if (keyword != Keyword::none || peek() == '(') {
        refuse("not-a-list", span(at_, at_ + std::max<std::size_t>(word_ahead().size(), 1)),
               {"A list of values knows only or.", "值列表中只能使用 or。"},
               {"Write whole conditions in the parentheses: (a:1 and not b:2).",
                "请在括号中写完整条件：(a:1 and not b:2)。"});
        return false;
      }
      if (!part_begins()) return missing_value(term);
      if (!value(term)) return false;
    }
    refuse("open-parenthesis", span(begin, begin + 1), {"This parenthesis is not closed.", "此括号没有关闭。"},
           {"Write ) where the list ends.", "请在列表结束处补上右括号。"});
    return false;
  }

  bool value(Term& term) {
    if (++values_ > query_values) {
      refuse("too-many-values", span(at_, text_.size()),
             {"The query has more than " + std::to_string(query_values) + " values.",
              "查询的值超过 " + std::to_string(query_values) + " 个。"},
             {"Use a range or a network where the values lie together.", "相邻的值请用范围或网段表示。"});
      return false;
    }
    Value made;
    const std::size_t begin = at_;
    if (peek() == open_quote) {
      made.quoted = true;
      for (++at_; peek() != close_quote; ++at_) made.text += peek();
      ++at_;
    } else {
      bare_value(made);
    }
    made.span = span(begin, at_);
    if (made.stars.size() > value_stars) {
      refuse("too-many-stars", made.span,
             {"A value has more than " + std::to_string(value_stars) + " asterisks.",
              "一个值中的星号超过 " + std::to_string(value_stars) + " 个。"},
             {"Leave some out.", "请减少星号。"});
      return false;
    }
    term.values.push_back(std::move(made));
    return true;
  }

  void bare_value(Value& made) {
    bool escaped = false;
    while (!at_end() && !ends_word(peek())) {
      if (peek() == star) {
        const auto place = static_cast<std::uint32_t>(made.text.size());
        if (made.stars.empty() || made.stars.back() != place) made.stars.push_back(place);
        ++at_;
      } else if (peek() == literal) {
        escaped = true;
        const std::size_t size = utf8_sequence(bytes_of(text_.substr(at_ + 1)));
        made.text += text_.substr(at_ + 1, size);
        at_ += 1 + size;
      } else {
        made.text += text_[at_++];
      }
    }
    // What would mean something else when it is written again counts as quoted.
    made.quoted = made.stars.empty() && (escaped || made.text.empty() || is_operator_char(made.text[0]) ||
                                         keyword_of(made.text) != Keyword::none);
  }

  // Segments.

  void segment() {
    skip_blanks();
    if (peek() != '|') return unexpected();
    if (out_.query.segments.size() >= query_segments)
      return refuse("too-many-segments", span(at_, text_.size()),
                    {"More than " + std::to_string(query_segments) + " parts are joined with |.",
                     "用 | 连接的部分超过 " + std::to_string(query_segments) + " 个。"},
                    {"Remove what repeats.", "请删除重复部分。"});
    ++at_;
    skip_blanks();
    const std::size_t begin = at_;
    std::string word(word_ahead());
    if (const auto dash = word.find('-'); dash != word.npos) word.resize(dash);  // groupby-pie
    at_ += word.size();
    const auto* found = std::ranges::find_if(segment_words, [&](auto each) { return same_word(each, word); });
    if (found == std::end(segment_words)) return unknown_segment(word, span(begin, at_));
    Segment made;
    made.kind = static_cast<SegmentKind>(found - segment_words);
    const bool done = contents(made, *found);
    made.span = span(begin, at_);
    if (!done) return;
    out_.query.segments.push_back(std::move(made));
    skip_blanks();
  }

  void unknown_segment(const std::string& word, Span where) {
    const auto near = nearest(word, segment_words);
    refuse("unknown-segment", where,
           {word.empty() ? "A word is missing behind |." : "`" + shown(word) + "` is nothing that can follow |.",
            word.empty() ? "| 之后缺少关键词。" : "| 之后不能写 `" + shown(word) + "`。"},
           {"Write groupby, sortby, timechart, stats, head or table.",
            "可写 groupby、sortby、timechart、stats、head 或 table。"},
           std::string(near));
  }

  bool contents(Segment& made, std::string_view word) {
    switch (made.kind) {
      case SegmentKind::groupby: return style(made) && fields(made, word, false);
      case SegmentKind::sortby: return fields(made, word, true);
      case SegmentKind::table: return fields(made, word, false);
      case SegmentKind::timechart: return bucket(made) && by(made);
      case SegmentKind::stats: return calls(made) && by(made);
      case SegmentKind::head: return rows(made);
    }
    return false;
  }

  bool style(Segment& made) {
    skip_blanks();
    if (peek() != '-') return true;
    const std::size_t begin = at_++;
    const std::string word(word_ahead());
    at_ += word.size();
    for (const auto each : groupby_styles)
      if (same_word(each, word)) return made.style = each, true;
    refuse("unknown-style", span(begin, at_),
           {"`-" + shown(word) + "` is no way to draw groups.", "`-" + shown(word) + "` 不是分组图形。"},
           {"Write -pie, -bar, -sankey or -matrix, or nothing for a table.",
            "可写 -pie、-bar、-sankey 或 -matrix；不写则为表格。"});
    return false;
  }

  bool name(FieldName& made, bool sorts) {
    const std::size_t begin = at_;
    while (!at_end() && !ends_word(peek()) && !is_operator_char(peek()) && peek() != literal && peek() != star)
      ++at_;
    made.text = text_.substr(begin, at_ - begin);
    if (sorts && made.text.ends_with('^')) made.text.pop_back(), made.ascending = true;
    made.span = span(begin, at_ - (made.ascending ? 1 : 0));
    if (!made.text.empty() && (at_end() || is_blank(peek()) || peek() == ',' || peek() == '|' || peek() == ')'))
      return true;
    return missing_field(span(begin, at_ + 1));
  }
  bool missing_field(Span where) {
    refuse("missing-field", where, {"The name of a field is missing here.", "此处缺少字段名。"},
           {"Write one such as src.", "请写字段名，例如 src。"});
    return false;
  }

  bool fields(Segment& made, std::string_view, bool sorts) {
    for (;;) {
      skip_blanks();
      if (at_end() || peek() == '|') break;
      if (peek() == ',' && !made.fields.empty()) {
        ++at_, skip_blanks();
      }
      FieldName field;
      if (!name(field, sorts)) return false;
      if (peek() == ')') return unexpected(), false;
      made.fields.push_back(std::move(field));
      if (made.fields.size() > segment_fields) {
        refuse("too-many-fields", made.fields.back().span,
               {"More than " + std::to_string(segment_fields) + " fields are named.",
                "字段超过 " + std::to_string(segment_fields) + " 个。"},
               {"Leave some out.", "请减少字段。"});
        return false;
      }
    }
    return made.fields.empty() ? missing_field(span(at_, at_ + 1)) : true;
  }

  // "by field+", or nothing.
  bool by(Segment& made) {
    skip_blanks();
    if (at_end() || peek() == '|') return true;
    if (!same_word(word_ahead(), "by")) return unexpected(), false;
    at_ += 2;
    return fields(made, "by", false);
  }

  bool bucket(Segment& made) {
    skip_blanks();
    const std::string_view word = word_ahead();
    if (word.empty() || word[0] < '0' || word[0] > '9') return true;
    made.bucket = word;
    if (made.bucket.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyz") != made.bucket.npos)
      return unexpected(), false;
    at_ += word.size();
    return true;
  }

  bool calls(Segment& made) {
    for (;;) {
      skip_blanks();
      if (peek() == ',' && !made.calls.empty()) ++at_, skip_blanks();
      if (at_end() || peek() == '|') break;
      const std::string_view word = word_ahead();
      if (same_word(word, "by") && !made.calls.empty()) return true;
      Call call;
      call.function = word;
      const std::size_t begin = at_;
      at_ += word.size();
      if (word.empty() || call.function.find_first_not_of("abcdefghijklmnopqrstuvwxyz") != std::string::npos ||
          made.calls.size() >= segment_fields)
        return bad_call(span(begin, at_ + 1));
      if (peek() == '(') {
        ++at_, skip_blanks();
        if (peek() != ')' && !name(call.field.emplace(), false)) return false;
        skip_blanks();
        if (peek() != ')') return bad_call(span(begin, at_ + 1));
        ++at_;
      }
      call.span = span(begin, at_);
      made.calls.push_back(std::move(call));
    }
    return made.calls.empty() ? bad_call(span(at_, at_ + 1)) : true;
  }
  bool bad_call(Span where) {
    refuse("bad-function", where, {"A function of a field is expected here.", "此处应为字段的函数。"},
           {"Write one such as count, avg(value), max(value) or distinct(src).",
            "例如 count、avg(value)、max(value) 或 distinct(src)。"});
    return false;
  }

  bool rows(Segment& made) {
    skip_blanks();
    const std::string_view word = word_ahead();
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), made.rows);
    const std::size_t begin = at_;
    at_ += word.size();
    if (!word.empty() && error == std::errc() && end == word.data() + word.size() && made.rows >= 1 &&
        made.rows <= most_rows)
      return true;
    refuse("bad-number", span(begin, std::max(at_, begin + 1)),
           {"`head` takes a number from 1 to " + std::to_string(most_rows) + ".",
            "`head` 之后应为 1 到 " + std::to_string(most_rows) + " 的数。"},
           {"Write one such as head 20.", "例如 head 20。"});
    return false;
  }

  const Reading& reading_;
  const std::string_view text_;
  std::size_t at_ = 0, values_ = 0;
  Parsed out_;
};

}  // namespace

std::string_view text_of(Operator op) {
  constexpr std::string_view texts[] = {":", "=", "!=", ">", ">=", "<", "<="};
  return texts[static_cast<std::size_t>(op)];
}

Parsed parse(std::string_view text, std::size_t most_bytes) {
  Parsed refused;
  if (text.size() > most_bytes) {
    refused.faults.push_back(
        {"too-long",
         {static_cast<std::uint32_t>(most_bytes), static_cast<std::uint32_t>(most_bytes + 1)},
         {"The query is longer than " + std::to_string(most_bytes) + " bytes.",
          "查询长度超过 " + std::to_string(most_bytes) + " 字节。"},
         {"Use ranges, networks or fewer values.", "请使用范围、网段或减少值的数量。"},
         {}});
    return refused;
  }
  Reading reading = read(text);
  if (reading.fault) {
    refused.faults.push_back(std::move(*reading.fault));
    return refused;
  }
  return Parser(reading).run();
}

}  // namespace langyan::query
