#include "parsers/c1222/c1222.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"

namespace langyan::c1222 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction ask = Direction::to_server, tell = Direction::to_client;

// [C1222] 5.3.4: called title 1.3.6.1, invocation 9, services.
std::vector<std::uint8_t> message(std::string_view epsem, bool answer = false) {
  const auto octets = from_hex(epsem);
  const auto size = static_cast<std::uint8_t>(octets.size());
  auto made = from_hex("60 00 a2 05 06 03 2b0601 a8 03 02 01 09 be 00 28 00 81 00");
  if (answer) made[9] = 0xa4;
  made[1] = static_cast<std::uint8_t>(size + 18), made[15] = static_cast<std::uint8_t>(size + 4);
  made[17] = static_cast<std::uint8_t>(size + 2), made[19] = size;
  made.insert(made.end(), octets.begin(), octets.end());
  return made;
}
Decoded decode(std::string_view epsem, bool answer = false) {
  return MessageDecoder(protocol)(message(epsem, answer), answer ? tell : ask);
}

TEST(C1222, ReducesServicesToOperations) {
  const Decoded read = decode("80 03 30 0001");
  EXPECT_EQ(read.fault, "");
  EXPECT_EQ(read.role, Role::request);
  EXPECT_EQ(read["called_title"], "1.3.6.1");
  EXPECT_EQ(read["invocation_id"], "9");
  EXPECT_EQ(read["table_id"], "1");
  EXPECT_THAT(read.operations, ElementsAre("read ST1 pending"));
  EXPECT_THAT(decode("80 01 20").operations, ElementsAre("identify pending"));
  EXPECT_THAT(decode("80 08 40 0007 0002 000a 00").operations, testing::SizeIs(1));
  EXPECT_EQ(decode("80 08 40 0007 0002 000a 00")["data"], "000a");
  EXPECT_EQ(decode("80 08 40 0007 0002 000a 00").operations.at(0).substr(0, 11), "control ST7");
  EXPECT_THAT(decode("80 03 30 0001 03 30 0805").operations, ElementsAre("read ST1 pending", "read MT5 pending"));
}

TEST(C1222, SignsIn) {
  const Decoded logon = decode("80 0f 50 1234 68656c6c6f20202020 20 003c");
  EXPECT_EQ(logon["user"], "hello");
  EXPECT_EQ(logon["user_id"], "4660");
  EXPECT_THAT(logon.operations, ElementsAre("auth pending"));
  const std::string password(40, '3');
  const Decoded clear = decode("80 15 51 " + password);
  EXPECT_EQ(clear.fault, "c1222.clear_password");
  EXPECT_EQ(clear["password_present"], "1");
  EXPECT_EQ(decode("84 15 51 " + password + " 00000000").fault, "");
}

TEST(C1222, Answers) {
  const Decoded ok = decode("80 05 00 0002 aabb", true);
  EXPECT_EQ(ok.role, Role::answer);
  EXPECT_EQ(ok["invocation_id"], "9");
  EXPECT_EQ(ok["response_code"], "ok");
  EXPECT_THAT(ok.operations, ElementsAre("other ok"));
  EXPECT_THAT(decode("80 01 03", true).operations, ElementsAre("other refused 3"));
  EXPECT_EQ(decode("88 65f1e271 a71f7f27")["security_mode"], "ciphered_authenticated");
}

TEST(C1222, NamesWhatIsWrong) {
  EXPECT_EQ(decode("80 01 77").fault, "c1222.service");
  EXPECT_EQ(decode("80 02 30 00").fault, "c1222.truncated");
  EXPECT_EQ(decode("80 09 30 00").fault, "c1222.truncated");
  const auto whole = message("80 03 30 0001");
  for (std::size_t size = 1; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, ask);
    EXPECT_EQ(got.fault, "c1222.truncated") << size;
    EXPECT_THAT(got.operations, IsEmpty());
  }
}

TEST(C1222, IsKnownOnItsPort) {
  const Context own{ask, Transport::tcp, 40000, 1153}, foreign{ask, Transport::tcp, 40000, 9};
  const auto whole = message("80 03 30 0001");
  EXPECT_EQ(protocol.identify(whole, own), Identity::yes);
  EXPECT_EQ(protocol.identify(whole, foreign), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("60"), own), Identity::unsure);
  EXPECT_EQ(protocol.frame(whole, own).size, whole.size());
  auto lost = from_hex("6060");
  lost.insert(lost.end(), whole.begin(), whole.end());
  EXPECT_EQ(protocol.resync(lost, own), 2u);
}

}  // namespace
}  // namespace langyan::c1222
