// GET /api/v1/stream: new alerts, changed states and notices as server-sent events (HTML 9.2).
//
// `id` is a cursor: who comes back with Last-Event-ID misses nothing and gets nothing twice,
// whatever happened to the connection or the center meanwhile. Each client reads the store from its
// own cursor when it has room, so a slow one keeps nothing in memory; one that is far behind is
// told `skipped` and goes on with what is new. At most one message a tick (four a second), up to
// 100 events in it.
#include <charconv>

#include "base/json.h"
#include "center/center.h"
#include "center/event_json.h"
#include "center/handlers.h"
#include "center/notice_json.h"

namespace langyan::center {
namespace {

constexpr std::size_t events_in_a_message = 100;
constexpr int most_ticks_behind = 40;  // ten seconds of full messages; then a reload is quicker
constexpr char between = '~';          // of the cursors of an id: alerts, states, notices

struct Source {
  std::string_view name, list;
  store::Filter filter;
  std::string cursor;
};

class AlertFeed final : public EventFeed {
 public:
  AlertFeed(Center& center, const Principal& principal, store::Filter filter, std::string_view id)
      : center_(center), principal_(principal) {
    filter.from.reset();
    filter.to.reset();
    sources_[0] = {"alert", "alerts", filter, {}};
    sources_[0].filter.classes = {store::EventClass::alert};
    sources_[1] = {"alert-update", "updates", {}, {}};
    sources_[1].filter.types = {"alert_state"};
    sources_[1].filter.organisation = filter.organisation;
    const auto middle = id.find(between);
    resumes_ = middle != id.npos;
    if (resumes_) {
      const auto last = id.find(between, middle + 1);
      sources_[0].cursor = id.substr(0, middle);
      sources_[1].cursor = id.substr(middle + 1, last == id.npos ? last : last - middle - 1);
      // An earlier version's id ends here; what became of notices since is told from the first on.
      if (last != id.npos) std::from_chars(id.data() + last + 1, id.data() + id.size(), notice_);
    }
    ++center_.feeds();
  }
  ~AlertFeed() override { --center_.feeds(); }

  bool ready() override {
    return !greeted_ || more_ || center_.events().commits() != seen_ || center_.notices().written() != notices_seen_ ||
           !center_.access().still(principal_);
  }

  std::optional<std::string> next() override {
    if (!center_.access().still(principal_)) return {};
    if (!greeted_) return greet();
    if (behind_ > most_ticks_behind) return skip();
    if (auto told = notices(); !told.empty()) return told;
    seen_ = center_.events().commits();
    more_ = false;
    for (std::size_t tried = 0; tried < 2; ++tried) {
      turn_ = 1 - turn_;  // so that neither kind keeps the other waiting
      Source& source = sources_[turn_];
      auto feed = center_.events().since(principal_.scope, source.filter, source.cursor,
                                         events_in_a_message);
      if (!feed) return feed.error().kind == ErrorKind::usage ? skip() : std::nullopt;
      source.cursor = feed->cursor;
      if (feed->events.empty()) continue;
      behind_ = feed->more ? behind_ + 1 : 0;
      more_ = true;  // the other kind may have something, too
      return message(source, *feed);
    }
    behind_ = 0;
    return std::string();
  }

 private:
  std::string id_line() const {
    return "id: " + sources_[0].cursor + between + sources_[1].cursor + between + std::to_string(notice_) + "\n";
  }

  std::optional<std::string> greet() {
    greeted_ = true;
    if (!resumes_ && !go_to_end()) return {};
    more_ = resumes_;
    return "retry: 3000\nevent: ready\n" + id_line() + "data: {}\n\n";
  }

  bool go_to_end() {
    seen_ = center_.events().commits();
    const auto last = center_.documents().last_change();
    auto tail = center_.events().tail();
    if (!tail || !last) return false;
    notice_ = *last;
    sources_[0].cursor = sources_[1].cursor = tail.take();
    return true;
  }

  std::optional<std::string> skip() {
    behind_ = 0;
    more_ = false;
    if (!go_to_end()) return {};
    return "event: skipped\n" + id_line() + "data: {}\n\n";
  }

  // Notices that changed, as they are now; empty: none did.
  std::string notices() {
    const std::uint64_t written = center_.notices().written();
    if (written == notices_seen_) return {};
    const auto changed = center_.notices().changed(principal_.scope, notice_, events_in_a_message);
    if (!changed) return {};
    if (changed->size() < events_in_a_message) notices_seen_ = written;
    if (changed->empty()) return {};
    notice_ = changed->back().change;
    std::string text("event: ");
    text.append(notice_event).append("\n").append(id_line()).append("data: ");
    JsonWriter json(text);
    json.open().key("notices").open_list();
    const NoticeReader reader{
        principal_.scope.is_all() ? center_.options().organisation : std::string(principal_.scope.root()),
        may(Who::analyst, &principal_)};
    for (const Notice& each : *changed) write_notice(json, each, reader, center_.clock().now());
    json.close_list().close();
    return text + "\n\n";
  }

  std::string message(const Source& source, const store::Feed& feed) const {
    std::string text("event: ");
    text.append(source.name).append("\n").append(id_line()).append("data: ");
    JsonWriter json(text);
    json.open().key(source.list).open_list();
    for (const store::Event& event : feed.events) {
      if (source.filter.types.empty()) {
        write_event(json, event);
        continue;
      }
      const auto object = JsonObject::parse(event.json);
      json.open().field("id", event.id).key("time").time(event.time);
      json.key("change").raw(object ? object->raw("alert_state").value_or("{}") : "{}").close();
    }
    json.close_list().field("more", feed.more).close();
    return text + "\n\n";
  }

  Center& center_;
  const Principal principal_;
  Source sources_[2];
  std::size_t turn_ = 1;
  bool greeted_ = false, more_ = false, resumes_ = false;
  int behind_ = 0;
  std::uint64_t seen_ = 0;
  std::uint64_t notice_ = 0, notices_seen_ = ~std::uint64_t{0};  // the last change told; what was written when all were
};

}  // namespace

Response stream(Center& center, Call& call) {
  if (center.feeds() >= center.options().feeds) {
    return Problem(Code::overloaded, "Too many live feeds are open.").retry_after(10);
  }
  std::string id(call.request.header("Last-Event-ID"));
  if (id.empty()) id = call.parameters.text("cursor");
  Response response;
  response.content_type = "text/event-stream";
  response.headers.emplace_back("X-Accel-Buffering", "no");  // proxies must not hold messages back
  response.feed =
      std::make_shared<AlertFeed>(center, *call.principal, filter_of(call.parameters), id);
  return response;
}

}  // namespace langyan::center
