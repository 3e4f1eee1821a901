#include "parsers/smtp/smtp.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::smtp {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction up = Direction::to_server, down = Direction::to_client;

struct Smtp : testing::Test {
  Smtp() {
    decode.context.transport = Transport::tcp, decode.context.server_port = 25, decode.context.client_port = 40'000;
  }
  Decoded say(std::string_view text, Direction way) {
    return decode(std::vector<std::uint8_t>(text.begin(), text.end()), way);
  }
  void open_mail() {
    say("MAIL FROM:<alarm@plant.example> SIZE=100\r\n", up), say("250 ok\r\n", down);
    say("DATA\r\n", up), say("354 go on\r\n", down);
  }
  MessageDecoder decode{protocol};
};

TEST_F(Smtp, TheEnvelope) {
  const Decoded hello = say("ehlo plc7.plant.example\r\n", up);
  EXPECT_EQ(hello["command"], "EHLO");
  EXPECT_EQ(hello["helo"], "plc7.plant.example");
  EXPECT_THAT(hello.facts, ElementsAre("name=plc7.plant.example"));
  EXPECT_THAT(hello.operations, ElementsAre("session plc7.plant.example pending"));
  EXPECT_THAT(say("EHLO [10.20.0.5]\r\n", up).facts, IsEmpty());
  EXPECT_EQ(say("MAIL FROM:<alarm@plant.example> SIZE=100\r\n", up)["mail_from"], "alarm@plant.example");
  const Decoded to = say("RCPT TO:<shift@plant.example>\r\n", up);
  EXPECT_EQ(to["rcpt_to"], "shift@plant.example");
  EXPECT_EQ(to["mail_from"], "alarm@plant.example");
  EXPECT_THAT(to.operations, ElementsAre("report shift@plant.example pending"));
  EXPECT_THAT(say("550 no such user\r\n", down).operations, ElementsAre("session refused 550"));
  EXPECT_EQ(say("MAIL FROM:<>\r\n", up)["mail_from"], "");
}

TEST_F(Smtp, TheHeadIsToldAndTheBodyIsNot) {
  open_mail();
  const Decoded subject = say("Subject: Pump 7 failed\r\n", up);
  EXPECT_EQ(subject["subject"], "Pump 7 failed");
  EXPECT_THAT(subject.operations, ElementsAre("report alarm@plant.example ok"));
  say("\r\n", up);
  const Decoded body = say("Subject: not a head any more\r\n", up);
  EXPECT_EQ(body["subject"], "absent");
  EXPECT_THAT(body.operations, IsEmpty());
  EXPECT_EQ(protocol.message->mask(log) >> protocol.message->find("body_line") & 1, 0u);
  say("--boundary\r\n", up);
  EXPECT_EQ(say("Content-Disposition: attachment; filename=\"trend 7.csv\"\r\n", up)["attachment"], "trend 7.csv");
  EXPECT_EQ(say(" name=plain.txt; x\r\n", up)["attachment"], "plain.txt");
  say("\r\n", up);
  EXPECT_EQ(say("250-looks like a reply\r\n", up)["reply_code"], "absent");
  EXPECT_EQ(say(".\r\n", up).role, Role::request);
  EXPECT_EQ(say("QUIT\r\n", up)["command"], "QUIT") << "commands again";
}

TEST_F(Smtp, SignInsAndEncryptionAreLeftAlone) {
  const Decoded sign_in = say("AUTH PLAIN AGEAYg==\r\n", up);
  EXPECT_EQ(sign_in["command"], "AUTH");
  EXPECT_EQ(sign_in["command_line"], "absent");
  say("334 go on\r\n", down);
  EXPECT_TRUE(say("cGFzc3dvcmQ=\r\n", up).fields.empty());
  say("235 ok\r\n", down);
  say("STARTTLS\r\n", up);
  EXPECT_EQ(say("220 ready\r\n", down)["encrypted"], "1");
  EXPECT_EQ(protocol.frame(from_hex("16 0301 0005 01"), decode.context).kind, Frame::Kind::skip);
}

TEST_F(Smtp, ChunksAreCounted) {
  say("BDAT 10 LAST\r\n", up);
  EXPECT_EQ(say("QUIT\r\n", up)["command"], "absent") << "six octets of the mail";
  EXPECT_EQ(say("ab\r\n", up)["command"], "absent");
  EXPECT_EQ(say("QUIT\r\n", up)["command"], "QUIT");
}

TEST_F(Smtp, OddEndsAndLongLinesAreFaults) {
  EXPECT_EQ(say("HELO " + std::string(3'000, 'A') + "\r\n", up).fault, "smtp.command_length");
  EXPECT_EQ(say("hm\r\n", down).fault, "smtp.reply");
  open_mail();
  say("x\n", up);
  EXPECT_EQ(say(".\r\n", up).fault, "smtp.smuggled");
  EXPECT_EQ(say("MAIL FROM:<x@y>\r\n", up)["mail_from"], "absent") << "still the first mail";
}

TEST_F(Smtp, IsKnownByItsWords) {
  const auto identify = [&](std::string_view text, std::uint16_t port) {
    Context context = decode.context;
    context.server_port = port;
    return protocol.identify(bytes_of(text), context);
  };
  EXPECT_EQ(identify("220 x\r\n", 25), Identity::yes);
  EXPECT_EQ(identify("EHLO x\r\n", 10'025), Identity::yes);
  EXPECT_EQ(identify("220 x ESMTP\r\n", 10'025), Identity::yes);
  EXPECT_EQ(identify("220 x\r\n", 10'025), Identity::unsure);
  EXPECT_EQ(identify("220 FTP server\r\n", 10'025), Identity::no);
  EXPECT_EQ(identify("GET / HTTP/1.1\r\n", 25), Identity::no);
  EXPECT_EQ(identify("HELP\r\n", 10'025), Identity::no);
  EXPECT_EQ(protocol.sender(bytes_of("250 x"), decode.context), End::server);
}

}  // namespace
}  // namespace langyan::smtp
