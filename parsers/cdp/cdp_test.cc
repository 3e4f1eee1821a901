#include "parsers/cdp/cdp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::cdp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server;
const std::string device = "02b4 0000 0001 0008 73772d37";  // sw-7

struct Cdp : testing::Test {
  MessageDecoder decode{protocol};
};

TEST_F(Cdp, ADeviceSaysWhatItIs) {
  const Decoded got = decode(device + "0002 0011 00000001 01 01 cc 0004 0a140011" + "0003 0007 476931" +
                                 "0004 0008 00000028" + "0005 0016 582c2056657273696f6e2031352e302c2061" +
                                 "0006 0012 636973636f2057532d43323936 30" + "000a 0006 0001" + "000b 0005 01",
                             up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["device_id"], "sw-7");
  EXPECT_EQ(got["address"], "00000000000000000000ffff0a140011");
  EXPECT_EQ(got["port_id"], "Gi1");
  EXPECT_EQ(got["native_vlan"], "1");
  EXPECT_EQ(got["full_duplex"], "1");
  EXPECT_THAT(got.facts, ElementsAre("name=sw-7", "firmware=15.0", "vendor=Cisco", "model=cisco WS-C2960"));
  EXPECT_THAT(got.operations, ElementsAre("report sw-7='Gi1' ok"));
}

TEST_F(Cdp, LiesAreFaults) {
  EXPECT_EQ(decode(device + "0003 0003 00", up).fault, "cdp.length");
  EXPECT_EQ(decode(device + "0003 0040 476931", up).fault, "cdp.truncated");
  EXPECT_EQ(decode(device + "0002 0008 7fffffff", up).fault, "cdp.value") << "more addresses than there is room for";
  EXPECT_EQ(decode("02", up).fault, "cdp.truncated");
  const auto whole = from_hex(device);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_THAT(
        decode(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up).facts,
        IsEmpty())
        << size;
  }
}

TEST_F(Cdp, IsToldFromItsNeighboursBehindSnap) {
  Context context;
  context.transport = Transport::layer2, context.llc = 0xaaaa;
  EXPECT_EQ(protocol.identify(from_hex(device), context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("01 0001 0008 00000000 0002 0005 03"), context), Identity::unsure) << "DTP";
  EXPECT_EQ(protocol.frame(from_hex("01 0001 0008 00000000 0002 0005 03"), context).kind, Frame::Kind::skip);
  context.llc = 0x4242;
  EXPECT_EQ(protocol.identify(from_hex(device), context), Identity::no);
  context.llc = 0, context.ethertype = 0x88cc;
  EXPECT_EQ(protocol.identify(from_hex(device), context), Identity::no);
}

}  // namespace
}  // namespace langyan::cdp
