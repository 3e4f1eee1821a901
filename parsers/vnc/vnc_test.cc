#include "parsers/vnc/vnc.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::vnc {
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
  explicit Talk(std::size_t octets = 0) : step(octets) {}
  std::size_t step;  // octets handed over at once; 0: all
  MessageDecoder decoder{protocol};
  Pieces pieces[2];
  Decoded operator()(const std::vector<std::uint8_t>& octets, Direction way) {
    Decoded got;
    for (std::size_t at = 0; at < octets.size(); at += step ? step : octets.size()) {
      const std::size_t end = step ? std::min(at + step, octets.size()) : octets.size();
      got =
          decoder({octets.begin() + static_cast<std::ptrdiff_t>(at), octets.begin() + static_cast<std::ptrdiff_t>(end)},
                  way, &pieces[static_cast<std::size_t>(way)]);
      if (end < octets.size()) {
        EXPECT_EQ(got.role, Role::part);
      }
    }
    return got;
  }
  Decoded operator()(std::string_view hex, Direction way) { return (*this)(from_hex(hex), way); }
};
const std::string v38 = "524642203030332e3030380a", v33 = "524642203030332e3030330a";
const std::string challenge = "000102030405060708090a0b0c0d0e0f";
const std::string init = "0500 0400 20180001 00ff00ff00ff 100800 000000 00000006 484d492d3137";

TEST(Vnc, FollowsASignInHoweverItIsCut) {
  for (std::size_t step : {0, 1, 3, 7}) {
    Talk talk{step};
    EXPECT_EQ(talk(v38, answer)["version"], "003.008");
    talk(v38, ask);
    EXPECT_EQ(talk("02 02 10", answer)["security_types"], "0210");
    EXPECT_EQ(talk("02", ask)["security"], "vnc");
    EXPECT_EQ(talk(challenge, answer).role, Role::part);
    const Decoded secret = talk(challenge, ask);
    EXPECT_TRUE(secret.fields.empty()) << "what the password makes is not kept";
    const Decoded got = talk("00000000", answer);
    EXPECT_EQ(got["result"], "ok");
    EXPECT_EQ(talk("01", ask)["shared"], "1");
    const Decoded screen = talk(init, answer);
    EXPECT_EQ(screen.operations, std::vector<std::string>{"session HMI-17 ok"});
    EXPECT_EQ(screen["desktop"], "HMI-17");
    EXPECT_EQ(screen["width"], "1280");
    EXPECT_EQ(screen.facts, std::vector<std::string>{"name=HMI-17"});
    EXPECT_EQ(talk("0000000a", answer).role, Role::part);
  }
}

TEST(Vnc, SeesARefusalWithItsReason) {
  Talk talk;
  talk(v38, answer), talk(v38, ask), talk("0102", answer), talk("02", ask), talk(challenge, answer),
      talk(challenge, ask);
  const Decoded got = talk("00000001 00000003 626164", answer);
  EXPECT_EQ(got["result"], "failed");
  EXPECT_EQ(got["reason"], "bad");
  EXPECT_EQ(got.operations, std::vector<std::string>{"session refused 1"});
  Talk full;
  full(v38, answer), full(v38, ask);
  EXPECT_EQ(full("00 00000004 66756c6c", answer)["reason"], "full");
}

TEST(Vnc, SeesAScreenWithoutPassword) {
  Talk talk;
  talk(v38, answer), talk(v38, ask), talk("0101", answer);
  EXPECT_EQ(talk("01", ask).fault, "vnc.no_authentication");
  EXPECT_EQ(talk("00000000", answer)["result"], "ok");
  Talk old;
  old(v33, answer), old(v33, ask);
  const Decoded got = old("00000001", answer);
  EXPECT_EQ(got["security"], "none");
  EXPECT_EQ(got.fault, "vnc.no_authentication");
  old("01", ask);
  EXPECT_EQ(old(init, answer).operations, std::vector<std::string>{"session HMI-17 ok"});
}

TEST(Vnc, SeesAChoiceThatWasNotOffered) {
  Talk talk;
  talk(v38, answer), talk(v38, ask), talk("0102", answer);
  EXPECT_EQ(talk("01", ask).fault, "vnc.choice") << "as CVE-2006-2369";
  Talk other;
  other(v38, answer), other(v38, ask), other("0102", answer);
  EXPECT_EQ(other("10", ask).fault, "vnc.choice");
}

TEST(Vnc, RefusesLongTextsAndReadsNothingAfterAGap) {
  Talk talk;
  talk(v38, answer), talk(v38, ask);
  EXPECT_EQ(talk("00 00ffffff 41", answer).fault, "vnc.length");
  EXPECT_EQ(talk("00000000", answer).role, Role::part);
  Talk gap;
  gap(v38, answer), gap(v38, ask);
  gap.decoder.context.after_gap = true;
  EXPECT_EQ(gap("0101", answer).role, Role::part);
}

TEST(Vnc, IsKnownByItsVersion) {
  Context foreign{ask, Transport::tcp, 40000, 12345};
  EXPECT_EQ(protocol.identify(from_hex(v38), foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("5246"), foreign), Identity::unsure);
  EXPECT_EQ(protocol.identify(from_hex("524642203030332e3030380d"), foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("47455420"), foreign), Identity::no);
}

}  // namespace
}  // namespace langyan::vnc
