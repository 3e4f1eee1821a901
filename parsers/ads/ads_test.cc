#include "parsers/ads/ads.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "fields/test_shared.h"
#include "parsers/ads/table.h"

namespace langyan::ads {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Direction asks = Direction::to_server, replies = Direction::to_client;

std::string le(std::uint64_t number, int octets) {
  std::string hex;
  for (int i = 0; i < octets; ++i, number >>= 8) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned>(number & 0xff));
    hex += pair;
  }
  return hex;
}

constexpr const char* station = "050d60700101";  // 5.13.96.112.1.1
constexpr const char* engineer = "0a1400080101";

// [ADS] AMS/TCP and AMS header before `body`.
std::string request(int command, std::string body, int port = 851, unsigned invoke_id = 7) {
  const auto size = from_hex(body).size();
  return le(0, 2) + le(32 + size, 4) + station + le(static_cast<unsigned>(port), 2) + engineer + le(30000, 2) +
         le(static_cast<unsigned>(command), 2) + le(4, 2) + le(size, 4) + le(0, 4) + le(invoke_id, 4) + body;
}
std::string response(int command, std::string body, int port = 851, unsigned invoke_id = 7, unsigned error = 0,
                     unsigned flags = 5) {
  const auto size = from_hex(body).size();
  return le(0, 2) + le(32 + size, 4) + engineer + le(30000, 2) + station + le(static_cast<unsigned>(port), 2) +
         le(static_cast<unsigned>(command), 2) + le(flags, 2) + le(size, 4) + le(error, 4) + le(invoke_id, 4) + body;
}

struct Ads : testing::Test {
  Ads() { decode.context.shared = &shared; }
  Decoded ask(std::string hex) { return decode(hex, asks); }
  Decoded answer(std::string hex) { return decode(hex, replies); }
  SharedTable shared;
  MessageDecoder decode{protocol};
};

TEST_F(Ads, RequestsBecomeOperations) {
  const struct {
    std::string message;
    std::vector<std::string> operations;
  } cases[] = {
      {request(1, ""), {"identify unit 851 pending"}},
      {request(2, le(0x4020, 4) + le(10, 4) + le(4, 4)), {"read %MB10..%MB13 unit 851 pending"}},
      {request(2, le(0xf021, 4) + le(19, 4) + le(1, 4)), {"read %IX2.3 unit 851 pending"}},
      {request(3, le(0xf030, 4) + le(2, 4) + le(1, 4) + "01"), {"write %QB2=1 unit 851 pending"}},
      {request(3, le(0x1234, 4) + le(0x10, 4) + le(1, 4) + "05"), {"write 0x1234:0x10=5 unit 851 pending"}},
      {request(4, ""), {"diagnose unit 851 pending"}},
      {request(5, le(5, 2) + le(0, 2) + le(0, 4)), {"start=5 unit 851 pending"}},
      {request(5, le(6, 2) + le(0, 2) + le(0, 4)), {"stop=6 unit 851 pending"}},
      {request(5, le(2, 2) + le(0, 2) + le(0, 4), 10000), {"reset=2 unit 10000 pending"}},
      {request(5, le(16, 2) + le(0, 2) + le(0, 4), 10000), {"mode=16 unit 10000 pending"}},
      {request(6, le(0x4020, 4) + le(0, 4) + le(2, 4) + le(4, 4) + le(0, 8) + std::string(32, '0')),
       {"subscribe %MB0..%MB1 unit 851 pending"}},
      {request(7, le(9, 4)), {"subscribe notification 0x9 unit 851 pending"}},
      {request(9, le(0xf003, 4) + le(0, 4) + le(4, 4) + le(6, 4) + "4d41494e2e61"), {"browse MAIN.a unit 851 pending"}},
      {request(9, le(120, 4) + le(1, 4) + le(4, 4) + le(5, 4) + "433a5c6100", 10000),
       {"file C:\\a unit 10000 pending"}},
      {request(9, le(122, 4) + le(3, 4) + le(4, 4) + le(0, 4), 10000), {"file file handle 3 unit 10000 pending"}},
      {request(9, le(120, 4) + le(1, 4) + le(4, 4) + le(1, 4) + "43", 851),
       {"write 0x78:0x1=67 unit 851 pending"}},  // no system service
      {request(9, le(0xf080, 4) + le(2, 4) + le(11, 4) + le(24, 4) + le(0x4020, 4) + le(1, 4) + le(1, 4) +
                      le(0xf020, 4) + le(2, 4) + le(2, 4)),
       {"read %MB1 unit 851 pending", "read %IB2..%IB3 unit 851 pending"}},
      {request(9, le(0xf081, 4) + le(1, 4) + le(4, 4) + le(13, 4) + le(0x4020, 4) + le(1, 4) + le(1, 4) + "2a"),
       {"write %MB1=42 unit 851 pending"}},
  };
  for (const auto& [message, operations] : cases) {
    const Decoded got = ask(message);
    EXPECT_EQ(got.operations, operations) << message;
    EXPECT_EQ(got.fault, "") << message;
    EXPECT_EQ(got.role, Role::request) << message;
  }
}

TEST_F(Ads, TheHeaderNamesBothStations) {
  const Decoded got = ask(request(4, ""));
  EXPECT_EQ(got["target_net_id"], "5.13.96.112.1.1");
  EXPECT_EQ(got["source_net_id"], "10.20.0.8.1.1");
  EXPECT_EQ(got["target_port"], "plc_tc3_runtime_1");
  EXPECT_EQ(got["command"], "read_state");
  EXPECT_EQ(got["invoke_id"], "7");
}

TEST_F(Ads, DeviceInfoTellsWhatTheDeviceIs) {
  const Decoded got = answer(response(1, le(0, 4) + "0301b80f" + "506c633330204170700000000000 0000"));
  EXPECT_THAT(got.facts, ElementsAre("vendor=Beckhoff", "model=Plc30 App unit 851", "firmware=3.1.4024 unit 851"));
  EXPECT_THAT(got.operations, ElementsAre("identify unit 851 ok"));
  EXPECT_EQ(got.role, Role::answer);
}

TEST_F(Ads, RefusalsCarryTheCode) {
  EXPECT_THAT(answer(response(3, le(0x702, 4))).operations, ElementsAre("write unit 851 refused 1794"));
  const Decoded router = answer(response(2, "", 851, 7, 6));
  EXPECT_THAT(router.operations, ElementsAre("read unit 851 refused 6"));
  EXPECT_EQ(router["error_code"], "target_port_not_found");
  EXPECT_EQ(router.fault, "");
}

TEST_F(Ads, AHandleIsKnownByTheNameItWasAskedFor) {
  ask(request(9, le(0xf003, 4) + le(0, 4) + le(4, 4) + le(7, 4) + "4d41494e2e6100", 851, 20));
  answer(response(9, le(0, 4) + le(4, 4) + le(0x5000001, 4), 851, 20));
  EXPECT_THAT(ask(request(3, le(0xf005, 4) + le(0x5000001, 4) + le(1, 4) + "01")).operations,
              ElementsAre("write MAIN.a=1 unit 851 pending"));
  EXPECT_THAT(ask(request(3, le(0xf006, 4) + le(0, 4) + le(4, 4) + le(0x5000001, 4))).operations,
              ElementsAre("session MAIN.a unit 851 pending"));
  EXPECT_THAT(ask(request(2, le(0xf005, 4) + le(0x77, 4) + le(1, 4))).operations,
              ElementsAre("read handle 0x77 unit 851 pending"));
}

TEST_F(Ads, ANotificationReportsThePlaceThatWasSubscribed) {
  ask(request(6, le(0x4020, 4) + le(8, 4) + le(1, 4) + le(4, 4) + le(0, 8) + std::string(32, '0'), 851, 30));
  answer(response(6, le(0, 4) + le(0x41, 4), 851, 30));
  // 116444736000000000 + 10 000 000: one second after 1970
  const std::string body = le(28 + 1 - 4 + 4, 4) + le(1, 4) + le(116444736000000000 + 10000000, 8) + le(1, 4) +
                           le(0x41, 4) + le(1, 4) + "2b";
  const Decoded got = answer(response(8, le(25, 4) + body.substr(8), 851, 0, 0, 4));
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.operations, ElementsAre("report %MB8=43 unit 851 one_way"));
  ASSERT_EQ(got.items.size(), 1u);
  EXPECT_EQ(got.items[0].at("sample_time"), "1970-01-01T00:00:01.000000+0000");
  EXPECT_EQ(got.role, Role::event);
}

TEST_F(Ads, EveryPartOfASumCommandHasItsOutcome) {
  ask(request(9,
              le(0xf081, 4) + le(2, 4) + le(8, 4) + le(26, 4) + le(0x4020, 4) + le(1, 4) + le(1, 4) + le(0x4020, 4) +
                  le(2, 4) + le(1, 4) + "0102",
              851, 40));
  EXPECT_THAT(answer(response(9, le(0, 4) + le(8, 4) + le(0, 4) + le(0x703, 4), 851, 40)).operations,
              ElementsAre("write unit 851 ok", "write unit 851 refused 1795"));
  EXPECT_EQ(ask(request(9, le(0xf080, 4) + le(1000, 4) + le(8, 4) + le(12, 4) + le(1, 4) + le(1, 4) + le(1, 4))).fault,
            "ads.length");
}

TEST_F(Ads, StartingAProgramIsAnAlarm) {
  const Decoded got = ask(request(
      3, le(500, 4) + le(0, 4) + le(12 + 4 + 1 + 2, 4) + le(3, 4) + le(0, 4) + le(1, 4) + "636d6400" + "00" + "6100",
      10000));
  EXPECT_EQ(got.fault, "ads.start_process");
  EXPECT_EQ(got["process"], "cmd");
  EXPECT_EQ(got["command_line"], "a");
  EXPECT_THAT(got.operations, ElementsAre("other cmd unit 10000 pending"));
}

TEST_F(Ads, NamesWhatIsWrong) {
  EXPECT_EQ(ask(request(3, le(0x4020, 4) + le(1, 4) + le(2, 4) + "01")).fault, "ads.length");
  EXPECT_EQ(ask(request(2, le(0x4020, 4))).fault, "ads.truncated");
  EXPECT_THAT(ask(request(2, le(0x4020, 4))).operations, IsEmpty());
  EXPECT_EQ(ask(request(77, "")).fault, "ads.command");
}

TEST_F(Ads, ACutMessageNeverReadsAsAWholeOne) {
  const auto whole = from_hex(request(3, le(0xf030, 4) + le(2, 4) + le(4, 4) + "01020304"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got = decode({whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)}, asks);
    EXPECT_NE(got.fault, "") << size;
    EXPECT_THAT(got.operations, IsEmpty()) << size;
  }
}

std::string route(unsigned service, unsigned blocks, std::string body) {
  return "03661471" + le(0, 4) + le(service, 4) + engineer + le(10000, 2) + le(blocks, 4) + body;
}

struct AdsRoute : Ads {
  AdsRoute() { decode.context.transport = Transport::udp; }
};

TEST_F(AdsRoute, AddingARouteShowsThePassword) {
  const std::string head = "0c000300" "4c4100" "07000600" "0a1400080101" "0d000600" "41646d696e00";
  const Decoded got = ask(route(6, 5, head + "02000400" "31323300" "05000300" "4c4100"));
  EXPECT_EQ(got.fault, "ads.password_in_clear");
  EXPECT_THAT(got.operations, ElementsAre("configure LA='Admin' pending"));
  EXPECT_EQ(got["user_name"], "Admin");
  EXPECT_EQ(got["route_net_id"], "10.20.0.8.1.1");
  EXPECT_EQ(got["password_length"], "3");
  EXPECT_EQ(ask(route(6, 4, head + "02000100" "00")).fault, "ads.empty_password");
  EXPECT_THAT(answer(route(0x80000006, 1, "01000400" "04070000")).operations, ElementsAre("configure refused 1796"));
}

TEST_F(AdsRoute, DiscoveryTellsTheStation) {
  const Decoded got = answer(route(0x80000001, 3,
                                   "05000500"
                                   "43582d3100"
                                   "04001400"
                                   "14010000"
                                   "06000000"
                                   "00000000"
                                   "00000000"
                                   "03000000"
                                   "03000400"
                                   "020bb408"));
  EXPECT_EQ(got.fault, "");
  EXPECT_THAT(got.facts, ElementsAre("vendor=Beckhoff", "name=CX-1", "series=TwinCAT", "firmware=2.11.2228",
                                     "description=Windows CE 6.0"));
  EXPECT_EQ(ask(route(1, 1, "0500ff00")).fault, "ads.truncated");
}

TEST(AdsFrame, IsKnownByItsPayload) {
  const Context own{asks, Transport::tcp, 40000, 48898}, foreign{asks, Transport::tcp, 40000, 4000};
  const auto message = from_hex(request(4, ""));
  EXPECT_EQ(protocol.identify(message, own), Identity::yes);
  EXPECT_EQ(protocol.identify(message, foreign), Identity::yes);
  EXPECT_EQ(protocol.identify(Bytes{message}.first(20), foreign), Identity::unsure);
  auto lying = message;
  lying[26] = 9;  // data length
  EXPECT_EQ(protocol.identify(lying, own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("474554202f20485454502f312e31"), own), Identity::no);
  EXPECT_EQ(protocol.identify(from_hex("000100000006010300000001"), foreign), Identity::no);  // Modbus
  EXPECT_EQ(protocol.frame(message, own).size, message.size());
  EXPECT_EQ(protocol.frame(Bytes{message}.first(10), own).kind, Frame::Kind::need);
  EXPECT_EQ(protocol.sender(message, own), End::client);
  EXPECT_EQ(protocol.sender(from_hex(response(4, "")), own), End::server);
  auto garbage = from_hex("0000aabb");
  garbage.insert(garbage.end(), message.begin(), message.end());
  EXPECT_EQ(protocol.resync(garbage, own), 4u);
  EXPECT_EQ(protocol.identify(from_hex(route(1, 0, "")), {asks, Transport::udp, 48899, 48899}), Identity::yes);
  EXPECT_EQ(protocol.identify(from_hex("03661471"), {asks, Transport::udp, 48899, 48899}), Identity::no);
}

}  // namespace
}  // namespace langyan::ads
