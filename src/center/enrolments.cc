#include "center/enrolments.h"

#include <algorithm>
#include <iterator>

#include "base/json.h"
#include "base/log.h"
#include "center/json_object.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::string_view document_kind = "enrolment", owner = "center";
constexpr std::size_t id_octets = 9, longest_source = 256;
constexpr std::string_view kind_names[] = {"sensor", "center"};

void write_certificate(JsonWriter& json, std::string_view prefix, const Enrolment::Certificate& certificate) {
  if (certificate.key.empty()) return;
  const auto named = [&](std::string_view member) { return std::string(prefix).append(member); };
  json.field(named("key"), certificate.key).field(named("serial"), certificate.serial);
  json.field(named("from"), static_cast<std::uint64_t>(certificate.from))
      .field(named("until"), static_cast<std::uint64_t>(certificate.until));
  json.field(named("signer"), certificate.signer).field(named("follows"), certificate.follows);
}

Enrolment::Certificate read_certificate(const JsonObject& body, const std::string& prefix) {
  const auto time = [&](const char* member) { return static_cast<Time>(body.number(prefix + member).value_or(0)); };
  return {body.text(prefix + "key").value_or(""),
          body.text(prefix + "serial").value_or(""),
          time("from"),
          time("until"),
          body.text(prefix + "signer").value_or(""),
          body.flag(prefix + "follows").value_or(false)};
}

Enrolment::Certificate kept(const Issued& issued, bool follows) {
  return {issued.key, issued.serial, issued.from, issued.until, issued.signer, follows};
}

Error no_token() {
  return {ErrorKind::missing,
          "The enrolment token was used, has expired, was revoked, or never was one; make a new one with `langyan "
          "enrolment add`."};
}

Result<void> check(const Enrolment& enrolment) {
  if (enrolment.source.empty() || enrolment.source.size() > longest_source)
    return Error{ErrorKind::invalid, "An enrolment names its source, in 1 to 256 bytes."};
  if (enrolment.organisation.empty())
    return Error{ErrorKind::invalid, "An enrolment names the organisation its events belong to."};
  return store::check_organisation(enrolment.organisation);
}

}  // namespace

std::string_view name(EnrolmentKind kind) {
  return kind_names[static_cast<std::size_t>(kind)];
}

std::optional<EnrolmentKind> enrolment_kind_of(std::string_view text) {
  const auto found = std::ranges::find(kind_names, text);
  if (found == std::end(kind_names)) return {};
  return static_cast<EnrolmentKind>(found - std::begin(kind_names));
}

std::string_view Enrolment::state(Time now) const {
  if (!used()) return "waiting";
  const Time until = std::max(current.until, next.until);
  return now < until ? "active" : now < until + renewal_grace ? "expired" : "ended";
}

std::string Enrolments::body_of(const Stored& stored) {
  const Enrolment& enrolment = stored.enrolment;
  std::string body;
  JsonWriter json(body);
  json.open()
      .field("kind", name(enrolment.kind))
      .field("source", enrolment.source)
      .field("organisation", enrolment.organisation);
  json.field("by", enrolment.by)
      .field("hash", stored.hash)
      .field("token_until", static_cast<std::uint64_t>(enrolment.token_until));
  write_certificate(json, "", enrolment.current);
  write_certificate(json, "next_", enrolment.next);
  if (!stored.issued.empty()) json.field("issued", stored.issued);
  json.close();
  return body;
}

Result<Enrolments::Stored> Enrolments::stored_of(const store::Document& document) {
  const auto body = JsonObject::parse(document.body);
  if (!body) return within("enrolment " + document.id, body.error());
  Stored stored;
  Enrolment& enrolment = stored.enrolment;
  const auto kind = enrolment_kind_of(body->text("kind").value_or(""));
  stored.hash = body->text("hash").value_or("");
  enrolment.id = document.id, enrolment.created = document.created;
  enrolment.source = body->text("source").value_or(""),
  enrolment.organisation = body->text("organisation").value_or("");
  enrolment.by = body->text("by").value_or("");
  enrolment.token_until = static_cast<Time>(body->number("token_until").value_or(0));
  enrolment.current = read_certificate(*body, ""), enrolment.next = read_certificate(*body, "next_");
  stored.issued = body->text("issued").value_or("");
  if (!kind || !check(enrolment) || (stored.hash.empty() && !enrolment.used()))
    return Error{ErrorKind::invalid, "enrolment " + document.id + ": its document is damaged"};
  enrolment.kind = *kind;
  return stored;
}

store::DocumentChange Enrolments::change_of(const Stored& stored, std::string_view by) const {
  store::DocumentChange change;
  change.kind = document_kind, change.id = stored.enrolment.id, change.organisation = owner;
  change.body = body_of(stored), change.by = by, change.keep_history = false;
  if (!stored.enrolment.used()) change.expires = stored.enrolment.token_until;
  return change;
}

void Enrolments::count(EnrolmentCount which, std::uint64_t amount) {
  const std::lock_guard lock(mutex_);
  counters_.add(which, amount);
}

Error Enrolments::refused(Error error) {
  count(EnrolmentCount::refused);
  return error;
}

void Enrolments::drop(std::string_view id) {
  const auto found = enrolments_.find(id);
  if (found == enrolments_.end()) return;
  const Enrolment& enrolment = found->second.enrolment;
  by_hash_.erase(found->second.hash);
  by_key_.erase(enrolment.current.key), by_key_.erase(enrolment.next.key);
  unsettled_.erase(enrolment.id);
  enrolments_.erase(found);
}

void Enrolments::take(const Stored& stored) {
  const Enrolment& enrolment = stored.enrolment;
  drop(enrolment.id);
  if (!stored.hash.empty()) by_hash_.emplace(stored.hash, enrolment.id);
  for (const auto* each : {&enrolment.current, &enrolment.next})
    if (!each->key.empty()) by_key_.emplace(each->key, enrolment.id);
  enrolments_.emplace(enrolment.id, Stored{enrolment, stored.hash, {}});
}

Result<std::unique_ptr<Enrolments>> Enrolments::load(store::DocumentStore& documents, Clock& clock, Random& random) {
  std::unique_ptr<Enrolments> all(new Enrolments(documents, clock, random));
  std::string cursor;
  do {
    const auto page = documents.list(store::Scope::all(), document_kind, cursor, store::document_page);
    if (!page) return page.error();
    for (const store::Document& document : page->documents) {
      const auto stored = stored_of(document);
      if (!stored) return stored.error();
      all->take(*stored);
    }
    cursor = page->next;
  } while (!cursor.empty());
  return all;
}

Result<Enrolments::Created> Enrolments::create(Enrolment wish, Duration token_life) {
  if (auto checked = check(wish); !checked) return checked.error();
  const std::string token = std::string(enrolment_prefix) + random_text(random_);
  wish.id = random_text(random_, id_octets);
  wish.created = clock_.now(), wish.token_until = wish.created + token_life;
  wish.current = wish.next = {};
  const Stored stored{wish, fingerprint(token), {}};
  const std::lock_guard changing(changing_);
  {
    const std::lock_guard lock(mutex_);
    if (enrolments_.size() >= most_enrolments)
      return Error{ErrorKind::full, "There are 200000 enrolments; revoke some."};
  }
  auto written = documents_.put(store::Scope::all(), change_of(stored, wish.by));
  if (!written) return written.error();
  const std::lock_guard lock(mutex_);
  take(stored);
  return Created{wish, token};
}

// The lookup goes by the hash of what was presented, so its timing tells nothing about what is kept.
std::optional<Enrolments::Stored> Enrolments::by_token(std::string_view token) const {
  if (!token.starts_with(enrolment_prefix) || token.size() > 128) return {};
  const std::string hash = fingerprint(token);
  const std::lock_guard lock(mutex_);
  const auto id = by_hash_.find(hash);
  if (id == by_hash_.end() || !same_secret(id->first, hash)) return {};
  const Stored& stored = enrolments_.at(id->second);
  return clock_.now() < stored.enrolment.token_until ? std::optional(stored) : std::nullopt;
}

std::optional<Enrolment> Enrolments::waiting(std::string_view token) const {
  const auto stored = by_token(token);
  return stored && !stored->enrolment.used() ? std::optional(stored->enrolment) : std::nullopt;
}

std::optional<Enrolment> Enrolments::of_key(std::string_view key) const {
  const std::lock_guard lock(mutex_);
  const auto id = by_key_.find(std::string(key));
  return id == by_key_.end() ? std::nullopt : std::optional(enrolments_.at(id->second).enrolment);
}

std::vector<std::string> Enrolments::same_source(const Enrolment& enrolment) const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> ids;
  for (const auto& [id, stored] : enrolments_) {
    const Enrolment& other = stored.enrolment;
    if (id != enrolment.id && other.used() && other.kind == enrolment.kind && other.source == enrolment.source &&
        other.organisation == enrolment.organisation)
      ids.push_back(id);
  }
  return ids;
}

Result<Enrolments::Given> Enrolments::fetch_again(const Stored& stored, const std::string& key) {
  if (stored.enrolment.current.key != key) return refused(no_token());
  const auto document = documents_.get(store::Scope::all(), document_kind, stored.enrolment.id);
  const auto written = document ? stored_of(*document) : Result<Stored>(document.error());
  if (!written) return written.error();
  if (written->issued.empty()) return refused(no_token());
  return Given{stored.enrolment, written->issued, {}};
}

Result<Enrolments::Given> Enrolments::use(const Wish& wish, Authority& authority, Duration life) {
  const std::lock_guard changing(changing_);
  auto stored = by_token(wish.token);
  if (!stored) return refused(no_token());
  Enrolment& enrolment = stored->enrolment;
  if (wish.kind != name(enrolment.kind) || wish.source != enrolment.source) {
    return refused(
        {ErrorKind::conflict,
         "The token is for the " + std::string(name(enrolment.kind)) + " `" + enrolment.source + "`, and a " +
             wish.kind + " called `" + wish.source +
             "` asks. Give it that name (sensor.name, center.name), or make a token for it; this one stays good."});
  }
  const auto request = checked_request(wish.request);
  if (!request) return refused(request.error());
  const std::string key = x509::key_digest(request->get());
  if (enrolment.used()) return fetch_again(*stored, key);
  if (of_key(key)) return refused({ErrorKind::conflict, "That key has a certificate already; make a new one."});
  const auto issued = authority.sign(**request, enrolment.source, life);
  if (!issued) return issued.error();
  enrolment.current = kept(*issued, wish.follows);
  stored->issued = issued->pem;
  const std::vector<std::string> replaced = same_source(enrolment);
  std::vector<store::DocumentChange> changes{change_of(*stored, enrolment.source)};
  for (const std::string& id : replaced) {
    changes.push_back(changes.front());
    changes.back().id = id, changes.back().remove = true;
  }
  if (auto written = documents_.transact(store::Scope::all(), changes); !written) return written.error();
  const std::lock_guard lock(mutex_);
  for (const std::string& id : replaced) drop(id);
  take(*stored);
  counters_.add(EnrolmentCount::used);
  counters_.add(EnrolmentCount::replaced, replaced.size());
  return Given{enrolment, issued->pem, replaced};
}

Result<Enrolments::Given> Enrolments::renew(std::string_view key, const std::string& pem, Authority& authority,
                                            Duration life, bool follows) {
  const std::lock_guard changing(changing_);
  auto enrolment = of_key(key);
  if (!enrolment) return refused({ErrorKind::missing, "The enrolment was revoked."});
  const auto request = checked_request(pem);
  if (!request) return refused(request.error());
  if (of_key(x509::key_digest(request->get())))
    return refused({ErrorKind::invalid, "A renewal is for a fresh key, and that one has a certificate."});
  const auto issued = authority.sign(**request, enrolment->source, life);
  if (!issued) return issued.error();
  // Who asks has shown which of two it holds; the other never arrived, or is over.
  if (enrolment->next.key == key) enrolment->current = enrolment->next;
  enrolment->next = kept(*issued, follows);
  const Stored stored{*enrolment, {}, {}};
  if (auto written = documents_.put(store::Scope::all(), change_of(stored, enrolment->source)); !written)
    return written.error();
  const std::lock_guard lock(mutex_);
  take(stored);
  counters_.add(EnrolmentCount::renewed);
  return Given{*enrolment, issued->pem, {}};
}

Result<Enrolment> Enrolments::revoke(std::string_view id, std::string_view by) {
  const std::lock_guard changing(changing_);
  std::optional<Enrolment> enrolment;
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = enrolments_.find(id); found != enrolments_.end()) enrolment = found->second.enrolment;
  }
  if (!enrolment) return Error{ErrorKind::missing, "There is no enrolment `" + std::string(id) + "`."};
  const auto done = documents_.remove(store::Scope::all(), document_kind, id, {}, by);
  if (!done && done.error().kind != ErrorKind::missing) return done.error();  // missing: its token had expired
  const std::lock_guard lock(mutex_);
  drop(id);
  counters_.add(EnrolmentCount::revoked);
  return *enrolment;
}

std::optional<Enrolments::Found> Enrolments::find(std::string_view key) {
  const std::lock_guard lock(mutex_);
  const auto id = by_key_.find(std::string(key));
  if (id == by_key_.end()) return {};
  Enrolment& enrolment = enrolments_.at(id->second).enrolment;
  if (enrolment.next.key == key) {
    by_key_.erase(enrolment.current.key);
    enrolment.current = std::exchange(enrolment.next, {});
    unsettled_.insert(enrolment.id);
  }
  return Found{enrolment, enrolment.current.until};
}

bool Enrolments::valid(std::string_view key) const {
  const auto enrolment = of_key(key);
  if (!enrolment) return false;
  return clock_.now() < (enrolment->next.key == key ? enrolment->next : enrolment->current).until;
}

std::vector<Enrolment> Enrolments::list() const {
  const std::lock_guard lock(mutex_);
  std::vector<Enrolment> all;
  for (const auto& [id, stored] : enrolments_)
    if (stored.enrolment.used() || clock_.now() < stored.enrolment.token_until) all.push_back(stored.enrolment);
  return all;
}

template <class Judge>
std::vector<Enrolment> Enrolments::living(Judge judge) {
  const std::lock_guard changing(changing_);
  const std::lock_guard lock(mutex_);
  const Time now = clock_.now();
  std::vector<Enrolment> found;
  for (const auto& [id, stored] : enrolments_) {
    const Enrolment& enrolment = stored.enrolment;
    if (enrolment.used() && enrolment.state(now) != "ended" && judge(enrolment)) found.push_back(enrolment);
  }
  return found;
}

std::vector<Enrolment> Enrolments::signed_otherwise(std::string_view signer) {
  return living([&](const Enrolment& enrolment) {
    return enrolment.current.signer != signer || (!enrolment.next.key.empty() && enrolment.next.signer != signer);
  });
}

std::vector<Enrolment> Enrolments::not_following(std::string_view signer) {
  return living(
      [&](const Enrolment& enrolment) { return enrolment.current.signer != signer || !enrolment.current.follows; });
}

void Enrolments::settle() {
  const std::lock_guard changing(changing_);
  std::vector<Stored> seen;
  {
    const std::lock_guard lock(mutex_);
    const Time now = clock_.now();
    std::vector<std::string> over;
    for (const auto& [id, stored] : enrolments_)
      if (!stored.enrolment.used() && now >= stored.enrolment.token_until) over.push_back(id);
    for (const std::string& id : over) drop(id);
    for (const std::string& id : unsettled_) seen.push_back(enrolments_.at(id));
  }
  for (const Stored& stored : seen) {
    if (auto written = documents_.put(store::Scope::all(), change_of(stored, stored.enrolment.source)); !written) {
      logging::warn("A renewed certificate could not be noted: " + written.error().message + ".");
      return;
    }
    const std::lock_guard lock(mutex_);
    unsettled_.erase(stored.enrolment.id);
  }
}

}  // namespace langyan::center
