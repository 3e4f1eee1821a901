// Who may use what, tried on every row of the route table: with every kind of credential, and with every role from
// every place of the tree.
#include <gtest/gtest.h>

#include <set>

#include "center/audit.h"
#include "center/test_routes.h"
#include "store/sqlite/connection.h"

namespace langyan::center {
namespace {

// What docs/design/0033-roles.md says each role may; not read from the code.
const std::map<Role, std::set<Who>> allowed = {
    {Role::viewer, {Who::open, Who::member, Who::viewer, Who::watcher}},
    {Role::analyst, {Who::open, Who::member, Who::viewer, Who::watcher, Who::analyst}},
    {Role::engineer, {Who::open, Who::member, Who::viewer, Who::watcher, Who::analyst, Who::engineer}},
    {Role::system, {Who::open, Who::member, Who::watcher, Who::system, Who::accounts}},
    {Role::security, {Who::open, Who::member, Who::accounts, Who::security}},
    {Role::audit, {Who::open, Who::member, Who::audit}},
    {Role::ingest, {Who::open, Who::member, Who::ingest}},
};

// One credential of each kind, and what it lets in.
struct Kind {
  std::string name;
  std::set<Who> may;
  std::function<Credential(Furnished&)> make;
};

std::vector<Kind> kinds() {
  using K = Credential::Kind;
  const auto with = [](std::set<Who> all, Who more) { return all.insert(more), all; };
  std::vector<Kind> all = {
      {"nobody", {Who::open}, [](Furnished&) { return nobody; }},
      {"nonsense token",
       {Who::open},
       [](Furnished&) {
         return Credential{K::token, "lyt_nonsense"};
       }},
      {"revoked token",
       {Who::open},
       [](Furnished& in) {
         const std::string secret = in.token(Role::engineer);
         EXPECT_TRUE(in.center->access().tokens().revoke(in.center->access().tokens().find(secret)->id, "test").ok());
         return Credential{K::token, secret};
       }},
      {"expired token",
       {Who::open},
       [](Furnished& in) {
         const std::string secret = in.token(Role::engineer, "", "", false, in.clock.now() + second);
         in.clock.advance(second);
         return Credential{K::token, secret};
       }},
      {"ended session",
       {Who::open},
       [](Furnished& in) {
         const Credential made = in.person("gone", Role::engineer);
         EXPECT_TRUE(in.center->access().sessions().end(fingerprint(made.secret)).ok());
         return made;
       }},
      {"account without a role",
       {Who::open, Who::member, Who::person},
       [](Furnished& in) { return in.person("fresh", {}); }},
      {"the socket",
       with({Who::viewer, Who::watcher, Who::analyst, Who::engineer, Who::system, Who::accounts, Who::security,
             Who::audit, Who::open, Who::member},
            Who::local),
       [](Furnished&) { return by_socket; }},
  };
  all.push_back({"token of a lower center", {Who::open, Who::member, Who::ingest, Who::center},
                 [](Furnished& in) { return Credential{K::token, in.center_token}; }});
  all.push_back({"certificate of a sensor", {Who::open, Who::member, Who::ingest, Who::enrolled}, [](Furnished& in) {
                   return in.enrolled();
                 }});
  all.push_back({"certificate of a lower center", {Who::open, Who::member, Who::ingest, Who::center, Who::enrolled},
                 [](Furnished& in) { return in.enrolled("s1", Furnished::organisation, EnrolmentKind::center); }});
  all.push_back({"revoked certificate", {Who::open}, [](Furnished& in) {
                   const Credential made = in.enrolled();
                   EXPECT_TRUE(in.center->access()
                                   .enrolments()
                                   .revoke(in.center->access().enrolments().find(made.secret)->enrolment.id, "test")
                                   .ok());
                   return made;
                 }});
  for (const auto& [role, may] : allowed) {
    all.push_back({"token of " + std::string(name(role)), may, [role = role](Furnished& in) {
                     return Credential{K::token, role == Role::ingest ? in.ingest_token : in.token(role)};
                   }});
    if (role == Role::ingest) continue;
    all.push_back({"session of " + std::string(name(role)), with(may, Who::person),
                   [role = role](Furnished& in) { return in.person("somebody", role); }});
  }
  return all;
}

// Removes, or makes what may be there once.
bool uses_up(const Route& route) {
  return route.path.find('{') != route.path.npos ||
         (route.method == Method::post && (route.path == "/api/v1/users" || route.path == "/api/v1/outputs"));
}

TEST(AccessMatrix, EveryRouteByEveryKindOfCredential) {
  std::size_t tried = 0;
  for (const Kind& kind : kinds()) {
    Furnished center;
    const Credential by = kind.make(center);
    const bool unknown = kind.may.size() == 1;
    for (const bool last : {false, true}) {  // last: what ends the session that asks
      for (const Route& route : routes()) {
        if (route.door != Door::api || ends_session(route) != last) continue;
        Credential each = by;
        if (last && by.kind == Credential::Kind::cookie && !unknown)
          each.secret =
              *center.center->access().sessions().begin(kind.name == "account without a role" ? "fresh" : "somebody");
        if (uses_up(route)) center.renew();
        const Answer answer = use(center, route, each, samples().at(key_of(route))(center));
        const std::string what = kind.name + ", " + key_of(route) + ": " + answer.body;
        ++tried;
        if (!kind.may.contains(route.who)) {
          EXPECT_EQ(answer.status, unknown ? 401 : 403) << what;
          EXPECT_EQ(answer.headers.contains("www-authenticate"), unknown) << what;
          EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json") << what;
          continue;
        }
        EXPECT_LT(answer.status, 500) << what;
        if (last) continue;  // a password given wrongly is refused as well
        EXPECT_NE(answer.status, 401) << what;
        EXPECT_NE(answer.status, 403) << what;
      }
    }
  }
  std::printf("access matrix: %zu combinations\n", tried);
}

// Where a caller stands to the organisation whose everything is.
enum class Place { own, parent, child, sibling };
struct Standing {
  Place place;
  const char* name;
  std::string organisation;
};
const Standing standings[] = {
    {Place::own, "own", Furnished::organisation},
    {Place::parent, "parent", ""},
    {Place::child, "child", std::string(Furnished::organisation) + "/works"},
    {Place::sibling, "sibling", std::string(Furnished::organisation) + "-north"},
};

// Names that are no organisation's: what sensors speak of, secrets, and what is one person's own.
const std::set<std::string_view> of_everybody = {"/api/v1/catalogues/{sha256}", "/link/{secret}",
                                                 "/api/v1/alerts/actions/{undo}", "/api/v1/rules/{sid}"};
const std::set<std::string_view> of_one_person = {"/api/v1/me/views/{view}"};
// Lists of such, and what is about the center.
const std::set<std::string_view> the_same_for_all = {"/api/v1/catalogues",   "/api/v1/fields",
                                                     "/api/v1/detections",   "/api/v1/audit/verify",
                                                     "/api/v1/output-kinds", "/readyz"};

// What holds for all below an organisation is seen by those, and not theirs to change. The list keeps what has ended, so
// what the caller made before stands in it.
const std::set<std::string_view> holds_below = {"/api/v1/mutes", "/api/v1/mutes/{id}"};

// What an organisation hands down to all below it is read there.
const std::set<std::string_view> handed_down = {"/api/v1/packs", "/api/v1/pack-usage", "/api/v1/packs/{name}"};

Credential stand(TestCenter& center, Role role, const Standing& at, const std::string& person = "") {
  if (role == Role::ingest) return {Credential::Kind::token, center.token(role, at.organisation)};
  return center.person(std::string(name(role)) + "." + at.name + person, role, at.organisation);
}

class OrganisationMatrix : public testing::Test {
 protected:
  // The newest change of what belongs to the organisation itself.
  std::int64_t touched() const {
    const auto raw = store::Connection::open(center_.folder.path() + "/data/state.db", store::Connection::Mode::read);
    return *(*raw)->number("SELECT max(change) FROM documents WHERE organisation = '" +
                           std::string(Furnished::organisation) + "'");
  }
  // In both, as lists of accounts are compared too.
  Credential another(Role role, const Standing& at, const std::string& person) {
    (void)stand(empty_, role, at, person);
    return stand(center_, role, at, person);
  }
  Furnished center_;
  TestCenter empty_;  // the same callers, and nothing to find
};

TEST_F(OrganisationMatrix, EveryRouteByEveryRoleFromEveryPlace) {
  std::size_t tried = 0, refused = 0, hidden = 0, alike = 0, seen = 0, told = 0;
  for (std::size_t number = 0; number < role_count; ++number) {
    const Role role = static_cast<Role>(number);
    for (const Standing& at : standings) {
      const bool over = at.place == Place::own || at.place == Place::parent;
      const Credential by = stand(center_, role, at), by_in_empty = stand(empty_, role, at);
      for (const Route& route : routes()) {
        if (route.door != Door::api) continue;
        const std::string what = std::string(name(role)) + " of the " + at.name + " organisation, " + key_of(route);
        if (uses_up(route)) center_.renew();
        const Sample sample = samples().at(key_of(route))(center_);
        const Credential each = ends_session(route) ? another(role, at, "." + std::to_string(tried)) : by;
        const std::int64_t before = touched();
        const Answer answer = use(center_, route, each, sample);
        ++tried;
        const bool person = route.who == Who::person && by.kind == Credential::Kind::cookie;
        if (!person && !allowed.at(role).contains(route.who)) {
          EXPECT_EQ(answer.status, 403) << what << answer.body;
          EXPECT_EQ(touched(), before) << what;
          ++refused;
          continue;
        }
        EXPECT_LT(answer.status, 500) << what << answer.body;
        if (ends_session(route)) continue;
        const bool names_one = route.path.find('{') != route.path.npos && !of_everybody.contains(route.path);
        if (!over && holds_below.contains(route.path) && (at.place == Place::child || !names_one)) {
          EXPECT_EQ(answer.status, names_one ? 403 : route.status) << what << answer.body;
          EXPECT_EQ(touched(), before) << what;
          ++told;
          continue;
        }
        if (at.place == Place::child && handed_down.contains(route.path) && route.method == Method::get) {
          EXPECT_EQ(answer.status, 200) << what << answer.body;
          ++told;
          continue;
        }
        if (of_one_person.contains(route.path) || (names_one && !over)) {
          // PUT could make it, so what it would make is looked at first.
          EXPECT_TRUE(answer.status == 404 || (route.method == Method::put && answer.status == 400))
              << what << answer.body;
          EXPECT_EQ(touched(), before) << what;
          ++hidden;
          continue;
        }
        if (over) {
          EXPECT_TRUE(answer.status == route.status || (of_everybody.contains(route.path) && answer.status < 400))
              << what << answer.body;
          ++seen;
          continue;
        }
        EXPECT_EQ(touched(), before) << what << answer.body;
        if (is_audited(route) || route.who == Who::ingest || route.path == "/api/v1/stream" ||
            the_same_for_all.contains(route.path) || of_everybody.contains(route.path))
          continue;
        // What there is of others changes nothing of the answer.
        const Answer without = use(empty_, route, by_in_empty, sample);
        EXPECT_EQ(std::to_string(answer.status) + answer.body, std::to_string(without.status) + without.body) << what;
        ++alike;
      }
    }
  }
  std::printf(
      "organisation matrix: %zu combinations; %zu refused by role, %zu hidden, %zu as if there were nothing, %zu told "
      "what holds for them, %zu done\n",
      tried, refused, hidden, alike, told, seen);
}

}  // namespace
}  // namespace langyan::center
