// The query language's syntax: what parse() makes of a text and render() writes again.
//
//   query   = [ filter ] { "|" segment }
//   filter  = and { "or" and }      and = not { ["and"] not }      not = ["not"|"-"|"!"] prim
//   prim    = "(" filter ")" | field op value | field op "(" value { "or"|"," value } ")" | text
//   op      = ":" "=" "!=" ">" ">=" "<" "<="
//   value   = word | "quoted" | word with * | from..to | network | $list | "*" alone: has any value
//   segment = "groupby" ["-" style] field+ | "sortby" field["^"]+ | "timechart" [span] ["by" field]
//           | "stats" function"("[field]")"+ ["by" field+] | "head" n | "table" field+
//
// Full-width punctuation, digits and letters outside quotes count as their ASCII forms, and so do
// “ ” ‘ ’ 、 ≥ ≤ ≠ and the words 且 或 非. A backslash takes the next character as it is.
// What a field is called and what its values may be is not known here: resolve() says (plan.h).
//
// parse() takes time linear in the text and goes at most query_depth deep; the nodes lie in one
// vector, so that nothing recurses when a query goes. Values; any thread.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "query/fault.h"

namespace langyan::query {

constexpr std::size_t query_bytes = 8'192;      // as typed or stored; a screenful is 500
constexpr std::size_t rendered_bytes = 16'384;  // render() adds at most four octets a term or value
constexpr std::size_t query_depth = 32;         // of parentheses
constexpr std::size_t query_terms = 256;
constexpr std::size_t query_values = 1'000;  // of all terms together
constexpr std::size_t value_stars = 8;       // each may make matching a text walk it once more
constexpr std::size_t query_segments = 8;
constexpr std::size_t segment_fields = 32;
constexpr std::size_t most_rows = 10'000;  // head

struct Value {
  std::string text;                  // without quotes, escapes and stars
  std::vector<std::uint32_t> stars;  // where in `text` any run of characters may stand; ascending
  bool quoted = false;               // no range, list or keyword, whatever it looks like
  Span span;
  bool is_star() const { return text.empty() && !stars.empty(); }
};

enum class Operator : std::uint8_t { has, equal, differs, more, at_least, less, at_most };
std::string_view text_of(Operator op);  // ":" "=" "!=" ">" ">=" "<" "<="

struct Term {
  std::string field;  // empty: a text without a field
  Span field_span, span;
  Operator op = Operator::has;
  std::vector<Value> values;  // any of them; one or more
};

enum class NodeKind : std::uint8_t { all_of, any_of, none_of, term };
struct Node {
  NodeKind kind = NodeKind::term;
  std::vector<std::uint32_t> parts;  // nodes before this one; of none_of exactly one
  std::uint32_t term = 0;
};

struct FieldName {
  std::string text;
  Span span;
  bool ascending = false;  // sortby field^
};

struct Call {  // of stats: avg(value)
  std::string function;
  Span span;
  std::optional<FieldName> field;
};

enum class SegmentKind : std::uint8_t { groupby, sortby, timechart, stats, head, table };
struct Segment {
  SegmentKind kind = SegmentKind::head;
  Span span;
  std::string style;             // groupby: pie, bar, sankey, matrix; empty: a table
  std::string bucket;            // timechart; empty: chosen to suit the range
  std::vector<FieldName> fields;  // of stats and timechart: behind "by"
  std::vector<Call> calls;
  std::size_t rows = 0;
};

struct Query {
  std::vector<Node> nodes;  // the last is the filter; none: everything
  std::vector<Term> terms;
  std::vector<Segment> segments;
};

struct Parsed {
  Query query;
  Faults faults;  // none, or the first that was met
};

Parsed parse(std::string_view text, std::size_t most_bytes = query_bytes);

// The canonical text: parse(render(q)) is q again, but for the spans.
std::string render(const Query& query);
std::string render(const Term& term);

// The words a segment may begin with, and the styles of groupby.
constexpr std::string_view segment_words[] = {"groupby", "sortby", "timechart",
                                              "stats",   "head",   "table"};
constexpr std::string_view groupby_styles[] = {"pie", "bar", "sankey", "matrix"};

}  // namespace langyan::query
