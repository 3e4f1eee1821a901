#include "dissect/pending.h"

#include <algorithm>
#include <cstring>
#include <new>

namespace langyan::dissect {
namespace {

constexpr std::size_t rounding = 32;  // parts of a block are aligned

// Hands out the parts of one block, front to back, each aligned to eight.
struct Carver {
  std::uint8_t* at;
  std::size_t left;

  template <class T>
  T* take(std::size_t count) {
    const std::size_t bytes = (count * sizeof(T) + 7) / 8 * 8;
    if (bytes > left) return nullptr;
    auto* part = reinterpret_cast<T*>(at);
    at += bytes, left -= bytes;
    return part;
  }
};

// A run moved from the message (or scratch) to its copy; cut where the copy ends.
Bytes moved(Bytes run, Bytes from, Bytes copy) {
  if (run.empty() || run.data() < from.data() || run.data() > from.data() + from.size()) return {};
  const auto offset = static_cast<std::size_t>(run.data() - from.data());
  if (offset >= copy.size()) return {};
  return copy.subspan(offset, std::min(run.size(), copy.size() - offset));
}

Bytes moved_run(Bytes run, const Message& message, Bytes copy, Bytes scratch_copy) {
  const Bytes found = moved(run, message.record.message, copy);
  return found.empty() ? moved(run, message.record.scratch, scratch_copy) : found;
}

// The same view over the copies, without what the copies no longer hold.
View moved(const View& view, std::uint64_t* slots, Bytes copy, Bytes scratch_copy) {
  std::memcpy(slots, view.slots, view.schema->fields.size() * sizeof(std::uint64_t));
  View result{view.schema, view.present & view.schema->mask(log), slots, copy, scratch_copy};
  each(result.present, [&](std::size_t field) {
    if (!is_run(view.schema->fields[field].kind)) return;
    const std::uint64_t offset = slots[field] << 1 >> 33, size = slots[field] & 0xffffffff;
    const std::size_t have = slots[field] & in_scratch ? scratch_copy.size() : copy.size();
    if (offset + size > have) result.present &= ~(std::uint64_t{1} << field);
  });
  return result;
}

// What of a message a kept request needs, in octets.
struct Need {
  std::size_t items = 0;    // how many are kept: those of which nothing is written stand behind the others
  std::size_t message = 0;  // from its front: as far as fields and values point, and further for names
  std::size_t scratch = 0;  // of the scratch area
  std::size_t tables = 0;   // operations, items and their slots
};

std::size_t items_kept(const Message& message) {
  if (!message.items) return 0;
  std::size_t kept = std::min(message.items->size(), most_kept_items);
  while (kept > 0 && (*message.items)[kept - 1].schema->mask(log) == 0) --kept;
  return kept;
}

// Where a run ends in `area`, counted from its front; 0: it stands elsewhere.
std::size_t end_of(Bytes run, Bytes area) {
  if (run.empty() || run.data() < area.data() || run.data() >= area.data() + area.size()) return 0;
  return static_cast<std::size_t>(run.data() - area.data()) + run.size();
}

Need need_of(const Message& message) {
  Need need;
  std::size_t names = 0;
  const auto reach_fields = [&](const View& view) {
    each(view.present & view.schema->mask(log), [&](std::size_t field) {
      if (!is_run(view.schema->fields[field].kind)) return;
      const std::uint64_t slot = view.slots[field];
      std::size_t& end = slot & in_scratch ? need.scratch : need.message;
      if (slot & 0xffffffff) end = std::max<std::size_t>(end, (slot << 1 >> 33) + (slot & 0xffffffff));
    });
  };
  const auto reach = [&](Bytes run, std::size_t& end) {
    if (run.empty()) return;
    end = std::max(end, end_of(run, message.record.message));
    need.scratch = std::max(need.scratch, end_of(run, message.record.scratch));
  };
  reach_fields(message.record);
  for (const Operation& operation : message.operations) {
    reach(operation.value.run, need.message);
    reach(operation.object.text, names);
  }
  need.items = items_kept(message);
  need.tables = message.operations.size() * sizeof(Operation) + need.items * sizeof(View);
  for (std::size_t i = 0; i < need.items; ++i) {
    const View item = (*message.items)[i];
    reach_fields(item);
    need.tables += item.schema->fields.size() * sizeof(std::uint64_t);
  }
  need.message = std::max(std::min(need.message, most_kept_bytes), std::min(names, most_named_bytes));
  return need;
}

// Into what `carver` hands out; where that is too small, less.
void copy(const Message& message, const Need& need, Carver carver, Request& request) {
  request.operations_total = message.operations_total;
  request.items_total = message.items ? static_cast<std::uint32_t>(message.items->total()) : 0;
  auto* slots = carver.take<std::uint64_t>(message.record.schema->fields.size());
  const bool fits = need.message + need.scratch + need.tables + rounding <= carver.left;
  const std::size_t kept = fits ? need.message : std::min(need.message, carver.left / 2);
  auto* octets = carver.take<std::uint8_t>(kept);
  if (kept) std::memcpy(octets, message.record.message.data(), kept);
  const std::size_t scratch_kept = fits ? need.scratch : std::min(need.scratch, carver.left / 3);
  auto* scratch = carver.take<std::uint8_t>(scratch_kept);
  if (scratch_kept) std::memcpy(scratch, message.record.scratch.data(), scratch_kept);
  const Bytes copied{octets, kept}, scratch_copied{scratch, scratch_kept};
  request.record = moved(message.record, slots, copied, scratch_copied);

  const std::size_t operations =
      std::min(message.operations.size(), carver.left / sizeof(Operation));
  auto* operation = carver.take<Operation>(operations);
  for (std::size_t i = 0; i < operations; ++i) {
    Operation& one = *new (operation + i) Operation(message.operations[i]);
    if (!one.object.text.empty()) {  // half a name would be another object's
      const std::size_t whole = one.object.text.size();
      one.object.text = moved_run(one.object.text, message, copied, scratch_copied);
      if (one.object.text.size() != whole) one.object = {};
    }
    const bool had_value = !one.value.run.empty();
    one.value.run = moved_run(one.value.run, message, copied, scratch_copied);
    if (had_value && one.value.run.empty()) one.value = {};
  }
  request.operations = {operation, operations};

  auto* views = carver.take<View>(need.items);
  std::size_t items = 0;
  for (; views && items < need.items; ++items) {
    const View item = (*message.items)[items];
    auto* item_slots = carver.take<std::uint64_t>(item.schema->fields.size());
    if (!item_slots) break;
    new (views + items) View(moved(item, item_slots, copied, scratch_copied));
  }
  request.items = {views, views ? items : 0};
}

}  // namespace

PendingPool::Blocks::Blocks(std::size_t block_size, std::size_t count)
    : size(block_size), memory(block_size * count) {
  free.reserve(count);
  for (std::size_t i = count; i-- > 0;) free.push_back(static_cast<std::uint32_t>(i));
}

PendingPool::PendingPool(std::size_t small, std::size_t large)
    : small_(small_block, small), large_(large_block, large), entries_(small + large) {
  free_.reserve(entries_.size());
  for (std::size_t i = entries_.size(); i-- > 0;) free_.push_back(static_cast<std::uint32_t>(i));
}

std::uint32_t PendingPool::keep(const Message& message, std::uint64_t packet_number) {
  const Need need = need_of(message);
  const std::size_t wanted = message.record.schema->fields.size() * sizeof(std::uint64_t) + need.tables +
                             need.message + need.scratch + rounding;
  const bool large = (wanted > small_block || small_.free.empty()) && !large_.free.empty();
  Blocks& blocks = large ? large_ : small_;
  if (blocks.free.empty() || free_.empty()) return no_pending;

  const std::uint32_t index = free_.back();
  free_.pop_back();
  Pending& entry = entries_[index];
  entry = Pending{};
  entry.block = blocks.free.back();
  entry.large = large;
  blocks.free.pop_back();
  entry.protocol = message.protocol;
  entry.context = message.context;
  entry.request.time = message.context.time;
  entry.request.packet_number = packet_number;
  copy(message, need, {blocks.at(entry.block), blocks.size}, entry.request);
  link(index);
  return index;
}

void PendingPool::link(std::uint32_t index) {
  Pending& entry = entries_[index];
  entry.older = newest_;
  if (newest_ != no_pending) entries_[newest_].newer = index;
  newest_ = index;
  if (oldest_ == no_pending) oldest_ = index;
  ++size_;
}

void PendingPool::release(std::uint32_t index) {
  Pending& entry = entries_[index];
  (entry.older == no_pending ? oldest_ : entries_[entry.older].newer) = entry.newer;
  (entry.newer == no_pending ? newest_ : entries_[entry.newer].older) = entry.older;
  (entry.large ? large_ : small_).free.push_back(entry.block);
  free_.push_back(index);
  --size_;
}

}  // namespace langyan::dissect
