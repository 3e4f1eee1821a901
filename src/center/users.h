// Users: the accounts of people, kept as documents and mirrored in memory, so that asking who
// somebody is never waits for a disk. A change is durable before it counts. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "center/role.h"
#include "store/document_store.h"

namespace langyan::center {

constexpr std::size_t most_users = 10'000;

struct User {
  std::string name;
  Roles roles;               // none: may sign in, and no more
  std::string organisation;  // what they see; empty: everything
  std::string password;      // argon2id text; empty: signs in by link only
  std::string second_factor;   // secret of an authenticator app; empty: the password is enough
  std::string offered_factor;  // likewise, not yet confirmed by a code
  bool disabled = false;
  Time created = 0, changed = 0;
  std::uint64_t version = 0;
};

// Names are 1 to 64 of a-z, 0-9, '.', '_', '-', '@', starting with a letter or digit: what two
// people could take for the same name must not be two accounts.
Result<void> check_name(std::string_view name, std::string_view what);

class Users {
 public:
  static Result<std::unique_ptr<Users>> load(store::DocumentStore& documents);

  std::optional<User> find(std::string_view name) const;
  std::vector<User> list() const;  // by name
  // Errors: conflict (create: there is one; change: somebody else was faster), invalid, full,
  // missing.
  Result<User> create(User user, std::string_view by);
  Result<User> change(User user, std::string_view by);  // from user.version
  Result<void> remove(std::string_view name, std::string_view by);

 private:
  explicit Users(store::DocumentStore& documents) : documents_(documents) {}
  Result<User> write(User user, std::string_view by);

  store::DocumentStore& documents_;
  mutable std::mutex mutex_;
  std::map<std::string, User, std::less<>> users_;
};

}  // namespace langyan::center
