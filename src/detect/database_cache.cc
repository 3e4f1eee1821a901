#include "detect/database_cache.h"

#include <hs.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "base/digest.h"
#include "base/disk.h"

namespace langyan::detect {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view first_line = "langyan rule database 1\n";
constexpr std::string_view suffix = ".hsdb";
constexpr std::size_t most_notes = 16;

using Sum = std::array<std::uint8_t, sha256_size>;

Sum sum_of(std::string_view a, std::string_view b = {}) {
  Digest digest(DigestKind::sha256);
  digest.add(bytes_of(a)), digest.add(bytes_of(b));
  Sum sum;
  digest.finish(sum);
  return sum;
}

// What a database depends on beside its literals.
std::string made_by() {
  hs_platform_info_t platform{};
  hs_populate_platform(&platform);
  return std::string(hs_version()) + '/' + std::to_string(platform.tune) + '/' + std::to_string(platform.cpu_features) +
         '/';
}

}  // namespace

DatabaseCache& DatabaseCache::instance() {
  static DatabaseCache cache;
  return cache;
}

void DatabaseCache::open(std::string folder) {
  const std::scoped_lock lock(mutex_);
  folder_ = std::move(folder);
  if (folder_.empty()) return;
  SystemDisk disk;
  if (const auto made = disk.make_folder(folder_); !made) note(folder_, made.error().message);
}

std::string DatabaseCache::path_of(std::string_view content) const {
  constexpr char digits[] = "0123456789abcdef";
  std::string path = folder_ + '/';
  for (const std::uint8_t octet : sum_of(made_by(), content)) path += digits[octet >> 4], path += digits[octet & 15];
  return path.append(suffix);
}

void DatabaseCache::note(const std::string& path, std::string_view reason) {
  if (notes_.size() < most_notes) notes_.push_back(path + ": " + std::string(reason));
}

std::vector<std::string> DatabaseCache::take_notes() {
  const std::scoped_lock lock(mutex_);
  return std::exchange(notes_, {});
}

hs_database* DatabaseCache::find(std::string_view content) {
  const std::scoped_lock lock(mutex_);
  if (folder_.empty()) return nullptr;
  const std::string path = path_of(content);
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return nullptr;
  SystemDisk disk;
  const auto text = read_file(disk, path, largest_file);
  if (!text) return note(path, text.error().message), nullptr;
  const std::string_view whole = *text;
  constexpr std::size_t head = first_line.size() + sha256_size;
  const bool sound =
      whole.size() > head && whole.starts_with(first_line) &&
      std::ranges::equal(bytes_of(whole.substr(first_line.size(), sha256_size)), sum_of(whole.substr(head)));
  if (!sound) return note(path, "the file is damaged or of another program; it is ignored and made anew"), nullptr;
  hs_database_t* database = nullptr;
  if (hs_deserialize_database(whole.data() + head, whole.size() - head, &database) != HS_SUCCESS)
    return note(path, "the scanner does not take it; it is ignored and made anew"), nullptr;
  fs::last_write_time(path, fs::file_time_type::clock::now(), error);  // it was of use
  ++found_;
  return database;
}

void DatabaseCache::keep(std::string_view content, const hs_database* database) {
  const std::scoped_lock lock(mutex_);
  if (folder_.empty()) return;
  char* octets = nullptr;
  std::size_t size = 0;
  if (hs_serialize_database(database, &octets, &size) != HS_SUCCESS) return;
  const std::string_view body(octets, size);
  std::string file(first_line);
  for (const std::uint8_t octet : sum_of(body)) file += static_cast<char>(octet);
  file += body;
  std::free(octets);  // by Hyperscan's allocator, which is malloc
  SystemDisk disk;
  const std::string path = path_of(content);
  if (const auto kept = replace_file(disk, path, bytes_of(file)); !kept) return note(path, kept.error().message);
  shrink();
}

void DatabaseCache::shrink() {
  struct File {
    fs::file_time_type used;
    fs::path path;
    std::uint64_t size;
  };
  std::vector<File> files;
  std::uint64_t sum = 0;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder_, error)) {
    if (entry.path().extension() != suffix) continue;
    files.push_back({entry.last_write_time(error), entry.path(), entry.file_size(error)});
    sum += files.back().size;
  }
  if (sum <= most_octets) return;
  std::ranges::sort(files, {}, &File::used);
  for (const File& file : files) {
    if (sum <= most_octets) return;
    fs::remove(file.path, error);
    sum -= file.size;
  }
}

}  // namespace langyan::detect
