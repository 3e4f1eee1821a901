#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "base/log.h"
#include "capture/magic.h"
#include "capture/pcap_handle.h"
#include "capture/source.h"

namespace langyan::capture {
namespace {

constexpr std::size_t read_buffer = 1 << 20;  // twice as fast as stdio's own 4 KiB

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, CloseFile>;

// Standard input through a stream of its own, so that its buffer can go with the source.
File open_stream(const std::string& path) {
  if (path != "-") return File(std::fopen(path.c_str(), "rb"));
  const int copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0);
  if (copy < 0) return nullptr;
  File file(fdopen(copy, "rb"));
  if (!file) close(copy);
  return file;
}

Error open_error(const std::string& path, int code) {
  const ErrorKind kind = code == ENOENT   ? ErrorKind::missing
                         : code == EACCES ? ErrorKind::permission
                                          : ErrorKind::io;
  return {kind, path + ": cannot be opened: " + std::strerror(code)};
}

class FileSource final : public Source {
 public:
  FileSource(std::string path, std::unique_ptr<char[]> buffer, Handle handle, Filter filter)
      : buffer_(std::move(buffer)),
        handle_(std::move(handle)),
        filter_(std::move(filter)),
        link_type_(pcap_datalink(handle_.get())) {
    name_ = std::move(path);
  }

  int link_type() const override { return link_type_; }

 private:
  struct Batch {
    std::uint64_t bytes = 0, filtered = 0, snapped = 0;
  };

  static void take(std::uint8_t* self, const pcap_pkthdr* header, const std::uint8_t* data) {
    reinterpret_cast<FileSource*>(self)->take(*header, data);
  }

  void take(const pcap_pkthdr& header, const std::uint8_t* data) {
    ++number_;
    const std::uint32_t wire_length = std::max(header.len, header.caplen);
    batch_.bytes += wire_length;
    batch_.snapped += header.caplen < wire_length;
    if (filter_ && !filter_.takes(header, data)) {
      ++batch_.filtered;
      return;
    }
    deliver_.call(deliver_.context, {time_of(header.ts), number_, Bytes(data, header.caplen),
                                     wire_length, link_type_});
  }

  Result<Progress> dispatch(std::size_t most, Deliver deliver) override {
    if (failed_) return error_;
    if (ended_ || stopped()) return Progress::end;
    deliver_ = deliver;
    batch_ = {};
    const std::uint64_t before = number_;
    const int count = static_cast<int>(std::clamp<std::size_t>(most, 1, INT_MAX));
    const int done = pcap_dispatch(handle_.get(), count, take, reinterpret_cast<u_char*>(this));
    counters_.add(Count::captured, number_ - before);
    counters_.add(Count::bytes, batch_.bytes);
    counters_.add(Count::filtered, batch_.filtered);
    counters_.add(Count::snapped, batch_.snapped);
    if (done > 0) return Progress::more;
    ended_ = true;
    return done == 0 ? Progress::end : fault();
  }

  // A capture that was cut while it was written is no error: what it holds is good.
  Result<Progress> fault() {
    const std::string reason = pcap_geterr(handle_.get());
    if (reason.starts_with("truncated")) {
      counters_.add(Count::cut_files);
      logging::warn(name_ + ": ends within a packet, after " + std::to_string(number_) +
                " whole ones (" + reason + ")");
      return Progress::end;
    }
    failed_ = true;
    error_.kind = ErrorKind::invalid;
    error_.message = name_ + ": after packet " + std::to_string(number_) + ": " + reason;
    if (reason.find("of the first interface") != reason.npos) {
      error_.message +=
          "; libpcap reads pcapng files whose interfaces agree, so split this one by interface "
          "(tshark -Y frame.interface_id==0 -w)";
    }
    return error_;
  }

  std::unique_ptr<char[]> buffer_;  // stdio's, so it outlives the handle
  Handle handle_;
  Filter filter_;
  const int link_type_;
  std::uint64_t number_ = 0;
  Deliver deliver_{};
  Batch batch_;
  bool ended_ = false, failed_ = false;
  Error error_;
};

Error not_a_capture(const std::string& path, const std::string& reason) {
  std::string hint;
  if (const auto packer = path == "-" ? Packer{} : packer_of(path); !packer.name.empty()) {
    hint = "; it is compressed by " + std::string(packer.name) + ": " + std::string(packer.unpack) +
           " " + path + " | … -r -";
  }
  return {ErrorKind::invalid, path + ": is not a pcap or pcapng capture: " + reason + hint};
}

}  // namespace

Result<std::unique_ptr<Source>> open_file(const std::string& path, const FileOptions& options) {
  struct stat status{};
  if (path != "-" && stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return Error{ErrorKind::usage, path + ": is a directory, not a capture"};
  }
  auto buffer = std::make_unique<char[]>(read_buffer);  // before the stream, which uses it
  File file = open_stream(path);
  if (!file) return open_error(path, errno);
  std::setvbuf(file.get(), buffer.get(), _IOFBF, read_buffer);
  std::array<char, PCAP_ERRBUF_SIZE> reason{};
  Handle handle(pcap_fopen_offline(file.get(), reason.data()));
  if (!handle) return not_a_capture(path, reason.data());
  (void)file.release();  // the handle closes it
  Filter filter;
  if (!options.filter.empty()) {
    auto compiled = Filter::compile(handle.get(), options.filter);
    if (!compiled) return within(path, compiled.error());
    filter = compiled.take();
  }
  return std::unique_ptr<Source>(std::make_unique<FileSource>(
      path, std::move(buffer), std::move(handle), std::move(filter)));
}

std::string link_type_name(int link_type) {
  const char* name = pcap_datalink_val_to_name(link_type);
  const char* description = pcap_datalink_val_to_description(link_type);
  if (!name) return "link type " + std::to_string(link_type);
  return std::string(name) + (description ? " (" + std::string(description) + ")" : "");
}

}  // namespace langyan::capture
