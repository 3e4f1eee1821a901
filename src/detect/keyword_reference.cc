// The rule language's reference, printed from the rows that parse it.
#include <algorithm>

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
    row.where = std::string(protocol.name) + (item ? " item" : " message");
    row.form = form_of(field);
    if (field.uses & buffer) row.form += " or a sticky buffer";
    row.doc_en = std::string(field.label.en) + ": " + std::string(field.doc);
    row.doc_zh = field.label.zh;
    rows.push_back(std::move(row));
  }
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
  for (const Protocol* protocol : protocols.empty() ? dissect::protocols() : protocols) {
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
