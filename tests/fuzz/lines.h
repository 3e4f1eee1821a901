// LineCheck: what holds for every event line, whatever traffic it came from: it is UTF-8 and JSON,
// the center's parser takes it, and every field of a protocol in it is listed in the catalogue.
// One thread.
#pragma once

#include <memory>
#include <string>

namespace langyan::fuzz {

class LineCheck {
 public:
  LineCheck();
  ~LineCheck();
  // `line` is open, as eve::Writer leaves it; it is closed with an identity here. `strict`: it also
  // has no member that Suricata's schema does not know.
  void check(std::string line, bool strict = false);
  std::uint64_t lines() const { return lines_; }

 private:
  struct Inside;
  std::unique_ptr<Inside> inside_;
  std::uint64_t lines_ = 0;
};

}  // namespace langyan::fuzz
