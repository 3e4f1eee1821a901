#include "center/backup.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <vector>

#include "base/digest.h"
#include "base/json.h"
#include "store/sqlite/day_file.h"
#include "store/sqlite/sqlite_event_store.h"

namespace langyan::center {
namespace {

constexpr std::string_view manifest_name = "manifest", first_line = "# langyan backup 1 ", last_line = "# sha256 ";
constexpr std::size_t piece = std::size_t{1} << 20, manifest_bytes = std::size_t{1} << 24;
constexpr std::size_t digest_digits = 2 * sha256_size;

struct Listed {
  std::string name, digest;  // "events/…", hexadecimal
};

std::string hex(Bytes octets) {
  std::string text;
  append_hex(text, octets);
  return text;
}

// Reads `path` to its end, into `to` as well unless that is empty.
Result<std::string> digest_of(Disk& disk, const std::string& path, const std::string& to, std::uint64_t& bytes) {
  auto from = disk.open(path, OpenMode::read);
  if (!from) return from.error();
  std::unique_ptr<File> into;
  if (!to.empty()) {
    auto made = disk.open(to, OpenMode::create);
    if (!made) return made.error();
    into = made.take();
  }
  Digest digest(DigestKind::sha256);
  std::vector<std::uint8_t> buffer(piece);
  for (std::uint64_t at = 0;;) {
    const auto size = (*from)->read(at, buffer);
    if (!size) return size.error();
    if (*size == 0) break;
    const Bytes octets(buffer.data(), *size);
    digest.add(octets);
    if (into)
      if (auto done = into->append(octets); !done) return done.error();
    at += *size, bytes += *size;
  }
  if (into)
    if (auto done = into->sync(); !done) return done.error();
  std::uint8_t out[sha256_size];
  return hex(digest.finish(out));
}

Result<void> must_be_empty(Disk& disk, const std::string& folder) {
  std::error_code error;
  if (!std::filesystem::exists(folder, error)) return {};
  const auto names = disk.list(folder);
  if (!names) return names.error();
  if (names->empty()) return {};
  return Error{ErrorKind::usage, folder + " is not empty; nothing in it was touched. Name a new folder"};
}

std::string manifest_of(const std::vector<Listed>& files, Time now) {
  std::string text = std::string(first_line) + timestamp(now) + "\n";
  for (const Listed& each : files) text += each.digest + "  " + each.name + "\n";
  return text + std::string(last_line) + hex(sha256(bytes_of(text))) + "\n";
}

Result<std::vector<Listed>> read_manifest(Disk& disk, const std::string& folder) {
  const std::string path = folder + "/" + std::string(manifest_name);
  const auto text = read_file(disk, path, manifest_bytes);
  if (!text)
    return Error{text.error().kind, text.error().message + "; a folder without its manifest is no whole backup"};
  const auto damaged = [&](const std::string& what) {
    return Error{ErrorKind::invalid, path + ": " + what + "; the backup is damaged and nothing was restored"};
  };
  const std::size_t end = text->rfind(last_line);
  if (!text->starts_with(first_line) || end == text->npos || (*text)[end - 1] != '\n')
    return damaged("not a manifest of this program");
  if (text->substr(end + last_line.size()) != hex(sha256(bytes_of(text->substr(0, end)))) + "\n")
    return damaged("its own checksum does not match");
  std::vector<Listed> files;
  for (std::size_t at = text->find('\n') + 1; at < end;) {
    const std::size_t line_end = text->find('\n', at);
    const std::string line = text->substr(at, line_end - at);
    if (line.size() < digest_digits + 3) return damaged("a line is too short");
    files.push_back({line.substr(digest_digits + 2), line.substr(0, digest_digits)});
    if (files.back().name.starts_with('/') || files.back().name.find("..") != std::string::npos)
      return damaged("a name leads out of the folder");
    at = line_end + 1;
  }
  return files;
}

class Backup {
 public:
  Backup(Disk& disk, const std::string& data, const std::string& to) : disk_(disk), data_(data), to_(to) {}

  // Oldest first, until no file is left that was begun meanwhile.
  Result<void> events() {
    std::error_code error;
    if (!std::filesystem::exists(data_ + "/events", error)) return {};  // another engine keeps them
    if (auto done = disk_.make_folder(to_ + "/events"); !done) return done;
    std::set<std::string> done_with;
    for (bool more = true; more;) {
      more = false;
      const auto names = disk_.list(data_ + "/events");
      if (!names) return names.error();
      for (const std::string& name : *names) {
        const auto parsed = store::parse_file_name(name);
        if (!parsed || store::file_name(*parsed) != name || !done_with.insert(name).second) continue;
        more = true;
        auto copied = database("events/" + name);
        if (!copied && copied.error().kind != ErrorKind::missing) return copied;  // retention removed it
      }
    }
    return {};
  }

  Result<void> database(const std::string& name) {
    std::error_code error;
    if (!std::filesystem::exists(data_ + "/" + name, error))
      return Error{ErrorKind::missing, data_ + "/" + name + " is not there"};
    auto from = store::Connection::open(data_ + "/" + name, store::Connection::Mode::read);
    if (!from) return from.error();
    if (auto done = (*from)->copy_to(to_ + "/" + name); !done) return done;
    return note(name, to_ + "/" + name, {});
  }

  // Before state.db, since the audit log may be ahead of its head and not behind it.
  Result<void> audit_head() {
    auto copied = note("audit.head", data_ + "/audit.head", to_ + "/audit.head");
    return !copied && copied.error().kind == ErrorKind::missing ? Result<void>() : copied;
  }

  Result<void> keys() {
    std::error_code error;
    if (!std::filesystem::exists(data_ + "/tls", error)) return {};
    const auto names = disk_.list(data_ + "/tls");
    if (!names) return names.error();
    if (auto done = disk_.make_folder(to_ + "/tls"); !done) return done;
    for (const std::string& name : *names)
      if (auto done = note("tls/" + name, data_ + "/tls/" + name, to_ + "/tls/" + name); !done) return done;
    return {};
  }

  Result<BackupResult> finish(Time now) {
    for (const std::string folder : {"/events", "/tls", ""}) {
      std::error_code error;
      if (!std::filesystem::exists(to_ + folder, error)) continue;
      if (auto done = disk_.sync_folder(to_ + folder); !done) return done.error();
    }
    if (auto done = replace_file(disk_, to_ + "/" + std::string(manifest_name), bytes_of(manifest_of(files_, now)));
        !done)
      return done.error();
    return result_;
  }

 private:
  Result<void> note(const std::string& name, const std::string& path, const std::string& copy) {
    auto digest = digest_of(disk_, path, copy, result_.bytes);
    if (!digest) return digest.error();
    files_.push_back({name, digest.take()});
    result_.files += 1;
    return {};
  }

  Disk& disk_;
  const std::string data_, to_;
  std::vector<Listed> files_;
  BackupResult result_;
};

}  // namespace

Result<BackupResult> back_up(Disk& disk, Clock& clock, const std::string& data, const std::string& to) {
  if (auto empty = must_be_empty(disk, to); !empty) return empty.error();
  if (auto made = disk.make_folder(to); !made) return made.error();
  Backup backup(disk, data, to);
  if (auto done = backup.events(); !done) return done.error();
  if (auto done = backup.audit_head(); !done) return done.error();
  if (auto done = backup.database("state.db"); !done) return done.error();
  if (auto done = backup.keys(); !done) return done.error();
  return backup.finish(clock.now());
}

Result<BackupResult> restore(Disk& disk, const std::string& from, const std::string& data) {
  const auto files = read_manifest(disk, from);
  if (!files) return files.error();
  if (auto empty = must_be_empty(disk, data); !empty) return empty.error();
  BackupResult result;
  for (const Listed& each : *files) {
    const auto digest = digest_of(disk, from + "/" + each.name, {}, result.bytes);
    if (!digest) return digest.error();
    if (*digest != each.digest)
      return Error{ErrorKind::invalid,
                   from + "/" + each.name +
                       ": its checksum is not the manifest's; the backup is damaged and nothing was restored"};
  }
  const std::string beside = data + ".restoring";
  if (auto empty = must_be_empty(disk, beside); !empty)
    return empty.error().kind != ErrorKind::usage
               ? empty.error()
               : Error{ErrorKind::usage, beside + " is what a restore left that was cut short; remove it (rm -r " +
                                             beside + ") and restore again"};
  bool events = false;
  for (const Listed& each : *files) {
    const std::string to = beside + "/" + each.name;
    if (auto done = disk.make_folder(to.substr(0, to.rfind('/'))); !done) return done.error();
    std::uint64_t bytes = 0;
    const auto digest = digest_of(disk, from + "/" + each.name, to, bytes);
    if (!digest) return digest.error();
    if (*digest != each.digest) return Error{ErrorKind::io, from + "/" + each.name + " changed while it was read"};
    events = events || each.name.starts_with("events/");
    result.files += 1;
  }
  if (events)
    if (auto done = replace_file(disk, beside + "/events/" + std::string(store::restored_mark), {}); !done)
      return done.error();
  for (const std::string folder : {"/events", "/tls", ""}) {
    std::error_code error;
    if (!std::filesystem::exists(beside + folder, error)) continue;
    if (auto done = disk.sync_folder(beside + folder); !done) return done.error();
  }
  std::error_code error;
  std::filesystem::remove(data, error);  // empty, or not there
  if (auto done = disk.rename(beside, data); !done) return done.error();
  return result;
}

}  // namespace langyan::center
