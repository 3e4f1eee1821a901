// GET /api/v1/notices/entries: what goes down to a lower center, as server-sent events on the connection it dialled.
//
// `place` is where the lower center is; it has what stands before it. What a lower center made itself comes back to it, changes nothing
// there, and is how one that was restored gets its own back.
#include "base/json.h"
#include "center/center.h"
#include "center/handlers.h"
#include "center/notice_travel.h"

namespace langyan::center {
namespace {

constexpr std::size_t entries_in_a_message = 100;

class NoticeFeed final : public EventFeed {
 public:
  NoticeFeed(Center& center, const Principal& principal, std::uint64_t change)
      : center_(center), principal_(principal), change_(change) {}

  bool ready() override { return more_ || center_.notices().written() != seen_ || !center_.access().still(principal_); }

  std::optional<std::string> next() override {
    if (!center_.access().still(principal_)) return {};
    seen_ = center_.notices().written();
    const auto end = center_.documents().last_change();  // before they are read
    const auto entries = center_.notices().sent(principal_.scope, change_, entries_in_a_message);
    if (!end || !entries) return {};
    more_ = entries->size() == entries_in_a_message;
    std::string text = greeted_ ? "" : ":\n\n";
    greeted_ = true;
    if (entries->empty()) return change_ = *end, text;
    change_ = more_ ? entries->back().change : std::max(entries->back().change, *end);
    text.append("event: ").append(notice_event).append("\ndata: ");
    JsonWriter json(text);
    json.open().key("entries").open_list();
    for (const Notices::Sent& each : *entries)
      json.open().field("place", place_of(each)).key("notice").raw(each.letter.json()).close();
    json.close_list().close();
    return text + "\n\n";
  }

 private:
  Center& center_;
  const Principal principal_;
  std::uint64_t change_, seen_ = 0;
  bool more_ = true, greeted_ = false;
};

}  // namespace

Response notice_entries(Center& center, Call& call) {
  const auto change = change_at(center.notices(), call.scope(), call.parameters.text("place"));
  if (!change) return problem_of(change.error());
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");  // proxies must not hold messages back
  response.feed = std::make_shared<NoticeFeed>(center, *call.principal, *change);
  return response;
}

}  // namespace langyan::center
