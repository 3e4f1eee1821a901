// Trace: what happened in a simulation, as a digest that two runs of a seed must share and, when
// asked for, as lines on stderr. One thread.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string>

namespace langyan::simulation {

class Trace {
 public:
  explicit Trace(bool shown) : shown_(shown) {}

  template <class... Values>
  void say(fmt::format_string<Values...> text, Values&&... values) {
    const std::string line = fmt::format(text, std::forward<Values>(values)...);
    for (const char each : line + '\n')
      digest_ = (digest_ ^ static_cast<std::uint8_t>(each)) * 0x100000001b3;  // FNV-1a
    if (shown_) fmt::print(stderr, "{}\n", line);
  }
  std::uint64_t digest() const { return digest_; }

 private:
  std::uint64_t digest_ = 0xcbf29ce484222325;
  bool shown_;
};

}  // namespace langyan::simulation
