#include "parsers/cclink_ie/cclink_ie.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/cclink_ie/table.h"

namespace langyan::cclink_ie {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string zeros(int octets) { return std::string(static_cast<std::size_t>(2 * octets), '0'); }

// [CLPA] 5.2: a master at 10.20.0.11, group 1, one station at 10.20.0.21.
std::string master(std::string stations = "0100") {
  return "5000 00ff ff03 00 8600 0000 700e 0000 0100 0000 2400" + zeros(14) + "0100 0000" + "e803000000000000" +
         "0b00140a 01 00 0700 f401 0300 0b00" + stations + "0100 0000" + "1500140a" + zeros(64) + "ff" + zeros(7);
}
std::string slave(std::string end = "0000") {
  return "d000 00ff ff03 00 7a00 0000 0100" + end + "2800" + zeros(14) +
         "3412 0000 78563412 0100 0000 0100 0000 00000000" + "1500140a 01 00 0700" + zeros(64) + "01" + zeros(7);
}

TEST(CcLinkIe, ReadsBothFrames) {
  MessageDecoder decode(protocol);
  const Decoded asked = decode(master(), Direction::to_server);
  EXPECT_EQ(asked.fault, "");
  EXPECT_THAT(asked.operations, ElementsAre("report group 1 unit 1 one_way"));
  EXPECT_EQ(asked["master_state"], "running");
  EXPECT_EQ(asked["clock"], "1970-01-01T00:00:01.000000+0000");
  EXPECT_EQ(asked["sequence"], "7");
  EXPECT_EQ(asked["bits"], "ff00000000000000");
  ASSERT_EQ(asked.items.size(), 1u);
  EXPECT_EQ(asked.items[0].at("station_id"), std::to_string(0x0a140015));
  EXPECT_EQ(asked.role, Role::event);
  const Decoded told = decode(slave(), Direction::to_client);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told["vendor_code"], std::to_string(0x1234));
  EXPECT_EQ(told["model_code"], std::to_string(0x12345678));
  EXPECT_EQ(told["stations"], "1");
  EXPECT_EQ(told["slave_state"], "operating");
}

TEST(CcLinkIe, NamesWhatIsWrong) {
  MessageDecoder decode(protocol);
  const Decoded refused = decode(slave("e0cf"), Direction::to_client);
  EXPECT_EQ(refused.fault, "cclink_ie.second_master");
  EXPECT_THAT(refused.operations, ElementsAre("report group 1 unit 1 refused 53216"));
  const Decoded lying = decode(master("0200"), Direction::to_server);
  EXPECT_EQ(lying.fault, "cclink_ie.length");
  EXPECT_THAT(lying.operations, IsEmpty());
  for (const std::string& hex : {master(), slave()}) {
    const auto whole = from_hex(hex);
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const Decoded cut =
          decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, Direction::to_server);
      EXPECT_NE(cut.fault, "") << size;
      EXPECT_THAT(cut.operations, IsEmpty()) << size;
    }
  }
}

TEST(CcLinkIe, NamesTheSetupOfATsn) {
  MessageDecoder decode(protocol);
  const std::string head = "6800 0500 0000 00ff ff03 00000000 ";
  EXPECT_THAT(decode(head + "0a00 0000 920e 0000 00000200", Direction::to_server).operations,
              ElementsAre("session one_way"));
  const Decoded stop = decode(head + "0600 0000 0832 0000", Direction::to_server);
  EXPECT_THAT(stop.operations, ElementsAre("stop one_way"));
  EXPECT_EQ(stop["setup"], "stop_other_stations_cyclic");
  EXPECT_EQ(stop["serial"], "5");
  EXPECT_THAT(decode("e800 0500 0000 00ff ff03 00000000 0600 59c0 920e 0000", Direction::to_client).operations,
              ElementsAre("session refused 49241"));
  EXPECT_EQ(decode(head + "0700 0000 0832 0000", Direction::to_server).fault, "cclink_ie.length");
  const Context context{Direction::to_server, Transport::udp, 45238, 45238};
  EXPECT_EQ(protocol.identify(from_hex(head + "0600 0000 0832 0000"), context), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex(head + "0700 0000 0832 0000"), context), Identity::no);
  EXPECT_EQ(protocol.sender(from_hex(head + "0600 0000 0832 0000"), context), End::client);
}

TEST(CcLinkIe, IsKnownByItsPayload) {
  const Context own{Direction::to_server, Transport::udp, 61450, 61450},
      foreign{Direction::to_server, Transport::udp, 4, 5};
  for (const Context& context : {own, foreign}) {
    EXPECT_EQ(protocol.identify(from_hex(master()), context), Identity::yes);
    EXPECT_EQ(protocol.identify(from_hex(slave()), context), Identity::yes);
    EXPECT_EQ(protocol.identify(from_hex("5000 00ff ff03 00 0c00 1000 0104 0000 640000 a8 0200"), context),
              Identity::no);
    EXPECT_EQ(protocol.identify(from_hex("474554202f20485454502f312e31"), context), Identity::no);
  }
  EXPECT_EQ(protocol.sender(from_hex(master()), own), End::client);
  EXPECT_EQ(protocol.sender(from_hex(slave()), own), End::server);
}

}  // namespace
}  // namespace langyan::cclink_ie
