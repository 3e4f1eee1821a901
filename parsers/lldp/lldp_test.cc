#include "parsers/lldp/lldp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::lldp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server;
const std::string chassis = "0207 04 024c59000011", port = "0406 05 706f7274 31", ttl = "0602 0014";

std::string tlv(unsigned kind, std::string_view text) {
  char part[16];
  std::snprintf(part, sizeof part, "%04x", kind << 9 | static_cast<unsigned>(text.size()));
  std::string out = part;
  for (char c : text) std::snprintf(part, sizeof part, "%02x", static_cast<unsigned char>(c)), out += part;
  return out;
}

struct Lldp : testing::Test {
  MessageDecoder decode{protocol};
};

TEST_F(Lldp, ADeviceSaysWhatItIs) {
  const Decoded got = decode(chassis + port + ttl + tlv(5, "sw-7") + tlv(6, "Example switch 8") + "0e04 0014 0004" +
                                 "100c 05 01 0a140011 02 00000001 00" + "fe06 0080c2 01 0064" +
                                 "fe08 0012bb 08 534e3432" + "fe06 0012bb 0a 5837" + "0000 00000000",
                             up);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["chassis_id"], "02:4c:59:00:00:11");
  EXPECT_EQ(got["port_id"], "port1");
  EXPECT_EQ(got["time_to_live"], "20");
  EXPECT_EQ(got["system_name"], "sw-7");
  EXPECT_EQ(got["enabled_capabilities"], "4");
  EXPECT_EQ(got["management_address"], "00000000000000000000ffff0a140011");
  EXPECT_EQ(got["port_vlan"], "100");
  EXPECT_THAT(got.facts, ElementsAre("description=Example switch 8", "serial=SN42", "model=X7", "name=sw-7"));
  EXPECT_THAT(got.operations, ElementsAre("report sw-7='port1' ok"));
}

TEST_F(Lldp, MakersPutVersionsIntoTheDescription) {
  const Decoded got = decode(
      chassis + port + ttl + tlv(6, "Siemens, SIMATIC S7, CPU1211C, 6ES7 211-1BD30-0XB0, HW: 1, FW: V.2.2.0, S C-X"),
      up);
  EXPECT_THAT(got.facts, testing::Contains("order_number=6ES7 211-1BD30-0XB0"));
  EXPECT_THAT(got.facts, testing::Contains("firmware=V.2.2.0"));
  EXPECT_THAT(got.facts, testing::Contains("vendor=Siemens"));
  EXPECT_THAT(got.operations, ElementsAre("report 02:4c:59:00:00:11='port1' ok"));
}

TEST_F(Lldp, LiesAreFaults) {
  EXPECT_EQ(decode(chassis + ttl, up).fault, "lldp.order");
  EXPECT_EQ(decode(chassis + port + ttl + "0aff 61", up).fault, "lldp.truncated");
  EXPECT_EQ(decode(chassis + port + ttl + "1002 09 01", up).fault, "lldp.value");
  EXPECT_EQ(decode(chassis + port + ttl + "0e02 0014", up).fault, "lldp.value");
  EXPECT_EQ(decode("0200", up).fault, "lldp.value");
  const auto whole = from_hex(chassis + port + ttl + tlv(5, "sw-7"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        decode(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up);
    EXPECT_THAT(got.facts, IsEmpty()) << size;
    EXPECT_EQ(got["system_name"], "absent") << size;
  }
}

TEST_F(Lldp, IsKnownByItsEthertype) {
  Context context;
  context.transport = Transport::layer2, context.ethertype = 0x88cc;
  EXPECT_EQ(protocol.identify(from_hex(chassis), context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex(ttl), context), Identity::no);
  context.ethertype = 0x8892;
  EXPECT_EQ(protocol.identify(from_hex(chassis), context), Identity::no);
}

}  // namespace
}  // namespace langyan::lldp
