#include "store/sqlite/day_writer.h"

#include <algorithm>

#include "base/log.h"

namespace langyan::store {
namespace {

constexpr std::size_t cache_entries = 65'536;  // of each cache of names; then it starts anew
constexpr std::int64_t sensor_rows =
    262'144;  // a center's; names beyond are events without a row here
constexpr const char* settings =
    "PRAGMA cache_size=-32768; PRAGMA wal_autocheckpoint=4000; PRAGMA journal_size_limit=67108864";

constexpr const char* insert_event =
    "INSERT INTO events VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
    "?, ?, ?, ?, ?)";
constexpr const char* set_stream =
    "INSERT INTO watermarks VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6, ?6, ?7, ?8) ON CONFLICT DO UPDATE SET"
    " position = max(position, excluded.position), uncertain = 0, last_seen = max(last_seen, "
    "excluded.last_seen)";
constexpr const char* raise_sensor =
    "UPDATE sensors SET last_seen = max(last_seen, ?3), last_event = max(last_event, ?4), events = "
    "events + ?5,"
    " alerts = alerts + ?6, stats = CASE WHEN ?7 = '' THEN stats ELSE ?7 END, via = ?8 WHERE sensor = ?1 AND "
    "organisation = ?2";
constexpr const char* add_sensor = "INSERT INTO sensors VALUES(?1, ?2, ?3, ?3, ?4, ?5, ?6, ?7, ?8)";

// A name's number, or NULL where the row has none.
void bind_id(Statement& statement, int at, std::int64_t id) {
  if (id == 0)
    statement.bind_null(at);
  else
    statement.bind(at, id);
}
template <class T>
void bind_optional(Statement& statement, int at, const std::optional<T>& value) {
  if (!value)
    statement.bind_null(at);
  else if constexpr (std::is_same_v<T, IpAddress>)
    bind_address(statement, at, *value);
  else if constexpr (std::is_floating_point_v<T>)
    statement.bind(at, double{*value});
  else
    statement.bind(at, static_cast<std::int64_t>(*value));
}
void bind_text(Statement& statement, int at, std::string_view text) {
  if (text.empty())
    statement.bind_null(at);
  else
    statement.bind(at, text);
}

}  // namespace

Result<std::unique_ptr<DayWriter>> DayWriter::open(std::shared_ptr<DayFile> file, bool dedup_off) {
  std::unique_ptr<DayWriter> writer(new DayWriter(std::move(file), dedup_off));
  auto connection = Connection::open(writer->file_->path, Connection::Mode::write);
  if (!connection) return connection.error();
  writer->connection_ = connection.take();
  if (auto done = writer->prepare(); !done) {
    if (writer->damaged()) writer->file_->suspect = true;
    return done.error();
  }
  return writer;
}

Result<void> DayWriter::prepare() {
  if (auto done = connection_->execute(settings); !done) return done;
  struct Row {
    Statement* statement;
    const char* sql;
  };
  // clang-format off
  const Row rows[] = {
      {&insert_event_,   insert_event},
      {&insert_line_,    "INSERT INTO lines VALUES(?, ?)"},
      {&find_name_,      "SELECT id FROM names WHERE name = ?"},
      {&add_name_,       "INSERT INTO names(name) VALUES(?) RETURNING id"},
      {&find_origin_,    "SELECT id FROM origins WHERE sensor = ? AND epoch = ? AND lane = ?"},
      {&add_origin_,     "INSERT INTO origins(sensor, epoch, lane) VALUES(?, ?, ?) RETURNING id"},
      {&find_signature_, "SELECT id FROM signatures WHERE sid = ? AND signature = ?"
                         " AND category = ?"},
      {&add_signature_,  "INSERT INTO signatures(sid, signature, category) VALUES(?, ?, ?)"
                         " RETURNING id"},
      {&find_stream_,    "SELECT position, organisation, uncertain FROM watermarks"
                         " WHERE source = ? AND epoch = ? AND lane = ?"},
      {&set_stream_,     set_stream},
      {&raise_sensor_,   raise_sensor},
      {&add_sensor_,     add_sensor},
      {&page_count_,     "PRAGMA page_count"},
  };
  // clang-format on
  for (const Row& row : rows) {
    auto prepared = connection_->prepare(row.sql);
    if (!prepared) return prepared.error();
    *row.statement = prepared.take();
  }
  const auto page_size = connection_->number("PRAGMA page_size");
  if (!page_size) return page_size.error();
  const auto sensors = connection_->number("SELECT count(*) FROM sensors");
  if (!sensors) return sensors.error();
  auto rollups = Rollups::open(*connection_);
  if (!rollups) return rollups.error();
  rollups_ = std::make_unique<Rollups>(rollups.take());
  page_size_ = *page_size, sensor_rows_ = *sensors;
  return refresh(*file_, *connection_);
}

Result<std::uint64_t> DayWriter::bytes() {
  const auto row = page_count_.step();
  if (!row) return row.error();
  const auto pages = page_count_.whole(0);
  page_count_.reset();
  return pages * static_cast<std::uint64_t>(page_size_);
}

Result<void> DayWriter::begin() {
  last_n_ = file_->last_n, alerts_ = file_->alerts;
  first_event_ = file_->first_event, last_event_ = file_->last_event;
  return connection_->execute("BEGIN IMMEDIATE");
}

Result<void> DayWriter::commit() {
  bool rollups = file_->rollups;
  if (rollups) {
    const auto room = rollups_->flush();
    if (!room) return room.error();
    rollups = *room;
    if (!rollups) {
      if (auto done = connection_->execute("UPDATE file SET rollups = 0"); !done) return done;
      logging::warn(file_->path +
                    ": its events take too many different values for hourly counts; "
                    "questions about this day read its rows and take longer");
    }
  }
  if (auto done = flush_sensors(); !done) return done;
  if (auto done = connection_->execute("COMMIT"); !done) return done;
  // A reader that sees the file's rows finds bounds at least as wide: widen first, count last.
  file_->first_event = first_event_, file_->last_event = last_event_;
  file_->rollups = rollups, file_->alerts = alerts_, file_->last_n = last_n_;
  return {};
}

void DayWriter::rollback() {
  (void)connection_->roll_back();
  rollups_->clear();
  sensors_.clear();
}

Result<KnownStream> DayWriter::known(const Batch& batch) {
  const auto row =
      find_stream_.with(batch.source, batch.epoch, static_cast<int>(batch.lane)).step();
  if (!row) return row.error();
  if (!*row) return KnownStream{"", 0, file_->uncertain_until > batch.received};
  KnownStream known{find_stream_.string(1), find_stream_.whole(0), find_stream_.integer(2) != 0};
  find_stream_.reset();
  return known;
}

Result<Accepted> DayWriter::put(const Batch& batch) {
  const auto stream = known(batch);
  if (!stream) return stream.error();
  auto accepted = take_new(batch, *stream, dedup_off_, [&](const EventRow& row, std::uint64_t) {
    return insert(batch, row);
  });
  if (!accepted || accepted->ahead || batch.count == 0) return accepted;
  if (auto done = set_watermark(batch, batch.first + batch.count - 1); !done) return done.error();
  return accepted;
}

Result<std::int64_t> DayWriter::cached(Cache& cache, std::string_view key, Statement& find,
                                       Statement& add) {
  if (const auto found = cache.find(key); found != cache.end()) return found->second;
  std::int64_t id = 0;
  for (Statement* statement : {&find, &add}) {
    const auto row = statement->step();
    if (!row) return row.error();
    if (!*row) continue;
    id = statement->integer(0);
    // RETURNING gives its row before the insert is complete: step to the end.
    if (auto done = statement->run(); !done) return done.error();
    break;
  }
  if (cache.size() >= cache_entries) cache.clear();
  cache.emplace(key, id);
  return id;
}

Result<std::int64_t> DayWriter::name_id(std::string_view name) {
  if (name.empty()) return std::int64_t{0};
  if (const auto found = names_.find(name); found != names_.end()) return found->second;
  find_name_.with(name), add_name_.with(name);
  return cached(names_, name, find_name_, add_name_);
}

Result<std::int64_t> DayWriter::origin_id(const EventRow& row, std::int64_t sensor) {
  const std::uint64_t parts[] = {static_cast<std::uint64_t>(sensor), row.epoch,
                                 static_cast<std::uint64_t>(row.lane)};
  const std::string_view key(reinterpret_cast<const char*>(parts), sizeof parts);
  if (const auto found = origins_.find(key); found != origins_.end()) return found->second;
  for (Statement* statement : {&find_origin_, &add_origin_})
    statement->with(sensor, row.epoch, static_cast<int>(row.lane));
  return cached(origins_, key, find_origin_, add_origin_);
}

Result<std::int64_t> DayWriter::signature_id(const EventRow& row) {
  if (row.signature.empty()) return std::int64_t{0};
  const auto category = name_id(row.category);
  if (!category) return category;
  const std::int64_t sid = row.sid ? static_cast<std::int64_t>(*row.sid) : no_sid;
  const std::int64_t numbers[] = {sid, *category};
  key_.assign(reinterpret_cast<const char*>(numbers), sizeof numbers).append(row.signature);
  if (const auto found = signatures_.find(key_); found != signatures_.end()) return found->second;
  for (Statement* statement : {&find_signature_, &add_signature_})
    statement->with(sid, row.signature, *category);
  return cached(signatures_, key_, find_signature_, add_signature_);
}

Result<RowIds> DayWriter::ids_of(const Batch& batch, const EventRow& row) {
  RowIds ids;
  struct Part {
    std::int64_t RowIds::*id;
    std::string_view name;
  };
  const Part named[] = {
      {&RowIds::type, row.event_type},     {&RowIds::organisation, owner_of(batch, row)},
      {&RowIds::sensor, row.sensor},       {&RowIds::proto, row.proto},
      {&RowIds::app_proto, row.app_proto}, {&RowIds::verb, row.ot_verb},
      {&RowIds::result, row.ot_result},    {&RowIds::function, row.function},
      {&RowIds::via, row.via}};
  for (const Part& part : named) {
    const auto id = name_id(part.name);
    if (!id) return id.error();
    ids.*part.id = *id;
  }
  const auto origin = origin_id(row, ids.sensor);
  if (!origin) return origin.error();
  const auto signature = signature_id(row);
  if (!signature) return signature.error();
  ids.origin = *origin, ids.signature = *signature;
  return ids;
}

Result<void> DayWriter::insert(const Batch& batch, const EventRow& row) {
  const auto ids = ids_of(batch, row);
  if (!ids) return ids.error();
  const bool alert = row.event_class == EventClass::alert;
  const std::int64_t n = last_n_ + 1;
  Statement& event = insert_event_;
  event.bind(1, n), event.bind(2, row.time), event.bind(3, batch.received);
  event.bind(4, static_cast<int>(row.event_class)), event.bind(5, ids->type),
      event.bind(6, ids->organisation);
  event.bind(7, ids->sensor), event.bind(8, ids->origin), event.bind(9, row.seq);
  bind_optional(event, 10, row.src_ip), bind_optional(event, 11, row.dst_ip);
  bind_optional(event, 12, row.src_port), bind_optional(event, 13, row.dst_port);
  bind_id(event, 14, ids->proto), bind_id(event, 15, ids->app_proto);
  bind_optional(event, 16, row.flow_id), bind_text(event, 17, row.community_id);
  bind_id(event, 18, row.severity), bind_optional(event, 19, row.sid),
      bind_id(event, 20, ids->signature);
  if (alert)
    event.bind(21, 0);
  else
    event.bind_null(21);
  bind_id(event, 22, ids->verb), bind_text(event, 23, row.ot_object),
      bind_optional(event, 24, row.ot_value);
  bind_id(event, 25, ids->result), bind_id(event, 26, ids->function);
  bind_id(event, 27, ids->via);
  if (auto done = event.run(); !done) return done;
  if (auto done = insert_line_.with(n, row.json).run(); !done) return done;
  last_n_ = n;
  count(batch, row, *ids);
  return {};
}

void DayWriter::count(const Batch& batch, const EventRow& row, const RowIds& ids) {
  const bool alert = row.event_class == EventClass::alert;
  if (file_->rollups) rollups_->add(row, ids);
  alerts_ += alert;
  first_event_ = std::min(first_event_, row.time), last_event_ = std::max(last_event_, row.time);
  Tally& tally = sensors_[{ids.sensor, ids.organisation}];
  if (tally.events == 0) tally.sensor = row.sensor, tally.organisation = owner_of(batch, row);
  tally.via = row.via;
  tally.received = std::max(tally.received, batch.received);
  tally.last_event = std::max(tally.last_event, row.time);
  tally.events += 1, tally.alerts += alert;
  if (row.event_class == EventClass::stats) tally.stats = row.json;
}

Result<void> DayWriter::set_watermark(const Batch& batch, std::uint64_t watermark) {
  set_stream_.with(batch.source, batch.epoch, static_cast<int>(batch.lane), batch.organisation,
                   watermark, batch.received, std::uint64_t{file_->name.serial}, last_n_);
  return set_stream_.run();
}

Result<void> DayWriter::flush_sensors() {
  for (const auto& [key, tally] : sensors_) {
    for (Statement* statement : {&raise_sensor_, &add_sensor_})
      statement->with(tally.sensor, tally.organisation, tally.received, tally.last_event,
                      tally.events, tally.alerts, tally.stats, tally.via);
    if (auto done = raise_sensor_.run(); !done) return done;
    if (connection_->changes() > 0 || sensor_rows_ >= sensor_rows) continue;
    if (auto done = add_sensor_.run(); !done) return done;
    sensor_rows_ += 1;
  }
  sensors_.clear();
  return {};
}

}  // namespace langyan::store
