#include "parsers/telnet/telnet.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::telnet {
namespace {

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

class Pieces final : public Assembly {
 public:
  bool append(Bytes piece) override { return held_.insert(held_.end(), piece.begin(), piece.end()), true; }
  Bytes bytes() const override { return held_; }
  void clear() override { held_.clear(); }

 private:
  std::vector<std::uint8_t> held_;
};

struct Talk {
  Pieces pieces[2];
  MessageDecoder decoder{protocol};
  std::vector<std::string> operations;
  std::vector<Decoded> events;
  void operator()(std::string_view text, Direction way, std::size_t step = 0) {  // as frame() would cut it
    std::vector<std::uint8_t> octets{text.begin(), text.end()};
    std::vector<std::uint8_t> waiting;
    for (std::size_t at = 0; at < octets.size();) {
      const std::size_t end = step ? std::min(at + step, octets.size()) : octets.size();
      waiting.insert(waiting.end(), octets.begin() + static_cast<std::ptrdiff_t>(at),
                     octets.begin() + static_cast<std::ptrdiff_t>(end));
      at = end;
      while (!waiting.empty()) {
        const Frame frame = protocol.frame(waiting, decoder.context);
        if (frame.kind != Frame::Kind::message) break;
        const auto cut = waiting.begin() + frame.size;
        Decoded got = decoder({waiting.begin(), cut}, way, &pieces[static_cast<std::size_t>(way)]);
        waiting.erase(waiting.begin(), cut);
        for (const auto& operation : got.operations) operations.push_back(operation);
        if (got.role != Role::part) events.push_back(got);
      }
    }
  }
};

void sign_in(Talk& talk, std::size_t step, std::string_view after) {
  talk("\xff\xfd\x18\xff\xfb\x01", answer, step);
  talk("\xff\xfb\x18", ask, step);
  talk("Moxa NPort 5110\r\nlogin: ", answer, step);
  talk("admin\r\n", ask, step);
  talk("admin\r\nPassword: ", answer, step);
  talk("s3cret\r\n", ask, step);
  talk(after, answer, step);
}

TEST(Telnet, SeesWhoSignsInAndWhetherItIsLetInHoweverItIsCut) {
  for (std::size_t step : {0, 1, 2, 5}) {
    Talk good;
    sign_in(good, step, "\r\nLast login: today\r\n$ ");
    EXPECT_EQ(good.operations, std::vector<std::string>{"session admin ok"}) << step;
    good("ls\r\n", ask, step);
    good("login: x\r\n", answer, step);
    EXPECT_EQ(good.operations.size(), 1u) << "text of the session is no sign-in";
    Talk bad;
    sign_in(bad, step, "\r\nLogin incorrect\r\nlogin: ");
    EXPECT_EQ(bad.operations, std::vector<std::string>{"session admin refused 1"}) << step;
    bad("root\r\n", ask, step);
    bad("root\r\nPassword: ", answer, step);
    bad("x\r\n", ask, step);
    bad("\r\nlogin: ", answer, step);
    EXPECT_EQ(bad.operations.back(), "session root refused 1") << "asked again";
  }
}

TEST(Telnet, LetsInWhoSeesAPromptOnly) {
  Talk talk;
  sign_in(talk, 0, "\r\nswitch>");
  EXPECT_TRUE(talk.operations.empty());
  talk("show version\r\n", ask);
  EXPECT_EQ(talk.operations, std::vector<std::string>{"session admin ok"});
}

TEST(Telnet, NeverKeepsAPassword) {
  Talk talk;
  sign_in(talk, 0, "\r\nLogin incorrect\r\nlogin: ");
  for (const Decoded& event : talk.events)
    for (const auto& [name, value] : event.fields) EXPECT_EQ(value.find("s3cret"), std::string::npos) << name;
  const std::string memory(talk.decoder.memory.begin(), talk.decoder.memory.end());
  EXPECT_EQ(memory.find("s3cret"), std::string::npos);
}

TEST(Telnet, ReadsOptionsAndBanners) {
  for (std::size_t step : {0, 1, 4}) {
    Talk talk;
    sign_in(talk, step, "");
    ASSERT_EQ(talk.events.size(), 4u) << step;
    EXPECT_EQ(talk.events[0]["command"], "do");
    EXPECT_EQ(talk.events[0]["option"], "terminal_type");
    EXPECT_EQ(talk.events[3]["banner"], "Moxa NPort 5110");
  }
  const Decoded type = MessageDecoder(protocol)("fffa1800787465726dfff0", ask);
  EXPECT_EQ(type["option"], "terminal_type");
  EXPECT_EQ(type["suboption"], "00787465726d");
  EXPECT_EQ(MessageDecoder(protocol)("fffa1800787465726d", ask).fault, "telnet.subnegotiation");
  EXPECT_EQ(MessageDecoder(protocol)("fffa2700 00 55534552 01 2d66726f6f74 fff0", ask).fault, "telnet.environment");
  EXPECT_EQ(MessageDecoder(protocol)("fffa2700 00 55534552 01 726f6f74 fff0", ask).fault, "");
  EXPECT_EQ(MessageDecoder(protocol)("fffa2700 00 55534552 01 726f6f74 fff0", ask)["suboption"], "absent");
}

TEST(Telnet, FramesCommandsAndLines) {
  const auto frame = [](const std::string& hex) { return protocol.frame(from_hex(hex), {}); };
  EXPECT_EQ(frame("ff").kind, Frame::Kind::need);
  EXPECT_EQ(frame("fffd").kind, Frame::Kind::need);
  EXPECT_EQ(frame("fffd18fffb01").size, 3u);
  EXPECT_EQ(frame("fff161").size, 2u);
  EXPECT_EQ(frame("fffa18ffff").kind, Frame::Kind::need);
  EXPECT_EQ(frame("fffa18fffff0fff061").size, 8u);
  EXPECT_EQ(frame("61620d0a63").size, 4u);
  EXPECT_EQ(frame("6162fff1").size, 2u);
  std::string endless = "fffa18";
  for (int i = 0; i < 600; ++i) endless += "41";
  EXPECT_EQ(frame(endless).size, 512u);
}

TEST(Telnet, IsKnownByItsOptions) {
  Context foreign{ask, Transport::tcp, 40000, 4001}, own{ask, Transport::tcp, 40000, 23};
  const auto identify = [&](const std::string& hex, const Context& context) {
    return protocol.identify(from_hex(hex), context);
  };
  EXPECT_EQ(identify("fffd18fffb01", foreign), Identity::yes);
  EXPECT_EQ(identify("fffd18", foreign), Identity::unsure);
  EXPECT_EQ(identify("fffd18", own), Identity::yes);
  EXPECT_EQ(identify("fffd1841", foreign), Identity::no);
  EXPECT_EQ(identify("fffd50fffb01", foreign), Identity::no);
  EXPECT_EQ(identify("ff0102", own), Identity::no);
  EXPECT_EQ(identify("6c6f67696e3a20", own), Identity::yes);
  EXPECT_EQ(identify("6c6f67696e3a20", foreign), Identity::no);
  EXPECT_EQ(identify("030000", own), Identity::no);
}

}  // namespace
}  // namespace langyan::telnet
