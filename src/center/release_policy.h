// ReleasePolicy: what of an event may leave for the center above: which types, and of those which
// fields, by an allow list. What no entry names stays below, so a field that is new tomorrow does
// too.
//
//   timestamp, event_type and origin always go: without them a line is no event.
//   "alert.signature"    that value, or, where a list stands, each item's
//   "rollup.*"           everything below rollup
//
// Added to what is released: `via`, the centers the event came through, this one last, and
// `organisation`, whose it is as this center's store has it; what the line itself says of that is
// not believed. Events of type alert_state never go: a state belongs to the center that set it.
// One thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace langyan::center {

// For the configuration: what is allowed, when it is not; else empty.
std::string_view check_released_type(std::string_view type);
std::string_view check_released_field(std::string_view path);

struct Release {
  std::vector<std::string> types, fields;
};

struct Passage {
  std::string_view center;        // the one it leaves
  std::string_view organisation;  // of the event
};

class ReleasePolicy {
 public:
  using Held = std::map<std::string, std::uint64_t, std::less<>>;  // fields kept back, by path

  static Result<ReleasePolicy> of(const Release& release);
  ReleasePolicy(ReleasePolicy&&) noexcept;
  ReleasePolicy& operator=(ReleasePolicy&&) noexcept;
  ~ReleasePolicy();

  // Puts the line that leaves, without newline, into `out`; false: none does (its type is not
  // released, it came through this center before, or it is no event).
  bool release(std::string_view line, const Passage& passage, std::string& out,
               Held* held = nullptr);
  bool releases(std::string_view type) const;
  const Release& rows() const { return release_; }

 private:
  struct Inside;
  explicit ReleasePolicy(Release release);
  Release release_;
  std::unique_ptr<Inside> inside_;
};

}  // namespace langyan::center
