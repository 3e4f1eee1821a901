#include "center/users.h"

#include <algorithm>

#include "base/json.h"
#include "center/json_object.h"
#include "center/words.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "user";
constexpr std::string_view owner = "center";  // accounts belong to the center, not to what they see

std::string body_of(const User& user) {
  std::string body;
  JsonWriter json(body);
  json
      .open()
      .field("organisation", user.organisation)
      .field("password", user.password)
      .field("second_factor", user.second_factor)
      .field("offered_factor", user.offered_factor)
      .field("disabled", user.disabled);
  write_texts(json, "roles", user.roles.names());
  json.close();
  return body;
}

// Versions before the separated administrators wrote one role.
std::optional<Roles> roles_in(const JsonObject& body) {
  if (const auto names = body.texts("roles")) return Roles::of(*names);
  const auto role = body.text("role");
  if (role == "administrator") return all_of_a_person;
  return role ? role_of(*role) : std::nullopt;
}

Result<User> user_of(const store::Document& document) {
  auto body = JsonObject::parse(document.body);
  if (!body) return within("account " + document.id, body.error());
  User user;
  user.name = document.id;
  const auto roles = roles_in(*body);
  if (!roles) return Error{ErrorKind::invalid, "account " + document.id + ": its roles are not known"};
  user.roles = *roles;
  user.organisation = body->text("organisation").value_or("");
  user.password = body->text("password").value_or("");
  user.second_factor = body->text("second_factor").value_or("");
  user.offered_factor = body->text("offered_factor").value_or("");
  user.disabled = body->flag("disabled").value_or(false);
  user.created = document.created;
  user.changed = document.changed;
  user.version = document.version;
  return user;
}

}  // namespace

Result<void> check_name(std::string_view text, std::string_view what) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  const auto allowed = [&](char c) {
    return plain(c) || c == '.' || c == '_' || c == '-' || c == '@';
  };
  if (!text.empty() && text.size() <= 64 && plain(text.front()) &&
      std::ranges::all_of(text, allowed))
    return {};
  return Error{ErrorKind::invalid,
               std::string(what) +
                   " has 1 to 64 of a-z, 0-9, '.', '_', '-', '@' and starts with a "
                   "letter or digit."};
}

Result<std::unique_ptr<Users>> Users::load(store::DocumentStore& documents) {
  std::unique_ptr<Users> users(new Users(documents));
  std::string cursor;
  do {
    auto page = documents.list(store::Scope::all(), kind, cursor, store::document_page);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      auto user = user_of(document);
      if (!user) return user.error();
      users->users_.emplace(document.id, user.take());
    }
    cursor = page->next;
  } while (!cursor.empty());
  return users;
}

std::optional<User> Users::find(std::string_view wanted) const {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(wanted);
  return found == users_.end() ? std::nullopt : std::optional(found->second);
}

std::vector<User> Users::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<User> all;
  for (const auto& [key, user] : users_) all.push_back(user);
  return all;
}

Result<User> Users::create(User user, std::string_view by) {
  if (auto checked = check_name(user.name, "An account's name"); !checked) return checked.error();
  const std::lock_guard lock(mutex_);
  if (users_.contains(user.name)) {
    return Error{ErrorKind::conflict, "There is an account `" + user.name + "` already."};
  }
  if (users_.size() >= most_users)
    return Error{ErrorKind::full, "There are 10000 accounts; remove some."};
  user.version = 0;
  return write(std::move(user), by);
}

Result<User> Users::change(User user, std::string_view by) {
  const std::lock_guard lock(mutex_);
  if (!users_.contains(user.name))
    return Error{ErrorKind::missing, "There is no account `" + user.name + "`."};
  return write(std::move(user), by);
}

Result<User> Users::write(User user, std::string_view by) {
  if (user.roles.has(Role::ingest))
    return Error{ErrorKind::invalid, "A person cannot have the role ingest."};
  if (!user.organisation.empty()) {
    if (auto checked = store::check_organisation(user.organisation); !checked)
      return checked.error();
  }
  store::DocumentChange change;
  change.kind = kind;
  change.id = user.name;
  change.organisation = owner;
  change.body = body_of(user);
  change.by = by;
  change.expected = user.version;
  change.keep_history = false;  // an old password's hash must not stay behind
  auto written = documents_.put(store::Scope::all(), std::move(change));
  if (!written) return written.error();
  auto now = user_of(*written);
  if (now) users_.insert_or_assign(user.name, *now);
  return now;
}

Result<void> Users::remove(std::string_view wanted, std::string_view by) {
  const std::lock_guard lock(mutex_);
  const auto found = users_.find(wanted);
  if (found == users_.end()) {
    return Error{ErrorKind::missing, "There is no account `" + std::string(wanted) + "`."};
  }
  if (auto done = documents_.remove(store::Scope::all(), kind, wanted, {}, by); !done) return done;
  users_.erase(found);
  return {};
}

}  // namespace langyan::center
