#define PCRE2_CODE_UNIT_WIDTH 8
#include "detect/transform.h"

#include <pcre2.h>

#include <algorithm>
#include <cstring>
#include <map>
#include <mutex>
#include <new>

#include "base/digest.h"
#include "base/hash.h"
#include "detect/payload.h"

namespace langyan::detect {
namespace {

using Octets = std::span<std::uint8_t>;

// Chains that rules hold, by what they do. Compiling threads meet here, never packets.
class Known {
 public:
  std::shared_ptr<const TransformChain> find_or_add(TransformChain chain) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(rows_, [](const auto& row) { return row.second.expired(); });
    auto& row = rows_[chain.key];
    auto same = row.lock();
    if (!same) row = same = std::make_shared<const TransformChain>(std::move(chain));
    return same;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const TransformChain>> rows_;
};

Known& known() {
  static Known instance;
  return instance;
}

bool is_blank(std::uint8_t octet) {
  return octet == ' ' || (octet >= '\t' && octet <= '\r');
}

std::uint8_t lower(std::uint8_t octet) {
  return octet >= 'A' && octet <= 'Z' ? static_cast<std::uint8_t>(octet + ('a' - 'A')) : octet;
}

int hex_digit(std::uint8_t octet) {
  const std::uint8_t c = lower(octet);
  return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Each of these works in place: nothing written lies behind what was read.

std::size_t decode_url(Octets octets) {
  std::size_t out = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    std::uint8_t octet = octets[i];
    if (octet == '+') octet = ' ';
    if (octet == '%' && i + 2 < octets.size()) {
      const int high = hex_digit(octets[i + 1]), low = hex_digit(octets[i + 2]);
      if (high >= 0 && low >= 0) octet = static_cast<std::uint8_t>(high << 4 | low), i += 2;
    }
    octets[out++] = octet;
  }
  return out;
}

// `most`: how many blanks of a run stay.
std::size_t drop_blanks(Octets octets, std::size_t most) {
  std::size_t out = 0, run = 0;
  for (const std::uint8_t octet : octets) {
    run = is_blank(octet) ? run + 1 : 0;
    if (run <= most) octets[out++] = octet;
  }
  return out;
}

// Of each line, up to its colon.
std::size_t lower_header_names(Octets octets) {
  bool name = true;
  for (std::uint8_t& octet : octets) {
    if (octet == '\n') name = true;
    if (octet == ':') name = false;
    if (name) octet = lower(octet);
  }
  return octets.size();
}

// Lines that begin with a colon.
std::size_t drop_pseudo_headers(Octets octets) {
  std::size_t out = 0;
  bool starts = true, dropped = false;
  for (const std::uint8_t octet : octets) {
    if (starts) dropped = octet == ':';
    starts = octet == '\n';
    if (!dropped) octets[out++] = octet;
  }
  return out;
}

std::size_t digest(DigestKind kind, Octets room, std::size_t size) {
  Digest digest(kind);
  digest.add(room.first(size));
  return digest.finish(room).size();
}

// What a chain may add to a buffer: a digest of an empty one, and a dot for each dotprefix.
constexpr std::size_t most_growth = longest_digest + most_chained;

}  // namespace

std::shared_ptr<const TransformChain> extended(const TransformChain* chain, Transform step) {
  TransformChain longer;
  if (chain) longer = *chain;
  longer.key += std::to_string(static_cast<unsigned>(step.kind)) + ":" +
                std::to_string(step.octets) + ":" + std::to_string(step.offset) + ":" +
                std::to_string(step.argument.size()) + ":" + step.argument + ";";
  longer.steps.push_back(std::make_shared<const Transform>(std::move(step)));
  return known().find_or_add(std::move(longer));
}

Transformer::Transformer()
    : room_(std::make_unique<std::uint8_t[]>(transform_room)),
      data_(pcre2_match_data_create(2, nullptr)),
      context_(pcre2_match_context_create(nullptr)),
      stack_(pcre2_jit_stack_create(32 * 1024, regex_stack_bytes, nullptr)) {
  if (!data_ || !context_ || !stack_) throw std::bad_alloc();  // before any packet is read
  pcre2_set_match_limit(context_, regex_match_limit);
  pcre2_set_depth_limit(context_, regex_depth_limit);
  pcre2_jit_stack_assign(context_, nullptr, stack_);
}

Transformer::~Transformer() {
  pcre2_match_data_free(data_);
  pcre2_match_context_free(context_);
  pcre2_jit_stack_free(stack_);
}

std::optional<Bytes> Transformer::apply(const TransformChain& chain, Bytes input) {
  const std::uint64_t place = combine(reinterpret_cast<std::uintptr_t>(&chain),
                                      reinterpret_cast<std::uintptr_t>(input.data()));
  Entry* free = nullptr;
  constexpr std::size_t probes = 8;
  for (std::size_t i = 0; i < probes; ++i) {
    Entry& entry = entries_[(place + i) % entries_.size()];
    if (entry.message != message_) {
      free = &entry;
      break;
    }
    const bool same = entry.chain == &chain && entry.input.data() == input.data() &&
                      entry.input.size() == input.size();
    if (same) return entry.output;
  }
  const std::size_t needed = input.size() + most_growth;
  if (!free || needed > transform_room - used_) return {};
  const Octets octets{room_.get() + used_, needed};
  std::ranges::copy(input, octets.begin());
  std::size_t size = input.size();
  for (const auto& transform : chain.steps) size = step(*transform, octets, size);
  used_ += std::max<std::size_t>(size, 1);
  *free = {message_, &chain, input, octets.first(size)};
  return free->output;
}

std::size_t Transformer::step(const Transform& transform, Octets room, std::size_t size) {
  const Octets octets = room.first(size);
  switch (transform.kind) {
    case Transform::Kind::lower_case: std::ranges::transform(octets, octets.begin(), lower); break;
    case Transform::Kind::upper_case:
      for (std::uint8_t& octet : octets)
        if (octet >= 'a' && octet <= 'z') octet = static_cast<std::uint8_t>(octet - ('a' - 'A'));
      break;
    case Transform::Kind::md5: return digest(DigestKind::md5, room, size);
    case Transform::Kind::sha1: return digest(DigestKind::sha1, room, size);
    case Transform::Kind::sha256: return digest(DigestKind::sha256, room, size);
    case Transform::Kind::dot_prefix:
      std::memmove(room.data() + 1, room.data(), size);
      room[0] = '.';
      return size + 1;
    case Transform::Kind::url_decode: return decode_url(octets);
    case Transform::Kind::exclusive_or:
      for (std::size_t i = 0; i < size; ++i)
        octets[i] ^= static_cast<std::uint8_t>(transform.argument[i % transform.argument.size()]);
      break;
    case Transform::Kind::compress_whitespace: return drop_blanks(octets, 1);
    case Transform::Kind::strip_whitespace: return drop_blanks(octets, 0);
    case Transform::Kind::header_lower_case: return lower_header_names(octets);
    case Transform::Kind::strip_pseudo_headers: return drop_pseudo_headers(octets);
    case Transform::Kind::regex: return capture(transform, room, size);
    case Transform::Kind::base64: {
      const std::size_t offset = std::min<std::size_t>(transform.offset, size);
      const std::size_t length = std::min<std::size_t>(transform.octets, size - offset);
      return decode_base64(octets.subspan(offset, length), room);
    }
  }
  return size;
}

// The first group of the expression; without a match all stays as it is.
std::size_t Transformer::capture(const Transform& transform, Octets room, std::size_t size) {
  const int found =
      pcre2_match(transform.regex.code.get(), room.data(), size, 0, 0, data_, context_);
  if (found < 2) return size;
  const std::size_t* const ends = pcre2_get_ovector_pointer(data_);
  const std::size_t first = ends[2], last = ends[3];
  if (first == PCRE2_UNSET || last < first) return size;
  std::memmove(room.data(), room.data() + first, last - first);
  return last - first;
}

}  // namespace langyan::detect
