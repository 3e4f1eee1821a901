// Enrolments: which sensors and lower centers have, or may fetch, a certificate of this center
// (docs/design/0043-enrolment.md).
//
// An enrolment begins with a one-time token, bound to an organisation, a kind and a source's name.
// Its use gives a certificate and ends earlier enrolments of the same source; the certificate is
// known by the SHA-256 of its public key and by nothing it says of itself. A renewal adds a second
// certificate; the first request that shows it ends the one before, so whatever is cut off in
// between, the sender has one that counts.
//
// Everything is durable in state.db before it counts, and mirrored in memory, so that find() never
// waits for a disk and a revocation holds from the next request on. Any thread.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/counters.h"
#include "base/random.h"
#include "base/result.h"
#include "center/authority.h"
#include "store/document_store.h"

namespace langyan::center {

constexpr std::size_t most_enrolments = 200'000;      // a national center's sources, with room
constexpr std::string_view enrolment_prefix = "lye_";  // so that a leaked token is recognised for what it is
constexpr Duration enrolment_token_life = day;
constexpr Duration longest_token_life = 30 * day;
// How long after its end a certificate still lets its owner renew it, and do nothing else.
constexpr Duration renewal_grace = 30 * day;

enum class EnrolmentKind : std::uint8_t { sensor, center };
std::string_view name(EnrolmentKind kind);
std::optional<EnrolmentKind> enrolment_kind_of(std::string_view name);

struct Enrolment {
  std::string id;  // short, not secret
  EnrolmentKind kind = EnrolmentKind::sensor;
  std::string source;        // the one name it may deliver under
  std::string organisation;  // whose its events are
  std::string by;
  Time created = 0;
  Time token_until = 0;  // until when its token may be used
  struct Certificate {
    std::string key, serial;  // of none: empty
    Time from = 0, until = 0;
    std::string signer;    // Authority::Member::id; empty: it was signed before this was noted
    bool follows = false;  // its owner takes from the answer whom to believe to be the center
  };
  Certificate current, next;  // next: renewed, and not seen in a request yet

  bool used() const { return !current.key.empty(); }
  // What it is at a time: waiting (for its token's use), active, expired (it may be renewed), ended.
  std::string_view state(Time now) const;
};

enum class EnrolmentCount : std::uint8_t { used, renewed, replaced, revoked, refused, last };
inline constexpr CounterRow enrolment_count_rows[] = {
    {"center.enrolments.used", "Enrolment tokens exchanged for a certificate."},
    {"center.enrolments.renewed", "Certificates renewed."},
    {"center.enrolments.replaced", "Enrolments ended because their source enrolled anew."},
    {"center.enrolments.revoked", "Enrolments revoked by a person."},
    {"center.enrolments.refused",
     "Signing requests refused: no such token, another kind or name, a request that is malformed."},
};

class Enrolments {
 public:
  static Result<std::unique_ptr<Enrolments>> load(store::DocumentStore& documents, Clock& clock, Random& random);

  // The token is handed out here and never again.
  struct Created {
    Enrolment enrolment;
    std::string token;
  };
  Result<Created> create(Enrolment wish, Duration token_life);

  // What a sensor or center asks for. Kind and source are only compared with what the token is for.
  struct Wish {
    std::string token, kind, source, request;
    bool follows = false;
  };
  struct Given {
    Enrolment enrolment;
    std::string certificate;            // PEM
    std::vector<std::string> replaced;  // ids of enrolments that it ended
  };
  // To one key only; the same key may fetch its certificate again while the token lasts, since an
  // answer can be lost. Errors: missing (no such token now), conflict (another kind or name; the
  // token stays good), invalid (the request).
  Result<Given> use(const Wish& wish, Authority& authority, Duration life);
  // By whoever showed the certificate with public key `key`, for a fresh key.
  Result<Given> renew(std::string_view key, const std::string& request, Authority& authority, Duration life,
                      bool follows = false);
  Result<Enrolment> revoke(std::string_view id, std::string_view by);  // missing

  // Whose certificate has that public key now; a first look at a renewed one ends the one before.
  struct Found {
    Enrolment enrolment;
    Time until = 0;  // of the certificate shown
  };
  std::optional<Found> find(std::string_view key);
  bool valid(std::string_view key) const;  // and not expired
  // The enrolment whose unused token that is; for who asks what a token is for.
  std::optional<Enrolment> waiting(std::string_view token) const;
  std::vector<Enrolment> list() const;
  // Of those whose certificate is good or may still be renewed, after what is being issued now: who
  // has one that another than `signer` signed; and who is not known to believe a center by `signer`,
  // having shown no certificate of it that came with whom to believe.
  std::vector<Enrolment> signed_otherwise(std::string_view signer);
  std::vector<Enrolment> not_following(std::string_view signer);
  void settle();  // writes which renewed certificates were seen, and forgets what has expired unused

  template <class Visit>
  void each_count(Visit visit) const {
    const std::lock_guard lock(mutex_);
    counters_.each(visit);
  }

 private:
  Enrolments(store::DocumentStore& documents, Clock& clock, Random& random)
      : documents_(documents), clock_(clock), random_(random) {}
  struct Stored {
    Enrolment enrolment;
    std::string hash;    // of the token; empty: it can no longer be used
    std::string issued;  // on disk only: the certificate, for who has to fetch it again
  };
  static Result<Stored> stored_of(const store::Document& document);
  static std::string body_of(const Stored& stored);
  store::DocumentChange change_of(const Stored& stored, std::string_view by) const;
  template <class Judge>
  std::vector<Enrolment> living(Judge judge);
  std::optional<Stored> by_token(std::string_view token) const;
  std::optional<Enrolment> of_key(std::string_view key) const;
  std::vector<std::string> same_source(const Enrolment& enrolment) const;
  Result<Given> fetch_again(const Stored& stored, const std::string& key);
  void take(const Stored& stored);
  void drop(std::string_view id);
  void count(EnrolmentCount which, std::uint64_t amount = 1);
  Error refused(Error error);

  store::DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  std::mutex changing_;  // held by one change at a time, over its write; before mutex_
  mutable std::mutex mutex_;
  std::map<std::string, Stored, std::less<>> enrolments_;  // under mutex_, as all below; by id
  std::unordered_map<std::string, std::string> by_hash_, by_key_;  // ids
  std::set<std::string> unsettled_;                                // ids whose `next` was seen
  Counters<EnrolmentCount, enrolment_count_rows> counters_;
};

}  // namespace langyan::center
