// A center in a process of its own, so that what sends to it does not count: FOLDER/data, HTTPS on loopback.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

namespace langyan::center {

[[noreturn]] void fail(const std::string& what);
std::string pressed(const std::string& text);  // zstd, level 3 as the sensors'

class BenchCenter {
 public:
  // Makes a token for each of `sources` (may relay: its events name others behind it); fails the bench on any error.
  BenchCenter(const std::string& folder, const std::vector<std::string>& sources, bool relay,
              const std::string& listen = "127.0.0.1:0");
  ~BenchCenter() { stop(); }
  BenchCenter(const BenchCenter&) = delete;
  BenchCenter& operator=(const BenchCenter&) = delete;

  const std::string& url() const { return url_; }
  const std::vector<std::string>& secrets() const { return secrets_; }  // in the order of the sources
  const std::string& reader() const { return reader_; }                 // the secret of a viewer
  std::string ca_file() const { return folder_ + "/data/tls/center.crt"; }
  double cpu_seconds() const;  // so far, user and system
  double resident_kb() const { return status_kb("VmRSS:"); }
  double most_resident_kb() const { return status_kb("VmHWM:"); }  // ever
  double stop();               // CPU seconds of its whole life

 private:
  double status_kb(std::string_view name) const;
  std::string folder_, url_, reader_;
  std::vector<std::string> secrets_;
  pid_t child_ = -1;
  int to_ = -1;
};

}  // namespace langyan::center
