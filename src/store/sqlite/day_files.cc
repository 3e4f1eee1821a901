#include "store/sqlite/day_files.h"

#include <algorithm>

#include "base/log.h"

namespace langyan::store {
namespace {

// A clock that steps back a little around midnight does not make a file for every step.
constexpr Duration step_back = hour;
// After watermarks were lost, unknown streams may start anywhere for this long.
constexpr Duration uncertain_time = 30 * day;

std::int64_t day_of(Time time) {
  return time / day;
}

}  // namespace

FileList DayFiles::snapshot() const {
  const std::lock_guard lock(mutex_);
  return files_;
}
std::shared_ptr<DayFile> DayFiles::newest() const {
  const std::lock_guard lock(mutex_);
  return files_.empty() ? nullptr : files_.front();
}
std::shared_ptr<DayFile> DayFiles::find(std::uint32_t serial) const {
  const std::lock_guard lock(mutex_);
  const auto found =
      std::ranges::find(files_, serial, [](const auto& file) { return file->name.serial; });
  return found == files_.end() ? nullptr : *found;
}

// Ends what a crash left half done: a WAL whose file was put aside follows it, one whose file was
// removed goes.
Result<void> DayFiles::tidy() {
  const auto names = disk_.list(options_.folder);
  if (!names) return names.error();
  const auto is_there = [&](const std::string& name) {
    return std::ranges::binary_search(*names, name);
  };
  for (const std::string& name : *names) {
    if (!name.ends_with("-wal") && !name.ends_with("-shm")) continue;
    const std::string base = name.substr(0, name.size() - 4),
                      aside = base + std::string(quarantine_suffix);
    if (!parse_file_name(base) || is_there(base)) continue;
    const std::string from = options_.folder + "/" + name;
    const std::string to = options_.folder + "/" + aside + name.substr(base.size());
    if (auto done = is_there(aside) ? disk_.rename(from, to) : disk_.remove(from); !done)
      return done;
  }
  return {};
}

Result<void> DayFiles::load_one(const std::string& name) {
  const auto parsed = parse_file_name(name);
  if (!parsed) return {};
  last_serial_ = std::max(last_serial_, parsed->serial);
  if (name.ends_with(quarantine_suffix)) {
    salvage_ = options_.folder + "/" + name;  // names are in order; a later good one clears it
    return {};
  }
  if (file_name(*parsed) != name) return {};
  auto file = std::make_shared<DayFile>(options_.folder, *parsed);
  const auto outcome = load(*file);
  if (!outcome) return outcome.error();
  if (*outcome == LoadOutcome::unfinished) {
    logging::warn(file->path + ": removed, a stop fell into its making and it never held an event");
    return remove_database(disk_, file->path);
  }
  files_.insert(files_.begin(), file);
  if (*outcome == LoadOutcome::damaged) return put_aside(file);
  salvage_.clear();
  return {};
}

Result<void> DayFiles::open() {
  if (auto done = disk_.make_folder(options_.folder); !done) return done;
  if (auto done = disk_.lock(options_.folder + "/lock"); !done) return done;
  if (auto done = tidy(); !done) return done;
  auto names = disk_.list(options_.folder);
  if (!names) return names.error();
  const auto serial = [](const std::string& name) {
    const auto parsed = parse_file_name(name);
    return parsed ? parsed->serial : 0;
  };
  std::ranges::stable_sort(*names, {}, serial);
  for (const std::string& name : *names)
    if (auto done = load_one(name); !done) return done;
  restored_ = std::ranges::find(*names, restored_mark) != names->end();
  return {};
}

bool DayFiles::must_roll(const DayFile& current, Time received, std::uint64_t current_bytes) const {
  if (restored_ || current.gone || current.suspect || current_bytes >= options_.file_bytes) return true;
  return day_of(received) > current.name.day || received + step_back < current.name.day * day;
}

// false: the file could not be read to its end, and nothing was copied.
Result<bool> DayFiles::copy_from(const std::string& path, Connection& to, bool uncertain) {
  auto from = Connection::open(path, Connection::Mode::read);
  // For want of room or descriptors nothing is known of the file.
  if (!from && from.error().kind == ErrorKind::full) return from.error();
  if (!from) return false;
  if (auto done = to.execute("SAVEPOINT copying"); !done) return done.error();
  const auto copied = copy_streams(**from, to, uncertain);
  // Whether the copy or the source failed shows in the release: a full disk fails there again.
  if (auto done = to.execute(copied ? "RELEASE copying" : "ROLLBACK TO copying; RELEASE copying");
      !done)
    return done.error();
  if (!copied && !(*from)->damaged() && copied.error().kind == ErrorKind::full)
    return copied.error();
  return copied.ok();
}

Result<void> DayFiles::fill(Connection& connection, DayFile& made, Time now) {
  auto transaction = Transaction::begin(connection);
  if (!transaction) return transaction.error();
  const auto before = newest();
  if (before) made.uncertain_until = before->uncertain_until.load();
  bool known = salvage_.empty() && !restored_;
  if (restored_) made.uncertain_until = now + uncertain_time;
  if (!salvage_.empty()) {
    const auto salvaged = copy_from(salvage_, connection, false);
    if (!salvaged) return salvaged.error();
    known = *salvaged;
    if (known) {
      logging::info(salvage_ + ": its watermarks could be read, nothing is asked for twice");
    } else {
      made.uncertain_until = now + uncertain_time;
      logging::error(
          salvage_ +
          ": its watermarks are lost; streams go on where their senders are, with a gap event");
    }
  }
  if (before && (salvage_.empty() || !known)) {
    const auto copied = copy_from(before->path, connection, !known);
    if (!copied) return copied.error();
    if (!*copied)
      return Error{ErrorKind::io,
                   before->path + ": its watermarks cannot be read; the next try puts it aside"};
  }
  if (auto done = seal(connection, made, now); !done) return done;
  return transaction->commit();
}

Result<std::shared_ptr<DayFile>> DayFiles::roll(Time received) {
  if (const auto current = newest(); current && current->suspect)
    if (auto done = put_aside(current); !done) return done.error();
  const auto minutes =
      static_cast<std::uint32_t>(std::clamp<Time>(received / minute, 0, 0xffff'fffe));
  const std::uint32_t serial = std::max(last_serial_ + 1, minutes);
  auto file = std::make_shared<DayFile>(options_.folder, DayName{day_of(received), serial});
  auto connection = make(*file);
  auto filled = connection ? fill(**connection, *file, received) : Result<void>(connection.error());
  if (connection) (void)connection.take();
  if (!filled) {
    if (const auto before = newest(); before && filled.error().kind == ErrorKind::io)
      before->suspect = true;
    if (auto done = remove_database(disk_, file->path); !done) logging::warn(done.error().message);
    return filled.error();
  }
  salvage_.clear();
  if (restored_ && disk_.remove(options_.folder + "/" + std::string(restored_mark))) restored_ = false;
  last_serial_ = serial;
  const std::lock_guard lock(mutex_);
  files_.insert(files_.begin(), file);
  return file;
}

void DayFiles::report_damage(const std::shared_ptr<DayFile>& file, const std::string& reason) {
  if (!file->suspect.exchange(true))
    logging::error(reason + "; the file is put aside at the next write");
}

Result<void> DayFiles::put_aside(const std::shared_ptr<DayFile>& file) {
  const bool is_newest = newest() == file;
  {
    const std::lock_guard lock(mutex_);
    std::erase(files_, file);
  }
  file->gone = true;
  pool_.forget(*file);
  const std::string aside = file->path + std::string(quarantine_suffix);
  if (auto done = rename_database(disk_, file->path, aside); !done) return done;
  if (is_newest) salvage_ = aside;
  logging::error(file->path + ": damaged, put aside as " + aside + "; `sqlite3 " + aside +
                 " .recover` reads what is left, the other days go on");
  return disk_.sync_folder(options_.folder);
}

StoreStatus DayFiles::status() {
  StoreStatus status;
  for (const auto& file : snapshot()) {
    PartStatus part{file_name(file->name),
                    database_bytes(file->path),
                    static_cast<std::uint64_t>(file->last_n),
                    static_cast<std::uint64_t>(file->alerts),
                    0,
                    0,
                    false};
    if (file->last_event >= file->first_event)
      part.first_event = file->first_event, part.last_event = file->last_event;
    status.bytes += part.bytes;
    status.parts.push_back(std::move(part));
  }
  if (const auto names = disk_.list(options_.folder)) {
    for (const std::string& name : *names) {
      if (!name.ends_with(quarantine_suffix) || !parse_file_name(name)) continue;
      status.parts.push_back(
          {name, database_bytes(options_.folder + "/" + name), 0, 0, 0, 0, true});
      status.quarantined += 1, status.bytes += status.parts.back().bytes;
    }
  }
  if (const auto free = free_bytes()) status.free_bytes = *free;
  return status;
}

}  // namespace langyan::store
