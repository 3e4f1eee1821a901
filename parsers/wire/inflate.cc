#include "parsers/wire/inflate.h"

#include <brotli/decode.h>
#include <zlib.h>

#include <algorithm>
#include <cstring>

namespace langyan::wire {
namespace {

// zlib wants 7 KiB and a window of 32 KiB; brotli 60 KiB of tables and a window that grows with its
// metablocks, of which pages rarely need more than 256 KiB. What wants more is left as it is.
constexpr std::size_t arena_bytes = 1 << 20;
constexpr std::size_t alignment = 16;

struct Arena {
  alignas(alignment) std::uint8_t octets[arena_bytes];
  std::size_t used;
  bool refused;

  void* take(std::size_t size) {
    size = (size + alignment - 1) / alignment * alignment;
    if (size > arena_bytes - used) return refused = true, nullptr;
    void* place = octets + used;
    used += size;
    return place;
  }
};
thread_local Arena arena;  // pages that are never touched cost nothing

void* zlib_take(void*, unsigned count, unsigned size) { return arena.take(std::size_t{count} * size); }
void* brotli_take(void*, std::size_t size) { return arena.take(size); }
void give_back(void*, void*) {}  // all at once, with the next body

// [ZLIB] 2.2: method 8, and the two octets are a multiple of 31. Some servers send raw deflate.
bool is_zlib(Bytes input) {
  constexpr std::uint8_t usual = 0x78;  // a window of 32 KiB
  if (input.size() < 2) return input[0] == usual;
  return (input[0] & 15) == 8 && (input[0] << 8 | input[1]) % 31 == 0;
}

}  // namespace

Inflater::Inflater(Coding coding, std::span<std::uint8_t> out) : coding_(coding), out_(out) {
  arena.used = 0;
  arena.refused = false;
}

Inflater::~Inflater() = default;  // what the decoders hold is the arena's

Inflated Inflater::start(Bytes input) {
  started_ = true;
  if (coding_ == Coding::brotli) {
    decoder_ = BrotliDecoderCreateInstance(brotli_take, give_back, nullptr);
    return decoder_ ? Inflated::more : Inflated::refused;
  }
  auto* stream = static_cast<z_stream*>(arena.take(sizeof(z_stream)));
  std::memset(stream, 0, sizeof *stream);
  stream->zalloc = zlib_take, stream->zfree = give_back;
  constexpr int gzip_bits = 15 + 16, zlib_bits = 15, raw_bits = -15;
  const int bits = coding_ == Coding::gzip ? gzip_bits : is_zlib(input) ? zlib_bits : raw_bits;
  decoder_ = stream;
  return inflateInit2(stream, bits) == Z_OK ? Inflated::more : Inflated::refused;
}

Inflated Inflater::feed(Bytes input) {
  if (state_ != Inflated::more || input.empty()) return state_;
  if (coding_ == Coding::identity) {
    const std::size_t size = std::min(input.size(), out_.size() - size_);
    std::memcpy(out_.data() + size_, input.data(), size);
    size_ += size;
    return state_ = size < input.size() ? Inflated::full : Inflated::more;
  }
  if (!started_ && (state_ = start(input)) != Inflated::more) return state_;
  return state_ = coding_ == Coding::brotli ? feed_brotli(input) : feed_zlib(input);
}

Inflated Inflater::feed_zlib(Bytes input) {
  auto* stream = static_cast<z_stream*>(decoder_);
  stream->next_in = const_cast<std::uint8_t*>(input.data());
  stream->avail_in = static_cast<unsigned>(input.size());
  stream->next_out = out_.data() + size_;
  stream->avail_out = static_cast<unsigned>(out_.size() - size_);
  const int result = inflate(stream, Z_SYNC_FLUSH);
  size_ = out_.size() - stream->avail_out;
  if (result == Z_STREAM_END) return Inflated::done;
  if (result == Z_MEM_ERROR) return Inflated::refused;
  if (result != Z_OK && result != Z_BUF_ERROR) return Inflated::broken;
  return stream->avail_out == 0 ? Inflated::full : Inflated::more;
}

Inflated Inflater::feed_brotli(Bytes input) {
  auto* decoder = static_cast<BrotliDecoderState*>(decoder_);
  std::size_t left = input.size(), room = out_.size() - size_;
  const std::uint8_t* from = input.data();
  std::uint8_t* to = out_.data() + size_;
  const auto result = BrotliDecoderDecompressStream(decoder, &left, &from, &room, &to, nullptr);
  size_ = out_.size() - room;
  if (result == BROTLI_DECODER_RESULT_SUCCESS) return Inflated::done;
  if (result == BROTLI_DECODER_RESULT_ERROR) return arena.refused ? Inflated::refused : Inflated::broken;
  return result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT ? Inflated::full : Inflated::more;
}

}  // namespace langyan::wire
