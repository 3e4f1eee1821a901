#include "parsers/fox/fox.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::fox {
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

Octets text(std::string_view message) {
  return Octets(message.begin(), message.end());
}

constexpr std::string_view hello =
    "fox a 0 -1 fox "
    "hello\n{\nfox.version=s:1.0.1\nid=i:34\nhostName=s:jace1\nhostAddress=s:10.0.0.7\napp.name=s:"
    "Station\n"
    "app.version=s:3.8.38\nvm.name=s:J9\nos.name=s:QNX\nos.version=s:6.4.1\nstation.name=s:"
    "Tower\nhostId=s:Qnx-NPM6-0000-0000-0001\n"
    "brandId=s:vykon\n};;\n";

TEST(Fox, SaysHello) {
  MessageDecoder decode(protocol);
  EXPECT_THAT(
      decode(text("fox a 1 -1 fox hello\n{\nfox.version=s:1.0\nid=i:1\n};;\n"), ask).operations,
      ElementsAre("session fox hello pending"));
  const Decoded told = decode(text(hello), reply);
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told.role, Role::answer);
  EXPECT_EQ(told["frame"], "async");
  EXPECT_EQ(told["number"], "0");
  EXPECT_EQ(told["replies_to"], "-1");
  EXPECT_EQ(told["station"], "Tower");
  EXPECT_EQ(told["os_version"], "6.4.1");
  EXPECT_THAT(told.facts,
              ElementsAre("name=jace1", "role=Station", "firmware=3.8.38", "series=QNX",
                          "description=Tower", "serial=Qnx-NPM6-0000-0000-0001", "vendor=vykon"));
  EXPECT_THAT(decode(text("fox a 1 -1 fox rejected\n{\n};;\n"), reply).operations,
              ElementsAre("session fox rejected refused 0"));
}

TEST(Fox, SignInsWeighAndStayUnwritten) {
  MessageDecoder decode(protocol);
  const Decoded login =
      decode(text("fox a 2 -1 fox login\n{\nhostName=s:admin\ndigest=b:4[abcd]\n};;\n"), ask);
  EXPECT_THAT(login.operations, ElementsAre("auth fox login ok"));
  EXPECT_THAT(login.facts, IsEmpty());
  EXPECT_EQ(login["host_name"], "absent");
  EXPECT_THAT(decode(text("fox s 9 -1 station invoke\n{\n};;\n"), ask).operations,
              ElementsAre("control station invoke ok"));
  EXPECT_THAT(decode(text("fox s 9 -1 file open\n{\n};;\n"), ask).operations,
              ElementsAre("file file open ok"));
}

TEST(Fox, NamesFaults) {
  MessageDecoder decode(protocol);
  EXPECT_EQ(decode(text("fox a x -1 fox hello\n};;\n"), ask).fault, "fox.head");
  EXPECT_EQ(decode(text("fox a 1 -1 fox\n};;\n"), ask).fault, "fox.head");
  std::string many = "fox a 1 -1 fox hello\n{\n";
  for (int i = 0; i < 100; ++i) many += "a=s:b\n";
  EXPECT_EQ(decode(text(many + "};;\n"), ask).fault, "fox.entry");
  for (std::size_t size = 0; size < hello.size(); ++size)
    decode(text(hello.substr(0, size)), reply);
}

TEST(Fox, ClaimsItsOwn) {
  EXPECT_EQ(identity(text(hello), 80), Identity::yes);
  EXPECT_EQ(identity(text("fox "), 80), Identity::unsure);
  EXPECT_EQ(identity(text("foxtrot"), 1911), Identity::no);
  EXPECT_EQ(identity(text("GET / HTTP"), 1911), Identity::no);
  EXPECT_EQ(identity(from_hex("16030100"), 4911), Identity::no);
  const std::string two = "garbage};;\n" + std::string(hello);
  EXPECT_EQ(protocol.resync(text(two), Context{}), 11u);
  EXPECT_EQ(protocol.frame(text(std::string(hello) + "fox"), Context{}).size, hello.size());
  EXPECT_EQ(protocol.sender(text(hello), Context{}), End::server);
}

}  // namespace
}  // namespace langyan::fox
