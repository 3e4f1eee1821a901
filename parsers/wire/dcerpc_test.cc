#include "parsers/wire/dcerpc.h"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "fields/test_decode.h"

namespace langyan::wire {
namespace {

constexpr Uuid device = uuid("dea00001-6c97-11d1-8271-00a02442df7d");

std::string text(const Uuid& uuid) {
  std::array<std::uint8_t, uuid_text_bytes> out;
  write_uuid(uuid, out);
  return {out.begin(), out.end()};
}

// Octets on the heap with nothing around them, so a read past them is seen.
struct Heap {
  explicit Heap(std::vector<std::uint8_t> octets) : size(octets.size()), memory(new std::uint8_t[octets.size()]) {
    std::copy(octets.begin(), octets.end(), memory.get());
  }
  Bytes all() const { return {memory.get(), size}; }
  std::size_t size;
  std::unique_ptr<std::uint8_t[]> memory;
};

// [C706] 12.5.3, little endian: request, fragment, last; opnum 3; two octets of body.
constexpr const char* little =
    "04 00 26 00 100000 00"
    "0000a0de 976c d111 8271 00010178002a"
    "0100a0de 976c d111 8271 00a02442df7d"
    "78563412 3412 7856 8271 00a02442df7d"
    "00000000 01000000 07000000 0300 ffff ffff 0200 0100 00 00 abcd";
constexpr const char* big =
    "04 02 28 00 000000 00"
    "dea00000 6c97 11d1 8271 00010178002a"
    "dea00001 6c97 11d1 8271 00a02442df7d"
    "12345678 1234 5678 8271 00a02442df7d"
    "00000000 00000001 00000007 0003 ffff ffff 0002 0000 00 00 abcd";

TEST(Dcerpc, ReadsDatagramsOfBothByteOrders) {
  const Heap one{from_hex(little)}, two{from_hex(big)};
  const Datagram a = read_datagram(one.all()), b = read_datagram(two.all());
  ASSERT_TRUE(a.sound && b.sound);
  EXPECT_TRUE(a.little);
  EXPECT_FALSE(b.little);
  EXPECT_EQ(a.type, RpcType::request);
  EXPECT_EQ(b.type, RpcType::response);
  EXPECT_EQ(a.interface, device);
  EXPECT_EQ(b.interface, device);
  EXPECT_EQ(text(a.object), "dea00000-6c97-11d1-8271-00010178002a");
  EXPECT_EQ(text(a.activity), "12345678-1234-5678-8271-00a02442df7d");
  EXPECT_EQ(a.activity, b.activity);
  EXPECT_EQ(a.sequence, 7u);
  EXPECT_EQ(a.opnum, 3);
  EXPECT_EQ(a.fragment, 1);
  EXPECT_TRUE(a.is_fragment() && a.is_last());
  EXPECT_FALSE(b.is_fragment());
  EXPECT_EQ(a.body.size(), 2u);
}

TEST(Dcerpc, SaysWhatADatagramLacks) {
  auto octets = from_hex(little);
  for (std::size_t size = 0; size < octets.size(); ++size) {
    const Heap cut{{octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)}};
    const Datagram got = read_datagram(cut.all());
    EXPECT_EQ(got.sound, size >= datagram_header_bytes) << size;
    EXPECT_FALSE(got.whole && got.sound) << size;
  }
  octets[0] = 5;
  EXPECT_FALSE(read_datagram(octets).sound);
  octets[0] = 4, octets[1] = 11;
  EXPECT_FALSE(read_datagram(octets).sound);
  octets[1] = 0, octets[4] = 0x20;
  EXPECT_FALSE(read_datagram(octets).sound);
}

TEST(Dcerpc, ReadsCallsOnConnections) {
  const Heap request{from_hex("05 00 00 83 10000000 2a00 0000 02000000 00000000 0100 0400"
                              "0000a0de 976c d111 8271 00a02442df7d abcd")};
  ASSERT_EQ(fragment_size(request.all()), request.size);
  const Fragment fragment = read_fragment(request.all());
  ASSERT_TRUE(fragment.sound);
  EXPECT_TRUE(fragment.is_first() && fragment.is_last());
  EXPECT_EQ(fragment.call, 2u);
  const RpcCall call = read_call(fragment);
  ASSERT_TRUE(call.sound);
  EXPECT_EQ(call.context, 1);
  EXPECT_EQ(call.opnum, 4);
  EXPECT_EQ(text(call.object), "dea00000-6c97-11d1-8271-00a02442df7d");
  EXPECT_EQ(call.stub.size(), 2u);

  const Heap fault{from_hex("05 00 03 03 00000000 0020 0000 00000002 00000000 0001 0000 1c010003 00000000")};
  const RpcReply reply = read_reply(read_fragment(fault.all()));
  ASSERT_TRUE(reply.sound);
  EXPECT_EQ(reply.status, 0x1c010003u);
}

TEST(Dcerpc, LeavesTheSecurityTrailerAway) {
  // Eight octets of stub, of which two are the pad; a trailer; four octets of signature.
  const Heap signed_call{from_hex("05 00 00 03 10000000 2c00 0400 02000000 06000000 0000 0300"
                                  "0102030405060000 0a 05 02 00 00000000 a0a1a2a3")};
  const Fragment fragment = read_fragment(signed_call.all());
  ASSERT_TRUE(fragment.sound);
  EXPECT_EQ(fragment.auth_type, 10);
  EXPECT_EQ(fragment.auth_level, 5);
  EXPECT_EQ(read_call(fragment).stub.size(), 6u);
  // A trailer longer than the fragment is no fragment.
  EXPECT_EQ(fragment_size(from_hex("05 00 00 03 10000000 1400 0400 02000000 00000000")), 0u);
}

TEST(Dcerpc, WalksContextsAndResults) {
  const Heap bind{from_hex("05 00 0b 03 10000000 7400 0000 01000000 d016 d016 00000000 02 000000"
                           "0000 01 00 b84a9f4d 1c7d cf11 861e 0020af6e7c57 0000 0000"
                           "045d888a eb1c c911 9fe8 08002b104860 0200 0000"
                           "0100 01 00 0883afe1 1f5d c911 91a4 08002b14a0fa 0300 0000"
                           "045d888a eb1c c911 9fe8 08002b104860 0200 0000")};
  const Fragment fragment = read_fragment(bind.all());
  ASSERT_TRUE(fragment.sound);
  std::vector<Presentation> found;
  EXPECT_TRUE(each_presentation(fragment, [&](const Presentation& each) { found.push_back(each); }));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(text(found[0].interface), "4d9f4ab8-7d1c-11cf-861e-0020af6e7c57");
  EXPECT_EQ(found[1].interface, endpoint_mapper);
  EXPECT_EQ(found[1].id, 1);
  EXPECT_EQ(found[1].major, 3);

  const Heap ack{from_hex("05 00 0c 03 10000000 5400 0000 01000000 d016 d016 00000000 0400 31333500 0000"
                          "02 000000 0000 0000 045d888a eb1c c911 9fe8 08002b104860 0200 0000"
                          "0200 0100 00000000 0000 0000 0000 000000000000 0000 0000")};
  std::vector<unsigned> results;
  ASSERT_TRUE(read_fragment(ack.all()).sound);
  EXPECT_TRUE(each_result(read_fragment(ack.all()),
                          [&](unsigned, std::uint16_t result, std::uint16_t) { results.push_back(result); }));
  EXPECT_THAT(results, testing::ElementsAre(0u, 2u));

  auto octets = from_hex("05 00 0b 03 10000000 2000 0000 01000000 d016 d016 00000000 ff 000000 0000 01 00");
  EXPECT_FALSE(each_presentation(read_fragment(octets), [](const Presentation&) { FAIL(); }));
}

}  // namespace
}  // namespace langyan::wire
