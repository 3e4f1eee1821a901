#include <algorithm>

#include "base/suggest.h"
#include "base/units.h"
#include "query/value.h"

namespace langyan::query {
namespace {

constexpr std::string_view functions[] = {"count", "sum", "avg", "min", "max", "distinct"};
constexpr std::pair<std::string_view, std::string_view> function_aliases[] = {
    {"mean", "avg"}, {"average", "avg"}, {"uniq", "distinct"}, {"dc", "distinct"}, {"cardinality", "distinct"}};
constexpr Duration longest_bucket = 366 * day;

bool has_order(const Target& target) {
  return target.type == Type::number || target.type == Type::time || target.type == Type::severity ||
         target.type == Type::any;
}

// Either side is two values of one event: a row cannot be put into one group or place by it.
bool is_either(const Target& target) {
  return target.column == Column::any_ip || target.column == Column::any_port ||
         target.column == Column::any_proto;
}

class Resolver {
 public:
  Resolver(const Query& query, const Surroundings& around) : query_(query), around_(around) {}

  Resolved run() {
    for (std::size_t i = 0; i < query_.nodes.size(); ++i) node(query_.nodes[i]);
    count_operands();
    for (const Segment& each : query_.segments) segment(each);
    finish();
    out_.plan.condition = std::make_shared<const Condition>(std::move(condition_));
    out_.plan.text = render(query_);
    Query filter;
    filter.nodes = query_.nodes, filter.terms = query_.terms;
    out_.plan.filter = render(filter);
    return std::move(out_);
  }

 private:
  void refuse(Fault fault) {
    if (out_.faults.size() < most_faults) out_.faults.push_back(std::move(fault));
  }
  void refuse(std::string_view code, Span span, Said message, Said advice, std::string fix = {}) {
    refuse(Fault{code, span, std::move(message), std::move(advice), std::move(fix)});
  }

  // One part for each node, in the same place.
  void node(const Node& node) {
    Part part;
    part.parts = node.parts;
    switch (node.kind) {
      case NodeKind::all_of: part.kind = PartKind::all_of; break;
      case NodeKind::any_of: part.kind = PartKind::any_of; break;
      case NodeKind::none_of: part.kind = PartKind::none_of; break;
      case NodeKind::term: return term(query_.terms[node.term]);
    }
    condition_.parts.push_back(std::move(part));
    renumber(condition_.parts.back());
    places_.push_back(static_cast<std::uint32_t>(condition_.parts.size() - 1));
  }
  // A term may take two parts (a test and its negation): nodes' numbers are not those of parts.
  void renumber(Part& part) const {
    for (auto& index : part.parts) index = places_[index];
  }

  void term(const Term& term) {
    Test test;
    test.term = render(term), test.span = term.span;
    const auto target = target_of(term);
    if (target) {
      test.target = *target;
      if (!term.field.empty())
        for (const Value& value : term.values) add(test, term, value);
      else
        add_text(test, term.values[0]);
    }
    Part part;
    part.test = static_cast<std::uint32_t>(condition_.tests.size());
    condition_.tests.push_back(std::move(test));
    condition_.parts.push_back(part);
    if (term.op == Operator::differs) {
      part = {};
      part.kind = PartKind::none_of;
      part.parts = {static_cast<std::uint32_t>(condition_.parts.size() - 1)};
      condition_.parts.push_back(part);
    }
    places_.push_back(static_cast<std::uint32_t>(condition_.parts.size() - 1));
  }

  std::optional<Target> target_of(const Term& term) {
    if (term.field.empty()) return text_target(term.values[0]);
    const std::string name = lower_case(term.field);
    if (name == "@from" || name == "@to") return *around_.catalogue->find("@timestamp");
    if (name == "is" && !term.values.empty() && class_like(term.values[0]))
      return *around_.catalogue->find("class");
    return find(term.field, term.field_span);
  }
  static bool class_like(const Value& value) {
    constexpr std::string_view classes[] = {"alert", "operation", "flow", "stats"};
    return std::ranges::find(classes, lower_case(value.text)) != std::end(classes);
  }

  std::optional<Target> find(std::string_view name, Span span) {
    if (const Target* target = around_.catalogue->find(name)) return *target;
    if (auto target = Catalogue::path_target(name)) return target;
    const std::string near(around_.catalogue->nearest(name));
    const std::string what = "`" + shown(name) + "`";
    refuse("unknown-field", span, {"There is no field " + what + ".", "没有字段 " + what + "。"},
           {near.empty() ? "See the list of fields; any member of an event is reached as eve.name, and a text with a "
                           "colon needs quotes."
                         : "Did you mean " + near + "?",
            near.empty() ? "请查看字段列表；事件中的任意成员可写作 eve.名称；含冒号的文本需要引号。"
                         : "是否想写 " + near + "？"},
           near);
    return {};
  }

  // An address by itself is looked for at both ends, anything else in the texts.
  std::optional<Target> text_target(const Value& value) {
    if (!value.quoted && value.stars.empty() && value.text.find_first_of(".:") != value.text.npos &&
        parse_network(value.text))
      return *around_.catalogue->find("ip");
    Target target;
    target.name = "text", target.type = Type::text, target.column = Column::any_text;
    return target;
  }
  void add_text(Test& test, const Value& value) {
    if (test.target.column == Column::any_ip)
      return test.networks.push_back(*parse_network(value.text));
    if (value.is_star()) return void(test.exists = true);  // "*" is every event, see Column::any_text
    if (value.text.empty())
      return refuse("empty-value", value.span, {"This text is empty.", "此文本为空。"},
                    {"Remove it.", "请删除。"});
    TextMatch match{value.text, value.stars};
    if (match.stars.empty() || match.stars.front() != 0) match.stars.insert(match.stars.begin(), 0);
    const auto end = static_cast<std::uint32_t>(match.text.size());
    if (match.stars.back() != end) match.stars.push_back(end);
    test.texts.push_back(std::move(match));
  }

  void add(Test& test, const Term& term, const Value& value) {
    if (value.is_star()) return void(test.exists = true);
    if (!value.quoted && value.stars.empty() && value.text.starts_with('$') && value.text.size() > 1)
      return add_list(test, term, value);
    Term bound = term;
    const std::string name = lower_case(term.field);
    if (name == "@from" || name == "@to") {
      if (term.op != Operator::has && term.op != Operator::equal)
        return refuse("bad-operator", term.span, {"@from and @to take : only.", "@from 和 @to 只能用 :。"},
                      {"Write @from:-24h.", "例如 @from:-24h。"});
      bound.op = name == "@from" ? Operator::at_least : Operator::less;
    }
    if (auto fault = add_value(test, bound, value, around_)) refuse(std::move(*fault));
  }

  void add_list(Test& test, const Term& term, const Value& value) {
    const std::string name = value.text.substr(1);
    const auto values = around_.list ? around_.list(name) : std::nullopt;
    if (!values)
      return refuse("unknown-list", value.span,
                    {"There is no list `" + shown(value.text) + "`.", "没有名单 `" + shown(value.text) + "`。"},
                    {"Make it first, or write its values in parentheses.", "请先建立名单，或在括号中直接写值。"});
    for (std::size_t i = 0; i < std::min(values->size(), named_list_values); ++i) {
      Value each;
      each.text = (*values)[i], each.quoted = true, each.span = value.span;
      if (auto fault = add_value(test, term, each, around_)) return refuse(std::move(*fault));
    }
  }

  void count_operands() {
    std::size_t operands = 0;
    const Test* largest = nullptr;
    for (const Test& test : condition_.tests) {
      const std::size_t values = test.numbers.size() + test.texts.size() + test.networks.size() + test.addresses.size();
      const std::size_t places = std::max<std::size_t>(test.target.places.size() + test.target.words.size(), 1);
      operands += values * places;
      if (!largest || values > largest->texts.size() + largest->numbers.size()) largest = &test;
    }
    if (operands <= test_operands) return;
    refuse("too-many-values", largest->span,
           {"`" + shown(largest->term) + "` compares too many values with a field that stands in several places.",
            "`" + shown(largest->term) + "` 的值太多，而该字段在事件中有多个位置。"},
           {"Use fewer values or a range.", "请减少值或使用范围。"});
  }

  // Segments.

  std::optional<Target> sortable(const FieldName& field) {
    auto target = find(field.text, field.span);
    if (!target || !is_either(*target)) return target;
    refuse("either-side", field.span,
           {target->name + " is two values of one event.", target->name + " 在一个事件中有两个值。"},
           {"Name the side: source or destination.", "请指明源或目的。"});
    return {};
  }

  void segment(const Segment& segment) {
    switch (segment.kind) {
      case SegmentKind::groupby: return groupby(segment);
      case SegmentKind::stats: return stats(segment);
      case SegmentKind::timechart: return timechart(segment);
      case SegmentKind::sortby: sorts_.insert(sorts_.end(), segment.fields.begin(), segment.fields.end()); return;
      case SegmentKind::head: out_.plan.rows = segment.rows; return;
      case SegmentKind::table:
        for (const FieldName& field : segment.fields)
          if (auto target = sortable(field)) out_.plan.table.push_back(std::move(*target));
        table_ = segment.span;
        return;
    }
  }

  void add_groups(const std::vector<FieldName>& fields, std::size_t most) {
    for (const FieldName& field : fields) {
      if (auto target = sortable(field)) out_.plan.groups.push_back(std::move(*target));
      if (out_.plan.groups.size() > most)
        return refuse("too-many-fields", field.span,
                      {"Groups are made of at most " + std::to_string(most) + " fields.",
                       "分组最多使用 " + std::to_string(most) + " 个字段。"},
                      {"Leave some out.", "请减少字段。"});
    }
  }
  bool shape_is(Shape shape, const Segment& segment) {
    if (out_.plan.shape == Shape::events) return out_.plan.shape = shape, true;
    refuse("two-shapes", segment.span,
           {"A query groups or charts once.", "一个查询只能分组或作图一次。"},
           {"Remove one of groupby, stats and timechart; stats goes with groupby.",
            "请只保留 groupby、stats、timechart 之一；stats 可与 groupby 同用。"});
    return false;
  }

  void groupby(const Segment& segment) {
    if (!shape_is(Shape::groups, segment)) return;
    grouped_ = true;
    out_.plan.style = segment.style;
    add_groups(segment.fields, group_fields);
  }
  void timechart(const Segment& segment) {
    if (!shape_is(Shape::chart, segment)) return;
    add_groups(segment.fields, 1);
    if (segment.bucket.empty()) return;
    const auto bucket = parse_duration(segment.bucket);
    if (bucket && *bucket >= second && *bucket <= longest_bucket && *bucket % second == 0)
      return void(out_.plan.bucket = *bucket);
    refuse("bad-duration", segment.span,
           {"`" + shown(segment.bucket) + "` is no length of a bucket.", "`" + shown(segment.bucket) + "` 不是时间间隔。"},
           {"Write whole seconds up to a year, such as 30s, 5m, 1h or 1d.", "例如 30s、5m、1h 或 1d。"});
  }
  void stats(const Segment& segment) {
    const bool joins = grouped_ && out_.plan.measures.empty() && segment.fields.empty();
    if (!joins && !shape_is(Shape::groups, segment)) return;
    add_groups(segment.fields, group_fields);
    for (const Call& each : segment.calls) {
      if (out_.plan.measures.size() >= group_measures)
        return refuse("too-many-fields", each.span,
                      {"More than " + std::to_string(group_measures) + " functions are asked for.",
                       "函数超过 " + std::to_string(group_measures) + " 个。"},
                      {"Leave some out.", "请减少函数。"});
      call(each);
    }
  }

  void call(const Call& call) {
    std::string name = call.function;
    for (const auto& [alias, meant] : function_aliases)
      if (name == alias) name = meant;
    const auto* found = std::ranges::find(functions, name);
    if (found == std::end(functions)) {
      const auto near = nearest(name, functions);
      return refuse("unknown-function", call.span,
                    {"There is no function `" + shown(name) + "`.", "没有函数 `" + shown(name) + "`。"},
                    {"Write count, sum, avg, min, max or distinct.", "可用 count、sum、avg、min、max、distinct。"},
                    std::string(near));
    }
    Measure measure;
    measure.function = static_cast<Function>(found - functions);
    measure.name = name;
    if (measure.function == Function::count) {
      if (call.field)
        return refuse("bad-function", call.span, {"count counts events and takes no field.", "count 统计事件数，不带字段。"},
                      {"Write count, or distinct(" + call.field->text + ") for different values.",
                       "请写 count；统计不同值请用 distinct(" + call.field->text + ")。"},
                      "count");
    } else if (!call.field) {
      return refuse("bad-function", call.span, {name + " needs a field.", name + " 需要字段。"},
                    {"Write one in parentheses: " + name + "(value).", "请在括号中写字段：" + name + "(value)。"});
    } else {
      auto target = sortable(*call.field);
      if (!target) return;
      const bool of_numbers = measure.function == Function::sum || measure.function == Function::avg;
      const bool fits =
          measure.function == Function::distinct || (has_order(*target) && !(of_numbers && target->type == Type::time));
      if (!fits)
        return refuse("not-a-number", call.span,
                      {target->name + " is no number.", target->name + " 不是数字。"},
                      {"Use distinct for texts and addresses.", "文本和地址请用 distinct。"});
      measure.target = std::move(*target);
      measure.name += "(" + measure.target->name + ")";
    }
    out_.plan.measures.push_back(std::move(measure));
  }

  void finish() {
    Plan& plan = out_.plan;
    if (plan.shape != Shape::events && plan.measures.empty()) plan.measures.push_back({Function::count, {}, "count"});
    if (plan.shape != Shape::events && !plan.table.empty())
      refuse("table-of-groups", table_, {"table chooses columns of events, not of groups.", "table 只用于事件列表，不用于分组。"},
             {"Remove it.", "请删除。"});
    for (const FieldName& field : sorts_) plan.shape == Shape::events ? sort_events(field) : sort_groups(field);
    if (plan.order.size() > sort_fields)
      refuse("too-many-fields", sorts_.back().span,
             {"Rows are sorted by at most " + std::to_string(sort_fields) + " fields.",
              "排序最多使用 " + std::to_string(sort_fields) + " 个字段。"},
             {"Leave some out.", "请减少字段。"});
    if (plan.shape == Shape::groups && plan.order.empty()) plan.order.push_back({plan.groups.size(), false});
    if (plan.shape == Shape::groups && plan.rows == 0) plan.rows = default_groups;
  }

  void sort_events(const FieldName& field) {
    auto target = sortable(field);
    if (!target) return;
    out_.plan.order.push_back({out_.plan.sorts.size(), field.ascending});
    out_.plan.sorts.push_back(std::move(*target));
  }
  void sort_groups(const FieldName& field) {
    const Plan& plan = out_.plan;
    const std::string name = lower_case(field.text);
    for (std::size_t i = 0; i < plan.measures.size(); ++i) {
      const std::string& column = plan.measures[i].name;
      if (column == name || column.substr(0, column.find('(')) == name)
        return out_.plan.order.push_back({plan.groups.size() + i, field.ascending});
    }
    const Target* target = around_.catalogue->find(field.text);
    for (std::size_t i = 0; i < plan.groups.size(); ++i)
      if ((target && plan.groups[i].name == target->name) || plan.groups[i].name == field.text)
        return out_.plan.order.push_back({i, field.ascending});
    refuse("not-a-column", field.span,
           {"`" + shown(field.text) + "` is no column of these groups.", "`" + shown(field.text) + "` 不是分组结果的列。"},
           {"Sort by a grouped field or by " + plan.measures[0].name + ".",
            "请按分组字段或 " + plan.measures[0].name + " 排序。"},
           plan.measures[0].name);
  }

  const Query& query_;
  const Surroundings& around_;
  Resolved out_;
  Condition condition_;
  std::vector<std::uint32_t> places_;  // of each node: its part
  std::vector<FieldName> sorts_;
  Span table_;
  bool grouped_ = false;
};

}  // namespace

std::vector<std::uint32_t> Condition::conjuncts() const {
  if (parts.empty()) return {};
  const auto root = static_cast<std::uint32_t>(parts.size() - 1);
  if (parts[root].kind == PartKind::all_of) return parts[root].parts;
  return {root};
}

Resolved resolve(const Query& query, const Surroundings& around) {
  return Resolver(query, around).run();
}

Resolved understand(std::string_view text, const Surroundings& around) {
  Parsed parsed = parse(text);
  if (parsed.faults.empty()) return resolve(parsed.query, around);
  Resolved refused;
  refused.faults = std::move(parsed.faults);
  refused.plan.condition = std::make_shared<const Condition>();
  return refused;
}

}  // namespace langyan::query
