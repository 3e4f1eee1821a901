// Inflate: what HTTP and its like compress (gzip, zlib, raw deflate, brotli), into an area the caller
// owns. The decoders work in an arena of the thread; nothing is allocated, and no more than `out` holds
// is ever made, so a small body cannot grow without end.
//
// [GZIP] RFC 1952, [ZLIB] RFC 1950, [DEFLATE] RFC 1951, [BR] RFC 7932
#pragma once

#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace langyan::wire {

enum class Coding : std::uint8_t { identity, gzip, deflate, brotli };

enum class Inflated : std::uint8_t {
  done,     // its end was reached
  more,     // all of the input was taken; its end has not come
  full,     // `out` is full and more would follow
  broken,   // not what the coding says; what came before stands in `out`
  refused,  // the decoder wants more memory than its arena has
};

// One body at a time and thread, its input in as many pieces as it comes in.
class Inflater {
 public:
  Inflater(Coding coding, std::span<std::uint8_t> out);
  ~Inflater();
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  Inflated feed(Bytes input);
  std::size_t size() const { return size_; }  // octets of `out` that are written

 private:
  Inflated start(Bytes input);
  Inflated feed_zlib(Bytes input);
  Inflated feed_brotli(Bytes input);

  Coding coding_;
  std::span<std::uint8_t> out_;
  std::size_t size_ = 0;
  bool started_ = false;
  Inflated state_ = Inflated::more;
  void* decoder_ = nullptr;  // in the arena
};

}  // namespace langyan::wire
