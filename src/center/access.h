// Access: from a request to the Principal behind it.
//
// A credential is a certificate of this center (shown in the TLS handshake), a bearer token, the
// session cookie, or having come through the Unix socket of this host (mode 0600). Who shows a
// certificate is who its enrolment says, whatever else the request says; one of another authority is
// looked at only where nothing else is presented. identify() touches memory only, so the network thread may call it; what
// changes accounts, tokens and sessions is durable first and counts from the next request on. Any
// thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "center/enrolments.h"
#include "center/http.h"
#include "center/password.h"
#include "center/problem.h"
#include "center/role.h"
#include "center/sessions.h"
#include "center/sign_in_guard.h"
#include "center/tokens.h"
#include "center/users.h"

namespace langyan::center {

constexpr Duration link_lifetime = 10 * minute;
constexpr int password_places = 2;  // passwords hashed at the same time, 64 MB each
// What a browser's script must send with whatever changes something; a form on another site cannot.
constexpr std::string_view request_header = "Langyan-Request";

struct AccessLimits {
  SessionLimits sessions;
  GuardLimits guard;
  PasswordCost password;
  bool separate_administrators = false;  // refuse more than one of their roles in one hand
};

class Access {
 public:
  static Result<std::unique_ptr<Access>> open(store::DocumentStore& documents, Clock& clock,
                                              Random& random, AccessLimits limits);

  // Nothing: no credential was presented. A Problem: one was and is not good, or the request is one
  // that another site may have made the browser send.
  using Identity = std::variant<std::monostate, Principal, Problem>;
  Identity identify(const Request& request);
  bool still(const Principal& principal);  // for feeds: not revoked, ended or changed meanwhile

  // `code`: of the second factor, where the account has one. Problems: signing_in_too_often, wrong_credentials, code_required,
  // too_many_requests.
  std::variant<std::string, Problem> sign_in(const std::string& user, std::string_view password, std::string_view code,
                                             const Request& request);
  // Nothing when the code is right for the secret now and was not used before: each is good once. A wrong one counts as a
  // failed sign-in. Problems: code_required, signing_in_too_often.
  std::optional<Problem> take_code(const std::string& user, std::string_view secret, std::string_view code,
                                   const Request& request);
  std::string cookie(std::string_view session_secret, const Request& request) const;
  std::string cookie_end(const Request& request) const;

  // A one-time link: its secret signs `user` in once, within ten minutes.
  Result<std::string> make_link(const std::string& user, std::string_view by);
  std::variant<std::string, Problem> use_link(std::string_view secret, const Request& request);

  Result<User> set_password(User user, std::string_view password, std::string_view by);
  Result<User> change_user(User user,
                           std::string_view by);  // ends its sessions when it loses rights
  Result<void> remove_user(std::string_view name, std::string_view by);

  Users& users() { return *users_; }
  Tokens& tokens() { return *tokens_; }
  Enrolments& enrolments() { return *enrolments_; }
  Sessions& sessions() { return *sessions_; }
  Places& places() { return places_; }
  Random& random() { return random_; }
  PasswordCost cost() const { return cost_; }

 private:
  Access(store::DocumentStore& documents, Clock& clock, Random& random, const AccessLimits& limits)
      : documents_(documents),
        clock_(clock),
        random_(random),
        cost_(limits.password),
        guard_(limits.guard),
        places_(password_places) {}
  std::variant<std::string, Problem> begin_session(const std::string& user, const Request& request);
  Identity of_certificate(const std::string& key);
  std::optional<Principal> of_user(const User& user, std::string session) const;

  store::DocumentStore& documents_;
  Clock& clock_;
  Random& random_;
  const PasswordCost cost_;
  SignInGuard guard_;
  Places places_;
  std::unique_ptr<Users> users_;
  std::unique_ptr<Tokens> tokens_;
  std::unique_ptr<Enrolments> enrolments_;
  std::unique_ptr<Sessions> sessions_;
};

// What is answered to who has such a certificate and asks for something else than another.
Problem expired_certificate(const Principal& principal);

// Whether a request that changes something comes from this center's own pages (Fetch Metadata,
// RFC 6454). `detail` says why not.
bool same_site(const Request& request, std::string& detail);

}  // namespace langyan::center
