// Sessions: people who have signed in. The secret lives in their cookie; kept is its SHA-256.
//
// A session ends when nothing was asked for `idle`, `longest` after it began, when it is ended, or
// when its account is removed, disabled or gets a new password. It survives a restart of the
// center; the idle time then starts anew. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "store/document_store.h"

namespace langyan::center {

struct SessionLimits {
  Duration idle = hour;
  Duration longest = 12 * hour;
  std::size_t sessions = 10'000;
  std::size_t each_user = 50;  // one more ends the one longest unused
};

struct Session {
  std::string id;  // the fingerprint of its secret
  std::string user;
  Time ends = 0;  // wall time, whatever happens
  Time used = 0;  // monotonic
};

class Sessions {
 public:
  static Result<std::unique_ptr<Sessions>> load(store::DocumentStore& documents, Clock& clock,
                                                Random& random, SessionLimits limits);

  Result<std::string> begin(std::string_view user);      // the secret
  std::optional<Session> find(std::string_view secret);  // and counts as use
  bool valid(std::string_view id) const;                 // does not
  Result<void> end(std::string_view id);
  Result<void> end_of(std::string_view user);
  void limit(SessionLimits limits);  // from now on
  void sweep();                      // forgets what has ended

 private:
  Sessions(store::DocumentStore& documents, Clock& clock, Random& random, SessionLimits limits)
      : documents_(documents), clock_(clock), random_(random), limits_(limits) {}
  bool over(const Session& session) const;
  Result<void> make_room(std::string_view user);
  Result<void> forget(const std::string& id);

  store::DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  SessionLimits limits_;
  std::map<std::string, Session, std::less<>> sessions_;  // by id
};

}  // namespace langyan::center
