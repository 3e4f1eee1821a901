// The table of routes: all there is to reach, and who may.
#include <deque>

#include "center/alert_filter.h"
#include "center/audit.h"
#include "center/book_routes.h"
#include "center/center.h"
#include "center/enrolment_routes.h"
#include "center/handlers.h"
#include "center/inventory_routes.h"
#include "center/output_routes.h"
#include "center/pack_routes.h"
#include "center/parameters.h"
#include "center/rule_routes.h"
#include "center/tier_routes.h"
#include "store/event_store.h"

namespace langyan::center {
namespace {

using K = ParameterKind;
constexpr std::string_view classes = "alert|operation|flow|stats|other";
constexpr std::string_view dimensions = "sid|src|dst|severity|event_type|ot_verb|sensor|organisation|proto|app_proto";

constexpr Parameter limit{"limit", K::number, "Longest page.", false, 1, store::page_rows, {}, "50"};
constexpr Parameter cursor{"cursor", K::text, "Where the page begins: `next` of the page before."};
constexpr Parameter class_row{"class", K::word, "Class of events.", true, 0, UINT64_MAX, classes};
constexpr Parameter rows_wanted{"n", K::number, "Rows of the answer.", false, 1, store::top_rows, {}, "10"};
constexpr Parameter id_row{"id", K::text, "Id of the event."};

// A list made of others, kept for as long as the program runs.
std::span<const Parameter> joined(std::initializer_list<std::span<const Parameter>> lists) {
  static std::deque<std::vector<Parameter>> kept;  // the table points into it until the program ends
  std::vector<Parameter>& all = kept.emplace_back();
  for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
  return all;
}

std::vector<Route> make_routes() {
  static constexpr Parameter one_id[] = {id_row};
  static constexpr Parameter mute_id[] = {{"id", K::text, "Id of the mute."}};
  static constexpr Parameter related_rows[] = {id_row, limit};
  static constexpr Parameter paging[] = {limit, cursor};
  static constexpr Parameter named[] = {
      {"organisation", K::organisation, "What belongs to this path or lies below it."},
      {"limit", K::number, "Longest page.", false, 1, store::page_rows, {}, "1000"},
      cursor};
  static constexpr Parameter with_class[] = {class_row};
  static constexpr Parameter count_rows[] = {
      class_row,
      {"bucket", K::duration, "Length of a bucket; about 100 of them when left out.", false, 1'000'000,
       static_cast<std::uint64_t>(365 * day)},
      {"by", K::word, "One series for each value of this.", false, 0, UINT64_MAX, dimensions}};
  static constexpr Parameter top_rows[] = {
      class_row, rows_wanted,
      {"dimension", K::word, "What is counted.", false, 0, UINT64_MAX, dimensions, "sid"},
      {"exact", K::flag, "Count the range as given; else one of a day or more is widened to whole hours.",
       false, 0, UINT64_MAX, {}, "false"}};
  static constexpr Parameter writer_rows[] = {rows_wanted};
  static constexpr Parameter range[] = {{"from", K::time, "Events at or after this time; a day ago when left out."},
                                        {"to", K::time, "Events before this time; now when left out."}};
  static constexpr Parameter stream_rows[] = {
      {"cursor", K::text, "Where to go on, as Last-Event-ID, for clients that cannot send that."}};
  static constexpr Parameter undo[] = {{"undo", K::text, "The undo text of the action's answer."}};
  static constexpr Parameter secret[] = {{"secret", K::text, "The link's secret."}};
  static constexpr Parameter user_name[] = {{"name", K::text, "Name of the account."}};
  static constexpr Parameter token_id[] = {{"id", K::text, "Id of the token."}};
  static constexpr Parameter view_id[] = {{"view", K::text, "Id of the view."}};
  static constexpr Parameter audit_rows[] = {
      {"from", K::time, "Entries at or after this time."},
      {"to", K::time, "Entries before this time."},
      {"actor", K::text, "Name of who did it."},
      {"action", K::text, "The operationId of what was asked, or what the center did itself, such as center.start."},
      {"object", K::text, "What it was done to."},
      {"outcome", K::word, "What came of it.", false, 0, UINT64_MAX, audit_outcomes},
      {"address", K::ip, "Where it was asked from."},
      {"organisation", K::organisation, "Of the actor: this path or what lies below it."},
      limit,
      {"cursor", K::number, "Where the page begins: `next` of the page before.", false, 1}};
  static constexpr Parameter audit_head[] = {
      {"head", K::text, "Number and hash of an earlier check, noted elsewhere; it must still be part of the log."}};
  static constexpr Parameter sha[] = {{"sha256", K::sha256, "SHA-256 of the catalogue."}};
  const auto filters = filter_parameters();
  const auto listed = joined({filters, paging});
  const auto listed_alerts = joined({alert_parameters(), paging});
  const auto listed_by_class = joined({filters, with_class, paging});

  // clang-format off
  return {
    //method          path                              who                  lane             handler            summary                                                      answer
    {Method::get,    "/healthz",                        Who::open,          Lane::immediate, healthz,           "Whether the program runs",                                  "Health"},
    {Method::get,    "/readyz",                         Who::open,          Lane::query,     readyz,            "Whether it can commit and answer now",                      "Ready"},
    {Method::get,    "/version",                        Who::open,          Lane::immediate, version,           "Which program and version",                                 "Version"},
    {Method::get,    "/openapi.json",                   Who::member,        Lane::immediate, openapi_document,  "This description",                                          "OpenApi"},
    {Method::get,    "/metrics",                        Who::open,          Lane::query,     metrics,           "Counters for Prometheus",                                   "text/plain", {}, {}, 0, 200, false, Door::metrics},

    {Method::post,   "/api/v1/auth/login",              Who::open,          Lane::query,     sign_in,           "Sign in; the answer sets the session cookie",               "", {}, "SignIn", 4096, 204},
    {Method::post,   "/api/v1/auth/wall",               Who::open,          Lane::query,     open_wall,         "Let a browser look with a viewer's token, for a screen on a wall; the answer sets its cookie", "", {}, "Wall", 4096, 204},
    {Method::post,   "/api/v1/auth/logout",             Who::member,        Lane::query,     sign_out,          "Sign out",                                                  "", {}, {}, 0, 204},
    {Method::get,    "/api/v1/auth/session",            Who::member,        Lane::immediate, session,           "Who is asking",                                             "Session"},
    {Method::post,   "/api/v1/auth/second-factor",      Who::person,        Lane::query,     offer_second_factor, "Make a secret for one's own authenticator app; it counts once a code confirms it", "SecondFactor", {}, "SecondFactorWish", 4096, 201},
    {Method::put,    "/api/v1/auth/second-factor",      Who::person,        Lane::query,     set_second_factor, "Turn one's own second factor on or off, by a code of the app", "", {}, "SecondFactorCode", 4096, 204},
    {Method::post,   "/api/v1/auth/password",           Who::person,        Lane::query,     own_password,      "Change one's own password; all other sessions end",         "", {}, "OwnPassword", 4096, 204},
    {Method::get,    "/api/v1/me/views",                Who::person,        Lane::query,     list_views,        "One's own saved views of the console",                      "Views"},
    {Method::post,   "/api/v1/me/views",                Who::person,        Lane::query,     keep_view,         "Save a view, or change the address of the one so named",    "View", {}, "NewView", 0, 201},
    {Method::remove, "/api/v1/me/views/{view}",         Who::person,        Lane::query,     remove_view,       "Remove a saved view",                                       "", view_id, {}, 0, 204},
    {Method::get,    "/link/{secret}",                  Who::open,          Lane::query,     use_link,          "Sign in by a one-time link; leads to the console",          "", secret, {}, 0, 303, true},

    {Method::post,   "/api/v1/links",                   Who::local,         Lane::query,     make_link,         "Make a one-time link, valid for ten minutes",               "Link", {}, "NewLink", 0, 201},
    {Method::get,    "/api/v1/users",                   Who::accounts,      Lane::query,     list_users,        "Accounts",                                                  "Users"},
    {Method::post,   "/api/v1/users",                   Who::system,        Lane::query,     make_user,         "Make an account",                                           "User", {}, "NewUser", 0, 201},
    {Method::patch,  "/api/v1/users/{name}",            Who::system,        Lane::query,     change_user,       "Set a password, take a lost second factor away, disable or enable",                 "User", user_name, "UserChange"},
    {Method::put,    "/api/v1/users/{name}/roles",      Who::security,      Lane::query,     give_roles,        "Give an account its roles and what it sees",                "User", user_name, "RolesGiven"},
    {Method::get,    "/api/v1/roles",                   Who::member,        Lane::immediate, list_roles,        "Roles, and what each may do",                               "RoleTable"},
    {Method::remove, "/api/v1/users/{name}",            Who::system,        Lane::query,     remove_user,       "Remove an account; its sessions end",                       "", user_name, {}, 0, 204},
    {Method::get,    "/api/v1/tokens",                  Who::security,      Lane::query,     list_tokens,       "Tokens, without their secrets",                             "Tokens"},
    {Method::post,   "/api/v1/tokens",                  Who::security,      Lane::query,     make_token,        "Make a token; its secret is in this answer only",           "NewTokenAnswer", {}, "NewToken", 0, 201},
    {Method::remove, "/api/v1/tokens/{id}",             Who::security,      Lane::query,     revoke_token,      "Revoke a token, from the next request on",                  "", token_id, {}, 0, 204},

    not_audited({Method::post,   "/api/v1/ingest",                  Who::ingest,        Lane::ingest,    ingest,            "Deliver a batch of event lines",                            "Acked", {}, "application/x-ndjson"}),
    {Method::get,    "/api/v1/catalogues",              Who::viewer,        Lane::query,     list_catalogues,   "Catalogues that sensors have delivered",                    "Catalogues"},
    {Method::get,    "/api/v1/catalogues/{sha256}",     Who::member,        Lane::query,     catalogue,         "A catalogue as it was delivered",                           "Catalogue", sha},
    not_audited({Method::put,    "/api/v1/catalogues/{sha256}",     Who::ingest,        Lane::ingest,    put_catalogue,     "Deliver a catalogue of fields or detections",               "", sha, "Catalogue", catalogue_bytes, 201}),
    {Method::get,    "/api/v1/fields",                  Who::viewer,        Lane::query,     fields,            "The newest catalogue of fields",                            "NamedCatalogue"},
    {Method::get,    "/api/v1/detections",              Who::viewer,        Lane::query,     detections,        "The newest catalogue of detections",                        "NamedCatalogue"},

    {Method::get,    "/api/v1/alerts",                  Who::viewer,        Lane::query,     alerts,            "Alerts, newest first",                                      "Alerts", listed_alerts},
    {Method::get,    "/api/v1/alerts/{id}",             Who::viewer,        Lane::query,     alert,             "An alert and its state",                                    "Alert", one_id},
    {Method::get,    "/api/v1/alerts/{id}/history",     Who::viewer,        Lane::query,     alert_history,     "What was done about an alert, oldest first",                "History", one_id},
    {Method::get,    "/api/v1/alerts/{id}/related",     Who::viewer,        Lane::query,     related_alerts,    "Alerts of the same two ends, ten minutes before and after", "Related", related_rows},
    {Method::get,    "/api/v1/alert-groups",            Who::viewer,        Lane::expensive, alert_groups,      "Alerts by rule, source and destination; newest first",      "AlertGroups", listed_alerts},
    {Method::get,    "/api/v1/alerts/{id}/pcap",        Who::viewer,        Lane::query,     alert_packet,      "The packet of an alert, its id and title as comment",       "application/x-pcapng", one_id},
    {Method::post,   "/api/v1/alerts/actions",          Who::analyst,       Lane::expensive, act_on_alerts,     "Acknowledge, close, comment, assign, call false; all or none", "ActionAnswer", {}, "Action"},
    {Method::remove, "/api/v1/alerts/actions/{undo}",   Who::analyst,       Lane::expensive, undo_action,       "Undo an action, once, within a day",                        "UndoAnswer", undo},
    {Method::get,    "/api/v1/assignees",               Who::analyst,       Lane::query,     list_assignees,    "Accounts an alert may be assigned to",                      "Names"},
    {Method::get,    "/api/v1/mutes",                   Who::viewer,        Lane::expensive, list_mutes,        "Mutes, also those that have ended, and what each hid in the last week", "Mutes"},
    {Method::post,   "/api/v1/mutes",                   Who::analyst,       Lane::query,     make_mute,         "Hide alerts until a time; they are stored and counted",     "Mute", {}, "NewMute", 0, 201},
    not_audited({Method::post,   "/api/v1/mutes/preview",           Who::analyst,       Lane::expensive, preview_mute,      "What a mute would have hidden in the last week",            "MutePreview", {}, "MuteScope"}),
    {Method::patch,  "/api/v1/mutes/{id}",              Who::analyst,       Lane::query,     change_mute,       "End a mute now or at another time; what it hid stays hidden", "Mute", mute_id, "MuteChange"},
    {Method::remove, "/api/v1/mutes/{id}",              Who::analyst,       Lane::query,     remove_mute,       "Take a mute back, as though it had never been",             "", mute_id, {}, 0, 204},
    {Method::get,    "/api/v1/events",                  Who::viewer,        Lane::query,     events,            "Events, newest first",                                      "Events", listed_by_class},
    {Method::get,    "/api/v1/events/{id}",             Who::viewer,        Lane::query,     event,             "An event",                                                  "Event", one_id},
    {Method::get,    "/api/v1/operations",              Who::viewer,        Lane::query,     operations,        "Operations, newest first",                                  "Operations", listed},
    {Method::get,    "/api/v1/operations/writers",      Who::viewer,        Lane::expensive, writers,           "Who changes something, most first",                         "Top", joined({filters, writer_rows})},
    {Method::get,    "/api/v1/counts",                  Who::viewer,        Lane::expensive, counts,            "Events over time",                                          "Counts", joined({filters, count_rows})},
    {Method::get,    "/api/v1/top",                     Who::viewer,        Lane::expensive, top,               "Which values occur most",                                   "Top", joined({filters, top_rows})},
    {Method::get,    "/api/v1/summary",                 Who::viewer,        Lane::expensive, summary,           "Packets, protocols, operations, writers, alerts: all in one", "Summary", range},
    {Method::get,    "/api/v1/search",                  Who::viewer,        Lane::expensive, search,            "Events a query finds, newest first",                        "Found", search_parameters()},
    not_audited({Method::post,   "/api/v1/search",                  Who::viewer,        Lane::expensive, search,            "The same, for long queries",                                "Found", {}, "SearchRequest"}),
    {Method::get,    "/api/v1/search/histogram",        Who::viewer,        Lane::expensive, histogram,         "What a query finds, over time",                             "Counts", histogram_parameters()},
    not_audited({Method::post,   "/api/v1/search/histogram",        Who::viewer,        Lane::expensive, histogram,         "The same, for long queries",                                "Counts", {}, "HistogramRequest"}),
    {Method::get,    "/api/v1/search/aggregate",        Who::viewer,        Lane::expensive, aggregate,         "Groups and functions of a query with groupby or stats",     "Groups", aggregate_parameters()},
    not_audited({Method::post,   "/api/v1/search/aggregate",        Who::viewer,        Lane::expensive, aggregate,         "The same, for long queries",                                "Groups", {}, "AggregateRequest"}),
    audited({Method::get,    "/api/v1/search/export",           Who::viewer,        Lane::expensive, export_events,     "What a query finds, as lines or as a table for a spreadsheet", "application/x-ndjson", export_parameters()}),
    audited({Method::post,   "/api/v1/search/export",           Who::viewer,        Lane::expensive, export_events,     "The same, for long queries",                                "application/x-ndjson", {}, "ExportRequest"}),
    not_audited({Method::post,   "/api/v1/query/check",             Who::viewer,        Lane::query,     check_query,       "What is wrong with a query, and what it would cost",        "QueryCheck", {}, "QueryText"}),
    not_audited({Method::post,   "/api/v1/query/complete",          Who::viewer,        Lane::query,     complete_query,    "What may be written at a place of a query",                 "Completions", {}, "QueryPlace"}),
    {Method::get,    "/api/v1/audit",                   Who::audit,         Lane::query,     list_audit,        "Who did what, newest first",                                "AuditEntries", audit_rows},
    {Method::get,    "/api/v1/audit/verify",            Who::audit,         Lane::expensive, verify_audit,      "Whether the audit log is as it was written",                "AuditCheck", audit_head},
    {Method::get,    "/api/v1/sensors",                 Who::watcher,       Lane::query,     sensors,           "Sensors, their newest counters and what was received",      "Sensors", named},
    {Method::get,    "/api/v1/storage",                 Who::system,        Lane::query,     storage,           "How long events are kept, and what they take",              "Storage"},
    {Method::get,    "/api/v1/platforms",               Who::watcher,       Lane::query,     platforms,         "Lower centers, when each was heard and what it says of itself", "Platforms", named},
    not_audited({Method::post,   "/api/v1/policy/preview",          Who::security,      Lane::expensive, preview_release,   "What would leave for the center above, and what stays",     "PolicyPreview", {}, "PolicyQuestion"}),
    not_audited({Method::get,    "/api/v1/stream",                  Who::viewer,        Lane::query,     stream,            "New alerts and changed states, as they come",               "text/event-stream", joined({filters, stream_rows}), {}, 0, 200, true}),
  };
  // clang-format on
}

}  // namespace

std::span<const Route> routes() {
  static const std::vector<Route> table = [] {
    std::vector<Route> all = make_routes();
    for (const auto& more : {tier_routes(), inventory_routes(), output_routes(), pack_routes(), rule_routes(),
                             enrolment_routes(), book_routes()})
      all.insert(all.end(), more.begin(), more.end());
    return all;
  }();
  return table;
}

}  // namespace langyan::center
