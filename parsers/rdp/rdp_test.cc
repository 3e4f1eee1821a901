#include "parsers/rdp/rdp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::rdp {
namespace {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

std::vector<std::uint8_t> joined(std::vector<std::uint8_t> a, const std::vector<std::uint8_t>& b) {
  return a.insert(a.end(), b.begin(), b.end()), a;
}
std::vector<std::uint8_t> octets(std::string_view text) { return {text.begin(), text.end()}; }
std::vector<std::uint8_t> connect(std::uint8_t code, const std::vector<std::uint8_t>& content) {
  const auto size = static_cast<std::uint8_t>(11 + content.size());
  return joined({3, 0, 0, size, static_cast<std::uint8_t>(size - 5), code, 0, 0, 0, 0, 0}, content);
}
const auto request = connect(0xe0, joined(octets("Cookie: mstshash=operator\r\n"), from_hex("01000800 0b000000")));

std::vector<std::uint8_t> client_data(std::string_view channel) {
  auto core = from_hex("01c0d800 04000800 8007 3804 01ca 03aa 09040000 280a0000");
  for (char c : std::string("ENG-PC7")) core.push_back(static_cast<std::uint8_t>(c)), core.push_back(0);
  core.resize(0xd8);
  auto network = from_hex("03c01400 01000000");
  for (char c : channel) network.push_back(static_cast<std::uint8_t>(c));
  network.resize(0x14);
  auto out = joined(from_hex("03000000 02f080 7f65 8201be 000500147c00018100000044756361 80ec"), joined(core, network));
  out[2] = static_cast<std::uint8_t>(out.size() >> 8), out[3] = static_cast<std::uint8_t>(out.size());
  return out;
}

TEST(Rdp, ReadsWhoConnects) {
  const Decoded got = MessageDecoder(protocol)(request, ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["cookie"], "operator");
  EXPECT_EQ(got["requested_security"], "11");
  EXPECT_EQ(got.role, Role::request);
  EXPECT_EQ(got.operations, std::vector<std::string>{"session operator pending"});
  EXPECT_EQ(
      MessageDecoder(protocol)(connect(0xe0, octets("Cookie: msts=3640205228.15629.0000\r\n")), ask)["routing_token"],
      "3640205228.15629.0000");
}

TEST(Rdp, ReadsWhatTheServerChooses) {
  const Decoded chosen = MessageDecoder(protocol)(connect(0xd0, from_hex("021f0800 02000000")), answer);
  EXPECT_EQ(chosen["selected_security"], "credssp");
  EXPECT_EQ(chosen.role, Role::answer);
  EXPECT_EQ(chosen.operations, std::vector<std::string>{"session ok"});
  const Decoded refused = MessageDecoder(protocol)(connect(0xd0, from_hex("03000800 05000000")), answer);
  EXPECT_EQ(refused["failure"], "credssp_required");
  EXPECT_EQ(refused.operations, std::vector<std::string>{"session refused 5"});
  EXPECT_EQ(MessageDecoder(protocol)(connect(0xd0, {}), answer).fault, "rdp.old_security");
}

TEST(Rdp, ReadsTheClientsDataInClear) {
  const Decoded got = MessageDecoder(protocol)(client_data("rdpdr"), ask);
  EXPECT_EQ(got.fault, "");
  EXPECT_EQ(got["client_name"], "ENG-PC7");
  EXPECT_EQ(got["client_build"], "2600");
  EXPECT_EQ(got["width"], "1920");
  EXPECT_EQ(got["keyboard_layout"], "1033");
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].at("channel"), "rdpdr");
  EXPECT_EQ(got.facts, std::vector<std::string>{"name=ENG-PC7"});
  EXPECT_EQ(MessageDecoder(protocol)(client_data("MS_T120"), ask).fault, "rdp.internal_channel");
  EXPECT_EQ(MessageDecoder(protocol)(client_data("ms_t120"), ask).fault, "rdp.internal_channel");
}

TEST(Rdp, InventsNothingFromACutMessage) {
  for (std::size_t size = 1; size < request.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)({request.begin(), request.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(got.fault, "rdp.length") << size;
    EXPECT_TRUE(got.operations.empty());
  }
  const auto whole = client_data("rdpdr");
  for (std::size_t size = 40; size < whole.size(); ++size) {
    std::vector<std::uint8_t> cut{whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)};
    cut[2] = static_cast<std::uint8_t>(cut.size() >> 8), cut[3] = static_cast<std::uint8_t>(cut.size());
    const Decoded got = MessageDecoder(protocol)(cut, ask);
    if (size < whole.size() - 20) {
      EXPECT_EQ(got["client_name"], "absent") << size;
    }
    EXPECT_TRUE(got.items.empty()) << size;
  }
}

TEST(Rdp, IsKnownByItsPayloadAndLeavesIsoTransportAlone) {
  Context foreign{ask, Transport::tcp, 40000, 13389}, iso{ask, Transport::tcp, 40000, 102},
      own{ask, Transport::tcp, 40000, 3389};
  EXPECT_EQ(protocol.identify(request, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(Bytes{request}.first(20), foreign), Identity::unsure);
  const auto s7 = from_hex("0300001611e00000000100c1020100c2020102c0010a");
  for (const Context& context : {foreign, iso, own}) EXPECT_EQ(protocol.identify(s7, context), Identity::no);
  const auto bare = connect(0xe0, {});
  EXPECT_EQ(protocol.identify(bare, own), Identity::yes);
  EXPECT_EQ(protocol.identify(bare, iso), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("0300001902f08032010000"), own), Identity::no);
  EXPECT_EQ(protocol.sender(request, foreign), End::client);
  EXPECT_EQ(protocol.sender(connect(0xd0, {}), foreign), End::server);
}

TEST(Rdp, PassesOverTlsAndTheScreen) {
  EXPECT_EQ(protocol.frame(from_hex("1703030400aa"), {}).size, 0x405u);
  EXPECT_EQ(protocol.frame(from_hex("1703030400aa"), {}).kind, Frame::Kind::skip);
  EXPECT_EQ(protocol.frame(from_hex("448101aabbcc"), {}).kind, Frame::Kind::skip);
  EXPECT_EQ(protocol.frame(request, {}).size, request.size());
  EXPECT_EQ(protocol.frame(Bytes{request}.first(3), {}).kind, Frame::Kind::need);
}

}  // namespace
}  // namespace langyan::rdp
