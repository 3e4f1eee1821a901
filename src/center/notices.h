// Notices (通报): what an authority tells an organisation to mend, from draft to closed.
//
// One table of transitions says from which states an action leads where, whose it is, and whether it needs a reason.
// The side follows from the organisation of who asks: the issuer's is that of the issuing authority, of one that issues
// jointly, or above them; the addressee's is the organisation addressed, or below it. A draft belongs to its issuer and nobody
// addressed sees it; from `issue` on the notice belongs to the addressee's path, has a number and is not edited any more. Each
// transition and comment is an entry of its own document with actor, organisation, center, time and reason, written
// in the same transaction as the state. Beside its state a notice has one of its evidence, which the issuer may ask for and who is
// addressed provides or declines (evidence.h).
//
// What a notice is follows from its entries alone, folded in the order of (number, center): centers that have the same entries
// agree, whichever came first. An entry of another center (take()) is kept once; one that leads nowhere from the state
// the entries before it made, or is not that side's, is kept as refused, with the reason. Any thread.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "center/evidence.h"
#include "center/words.h"
#include "store/document_store.h"

namespace langyan::center {

constexpr std::string_view notice_event =
    "notice";  // type of the events by which entries go up; only a center makes them
constexpr std::size_t most_evidence = 100, most_joint = 16, longest_title = 300, longest_text = 8'000,
                      longest_reason = 4'000;

enum class Side : std::uint8_t { issuer = 1, addressee = 2 };

struct Transition {
  std::string_view action, en, zh;
  std::string_view from;  // states, joined by '|'
  std::string_view to;    // empty: it stays in its state
  Side side;
  bool needs_reason;
  std::string_view request_from = {}, request_to = {};  // of the evidence, alike; empty: nothing to do with it

  bool leads_from(const struct Notice& notice) const;
};
std::span<const Transition> transitions();
std::span<const Words> notice_states();
std::span<const Words> notice_kinds();
std::span<const Words> evidence_requests();

struct Notice {
  std::string id, number;  // number: from `issue` on
  std::string kind, title, text, severity, state = "draft";
  std::string request = "none";  // of evidence_requests()
  std::string organisation, enterprise;  // addressed; enterprise: its code, where it is registered
  std::string issuer;                    // organisation of the authority
  std::vector<std::string> joint;        // organisations that issue it together with that one
  std::optional<Time> deadline, submitted;
  std::vector<std::string> evidence;       // ids of events, in the issuer's store
  std::vector<EventOrigin> origins;        // the same events wherever they are
  std::vector<std::uint64_t> sids;         // what the evidence showed, and between which hosts
  std::vector<std::string> hosts;
  std::uint64_t entries = 0;
  std::uint64_t version = 0, change = 0;  // of its document
  Time created = 0, changed = 0;
  std::string by;

  bool overdue(Time now) const;  // the clock runs until the addressee has answered
};

struct NoticeEntry {
  std::string action;  // of transitions(), or "comment"
  std::string from, to;
  std::string by, organisation, center, reason;
  Time time = 0;             // when it was done
  std::uint64_t number = 0;  // one more than any its center knew then
  Time arrived = 0;          // here; of an own one as `time`
  bool from_above = false;
  std::optional<Provided> provided;  // its lines: only where it is made, or travels upward
  std::string refused, refused_zh;   // by fold(): why it changes nothing

  std::string key() const;  // number, center and a sum of the content: what is told twice is told with the same
};
// Makes of the entries, in order of their keys, the notice's state, and of each whether it is refused.
void fold(Notice& notice, std::vector<NoticeEntry>& entries);

// An entry on its way between centers, as JSON; that of `issue` carries the notice.
struct NoticeLetter {
  std::string notice, addressed;  // its id, and whom it is for
  NoticeEntry entry;
  std::optional<Notice> content;

  static Result<NoticeLetter> parse(std::string_view json);  // checked: sizes, words, organisations
  std::string json() const;
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
  Result<Page> list(const store::Scope& scope, const Filter& filter, std::string_view cursor,
                    std::size_t limit);  // last changed first
  Result<void> each(const store::Scope& scope,
                    const std::function<void(const Notice&)>& visit);  // all, last changed first
  Result<std::vector<Notice>> changed(const store::Scope& scope, std::uint64_t change,
                                      std::size_t limit);  // after it, oldest first
  Result<Notice> get(const store::Scope& scope, std::string_view id);
  Result<std::vector<NoticeEntry>> entries(const store::Scope& scope, const Notice& notice);  // oldest first, folded
  // A draft; an id is given where it has none. Errors: permission (not an issuer's place), conflict (no draft any more).
  Result<Notice> draft(const Actor& actor, Notice notice);
  Result<void> remove(const Actor& actor, std::string_view id);  // of a draft
  // Errors: usage (no such action), conflict (not from this state, or changed meanwhile), permission (the other side's),
  // invalid (no reason, or nothing provided).
  Result<Notice> act(const Actor& actor, std::string_view id, std::string_view action, std::string_view reason,
                     std::optional<std::uint64_t> expected, std::optional<Provided> provided = {});
  // What was provided last, as far as the notice names it; nothing where nothing was, or its lines are not here.
  Result<std::optional<Provided>> evidence(const store::Scope& scope, const Notice& notice);
  Result<Notice> comment(const Actor& actor, std::string_view id, std::string_view text);

  static bool may(std::string_view organisation, const Notice& notice, Side side);

  // Entries made, or arrived, after a change of the document store, in that order.
  struct Sent {
    std::uint64_t change = 0;
    std::string key;  // of the entry's document
    bool from_above = false;
    Time arrived = 0;
    NoticeLetter letter;
  };
  Result<std::vector<Sent>> sent(const store::Scope& scope, std::uint64_t change, std::size_t limit);
  Result<void> attach(NoticeLetter& letter);  // the lines its entry provides, where it provides any
  std::uint64_t written() const { return written_; }  // grows with each change of a notice

  // An entry of another center. `part`: what of the tree the one that delivered it speaks for. Written with `position`,
  // where the reading of its letters goes on, in one transaction; a letter that is known already changes nothing.
  // Errors: permission (not its part of the tree, or not its issuer), invalid (another notice has that id), and the store's.
  enum class Taken : std::uint8_t { applied, refused, waiting, known };  // waiting: for the entry that issues it
  Result<Taken> take(const NoticeLetter& letter, const store::Scope& part, const store::DocumentChange& position);

 private:
  Result<std::vector<NoticeEntry>> read_entries(const store::Scope& scope, std::string_view id);
  Result<Taken> place(const NoticeLetter& letter, const store::DocumentChange& position);
  Result<Notice> write(const Actor& actor, Notice notice, NoticeEntry* entry, std::vector<store::DocumentChange> more);

  store::DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  const std::string center_;
  std::atomic<std::uint64_t> written_ = 0;
  std::mutex taking_;  // letters come from above and from below
};

}  // namespace langyan::center
