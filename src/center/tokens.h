// Tokens: opaque bearer credentials for programs. Kept as the SHA-256 of their text, so the store
// does not tell them; mirrored in memory, so that a revoked one is refused by the next request and
// asking never waits for a disk. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "center/role.h"
#include "store/document_store.h"

namespace langyan::center {

constexpr std::size_t most_tokens = 200'000;  // a national center's sources, with room
constexpr std::string_view token_prefix =
    "lyt_";  // so that a leaked one is recognised for what it is

struct Token {
  std::string id;    // short, not secret
  std::string name;  // for people: what it is used for
  Role role = Role::viewer;
  std::string organisation;  // what it sees, or for ingest whose the events are; empty: everything
  std::string source;        // ingest: the one source it may deliver for
  bool relay = false;
  Time created = 0;
  std::optional<Time> expires;
  std::string by;
};

// Whether a browser may show it as its cookie: of one who only looks, and for a time.
inline bool for_a_wall(const Token& token) { return token.role == Role::viewer && token.expires.has_value(); }

class Tokens {
 public:
  static Result<std::unique_ptr<Tokens>> load(store::DocumentStore& documents, Clock& clock,
                                              Random& random);

  // The secret is handed out here and never again.
  struct Created {
    Token token;
    std::string secret;
  };
  Result<Created> create(Token token);                            // id and created are chosen here
  Result<void> revoke(std::string_view id, std::string_view by);  // missing
  std::optional<Token> find(std::string_view secret) const;       // valid now
  bool valid(std::string_view id) const;
  std::vector<Token> list() const;
  void sweep();  // forgets what has expired; the store does by itself

 private:
  Tokens(store::DocumentStore& documents, Clock& clock, Random& random)
      : documents_(documents), clock_(clock), random_(random) {}
  bool expired(const Token& token) const { return token.expires && clock_.now() >= *token.expires; }

  store::DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  mutable std::mutex mutex_;
  std::map<std::string, Token, std::less<>> tokens_;  // by id
  std::unordered_map<std::string, std::string> ids_;  // by fingerprint
};

}  // namespace langyan::center
