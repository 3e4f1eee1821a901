#include "base/random.h"

#include <sys/random.h>

#include <cerrno>
#include <cstdlib>

namespace langyan {

void SystemRandom::fill(std::span<std::uint8_t> out) {
  while (!out.empty()) {
    const ssize_t got = getrandom(out.data(), out.size(), 0);
    if (got > 0) out = out.subspan(static_cast<std::size_t>(got));
    // Any failure but EINTR is a system call filter that forbids chance: no epoch and no token may
    // come out of that.
    if (got < 0 && errno != EINTR) std::abort();
  }
}

void SeededRandom::fill(std::span<std::uint8_t> out) {
  for (std::size_t i = 0; i < out.size(); i += 8) {
    std::uint64_t z = state_ += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    z ^= z >> 31;
    for (std::size_t k = 0; k < 8 && i + k < out.size(); ++k) {
      out[i + k] = static_cast<std::uint8_t>(z >> 8 * k);
    }
  }
}

}  // namespace langyan
