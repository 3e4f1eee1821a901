#include "flow/table.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

#include <algorithm>
#include <new>

namespace langyan::flow {
namespace {

__extension__ using Wide = unsigned __int128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

constexpr std::uint64_t salts[] = {0x9e3779b97f4a7c15, 0xd1b54a32d192ed03, 0x8cb92ba72f3d8dd7,
                                   0xaef17502108ef2d9, 0xf1357aea2e62a9c5};

std::uint64_t key_hash(const Key& key, std::uint64_t seed) {
  const auto words = key.words();
  const std::uint64_t low = fold(words[0] ^ salts[0] ^ seed, words[1] ^ salts[1]);
  const std::uint64_t high = fold(words[2] ^ salts[2] ^ seed, words[3] ^ salts[3]);
  return fold(low ^ std::rotl(high, 32) ^ seed, words[4] ^ salts[4] ^ high);
}

}  // namespace

std::uint64_t Flow::id() const {
  constexpr std::uint64_t largest = (std::uint64_t{1} << 53) - 1;  // RFC 8259 6
  const auto time = static_cast<std::uint64_t>(first_time_);
  const std::uint64_t id = fold(key_hash(key_, 0) ^ salts[0], time ^ salts[1]) & largest;
  return id ? id : largest;
}

Table::Table(std::uint32_t capacity, std::uint64_t seed)
    : capacity_(capacity),
      mask_(std::bit_ceil(std::max<std::size_t>(capacity * 2ull / places, 1)) - 1),
      seed_(seed),
      flows_(capacity),
      tcp_(capacity),
      index_(mask_ + 1),
      buckets_(bucket_count) {
  for (std::uint32_t i = 0; i < bucket_count; ++i) buckets_[i] = {bucket_tag | i, bucket_tag | i};
}

std::uint64_t Table::hash(const Key& key) const {
  return key_hash(key, seed_);
}

std::uint32_t Table::matches(const Line& line, std::uint32_t tag) {
#ifdef __SSE2__
  const __m128i wanted = _mm_set1_epi32(static_cast<int>(tag));
  const auto* tags = reinterpret_cast<const __m128i*>(line.tags);
  const __m128i low = _mm_cmpeq_epi32(_mm_load_si128(tags), wanted);
  const __m128i high = _mm_cmpeq_epi32(_mm_load_si128(tags + 1), wanted);
  const __m128i both = _mm_packs_epi16(_mm_packs_epi32(low, high), _mm_setzero_si128());
  return static_cast<std::uint32_t>(_mm_movemask_epi8(both));
#else
  std::uint32_t found = 0;
  for (unsigned i = 0; i < places; ++i) found |= std::uint32_t{line.tags[i] == tag} << i;
  return found;
#endif
}

std::uint32_t Table::guess(std::uint64_t hash) const {
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t at = home(tag);; at = (at + 1) & mask_) {
    const Line& line = index_[at];
    if (const std::uint32_t found = matches(line, tag)) {
      const std::uint32_t slot = line.slots[std::countr_zero(found)];
      __builtin_prefetch(&flows_[slot], 1);
      return slot;
    }
    if (matches(line, 0)) return no_slot;
  }
}

void Table::prefetch_rest(std::uint32_t slot) const {
  if (slot >= capacity_) return;
  __builtin_prefetch(reinterpret_cast<const char*>(&flows_[slot]) + 64, 1);
  __builtin_prefetch(&tcp_[slot], 1);
}

Flow* Table::find(const Key& key, std::uint64_t hash) const {
  const std::uint32_t tag = tag_of(hash);
  for (std::size_t at = home(tag);; at = (at + 1) & mask_) {
    const Line& line = index_[at];
    for (std::uint32_t found = matches(line, tag); found; found &= found - 1) {
      const Flow& flow = flows_[line.slots[std::countr_zero(found)]];
      if (flow.key_ == key) return const_cast<Flow*>(&flow);
    }
    if (matches(line, 0)) return nullptr;
  }
}

Flow& Table::open(const Key& key, std::uint64_t hash) {
  std::uint32_t slot = free_;
  if (slot != no_slot) {
    free_ = flows_[slot].next_;
  } else {
    slot = used_++;
  }
  Flow& flow = *new (&flows_[slot]) Flow();
  flow.key_ = key;
  flow.slot_ = slot;
  flow.used_ = 1;
  flow.rank_ = static_cast<std::uint32_t>(Rank::none);
  if (key.kind == Kind::tcp) new (&tcp_[slot]) TcpState();

  const std::uint32_t tag = tag_of(hash);
  std::size_t at = home(tag);
  std::uint32_t empty;
  while (!(empty = matches(index_[at], 0))) at = (at + 1) & mask_;
  const int place = std::countr_zero(empty);
  index_[at].tags[place] = tag;
  index_[at].slots[place] = slot;
  ++size_;
  return flow;
}

// An entry lies in its home line or, where all lines from there are full, in the next. So a hole in
// a line that was full takes an entry that had to pass that line, and the hole moves on to its
// place.
void Table::remove(std::uint32_t tag, std::uint32_t slot) {
  std::size_t hole = home(tag);
  unsigned place = places;
  for (;; hole = (hole + 1) & mask_) {
    std::uint32_t found = matches(index_[hole], tag);
    while (found && index_[hole].slots[std::countr_zero(found)] != slot) found &= found - 1;
    if (!found) continue;
    place = static_cast<unsigned>(std::countr_zero(found));
    break;
  }
  bool was_full = !matches(index_[hole], 0);
  index_[hole].tags[place] = 0;
  for (std::size_t at = (hole + 1) & mask_; was_full && at != hole; at = (at + 1) & mask_) {
    Line& line = index_[at];
    const bool full = !matches(line, 0);
    for (unsigned i = 0; i < places; ++i) {
      if (line.tags[i] == 0) continue;
      const std::size_t passed = (at - home(line.tags[i])) & mask_;
      if (passed < ((at - hole) & mask_)) continue;  // its home lies behind the hole
      index_[hole].tags[place] = line.tags[i];
      index_[hole].slots[place] = line.slots[i];
      line.tags[i] = 0;
      hole = at;
      place = i;
      break;
    }
    was_full = full;
  }
}

void Table::close(Flow& flow) {
  unlink(flow);
  remove(tag_of(key_hash(flow.key_, seed_)), flow.slot_);
  flow.used_ = 0;
  flow.next_ = free_;
  free_ = flow.slot_;
  --size_;
}

Flow* Table::at(std::uint32_t slot) {
  return slot < used_ && flows_[slot].used_ ? &flows_[slot] : nullptr;
}

void Table::set_next(std::uint32_t link, std::uint32_t value) {
  (link & bucket_tag ? buckets_[link & ~bucket_tag].first : flows_[link].next_) = value;
}

void Table::set_previous(std::uint32_t link, std::uint32_t value) {
  (link & bucket_tag ? buckets_[link & ~bucket_tag].last : flows_[link].previous_) = value;
}

void Table::unlink(Flow& flow) {
  if (flow.rank_ == static_cast<std::uint32_t>(Rank::none)) return;
  set_next(flow.previous_, flow.next_);
  set_previous(flow.next_, flow.previous_);
  if (flow.previous_ == flow.next_ && (flow.next_ & bucket_tag)) {
    const std::uint32_t bucket = flow.next_ & ~bucket_tag;
    filled_[bucket / 64] &= ~(std::uint64_t{1} << bucket % 64);
  }
  --sizes_[flow.rank_];
  flow.rank_ = static_cast<std::uint32_t>(Rank::none);
}

void Table::schedule(Flow& flow, Rank rank, std::int64_t second) {
  unlink(flow);
  second = std::clamp(second, second_ + 1, second_ + wheel_seconds - 1);
  const auto bucket = static_cast<std::uint32_t>(static_cast<std::size_t>(rank) * wheel_seconds +
                                                 static_cast<std::size_t>(second % wheel_seconds));
  flow.rank_ = static_cast<std::uint32_t>(rank);
  flow.previous_ = buckets_[bucket].last;
  flow.next_ = bucket_tag | bucket;
  set_next(flow.previous_, flow.slot_);
  buckets_[bucket].last = flow.slot_;
  filled_[bucket / 64] |= std::uint64_t{1} << bucket % 64;
  ++sizes_[flow.rank_];
}

Flow* Table::soonest(Rank rank) {
  if (size(rank) == 0) return nullptr;
  constexpr std::size_t words = wheel_seconds / 64;
  const std::uint64_t* filled = &filled_[static_cast<std::size_t>(rank) * words];
  const auto from = static_cast<std::size_t>((second_ + 1) % wheel_seconds);
  for (std::size_t i = 0; i <= words;
       ++i) {  // the first word twice: its upper, then its lower bits
    const std::size_t word = (from / 64 + i) % words;
    std::uint64_t bits = filled[word];
    if (i == 0) bits &= ~std::uint64_t{0} << from % 64;
    if (!bits) continue;
    const std::size_t second = word * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    return &flows_[buckets_[static_cast<std::size_t>(rank) * wheel_seconds + second].first];
  }
  return nullptr;
}

Flow* Table::after(const Flow& flow) {
  return flow.next_ & bucket_tag ? nullptr : &flows_[flow.next_];
}

}  // namespace langyan::flow
