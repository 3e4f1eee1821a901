// AuditLog: who did what, in state.db, so that a later change of it is found.
//
//   auto begun = log.begin(entry);            // durable before anything is done
//   … do it …
//   log.finish(begun.take(), entry);          // durable when it returns
//
// Entries are numbered from 1 and each one's SHA-256 covers the one before. The last number and hash
// also stand in a file beside the database (the head), so that a cut at the end is found as an edit,
// a deletion or another order is. What was begun and not finished gets an entry with the outcome
// `unknown`: with the next entry, or at the next open() when the program ended. No entry is lost to a
// lack of memory.
// Who can write both files can make a chain anew; a head that was noted elsewhere finds that too.
// Any thread may call any function; note() never waits for a disk.
#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/disk.h"
#include "base/result.h"
#include "store/scope.h"

namespace langyan::store {

constexpr std::size_t audit_page = 1'000;
constexpr std::size_t audit_text = 1'024;   // octets of one member; longer ones are cut
constexpr std::size_t audit_noted = 1'000;  // entries of note() that wait; more are counted
constexpr std::size_t audit_faults = 100;   // told of one verify()
constexpr std::string_view audit_broken = "audit.broken";  // action of the entry a start makes that finds a fault

struct AuditEntry {
  std::uint64_t number = 0;  // this and the hash are the log's
  Time time = 0;
  std::string actor, via, role;
  std::string organisation;  // the actor's; empty: the whole tree
  std::string action, object, outcome;
  std::uint64_t status = 0;  // of the answer
  std::string address, detail;
  std::string hash;          // 64 hexadecimal digits
};

struct AuditHead {
  std::uint64_t number = 0;
  std::string hash;
};
std::string text_of(const AuditHead& head);  // "12:0a1b…"
std::optional<AuditHead> parse_audit_head(std::string_view text);

struct AuditQuestion {
  std::optional<Time> from, to;  // [from, to)
  std::string actor, action, object, outcome, address;  // as they stand; empty: any
  std::string organisation;                             // and what lies below it
  std::uint64_t before = 0;                             // numbers below; 0: from the newest
  std::size_t limit = 50;
};

struct AuditPage {
  std::vector<AuditEntry> entries;  // newest first
  bool more = false;
};

struct AuditFault {
  std::uint64_t number = 0;
  std::string what;
};

struct AuditCheck {
  std::uint64_t entries = 0;
  AuditHead head;
  std::vector<AuditFault> faults;  // the first audit_faults of them
  std::uint64_t fault_count = 0;
};

class DocumentStore;

class AuditLog {
  struct Inside;
  struct Waiting {
    std::uint64_t begun = 0;  // 0: none
    AuditEntry entry;
  };

 public:
  // What is under way. One that goes without finish() ended in a way nobody knows.
  class Begun {
   public:
    Begun(Begun&&) noexcept = default;
    Begun& operator=(Begun&&) = delete;
    ~Begun();

   private:
    friend class AuditLog;
    Begun() = default;
    std::shared_ptr<Inside> inside_;
    std::list<Waiting> entry_;  // one, so that finishing needs no memory
  };

  // In the file of `documents`, whose schema has the tables, and with its writer.
  static Result<std::unique_ptr<AuditLog>> open(Disk& disk, Clock& clock, DocumentStore& documents,
                                                const std::string& head);
  ~AuditLog();

  Result<Begun> begin(const AuditEntry& entry);
  // An Error: the entry is kept and tried again with the next one.
  Result<void> finish(Begun begun, AuditEntry entry);
  Result<void> add(AuditEntry entry);  // what was not begun
  void note(AuditEntry entry);         // written with the next one, or by flush()
  Result<void> flush();

  Result<AuditPage> list(const Scope& scope, const AuditQuestion& question);
  // Reads all. `known`: a head that was noted elsewhere and must be part of the chain.
  Result<AuditCheck> verify(const std::optional<AuditHead>& known = {});

 private:
  explicit AuditLog(std::shared_ptr<Inside> inside);
  std::shared_ptr<Inside> inside_;
};

}  // namespace langyan::store
