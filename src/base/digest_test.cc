#include "base/digest.h"

#include <gtest/gtest.h>

#include <string>

namespace langyan {
namespace {

std::string hex(Bytes octets) {
  std::string out;
  for (const std::uint8_t octet : octets) {
    out += "0123456789abcdef"[octet >> 4];
    out += "0123456789abcdef"[octet & 15];
  }
  return out;
}

TEST(Digest, AgreesWithTheStandardsExamples) {  // RFC 1321, FIPS 180-4
  const Bytes abc = bytes_of("abc");
  EXPECT_EQ(hex(md5(abc)), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hex(sha1(abc)), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha256(abc)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(md5({})), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(hex(sha1({})), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
  EXPECT_EQ(hex(sha256({})), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST(Digest, InPartsAsAtOnceAndAgain) {
  const std::string text(1'000, 'x');
  for (const DigestKind kind : {DigestKind::md5, DigestKind::sha1, DigestKind::sha256}) {
    std::array<std::uint8_t, longest_digest> whole{}, parts{};
    Digest digest(kind);
    digest.add(bytes_of(text));
    const std::string first = hex(digest.finish(whole));
    EXPECT_EQ(first.size(), 2 * digest_size(kind));
    for (std::size_t at = 0; at < text.size(); at += 7)
      digest.add(bytes_of(std::string_view(text).substr(at, 7)));
    EXPECT_EQ(hex(digest.finish(parts)), first);
  }
}

}  // namespace
}  // namespace langyan
