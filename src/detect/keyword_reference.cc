// The rule language's reference, printed from the rows that parse it.
#include <algorithm>

#include "detect/compat/foreign.h"
#include "detect/keyword.h"
#include "detect/rule_set.h"
#include "dissect/registry.h"

namespace langyan::detect {
namespace {

std::string form_of(const Field& field) {
  if (field.kind == Kind::text || field.kind == Kind::bytes) return "[!]\"text|hex|\", …";
  if (field.kind == Kind::ip) return "[!]address|network|[list]";
  std::string form =
      field.names.empty() ? "[!]number|low-high|<number|>number, …" : "[!]number|word|low-high, …";
  return form;
}

void add_fields(const Protocol& protocol, const Schema& schema, bool item,
                std::vector<KeywordRow>& rows) {
  for (const Field& field : schema.fields) {
    if (!(field.uses & rule)) continue;
    KeywordRow row;
    row.name = std::string(protocol.name) + "." + std::string(field.name);
    if (find_foreign(row.name)) continue;  // said by its row, which takes what the field takes
    row.where = std::string(protocol.name) + (item ? " item" : " message");
    row.form = form_of(field);
    if (field.uses & buffer) row.form += " or a sticky buffer";
    row.doc_en = std::string(field.label.en) + ": " + std::string(field.doc);
    row.doc_zh = field.label.zh;
    rows.push_back(std::move(row));
  }
}

std::string fields_of(const Foreign& row) {
  std::string text;
  for (const char c : row.into) text += c == '+' ? std::string(" with ") : c == ' ' ? ", " : std::string(1, c);
  return text;
}

KeywordRow row_of(const Foreign& row) {
  KeywordRow result;
  const std::string engine(row.engine), fields = fields_of(row);
  result.name = row.name;
  result.where = row.style == Foreign::Style::content ? "content" : engine;
  using Style = Foreign::Style;
  result.form = !row.form.empty()           ? std::string(row.form)
                : row.style == Style::number ? "[!]number|word|low-high, …"
                : row.style == Style::buffer ? "a sticky buffer"
                                             : std::string{};
  if (!row.doc.en.empty()) {
    result.doc_en = row.doc.en, result.doc_zh = row.doc.zh;
  } else if (row.style == Style::content) {
    result.doc_en = "The content before it is looked for in " + fields + ".";
    result.doc_zh = "在 " + fields + " 中查找其前的内容。";
  } else {
    result.doc_en = engine + "'s name for " + fields + ".";
    result.doc_zh = engine + " 对 " + fields + " 的叫法。";
  }
  return result;
}

std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

std::vector<KeywordRow> keyword_rows(std::span<const Protocol* const> protocols) {
  std::vector<KeywordRow> rows;
  for (const Keyword* keyword : all_keywords()) {
    rows.push_back({std::string(keyword->name), std::string(keyword->where),
                    std::string(keyword->form), std::string(keyword->doc.en),
                    std::string(keyword->doc.zh)});
  }
  const auto known = protocols.empty() ? dissect::protocols() : protocols;
  for (const Foreign* row : all_foreign())
    if (is_there(*row, known)) rows.push_back(row_of(*row));
  for (const Protocol* protocol : known) {
    add_fields(*protocol, *protocol->message, false, rows);
    for (const Schema* items : protocol->items)
      if (items) add_fields(*protocol, *items, true, rows);
  }
  return rows;
}

std::string keywords_markdown(std::span<const Protocol* const> protocols) {
  std::string out = "| keyword | looks at | value | meaning | 含义 |\n|---|---|---|---|---|\n";
  for (const KeywordRow& row : keyword_rows(protocols)) {
    out += "| `" + row.name + "` | " + row.where + " | " +
           (row.form.empty() ? "" : "`" + cell(row.form) + "`") + " | " + cell(row.doc_en) + " | " +
           cell(row.doc_zh) + " |\n";
  }
  return out;
}

}  // namespace langyan::detect
