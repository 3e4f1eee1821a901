#include "center/enterprises.h"

#include <algorithm>
#include <set>

#include "base/csv.h"
#include "center/page_bound.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "enterprise";
constexpr std::size_t most_faults = 1'000;      // told of one import
constexpr std::size_t lines_together = 1'000;   // in one transaction
constexpr std::size_t most_lines = 300'000;     // of one table

std::optional<Enterprise> enterprise_in(const store::Document& document) {
  auto made = enterprise_of(document.body);
  if (!made) return made;
  made->version = document.version, made->created = document.created, made->changed = document.changed;
  made->by = document.by;
  return made;
}

bool fits(const Enterprise& one, const EnterpriseFilter& filter) {
  if (!filter.text.empty() && one.name.find(filter.text) == one.name.npos &&
      one.uscc.find(filter.text) == one.uscc.npos)
    return false;
  if (!filter.type.empty() && one.type != filter.type) return false;
  if (!filter.supervisor.empty() && supervisor_of(one.type).word != filter.supervisor) return false;
  if (filter.level && one.level != *filter.level) return false;
  return one.region.starts_with(filter.region) && one.industry.starts_with(filter.industry);
}

struct Column {
  std::string_view heading, member;
};
// Without case, blanks and marks.
constexpr Column columns[] = {
    {"uscc", "uscc"},
    {"统一社会信用代码", "uscc"},
    {"社会信用代码", "uscc"},
    {"信用代码", "uscc"},
    {"name", "name"},
    {"企业名称", "name"},
    {"名称", "name"},
    {"单位名称", "name"},
    {"type", "type"},
    {"企业类型", "type"},
    {"类型", "type"},
    {"level", "level"},
    {"级别", "level"},
    {"企业级别", "level"},
    {"等级", "level"},
    {"分级", "level"},
    {"industry", "industry"},
    {"行业", "industry"},
    {"行业代码", "industry"},
    {"所属行业", "industry"},
    {"region", "region"},
    {"地区", "region"},
    {"行政区划", "region"},
    {"行政区划代码", "region"},
    {"地区代码", "region"},
    {"organisation", "organisation"},
    {"organization", "organisation"},
    {"组织路径", "organisation"},
    {"组织", "organisation"},
    {"contactname", "contact_name"},
    {"contact", "contact_name"},
    {"联系人", "contact_name"},
    {"contactrole", "contact_role"},
    {"职务", "contact_role"},
    {"contactphone", "contact_phone"},
    {"phone", "contact_phone"},
    {"联系电话", "contact_phone"},
    {"电话", "contact_phone"},
    {"contactemail", "contact_email"},
    {"email", "contact_email"},
    {"邮箱", "contact_email"},
    {"networks", "networks"},
    {"地址段", "networks"},
    {"ip地址段", "networks"},
    {"ip地址", "networks"},
    {"expectedsensors", "expected_sensors"},
    {"探针数", "expected_sensors"},
    {"应接入探针数", "expected_sensors"},
    {"note", "note"},
    {"备注", "note"},
};

std::string bare(std::string_view heading) {
  std::string out;
  for (const char c : heading) {
    if (c == ' ' || c == '_' || c == '-' || c == '*' || c == '\t') continue;
    out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  }
  return out;
}

// What is wrong with the table as a whole, so that a broken one is refused before its first line is written.
std::optional<Error> fault_of(std::string_view table) {
  CsvReader csv(table);
  std::size_t lines = 0;
  while (csv.next()) ++lines;
  if (csv.broken())
    return Error{ErrorKind::invalid, "A quote on line " + std::to_string(csv.line()) + " is never closed."};
  if (lines > most_lines + 1)
    return Error{ErrorKind::full, "The table has more than " + std::to_string(most_lines) + " lines; split it."};
  return {};
}

// The member of each column, "" for one that is not known.
std::vector<std::string_view> headings(const CsvReader& csv, ImportReport& report) {
  std::vector<std::string_view> members;
  for (const std::string_view cell : csv.cells()) {
    const auto* found = std::ranges::find(columns, bare(cell), &Column::heading);
    members.push_back(found == std::end(columns) ? std::string_view() : found->member);
    if (members.back().empty())
      report.faults.push_back({csv.line(), {EnterpriseFault::unknown_member, std::string(cell.substr(0, 100)), {}}});
  }
  return members;
}

}  // namespace

Result<EnterprisePage> Enterprises::list(const store::Scope& scope, const EnterpriseFilter& filter,
                                         std::string_view cursor, std::size_t limit) const {
  store::Scope within = scope;
  if (!filter.organisation.empty()) {
    auto narrowed = store::Scope::of(filter.organisation);
    if (!narrowed) return narrowed.error();
    if (scope.covers(filter.organisation)) within = narrowed.take();
    else if (!narrowed->covers(scope.root())) return EnterprisePage{};
  }
  EnterprisePage result;
  std::string at(cursor);
  for (std::size_t read = 0;; read += store::document_page) {
    if (read >= page_reads) return result.next = at, result;
    const auto page = documents_.list(within, kind, at, store::document_page);
    if (!page) return page.error();
    for (std::size_t i = 0; i < page->documents.size(); ++i) {
      auto one = enterprise_in(page->documents[i]);
      if (!one || !fits(*one, filter)) continue;
      if (result.enterprises.size() == limit) {  // there is one more
        result.next = result.enterprises.back().uscc;
        return result;
      }
      result.enterprises.push_back(std::move(*one));
    }
    if (page->next.empty()) return result;
    at = page->next;
  }
}

Result<Enterprise> Enterprises::get(const store::Scope& scope, std::string_view uscc) const {
  const auto document = documents_.get(scope, kind, uscc);
  if (!document) return document.error();
  auto one = enterprise_in(*document);
  if (!one) return Error{ErrorKind::io, "the entry of enterprise \"" + std::string(uscc) + "\" is damaged"};
  return std::move(*one);
}

Result<Enterprise> Enterprises::put(const store::Scope& scope, const Enterprise& enterprise,
                                    std::optional<std::uint64_t> expected, std::string_view by) {
  store::DocumentChange change;
  change.kind = kind, change.id = enterprise.uscc, change.organisation = enterprise.organisation;
  change.body = body_of(enterprise), change.by = by, change.expected = expected;
  const auto document = documents_.put(scope, std::move(change));
  if (!document) return document.error();
  return *enterprise_in(*document);
}

Result<void> Enterprises::remove(const store::Scope& scope, std::string_view uscc, std::string_view by) {
  return documents_.remove(scope, kind, uscc, {}, by);
}

Result<ImportReport> Enterprises::import(const store::Scope& scope, std::string_view table, bool trial,
                                         std::string_view by) {
  if (const auto bad = begin_csv(table))
    return Error{ErrorKind::invalid,
                 "Line " + std::to_string(bad->line) + " of the table " + std::string(bad->reason) + "."};
  if (auto bad = fault_of(table)) return *bad;
  ImportReport report;
  CsvReader csv(table);
  if (!csv.next()) return Error{ErrorKind::invalid, "The table is empty; its first line names the columns."};
  const auto members = headings(csv, report);
  if (std::ranges::find(members, "uscc") == members.end())
    return Error{ErrorKind::invalid, "No column is named uscc (统一社会信用代码); the first line names the columns: uscc, "
                                     "name, type, level, industry, region, organisation."};
  std::set<std::string> seen;
  std::vector<store::DocumentChange> changes;
  const auto covers = [&](std::string_view path) { return scope.covers(path); };
  const auto flush = [&]() -> Result<void> {
    if (trial || changes.empty()) return changes.clear(), Result<void>();
    const auto done = documents_.transact(scope, changes);
    changes.clear();
    if (!done) return done.error();
    return {};
  };
  while (csv.next()) {
    if (std::ranges::all_of(csv.cells(), [](std::string_view cell) { return cell.empty(); })) continue;
    ++report.lines;
    EnterpriseEditor editor({});
    for (std::size_t i = 0; i < std::min(members.size(), csv.cells().size()); ++i)
      if (!members[i].empty()) editor.set(members[i], csv.cells()[i]);
    const std::string& uscc = editor.made().uscc;
    if (!uscc.empty() && !seen.insert(uscc).second) editor.fault(EnterpriseFault::twice, "uscc", uscc);
    const auto there = uscc.empty() ? Result<store::Document>(Error{ErrorKind::missing, ""})
                                    : documents_.get(store::Scope::all(), kind, uscc);
    if (!there && there.error().kind != ErrorKind::missing) return there.error();
    if (there && !scope.covers(there->organisation)) editor.fault(EnterpriseFault::taken, "uscc", uscc);
    const auto faults = editor.check(covers);
    for (const Fault& fault : faults) {
      if (report.faults.size() < most_faults) report.faults.push_back({csv.line(), fault});
      else report.more_faults = true;
    }
    if (!faults.empty()) {
      ++report.refused;
      continue;
    }
    store::DocumentChange change;
    change.kind = kind, change.id = uscc, change.organisation = editor.made().organisation;
    change.body = body_of(editor.made()), change.by = by;
    const bool same = there && there->body == change.body && there->organisation == change.organisation;
    ++(same ? report.unchanged : there ? report.changed : report.added);
    if (!same) changes.push_back(std::move(change));
    if (changes.size() >= lines_together)
      if (auto done = flush(); !done) return done.error();
  }
  if (auto done = flush(); !done) return done.error();
  return report;
}

}  // namespace langyan::center
