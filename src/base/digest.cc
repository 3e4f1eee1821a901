#define OPENSSL_SUPPRESS_DEPRECATED  // see digest.h
#include "base/digest.h"

#include <openssl/md5.h>
#include <openssl/sha.h>

#include <algorithm>

namespace langyan {
namespace {

template <std::size_t size>
std::array<std::uint8_t, size> at_once(DigestKind kind, Bytes octets) {
  std::array<std::uint8_t, size> out;
  Digest digest(kind);
  digest.add(octets);
  digest.finish(out);
  return out;
}

template <class State>
State* as(std::uint8_t* state) {
  return reinterpret_cast<State*>(state);
}

}  // namespace

Digest::Digest(DigestKind kind) : kind_(kind) {
  static_assert(std::max({sizeof(MD5_CTX), sizeof(SHA_CTX), sizeof(SHA256_CTX)}) <= state_size);
  static_assert(std::max({alignof(MD5_CTX), alignof(SHA_CTX), alignof(SHA256_CTX)}) <= 8);
  start();
}

void Digest::start() {
  switch (kind_) {
    case DigestKind::md5: MD5_Init(as<MD5_CTX>(state_.data())); break;
    case DigestKind::sha1: SHA1_Init(as<SHA_CTX>(state_.data())); break;
    case DigestKind::sha256: SHA256_Init(as<SHA256_CTX>(state_.data())); break;
  }
}

void Digest::add(Bytes octets) {
  if (octets.empty()) return;
  switch (kind_) {
    case DigestKind::md5:
      MD5_Update(as<MD5_CTX>(state_.data()), octets.data(), octets.size());
      break;
    case DigestKind::sha1:
      SHA1_Update(as<SHA_CTX>(state_.data()), octets.data(), octets.size());
      break;
    case DigestKind::sha256:
      SHA256_Update(as<SHA256_CTX>(state_.data()), octets.data(), octets.size());
      break;
  }
}

Bytes Digest::finish(std::span<std::uint8_t> out) {
  switch (kind_) {
    case DigestKind::md5: MD5_Final(out.data(), as<MD5_CTX>(state_.data())); break;
    case DigestKind::sha1: SHA1_Final(out.data(), as<SHA_CTX>(state_.data())); break;
    case DigestKind::sha256: SHA256_Final(out.data(), as<SHA256_CTX>(state_.data())); break;
  }
  start();
  return Bytes(out).first(digest_size(kind_));
}

std::array<std::uint8_t, md5_size> md5(Bytes octets) {
  return at_once<md5_size>(DigestKind::md5, octets);
}
std::array<std::uint8_t, sha1_size> sha1(Bytes octets) {
  return at_once<sha1_size>(DigestKind::sha1, octets);
}
std::array<std::uint8_t, sha256_size> sha256(Bytes octets) {
  return at_once<sha256_size>(DigestKind::sha256, octets);
}

}  // namespace langyan
