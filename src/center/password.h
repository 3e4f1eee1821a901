// Passwords: argon2id (RFC 9106) by libsodium. A hash carries its own parameters, so these may
// change while old ones go on working. Any thread; verifying takes tens of milliseconds and
// `memory` bytes, so few may do it at a time: the caller takes a place first.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace langyan::center {

constexpr std::size_t shortest_password = 10;
constexpr std::size_t longest_password = 1'024;

struct PasswordCost {
  std::uint64_t operations = 2;
  std::size_t memory = 64u << 20;
};

// What is wrong with a password somebody wants to have.
Result<void> check_password(std::string_view password, std::string_view user);
Result<std::string> hash_password(std::string_view password, PasswordCost cost);
// An empty hash is never right, and takes as long as a wrong password: it does not tell that there
// is no such account.
bool verify_password(std::string_view password, const std::string& hash, PasswordCost cost);

// At most `most` at a time; who finds no place answers "later" instead of queueing.
class Places {
 public:
  explicit Places(int most) : free_(most) {}
  class Place {
   public:
    explicit Place(Places* of) : of_(of) {}
    Place(Place&& other) noexcept : of_(other.of_) { other.of_ = nullptr; }
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (of_) ++of_->free_;
    }
    explicit operator bool() const { return of_ != nullptr; }

   private:
    Places* of_;
  };
  Place take() {
    int free = free_.load();
    while (free > 0 && !free_.compare_exchange_weak(free, free - 1)) {
    }
    return Place(free > 0 ? this : nullptr);
  }

 private:
  std::atomic<int> free_;
};

}  // namespace langyan::center
