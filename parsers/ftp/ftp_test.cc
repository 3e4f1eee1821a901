#include "parsers/ftp/ftp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "fields/test_shared.h"

namespace langyan::ftp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

struct Ftp : testing::Test {
  Ftp() {
    decode.context.transport = Transport::tcp, decode.context.server_port = 21, decode.context.client_port = 40'000;
    decode.context.shared = &shared;
  }
  Decoded say(std::string_view text, Direction way) {
    return decode(std::vector<std::uint8_t>(text.begin(), text.end()), way);
  }
  Identity identify(std::string_view text, std::uint16_t port) {
    Context context = decode.context;
    context.server_port = port;
    return protocol.identify(bytes_of(text), context);
  }
  SharedTable shared;
  MessageDecoder decode{protocol};
};

TEST_F(Ftp, SignsInWithoutKeepingThePassword) {
  EXPECT_EQ(say("220 ready\r\n", down).role, Role::event);
  const Decoded user = say("user operator\r\n", up);
  EXPECT_EQ(user.role, Role::request);
  EXPECT_EQ(user["command"], "USER");
  EXPECT_EQ(user["argument"], "operator");
  EXPECT_THAT(user.operations, ElementsAre("session operator pending"));
  const Decoded password = say("PASS hunter2\r\n", up);
  EXPECT_EQ(password["command_data"], "hunter2") << "rules may search it";
  EXPECT_EQ(password["argument"], "absent");
  EXPECT_EQ(password["password_length"], "7");
  EXPECT_EQ(password["user"], "operator");
  EXPECT_EQ(protocol.message->mask(log) >> protocol.message->find("command_data") & 1, 0u) << "and nobody reads it";
  const Decoded refused = say("530 Login incorrect.\r\n", down);
  EXPECT_EQ(refused.role, Role::answer);
  EXPECT_EQ(refused["reply_code"], "530");
  EXPECT_EQ(refused["completion_code"], "530");
  EXPECT_THAT(refused.operations, ElementsAre("session refused 530"));
}

TEST_F(Ftp, FilesAreReadAndWritten) {
  EXPECT_THAT(say("RETR recipes/a b.csv\r\n", up).operations, ElementsAre("read recipes/a b.csv pending"));
  EXPECT_THAT(say("STOR main.prg\r\n", up).operations, ElementsAre("file main.prg pending"));
  EXPECT_THAT(say("DELE main.prg\r\n", up).operations, ElementsAre("file main.prg pending"));
  EXPECT_THAT(say("TYPE I\r\n", up).operations, IsEmpty());
  EXPECT_EQ(say("150 opening\r\n", down).role, Role::event) << "it goes on";
  const Decoded many = say("211-Features:\r\n SIZE\r\n211 End\r\n", down);
  EXPECT_EQ(many["reply"], "Features:\r\n SIZE\r\n211 End");
}

TEST_F(Ftp, TheDataConnectionIsExpected) {
  say("PASV\r\n", up);
  const Decoded told = say("227 Entering Passive Mode (10,20,0,40,195,80).\r\n", down);
  EXPECT_EQ(told["dynamic_port"], "50000");
  EXPECT_EQ(told["mode"], "passive");
  EXPECT_EQ(told["data_address"], "00000000000000000000ffff0a140028");
  say("STOR main.prg\r\n", up);
  EXPECT_EQ(identify("anything", 50'000), Identity::yes);
  EXPECT_EQ(identify("anything", 50'001), Identity::no);
  decode.context.server_port = 50'000;
  EXPECT_EQ(protocol.frame(bytes_of("program"), decode.context).size, 1u);
  const Decoded data = say("p", up);
  EXPECT_EQ(data["data_command"], "stor");
  EXPECT_EQ(data["file_name"], "main.prg");
  EXPECT_EQ(protocol.frame(bytes_of("rogram"), decode.context).kind, Frame::Kind::skip) << "the file is not kept";
  EXPECT_THAT(data.operations, IsEmpty());
}

TEST_F(Ftp, PortsInAllSpellings) {
  EXPECT_EQ(say("PORT 10,20,0,5,195,81\r\n", up)["dynamic_port"], "50001");
  EXPECT_EQ(say("EPRT |1|10.20.0.5|50002|\r\n", up)["dynamic_port"], "50002");
  EXPECT_EQ(say("EPRT |2|2001:db8::5|50003|\r\n", up)["data_address"], "20010db8000000000000000000000005");
  say("EPSV\r\n", up);
  EXPECT_EQ(say("229 Extended (|||50004|)\r\n", down)["dynamic_port"], "50004");
  for (const char* bad : {"PORT 10,20,0,5,195\r\n", "PORT 10,20,0,5,256,1\r\n", "PORT\r\n", "EPRT |1|10.20.0.5|\r\n",
                          "EPRT |1|10.20.0.500|1|\r\n", "EPRT |1|10.20.0.5|70000|\r\n", "PORT 10,20,0,5,0,0\r\n"}) {
    const Decoded got = say(bad, up);
    EXPECT_EQ(got.fault, "ftp.port") << bad;
    EXPECT_EQ(got["dynamic_port"], "absent") << bad;
  }
  EXPECT_EQ(say("PORT 10,20,0,9,0,22\r\n", up).fault, "ftp.low_port");
  EXPECT_EQ(identify("SSH-2.0-x\r\n", 22), Identity::no);
}

TEST_F(Ftp, LongCommandsAreFaults) {
  EXPECT_EQ(say("MKD " + std::string(3'000, 'A') + "\r\n", up).fault, "ftp.command_length");
  EXPECT_EQ(say("nonsense\r\n", down).fault, "ftp.reply");
  EXPECT_EQ(say("\x01\x02\r\n", up).role, Role::event);
}

TEST_F(Ftp, FramesLinesRepliesAndRecords) {
  Context context = decode.context;
  context.direction = down;
  const auto size = [&](std::string_view text) { return protocol.frame(bytes_of(text), context).size; };
  EXPECT_EQ(size("220 ready\r\n331 x\r\n"), 11u);
  EXPECT_EQ(size("211-a\r\n b\r\n211 c\r\n"), 18u);
  EXPECT_EQ(protocol.frame(bytes_of("211-a\r\n b\r\n"), context).kind, Frame::Kind::need);
  EXPECT_EQ(size(std::string(5'000, 'x')), 4'096u);
  const Frame record = protocol.frame(from_hex("17 0303 0010 00"), context);
  EXPECT_EQ(record.kind, Frame::Kind::skip);
  EXPECT_EQ(record.size, 21u);
  context.direction = up;
  EXPECT_EQ(size("211-a\r\n b\r\n"), 7u);
  EXPECT_EQ(protocol.resync(bytes_of("rest of line\r\nUSER x\r\n"), context), 14u);
}

TEST_F(Ftp, IsKnownByItsWords) {
  EXPECT_EQ(identify("220 ready\r\n", 21), Identity::yes);
  EXPECT_EQ(identify("USER x\r\n", 21), Identity::yes);
  EXPECT_EQ(identify("GET / HTTP/1.1\r\n", 21), Identity::no);
  EXPECT_EQ(identify("220 ProFTPD Server\r\n", 2121), Identity::yes);
  EXPECT_EQ(identify("220 ready\r\n", 2121), Identity::unsure);
  EXPECT_EQ(identify("220 ready\r\n331 Password\r\n", 2121), Identity::yes);
  EXPECT_EQ(identify("220 mail ESMTP Postfix\r\n", 2121), Identity::no);
  EXPECT_EQ(identify("GET / HTTP/1.1\r\n", 80), Identity::no);
  EXPECT_EQ(identify(std::string_view("\x03\x00\x00\x16\x11\xe0", 6), 102), Identity::no);
  EXPECT_EQ(protocol.sender(bytes_of("220 x"), decode.context), End::server);
  EXPECT_EQ(protocol.sender(bytes_of("USER"), decode.context), End::client);
}

}  // namespace
}  // namespace langyan::ftp
