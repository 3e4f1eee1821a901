// Signing in and out, one-time links, and what administrators do with accounts, roles and tokens.
#include "base/json.h"
#include "center/audit.h"
#include "center/body_members.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/lower_centers.h"
#include "center/second_factor.h"
#include "center/words.h"

namespace langyan::center {
namespace {

void write_principal(JsonWriter& json, const Principal& principal, bool second_factor, std::string_view tier) {
  json.open().field("name", principal.name);
  write_texts(json, "roles", principal.roles.names());
  json.field("organisation", principal.organisation);
  json.field("via", name(principal.via)).field("second_factor", second_factor).field("tier", tier).close();
}

void write_user(JsonWriter& json, const User& user) {
  json.open().field("name", user.name).field("organisation", user.organisation);
  write_texts(json, "roles", user.roles.names());
  json.field("disabled", user.disabled)
      .field("has_password", !user.password.empty())
      .field("second_factor", !user.second_factor.empty());
  json.key("created").time(user.created).key("changed").time(user.changed).close();
}

void write_token(JsonWriter& json, const Token& token, const std::string* secret = nullptr) {
  json.open().field("id", token.id).field("name", token.name).field("role", name(token.role));
  json.field("organisation", token.organisation)
      .field("source", token.source)
      .field("relay", token.relay);
  json.field("by", token.by).key("created").time(token.created).key("expires");
  token.expires ? json.time(*token.expires) : json.null();
  if (secret) json.field("secret", *secret);
  json.close();
}

Response user_answer(const Result<User>& user, int status) {
  if (!user) return problem_of(user.error());
  std::string body;
  JsonWriter json(body);
  write_user(json, *user);
  return json_answer(std::move(body), status);
}

Response no_content() {
  Response response;
  response.status = 204;
  return response;
}

Problem wrong_member(std::string_view what) {
  return {Code::bad_body, std::string(what)};
}

std::string role_words() {
  std::string text;
  for (std::size_t i = 0; i < role_count; ++i) text.append(i == 0 ? "" : ", ").append(name(static_cast<Role>(i)));
  return text;
}

// Members that several bodies share; a Problem where one is of another kind than it must be.
std::optional<Problem> read_roles(const JsonObject& body, Roles& roles) {
  if (!body.has("roles")) return {};
  const auto names = body.texts("roles");
  const auto read = names ? Roles::of(*names) : std::nullopt;
  if (!read) return wrong_member("`roles` must be some of " + role_words() + ".");
  roles = *read;
  return {};
}

// Nobody changes their own account but its password: what one administrator does, another sees.
std::optional<Problem> own_account(const Call& call, const User& user) {
  if (call.principal->via != Principal::Via::session || call.principal->name != user.name) return {};
  return Problem(Code::forbidden, "This is your own account; another administrator must do it.");
}

std::optional<Problem> joined(const Center& center, Roles roles) {
  if (!center.options().access.separate_administrators || !joins_administrators(roles)) return {};
  return Problem(
      Code::conflict,
      "The roles system, security and audit must be in different hands here (access.separate_administrators).");
}

Problem outside() {
  return {Code::forbidden, "That organisation is outside your own."};
}

std::optional<User> visible_user(Center& center, const Call& call) {
  auto user = center.access().users().find(call.parameters.text("name"));
  return user && call.principal->rules(user->organisation) ? user : std::nullopt;
}

Problem no_user() {
  return {Code::not_found, "There is no such account."};
}

// Who signs in, for the audit log; an account that is not there has no organisation.
void note_actor(Center& center, Call& call, const std::string& name, std::string_view detail) {
  const auto user = center.access().users().find(name);
  call.note = {name, user ? user->organisation : std::string(), name, std::string(detail)};
}

Response signed_in(Center& center, Call& call, const std::variant<std::string, Problem>& outcome,
                   int status, std::string_view location) {
  if (const auto* problem = std::get_if<Problem>(&outcome)) return *problem;
  Response response = no_content();
  response.status = status;
  response.content_type = "text/plain";
  response.headers.emplace_back(
      "Set-Cookie", center.access().cookie(std::get<std::string>(outcome), call.request));
  if (!location.empty()) response.headers.emplace_back("Location", location);
  return response;
}

}  // namespace

Response sign_in(Center& center, Call& call) {
  std::string detail;
  if (!same_site(call.request, detail)) return Problem(Code::forged_request, detail);
  const auto body = call.body({"name", "password", "code"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  std::string code;
  if (auto wrong = read_text(std::get<JsonObject>(body), "code", code)) return *wrong;
  const auto name = std::get<JsonObject>(body).text("name");
  const auto password = std::get<JsonObject>(body).text("password");
  if (!name || !password) return Problem(Code::bad_body, "`name` and `password` must be texts.");
  if (name->size() > 64 || password->size() > longest_password) {
    return Problem(Code::wrong_credentials, "Check the name and the password.");
  }
  note_actor(center, call, *name, code.empty() ? "password" : "password and code");
  return signed_in(center, call, center.access().sign_in(*name, *password, code, call.request), 204, "");
}

Response use_link(Center& center, Call& call) {
  const auto outcome = center.access().use_link(call.parameters.text("secret"), call.request);
  const auto* secret = std::get_if<std::string>(&outcome);
  const auto session = secret ? center.access().sessions().find(*secret) : std::nullopt;
  note_actor(center, call, session ? session->user : "unknown", "link");
  return signed_in(center, call, outcome, 303, "/");
}

// A screen on a wall has nobody to sign in: its browser shows a viewer's token as its cookie, until that ends or is revoked.
Response open_wall(Center& center, Call& call) {
  std::string detail;
  if (!same_site(call.request, detail)) return Problem(Code::forged_request, detail);
  const auto body = call.body({"token"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const std::string secret = std::get<JsonObject>(body).text("token").value_or("");
  const auto token = center.access().tokens().find(secret);
  if (!token || !for_a_wall(*token))
    return Problem(Code::wrong_credentials, "A wall needs a token that is still valid, is a viewer's, and has an end.");
  call.note = {token->name, token->organisation, token->id, "wall"};
  Response response = no_content();
  const auto left = static_cast<std::uint64_t>((*token->expires - call.now) / second);
  response.headers.emplace_back("Set-Cookie",
                                center.access().cookie(secret, call.request) + "; Max-Age=" + std::to_string(left));
  return response;
}

Response sign_out(Center& center, Call& call) {
  call.note.object = call.principal->name;
  if (call.principal->via == Principal::Via::session) {
    if (auto done = center.access().sessions().end(call.principal->id); !done)
      return problem_of(done.error());
  }
  Response response = no_content();
  response.headers.emplace_back("Set-Cookie", center.access().cookie_end(call.request));
  return response;
}

Response session(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  const auto user = call.principal->via == Principal::Via::session ? center.access().users().find(call.principal->name)
                                                                   : std::nullopt;
  write_principal(json, *call.principal, user && !user->second_factor.empty(), center.options().tier);
  return json_answer(std::move(body));
}

Response own_password(Center& center, Call& call) {
  call.note.object = call.principal->name;
  const auto body = call.body({"current", "new"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  std::string current, wanted;
  if (auto wrong = read_text(std::get<JsonObject>(body), "current", current)) return *wrong;
  if (auto wrong = read_text(std::get<JsonObject>(body), "new", wanted)) return *wrong;
  const auto user = center.access().users().find(call.principal->name);
  const auto place = center.access().places().take();
  if (!user) return no_user();
  if (!place) return Problem(Code::too_many_requests, "Others are signing in.").retry_after(1);
  // Who came by a link may have no password yet; having just come is proof enough.
  if (!user->password.empty() &&
      !verify_password(current, user->password, center.access().cost())) {
    return Problem(Code::wrong_credentials, "`current` is not the password.");
  }
  const auto changed = center.access().set_password(*user, wanted, user->name);
  if (!changed) return problem_of(changed.error());
  // All sessions have ended with the old password; this one goes on under a new secret.
  auto secret = center.access().sessions().begin(user->name);
  if (!secret) return problem_of(secret.error());
  return signed_in(center, call, secret.take(), 204, "");
}

// The secret is shown once, to whoever knows the password; it counts when the app's code has shown that it arrived.
Response offer_second_factor(Center& center, Call& call) {
  call.note.object = call.principal->name;
  const auto body = call.body({"password"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  std::string password;
  if (auto wrong = read_text(std::get<JsonObject>(body), "password", password)) return *wrong;
  auto user = center.access().users().find(call.principal->name);
  const auto place = center.access().places().take();
  if (!user) return no_user();
  if (!place) return Problem(Code::too_many_requests, "Others are signing in.").retry_after(1);
  if (!user->second_factor.empty())
    return Problem(Code::conflict, "The account has a second factor; turn that off first.");
  if (!verify_password(password, user->password, center.access().cost()))
    return Problem(Code::wrong_credentials, "`password` is not the password.");
  auto secret = new_secret(center.access().random());
  if (!secret) return problem_of(secret.error());
  user->offered_factor = *secret;
  const std::string name = user->name;
  if (const auto kept = center.access().change_user(std::move(*user), name); !kept) return problem_of(kept.error());
  std::string answer;
  JsonWriter json(answer);
  const std::string url = center.url(true);
  json.open().field("secret", *secret).field("uri", secret_uri(*secret, name, url.substr(url.find("//") + 2))).close();
  return json_answer(std::move(answer), 201);
}

Response set_second_factor(Center& center, Call& call) {
  call.note.object = call.principal->name;
  const auto body = call.body({"on", "code"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  bool on = false;
  std::string code;
  if (!wish.has("on") || !wish.has("code")) return wrong_member("`on` and `code` are both needed.");
  if (auto wrong = read_flag(wish, "on", on)) return *wrong;
  if (auto wrong = read_text(wish, "code", code)) return *wrong;
  call.note.detail = on ? "on" : "off";
  auto user = center.access().users().find(call.principal->name);
  if (!user) return no_user();
  std::string& secret = on ? user->offered_factor : user->second_factor;
  if (secret.empty())
    return Problem(Code::conflict, on ? "Ask for a secret first." : "The account has no second factor.");
  if (auto wrong = center.access().take_code(user->name, secret, code, call.request)) return *wrong;
  user->second_factor = on ? std::exchange(user->offered_factor, {}) : std::string();
  const std::string name = user->name;
  const auto changed = center.access().change_user(std::move(*user), name);
  return changed ? no_content() : problem_of(changed.error()).response();
}

Response make_link(Center& center, Call& call) {
  const auto body = call.body({"user", "roles"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  User fresh;
  if (auto wrong = read_text(wish, "user", fresh.name)) return *wrong;
  if (auto wrong = read_roles(wish, fresh.roles)) return *wrong;
  const std::string user = fresh.name;
  call.note.object = user;
  if (wish.has("roles") && !center.access().users().find(user)) {
    call.note.detail = "roles=" + text_of(fresh.roles);
    if (auto wrong = joined(center, fresh.roles)) return *wrong;
    if (auto made = center.access().users().create(std::move(fresh), call.principal->name); !made) {
      return problem_of(made.error());
    }
  }
  const auto secret = center.access().make_link(user, call.principal->name);
  if (!secret) return problem_of(secret.error());
  std::string answer;
  JsonWriter json(answer);
  json.open()
      .field("user", user)
      .field("path", "/link/" + *secret)
      .field("url", center.url(true) + "/link/" + *secret);
  json.key("expires").time(call.now + link_lifetime).close();
  return json_answer(std::move(answer), 201);
}

Response list_users(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  json.open().key("users").open_list();
  for (const User& user : center.access().users().list()) {
    if (call.principal->rules(user.organisation)) write_user(json, user);
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

// Without a role: those are another administrator's to give.
Response make_user(Center& center, Call& call) {
  const auto body = call.body({"name", "password"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  User user;
  std::string password;
  user.organisation = call.principal->organisation;
  if (auto wrong = read_text(wish, "name", user.name)) return *wrong;
  call.note.object = user.name;
  if (auto wrong = read_text(wish, "password", password)) return *wrong;
  if (wish.has("password")) {
    if (auto checked = check_password(password, user.name); !checked)
      return problem_of(checked.error());
    const auto place = center.access().places().take();
    if (!place) return Problem(Code::too_many_requests, "Others are signing in.").retry_after(1);
    auto hash = hash_password(password, center.access().cost());
    if (!hash) return problem_of(hash.error());
    user.password = hash.take();
  }
  return user_answer(center.access().users().create(std::move(user), call.principal->name), 201);
}

// Who sets another's password could sign in as they: the account keeps its roles only if who sets it may give them.
Response change_user(Center& center, Call& call) {
  const auto body = call.body({"password", "disabled", "second_factor"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  auto user = visible_user(center, call);
  if (!user) return no_user();
  call.note.detail = told(wish, {"disabled", "second_factor"});
  if (auto wrong = own_account(call, *user)) return *wrong;
  std::string password;
  if (auto wrong = read_text(wish, "password", password)) return *wrong;
  if (auto wrong = read_flag(wish, "disabled", user->disabled)) return *wrong;
  bool second_factor = false;
  if (auto wrong = read_flag(wish, "second_factor", second_factor)) return *wrong;
  if (second_factor)
    return wrong_member("`second_factor` can be taken away here, by false; the account's owner turns it on.");
  if (wish.has("second_factor")) user->second_factor.clear(), user->offered_factor.clear();
  if (!wish.has("password")) {
    return user_answer(center.access().change_user(std::move(*user), call.principal->name), 200);
  }
  call.note.detail += call.note.detail.empty() ? "password" : " password";
  if (!may(Who::security, call.principal) && !user->roles.empty()) {
    call.note.detail += "; roles taken until security gives them anew: " + text_of(user->roles);
    user->roles = {};
  }
  const auto place = center.access().places().take();
  if (!place) return Problem(Code::too_many_requests, "Others are signing in.").retry_after(1);
  return user_answer(center.access().set_password(std::move(*user), password, call.principal->name),
                     200);
}

Response give_roles(Center& center, Call& call) {
  const auto body = call.body({"roles", "organisation"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  auto user = visible_user(center, call);
  if (!user) return no_user();
  if (!wish.has("roles")) return wrong_member("`roles` is missing; an empty list takes all.");
  if (auto wrong = read_roles(wish, user->roles)) return *wrong;
  if (auto wrong = read_text(wish, "organisation", user->organisation)) return *wrong;
  call.note.detail = "roles=" + text_of(user->roles) + " organisation=" + user->organisation;
  if (joins_administrators(user->roles)) call.note.detail += "; one hand holds several administrators' roles";
  if (auto wrong = own_account(call, *user)) return *wrong;
  if (auto wrong = joined(center, user->roles)) return *wrong;
  if (!call.principal->rules(user->organisation)) return outside();
  return user_answer(center.access().change_user(std::move(*user), call.principal->name), 200);
}

Response list_roles(Center& center, Call&) {
  std::string body;
  JsonWriter json(body);
  json.open().field("separated", center.options().access.separate_administrators).key("roles").open_list();
  for (std::size_t i = 0; i < role_count; ++i) {
    const Role role = static_cast<Role>(i);
    json.open().field("role", name(role));
    std::vector<std::string> operations;
    for (const Route& route : routes())
      if (route.door == Door::api && may(route.who, role)) operations.push_back(operation_id(route));
    write_texts(json, "may", operations);
    json.close();
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

Response remove_user(Center& center, Call& call) {
  const auto user = visible_user(center, call);
  if (!user) return no_user();
  if (auto wrong = own_account(call, *user)) return *wrong;
  const auto done = center.access().remove_user(user->name, call.principal->name);
  if (done) forget_views(center, user->name);
  return done ? no_content() : problem_of(done.error()).response();
}

Response list_tokens(Center& center, Call& call) {
  std::string body;
  JsonWriter json(body);
  json.open().key("tokens").open_list();
  for (const Token& token : center.access().tokens().list()) {
    if (call.principal->rules(token.organisation)) write_token(json, token);
  }
  json.close_list().close();
  return json_answer(std::move(body));
}

Response make_token(Center& center, Call& call) {
  const auto body = call.body({"name", "role", "organisation", "source", "relay", "expires"});
  if (const auto* problem = std::get_if<Problem>(&body)) return *problem;
  const JsonObject& wish = std::get<JsonObject>(body);
  Token token;
  std::string expires;
  token.by = call.principal->name;
  if (wish.has("role")) {
    const auto role = role_of(wish.text("role").value_or(""));
    if (!role) return wrong_member("`role` must be one of " + role_words() + ".");
    token.role = *role;
  }
  token.organisation = call.principal->organisation;
  if (token.role == Role::ingest && token.organisation.empty())
    token.organisation = center.options().organisation;
  if (auto wrong = read_text(wish, "organisation", token.organisation)) return *wrong;
  if (auto wrong = read_text(wish, "source", token.source)) return *wrong;
  if (auto wrong = read_flag(wish, "relay", token.relay)) return *wrong;
  token.name = token.source.empty() ? std::string(name(token.role)) : token.source;
  if (auto wrong = read_text(wish, "name", token.name)) return *wrong;
  if (auto wrong = read_text(wish, "expires", expires)) return *wrong;
  if (!expires.empty()) {
    token.expires = parse_timestamp(expires);
    if (!token.expires || *token.expires <= call.now) {
      return Problem(Code::bad_body,
                     "`expires` must be a time to come, such as 2030-01-01T00:00:00Z.");
    }
  }
  call.note.detail = told(wish, {"name", "role", "organisation", "source", "relay", "expires"});
  if (administrators.has(token.role) && call.principal->via != Principal::Via::local)
    return Problem(Code::forbidden,
                   "A token with an administrator's role is made on the center's host, through its socket.");
  if (!call.principal->rules(token.organisation)) return outside();
  if (auto wrong = refuse_own_name(center, token.source)) return *wrong;
  const auto created = center.access().tokens().create(std::move(token));
  if (!created) return problem_of(created.error());
  std::string answer;
  JsonWriter json(answer);
  write_token(json, created->token, &created->secret);
  return json_answer(std::move(answer), 201);
}

Response revoke_token(Center& center, Call& call) {
  const std::string id = call.parameters.text("id");
  for (const Token& token : center.access().tokens().list()) {
    if (token.id != id || !call.principal->rules(token.organisation)) continue;
    const auto done = center.access().tokens().revoke(id, call.principal->name);
    return done ? no_content() : problem_of(done.error()).response();
  }
  return Problem(Code::not_found, "There is no such token.");
}

}  // namespace langyan::center
