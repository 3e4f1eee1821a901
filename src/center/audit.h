// What of requests goes into the audit log (store/audit_log.h): whatever the route table says changes
// something, and what it marks besides. The action is the route's operationId, so a new row is audited
// without naming it here.
//
// A request of somebody known is noted before its handler runs, and with its outcome before it is
// answered; when the first cannot be written, nothing is done. Of requests without a credential only
// what a handler names an actor for (signing in) is written, after it: strangers cannot make the center
// write. Any thread.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

#include "center/call.h"
#include "store/audit_log.h"

namespace langyan::center {

constexpr std::string_view audit_outcomes = "done|refused|failed|unknown";

bool is_audited(const Route& route);
// Runs the row's handler, and writes what it did where the row is audited.
Response run_audited(Center& center, Call& call);
// A request that the asker's role does not allow. Never waits for a disk.
void note_refusal(Center& center, const Route& route, const Principal& principal, const Request& request);
// What the center itself does: "center.start". A failure is logged.
void note_own(Center& center, std::string_view action, std::string detail = {}, std::string object = {});
// One sentence: the route's summary. Empty for an action of another version.
std::string_view audit_summary(std::string_view action);

// These members of a body as "role=analyst disabled=true", for Call::note.
std::string told(const JsonObject& body, std::initializer_list<std::string_view> members);

}  // namespace langyan::center
