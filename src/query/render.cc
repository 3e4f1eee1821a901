#include <algorithm>

#include "base/address.h"
#include "query/syntax.h"

namespace langyan::query {
namespace {

void add_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  out += '"';
}

// A text with stars is not quoted: what would end it or mean something gets a backslash. Characters
// beyond ASCII get one too, because some of them are read as marks.
void add_with_stars(std::string& out, const Value& value) {
  std::size_t next = 0;
  for (std::size_t i = 0; i <= value.text.size(); ++i) {
    if (next < value.stars.size() && value.stars[next] == i) out += '*', ++next;
    if (i == value.text.size()) break;
    const auto c = static_cast<unsigned char>(value.text[i]);
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                       c == '.' || c == '_' || c == '-' || c == '/' || (c & 0xc0) == 0x80;
    if (!plain || (c == '-' && i == 0)) out += '\\';
    out += value.text[i];
  }
}

void add_value(std::string& out, const Value& value) {
  if (value.quoted) return add_quoted(out, value.text);
  if (!value.stars.empty()) return add_with_stars(out, value);
  out += value.text;
}

void add_term(std::string& out, const Term& term) {
  const std::size_t begin = out.size();
  if (!term.field.empty()) out.append(term.field).append(text_of(term.op));
  const bool list = term.values.size() > 1;
  if (!list && !term.field.empty() && term.op == Operator::has && !term.values[0].quoted) {
    const std::string whole = out.substr(begin) + term.values[0].text;  // "dead:beef::1" is no field
    if (parse_network(whole) || parse_mac(whole)) out += ' ';
  }
  if (list) out += '(';
  for (std::size_t i = 0; i < term.values.size(); ++i) {
    if (i > 0) out += " or ";
    add_value(out, term.values[i]);
  }
  if (list) out += ')';
}

// Depth is that of the parentheses, which parse() bounds.
void add_node(std::string& out, const Query& query, std::uint32_t index, NodeKind within) {
  const Node& node = query.nodes[index];
  if (node.kind == NodeKind::term) return add_term(out, query.terms[node.term]);
  if (node.kind == NodeKind::none_of) {
    const bool twice = within == NodeKind::none_of;
    out += twice ? "(not " : "not ";
    add_node(out, query, node.parts[0], NodeKind::none_of);
    if (twice) out += ')';
    return;
  }
  const bool bare = within == NodeKind::term ||  // the root
                    (within == NodeKind::any_of && node.kind == NodeKind::all_of);
  if (!bare) out += '(';
  for (std::size_t i = 0; i < node.parts.size(); ++i) {
    if (i > 0) out += node.kind == NodeKind::all_of ? " and " : " or ";
    add_node(out, query, node.parts[i], node.kind);
  }
  if (!bare) out += ')';
}

void add_fields(std::string& out, const std::vector<FieldName>& fields) {
  for (const FieldName& field : fields) {
    out.append(" ").append(field.text);
    if (field.ascending) out += '^';
  }
}

void add_segment(std::string& out, const Segment& segment) {
  out += segment_words[static_cast<std::size_t>(segment.kind)];
  if (!segment.style.empty()) out.append(" -").append(segment.style);
  if (!segment.bucket.empty()) out.append(" ").append(segment.bucket);
  for (const Call& call : segment.calls) {
    out.append(" ").append(call.function).append("(");
    if (call.field) out += call.field->text;
    out += ')';
  }
  const bool by = segment.kind == SegmentKind::stats || segment.kind == SegmentKind::timechart;
  if (by && !segment.fields.empty()) out += " by";
  add_fields(out, segment.fields);
  if (segment.kind == SegmentKind::head) out.append(" ").append(std::to_string(segment.rows));
}

}  // namespace

std::string render(const Term& term) {
  std::string out;
  add_term(out, term);
  return out;
}

std::string render(const Query& query) {
  std::string out;
  if (!query.nodes.empty())
    add_node(out, query, static_cast<std::uint32_t>(query.nodes.size() - 1), NodeKind::term);
  for (const Segment& segment : query.segments) {
    out += out.empty() ? "| " : " | ";
    add_segment(out, segment);
  }
  return out;
}

}  // namespace langyan::query
