// Transforms: a sticky buffer turned into something else before a rule looks into it.
//
//   dns.query; dotprefix; to_lowercase; content:".example.org"; endswith;
//
// A chain of them is made once, however many rules name it; each worker applies it to a buffer at
// most once a message, in room of its own with a fixed size. What finds no room is not looked at
// and counted.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "detect/payload_condition.h"

struct pcre2_real_match_data_8;
struct pcre2_real_match_context_8;
struct pcre2_real_jit_stack_8;

namespace langyan::detect {

struct Transform {
  enum class Kind : std::uint8_t {
    lower_case,
    upper_case,
    md5,
    sha1,
    sha256,
    dot_prefix,
    url_decode,
    exclusive_or,
    compress_whitespace,
    strip_whitespace,
    header_lower_case,
    strip_pseudo_headers,
    regex,
    base64,
  };
  Kind kind = Kind::lower_case;
  std::string argument;                  // octets to xor with, or the pattern
  std::uint32_t octets = 0, offset = 0;  // of base64
  Regex regex;
};

struct TransformChain {
  std::string key;  // the same for the same transforms
  std::vector<std::shared_ptr<const Transform>> steps;
};

// The chain, or none where it is null, with one more step; the same object for the same steps.
std::shared_ptr<const TransformChain> extended(const TransformChain* chain, Transform step);

constexpr std::size_t transform_room = 256 * 1024;  // octets of one message's transformed buffers
constexpr std::size_t most_transformed = 256;       // buffers of one message, by chain
constexpr std::size_t most_chained = 16;            // transforms of one buffer

// One thread. Nothing allocates after construction.
class Transformer {
 public:
  Transformer();
  ~Transformer();
  Transformer(const Transformer&) = delete;
  Transformer& operator=(const Transformer&) = delete;

  void start() {  // a new message: what was transformed before is forgotten
    if (used_ == 0) return;
    used_ = 0;
    ++message_;
  }
  // Nothing: no room is left. The octets stay until start(); `input` must until then, too.
  std::optional<Bytes> apply(const TransformChain& chain, Bytes input);

 private:
  struct Entry {
    std::uint64_t message = 0;  // of start()
    const TransformChain* chain = nullptr;
    Bytes input, output;
  };
  std::size_t step(const Transform& transform, std::span<std::uint8_t> octets, std::size_t size);
  std::size_t capture(const Transform& transform, std::span<std::uint8_t> octets, std::size_t size);

  std::unique_ptr<std::uint8_t[]> room_;
  std::size_t used_ = 0;
  std::uint64_t message_ = 1;
  std::array<Entry, most_transformed> entries_{};
  pcre2_real_match_data_8* data_;
  pcre2_real_match_context_8* context_;
  pcre2_real_jit_stack_8* stack_;
};

}  // namespace langyan::detect
