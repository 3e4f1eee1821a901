#include "parsers/dnp3/link.h"

#include <gmock/gmock.h>

#include "parsers/dnp3/test_frame.h"

namespace langyan::dnp3 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Dnp3Link, ChecksumIsTheStandards) {
  // The check value of CRC-16/DNP in the catalogue of parametrised CRC algorithms.
  EXPECT_EQ(checksum(bytes_of("123456789")), 0xea82);
  EXPECT_TRUE(sound_header(from_hex("0564 05c0 0100 0004 e921")));
  EXPECT_FALSE(sound_header(from_hex("0564 05c0 0100 0004 e920")));
}

TEST(Dnp3Link, FramesByLengthAndChecksum) {
  const Octets whole = fragment(ask, "c1 01 3c0206 3c0306 3c0406 3c0106 1e0006");
  ASSERT_EQ(whole.size(), 10u + 18 + 2 + 2);
  const auto framed = [](const Octets& octets) { return protocol.frame(octets, {}); };
  EXPECT_EQ(framed(whole).kind, Frame::Kind::message);
  EXPECT_EQ(framed(whole).size, whole.size());
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Frame cut = framed({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)});
    EXPECT_EQ(cut.kind, Frame::Kind::need) << size;
    EXPECT_EQ(cut.size, size < 10 ? 10u : whole.size()) << size;
  }
  EXPECT_EQ(framed(from_hex("0565")).kind, Frame::Kind::lost);
  EXPECT_EQ(framed(from_hex("0664")).kind, Frame::Kind::lost);
  EXPECT_EQ(framed(from_hex("0564 04c0 0100 0004 0000")).kind, Frame::Kind::lost);
  // A wrong checksum: a message where its length leads to an end or another frame, else lost.
  Octets wrong = whole;
  wrong[8] ^= 1;
  EXPECT_EQ(framed(wrong).kind, Frame::Kind::message);
  Octets two = wrong;
  add(two, whole);
  EXPECT_EQ(framed(two).size, whole.size());
  two[whole.size()] = 0;
  EXPECT_EQ(framed(two).kind, Frame::Kind::lost);
  wrong.pop_back();
  EXPECT_EQ(framed(wrong).kind, Frame::Kind::need) << "at most 292 octets are waited for, however it is cut";
}

TEST(Dnp3Link, IsKnownByItsPayloadOnAnyPort) {
  const Octets whole = fragment(ask, "c1 01 3c0206");
  for (const Transport transport : {Transport::tcp, Transport::udp}) {
    const Context foreign{ask, transport, 40'000, 4'444}, own{ask, transport, 40'000, 20'000};
    const auto identify = [&](const Octets& octets, const Context& context) {
      return protocol.identify(octets, context);
    };
    EXPECT_EQ(identify(whole, foreign), Identity::yes);
    EXPECT_EQ(identify({whole.begin(), whole.begin() + 9}, foreign), Identity::unsure);
    EXPECT_EQ(identify({0x05}, foreign), Identity::unsure);
    EXPECT_EQ(identify(from_hex("05 01 00"), foreign), Identity::no) << "a SOCKS greeting";
    EXPECT_EQ(identify(from_hex("0564 04c0 0100 0004 0000"), own), Identity::no);
    Octets wrong = whole;
    wrong[8] ^= 1;
    EXPECT_EQ(identify(wrong, foreign), Identity::no);
    EXPECT_EQ(identify(wrong, own), Identity::yes);
    for (const char* other : {"474554202f20485454502f312e310d0a", "1603010200010001fc0303", "0000000600010103006b0003",
                              "6804070000000000", "0300001611e00000000100c1020100c2020102"}) {
      EXPECT_EQ(identify(from_hex(other), foreign), Identity::no) << other;
      EXPECT_EQ(identify(from_hex(other), own), Identity::no) << other;
    }
  }
  // A capture that starts within a frame of a stream on the own port.
  Octets late = {0x01, 0x02, 0x03};
  add(late, whole);
  EXPECT_EQ(protocol.identify(late, {ask, Transport::tcp, 40'000, 20'000}), Identity::yes);
  EXPECT_EQ(protocol.identify(late, {ask, Transport::tcp, 40'000, 4'444}), Identity::no);
  EXPECT_EQ(protocol.identify(late, {ask, Transport::udp, 40'000, 20'000}), Identity::no);
  EXPECT_EQ(protocol.identify(whole, {ask, Transport::layer2, 0, 0}), Identity::no);
}

TEST(Dnp3Link, ResynchronisesOnASoundHeader) {
  const Octets whole = fragment(ask, "c1 01 3c0206");
  Octets octets = from_hex("0564 0bc4 0a00 0100 0000 05");  // start octets with a wrong checksum, then one more
  const std::size_t before = octets.size();
  EXPECT_EQ(protocol.resync(octets, {}), before);
  add(octets, whole);
  EXPECT_EQ(protocol.resync(octets, {}), before);
  EXPECT_EQ(protocol.resync(whole, {}), 0u);
  EXPECT_EQ(protocol.resync(from_hex("ffff 0564 0bc4"), {}), 2u) << "the rest of the header may follow";
}

TEST(Dnp3Link, TellsWhoSends) {
  EXPECT_EQ(protocol.sender(fragment(ask, "c1 01 3c0206"), {}), End::client);
  EXPECT_EQ(protocol.sender(fragment(answer, "c1 81 0000"), {}), End::server);
  EXPECT_EQ(protocol.sender(link_frame(0x0b, 1, 10), {}), End::server);
  EXPECT_EQ(protocol.sender(from_hex("0564"), {}), End::unknown);
}

// 300 binary inputs with flags: two frames.
Octets long_response(std::size_t points) {
  Octets body = from_hex("c0 81 0000 0102 01 0000");
  add16(body, static_cast<unsigned>(points - 1));
  body.insert(body.end(), points, 0x81);
  return body;
}

TEST(Dnp3Transport, PutsSegmentsTogether) {
  const auto pieces = frames(answer, long_response(300), 249, 63);
  ASSERT_EQ(pieces.size(), 2u);
  MessageDecoder decoder(protocol);
  HeapAssembly assembly;
  const Decoded first = decoder(pieces[0], answer, &assembly);
  EXPECT_EQ(first.role, Role::part);
  EXPECT_EQ(first["function"], "absent");
  const Decoded last = decoder(pieces[1], answer, &assembly);
  EXPECT_EQ(last.fault, "");
  EXPECT_EQ(last.role, Role::answer);
  EXPECT_EQ(last["frames"], "2");
  EXPECT_EQ(last["transport_sequence"], "0") << "counted modulo 64";
  EXPECT_EQ(last.operations.size(), 256u);
  EXPECT_GT(last.items.size(), 256u);
  EXPECT_TRUE(assembly.bytes().empty());
}

TEST(Dnp3Transport, LosesNoWholeMessageToABrokenOne) {
  const auto pieces = frames(answer, long_response(600));
  ASSERT_EQ(pieces.size(), 3u);
  HeapAssembly assembly;
  MessageDecoder decoder(protocol);
  decoder(pieces[0], answer, &assembly);
  const Decoded jump = decoder(pieces[2], answer, &assembly);
  EXPECT_EQ(jump.fault, "dnp3.segments");
  EXPECT_THAT(jump.operations, IsEmpty());
  EXPECT_EQ(decoder(pieces[1], answer, &assembly).fault, "") << "said once";
  decoder(pieces[0], answer, &assembly);
  const Decoded fresh = decoder(fragment(answer, "f0 82 0000 020117 01 05 81", 10, 0xc5), answer, &assembly);
  EXPECT_EQ(fresh.fault, "dnp3.segments") << "the message before never ended";
  EXPECT_THAT(fresh.operations, ElementsAre("report BI 5=1 unit 10 ok"));
}

TEST(Dnp3Transport, TakesARepeatedSegmentOnce) {
  const auto pieces = frames(answer, long_response(300));
  HeapAssembly assembly;
  MessageDecoder decoder(protocol);
  decoder(pieces[0], answer, &assembly);
  EXPECT_EQ(decoder(pieces[0], answer, &assembly).fault, "");
  Octets user = {0x00};  // not the first, the same number
  EXPECT_EQ(decoder(link_frame(outstation_data, 1, 10, user), answer, &assembly).role, Role::part);
  const Decoded whole = decoder(pieces[1], answer, &assembly);
  EXPECT_EQ(whole.fault, "");
  EXPECT_EQ(whole["frames"], "2");
}

TEST(Dnp3Transport, ExcusesACaptureThatStartsOrHasAGap) {
  const auto pieces = frames(answer, long_response(600));
  HeapAssembly assembly;
  MessageDecoder late(protocol);
  EXPECT_EQ(late(pieces[1], answer, &assembly).fault, "");
  EXPECT_EQ(late(pieces[2], answer, &assembly).fault, "");
  MessageDecoder gap(protocol);
  gap(pieces[0], answer, &assembly);
  gap.context.after_gap = true;
  EXPECT_EQ(gap(pieces[2], answer, &assembly).fault, "");
  gap.context.after_gap = false;
  EXPECT_EQ(gap(fragment(answer, "f0 82 0000 020117 01 05 81"), answer, &assembly).fault, "");
}

TEST(Dnp3Transport, SaysWhenThereIsNoRoom) {
  const auto pieces = frames(answer, long_response(600));
  MessageDecoder none(protocol);
  EXPECT_EQ(none(pieces[0], answer, nullptr).fault, "dnp3.pieces");
  HeapAssembly little(300);
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(pieces[0], answer, &little).fault, "");
  EXPECT_EQ(decoder(pieces[1], answer, &little).fault, "dnp3.pieces");
  EXPECT_EQ(decoder(pieces[2], answer, &little).fault, "");
}

}  // namespace
}  // namespace langyan::dnp3
