#include "flow/defragmenter.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/caps.h"
#include "base/hash.h"

namespace langyan::flow {
namespace {

// clang-format off
const Cap fragment_bytes{"flow.fragment_bytes", 8u << 20, 128u << 10, 128u << 20, 1,
                         "Octets of fragments that wait for the rest of their datagram."};
const Cap datagrams_at_a_time{"flow.datagrams", 4'096, 16, 60'000, 176,
                              "Fragmented datagrams that wait for the rest."};
const Cap datagram_fragments{"flow.datagram_fragments", 1'024, 2, 65'536, 0,
                             "Fragments one datagram may have; 64 KiB at an MTU of 576 are 119."};
// clang-format on

// Links carry at least 576 octets of IPv4 (RFC 791 3.2) and 1280 of IPv6; the smallest MTU in use
// is SLIP's 296. A smaller fragment that is not the last was made to split a header.
constexpr std::size_t least_fragment = 256;

}  // namespace

Defragmenter::Defragmenter(const Options& options, FlowCounters& counters, Listener& listener)
    : wait_seconds_(static_cast<std::uint32_t>((options.fragment_wait + second - 1) / second)),
      page_total_(static_cast<std::uint32_t>(fragment_bytes.share(options.workers) / sizeof(Page))),
      datagram_total_(static_cast<std::uint16_t>(datagrams_at_a_time.share(options.workers))),
      seed_(options.seed),
      counters_(counters),
      listener_(listener),
      pages_(page_total_ + 1),
      datagrams_(datagram_total_ + 1u),
      buckets_(std::bit_ceil(datagram_total_ * 2u)),
      whole_(largest_datagram),
      kept_(kept_bytes) {
  static_assert(sizeof(Datagram) + 3 * sizeof(Id) <= 176, "the price of a row of flow.datagrams");
  due_.reserve(datagram_total_);
}

Defragmenter::Key Defragmenter::key_of(const decode::Headers& headers) {
  Key key{headers.source, headers.destination, headers.ip_id, 0, headers.ip_version};
  if (headers.ip_version == 4) key.protocol = headers.protocol;
  return key;
}

std::uint64_t Defragmenter::name(const Key& key) {
  return langyan::hash({reinterpret_cast<const std::uint8_t*>(&key), sizeof(Key)});
}

void Defragmenter::raise(Datagram& datagram, Anomaly kind) {
  const std::uint32_t bit =
      1u << (static_cast<unsigned>(kind) - static_cast<unsigned>(Anomaly::fragment_overlap));
  if (datagram.reported & bit) return;
  datagram.reported |= bit;
  counters_.add(Count::anomalies);
  listener_.anomaly({kind, nullptr, Direction::to_server, datagram.key.source,
                     datagram.key.destination, name(datagram.key)});
}

Defragmenter::Datagram& Defragmenter::find_or_open(const decode::Headers& headers, Id& id) {
  const Key key = key_of(headers);
  const std::uint64_t hash =
      langyan::hash({reinterpret_cast<const std::uint8_t*>(&key), sizeof key}, seed_);
  for (id = buckets_[bucket(hash)]; id; id = datagrams_[id].chain) {
    if (datagrams_[id].hash == hash && datagrams_[id].key == key) return datagrams_[id];
  }
  if (!free_datagram_ && datagrams_touched_ > datagram_total_) {
    drop(datagrams_[0].newer, Count::fragments_evicted, Anomaly::fragment_refused);
  }
  id = free_datagram_ ? free_datagram_ : static_cast<Id>(datagrams_touched_++);
  Datagram& datagram = datagrams_[id];
  if (id == free_datagram_) free_datagram_ = datagram.chain;
  Datagram& head = datagrams_[0];
  datagram = {.key = key,
              .hash = hash,
              .end = unknown_end,
              .extent = 0,
              .octets = 0,
              .packets = 0,
              .second = second_,
              .reported = 0,
              .bytes = 0,
              .protocol = headers.protocol,
              .copy = lately(hash) != nullptr,
              .differs = false,
              .chain = buckets_[bucket(hash)],
              .older = head.older,
              .newer = 0,
              .pages = {}};
  buckets_[bucket(hash)] = id;
  datagrams_[head.older].newer = id;
  head.older = id;
  counters_.add(Count::datagrams);
  return datagram;
}

void Defragmenter::close(Id id) {
  Datagram& datagram = datagrams_[id];
  for (Id& page : datagram.pages) {
    if (!page) continue;
    pages_[page].next_free = free_page_;
    free_page_ = page;
    --pages_used_;
  }
  Id* link = &buckets_[bucket(datagram.hash)];
  while (*link != id) link = &datagrams_[*link].chain;
  *link = datagram.chain;
  datagrams_[datagram.older].newer = datagram.newer;
  datagrams_[datagram.newer].older = datagram.older;
  datagram.chain = free_datagram_;
  free_datagram_ = id;
}

void Defragmenter::drop(Id id, Count cause, Anomaly kind) {
  counters_.add(cause, datagrams_[id].packets);
  // A mirror that sees frames twice leaves copies of the last fragments behind.
  if (datagrams_[id].differs) raise(datagrams_[id], Anomaly::fragment_differs);
  if (!datagrams_[id].copy) raise(datagrams_[id], kind);
  close(id);
}

const Defragmenter::Late* Defragmenter::lately(std::uint64_t hash) const {
  for (std::size_t back = 1; back <= lately_.size(); ++back) {
    const Late& late = lately_[(next_lately_ - back) % lately_.size()];
    if (late.size && late.hash == hash) return &late;
  }
  return nullptr;
}

bool Defragmenter::is_of(const Late& late, std::uint32_t begin, Bytes data, bool more) const {
  const std::size_t end = begin + data.size();
  if (end > late.size || more != (end < late.size)) return false;
  for (std::size_t at = 0; at < data.size();) {
    const std::size_t place = (late.begin + begin + at) % kept_bytes;
    const std::size_t size = std::min(data.size() - at, kept_bytes - place);
    if (std::memcmp(kept_.data() + place, data.data() + at, size) != 0) return false;
    at += size;
  }
  return true;
}

void Defragmenter::keep(std::uint64_t hash, Bytes whole) {
  lately_[next_lately_++ % lately_.size()] = {hash, kept_end_,
                                              static_cast<std::uint32_t>(whole.size())};
  for (std::size_t at = 0; at < whole.size();) {
    const std::size_t place = kept_end_ % kept_bytes;
    const std::size_t size = std::min(whole.size() - at, kept_bytes - place);
    std::memcpy(kept_.data() + place, whole.data() + at, size);
    at += size, kept_end_ += size;
  }
}

Defragmenter::Whole Defragmenter::accept(decode::Headers& headers, std::uint32_t wire_length) {
  const std::uint32_t begin = headers.fragment_offset;
  const Bytes data = headers.payload;
  const auto end = begin + static_cast<std::uint32_t>(data.size());
  const bool more = headers.more_fragments;
  Id id = 0;
  Datagram& datagram = find_or_open(headers, id);
  const auto refuse = [&](Count count, Anomaly kind) {
    counters_.add(count);
    raise(datagram, kind);
    if (datagram.packets == 0) close(id);
    return Whole{};
  };
  if (headers.missing) return refuse(Count::fragments_refused, Anomaly::fragment_incomplete);
  if (data.empty() || (more && data.size() % 8) || end >= largest_datagram) {
    return refuse(Count::fragments_malformed, Anomaly::fragment_malformed);
  }
  if (contradicts(datagram, end, more)) {
    return refuse(Count::fragments_malformed, Anomaly::fragment_end_differs);
  }
  if (datagram.packets >= datagram_fragments.value() || !reserve_pages(id, begin, end)) {
    return refuse(Count::fragments_refused, Anomaly::fragment_refused);
  }
  if (more && data.size() < least_fragment) raise(datagram, Anomaly::fragment_tiny);
  if (!more) datagram.end = end;
  if (begin == 0) datagram.protocol = headers.protocol;
  datagram.extent = std::max(datagram.extent, end);
  ++datagram.packets;
  datagram.bytes += wire_length;
  // Judged when it is given up: a name may be used again for another datagram.
  if (datagram.copy && !datagram.differs) {
    const Late* late = lately(datagram.hash);
    datagram.copy = late && kept_end_ - late->begin <= kept_bytes;  // else nobody knows any more
    datagram.differs = datagram.copy && !is_of(*late, begin, data, more);
  }
  fill(datagram, begin, data);
  return datagram.octets == datagram.end ? assemble(id, headers) : Whole{};
}

bool Defragmenter::contradicts(Datagram& datagram, std::uint32_t end, bool more) {
  if (!more) return datagram.end == unknown_end ? datagram.extent > end : datagram.end != end;
  return datagram.end != unknown_end && end >= datagram.end;
}

// Pages for the octets; other datagrams make room, the oldest first.
bool Defragmenter::reserve_pages(Id id, std::uint32_t begin, std::uint32_t end) {
  for (std::size_t i = begin / page_bytes; i * page_bytes < end; ++i) {
    Id& place = datagrams_[id].pages[i];
    if (place) continue;
    while (pages_used_ == page_total_) {
      Id oldest = datagrams_[0].newer;
      if (oldest == id) oldest = datagrams_[id].newer;
      if (!oldest) return false;
      drop(oldest, Count::fragments_evicted, Anomaly::fragment_refused);
    }
    place = free_page_ ? free_page_ : static_cast<Id>(pages_touched_++);
    if (place == free_page_) free_page_ = pages_[place].next_free;
    ++pages_used_;
    pages_[place].filled.fill(0);
  }
  return true;
}

void Defragmenter::fill(Datagram& datagram, std::uint32_t begin, Bytes data) {
  bool overlaps = false;
  const std::uint32_t before = datagram.octets;
  while (!data.empty()) {
    const std::size_t within = begin % page_bytes;
    const std::size_t size = std::min(data.size(), page_bytes - within);
    fill_page(datagram, pages_[datagram.pages[begin / page_bytes]], within, data.first(size),
              overlaps);
    begin += static_cast<std::uint32_t>(size);
    data = data.subspan(size);
  }
  if (!overlaps) return;
  counters_.add(Count::fragments_overlapped);
  // One that brings nothing new is a copy, as mirrors that see a frame twice make them.
  if (datagram.octets != before) raise(datagram, Anomaly::fragment_overlap);
}

void Defragmenter::fill_page(Datagram& datagram, Page& page, std::size_t begin, Bytes data,
                             bool& overlaps) {
  for (std::size_t at = 0; at < data.size(); at += 8) {
    const std::size_t unit = (begin + at) / 8, size = std::min<std::size_t>(8, data.size() - at);
    std::uint8_t* const there = page.octets.data() + begin + at;
    std::uint64_t& word = page.filled[unit / 64];
    const std::uint64_t bit = std::uint64_t{1} << unit % 64;
    if (!(word & bit)) {
      word |= bit;
      std::memcpy(there, data.data() + at, size);
      datagram.octets += static_cast<std::uint32_t>(size);
      continue;
    }
    overlaps = true;
    if (std::memcmp(there, data.data() + at, size) != 0) raise(datagram, Anomaly::fragment_differs);
  }
}

Defragmenter::Whole Defragmenter::assemble(Id id, decode::Headers& headers) {
  const Datagram& datagram = datagrams_[id];
  for (std::size_t at = 0; at < datagram.end; at += page_bytes) {
    std::memcpy(whole_.data() + at, pages_[datagram.pages[at / page_bytes]].octets.data(),
                std::min(page_bytes, datagram.end - at));
  }
  headers.protocol = datagram.protocol;
  headers.fragment_offset = 0;
  headers.more_fragments = false;
  const Whole whole{{whole_.data(), datagram.end}, datagram.packets, datagram.bytes};
  keep(datagram.hash, whole.payload);
  counters_.add(Count::datagrams_whole);
  counters_.add(Count::fragments_joined, datagram.packets);
  close(id);
  return whole;
}

void Defragmenter::tick(Time time) {
  second_ = static_cast<std::uint32_t>(time / second);
  due_.clear();
  for (Id id = datagrams_[0].newer; id; id = datagrams_[id].newer) {
    if (second_ - datagrams_[id].second < wait_seconds_) break;
    due_.push_back(id);
  }
  std::ranges::sort(due_, {}, [&](Id id) { return name(datagrams_[id].key); });
  for (const Id id : due_) drop(id, Count::fragments_expired, Anomaly::fragment_incomplete);
}

void Defragmenter::finish() {
  due_.clear();
  for (Id id = datagrams_[0].newer; id; id = datagrams_[id].newer) due_.push_back(id);
  std::ranges::sort(due_, {}, [&](Id id) { return name(datagrams_[id].key); });
  for (const Id id : due_) drop(id, Count::fragments_shutdown, Anomaly::fragment_incomplete);
}

}  // namespace langyan::flow
