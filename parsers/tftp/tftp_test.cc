#include "parsers/tftp/tftp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "fields/test_shared.h"

namespace langyan::tftp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;
const std::string octet = "6f6374657400";  // "octet"

struct Tftp : testing::Test {
  Tftp() {
    decode.context.transport = Transport::udp, decode.context.server_port = 69, decode.context.client_port = 40'000;
    decode.context.shared = &shared;
  }
  SharedTable shared;
  MessageDecoder decode{protocol};
};

TEST_F(Tftp, ReadsAndWritesFiles) {
  const Decoded read = decode("0001 612e63666700" + octet, up);
  EXPECT_EQ(read.fault, "");
  EXPECT_EQ(read["opcode"], "read");
  EXPECT_EQ(read["packet"], "read");
  EXPECT_EQ(read["file"], "a.cfg");
  EXPECT_EQ(read["mode"], "octet");
  EXPECT_THAT(read.operations, ElementsAre("read a.cfg one_way"));
  EXPECT_THAT(decode("0002 612e63666700" + octet, up).operations, ElementsAre("file a.cfg one_way"));
  const Decoded firmware = decode("0002 612e42494e00" + octet + "7473697a6500 3130303000 626c6b73697a6500 3531320", up);
  EXPECT_EQ(firmware["firmware"], "1");
  EXPECT_EQ(firmware["transfer_size"], "1000");
  EXPECT_EQ(firmware["options"], "tsize 1000");
  EXPECT_THAT(firmware.operations, ElementsAre("firmware a.BIN one_way"));
}

TEST_F(Tftp, TheTransferIsExpectedBetweenOtherPorts) {
  decode("0002 612e62696e00" + octet, up);
  Context transfer = decode.context;
  transfer.client_port = 50'000, transfer.server_port = 40'000;  // the server answers first, from a new port
  EXPECT_EQ(protocol.identify(from_hex("0004 0000"), transfer), Identity::yes);
  transfer.server_port = 40'001;
  EXPECT_EQ(protocol.identify(from_hex("0004 0000"), transfer), Identity::no);
  decode.context.client_port = 50'000, decode.context.server_port = 40'000;
  EXPECT_EQ(decode("0003 0001 7f454c46", down)["data"], "7f454c46");
  EXPECT_EQ(decode("0004 0001", up)["block"], "1");
  const Decoded refused = decode("0005 0002 6e6f00", up);
  EXPECT_EQ(refused["error"], "access_violation");
  EXPECT_EQ(refused["error_text"], "no");
  EXPECT_THAT(refused.operations, ElementsAre("file a.bin refused 2"));
}

TEST_F(Tftp, LiesAreFaults) {
  EXPECT_EQ(decode("0001 612e636667", up).fault, "tftp.malformed");
  EXPECT_EQ(decode("0001 00" + octet, up).fault, "tftp.malformed");
  EXPECT_EQ(decode("0001 6100 6162630000", up).fault, "tftp.mode");
  EXPECT_EQ(decode("0001" + std::string(1'200, '6') + "00" + octet, up).fault, "tftp.name_length");
  EXPECT_EQ(decode("0003 00", up).fault, "tftp.malformed");
  EXPECT_EQ(decode("0009 0000", up).fault, "tftp.malformed");
  const auto whole = from_hex("0002 612e62696e00" + octet);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        decode(std::vector<std::uint8_t>(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), up);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
}

TEST_F(Tftp, IsKnownByItsRequest) {
  Context context = decode.context;
  EXPECT_EQ(protocol.identify(from_hex("0001 612e63666700" + octet), context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("0007 6100"), context), Identity::no);
  context.server_port = 6'969;
  EXPECT_EQ(protocol.identify(from_hex("0001 612e63666700" + octet), context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("0001 612e63666700 6100"), context), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0003 0001 7f454c46"), context), Identity::no);
}

}  // namespace
}  // namespace langyan::tftp
