#include "center/tokens.h"

#include "base/json.h"
#include "center/json_object.h"
#include "center/secret.h"
#include "center/users.h"

namespace langyan::center {
namespace {

constexpr std::string_view kind = "token";
constexpr std::string_view owner = "center";
constexpr std::size_t id_octets = 9;

std::string body_of(const Token& token, std::string_view hash) {
  std::string body;
  JsonWriter(body)
      .open()
      .field("hash", hash)
      .field("name", token.name)
      .field("role", name(token.role))
      .field("organisation", token.organisation)
      .field("source", token.source)
      .field("relay", token.relay)
      .close();
  return body;
}

struct Stored {
  Token token;
  std::string hash;
};

Result<Stored> stored_of(const store::Document& document) {
  auto body = JsonObject::parse(document.body);
  if (!body) return within("token " + document.id, body.error());
  Stored stored;
  stored.token.id = document.id;
  stored.token.name = body->text("name").value_or("");
  const std::string written = body->text("role").value_or("");
  const auto role = written == "administrator" ? Role::engineer : role_of(written);  // of an earlier version
  stored.hash = body->text("hash").value_or("");
  if (!role || stored.hash.size() != 64) {
    return Error{ErrorKind::invalid, "token " + document.id + ": its document is damaged"};
  }
  stored.token.role = *role;
  stored.token.organisation = body->text("organisation").value_or("");
  stored.token.source = body->text("source").value_or("");
  stored.token.relay = body->flag("relay").value_or(false);
  stored.token.created = document.created;
  stored.token.expires = document.expires;
  stored.token.by = document.by;
  return stored;
}

Result<void> check(const Token& token) {
  if (token.name.empty() || token.name.size() > 200) {
    return Error{ErrorKind::invalid, "A token's name has 1 to 200 bytes."};
  }
  if (!token.organisation.empty()) {
    if (auto checked = store::check_organisation(token.organisation); !checked) return checked;
  }
  if (token.role != Role::ingest) {
    if (token.source.empty() && !token.relay) return {};
    return Error{ErrorKind::invalid, "Only a token of the role ingest has a source."};
  }
  if (token.source.empty() || token.source.size() > 256) {
    return Error{ErrorKind::invalid,
                 "A token of the role ingest names its source, in 1 to 256 bytes."};
  }
  if (token.organisation.empty()) {
    return Error{ErrorKind::invalid,
                 "A token of the role ingest names the organisation its events belong to."};
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<Tokens>> Tokens::load(store::DocumentStore& documents, Clock& clock,
                                             Random& random) {
  std::unique_ptr<Tokens> tokens(new Tokens(documents, clock, random));
  std::string cursor;
  do {
    auto page = documents.list(store::Scope::all(), kind, cursor, store::document_page);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      auto stored = stored_of(document);
      if (!stored) return stored.error();
      tokens->ids_.emplace(stored->hash, stored->token.id);
      tokens->tokens_.emplace(stored->token.id, std::move(stored->token));
    }
    cursor = page->next;
  } while (!cursor.empty());
  return tokens;
}

Result<Tokens::Created> Tokens::create(Token token) {
  if (auto checked = check(token); !checked) return checked.error();
  Created created;
  created.secret = std::string(token_prefix) + random_text(random_);
  token.id = random_text(random_, id_octets);
  const std::string hash = fingerprint(created.secret);
  store::DocumentChange change;
  change.kind = kind;
  change.id = token.id;
  change.organisation = owner;
  change.body = body_of(token, hash);
  change.by = token.by;
  change.expected = 0;
  change.expires = token.expires;
  change.keep_history = false;
  const std::lock_guard lock(mutex_);
  if (tokens_.size() >= most_tokens)
    return Error{ErrorKind::full, "There are 200000 tokens; revoke some."};
  auto written = documents_.put(store::Scope::all(), std::move(change));
  if (!written) return written.error();
  auto stored = stored_of(*written);
  if (!stored) return stored.error();
  created.token = stored->token;
  ids_.emplace(hash, token.id);
  tokens_.emplace(token.id, stored->token);
  return created;
}

Result<void> Tokens::revoke(std::string_view id, std::string_view by) {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(id);
  if (found == tokens_.end())
    return Error{ErrorKind::missing, "There is no token `" + std::string(id) + "`."};
  const auto done = documents_.remove(store::Scope::all(), kind, id, {}, by);
  if (!done && done.error().kind != ErrorKind::missing) return done;  // missing: it had expired
  std::erase_if(ids_, [&](const auto& row) { return row.second == id; });
  tokens_.erase(found);
  return {};
}

// The lookup goes by the hash of what was presented, so its timing tells nothing about what is
// kept.
std::optional<Token> Tokens::find(std::string_view secret) const {
  if (!secret.starts_with(token_prefix) || secret.size() > 128) return {};
  const std::string hash = fingerprint(secret);
  const std::lock_guard lock(mutex_);
  const auto id = ids_.find(hash);
  if (id == ids_.end() || !same_secret(id->first, hash)) return {};
  const auto found = tokens_.find(id->second);
  if (found == tokens_.end() || expired(found->second)) return {};
  return found->second;
}

bool Tokens::valid(std::string_view id) const {
  const std::lock_guard lock(mutex_);
  const auto found = tokens_.find(id);
  return found != tokens_.end() && !expired(found->second);
}

std::vector<Token> Tokens::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Token> all;
  for (const auto& [id, token] : tokens_) {
    if (!expired(token)) all.push_back(token);
  }
  return all;
}

void Tokens::sweep() {
  const std::lock_guard lock(mutex_);
  std::erase_if(ids_, [&](const auto& row) { return expired(tokens_.at(row.second)); });
  std::erase_if(tokens_, [&](const auto& row) { return expired(row.second); });
}

}  // namespace langyan::center
