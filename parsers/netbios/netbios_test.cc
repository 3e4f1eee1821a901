#include "parsers/netbios/netbios.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::netbios {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

std::string coded(std::string name, unsigned suffix) {  // as labels in hex
  name.resize(15, ' ');
  name += static_cast<char>(suffix);
  std::string out = "20";
  char part[8];
  for (char c : name) {
    const auto octet = static_cast<unsigned char>(c);
    std::snprintf(part, sizeof part, "%02x%02x", 'A' + (octet >> 4), 'A' + (octet & 15)), out += part;
  }
  return out + "00";
}

struct NetBios : testing::Test {
  NetBios() {
    decode.context.transport = Transport::udp, decode.context.server_port = decode.context.client_port = 137;
  }
  MessageDecoder decode{protocol};
};

TEST_F(NetBios, NamesAreAskedForInTheSegment) {
  const Decoded got = decode("0001 0110 0001 0000 0000 0000" + coded("HISTORIAN", 0x20) + "0020 0001", up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got.role, Role::event);
  EXPECT_EQ(got["name"], "HISTORIAN");
  EXPECT_EQ(got["suffix"], "file_server");
  EXPECT_EQ(got["broadcast"], "1");
  EXPECT_THAT(got.operations, ElementsAre("read HISTORIAN<20> one_way"));
  EXPECT_THAT(got.facts, IsEmpty());
}

TEST_F(NetBios, WhoRegistersANameHasIt) {
  const std::string name = coded("HMI-5", 0);
  const Decoded got =
      decode("0002 2910 0001 0000 0000 0001" + name + "0020 0001 c00c 0020 0001 000493e0 0006 0000 0a140005", up);
  EXPECT_EQ(got["opcode"], "registration");
  EXPECT_EQ(got["address"], "00000000000000000000ffff0a140005");
  EXPECT_THAT(got.facts, ElementsAre("name=HMI-5"));
  EXPECT_THAT(
      decode("0002 2910 0001 0000 0000 0001" + name + "0020 0001 c00c 0020 0001 000493e0 0006 8000 0a140005", up).facts,
      IsEmpty())
      << "a group";
  const Decoded answer = decode(
      "0001 8580 0000 0001 0000 0000" + coded("HISTORIAN", 0x20) + "0020 0001 000493e0 0006 0000 0a140028", down);
  EXPECT_EQ(answer.role, Role::answer);
  EXPECT_THAT(answer.operations, ElementsAre("read HISTORIAN<20>='10.20.0.40' ok"));
}

TEST_F(NetBios, AStatusListsAllNames) {
  const Decoded got =
      decode("0003 8400 0000 0001 0000 0000" + coded("*", 0) +
                 "0021 0001 00000000 002b 02"
                 "484d492d352020202020202020202000 0400 504c414e5420202020202020202020 00 8400 024c59000005",
             down);
  EXPECT_EQ(got.fault, "");
  ASSERT_EQ(got.items.size(), 2u);
  EXPECT_EQ(got.items[0].at("registered_name"), "HMI-5");
  EXPECT_EQ(got.items[1].at("registered_group"), "1");
  EXPECT_THAT(got.facts, ElementsAre("name=HMI-5"));
}

TEST_F(NetBios, DatagramsNameTheirSender) {
  decode.context.server_port = decode.context.client_port = 138;
  const Decoded got =
      decode("11 02 0001 0a140005 008a 0044 0000" + coded("HMI-5", 0) + coded("PLANT", 0x1d) + "ff534d42", up);
  EXPECT_EQ(got["service"], "datagrams");
  EXPECT_EQ(got["source_name"], "HMI-5");
  EXPECT_EQ(got["suffix"], "master_browser");
  EXPECT_THAT(got.facts, ElementsAre("name=HMI-5"));
}

TEST_F(NetBios, LiesAreFaults) {
  EXPECT_EQ(decode("0001 0110 0001 0000 0000 0000 04 61616161 00 0020 0001", up).fault, "netbios.name");
  std::string odd = coded("X", 0);
  odd[2] = '7';  // no letter from A to P
  EXPECT_EQ(decode("0001 0110 0001 0000 0000 0000" + odd + "0020 0001", up).fault, "netbios.name");
  const auto whole = from_hex("0002 2910 0001 0000 0000 0001" + coded("HMI-5", 0) +
                              "0020 0001 c00c 0020 0001 000493e0 0006 0000 0a140005");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        decode(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_THAT(got.facts, IsEmpty()) << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
}

TEST_F(NetBios, OnlyItsOwnPorts) {
  Context context = decode.context;
  const auto query = from_hex("0001 0110 0001 0000 0000 0000" + coded("HISTORIAN", 0x20) + "0020 0001");
  EXPECT_EQ(protocol.identify(query, context), Identity::yes);
  EXPECT_EQ(protocol.sender(query, context), End::client);
  context.server_port = 53, context.client_port = 1'234;
  EXPECT_EQ(protocol.identify(query, context), Identity::no);
}

}  // namespace
}  // namespace langyan::netbios
