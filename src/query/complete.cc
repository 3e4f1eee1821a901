#include "query/complete.h"

#include <algorithm>

#include "fields/operation.h"
#include "query/syntax.h"

namespace langyan::query {
namespace {

constexpr std::string_view breaks = " \t\n\r(),|\"!-";

// The word before the place, and what stands before that.
struct Before {
  std::string field;    // of "field:wor"; empty: no field is being compared
  std::string word;
  std::size_t begin = 0;
  std::string segment;  // behind the last |: its first word; empty: the filter or right behind |
  bool in_segment = false;
};

std::size_t last_of(std::string_view text, std::string_view any) {
  const auto at = text.find_last_of(any);
  return at == text.npos ? 0 : at + 1;
}

Before look_back(std::string_view text) {
  Before before;
  if (const auto pipe = text.rfind('|'); pipe != text.npos) {
    before.in_segment = true;
    std::string_view rest = text.substr(pipe + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    const auto end = rest.find(' ');
    if (end != rest.npos) before.segment = rest.substr(0, end);
  }
  before.begin = last_of(text, breaks);
  before.word = text.substr(before.begin);
  // "field:(a or wor": the list's field is before its parenthesis.
  std::string_view list = text.substr(0, before.begin);
  const auto open = list.rfind('(');
  if (open != list.npos && list.find(')', open) == list.npos && open > 0 &&
      std::string_view(":=").find(list[open - 1]) != list.npos) {
    list = list.substr(0, open - 1);
    before.field = list.substr(last_of(list, breaks));
    return before;
  }
  const auto op = before.word.find_first_of(":=<>");
  if (op == std::string::npos) return before;
  before.field = before.word.substr(0, op);
  const auto value = std::min(before.word.find_first_not_of(":=<>!", op), before.word.size());
  before.begin += value, before.word = before.word.substr(value);
  return before;
}

class Maker {
 public:
  Maker(const Catalogue& catalogue, const Before& before, Completions& out)
      : catalogue_(catalogue), word_(lower_case(before.word)), out_(out) {}

  void fields() {
    // What begins so, then what contains it.
    for (const bool begins : {true, false})
      for (const Target& target : catalogue_.all()) {
        const auto rank = [&](std::string_view name) {
          const auto at = lower_case(name).find(word_);
          return at == std::string::npos ? false : begins ? at == 0 : at != 0;
        };
        bool fits = rank(target.name) || (!word_.empty() && rank(target.label.zh));
        for (const std::string& alias : target.aliases) fits = fits || rank(alias);
        if (fits) add(target.name, "field", target.label, target.doc.en);
      }
  }
  void words(std::initializer_list<std::string_view> list) {
    for (const std::string_view each : list) value(each, "word");
  }
  void values(const Target& target) {
    switch (target.type) {
      case Type::severity: return words_as_values({"critical", "high", "medium", "low", "info"});
      case Type::state: return words_as_values({"new", "acknowledged", "closed", "false-positive"});
      case Type::event_class: return words_as_values({"alert", "operation", "flow", "stats", "other"});
      case Type::boolean: return words_as_values({"true", "false"});
      case Type::time: return words_as_values({"-1h", "-24h", "-7d", "now"});
      default: break;
    }
    if (target.column == Column::verb)
      for (const Name& verb : verb_names()) value(verb.word, "value");
    if (target.column == Column::app_proto || target.column == Column::event_type ||
        target.column == Column::any_proto) {
      if (target.column == Column::event_type) words_as_values({"alert", "flow", "anomaly", "stats", "summary"});
      std::string before;
      for (const Target& each : catalogue_.all())
        if (!each.protocol.empty() && each.protocol != before) value(before = each.protocol, "value");
    }
    if (target.column == Column::result) words_as_values({"ok", "refused", "pending"});
    for (const auto& [code, name] : target.codes) value(name, "value", std::to_string(code));
  }

 private:
  void words_as_values(std::initializer_list<std::string_view> list) {
    for (const std::string_view each : list) value(each, "value");
  }
  void value(std::string_view text, std::string_view kind, std::string doc = {}) {
    if (lower_case(text).find(word_) != std::string::npos) add(std::string(text), kind, {}, std::move(doc));
  }
  void add(std::string text, std::string_view kind, Said label, std::string doc) {
    if (out_.items.size() >= most_completions) return;
    if (std::ranges::find(out_.items, text, &Completion::text) != out_.items.end()) return;
    out_.items.push_back({std::move(text), kind, std::move(label), std::move(doc)});
  }

  const Catalogue& catalogue_;
  const std::string word_;
  Completions& out_;
};

}  // namespace

Completions complete(std::string_view text, std::size_t at, const Catalogue& catalogue) {
  text = text.substr(0, std::min({at, text.size(), query_bytes}));
  const Before before = look_back(text);
  Completions out;
  out.span = {static_cast<std::uint32_t>(before.begin), static_cast<std::uint32_t>(text.size())};
  Maker maker(catalogue, before, out);
  if (before.in_segment && before.segment.empty()) {
    maker.words({"groupby", "sortby", "timechart", "stats", "head", "table"});
  } else if (before.in_segment) {
    if (before.segment == "stats") maker.words({"count", "sum", "avg", "min", "max", "distinct", "by"});
    if (before.segment == "timechart") maker.words({"by"});
    if (before.segment != "head") maker.fields();
  } else if (!before.field.empty()) {
    if (const Target* target = catalogue.find(before.field)) maker.values(*target);
  } else {
    if (!before.word.empty()) maker.words({"and", "or", "not"});
    maker.fields();
  }
  return out;
}

}  // namespace langyan::query
