#include <gmock/gmock.h>

#include "parsers/mms/mms.h"
#include "parsers/mms/table.h"
#include "parsers/mms/test_message.h"

namespace langyan::mms {
namespace {

using testing::ElementsAre;

const Octets connect_request = tpkt("11e0 0000 0001 00 c0010d c2020001 c1020001");
const Octets read_one = request(read_of(variable("LD/GGIO1$ST$Ind1$stVal")));

Octets joined(std::initializer_list<Octets> parts) {
  Octets all;
  for (const Octets& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}
Octets first(const Octets& octets, std::size_t size) {
  return {octets.begin(), octets.begin() + static_cast<std::ptrdiff_t>(size)};
}
Identity identify_on(std::uint16_t port, const Octets& octets) {
  return protocol.identify(octets, Context{ask, Transport::tcp, 40000, port});
}

TEST(MmsFrame, IsKnownByItsFirstDataOnAnyPort) {
  for (const std::uint16_t port : {102, 3782}) {
    const auto identify = [&](const Octets& octets) { return identify_on(port, octets); };
    EXPECT_EQ(identify(connect_request), Identity::unsure)
        << "S7comm and others connect in the same way";
    EXPECT_EQ(identify(joined({connect_request, session_connect("0d", aarq())})), Identity::yes);
    EXPECT_EQ(identify(session_connect("0e", aare(0, 0, initiate("a9")))), Identity::yes);
    EXPECT_EQ(identify(read_one), Identity::yes);
    EXPECT_EQ(identify(unasked(v("a0", v("a1", vs("80", "RPT")) + v("a0")))), Identity::yes);
    EXPECT_EQ(identify(data_unit("32010000")), Identity::no) << "S7comm";
    EXPECT_EQ(identify(data_unit("72010010")), Identity::no) << "S7comm-plus";
    EXPECT_EQ(identify(data_unit(parameter("0d", parameter("c1", v("31", v("a0", "800101")))))),
              Identity::no)
        << "another application of the session";
    EXPECT_EQ(identify(data_unit(session_data(presented(v("30", "020101"))))), Identity::no)
        << "not a PDU of MMS";
    EXPECT_EQ(identify(data_unit(session_data(presented(v("b4"))))), Identity::no)
        << "PDUs end at 13";
    EXPECT_EQ(identify(from_hex("16030100")), Identity::no);
    EXPECT_EQ(identify(from_hex("0301 0016 02f080")), Identity::no);
    EXPECT_EQ(identify(tpkt("c8f080 01000100")), Identity::no) << "header past its packet";
  }
  EXPECT_EQ(protocol.identify(read_one, Context{ask, Transport::udp, 40000, 102}), Identity::no);
}

TEST(MmsFrame, WithoutSessionItIsKnownOnItsPortOnly) {
  EXPECT_EQ(identify_on(102, data_unit(request_pdu(v("80", "00")))), Identity::yes);
  EXPECT_EQ(identify_on(3782, data_unit(request_pdu(v("80", "00")))), Identity::no);
  EXPECT_EQ(identify_on(102, data_unit(request_pdu(v("80", "00")) + "00")), Identity::no)
      << "it fills its unit";
  EXPECT_EQ(identify_on(102, from_hex("0300 0005 00d080")), Identity::unsure)
      << "a device whose lengths are wrong";
  EXPECT_EQ(identify_on(3782, from_hex("0300 0005 00d080")), Identity::no);
}

TEST(MmsFrame, IsNotSureBeforeItHasSeenEnough) {
  for (const std::uint16_t port : {102, 3782}) {
    bool sure = false;
    for (std::size_t size = 1; size <= read_one.size(); ++size) {
      const Identity found = identify_on(port, first(read_one, size));
      EXPECT_NE(found, Identity::no) << size;
      EXPECT_FALSE(sure && found == Identity::unsure) << size;
      sure = sure || found == Identity::yes;
    }
    EXPECT_TRUE(sure);
    const Octets connect = session_connect("0d", aarq());
    for (std::size_t size = 1; size < connect.size(); ++size)
      EXPECT_NE(identify_on(port, first(connect, size)), Identity::no) << size;
  }
}

TEST(MmsFrame, ALengthThatDoesNotAgreeIsNotMms) {
  Octets lying = read_one;
  lying[12] = static_cast<std::uint8_t>(lying[12] + 1);
  EXPECT_EQ(identify_on(102, lying), Identity::no);
}

TEST(MmsFrame, TellsWhoSendsAMessage) {
  const auto sender = [](const Octets& octets) { return protocol.sender(octets, {}); };
  EXPECT_EQ(sender(connect_request), End::client);
  EXPECT_EQ(sender(tpkt("11d0 0001 0002 00 c0010d c2020001 c1020001")), End::server);
  EXPECT_EQ(sender(session_connect("0d", aarq())), End::client);
  EXPECT_EQ(sender(session_connect("0e", aare(0, 0, initiate("a9")))), End::server);
  EXPECT_EQ(sender(read_one), End::client);
  EXPECT_EQ(sender(response(results(on))), End::server);
  EXPECT_EQ(sender(refusal(7, 3)), End::server);
  EXPECT_EQ(sender(unasked(v("a0"))), End::server);
  EXPECT_EQ(sender(message(v("8b"))), End::client);
  EXPECT_EQ(sender(first(read_one, 12)), End::unknown);
}

TEST(MmsFrame, ResynchronisesOnlyOnWhatHoldsTogether) {
  const auto resync = [](const Octets& octets) { return protocol.resync(octets, {}); };
  const Octets tail = from_hex("0102030405");
  EXPECT_EQ(resync(read_one), 0u);
  EXPECT_EQ(resync(connect_request), 0u);
  EXPECT_EQ(resync(joined({tail, read_one})), tail.size());
  EXPECT_EQ(resync(joined({tail, read_one, read_one})), tail.size());
  EXPECT_EQ(resync(joined({tail, first(read_one, 40)})), tail.size() + 40) << "not whole";
  Octets decoys;
  for (int i = 0; i < 25; ++i) decoys = joined({decoys, from_hex("0300 0020 02f080 01000100 61")});
  EXPECT_EQ(resync(decoys), decoys.size());
  EXPECT_EQ(resync(joined({decoys, read_one})), decoys.size());
}

TEST(MmsFrame, JoinsWhatTheTransportCut) {
  const std::string whole =
      session_data(presented(request_pdu(read_of(variable("LD/GGIO1$ST$Ind1$stVal")))));
  const std::size_t size = from_hex(whole).size();
  for (std::size_t a = 0; a <= size; ++a) {
    for (std::size_t b = a; b <= size; b += 7) {
      MessageDecoder decoder(protocol);
      HeapAssembly pieces;
      EXPECT_EQ(decoder(data_unit(whole.substr(0, 2 * a), false), ask, &pieces).role, Role::part);
      EXPECT_EQ(decoder(data_unit(whole.substr(2 * a, 2 * (b - a)), false), ask, &pieces).role,
                Role::part);
      const Decoded got = decoder(data_unit(whole.substr(2 * b)), ask, &pieces);
      EXPECT_EQ(got.fault, "") << a << ", " << b;
      EXPECT_EQ(got.role, Role::request);
      EXPECT_THAT(got.operations, ElementsAre("read LD/GGIO1$ST$Ind1$stVal pending"));
      EXPECT_TRUE(pieces.bytes().empty());
    }
  }
}

TEST(MmsFrame, DropsAMessageOfTooManyPiecesAndGoesOn) {
  MessageDecoder decoder(protocol);
  HeapAssembly pieces(100);
  const std::string long_piece(2 * 60, '3');
  EXPECT_EQ(decoder(data_unit(long_piece, false), ask, &pieces).fault, "");
  EXPECT_EQ(decoder(data_unit(long_piece, false), ask, &pieces).fault, "mms.pieces");
  EXPECT_EQ(decoder(data_unit(long_piece, false), ask, &pieces).fault, "") << "said once";
  EXPECT_EQ(decoder(data_unit(long_piece, true), ask, &pieces).role, Role::part);
  EXPECT_EQ(decoder(read_one, ask, &pieces).role, Role::request);
}

}  // namespace
}  // namespace langyan::mms
