// AlertStates: acknowledge, comment, close, assign, reopen and undo, over both stores.
//
// The state of an alert is a document (kind "alert", id the event's id) with its history, and each
// change is also an alert_state event and a mark beside the alert, so that filters on state are an
// index lookup. The document is written first, with the event still to be made in the same
// transaction (kind "outbox"); the event follows under a position of its own, so a crash between
// the two loses nothing and doubles nothing: resume() makes what is left.
// Any thread may call.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "store/document_store.h"
#include "store/event_store.h"

namespace langyan::store {

constexpr std::size_t comment_bytes = 4'000;
constexpr std::size_t changes_together = 10'000;  // of one change_all()

struct AlertChange {
  std::string alert;                // event id
  std::optional<AlertState> state;  // none: only a comment
  std::string comment;
  std::string by;                         // user name
  std::optional<std::uint64_t> expected;  // version the user saw; 0: no one had touched it
  std::optional<std::string> assignee = {};  // whose it is from now on; empty: nobody's
  bool undo = false;                         // it takes the change before back
  // Whose the alert is, where the event store has just said so within the scope: it is not asked again.
  std::string organisation = {};
};

struct AlertRecord {
  std::string alert, organisation;
  std::uint64_t version = 0;  // 0: never touched
  AlertState state = AlertState::fresh;
  AlertState previous = AlertState::fresh;
  std::string comment, by;  // of the last change
  Time changed = 0;
  std::string assignee = {}, previous_assignee = {};  // account; empty: nobody
  bool undo = false;  // the last change took the one before back
};
using AlertResults = std::span<const Result<AlertRecord>>;
// What is to be written together with changes, or nothing of either; the records are as they will be.
using Besides = std::function<std::vector<DocumentChange>(AlertResults results)>;

class AlertStates {
 public:
  // `name` is the center's own, the origin of the alert_state events.
  AlertStates(EventStore& events, DocumentStore& documents, Clock& clock, Random& random,
              std::string name);

  Result<void> resume();  // once, before change()
  // Errors: missing (no such alert in the scope), conflict, invalid (comment), and the stores'.
  Result<AlertRecord> change(const Scope& scope, const AlertChange& change);
  // Many at once, for the price of one: an answer each, in order; all that can be changed are, or
  // none. Naming an alert twice is a conflict.
  std::vector<Result<AlertRecord>> change_all(const Scope& scope,
                                              std::span<const AlertChange> changes,
                                              const Besides& besides = {});
  // Back to the state before the last change, if that is still `version`.
  Result<AlertRecord> undo(const Scope& scope, std::string_view alert, std::uint64_t version,
                           std::string_view by);
  Result<AlertRecord> state(const Scope& scope, std::string_view alert);
  Result<std::vector<AlertRecord>> history(const Scope& scope, std::string_view alert);

 private:
  Result<AlertRecord> state(const Scope& scope, std::string_view alert, const std::string& organisation);
  Result<AlertRecord> next_of(const Scope& scope, const AlertChange& change);
  Result<void> drain();
  Result<bool> send(std::span<const Document> waiting, std::uint64_t epoch, std::uint64_t base);

  EventStore& events_;
  DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  const std::string name_;
  std::mutex mutex_;  // one change at a time: positions of the state lane are in order
};

}  // namespace langyan::store
