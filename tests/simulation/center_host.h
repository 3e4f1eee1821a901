// CenterHost: the center of a simulation: the real Center over the real SQLite stores, without its
// sockets: requests are handed to admit() and handle() as the HTTP layer does.
//
// A kill is made by an image: the files as they are, but for the shared memory, become the folder
// of a new Center while the old one is still open, so nothing of what only the old process knew
// gets there. Its clock is its own and may be set wrong. One thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/manual_clock.h"
#include "base/net.h"
#include "base/temp_folder.h"
#include "center/center.h"
#include "tests/simulation/trace.h"

namespace langyan::simulation {

// A data folder with a token for each source, made once and copied for each seed.
class CenterSeed {
 public:
  explicit CenterSeed(std::size_t sources);
  static std::string source(std::size_t index) { return "s" + std::to_string(index); }
  const std::string& token(std::size_t index) const { return tokens_[index]; }
  std::string folder() const { return folder_.path() + "/data"; }

 private:
  TempFolder folder_;
  std::vector<std::string> tokens_;
};

class CenterHost {
 public:
  CenterHost(const CenterSeed& from, std::uint64_t seed, Trace& trace);

  Result<HttpAnswer> answer(const HttpRequest& request);
  bool up() const { return center_ != nullptr; }
  void stop();  // in order; start() opens the same folder
  void start();
  void kill();  // start() opens the image
  void tidy();  // one pass of its housekeeping

  center::Center& center() { return *center_; }
  ManualClock clock;

 private:
  TempFolder folder_;
  SeededRandom random_;
  Trace& trace_;
  std::unique_ptr<SystemDisk> disk_;
  std::unique_ptr<center::Center> center_;
  int image_ = 0;
};

}  // namespace langyan::simulation
