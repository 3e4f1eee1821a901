// Record: one decoded message or item: a presence bit and an eight-byte slot per field.
//
// A number sits in its slot; a run of octets sits there as a place and a size, in the message or in
// the worker's Scratch (what had to be assembled: bodies without checksums, decoded strings). Filling
// and reading are an indexed store or load; nothing here allocates, throws or dispatches.
// A View and what it points to live until the call that handed it out returns; one thread.
#pragma once

#include <array>
#include <bit>
#include <cstring>

#include "base/bytes.h"
#include "fields/field.h"

namespace langyan {

constexpr std::size_t most_message_bytes = 65'536;  // longer bodies stream through Frame::skip
constexpr std::size_t scratch_bytes = 65'536;

class Scratch {  // one per worker, empty at the start of each message
 public:
  void reset() { used_ = 0, overflowed_ = false; }
  std::span<std::uint8_t> take(std::size_t size) {  // empty: full, and overflowed() from then on
    if (size > scratch_bytes - used_) return overflowed_ = true, std::span<std::uint8_t>{};
    const std::span<std::uint8_t> run{octets_.data() + used_, size};
    used_ += size;
    return run;
  }
  Bytes copy(Bytes from) {
    const auto run = take(from.size());
    if (run.size() == from.size() && !from.empty()) std::memcpy(run.data(), from.data(), from.size());
    return run;
  }
  bool overflowed() const { return overflowed_; }
  Bytes used() const { return {octets_.data(), used_}; }
  Bytes all() const { return octets_; }

 private:
  std::array<std::uint8_t, scratch_bytes> octets_;
  std::size_t used_ = 0;
  bool overflowed_ = false;
};

constexpr std::uint64_t in_scratch = std::uint64_t{1} << 63;  // of a run's slot

struct View {  // reads a message, an item or a kept request alike
  const Schema* schema = nullptr;
  std::uint64_t present = 0;
  const std::uint64_t* slots = nullptr;
  Bytes message;  // what runs without in_scratch point into
  Bytes scratch;

  bool has(std::size_t field) const { return present >> field & 1; }
  std::uint64_t number(std::size_t field) const { return slots[field]; }
  std::int64_t integer(std::size_t field) const { return static_cast<std::int64_t>(slots[field]); }
  double real(std::size_t field) const { return std::bit_cast<double>(slots[field]); }
  Bytes bytes(std::size_t field) const {
    const std::uint64_t slot = slots[field];
    const Bytes& area = slot & in_scratch ? scratch : message;
    return area.subspan(slot << 1 >> 33, slot & 0xffffffff);
  }
};

class Record {
 public:
  void reset(const Schema& schema, Bytes message, Bytes scratch) {
    schema_ = &schema, message_ = message, scratch_ = scratch, present_ = 0;
    refused_ = false;
  }
  View view() const { return {schema_, present_, slots_.data(), message_, scratch_}; }
  std::uint64_t present() const { return present_; }
  // A run outside the message and the scratch area was offered: a programmer's error in a parser,
  // contained here because a parser may never hurt the sensor.
  bool refused() const { return refused_; }

  void put(std::size_t field, std::uint64_t value) {
    slots_[field] = value;
    present_ |= std::uint64_t{1} << field;
  }
  void put(std::size_t field, Bytes run) {
    if (run.empty()) return put(field, std::uint64_t{0});
    if (const auto place = offset(message_, run); place != outside) {
      put(field, place << 32 | run.size());
    } else if (const auto area = offset(scratch_, run); area != outside) {
      put(field, in_scratch | area << 32 | run.size());
    } else {
      refused_ = true;
    }
  }
  void clear() { present_ = 0; }

 private:
  static constexpr std::uint64_t outside = ~std::uint64_t{0};
  static std::uint64_t offset(Bytes area, Bytes run) {
    const auto begin = reinterpret_cast<std::uintptr_t>(area.data());
    const auto at = reinterpret_cast<std::uintptr_t>(run.data());
    if (at < begin || at - begin > area.size() || run.size() > area.size() - (at - begin)) {
      return outside;
    }
    return at - begin;
  }

  const Schema* schema_ = nullptr;
  Bytes message_, scratch_;
  std::uint64_t present_ = 0;
  bool refused_ = false;
  std::array<std::uint64_t, most_fields> slots_{};
};

}  // namespace langyan
