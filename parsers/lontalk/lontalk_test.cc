#include "parsers/lontalk/lontalk.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::lontalk {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// [CNIP] 9.2: 20 octets of header, four of a packet.
constexpr const char* packet = "0018 01 01 00 00 0000 00000007 00000001 00000064 01020304";

TEST(LonTalk, ReadsTheHeader) {
  const Decoded got = MessageDecoder(protocol)(packet, Direction::to_server);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["packet_type"], "data");
  EXPECT_EQ(got["session_id"], "7");
  EXPECT_EQ(got["data"], "01020304");
  EXPECT_THAT(got.operations, ElementsAre("report one_way"));
  auto other = from_hex(packet);
  other[3] = 8;
  EXPECT_THAT(MessageDecoder(protocol)(other, Direction::to_server).operations, ElementsAre("configure one_way"));
  other[3] = 0x22;
  EXPECT_EQ(MessageDecoder(protocol)(other, Direction::to_server).fault, "lontalk.type");
}

TEST(LonTalk, NamesWhatIsCut) {
  const auto whole = from_hex(packet);
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded got = MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)},
                                                 Direction::to_server);
    EXPECT_EQ(got.fault, size < 20 ? "lontalk.truncated" : "lontalk.length") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
}

TEST(LonTalk, IsKnownOnItsPorts) {
  const Context own{Direction::to_server, Transport::udp, 40000, 1628},
      foreign{Direction::to_server, Transport::udp, 40000, 9};
  EXPECT_EQ(protocol.identify(from_hex(packet), own), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex(packet), foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f"), own), Identity::no);
}

}  // namespace
}  // namespace langyan::lontalk
