// DocumentStore: what changes: alert states, users, tokens, sessions, catalogues. One SQLite file,
// state.db.
//
// A document is (kind, id) with a JSON body, an organisation and a version that starts at 1 and
// grows by one a change. transact() makes all changes or none, and is durable when it returns
// (synchronous=FULL). A change may say which version it was made from; when that is no longer the
// newest, the answer is conflict and nothing is changed. Earlier versions are kept as history where
// the change says so. `change` numbers order all changes of the store and only grow.
// Any thread may call any function.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "base/result.h"
#include "base/time.h"
#include "store/scope.h"

namespace langyan::store {

constexpr std::size_t document_bytes = std::size_t{16} << 20;  // a field catalogue is the largest
constexpr std::size_t document_page = 1'000;
constexpr std::size_t document_history = 1'000;  // versions kept of one document; the oldest go

struct Document {
  std::string kind, id, organisation;
  std::uint64_t version = 0;
  std::uint64_t change = 0;
  Time created = 0, changed = 0;
  std::optional<Time> expires;
  std::string by;        // who made this version
  bool removed = false;  // in history and changes: this change removed it
  std::string body;      // JSON
};

struct DocumentChange {
  std::string kind, id;
  std::string organisation;
  std::string body;  // valid JSON; not used when `remove`
  std::string by;
  std::optional<std::uint64_t> expected;  // 0: must not exist; none: whatever is there
  std::optional<Time> expires;            // gone from then on
  bool remove = false;
  bool keep_history = true;  // false for secrets: nothing of an old version stays
};

struct DocumentPage {
  std::vector<Document> documents;
  std::string next;  // empty: this was the last page
};

struct StateWriter;

class DocumentStore {
 public:
  // Makes the file when there is none, migrates an older one, refuses a newer one (invalid).
  static Result<std::unique_ptr<DocumentStore>> open(Disk& disk, Clock& clock,
                                                     const std::string& path);
  ~DocumentStore();

  // Errors: conflict (version), invalid (JSON, organisation, size), permission (the change lies
  // outside the scope), missing (to be removed, or to be changed from a version, but not there),
  // full, io. The answer has one document a change, as it now is.
  Result<std::vector<Document>> transact(const Scope& scope,
                                         std::span<const DocumentChange> changes);
  Result<Document> put(const Scope& scope, DocumentChange change);
  Result<void> remove(const Scope& scope, std::string_view kind, std::string_view id,
                      std::optional<std::uint64_t> expected = {}, std::string_view by = {});
  // Removes it and answers what it was, to one caller only: one-time links and undo tokens.
  Result<Document> take(const Scope& scope, std::string_view kind, std::string_view id);

  Result<Document> get(const Scope& scope, std::string_view kind, std::string_view id);  // missing
  // By id. prefix: ids that start with it.
  Result<DocumentPage> list(const Scope& scope, std::string_view kind, std::string_view cursor,
                            std::size_t limit, std::string_view prefix = {});
  Result<DocumentPage> latest(const Scope& scope, std::string_view kind, std::string_view cursor,
                              std::size_t limit);  // last changed first
  Result<std::vector<Document>> history(const Scope& scope, std::string_view kind,
                                        std::string_view id);  // oldest first, with the newest
  // What changed after `change`, oldest first; a document changed twice comes once, as it now is.
  Result<std::vector<Document>> changes(const Scope& scope, std::string_view kind,
                                        std::uint64_t change, std::size_t limit);
  Result<std::uint64_t> last_change();
  Result<std::uint64_t> expire(Time now);  // removes what has expired; how many
  std::shared_ptr<StateWriter> writer();   // for the audit log, which lives in the same file

 private:
  struct Inside;
  explicit DocumentStore(std::unique_ptr<Inside> inside);
  std::unique_ptr<Inside> inside_;
};

}  // namespace langyan::store
