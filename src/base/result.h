// Result: a value, or the Error that stands in its place.
//
// Failure outside the packet path is a Result; the packet path counts instead. An Error is written
// for the person who reads it: what failed, with what value, what to do. Its kind decides what a
// program does next (exit status, HTTP status, retry).
// Own and 60 lines because boost/system/result.hpp costs 0.7 s in every translation unit (measured).
#pragma once

#include <cassert>
#include <cstdint>
#include <string>
#include <utility>
#include <variant>

namespace langyan {

enum class ErrorKind : std::uint8_t {
  failed,      // the operation was tried and did not succeed
  usage,       // the command line or request is wrong
  missing,     // an input does not exist
  invalid,     // an input exists and is malformed
  permission,  // the system or the policy refused
  io,          // a disk or a network failed
  conflict,    // the state changed meanwhile
  full,        // a cap is reached
};

struct Error {
  ErrorKind kind = ErrorKind::failed;
  std::string message;
};

template <class T>
class [[nodiscard]] Result {
 public:
  Result(T value) : held_(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : held_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return held_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() { return *std::get_if<0>(&held_); }
  const T& operator*() const { return *std::get_if<0>(&held_); }
  T* operator->() { return std::get_if<0>(&held_); }
  const T* operator->() const { return std::get_if<0>(&held_); }
  T take() { return std::move(*std::get_if<0>(&held_)); }
  const Error& error() const { return *std::get_if<1>(&held_); }

 private:
  std::variant<T, Error> held_;
};

template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}

  bool ok() const { return ok_; }
  explicit operator bool() const { return ok_; }
  const Error& error() const { return error_; }

 private:
  Error error_;
  bool ok_ = true;
};

// The same error with where it happened in front: "sensor.yaml: " + message.
inline Error within(std::string_view place, Error error) {
  error.message.insert(0, ": ");
  error.message.insert(0, place);
  return error;
}

}  // namespace langyan
