#include "center/access.h"

#include "base/json.h"
#include "center/json_object.h"
#include "center/second_factor.h"
#include "center/secret.h"

namespace langyan::center {
namespace {

constexpr std::string_view link_kind = "link", used_code_kind = "used-code";
constexpr std::string_view owner = "center";

bool changes(Method method) {
  return method != Method::get && method != Method::head;
}

// The port the browser asked for; empty: the usual one.
std::string_view port_of(const Request& request) {
  const std::string_view host = request.header("Host");
  const auto colon = host.rfind(':');
  if (colon == host.npos) return {};
  const std::string_view port = host.substr(colon + 1);
  const bool good = !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
  return good ? port : std::string_view();
}

// __Host- makes the browser refuse the cookie from anywhere but this host over TLS (RFC 6265bis 4.1.3.2). Browsers do not tell ports of
// a host apart (8.5 there), so the name does: who looks at two centers on one host, or through tunnels, stays signed in at both.
std::string cookie_name(const Request& request) {
  std::string name = request.peer.tls ? "__Host-langyan" : "langyan";
  if (const auto port = port_of(request); !port.empty()) name.append("-").append(port);
  return name;
}

std::string_view cookie_of(const Request& request) {
  const std::string wanted = cookie_name(request);
  std::string_view cookies = request.header("Cookie");
  while (!cookies.empty()) {
    const auto end = cookies.find(';');
    std::string_view one = cookies.substr(0, end);
    cookies = end == cookies.npos ? std::string_view() : cookies.substr(end + 1);
    while (one.starts_with(' ')) one.remove_prefix(1);
    const auto equals = one.find('=');
    if (equals != one.npos && one.substr(0, equals) == wanted) return one.substr(equals + 1);
  }
  return {};
}

std::optional<std::string_view> bearer_of(const Request& request) {
  const std::string_view value = request.header("Authorization");
  const auto space = value.find(' ');
  if (space == value.npos || !same_word(value.substr(0, space), "Bearer")) return {};
  return value.substr(space + 1);
}

// Of a token, by whatever it was shown; nothing where its organisation is none.
std::optional<Principal> of_token(const Token& token) {
  const auto scope = token.organisation.empty() ? store::Scope::all() : store::Scope::of(token.organisation);
  if (!scope) return {};
  return Principal{Principal::Via::token, token.role,   *scope,     token.name, token.id,
                   token.organisation,    token.source, token.relay};
}

Problem wrong_token() {
  return Problem(Code::sign_in_required, "The credential is not valid, has expired or was revoked.")
      .header("WWW-Authenticate", "Bearer error=\"invalid_token\"");
}

Problem refused_certificate(std::string_view why) {
  return Problem(Code::certificate_refused, why).header("WWW-Authenticate", "Bearer");
}

Problem wait_problem(Duration wait) {
  return Problem(Code::signing_in_too_often, "Wait before the next attempt.")
      .retry_after(static_cast<std::uint64_t>((wait + second - 1) / second));
}

}  // namespace

bool same_site(const Request& request, std::string& detail) {
  const auto site = request.header("Sec-Fetch-Site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    detail = "The browser says that another site sends this.";
    return false;
  }
  const auto origin = request.header("Origin");
  if (origin.empty()) return true;
  const std::string own =
      std::string(request.peer.tls ? "https://" : "http://") + std::string(request.header("Host"));
  if (same_word(origin, own)) return true;
  detail = "Origin is not this center.";
  return false;
}

Result<std::unique_ptr<Access>> Access::open(store::DocumentStore& documents, Clock& clock,
                                             Random& random, AccessLimits limits) {
  std::unique_ptr<Access> access(new Access(documents, clock, random, limits));
  auto users = Users::load(documents);
  if (!users) return users.error();
  auto tokens = Tokens::load(documents, clock, random);
  if (!tokens) return tokens.error();
  auto enrolments = Enrolments::load(documents, clock, random);
  if (!enrolments) return enrolments.error();
  auto sessions = Sessions::load(documents, clock, random, limits.sessions);
  if (!sessions) return sessions.error();
  access->users_ = users.take();
  access->tokens_ = tokens.take();
  access->enrolments_ = enrolments.take();
  access->sessions_ = sessions.take();
  return access;
}

std::optional<Principal> Access::of_user(const User& user, std::string session) const {
  const auto scope =
      user.organisation.empty() ? store::Scope::all() : store::Scope::of(user.organisation);
  if (user.disabled || !scope) return {};
  return Principal{Principal::Via::session, user.roles,        *scope, user.name,
                   std::move(session),      user.organisation, {},     false};
}

Access::Identity Access::of_certificate(const std::string& key) {
  const auto found = enrolments_->find(key);
  if (!found)
    return refused_certificate(
        "It was revoked, or replaced by a newer one. Make an enrolment token with `langyan enrolment add` and enroll "
        "again with it.");
  const Enrolment& enrolment = found->enrolment;
  const auto scope = store::Scope::of(enrolment.organisation);
  if (!scope) return refused_certificate("Its organisation is none.");
  Principal principal{Principal::Via::certificate,
                      Role::ingest,
                      *scope,
                      enrolment.source,
                      key,
                      enrolment.organisation,
                      enrolment.source,
                      enrolment.kind == EnrolmentKind::center};
  const Time now = clock_.now();
  if (now < found->until) return principal;
  principal.expired = found->until;
  if (now < found->until + renewal_grace) return principal;
  return expired_certificate(principal);
}

Problem expired_certificate(const Principal& principal) {
  const Time end = *principal.expired, last = end + renewal_grace;
  std::string detail = "The certificate of `" + principal.source + "` expired at " + timestamp(end) + ". ";
  detail += "Until " + timestamp(last) +
            " it can be renewed (POST /api/v1/certificates/renew; a running sensor or center does it by itself); after "
            "that make an "
            "enrolment token with `langyan enrolment add` and enroll again. Events wait in the spool meanwhile.";
  return Problem(Code::certificate_expired, detail).header("WWW-Authenticate", "Bearer");
}

Access::Identity Access::identify(const Request& request) {
  if (request.peer.door == Door::local) {
    return Principal{Principal::Via::local,
                     all_of_a_person,
                     store::Scope::all(),
                     "local",
                     {},
                     {},
                     {},
                     false};
  }
  const PeerCertificate& shown = request.peer.certificate;
  if (shown.kind == PeerCertificate::Kind::own) return of_certificate(shown.key);
  if (request.has_header("Authorization")) {
    const auto secret = bearer_of(request);
    const auto token = secret ? tokens_->find(*secret) : std::nullopt;
    const auto principal = token ? of_token(*token) : std::nullopt;
    return principal ? Identity(*principal) : wrong_token();
  }
  const auto cookie = cookie_of(request);
  if (cookie.empty() && shown.kind == PeerCertificate::Kind::foreign)
    return refused_certificate(
        "It was not issued by this center. Show the one that enrolment made (docs/enrolment.md), or a token.");
  if (cookie.empty()) return std::monostate();
  std::optional<Principal> principal;
  if (cookie.starts_with(token_prefix)) {
    const auto token = tokens_->find(cookie);
    if (token && for_a_wall(*token)) principal = of_token(*token);
  } else if (const auto session = sessions_->find(cookie)) {
    const auto user = users_->find(session->user);
    principal = user ? of_user(*user, session->id) : std::nullopt;
  }
  if (!principal)
    return std::monostate();  // an old cookie is like none: signing in must still work
  if (!changes(request.method)) return *principal;
  std::string detail;
  if (!same_site(request, detail)) return Problem(Code::forged_request, detail);
  if (!request.has_header(request_header)) {
    return Problem(Code::forged_request, "A request with the session cookie needs the header " +
                                             std::string(request_header) + ".");
  }
  return *principal;
}

bool Access::still(const Principal& principal) {
  switch (principal.via) {
    case Principal::Via::local: return true;
    case Principal::Via::token: return tokens_->valid(principal.id);
    case Principal::Via::certificate: return enrolments_->valid(principal.id);
    case Principal::Via::session: break;
  }
  const auto user = users_->find(principal.name);
  return sessions_->valid(principal.id) && user && !user->disabled &&
         user->roles == principal.roles && user->organisation == principal.organisation;
}

std::variant<std::string, Problem> Access::begin_session(const std::string& user,
                                                         const Request& request) {
  // A new secret at each sign-in; one that was there before, known to whoever planted it, is ended.
  if (const auto before = sessions_->find(cookie_of(request))) {
    if (auto done = sessions_->end(before->id); !done) return problem_of(done.error());
  }
  auto secret = sessions_->begin(user);
  if (!secret) return problem_of(secret.error());
  return secret.take();
}

std::variant<std::string, Problem> Access::sign_in(const std::string& name,
                                                   std::string_view password,
                                                   std::string_view code,
                                                   const Request& request) {
  const Time now = clock_.monotonic();
  if (const Duration wait = guard_.wait(name, request.peer.address, now); wait > 0)
    return wait_problem(wait);
  const auto place = places_.take();
  if (!place) return Problem(Code::too_many_requests, "Others are signing in.").retry_after(1);
  const auto user = users_->find(name);
  const bool right = verify_password(password, user ? user->password : std::string(), cost_);
  if (!right || user->disabled) {
    guard_.failed(name, request.peer.address, now);
    return Problem(Code::wrong_credentials, "Check the name and the password.");
  }
  if (!user->second_factor.empty()) {
    // Who knows the password is told that a code is missing; guessing codes costs as much as guessing passwords.
    if (code.empty()) return Problem(Code::code_required, "Type the code that the authenticator app shows.");
    if (auto wrong = take_code(name, user->second_factor, code, request)) return *wrong;
  }
  guard_.succeeded(name, request.peer.address, now);
  return begin_session(name, request);
}

std::optional<Problem> Access::take_code(const std::string& user, std::string_view secret, std::string_view code,
                                         const Request& request) {
  const Time now = clock_.monotonic();
  if (const Duration wait = guard_.wait(user, request.peer.address, now); wait > 0) return wait_problem(wait);
  const auto wrong = [&] {
    guard_.failed(user, request.peer.address, now);
    return Problem(Code::code_required, "That code is wrong, is over or was used; wait for the next one.");
  };
  const auto period = period_of_code(secret, code, clock_.now());
  if (!period) return wrong();
  store::DocumentChange change;
  change.kind = used_code_kind;
  change.id = user + "/" + std::to_string(*period);
  change.organisation = owner;
  change.body = "{}";
  change.by = user;
  change.expected = 0;
  change.expires = clock_.now() + (2 * static_cast<Duration>(code_window) + 1) * code_period;
  change.keep_history = false;
  const auto written = documents_.put(store::Scope::all(), std::move(change));
  if (!written && written.error().kind == ErrorKind::conflict) return wrong();
  if (!written) return problem_of(written.error());
  return {};
}

std::string Access::cookie(std::string_view secret, const Request& request) const {
  std::string text = cookie_name(request);
  text.append("=").append(secret).append("; Path=/; HttpOnly; SameSite=Strict");
  if (request.peer.tls) text += "; Secure";
  return text;
}

std::string Access::cookie_end(const Request& request) const {
  return cookie("", request) + "; Max-Age=0";
}

Result<std::string> Access::make_link(const std::string& user, std::string_view by) {
  const auto found = users_->find(user);
  if (!found) return Error{ErrorKind::missing, "There is no account `" + user + "`."};
  if (found->disabled) return Error{ErrorKind::conflict, "The account `" + user + "` is disabled."};
  std::string secret = random_text(random_);
  store::DocumentChange change;
  change.kind = link_kind;
  change.id = fingerprint(secret);
  change.organisation = owner;
  JsonWriter(change.body).open().field("user", user).close();
  change.by = by;
  change.expected = 0;
  change.expires = clock_.now() + link_lifetime;
  change.keep_history = false;
  if (auto written = documents_.put(store::Scope::all(), std::move(change)); !written)
    return written.error();
  return secret;
}

std::variant<std::string, Problem> Access::use_link(std::string_view secret,
                                                    const Request& request) {
  const Problem gone(Code::gone, "The link was used, is older than ten minutes, or never was one.");
  const Time now = clock_.monotonic();
  if (const Duration wait = guard_.wait("", request.peer.address, now); wait > 0)
    return wait_problem(wait);
  const auto taken = documents_.take(store::Scope::all(), link_kind, fingerprint(secret));
  if (!taken && taken.error().kind == ErrorKind::missing) {
    guard_.failed("", request.peer.address, now);
    return gone;
  }
  if (!taken) return problem_of(taken.error());
  const auto body = JsonObject::parse(taken->body);
  const auto name = body ? body->text("user") : std::nullopt;
  const auto user = name ? users_->find(*name) : std::nullopt;
  if (!user || user->disabled) return gone;
  return begin_session(user->name, request);
}

Result<User> Access::set_password(User user, std::string_view password, std::string_view by) {
  if (auto checked = check_password(password, user.name); !checked) return checked.error();
  auto hash = hash_password(password, cost_);
  if (!hash) return hash.error();
  user.password = hash.take();
  return change_user(std::move(user), by);
}

Result<User> Access::change_user(User user, std::string_view by) {
  const auto before = users_->find(user.name);
  auto changed = users_->change(std::move(user), by);
  if (!changed || !before) return changed;
  if (changed->disabled || changed->password != before->password) {
    if (auto done = sessions_->end_of(changed->name); !done) return done.error();
  }
  return changed;
}

Result<void> Access::remove_user(std::string_view name, std::string_view by) {
  if (auto done = users_->remove(name, by); !done) return done;
  return sessions_->end_of(name);
}

}  // namespace langyan::center
