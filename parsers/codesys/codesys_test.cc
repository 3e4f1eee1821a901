#include "parsers/codesys/codesys.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/codesys/table.h"

namespace langyan::codesys {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction asks = Direction::to_server, replies = Direction::to_client;

std::string le(std::uint64_t number, int octets) {
  std::string hex;
  for (int i = 0; i < octets; ++i, number >>= 8) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(number & 0xff));
    hex += pair;
  }
  return hex;
}
std::string utf16(std::string_view text) {
  std::string hex;
  for (char c : text) hex += le(static_cast<unsigned char>(c), 2);
  return hex + "0000";
}

// [PDU]: a block in TCP with a datagram between two nodes of three words each, header of three words.
std::string block(std::string datagram) { return "000117e8" + le(8 + from_hex(datagram).size(), 4) + datagram; }
std::string datagram(const char* service, std::string body) {
  return std::string("c5 6b 40") + service + "00 33" + "2ddc0a14000b" + "c0d20a140008" + "0000" + body;
}
std::string tag(unsigned id, std::string content) {
  const auto size = from_hex(content).size();
  return (id & 0x80 ? le((id & 0x7f) | 0x80, 1) + le(id >> 7, 1) : le(id, 1)) + le(size, 1) + content;
}
std::string service(unsigned group, unsigned number, std::string tags) {
  const std::string body = "55cd" + le(16, 2) + le(group, 2) + le(number, 2) + le(0x1122, 4) +
                           le(from_hex(tags).size(), 4) + le(0, 4) + tags;
  return block(datagram("40", "01" + std::string(group & 0x80 ? "01" : "81") + le(5, 2) + le(1, 4) + le(0, 4) +
                                  le(from_hex(body).size(), 4) + le(0, 4) + body));
}

struct Codesys : testing::Test {
  Decoded ask(std::string hex) { return decode(hex, asks); }
  Decoded answer(std::string hex) { return decode(hex, replies); }
  MessageDecoder decode{protocol};
};

TEST_F(Codesys, ServicesBecomeOperations) {
  const struct {
    std::string message;
    std::vector<std::string> operations;
  } cases[] = {
      {service(1, 1, ""), {"identify pending"}},
      {service(2, 1, tag(0x01, "4170706c00")), {"session Appl pending"}},
      {service(2, 5, tag(0x11, "00000000")), {"download pending"}},
      {service(2, 6, ""), {"download pending"}},
      {service(2, 0x10, tag(0x11, "00000000")), {"start pending"}},
      {service(2, 0x11, tag(0x11, "00000000")), {"stop pending"}},
      {service(2, 0x12, tag(0x11, "00000000") + tag(0x10, "0200")), {"reset=2 pending"}},
      {service(8, 0x02, tag(0x01, "612e62696e00")), {"file a.bin pending"}},
      {service(8, 0x0e, tag(0x01, "612e62696e00")), {"file a.bin pending"}},
      {service(8, 0x0c, tag(0x0b, "6c6f6700")), {"file log pending"}},
      {service(0x11, 1, tag(0x11, "00000000") + tag(0x10, "73746f70707267 0000")), {"stop stopprg pending"}},
      {service(0x11, 1, tag(0x10, "6d656d00")), {"diagnose mem pending"}},
      {service(0x1b, 1, ""), {"read pending"}},
      {service(0x33, 9, ""), {"other pending"}},
  };
  for (const auto& [message, operations] : cases) {
    const Decoded got = ask(message);
    EXPECT_EQ(got.operations, operations) << message;
    EXPECT_EQ(got.fault, "") << message;
    EXPECT_EQ(got.role, Role::request) << message;
  }
}

TEST_F(Codesys, ALoginShowsTheUserAndKeepsNoPassword) {
  const Decoded got =
      ask(service(1, 2, tag(0x22, "0100") + tag(0x81, tag(0x10, "61646d696e00") + tag(0x11, "31323334"))));
  EXPECT_THAT(got.operations, ElementsAre("auth='admin' pending"));
  EXPECT_EQ(got["password_length"], "4");
  EXPECT_EQ(got["data"], "absent");
  const Decoded good = answer(service(0x81, 2, tag(0x82, tag(0x20, "0000") + tag(0x21, "01020304"))));
  EXPECT_THAT(good.operations, ElementsAre("auth ok"));
  EXPECT_EQ(good["service"], "login_to_device");
  EXPECT_EQ(good.role, Role::answer);
  EXPECT_THAT(answer(service(0x81, 2, tag(0x82, tag(0x20, "1900")))).operations, ElementsAre("auth refused 25"));
}

TEST_F(Codesys, ChannelsOpenCloseAndLive) {
  const Decoded open = ask(block(datagram("40", "c300 0101" + le(0, 4) + le(7, 4) + le(4096, 4) + le(8, 4))));
  EXPECT_EQ(open["message_id"], "7");
  EXPECT_THAT(open.operations, ElementsAre("session pending"));
  const Decoded opened =
      answer(block(datagram("40", "8300 0101" + le(0, 4) + le(7, 4) + le(0, 2) + le(5, 2) + le(4096, 4))));
  EXPECT_EQ(opened["opened_channel"], "5");
  EXPECT_THAT(opened.operations, ElementsAre("session ok"));
  EXPECT_THAT(answer(block(datagram("40", "8300 0101" + le(0, 4) + le(7, 4) + le(1, 2) + le(0xffff, 2)))).operations,
              ElementsAre("session refused 1"));
  EXPECT_THAT(ask(block(datagram("40", "0300" + le(5, 2)))).operations, ElementsAre("heartbeat one_way"));
  const Decoded further = ask(block(datagram("40", "0180" + le(5, 2) + le(2, 4) + le(1, 4) + "aabb")));
  EXPECT_EQ(further.role, Role::part);
  EXPECT_THAT(further.operations, IsEmpty());
  EXPECT_EQ(further["sender_address"], "c0d20a140008");
}

std::string node() {
  return "80c2 0004" + le(9, 4) + le(8, 2) + "0100" + le(0, 2) + le(3, 2) + le(4, 2) + le(2, 2) + le(4102, 4) +
         le(0x1234, 4) + le(0x03050f28, 4) + le(0, 4) + le(3, 1) + "000500" + std::string(16, '0') + utf16("PLC") +
         utf16("CP-1") + utf16("LY") + "532d3100";
}

TEST_F(Codesys, TheNameServiceTellsWhatTheDeviceIs) {
  decode.context.transport = Transport::udp;
  EXPECT_THAT(ask("c5 6b 40 03 00 10 0008 02c2 0004" + le(9, 4)).operations, ElementsAre("identify pending"));
  // A node tells its address to its network every few seconds; the address is one word.
  const Decoded here = ask("c5 0b 40 01 00 10 00a2");
  EXPECT_THAT(here.operations, ElementsAre("heartbeat one_way"));
  EXPECT_EQ(here["sender_address"], "00a2");
  const Decoded got = answer(datagram("04", node()));
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.facts, ElementsAre("vendor=LY", "model=CP-1", "name=PLC", "firmware=3.5.15.40", "serial=S-1"));
  EXPECT_EQ(got["message_id"], "9");
}

TEST_F(Codesys, SecuredServicesStayOctets) {
  const Decoded got =
      ask(block(datagram("40", "0181" + le(5, 2) + le(1, 4) + le(0, 4) + le(8, 4) + le(0, 4) + "5775 aabbccddeeff")));
  EXPECT_EQ(got["secured"], "1");
  EXPECT_THAT(got.operations, ElementsAre("other one_way"));
}

TEST_F(Codesys, ACutMessageNeverReadsAsAWholeOne) {
  const auto whole = from_hex(service(2, 0x11, tag(0x11, "00000000")));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, asks);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
  decode.context.transport = Transport::udp;
  const auto answer = from_hex(datagram("04", node()));
  for (std::size_t size = 0; size < answer.size(); ++size) {
    const Decoded got = decode({answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(size)}, replies);
    if (size + 4 < answer.size()) {
      EXPECT_THAT(got.facts, IsEmpty()) << size;
    }
  }
}

TEST(CodesysFrame, IsKnownByItsPayload) {
  const Context tcp{asks, Transport::tcp, 40000, 11740}, foreign{asks, Transport::tcp, 40000, 4000};
  const Context udp{asks, Transport::udp, 1743, 1740}, foreign_udp{asks, Transport::udp, 4000, 4001};
  const auto message = from_hex(service(2, 0x10, "")), search = from_hex("c5 6b 40 03 00 10 0008 02c20004 00000000");
  EXPECT_EQ(protocol.identify(message, tcp), Identity::yes);
  EXPECT_EQ(protocol.identify(message, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("000117"), tcp), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("000117e8 ffffffff c5"), tcp), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("000100000006010300000001"), tcp), Identity::no);  // Modbus
  EXPECT_EQ(protocol.identify(search, udp), Identity::yes);
  EXPECT_EQ(protocol.identify(search, foreign_udp), Identity::no);
  EXPECT_EQ(protocol.frame(message, tcp).size, message.size());
  EXPECT_EQ(protocol.frame(Bytes{message}.first(20), tcp).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.sender(message, tcp), End::client);
  EXPECT_EQ(protocol.sender(from_hex(service(0x82, 0x10, "")), tcp), End::server);
  auto garbage = from_hex("0001ff");
  garbage.insert(garbage.end(), message.begin(), message.end());
  EXPECT_EQ(protocol.resync(garbage, tcp), 3u);
}

}  // namespace
}  // namespace langyan::codesys
