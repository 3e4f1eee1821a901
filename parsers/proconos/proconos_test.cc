#include "parsers/proconos/proconos.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::proconos {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Octets = std::vector<std::uint8_t>;
constexpr Direction ask = Direction::to_server, reply = Direction::to_client;

Identity identity(const Octets& octets, std::uint16_t port) {
  Context context;
  context.server_port = port;
  return protocol.identify(octets, context);
}

// "Ade.Remoting.Services.I" and more, with its length and head.
Octets bind(std::string_view service) {
  const std::string name = "Ade.Remoting.Services.I" + std::string(service);
  Octets octets = from_hex("0100 0000 0000 0000 0000 0000 0000 0000");
  octets[6] = static_cast<std::uint8_t>(name.size() + 1);
  octets.insert(octets.end(), name.begin(), name.end());
  octets.push_back(0);
  return octets;
}

TEST(Proconos, OlderFramesStopAndStart) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode("cc010001 400e 0000 4c07", ask).operations, ElementsAre("stop pending"));
  EXPECT_THAT(decode("cc010004 400e 0000 1821", ask).operations, ElementsAre("start pending"));
  const Decoded state = decode("cc01000f 4007 0000 eafa", ask);
  EXPECT_EQ(state["command"], "read_state");
  EXPECT_EQ(state["sequence_number"], "7");
  EXPECT_THAT(state.operations, ElementsAre("diagnose pending"));
  EXPECT_EQ(decode("cc010001 400e 0000 4c08", ask).fault, "proconos.checksum");
  EXPECT_THAT(decode("cc010001 400e 0000 4c08", ask).operations, IsEmpty());
  EXPECT_EQ(decode("cc010001 400e", ask).fault, "proconos.length");
}

TEST(Proconos, RemoteCallsStopAndStart) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(decode(bind("ProConOSControlService2"), ask).operations,
              ElementsAre("session Ade.Remoting.Services.IProConOSControlService2 pending"));
  EXPECT_THAT(decode("0100 0100 0000 0000 0000 0000 0000 fdff", reply).operations,
              ElementsAre("session refused 0"));
  decode(bind("ProConOSControlService"), ask);
  EXPECT_EQ(decode("0100 0100 0000 0000 0200 0000 0000 fbff", reply)["bound_handle"], "2");
  const Decoded stop = decode("0100 0200 0000 0000 0200 0700 0000 0000", ask);
  EXPECT_EQ(stop["service"], "control");
  EXPECT_THAT(stop.operations, ElementsAre("stop pending"));
  const Decoded start = decode("0100 0200 0000 0200 0200 0600 0000 0000 0100", ask);
  EXPECT_EQ(start["start_mode"], "cold");
  EXPECT_THAT(start.operations, ElementsAre("start pending"));
  // The same method of another service, or of one whose binding was not seen, stops nothing.
  decode(bind("DeviceInfoService"), ask);
  decode("0100 0100 0000 0000 0100 0000 0000 fcff", reply);
  EXPECT_THAT(decode("0100 0200 0000 0000 0100 0700 0000 0000", ask).operations,
              ElementsAre("diagnose pending"));
  EXPECT_THAT(decode("0100 0200 0000 0000 0900 0700 0000 0000", ask).operations,
              ElementsAre("other pending"));
  EXPECT_THAT(decode("0100 0300 0000 0000 0200 0700 0000 0000", reply).operations,
              ElementsAre("other ok"));
}

TEST(Proconos, TellsRuntimeAndProject) {
  Octets answer = from_hex("cc01000b 8002 5000 00000000");
  answer.resize(8 + 0x50);
  const auto put = [&](std::size_t at, std::string_view text) {
    std::copy(text.begin(), text.end(), answer.begin() + static_cast<std::ptrdiff_t>(at));
  };
  put(12, "ProConOS V3.0.1040 Oct 29 2002"), put(44, "ADAM5510KW 1.24 Build 005"),
      put(77, "line-2");
  std::uint16_t sum = 0;
  for (std::uint8_t octet : answer) {
    sum ^= octet;
    for (int bit = 0; bit < 8; ++bit)
      sum = static_cast<std::uint16_t>(sum & 1 ? sum >> 1 ^ 0x8408 : sum >> 1);
  }
  answer.push_back(static_cast<std::uint8_t>(sum)),
      answer.push_back(static_cast<std::uint8_t>(sum >> 8));
  MessageDecoder decode(protocol);
  decode("cc01000b 4002 0000 47ee", ask);
  EXPECT_THAT(decode(answer, reply).facts,
              ElementsAre("firmware=ProConOS V3.0.1040 Oct 29 2002",
                          "model=ADAM5510KW 1.24 Build 005", "name=line-2"));
  for (std::size_t size = 0; size < answer.size(); ++size)
    EXPECT_THAT(
        decode(Octets(answer.begin(), answer.begin() + static_cast<std::ptrdiff_t>(size)), reply)
            .facts,
        IsEmpty());
}

TEST(Proconos, ClaimsItsOwn) {
  EXPECT_EQ(identity(from_hex("cc010001 400e 0000 4c07"), 20547), Identity::yes);
  EXPECT_EQ(identity(from_hex("cc010001 400e 0000 4c07"), 5000), Identity::yes);
  EXPECT_EQ(identity(from_hex("cc010001 400e 0000 4c08"), 5000), Identity::no);
  EXPECT_EQ(identity(bind("ForceService"), 5000), Identity::yes);
  EXPECT_EQ(identity(from_hex("0100 0200 0000 0000 0200 0700 0000 0000"), 41100), Identity::yes);
  EXPECT_EQ(identity(from_hex("0100 0200 0000 0000 0200 0700 0000 0000"), 5000), Identity::no);
  EXPECT_EQ(identity(from_hex("01"), 5000), Identity::unsure);
  EXPECT_EQ(identity(from_hex("0101001a"), 41100), Identity::no);
  EXPECT_EQ(identity(from_hex("474554"), 20547), Identity::no);
  EXPECT_EQ(protocol.sender(bind("ForceService"), Context{}), End::client);
  EXPECT_EQ(protocol.sender(from_hex("01000300"), Context{}), End::server);
  EXPECT_EQ(protocol.resync(from_hex("00ff cc010001400e00004c07"), Context{}), 2u);
}

}  // namespace
}  // namespace langyan::proconos
