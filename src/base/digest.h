// Digests: MD5, SHA-1 and SHA-256 of octets, at once or in parts. They name things (certificates,
// handshakes, files); they keep no secret.
//
//   const auto name = sha256(bytes);                          // 32 octets
//   Digest digest(DigestKind::md5); digest.add(a); digest.add(b); digest.finish(octets);
//
// Nothing allocates or fails: OpenSSL's older functions are used, whose state stands in the object,
// because the newer ones take memory for each digest. Any thread, each with an object of its own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

namespace langyan {

enum class DigestKind : std::uint8_t { md5, sha1, sha256 };

constexpr std::size_t md5_size = 16, sha1_size = 20, sha256_size = 32, longest_digest = sha256_size;
constexpr std::size_t digest_size(DigestKind kind) {
  return kind == DigestKind::md5 ? md5_size : kind == DigestKind::sha1 ? sha1_size : sha256_size;
}

class Digest {
 public:
  explicit Digest(DigestKind kind);
  void add(Bytes octets);
  // Writes digest_size(kind) octets to the front of `out` and returns them; starts anew.
  Bytes finish(std::span<std::uint8_t> out);

 private:
  void start();

  static constexpr std::size_t state_size = 128;  // of the largest; checked in digest.cc
  alignas(8) std::array<std::uint8_t, state_size> state_;
  DigestKind kind_;
};

std::array<std::uint8_t, md5_size> md5(Bytes octets);
std::array<std::uint8_t, sha1_size> sha1(Bytes octets);
std::array<std::uint8_t, sha256_size> sha256(Bytes octets);

}  // namespace langyan
