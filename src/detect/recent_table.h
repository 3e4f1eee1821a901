// RecentTable: a hash table of a fixed number of entries; a new key takes the place of the one that
// waited longest. Nothing is allocated after construction. One thread.
#pragma once

#include <cstdint>
#include <vector>

namespace langyan::detect {

template <class Key, class Value>  // std::uint64_t hash_of(const Key&) is found beside Key
class RecentTable {
 public:
  explicit RecentTable(std::size_t capacity) : buckets_(capacity, none) { pool_.reserve(capacity); }

  // The value of `key`, used just now; a new one is Value{}. `evicted`: another was forgotten for it.
  Value& take(const Key& key, bool& evicted) {
    evicted = false;
    if (Value* found = find(key)) return *found;
    evicted = pool_.size() == buckets_.size();
    const std::uint32_t index = evicted ? oldest_ : static_cast<std::uint32_t>(pool_.size());
    if (evicted) {
      unlink(index);
      leave_bucket(index);
    } else {
      pool_.emplace_back();
    }
    std::uint32_t& bucket = bucket_of(key);
    pool_[index] = {key, Value{}, bucket, none, none};
    bucket = index;
    link(index);
    return pool_[index].value;
  }
  Value* find(const Key& key) {  // null: not there; else used just now
    for (std::uint32_t i = bucket_of(key); i != none; i = pool_[i].next) {
      if (!(pool_[i].key == key)) continue;
      unlink(i);
      link(i);
      return &pool_[i].value;
    }
    return nullptr;
  }

 private:
  static constexpr std::uint32_t none = 0xffffffff;
  struct Entry {
    Key key;
    Value value;
    std::uint32_t next = none;  // in its bucket
    std::uint32_t older = none, newer = none;
  };

  std::uint32_t& bucket_of(const Key& key) { return buckets_[hash_of(key) % buckets_.size()]; }
  void link(std::uint32_t index) {
    pool_[index].older = newest_, pool_[index].newer = none;
    (newest_ == none ? oldest_ : pool_[newest_].newer) = index;
    newest_ = index;
  }
  void unlink(std::uint32_t index) {
    const Entry& it = pool_[index];
    (it.older == none ? oldest_ : pool_[it.older].newer) = it.newer;
    (it.newer == none ? newest_ : pool_[it.newer].older) = it.older;
  }
  void leave_bucket(std::uint32_t index) {
    std::uint32_t* at = &bucket_of(pool_[index].key);
    while (*at != index) at = &pool_[*at].next;
    *at = pool_[index].next;
  }

  std::vector<Entry> pool_;
  std::vector<std::uint32_t> buckets_;
  std::uint32_t oldest_ = none, newest_ = none;
};

}  // namespace langyan::detect
