#include "parsers/dhcp/dhcp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::dhcp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

std::string message(bool reply, std::string given, std::string options) {
  return std::string(reply ? "02" : "01") + "01 06 00 00001234 0000 0000 00000000" + given +
         "00000000 00000000 024c59000011" + std::string(20, '0') + std::string(128, '0') + std::string(256, '0') +
         "63825363" + options;
}

struct Dhcp : testing::Test {
  Dhcp() {
    decode.context.transport = Transport::udp, decode.context.server_port = 67, decode.context.client_port = 68;
  }
  MessageDecoder decode{protocol};
};

TEST_F(Dhcp, AClientSaysWhoItIs) {
  const Decoded got = decode(
      message(false, "00000000", "35 01 03 32 04 0a140011 0c 04 706c6337 3c 09 4578616d706c652d37 37 03 010306 ff"),
      up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["type"], "request");
  EXPECT_EQ(got["transaction_id"], "4660");
  EXPECT_EQ(got["host_name"], "plc7");
  EXPECT_EQ(got["vendor_class"], "Example-7");
  EXPECT_EQ(got["requested_ip"], "00000000000000000000ffff0a140011");
  EXPECT_EQ(got["parameters"], "010306");
  EXPECT_EQ(got["assigned_ip"], "absent");
  EXPECT_THAT(got.facts, ElementsAre("name=plc7", "series=Example-7"));
  EXPECT_THAT(got.operations, ElementsAre("session 02:4c:59:00:00:11 one_way"));
}

TEST_F(Dhcp, AServerGives) {
  const Decoded got = decode(message(true, "0a140011",
                                     "35 01 05 36 04 0a140001 33 04 00000e10 01 04 ffffff00 03 04 0a140001 06 08 "
                                     "0a1400020a140003 0c 04 706c6337 ff"),
                             down);
  EXPECT_EQ(got["type"], "ack");
  EXPECT_EQ(got["server_ip"], "00000000000000000000ffff0a140001");
  EXPECT_EQ(got["dns_server"], "00000000000000000000ffff0a140002");
  EXPECT_EQ(got["lease_time"], "3600");
  EXPECT_THAT(got.facts, IsEmpty()) << "the name is the client's";
  EXPECT_THAT(got.operations, ElementsAre("session 02:4c:59:00:00:11='10.20.0.17' ok"));
  EXPECT_THAT(decode(message(true, "00000000", "35 01 06 36 04 0a140001 ff"), down).operations,
              ElementsAre("session 02:4c:59:00:00:11 refused 0"));
}

TEST_F(Dhcp, LiesAreFaults) {
  EXPECT_EQ(decode(message(false, "00000000", "35 01 03 0c 40 706c63"), up).fault, "dhcp.truncated");
  EXPECT_EQ(decode(message(false, "00000000", "35 01 03 32 03 0a1400 ff"), up).fault, "dhcp.option");
  EXPECT_EQ(decode(message(false, "00000000", "35 01 77 ff"), up).fault, "dhcp.type");
  const auto whole = from_hex(message(true, "0a140011", "35 01 05 36 04 0a140001 ff"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        decode(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), down);
    EXPECT_THAT(got["server_ip"], testing::AnyOf("absent", "00000000000000000000ffff0a140001")) << size;
    if (size >= 236) continue;
    EXPECT_EQ(got.fault, "dhcp.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
}

TEST_F(Dhcp, IsKnownByItsCookie) {
  Context context = decode.context;
  const auto octets = from_hex(message(false, "00000000", "35 01 01 ff"));
  EXPECT_EQ(protocol.identify(octets, context), Identity::yes);
  context.server_port = 6'767, context.client_port = 6'868;
  EXPECT_EQ(protocol.identify(octets, context), Identity::yes);
  auto other = octets;
  other[236] = 0;
  EXPECT_EQ(protocol.identify(other, context), Identity::no);
  EXPECT_EQ(protocol.identify(Bytes{octets}.first(100), context), Identity::no);
  EXPECT_EQ(protocol.sender(octets, context), End::client);
}

}  // namespace
}  // namespace langyan::dhcp
