// Input: a file or pipe read in large pieces, of which a reader sees as much at once as it asks
// for. Room-internal; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace langyan::capture {

class Input {
 public:
  static constexpr std::size_t capacity = 1 << 20;  // one read; at least four of the largest packet

  static Result<Input> open(const std::string& path);  // "-" is standard input
  Input(Input&& other) noexcept;
  Input& operator=(Input&&) = delete;
  ~Input();

  // `size` (at most capacity) octets in a row, or nullptr when fewer are left; left() says how
  // many. They stay where they are until the next peek().
  const std::uint8_t* peek(std::size_t size) { return left() >= size ? at_ : refill(size); }
  void take(std::size_t size) { at_ += size; }  // of what peek() showed
  bool skip(std::uint64_t size);                // any number; false when the input ends before
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }
  int error() const { return error_; }  // errno of a failed read, or 0

 private:
  explicit Input(int file);
  const std::uint8_t* refill(std::size_t size);

  int file_;
  int error_ = 0;
  std::unique_ptr<std::uint8_t[]> buffer_;
  const std::uint8_t *at_, *end_;
};

}  // namespace langyan::capture
