// Random: the door to chance (epochs, tokens, jitter). SystemRandom reads getrandom(2); a seeded
// one makes a simulation repeat. Any thread may call a SystemRandom.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace langyan {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t number() {
    std::uint64_t value = 0;
    fill({reinterpret_cast<std::uint8_t*>(&value), sizeof value});
    return value;
  }
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

// splitmix64: for simulations and tests only, never for a secret.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace langyan
