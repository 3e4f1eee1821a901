#include "flow/history.h"

#include <cstring>

namespace langyan::flow {
namespace {

constexpr int most_steps = 256;  // entries looked at for one retransmission

__extension__ using Wide = unsigned __int128;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

template <class Word>
std::uint64_t load(const std::uint8_t* at) {
  Word word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

constexpr std::uint64_t salt_a = 0xa0761d6478bd642f, salt_b = 0xe7037ed1a0b428db;

}  // namespace

std::uint32_t segment_hash(Bytes data, std::uint64_t seed) {
  const std::uint8_t* at = data.data();
  std::size_t size = data.size();
  std::uint64_t state = seed ^ salt_a;
  if (size > 64) {  // four lanes, since one waits for its multiplication
    std::uint64_t lanes[4] = {state, state + salt_b, state ^ salt_b, state - salt_b};
    for (; size > 64; size -= 64, at += 64) {
      for (std::size_t i = 0; i < 4; ++i) {
        lanes[i] = fold(load<std::uint64_t>(at + 16 * i) ^ salt_a ^ lanes[i],
                        load<std::uint64_t>(at + 16 * i + 8) ^ salt_b);
      }
    }
    state = fold(lanes[0] ^ salt_a, lanes[1] ^ salt_b) ^ fold(lanes[2] ^ salt_b, lanes[3] ^ salt_a);
  }
  for (; size > 16; size -= 16, at += 16) {
    state = fold(load<std::uint64_t>(at) ^ salt_a ^ state, load<std::uint64_t>(at + 8) ^ salt_b);
  }
  std::uint64_t first = 0, second = 0;  // the last 0 … 16 octets, by loads that may overlap
  if (size >= 8) {
    first = load<std::uint64_t>(at);
    second = load<std::uint64_t>(at + size - 8);
  } else if (size >= 4) {
    first = load<std::uint32_t>(at);
    second = load<std::uint32_t>(at + size - 4);
  } else if (size > 0) {
    first = at[0] | std::uint64_t{at[size / 2]} << 8 | std::uint64_t{at[size - 1]} << 16;
  }
  state = fold(first ^ salt_b ^ state, second ^ salt_a ^ data.size());
  state = fold(state ^ seed, salt_b);
  return static_cast<std::uint32_t>(state ^ state >> 32);
}

Compared History::compare(std::uint32_t latest, std::uint32_t stream, std::uint32_t sequence,
                          Bytes data) const {
  const auto size = static_cast<std::int32_t>(data.size());
  std::int32_t covered_from = size;  // from here on it is known what was delivered
  bool partly = false;
  std::uint32_t number = latest;
  for (int step = 0; step < most_steps && number && head_ - number < ring_.size(); ++step) {
    const Entry& entry = ring_[number & mask_];
    if (entry.tag != tag(stream)) break;
    const std::int32_t from = distance(sequence, entry.sequence), to = from + entry.size;
    number = entry.back < number ? number - entry.back : 0;
    if (from >= size) continue;
    if (to <= 0) break;
    if (to < covered_from) partly = true;
    covered_from = from;
    if (from < 0 || to > size) {
      partly = true;
      continue;
    }
    const Bytes same_place = data.subspan(static_cast<std::size_t>(from), entry.size);
    if (segment_hash(same_place, seed_) != entry.hash) return Compared::differs;
  }
  return partly || covered_from > 0 ? Compared::unknown : Compared::same;
}

}  // namespace langyan::flow
