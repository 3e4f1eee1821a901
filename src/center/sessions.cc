#include "center/sessions.h"

#include <algorithm>
#include <vector>

#include "base/json.h"
#include "base/log.h"
#include "center/json_object.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "session";
constexpr std::string_view owner = "center";

}  // namespace

Result<std::unique_ptr<Sessions>> Sessions::load(store::DocumentStore& documents, Clock& clock,
                                                 Random& random, SessionLimits limits) {
  std::unique_ptr<Sessions> sessions(new Sessions(documents, clock, random, limits));
  std::string cursor;
  do {
    auto page = documents.list(store::Scope::all(), kind, cursor, store::document_page);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      const auto body = JsonObject::parse(document.body);
      if (!body || !document.expires) continue;  // worth a new sign-in, no more
      sessions->sessions_[document.id] = {document.id, body->text("user").value_or(""),
                                          *document.expires, clock.monotonic()};
    }
    cursor = page->next;
  } while (!cursor.empty());
  return sessions;
}

bool Sessions::over(const Session& session) const {
  return clock_.now() >= session.ends || clock_.monotonic() - session.used >= limits_.idle;
}

Result<void> Sessions::forget(const std::string& id) {
  const auto done = documents_.remove(store::Scope::all(), kind, id);
  if (!done && done.error().kind != ErrorKind::missing) return done;
  sessions_.erase(id);
  return {};
}

Result<void> Sessions::make_room(std::string_view user) {
  std::vector<const Session*> own;
  for (const auto& [id, session] : sessions_) {
    if (session.user == user) own.push_back(&session);
  }
  const bool crowded = own.size() >= limits_.each_user;
  if (!crowded && sessions_.size() < limits_.sessions) return {};
  if (own.empty()) return Error{ErrorKind::full, "Too many people are signed in; try again later."};
  const auto oldest =
      std::ranges::min_element(own, {}, [](const Session* one) { return one->used; });
  return forget(std::string((*oldest)->id));
}

Result<std::string> Sessions::begin(std::string_view user) {
  sweep();
  const std::lock_guard lock(mutex_);
  if (auto room = make_room(user); !room) return room.error();
  std::string secret = random_text(random_);
  Session session{fingerprint(secret), std::string(user), clock_.now() + limits_.longest,
                  clock_.monotonic()};
  store::DocumentChange change;
  change.kind = kind;
  change.id = session.id;
  change.organisation = owner;
  JsonWriter(change.body).open().field("user", user).close();
  change.by = user;
  change.expected = 0;
  change.expires = session.ends;
  change.keep_history = false;
  if (auto written = documents_.put(store::Scope::all(), std::move(change)); !written)
    return written.error();
  sessions_.emplace(session.id, session);
  return secret;
}

std::optional<Session> Sessions::find(std::string_view secret) {
  if (secret.empty() || secret.size() > 128) return {};
  const std::string id = fingerprint(secret);
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  if (found == sessions_.end() || !same_secret(found->first, id) || over(found->second)) return {};
  found->second.used = clock_.monotonic();
  return found->second;
}

bool Sessions::valid(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(id);
  return found != sessions_.end() && !over(found->second);
}

Result<void> Sessions::end(std::string_view id) {
  const std::lock_guard lock(mutex_);
  return forget(std::string(id));
}

Result<void> Sessions::end_of(std::string_view user) {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, session] : sessions_) {
    if (session.user == user) ids.push_back(id);
  }
  for (const std::string& id : ids) {
    if (auto done = forget(id); !done) return done;
  }
  return {};
}

void Sessions::limit(SessionLimits limits) {
  const std::lock_guard lock(mutex_);
  limits_ = limits;
}

void Sessions::sweep() {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ended;
  for (const auto& [id, session] : sessions_) {
    if (over(session)) ended.push_back(id);
  }
  for (const std::string& id : ended) {
    if (auto done = forget(id); !done)
      logging::warn("A session that has ended stays in the store: " + done.error().message);
  }
}

}  // namespace langyan::center
