// The listing side of SqliteEventStore: pages, one event, feeds, sensors.
#include <algorithm>
#include <charconv>
#include <queue>

#include "store/sqlite/engine.h"
#include "store/sqlite/place.h"

namespace langyan::store {
namespace {

constexpr std::int64_t feed_window = 50'000;  // rows looked at between two looks at the limit

constexpr std::string_view event_columns =
    "SELECT e.n, e.time, e.received, e.class, t.name, o.name, s.name, e.state, l.json, v.name FROM events e"
    " JOIN lines l ON l.n = e.n JOIN names t ON t.id = e.type JOIN names o ON o.id = e.organisation"
    " JOIN names s ON s.id = e.sensor LEFT JOIN names v ON v.id = e.via WHERE ";

Event read_event(const Statement& row, std::uint32_t serial) {
  Event event;
  event.id = event.cursor = position_text({serial, row.integer(0)});
  event.time = row.integer(1), event.received = row.integer(2);
  event.event_class = static_cast<EventClass>(row.integer(3));
  event.event_type = row.string(4), event.organisation = row.string(5),
  event.sensor = row.string(6);
  event.state = static_cast<AlertState>(row.integer(7)), event.json = row.string(8);
  event.via = row.string(9);
  return event;
}

// The branches of one file, merged: rows newest first.
class FileWalk {
 public:
  explicit FileWalk(Reader reader) : reader_(std::move(reader)) {}
  FileWalk(FileWalk&&) noexcept = default;

  Result<void> start(const Scope& scope, const Filter& filter, const std::optional<DayPlace>& after) {
    const auto made = plan(reader_.connection(), reader_.file(), scope, filter);
    if (!made) return made.error();
    if (made->nothing) return {};
    walks_.reserve(made->branches.size());
    for (const Branch& branch : made->branches) {
      Walk walk;
      walk.sql.add("SELECT time, n FROM events ");
      if (!branch.index.empty()) walk.sql.add("INDEXED BY ").add(branch.index);
      walk.sql.add(" WHERE ").add(made->time_and(branch));
      if (after) add_place(walk.sql, *after);
      walk.sql.add(" ORDER BY time DESC, n DESC");
      walks_.push_back(std::move(walk));
      auto statement = walks_.back().sql.prepare(reader_.connection());
      if (!statement) return statement.error();
      walks_.back().statement = statement.take();
      if (auto done = advance(walks_.size() - 1); !done) return done;
    }
    return {};
  }
  bool ended() const { return heads_.empty(); }
  DayPlace head() const { return heads_.top().place; }
  Result<void> drop_head() {
    const std::size_t walk = heads_.top().walk;
    heads_.pop();
    return advance(walk);
  }
  Result<std::optional<Event>> fetch(std::int64_t n) {
    if (!fetch_) {
      auto prepared = reader_.connection().prepare(std::string(event_columns) + "e.n = ?");
      if (!prepared) return prepared.error();
      fetch_ = prepared.take();
    }
    const auto row = fetch_->with(n).step();
    if (!row) return row.error();
    if (!*row) return std::optional<Event>();
    auto event = std::optional(read_event(*fetch_, reader_.file().name.serial));
    fetch_->reset();
    return event;
  }
  Reader& reader() { return reader_; }

 private:
  struct Walk {
    Sql sql;  // owns what the statement has bound
    Statement statement;
  };
  struct Head {
    DayPlace place;
    std::size_t walk;
    bool operator<(const Head& other) const { return place < other.place; }
  };

  void add_place(Sql& sql, const DayPlace& after) const {
    const std::uint32_t serial = reader_.file().name.serial;
    if (serial > after.at.serial)
      sql.add(" AND time < ?", after.time);
    else
      sql.add(" AND time <= ?", after.time);
    if (serial == after.at.serial)
      sql.add(" AND (time < ?", after.time).add(" OR n < ?)", after.at.n);
  }
  Result<void> advance(std::size_t index) {
    Statement& statement = walks_[index].statement;
    const auto row = statement.step();
    if (!row) return row.error();
    if (*row)
      heads_.push(
          {{statement.integer(0), {reader_.file().name.serial, statement.integer(1)}}, index});
    return {};
  }

  Reader reader_;  // first: statements go before their connection
  std::vector<Walk> walks_;
  std::priority_queue<Head> heads_;
  std::optional<Statement> fetch_;
};

}  // namespace

std::string cursor_of(const DayPlace& place) {
  return std::to_string(place.time) + "-" + position_text(place.at);
}
std::optional<DayPlace> parse_day_place(std::string_view text) {
  DayPlace place;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), place.time);
  if (error != std::errc() || end == text.data() + text.size() || *end != '-') return {};
  const auto at = parse_position(text.substr(static_cast<std::size_t>(end - text.data()) + 1));
  if (!at || place.time < 0) return {};
  place.at = *at;
  return place;
}

Error bad_cursor(std::string_view cursor) {
  return {ErrorKind::usage, "cursor \"" + std::string(cursor.substr(0, 64)) +
                                "\" is not one of this store; start without one"};
}

Result<void> SqliteEventStore::ask(const std::shared_ptr<DayFile>& file, Time until, bool& complete,
                                   const std::function<Result<void>(Reader&)>& question) {
  auto reader = files_.pool().borrow(file, until, options_.query_time);
  auto done = reader ? question(*reader) : Result<void>(reader.error());
  if (done || file->gone) return {};
  const bool damaged = file->suspect || (reader && reader->connection().damaged());
  if (!damaged) return done;
  files_.report_damage(file, done.error().message);
  complete = false;
  return {};
}

Result<void> SqliteEventStore::ask_newest(const std::function<Result<void>(Reader&)>& question) {
  const auto file = files_.newest();
  if (!file) return {};
  bool complete = true;
  return ask(file, deadline(), complete, question);
}

Result<Page> SqliteEventStore::events(const Scope& scope, const Filter& filter,
                                      std::string_view cursor, std::size_t limit) {
  if (auto checked = check(filter); !checked) return checked.error();
  return page_until(scope, filter, cursor, std::min(limit, page_rows), deadline());
}

Result<Page> SqliteEventStore::page_until(const Scope& scope, const Filter& filter,
                                          std::string_view cursor, std::size_t limit, Time until) {
  std::optional<DayPlace> after;
  if (!cursor.empty() && !(after = parse_day_place(cursor))) return bad_cursor(cursor);
  Page page;
  // Files wait, newest event last, until the merge has come down to what they hold.
  FileList waiting = files_.snapshot();
  std::erase_if(waiting, [&](const auto& file) { return !file->may_hold(filter.from, filter.to); });
  std::ranges::sort(waiting, {}, [](const auto& file) { return file->last_event.load(); });
  std::vector<std::unique_ptr<FileWalk>> walks;
  const auto head_of = [](const auto& walk) { return walk->head(); };

  const auto open_next = [&]() -> Result<void> {
    const auto file = waiting.back();
    waiting.pop_back();
    auto reader = files_.pool().borrow(file, until, options_.query_time);
    std::unique_ptr<FileWalk> walk;
    if (reader) walk = std::make_unique<FileWalk>(reader.take());
    auto done = walk ? walk->start(scope, filter, after) : Result<void>(reader.error());
    if (done && !walk->ended()) walks.push_back(std::move(walk));
    if (done || file->gone) return {};
    if (!file->suspect && !(walk && walk->reader().connection().damaged())) return done;
    files_.report_damage(file, done.error().message);
    return page.complete = false, Result<void>();
  };

  DayPlace last;
  while (page.events.size() <= limit) {
    auto best = std::ranges::max_element(walks, {}, head_of);
    while (!waiting.empty() &&
           (best == walks.end() || waiting.back()->last_event >= (*best)->head().time)) {
      if (auto done = open_next(); !done) return done.error();
      best = std::ranges::max_element(walks, {}, head_of);
    }
    if (best == walks.end()) return page;
    if (page.events.size() == limit) break;  // there is another row: another page
    FileWalk& walk = **best;
    last = walk.head();
    auto event = walk.fetch(last.at.n);
    auto done = event ? walk.drop_head() : Result<void>(event.error());
    if (event && *event) page.events.push_back(std::move(**event));
    if (!done) {
      if (!walk.reader().connection().damaged()) return done.error();
      files_.report_damage(walk.reader().shared_file(), done.error().message);
      page.complete = false;
    }
    if (!done || walk.ended()) walks.erase(best);
  }
  if (limit > 0) page.next = cursor_of(last);
  return page;
}

Result<Event> SqliteEventStore::event(const Scope& scope, std::string_view id) {
  const Error missing{ErrorKind::missing,
                      "there is no event \"" + std::string(id.substr(0, 64)) + "\""};
  const auto at = parse_position(id);
  const auto file = at ? files_.find(at->serial) : nullptr;
  if (!file) return missing;
  Result<Event> answer = missing;
  bool complete = true;
  const auto done = ask(file, deadline(), complete, [&](Reader& reader) -> Result<void> {
    auto select = reader.connection().prepare(std::string(event_columns) + "e.n = ?");
    if (!select) return select.error();
    const auto row = select->with(at->n).step();
    if (!row) return row.error();
    if (!*row) return {};
    Event event = read_event(*select, at->serial);
    if (scope.covers(event.organisation)) answer = std::move(event);
    return {};
  });
  if (!done) return done.error();
  return answer;
}

Result<std::string> SqliteEventStore::tail() {
  const auto file = files_.newest();
  if (!file) return position_text({});
  return position_text({file->name.serial, file->last_n});
}

std::uint64_t SqliteEventStore::overtaken(const Filter& filter, std::string_view cursor) {
  const auto at = cursor.empty() ? Position{} : parse_position(cursor);
  return at ? files_.gone().behind({at->serial, static_cast<std::uint64_t>(at->n)}, filter) : 0;
}

Result<Feed> SqliteEventStore::since(const Scope& scope, const Filter& filter,
                                     std::string_view cursor, std::size_t limit) {
  if (auto checked = check(filter); !checked) return checked.error();
  limit = std::clamp<std::size_t>(limit, 1, page_rows);
  const auto start = cursor.empty() ? Position{} : parse_position(cursor);
  if (!start) return bad_cursor(cursor);
  Feed feed;
  Position at = *start;
  const Time until = deadline();
  FileList files = files_.snapshot();
  if (!files.empty() && at.serial > files.front()->name.serial) return bad_cursor(cursor);
  std::ranges::reverse(files);
  for (const auto& file : files) {
    const std::uint32_t serial = file->name.serial;
    if (serial < at.serial) continue;
    if (feed.events.size() >= limit) break;
    Position here = serial == at.serial ? at : Position{serial, 0};
    bool complete = true;
    const auto done = ask(file, until, complete, [&](Reader& reader) -> Result<void> {
      const auto end = reader.connection().number("SELECT max(n) FROM events");
      if (!end) return end.error();
      const auto made = plan(reader.connection(), *file, scope, filter);
      if (!made) return made.error();
      if (made->nothing) return here.n = std::max(here.n, *end), Result<void>();
      Sql sql;
      sql.add(event_columns);
      sql.add("e.n IN (SELECT n FROM events WHERE n > ?", std::int64_t{0})
          .add(" AND n <= ?", std::int64_t{0});
      if (made->from) sql.add(" AND time >= ?", *made->from);
      if (made->to) sql.add(" AND time < ?", *made->to);
      std::vector<Value> classes;
      for (std::int64_t i = 0; i < 5; ++i)
        if (made->classes >> i & 1) classes.push_back(i);
      sql.add(" AND ").any_of("class", classes);
      for (const Term& term : made->terms) sql.add(" AND ").add(term.sql);
      sql.add(" ORDER BY n LIMIT ?) ORDER BY e.n", std::int64_t{0});
      auto select = sql.prepare(reader.connection());
      if (!select) return select.error();
      const int limit_at = static_cast<int>(sql.values.size());
      while (here.n < *end && feed.events.size() < limit) {
        const std::int64_t window = std::min(*end, here.n + feed_window);
        select->bind(1, here.n);
        select->bind(2, window);
        select->bind(limit_at, static_cast<std::int64_t>(limit - feed.events.size()));
        for (;;) {
          const auto row = select->step();
          if (!row) return row.error();
          if (!*row) break;
          feed.events.push_back(read_event(*select, serial));
        }
        const bool full = feed.events.size() >= limit;
        here.n = full ? parse_position(feed.events.back().id)->n : window;
        if (clock_.monotonic() >= until) break;  // what is found is an answer; the cursor goes on
      }
      feed.more = here.n < *end;
      return {};
    });
    if (!done && feed.events.empty()) return done.error();
    if (!done) return feed;
    at = here;
    feed.cursor = position_text(at);
    if (feed.more) return feed;
  }
  feed.more = !files.empty() && at.serial < files.back()->name.serial;
  feed.cursor = position_text(at);
  return feed;
}

Result<std::uint64_t> SqliteEventStore::watermark(const Scope& scope, std::string_view source,
                                                  std::uint64_t epoch, Lane lane) {
  std::uint64_t position = 0;
  const auto done = ask_newest([&](Reader& reader) -> Result<void> {
    auto select = reader.connection().prepare(
        "SELECT position, organisation FROM watermarks WHERE source = ? AND epoch = ? AND lane = "
        "?");
    if (!select) return select.error();
    const auto row = select->with(source, epoch, static_cast<int>(lane)).step();
    if (!row) return row.error();
    if (*row && scope.covers(select->text(1))) position = select->whole(0);
    return {};
  });
  if (!done) return done.error();
  return position;
}

Result<std::vector<Stream>> SqliteEventStore::streams(const Scope& scope) {
  std::vector<Stream> streams;
  const auto done = ask_newest([&](Reader& reader) -> Result<void> {
    auto select = reader.connection().prepare(
        "SELECT source, organisation, epoch, lane, position, first_seen, last_seen FROM watermarks"
        " ORDER BY source, first_seen DESC, epoch, lane");
    if (!select) return select.error();
    for (;;) {
      const auto row = select->step();
      if (!row) return row.error();
      if (!*row) return {};
      const bool of_center = select->integer(3) == static_cast<int>(Lane::state);
      if (of_center ? !scope.is_all() : !scope.covers(select->text(1))) continue;
      streams.push_back({select->string(0), select->string(1), select->whole(2),
                         static_cast<Lane>(select->integer(3)), select->whole(4),
                         select->integer(5), select->integer(6)});
    }
  });
  if (!done) return done.error();
  return streams;
}

Result<std::vector<Sensor>> SqliteEventStore::sensors(const Scope& scope) {
  auto all_streams = streams(scope);
  if (!all_streams) return all_streams.error();
  std::vector<Sensor> sensors;
  const auto done = ask_newest([&](Reader& reader) -> Result<void> {
    auto select = reader.connection().prepare(
        "SELECT sensor, organisation, via, first_seen, last_seen, last_event, events, alerts, stats "
        "FROM sensors"
        " ORDER BY sensor, organisation");
    if (!select) return select.error();
    for (;;) {
      const auto row = select->step();
      if (!row) return row.error();
      if (!*row) return {};
      if (!scope.covers(select->text(1))) continue;
      sensors.push_back({select->string(0),
                         select->string(1),
                         select->string(2),
                         select->integer(3),
                         select->integer(4),
                         select->integer(5),
                         select->whole(6),
                         select->whole(7),
                         select->string(8),
                         {}});
      Sensor& sensor = sensors.back();
      auto stream = std::ranges::lower_bound(*all_streams, sensor.name, {}, &Stream::source);
      for (; stream != all_streams->end() && stream->source == sensor.name; ++stream)
        if (stream->organisation == sensor.organisation) sensor.streams.push_back(*stream);
    }
  });
  if (!done) return done.error();
  return sensors;
}

}  // namespace langyan::store
