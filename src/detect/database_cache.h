// DatabaseCache: compiled databases kept on disk, so that a cold start compiles only what is new.
//
// A file is named by the SHA-256 of what it was made of: the literals, Hyperscan's version and the processor's
// features. It holds a line that says what it is, the SHA-256 of what follows, and the database as Hyperscan
// serializes it. A file that is damaged, or that Hyperscan does not take, is left alone and said; the database is then
// compiled and the file replaced. Beyond `most_octets` the files that waited longest are removed. Of the process, like
// the databases themselves; compiling threads meet here, never packets.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

struct hs_database;

namespace langyan::detect {

class DatabaseCache {
 public:
  static constexpr std::uint64_t most_octets = 256u << 20;
  static constexpr std::uint64_t largest_file = 64u << 20;

  static DatabaseCache& instance();

  void open(std::string folder);  // empty: nothing is kept
  // `content`: the literals, in a form that tells any two sets apart. Null: not there.
  hs_database* find(std::string_view content);
  void keep(std::string_view content, const hs_database* database);
  // What was wrong with files since the last call, a sentence each.
  std::vector<std::string> take_notes();
  std::uint64_t found() const { return found_; }

 private:
  std::string path_of(std::string_view content) const;
  void shrink();
  void note(const std::string& path, std::string_view reason);

  std::mutex mutex_;
  std::string folder_;
  std::vector<std::string> notes_;
  std::uint64_t found_ = 0;
};

}  // namespace langyan::detect
