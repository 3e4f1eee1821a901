#include <gmock/gmock.h>

#include "parsers/enip/test_message.h"

namespace langyan::enip {
namespace {

const Octets opening = encapsulated(0x65, from_hex("0100 0000"), {.session = 0});
const Octets read_one = alone("0e 03 2001 2401 3007");
const Octets unit = connected(1, 2, "4c 02 91025370 0100");

Identity on(std::uint16_t port, const Octets& octets, Transport transport = Transport::tcp) {
  return protocol.identify(octets, Context{ask, transport, 40000, port});
}

TEST(EnipFrame, IsKnownOnItsPortAndByItselfElsewhere) {
  for (const std::uint16_t port : {44818, 8080}) {
    EXPECT_EQ(on(port, opening), Identity::yes) << port;
    EXPECT_EQ(on(port, read_one), Identity::yes) << port;
    EXPECT_EQ(on(port, unit), Identity::yes) << port;
    EXPECT_EQ(on(port, from_hex("474554202f20485454502f312e310d0a")), Identity::no);
    EXPECT_EQ(on(port, from_hex("1603010200010001fc0303")), Identity::no);
    EXPECT_EQ(on(port, from_hex("00000054ff534d4272")), port == 44818 ? Identity::unsure : Identity::no) << "SMB";
  }
  EXPECT_EQ(on(44818, encapsulated(0x63, {}, {.session = 0})), Identity::yes);
  EXPECT_EQ(on(8080, encapsulated(0x63, {}, {.session = 0})), Identity::no)
      << "one octet that is not zero is no evidence";
  EXPECT_EQ(on(8080, Octets(64)), Identity::no);
  EXPECT_EQ(on(44818, Octets(64)), Identity::yes) << "a NOP, where it belongs";
  Octets wrong = read_one;
  wrong[24] = 1;  // the interface handle
  EXPECT_EQ(on(8080, wrong), Identity::no);
  Context layer2{ask, Transport::layer2};
  EXPECT_EQ(protocol.identify(read_one, layer2), Identity::no);
}

TEST(EnipFrame, IsNotSureBeforeItHasSeenEnough) {
  for (std::size_t size = 1; size < 24; ++size) EXPECT_EQ(on(44818, first(read_one, size)), Identity::unsure) << size;
  for (std::size_t size = 24; size <= read_one.size(); ++size)
    EXPECT_EQ(on(44818, first(read_one, size)), Identity::yes) << size;
  for (std::size_t size = 1; size < 44; ++size) EXPECT_EQ(on(8080, first(read_one, size)), Identity::unsure) << size;
}

TEST(EnipFrame, TakesDatagramsWhoseLengthsAddUp) {
  const Octets input = io(0x1234, 5, from_hex("0100 aabb"));
  EXPECT_EQ(on(2222, input, Transport::udp), Identity::yes);
  EXPECT_EQ(on(9999, input, Transport::udp), Identity::yes);
  Octets longer = input;
  longer.push_back(0);
  EXPECT_EQ(on(9999, longer, Transport::udp), Identity::no);
  EXPECT_EQ(on(44818, encapsulated(0x63, {}, {.session = 0}), Transport::udp), Identity::yes);
  EXPECT_EQ(on(9999, encapsulated(0x63, {}, {.session = 0}), Transport::udp), Identity::no);
  EXPECT_EQ(on(44818, from_hex("0102"), Transport::udp), Identity::no);
  const Context context{ask, Transport::udp, 2222, 2222};
  EXPECT_EQ(protocol.frame(input, context).size, input.size());
}

TEST(EnipFrame, TakesTheClientServerProtocolOnItsPortOnly) {
  const Octets connect = from_hex("01 01 0000 00000000 00000000 00040005 000000000000000000000000");
  EXPECT_EQ(on(2222, connect), Identity::yes);
  EXPECT_EQ(on(2223, connect), Identity::no);
  EXPECT_EQ(on(2222, from_hex("5353482d322e302d")), Identity::no) << "SSH lives there too";
  const Context context{ask, Transport::tcp, 40000, 2222};
  EXPECT_EQ(protocol.frame(connect, context).size, connect.size());
  EXPECT_EQ(protocol.sender(connect, context), End::client);
}

TEST(EnipFrame, EndsWhereItsLengthSays) {
  const Context context{};
  Frame frame = protocol.frame(joined({read_one, unit}), context);
  EXPECT_EQ(frame.kind, Frame::Kind::message);
  EXPECT_EQ(frame.size, read_one.size());
  frame = protocol.frame(first(read_one, 30), context);
  EXPECT_EQ(frame.kind, Frame::Kind::need);
  EXPECT_EQ(frame.size, read_one.size());
  EXPECT_EQ(protocol.frame(first(read_one, 3), context).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.frame(Octets(40, 0x41), context).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.frame(encapsulated(0x05, from_hex("0102")), context).kind, Frame::Kind::message)
      << "a command nobody has";
}

TEST(EnipFrame, TellsWhoSendsAMessage) {
  const Context context{};
  EXPECT_EQ(protocol.sender(opening, context), End::client);
  EXPECT_EQ(protocol.sender(encapsulated(0x65, from_hex("0100 0000")), context), End::server);
  EXPECT_EQ(protocol.sender(read_one, context), End::client);
  EXPECT_EQ(protocol.sender(alone("8e 00 00 00 0100"), context), End::server);
  EXPECT_EQ(protocol.sender(unit, context), End::client);
  EXPECT_EQ(protocol.sender(connected(1, 2, "cc 00 00 00 c300 0700"), context), End::server);
  EXPECT_EQ(protocol.sender(first(read_one, 20), context), End::unknown);
}

TEST(EnipFrame, TellsTheScannerOfAnIoConnectionWhoseOpeningWasSeen) {
  SharedMap shared;
  MessageDecoder decoder(protocol);
  decoder.context.shared = &shared;
  decoder(alone(open_io), ask);
  decoder(alone(io_opened), answer);
  const Context context{.transport = Transport::udp, .client_port = 2222, .server_port = 2222, .shared = &shared};
  EXPECT_EQ(protocol.sender(io(0x3333, 1, from_hex("0100 01000000 5566")), context), End::client);
  EXPECT_EQ(protocol.sender(io(0x4444, 1, from_hex("0100 aabb")), context), End::server);
  EXPECT_EQ(protocol.sender(io(0x5555, 1, from_hex("0100 aabb")), context), End::unknown);
}

TEST(EnipFrame, ResynchronisesOnlyOnWhatHoldsTogether) {
  const auto resync = [](const Octets& octets) { return protocol.resync(octets, {}); };
  const Octets tail = from_hex("0102 0304 05");
  EXPECT_EQ(resync(read_one), 0u);
  EXPECT_EQ(resync(joined({tail, read_one})), tail.size());
  EXPECT_EQ(resync(joined({tail, read_one, unit})), tail.size());
  const Octets cut = joined({tail, first(read_one, 30)});
  EXPECT_EQ(resync(cut), cut.size());
  EXPECT_EQ(resync(Octets(100)), 100u) << "zeros are no NOPs";
}

}  // namespace
}  // namespace langyan::enip
