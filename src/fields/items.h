// Items: the list a message carries (information objects, variables, points), each one row of fields.
//
// A parser fills record() through Fill and calls emit(). Past the cap items are counted, not kept.
#pragma once

#include <array>

#include "fields/record.h"

namespace langyan {

constexpr std::size_t most_items = 512;        // of one message
constexpr std::size_t most_item_slots = 8'192;  // of one message, over all items: 64 KiB

class Items {
 public:
  void reset(Bytes message, Bytes scratch) { message_ = message, scratch_ = scratch, size_ = total_ = used_ = 0; }

  // The pen for the next item of `schema`.
  Record& start(const Schema& schema) {
    schema_ = &schema;
    record_.reset(schema, message_, scratch_);
    return record_;
  }
  bool emit() {  // false: only counted
    ++total_;
    const std::size_t slots = schema_->fields.size();
    if (size_ == most_items || used_ + slots > most_item_slots) return false;
    const View view = record_.view();
    std::memcpy(slots_.data() + used_, view.slots, slots * sizeof(std::uint64_t));
    entries_[size_++] = {schema_, view.present, static_cast<std::uint32_t>(used_)};
    used_ += slots;
    return true;
  }
  std::size_t size() const { return size_; }
  std::size_t total() const { return total_; }
  bool refused() const { return record_.refused(); }
  View operator[](std::size_t index) const {
    const Entry& entry = entries_[index];
    return {entry.schema, entry.present, slots_.data() + entry.first, message_, scratch_};
  }

 private:
  struct Entry {
    const Schema* schema;
    std::uint64_t present;
    std::uint32_t first;
  };
  Bytes message_, scratch_;
  const Schema* schema_ = nullptr;
  std::size_t size_ = 0, total_ = 0, used_ = 0;
  Record record_;
  std::array<Entry, most_items> entries_;
  std::array<std::uint64_t, most_item_slots> slots_;
};

}  // namespace langyan
