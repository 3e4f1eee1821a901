#include "center/notice_travel.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <charconv>

#include "base/event_lines.h"
#include "base/json_members.h"
#include "base/log.h"
#include "center/intake.h"
#include "spool/crc32c.h"
#include "uplink/answers.h"

namespace langyan::center {
namespace {

constexpr std::string_view position_kind = "notice_position", above_id = "above", below_id = "below";
constexpr std::size_t page = 200;                 // entries looked at in one step
constexpr Duration look_every = 100 * millisecond;
constexpr Duration pass_by_every = 10 * minute;   // over events among which there is no notice
constexpr Duration before_redial = 3 * second, before_refused = minute, after_failure = second;
constexpr Duration longest_silence = 45 * second;  // the center above sends a comment every 15 s
constexpr std::size_t longest_message = 16u << 20;

store::DocumentChange position_change(std::string_view id, std::string_view cursor) {
  store::DocumentChange change;
  change.kind = position_kind, change.id = id, change.organisation = "center", change.by = "center";
  change.keep_history = false;
  JsonWriter(change.body).open().field("cursor", cursor).close();
  return change;
}

bool is_faulty(const Error& error) {
  return error.kind == ErrorKind::invalid || error.kind == ErrorKind::permission;
}

}  // namespace

std::string place_of(const Notices::Sent& sent) {
  return fmt::format("{}.{:08x}", sent.change, spool::crc32c(bytes_of(sent.key)));
}

Result<std::uint64_t> change_at(Notices& notices, const store::Scope& scope, std::string_view place) {
  std::uint64_t change = 0;
  const auto [end, error] = std::from_chars(place.data(), place.data() + place.size(), change);
  if (error != std::errc() || change == 0) return std::uint64_t{0};
  const auto there = notices.sent(scope, change - 1, 1);
  if (!there) return there.error();
  return !there->empty() && place_of(there->front()) == place ? change : std::uint64_t{0};
}

void NoticeTravel::start() {
  below_thread_ = std::thread([this] { read_below(); });
  if (!above_.url.empty()) above_thread_ = std::thread([this] { hear_above(); });
}

void NoticeTravel::stop() {
  {
    const std::lock_guard lock(mutex_);
    stop_.request_stop();
    wake_.notify_all();
  }
  if (below_thread_.joinable()) below_thread_.join();
  if (above_thread_.joinable()) above_thread_.join();
}

bool NoticeTravel::wait(Duration duration) {
  std::unique_lock lock(mutex_);
  return !wake_.wait_for(lock, std::chrono::microseconds(duration), [this] { return stop_.stop_requested(); });
}

void NoticeTravel::count(TravelCount which) {
  const std::lock_guard lock(mutex_);
  counters_.add(which);
}

Result<std::string> NoticeTravel::position(std::string_view which) {
  const auto document = doors_.documents.get(store::Scope::all(), position_kind, which);
  if (!document)
    return document.error().kind == ErrorKind::missing ? Result<std::string>(std::string()) : document.error();
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  if (parser.parse(document->body).get(body) != simdjson::SUCCESS) return std::string();
  return std::string(json::text_of(body, "cursor"));
}

// A letter that is wrong is told in the log and passed by: nothing would be gained by meeting it again.
Result<void> NoticeTravel::take(const Result<NoticeLetter>& letter, const store::Scope& part,
                                const store::DocumentChange& position) {
  constexpr TravelCount counts[] = {TravelCount::applied, TravelCount::refused, TravelCount::waiting,
                                    TravelCount::known};
  const auto taken = letter ? doors_.notices.take(*letter, part, position) : Result<Notices::Taken>(letter.error());
  if (!taken && !is_faulty(taken.error())) return taken.error();
  count(taken ? counts[static_cast<std::size_t>(*taken)] : TravelCount::faulty);
  if (taken && *taken != Notices::Taken::known) doors_.noted(*letter, *taken == Notices::Taken::refused);
  if (!taken)
    logging::warn(fmt::format("An entry of notice \"{}\" by \"{}\" is not taken: {}.", letter ? letter->notice : "",
                              letter ? letter->entry.center : "", taken.error().message));
  return {};
}

// From below.

void NoticeTravel::read_below() {
  const auto from = position(below_id);
  if (from) below_cursor_ = *from;
  std::uint64_t seen = ~std::uint64_t{0}, commits = 0;
  Time pass_by_at = 0;
  bool complained = false;
  for (Duration pause = 0; wait(pause);) {
    const std::uint64_t arrived = doors_.intake.notices();
    const Time now = doors_.clock.monotonic();
    pause = look_every;
    if (arrived == seen && (now < pass_by_at || doors_.events.commits() == commits)) continue;
    commits = doors_.events.commits(), pass_by_at = now + pass_by_every;
    const auto more = take_from_below();
    if (!more && !complained)
      logging::error("notices from below: " + more.error().message + "; they wait in the store, this is tried again");
    complained = !more;
    if (!more) pause = after_failure;
    else if (*more) pause = 0;
    else seen = arrived;
  }
}

// Whether there is more.
Result<bool> NoticeTravel::take_from_below() {
  store::Filter filter;
  filter.types = {std::string(notice_event)};
  const auto feed = doors_.events.since(store::Scope::all(), filter, below_cursor_, page);
  if (!feed) return feed.error();
  for (const store::Event& event : feed->events) {
    // The intake takes such events only from a center that made them itself, and whose part of the tree this is.
    const auto part = store::Scope::of(event.organisation);
    simdjson::dom::parser parser;
    simdjson::dom::element line, said;
    const bool whole =
        parser.parse(event.json).get(line) == simdjson::SUCCESS && line["notice"].get(said) == simdjson::SUCCESS;
    const Error none{ErrorKind::invalid, "an event without one"};
    const auto letter = whole && part ? NoticeLetter::parse(simdjson::minify(said)) : Result<NoticeLetter>(none);
    if (auto done = take(letter, part ? *part : store::Scope::all(), position_change(below_id, event.cursor)); !done)
      return done.error();
    below_cursor_ = event.cursor;
  }
  if (feed->cursor != below_cursor_) {
    const auto done = doors_.documents.put(store::Scope::all(), position_change(below_id, feed->cursor));
    if (!done) return done.error();
    below_cursor_ = feed->cursor;
  }
  return feed->more;
}

// From above.

void NoticeTravel::hear_above() {
  const auto net = above_.identity ? above_.identity->net() : curl_net(above_.net);
  std::string told;  // the last thing said in the log, so that a cut link is told once
  for (Duration pause = 0; wait(pause);) {
    pause = before_redial;
    const auto from = position(above_id);
    if (!from) continue;
    std::optional<Error> failed;
    EventLines lines(
        [&](std::string_view event, std::string_view data) {
          if (event != notice_event || failed) return;
          told.clear();
          if (auto done = take_from_above(data); !done) failed = done.error();
        },
        longest_message);
    HttpRequest request;
    request.url = uplink::without_slash(above_.url).append(notice_entries_path);
    if (!from->empty()) request.url.append("?place=").append(*from);
    request.headers = {{"Accept", "text/event-stream"}};
    if (!above_.token.empty()) request.headers.emplace_back("Authorization", "Bearer " + above_.token);
    request.timeout = longest_silence;
    request.receive = [&](std::string_view more) { return lines.take(more) && !failed; };
    request.stop = stop_.get_token();
    count(TravelCount::dials);
    const auto answer = net->send(request);
    if (stop_.stop_requested()) return;
    std::string why;
    if (failed) why = failed->message;
    else if (answer && answer->status >= 300)
      why = fmt::format("the center above answers {}", answer->status),
      pause = answer->status < 429 ? before_refused : before_redial;
    else if (!answer && !lines.heard()) why = answer.error().message;
    if (!why.empty() && why != told) logging::warn("notices from above: " + why + "; this is tried again");
    told = why;
  }
}

// {"entries":[{"place":…,"notice":{…}}, …]}
Result<void> NoticeTravel::take_from_above(std::string_view message) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  simdjson::dom::array entries;
  if (parser.parse(message.data(), message.size()).get(body) != simdjson::SUCCESS ||
      body["entries"].get(entries) != simdjson::SUCCESS)
    return Error{ErrorKind::failed, "the center above says what this version does not understand; update langyan"};
  std::string_view place;
  for (const auto each : entries) {
    simdjson::dom::element said;
    place = json::text_of(each, "place");
    const bool whole = each["notice"].get(said) == simdjson::SUCCESS;
    auto letter = whole ? NoticeLetter::parse(simdjson::minify(said))
                        : Result<NoticeLetter>(Error{ErrorKind::invalid, "an entry without one"});
    if (letter) letter->entry.from_above = true;
    if (auto done = take(letter, store::Scope::all(), position_change(above_id, place)); !done) return done;
  }
  if (place.empty()) return {};
  const auto known = position(above_id);  // not moved by an entry that was known, or none
  if (!known || *known == place) return known ? Result<void>() : known.error();
  const auto done = doors_.documents.put(store::Scope::all(), position_change(above_id, place));
  return done ? Result<void>() : done.error();
}

// Upward.

std::optional<NoticeTravel::Upward> NoticeTravel::next_up(std::uint64_t mark) {
  const std::uint64_t written = doors_.notices.written();
  if (written == looked_written_ && looked_ >= mark) return {};
  for (looked_ = std::max(looked_, mark);;) {
    auto sent = doors_.notices.sent(store::Scope::all(), looked_, page);
    if (!sent) return {};
    for (Notices::Sent& each : *sent) {
      if (!each.from_above) {
        const auto whole = doors_.notices.attach(each.letter);
        if (!whole && !complained_)
          logging::error("notices upward: " + whole.error().message + "; they wait, and this is tried again");
        complained_ = !whole;
        if (!whole) return {};
        return Upward{each.change, "\"notice\":" + each.letter.json()};
      }
      looked_ = each.change;
    }
    if (sent->size() < page) break;
  }
  looked_written_ = written;
  return {};
}

}  // namespace langyan::center
