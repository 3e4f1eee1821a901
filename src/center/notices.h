// Notices (通报): what an authority tells an organisation to mend, from draft to closed.
//
// One table of transitions says from which states an action leads where, whose it is, and whether it needs a reason.
// The side follows from the organisation of who asks: the issuer's is that of the issuing authority, of one that issues
// jointly, or above them; the addressee's is the organisation addressed, or below it. A draft belongs to its issuer and nobody
// addressed sees it; from `issue` on the notice belongs to the addressee's path, has a number and is not edited any more. Each
// transition and comment is an entry of its own document with actor, organisation, center, time and reason, written
// in the same transaction as the state. Any thread.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "center/words.h"
#include "store/document_store.h"

namespace langyan::center {

enum class Side : std::uint8_t { issuer = 1, addressee = 2 };

struct Transition {
  std::string_view action, en, zh;
  std::string_view from;  // states, joined by '|'
  std::string_view to;
  Side side;
  bool needs_reason;

  bool leads_from(std::string_view state) const;
};
std::span<const Transition> transitions();
std::span<const Words> notice_states();
std::span<const Words> notice_kinds();

struct Notice {
  std::string id, number;  // number: from `issue` on
  std::string kind, title, text, severity, state = "draft";
  std::string organisation, enterprise;  // addressed; enterprise: its code, where it is registered
  std::string issuer;                    // organisation of the authority
  std::vector<std::string> joint;        // organisations that issue it together with that one
  std::optional<Time> deadline, submitted;
  std::vector<std::string> evidence;       // ids of events
  std::vector<std::uint64_t> sids;         // what the evidence showed, and between which hosts
  std::vector<std::string> hosts;
  std::uint64_t entries = 0;
  std::uint64_t version = 0;
  Time created = 0, changed = 0;
  std::string by;

  bool overdue(Time now) const;  // the clock runs until the addressee has answered
};

struct NoticeEntry {
  std::string action;  // of transitions(), or "comment"
  std::string from, to;
  std::string by, organisation, center, reason;
  Time time = 0;
};

struct Actor {
  const store::Scope& scope;
  std::string organisation;  // the scope's, or the center's where it sees all
  std::string name;
};

class Notices {
 public:
  Notices(store::DocumentStore& documents, Clock& clock, Random& random, std::string center)
      : documents_(documents), clock_(clock), random_(random), center_(std::move(center)) {}

  struct Filter {
    std::string state, kind, organisation;
    std::optional<bool> overdue;
  };
  struct Page {
    std::vector<Notice> notices;
    std::string next;
  };
  Result<Page> list(const store::Scope& scope, const Filter& filter, std::string_view cursor, std::size_t limit);  // last changed first
  Result<void> each(const store::Scope& scope, const std::function<void(const Notice&)>& visit);  // all, last changed first
  Result<Notice> get(const store::Scope& scope, std::string_view id);
  Result<std::vector<NoticeEntry>> entries(const store::Scope& scope, std::string_view id);  // oldest first
  // A draft; an id is given where it has none. Errors: permission (not an issuer's place), conflict (no draft any more).
  Result<Notice> draft(const Actor& actor, Notice notice);
  Result<void> remove(const Actor& actor, std::string_view id);  // of a draft
  // Errors: usage (no such action), conflict (not from this state, or changed meanwhile), permission (the other side's),
  // invalid (no reason).
  Result<Notice> act(const Actor& actor, std::string_view id, std::string_view action, std::string_view reason,
                     std::optional<std::uint64_t> expected);
  Result<Notice> comment(const Actor& actor, std::string_view id, std::string_view text);

  static bool may(const Actor& actor, const Notice& notice, Side side);

 private:
  Result<Notice> write(const Actor& actor, const Notice& notice, const NoticeEntry* entry, std::vector<store::DocumentChange> more);

  store::DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  const std::string center_;
};

}  // namespace langyan::center
