// Enterprises: the registry, in the document store: listed, found, changed, and taken in from a table.
//
// All is asked with a scope: an entry belongs to the organisation path it names. An import takes the good lines
// and says of each bad one what is wrong; as a trial it takes none. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "center/enterprise.h"
#include "store/document_store.h"

namespace langyan::center {

struct EnterpriseFilter {
  std::string text;          // part of the name or of the code
  std::string type, supervisor;
  std::optional<std::uint64_t> level;
  std::string region, industry;  // beginnings of the codes
  std::string organisation;      // a path; it and what is below
};

struct EnterprisePage {
  std::vector<Enterprise> enterprises;
  std::string next;  // empty: the last page
};

struct ImportFault {
  std::size_t line;
  Fault fault;
};
struct ImportReport {
  std::size_t lines = 0, added = 0, changed = 0, unchanged = 0, refused = 0;
  std::vector<ImportFault> faults;  // the first 1,000
  bool more_faults = false;
};

class Enterprises {
 public:
  explicit Enterprises(store::DocumentStore& documents) : documents_(documents) {}

  Result<EnterprisePage> list(const store::Scope& scope, const EnterpriseFilter& filter, std::string_view cursor,
                              std::size_t limit) const;
  Result<Enterprise> get(const store::Scope& scope, std::string_view uscc) const;
  // `expected`: the version it was changed from, 0 for a new one; none: whatever is there.
  Result<Enterprise> put(const store::Scope& scope, const Enterprise& enterprise, std::optional<std::uint64_t> expected,
                         std::string_view by);
  Result<void> remove(const store::Scope& scope, std::string_view uscc, std::string_view by);
  // A table with a heading, UTF-8. An Error: nothing of it can be read.
  Result<ImportReport> import(const store::Scope& scope, std::string_view table, bool trial, std::string_view by);

  // Every one in the scope, a page at a time.
  template <class Visit>
  Result<void> each(const store::Scope& scope, Visit visit) const {
    for (std::string cursor;;) {
      auto page = list(scope, {}, cursor, store::document_page);
      if (!page) return page.error();
      for (const Enterprise& enterprise : page->enterprises) visit(enterprise);
      if (page->next.empty()) return {};
      cursor = page->next;
    }
  }

 private:
  store::DocumentStore& documents_;
};

}  // namespace langyan::center
