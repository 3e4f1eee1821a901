#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "capture/magic.h"
#include "capture/source.h"

namespace langyan::capture {
namespace {

namespace fs = std::filesystem;

// pcap (draft-ietf-opsawg-pcap 4) with micro- and nanoseconds and Kuznetsov's variant, in both byte
// orders; pcapng's section header (draft-ietf-opsawg-pcapng 4.1) is the same in both.
constexpr std::string_view capture_starts[] = {
    "\xa1\xb2\xc3\xd4", "\xd4\xc3\xb2\xa1", "\xa1\xb2\x3c\x4d", "\x4d\x3c\xb2\xa1",
    "\xa1\xb2\xcd\x34", "\x34\xcd\xb2\xa1", "\x0a\x0d\x0d\x0a"};
constexpr std::string_view capture_endings[] = {".pcap", ".pcapng", ".cap"};

struct PackerStart {
  std::string_view start;
  Packer packer;
};
constexpr PackerStart packers[] = {
    {"\x1f\x8b", {"gzip", "zcat"}},
    {"\x28\xb5\x2f\xfd", {"zstd", "zstdcat"}},
    {"\xfd"
     "7zX",
     {"xz", "xzcat"}},
    {"BZh", {"bzip2", "bzcat"}},
    {"PK\x03\x04", {"zip", "unzip -p"}},
};

std::string start_of(const std::string& path) {
  std::array<char, 4> start{};
  std::ifstream file(path, std::ios::binary);
  file.read(start.data(), start.size());
  return {start.data(), static_cast<std::size_t>(file.gcount())};
}

template <class Iterator>
Result<CaptureFiles> listed(const std::string& folder) {
  CaptureFiles files;
  std::error_code error;
  for (Iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (!at->is_regular_file(ignored)) continue;
    const std::string path = at->path().string();
    (looks_like_capture(path) ? files.paths : files.skipped).push_back(path);
  }
  if (error) {
    const bool refused = error == std::errc::permission_denied;
    return Error{refused ? ErrorKind::permission : ErrorKind::io,
                 folder + ": cannot be listed: " + error.message()};
  }
  std::ranges::sort(files.paths);
  std::ranges::sort(files.skipped);
  return files;
}

}  // namespace

bool looks_like_capture(const std::string& path) {
  const auto named = [&](std::string_view ending) { return path.ends_with(ending); };
  if (std::ranges::any_of(capture_endings, named)) return true;
  const std::string start = start_of(path);
  return std::ranges::find(capture_starts, start) != std::end(capture_starts);
}

Packer packer_of(Bytes start) {
  for (const PackerStart& row : packers) {
    if (text_of(start).starts_with(row.start)) return row.packer;
  }
  return {};
}

Result<CaptureFiles> capture_files(const std::string& path, bool recursive) {
  if (path == "-") return CaptureFiles{{path}, {}};
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) {
    const bool refused = error == std::errc::permission_denied;
    return Error{refused ? ErrorKind::permission : ErrorKind::missing,
                 path + ": no such file or directory"};
  }
  if (!fs::is_directory(status)) return CaptureFiles{{path}, {}};
  auto files = recursive ? listed<fs::recursive_directory_iterator>(path)
                         : listed<fs::directory_iterator>(path);
  if (files && files->paths.empty()) {
    return Error{ErrorKind::missing, path + ": holds no capture (pcap or pcapng)"};
  }
  return files;
}

}  // namespace langyan::capture
