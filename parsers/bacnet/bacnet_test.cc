#include "parsers/bacnet/bacnet.h"

#include <gmock/gmock.h>

#include "fields/test_decode.h"
#include "parsers/bacnet/table.h"

namespace langyan::bacnet {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Octets = std::vector<std::uint8_t>;
using Strings = std::vector<std::string>;

constexpr Direction ask = Direction::to_server, answer = Direction::to_client;

Octets link(std::uint8_t function, std::string_view body) {  // a BVLC of BACnet/IP
  Octets octets = {0x81, function, 0, 0};
  for (std::uint8_t octet : from_hex(body)) octets.push_back(octet);
  octets[2] = static_cast<std::uint8_t>(octets.size() >> 8), octets[3] = static_cast<std::uint8_t>(octets.size());
  return octets;
}
Octets datagram(std::string_view apdu) { return link(10, "0104" + std::string(apdu)); }

class Pieces final : public Assembly {  // as the flow's buffer, without a cap
 public:
  bool append(Bytes piece) override { return octets_.insert(octets_.end(), piece.begin(), piece.end()), true; }
  Bytes bytes() const override { return octets_; }
  void clear() override { octets_.clear(); }

 private:
  Octets octets_;
};

struct Station {
  MessageDecoder decoder{protocol};
  Station() { decoder.context.transport = Transport::udp, decoder.context.server_port = 47808; }
  Decoded operator()(const Octets& octets, Direction way, Assembly* assembly = nullptr) {
    return decoder(octets, way, assembly);
  }
  Decoded request(std::string_view apdu) { return decoder(datagram(apdu), ask); }
  Decoded reply(std::string_view apdu) { return decoder(datagram(apdu), answer); }
};
Decoded request(std::string_view apdu) { return Station().request(apdu); }
Decoded reply(std::string_view apdu) { return Station().reply(apdu); }

struct Case {
  const char* apdu;
  Direction way;
  Role role;
  Strings operations;
};

TEST(Bacnet, ReducesServicesToOperations) {
  const Case cases[] = {
      // ReadProperty of analog-input,5 present-value, and its answer 72.5
      {"00 05 01 0c 0c 00000005 19 55", ask, Role::request, {"read analog-input,5 present-value pending"}},
      {"30 01 0c 0c 00000005 19 55 3e 44 42910000 3f",
       answer,
       Role::answer,
       {"read analog-input,5 present-value=72.5 ok"}},
      {"00 05 01 0c 0c 02000065 19 4c", ask, Role::request, {"browse device,101 object-list unit 101 pending"}},
      {"00 05 01 0c 0c 02000065 19 4c 29 02",
       ask,
       Role::request,
       {"browse device,101 object-list[2] unit 101 pending"}},
      {"00 05 01 0c 0c 023fffff 19 78", ask, Role::request, {"identify device,? vendor-identifier pending"}},
      {"00 05 01 0c 0c 20400007 1a 0209", ask, Role::request, {"read type-129,7 property-521 pending"}},
      // WriteProperty at priority 8; a null relinquishes
      {"00 05 02 0f 0c 00400001 19 55 3e 44 42700000 3f 49 08",
       ask,
       Role::request,
       {"write analog-output,1 present-value=60 pending"}},
      {"00 05 02 0f 0c 00400001 19 55 3e 00 3f 49 08",
       ask,
       Role::request,
       {"write analog-output,1 present-value='null' pending"}},
      {"20 02 0f", answer, Role::answer, {"write ok"}},
      {"00 05 03 0f 0c 00000005 19 51 3e 11 3f", ask, Role::request, {"force analog-input,5 out-of-service=1 pending"}},
      {"00 05 03 0f 0c 04000001 19 5a 3e 91 03 3f", ask, Role::request, {"stop program,1 program-change=3 pending"}},
      {"00 05 03 0f 0c 04000001 19 5a 3e 91 01 3f",
       ask,
       Role::request,
       {"download program,1 program-change=1 pending"}},
      {"00 05 03 0f 0c 02000065 19 4d 3e 75 05 00 626f7831 3f",
       ask,
       Role::request,
       {"configure device,101 object-name='box1' unit 101 pending"}},
      {"00 05 03 0f 0c 00000005 19 23 3e 82 0500 3f",
       ask,
       Role::request,
       {"configure analog-input,5 event-enable='000' pending"}},
      // ReinitializeDevice, DeviceCommunicationControl
      {"00 05 04 14 09 00", ask, Role::request, {"reset=0 pending"}},
      {"00 05 04 14 09 02 1d 05 00 70773132", ask, Role::request, {"upload=2 pending"}},
      {"00 05 04 14 09 04", ask, Role::request, {"download=4 pending"}},
      {"00 05 04 14 09 07", ask, Role::request, {"configure=7 pending"}},
      {"00 05 05 11 09 05 19 01", ask, Role::request, {"stop=1 pending"}},
      {"00 05 05 11 19 00", ask, Role::request, {"start=0 pending"}},
      // files
      {"00 05 06 06 c4 02800001 0e 31 00 22 01 00 0f", ask, Role::request, {"file file,1 pending"}},
      {"30 06 06 10 0e 31 00 63 aabbcc 0f", answer, Role::answer, {"file ok"}},
      {"00 05 06 07 c4 02800001 0e 31 00 62 abcd 0f", ask, Role::request, {"file file,1 pending"}},
      {"30 06 07 09 00", answer, Role::answer, {"file ok"}},
      // objects and lists
      {"00 05 07 0a 0e 09 02 0f", ask, Role::request, {"configure analog-value,? pending"}},
      {"30 07 0a c4 00800009", answer, Role::answer, {"configure analog-value,9 ok"}},
      {"00 05 07 0b c4 00800009", ask, Role::request, {"configure analog-value,9 pending"}},
      {"00 05 07 08 0c 03c00001 19 66 3e 21 07 3f",
       ask,
       Role::request,
       {"configure notification-class,1 recipient-list=7 pending"}},
      // subscriptions, notifications
      {"00 05 08 05 09 12 1c 00000005 29 01 39 3c", ask, Role::request, {"subscribe analog-input,5 pending"}},
      {"00 05 08 1c 09 12 1c 00000005 29 01 39 3c 4e 09 55 4f 5c 3f800000",
       ask,
       Role::request,
       {"subscribe analog-input,5 present-value pending"}},
      {"00 05 09 01 09 12 1c 02000065 2c 00000005 39 3c 4e 09 55 2e 44 42910000 2f 09 6f 2e 82 04 80 2f 4f",
       ask,
       Role::request,
       {"report analog-input,5 present-value=72.5 unit 101 pending"}},
      {"10 02 09 12 1c 02000065 2c 00000005 39 00 4e 09 55 2e 44 42910000 2f 4f",
       answer,
       Role::event,
       {"report analog-input,5 present-value=72.5 unit 101 ok"}},
      {"00 05 0a 02 09 01 1c 02000065 2c 00000005 3e 19 10 3f 49 04 59 64 69 05 89 00 99 01 a9 00 b9 03",
       ask,
       Role::request,
       {"alarm analog-input,5=3 unit 101 pending"}},
      {"00 05 0b 00 09 01 1c 00000005 29 03 3e 19 10 3f 4d 03 00 4d65 5e 2e a4 7d0c0703 b4 0d031d00 2f 5f",
       ask,
       Role::request,
       {"alarm analog-input,5=3 pending"}},
      {"00 05 0c 1b 09 12 1d 03 00 4d65 29 04 3c 05400001",
       ask,
       Role::request,
       {"control life-safety-point,1=4 pending"}},
      {"00 05 0d 1d", ask, Role::request, {"read pending"}},
      {"00 05 0d 1a 0c 05000002 19 83 3e 21 01 31 0a 3f", ask, Role::request, {"read trend-log,2 log-buffer pending"}},
      // unconfirmed
      {"10 08", ask, Role::event, {"identify one_way"}},
      {"10 07 3d 07 00 50756d7031 32", ask, Role::event, {"browse Pump12 one_way"}},
      {"10 00 c4 02000065 22 05c4 91 00 21 08", answer, Role::event, {"report device,101 unit 101 ok"}},
      {"10 01 c4 02000065 c4 00000005 75 06 00 5461696c31", answer, Role::event, {"report analog-input,5 unit 101 ok"}},
      {"10 06 a4 7d0c0703 b4 0d031d00", ask, Role::event, {"time one_way"}},
      {"10 04 09 08 19 02 2e 91 01 2f", ask, Role::event, {"other vendor 8 service 2 one_way"}},
      {"10 0a 09 17 19 08 2e 09 0c 44 42700000 2f", ask, Role::event, {"write group 23 channel 12=60 one_way"}},
      // refusals
      {"50 02 0f 91 02 91 28", answer, Role::answer, {"write refused 40"}},
      {"50 07 0a 0e 91 01 91 24 0f 19 00", answer, Role::answer, {"configure refused 36"}},
      {"60 02 09", answer, Role::answer, {"other refused 9"}},
      {"71 02 04", answer, Role::answer, {"other refused 4"}},
      {"70 02 00", ask, Role::event, {}},
      {"40 02 01 04", ask, Role::event, {}},
  };
  for (const Case& each : cases) {
    const Decoded got = Station()(datagram(each.apdu), each.way);
    EXPECT_EQ(got.fault, "") << each.apdu;
    EXPECT_EQ(got.role, each.role) << each.apdu;
    EXPECT_EQ(got.operations, each.operations) << each.apdu;
  }
}

TEST(Bacnet, EveryServiceHasAVerb) {
  std::size_t confirmed = 0, unconfirmed = 0;
  for (const Service& row : services) {
    if (row.code < unconfirmed_base) {
      EXPECT_EQ(row.code, confirmed++) << row.name;
    } else if (row.code < network_base) {
      EXPECT_EQ(row.code, unconfirmed_base + unconfirmed++) << row.name;
    }
  }
  EXPECT_EQ(confirmed, 34u);
  EXPECT_EQ(unconfirmed, 15u);
}

TEST(Bacnet, ReadsSeveralPropertiesAtOnce) {
  Station station;
  const Decoded asked = station.request("02 05 11 0e 0c 00000005 1e 09 55 09 6f 1f 0c 00000006 1e 09 55 1f");
  EXPECT_EQ(asked.operations,
            (Strings{"read analog-input,5 present-value pending", "read analog-input,5 status-flags pending",
                     "read analog-input,6 present-value pending"}));
  const Decoded told = station.reply(
      "30 11 0e 0c 00000005 1e 29 55 4e 44 42910000 4f 29 6f 4e 82 04 80 4f 1f 0c 00000006 1e 29 55 5e 91 01 91 1f 5f "
      "1f");
  EXPECT_EQ(told.fault, "");
  EXPECT_EQ(told.operations,
            (Strings{"read analog-input,5 present-value=72.5 ok", "read analog-input,5 status-flags='1000' ok",
                     "read analog-input,6 present-value refused 31"}));
  ASSERT_THAT(told.items, SizeIs(3));
  EXPECT_EQ(told.items[0].at("value"), "72.5");
  EXPECT_EQ(told.items[1].at("value_text"), "1000");
  EXPECT_EQ(told.items[2].at("property_error_code"), "unknown-object");
}

// An answer to "all" lists other things than were asked, which must not be taken for one another.
TEST(Bacnet, KeepsAnAnswerToAllApart) {
  Station station;
  EXPECT_EQ(station.request("02 05 12 0e 0c 02000065 1e 09 08 1f").operations,
            (Strings{"read device,101 all unit 101 pending"}));
  const Decoded told =
      station.reply("30 12 0e 0c 02000065 1e 29 4d 4e 75 05 00 626f7831 4f 29 46 4e 75 03 00 5831 4f 1f");
  EXPECT_EQ(told.operations, Strings{"read ok"});
  EXPECT_EQ(told.facts, (Strings{"name=box1 unit 101", "model=X1 unit 101"}));
  EXPECT_THAT(told.items, SizeIs(2));
  EXPECT_THAT(station.request("02 05 12 0e 0c 00000005 1e 09 55 1f").operations, SizeIs(1));
  EXPECT_EQ(station.reply("30 12 0e 0c 00000005 1e 29 55 4e 44 42910000 4f 1f").operations,
            Strings{"read analog-input,5 present-value=72.5 ok"});
}

TEST(Bacnet, WritesSeveralPropertiesAtOnce) {
  const Decoded got =
      request("00 05 13 10 0c 00400001 1e 09 55 2e 44 42700000 2f 39 08 1f 0c 01000002 1e 09 55 2e 91 01 2f 1f");
  EXPECT_EQ(got.operations, (Strings{"write analog-output,1 present-value=60 pending",
                                    "write binary-output,2 present-value=1 pending"}));
  EXPECT_EQ(got.items[0].at("write_priority"), "8");
  EXPECT_EQ(got.items[1].count("write_priority"), 0u);
}

TEST(Bacnet, TellsWhoADeviceIs) {
  EXPECT_EQ(reply("10 00 c4 02000065 22 05c4 91 00 21 08").facts, Strings{"vendor=Delta Controls unit 101"});
  EXPECT_THAT(reply("10 00 c4 02000065 22 05c4 91 00 22 fffe").facts, IsEmpty()) << "a vendor the table does not have";
  EXPECT_EQ(reply("30 01 0c 0c 02000065 19 79 3e 75 06 00 41636d6531 3f").facts, Strings{"vendor=Acme1 unit 101"});
  EXPECT_EQ(reply("30 01 0c 0c 02000065 19 2c 3e 75 04 00 312e32 3f").facts, Strings{"firmware=1.2 unit 101"});
  EXPECT_EQ(reply("30 01 0c 0c 02000065 1a 0174 3e 75 04 00 534e37 3f").facts, Strings{"serial=SN7 unit 101"});
  EXPECT_EQ(reply("30 01 0c 0c 02000065 19 78 3e 21 18 3f").facts, Strings{"vendor=Automated Logic unit 101"});
  EXPECT_EQ(reply("30 01 0c 0c 02000065 19 3a 3e 75 07 04 004b00fc00e4 3f").facts, Strings{"location=Küä unit 101"})
      << "UCS-2";
  EXPECT_EQ(reply("30 01 0c 0c 02000065 19 1c 3e 75 04 05 e4 4142 3f").facts,
            Strings{"description=äAB unit 101"}) << "ISO 8859-1";
  EXPECT_THAT(reply("30 01 0c 0c 00000005 19 4d 3e 75 04 00 312e32 3f").facts, IsEmpty()) << "the name of a point";
  const Decoded unnumbered = reply("10 0d 21 08 75 03 00 5831 75 04 00 534e37");
  EXPECT_EQ(unnumbered.facts, (Strings{"vendor=Delta Controls", "model=X1", "serial=SN7"}));
}

TEST(Bacnet, WritesValuesAsText) {
  const auto text = [](std::string_view value) {
    const Decoded got = reply("30 01 0c 0c 00000005 19 55 3e " + std::string(value) + " 3f");
    return got.items.empty() || !got.items[0].count("value_text") ? "absent" : got.items[0].at("value_text");
  };
  EXPECT_EQ(text("a4 7d0c0703"), "2025-12-07");
  EXPECT_EQ(text("a4 ffff1fff"), "*-*-31");
  EXPECT_EQ(text("b4 0d031d05"), "13:03:29.05");
  EXPECT_EQ(text("c4 00c00007"), "binary-input,7");
  EXPECT_EQ(text("00 00 44 42910000 00"), "null, null, 72.5, null");
  EXPECT_EQ(text("0e 21 05 1e 91 01 1f 0f 3a abcd"), "[0]{5, [1]{1}}, [3]abcd");
  EXPECT_EQ(text("62 abcd"), "abcd");
  EXPECT_EQ(text("82 0480"), "1000");
  EXPECT_EQ(text(""), "");
  std::string many;
  for (int i = 0; i < 100; ++i) many += " 21 64";
  EXPECT_TRUE(text(many).ends_with("…"));
  EXPECT_LE(text(many).size(), 260u);
}

TEST(Bacnet, ReadsNumbersOfEveryWidth) {
  const auto value = [](std::string_view content) {
    return reply("30 01 0c 0c 00000005 19 55 3e " + std::string(content) + " 3f").operations[0];
  };
  const std::string head = "read analog-input,5 present-value=";
  EXPECT_EQ(value("21 ff"), head + "255 ok");
  EXPECT_EQ(value("24 ffffffff"), head + "4294967295 ok");
  EXPECT_EQ(value("31 ff"), head + "-1 ok");
  EXPECT_EQ(value("33 ff0000"), head + "-65536 ok");
  EXPECT_EQ(value("44 c1200000"), head + "-10 ok");
  EXPECT_EQ(value("55 08 4059000000000000"), head + "100 ok");
  EXPECT_EQ(value("11"), head + "1 ok");
  EXPECT_EQ(value("92 0100"), head + "256 ok");
}

TEST(Bacnet, HidesThePasswordAndSaysWhetherThereIsOne) {
  const Decoded with = request("00 05 04 14 09 00 1d 09 00 6c65746d65696e21");
  EXPECT_EQ(with["password_present"], "1");
  for (const auto& [name, value] : with.fields) EXPECT_EQ(value.find("letmein"), value.npos) << name;
  EXPECT_EQ(request("00 05 04 14 09 00")["password_present"], "0");
  EXPECT_EQ(request("00 05 04 14 09 01")["reinitialized_state"], "warmstart");
}

TEST(Bacnet, SeesThatNoPasswordIsNeeded) {
  Station station;
  station.request("00 05 21 14 09 00");
  const Decoded obeyed = station.reply("20 21 14");
  EXPECT_EQ(obeyed.fault, "bacnet.unprotected");
  EXPECT_EQ(obeyed.operations, Strings{"configure ok"});
  station.request("00 05 22 14 09 00 1d 05 00 70773132");
  EXPECT_EQ(station.reply("20 22 14").fault, "");
  station.request("00 05 23 11 19 00");
  EXPECT_EQ(station.reply("20 23 11").fault, "") << "to enable is no harm";
  station.request("00 05 24 11 19 01");
  EXPECT_EQ(station.reply("20 23 0f").fault, "") << "another request's answer";
  EXPECT_EQ(Station().reply("20 00 14").fault, "") << "the request was not seen";
}

TEST(Bacnet, SeesPasswordsBeingGuessed) {
  Station station;
  EXPECT_EQ(station.reply("50 01 14 91 04 91 1a").fault, "");
  EXPECT_EQ(station.reply("50 02 14 91 04 91 1a").fault, "");
  EXPECT_EQ(station.reply("50 03 14 91 04 91 1a").fault, "bacnet.password");
  EXPECT_EQ(station.reply("20 04 14").fault, "");
  EXPECT_EQ(station.reply("50 05 14 91 04 91 1a").fault, "");
  EXPECT_EQ(station.reply("50 05 0c 91 02 91 20")["error_code"], "unknown-property");
}

TEST(Bacnet, NumbersStationsBehindARouter) {
  Station station;
  const Decoded asked = station(link(10, "0124 0002 01 11 ff 00 05 01 0c 0c 00000005 19 55"), ask);
  EXPECT_EQ(asked["destination_network"], "2");
  EXPECT_EQ(asked["destination_address"], "11");
  EXPECT_EQ(asked["hop_count"], "255");
  EXPECT_EQ(asked["station"], "2017");
  EXPECT_EQ(asked.operations, Strings{"read analog-input,5 present-value unit 2017 pending"});
  const Decoded told = station(link(10, "0108 0002 01 11 30 01 0c 0c 00000005 19 55 3e 44 42910000 3f"), answer);
  EXPECT_EQ(told["station"], "2017") << "the same as of the request, for it pairs them";
  EXPECT_EQ(told["source_network"], "2");
  // The one who asks stands behind a router too.
  const Decoded from = station(link(10, "010c 0003 01 05 00 05 01 0c 0c 00000005 19 55"), ask);
  const Decoded back = station(link(10, "0120 0003 01 05 ff 30 01 0c 0c 00000005 19 55 3e 00 3f"), answer);
  EXPECT_EQ(from["asking_station"], "3005");
  EXPECT_EQ(back["asking_station"], "3005");
  EXPECT_EQ(from["station"], "absent");
  // Who looks for devices is none of them.
  const Decoded looks = station(link(11, "0128 ffff 00 0003 01 05 ff 10 08"), ask);
  EXPECT_EQ(looks["asking_station"], "3005");
  EXPECT_EQ(looks.operations, Strings{"identify one_way"});
  const Decoded there = station(link(11, "0108 0002 01 11 "
                                             "10 02 09 12 1c 02000065 2c 00000005 39 00 4e 09 55 2e 21 07 2f 4f"), ask);
  EXPECT_EQ(there["station"], "2017");
  EXPECT_EQ(there.operations, Strings{"report analog-input,5 present-value=7 unit 101 ok"});
  // An address of six octets has no such number, but always the same.
  const Decoded ip = station(link(10, "0124 0002 06 0a000001bac0 ff 00 05 01 0c 0c 00000005 19 55"), ask);
  EXPECT_GT(std::stoull(ip["station"]), 0x8000'0000u);
}

TEST(Bacnet, AssemblesSegments) {
  Station station;
  Pieces pieces;
  const auto part = [&](std::string_view apdu) { return station(datagram(apdu), answer, &pieces); };
  const Decoded first = part("3c 05 00 04 0c 0c 02000065 19 4c 3e c4 00000001");
  EXPECT_EQ(first.role, Role::event);
  EXPECT_EQ(first["segmented"], "1");
  EXPECT_EQ(first["more_follows"], "1");
  EXPECT_THAT(first.operations, IsEmpty());
  EXPECT_EQ(part("3c 05 00 04 0c 0c 02000065 19 4c 3e c4 00000001").fault, "") << "sent again";
  EXPECT_THAT(part("3c 05 01 04 0c c4 0000").operations, IsEmpty()) << "within an element";
  const Decoded last = part("38 05 02 04 0c 0002 3f");
  EXPECT_EQ(last.fault, "");
  EXPECT_EQ(last.role, Role::answer);
  EXPECT_EQ(last.operations, Strings{"browse device,101 object-list='analog-input,1, analog-input,2' unit 101 ok"});
}

TEST(Bacnet, SaysThatASegmentIsMissing) {
  Station station;
  Pieces pieces;
  const auto part = [&](std::string_view apdu) { return station(datagram(apdu), answer, &pieces); };
  part("3c 05 00 04 0c 0c 02000065 19 4c 3e c4 00000001");
  const Decoded jump = part("3c 05 02 04 0c c4 00000003");
  EXPECT_EQ(jump.fault, "bacnet.segment");
  EXPECT_THAT(jump.operations, IsEmpty());
  EXPECT_EQ(part("38 05 03 04 0c 3f").fault, "bacnet.segment");
  part("3c 06 00 04 0c 0c 02000065 19 4c 3e c4 00000001");
  EXPECT_EQ(part("38 07 01 04 0c 3f").fault, "bacnet.segment") << "of another answer";
  EXPECT_EQ(station(datagram("3c 08 00 04 0c 0c 02000065"), answer, nullptr).fault, "bacnet.segment") << "no room";
}

TEST(Bacnet, ReadsTheVirtualLink) {
  const auto linked = [](std::uint8_t function, std::string_view body, Direction way = ask) {
    return Station()(link(function, body), way);
  };
  const Decoded registered = linked(5, "003c");
  EXPECT_EQ(registered["time_to_live"], "60");
  EXPECT_EQ(registered.role, Role::request);
  EXPECT_EQ(registered.operations, Strings{"session foreign device table=60 pending"});
  EXPECT_EQ(linked(0, "0000", answer).role, Role::answer);
  EXPECT_EQ(linked(0, "0030", answer).operations, Strings{"session refused 48"});
  const Decoded table = linked(1, "0a000001bac0 ffffffff 0a000102bac0 ffffff00");
  EXPECT_EQ(table.operations,
            Strings{"configure broadcast distribution table='10.0.0.1:47808, 10.0.1.2:47808' pending"});
  ASSERT_THAT(table.items, SizeIs(2));
  EXPECT_EQ(table.items[1].at("entry_address"), "00000000000000000000ffff0a000102");
  EXPECT_EQ(table.items[1].at("entry_mask"), "4294967040");
  EXPECT_EQ(linked(1, "0a000001bac0 ffffff").fault, "bacnet.truncated");
  EXPECT_THAT(linked(1, "0a000001bac0 ffffff").operations, IsEmpty()) << "which table it would be is not known";
  EXPECT_EQ(linked(2, "").operations, Strings{"read broadcast distribution table pending"});
  const Decoded foreign = linked(7, "0a000009bac0 003c 0055", answer);
  EXPECT_EQ(foreign.role, Role::answer);
  EXPECT_EQ(foreign.items[0].at("entry_remaining"), "85");
  EXPECT_EQ(linked(8, "0a000009bac0").operations, Strings{"configure foreign device table='10.0.0.9:47808' pending"});
  const Decoded forwarded = linked(4, "0a000009bac0 0100 10 00 c4 02000065 22 05c4 91 00 21 08");
  EXPECT_EQ(forwarded["originating_address"], "00000000000000000000ffff0a000009");
  EXPECT_EQ(forwarded["originating_port"], "47808");
  EXPECT_EQ(forwarded.operations, Strings{"report device,101 unit 101 ok"});
  EXPECT_EQ(linked(9, "0120ffff00ff 10 08").operations, Strings{"identify one_way"});
}

TEST(Bacnet, ReadsTheVirtualLinkOfIpv6) {
  const auto linked = [](std::string_view hex) { return Station()(from_hex(hex), ask); };
  const Decoded unicast = linked("82 01 0015 000065 000066 0104 00 05 01 0c 0c 00000005 19 55"
                                 "");
  EXPECT_EQ(unicast["bvlc6_function"], "Original-Unicast-NPDU");
  EXPECT_EQ(unicast["source_virtual_address"], "101");
  EXPECT_EQ(unicast["destination_virtual_address"], "102");
  EXPECT_EQ(unicast.operations, Strings{"read analog-input,5 present-value pending"});
  EXPECT_EQ(linked("82 09 0009 000065 003c").operations, Strings{"session foreign device table=60 pending"});
  EXPECT_EQ(linked("82 03 000a 000065 000066").operations, Strings{"browse one_way"});
}

TEST(Bacnet, ReadsWhatRoutersSay) {
  const auto routed = [](std::string_view message, Direction way = ask) {
    return Station()(link(11, "0180" + std::string(message)), way);
  };
  EXPECT_EQ(routed("00").operations, Strings{"browse one_way"});
  EXPECT_EQ(routed("00 0005").operations, Strings{"browse network 5 one_way"});
  EXPECT_EQ(routed("01 0005 0006").operations, (Strings{"report network 5 ok", "report network 6 ok"}));
  EXPECT_EQ(routed("01 0005 00").fault, "bacnet.truncated");
  const Decoded rejected = routed("03 01 0005");
  EXPECT_EQ(rejected["network_reject_reason"], "not-directly-connected");
  EXPECT_EQ(rejected.operations, Strings{"diagnose network 5 one_way"});
  const Decoded table = routed("06 01 0005 02 00");
  EXPECT_EQ(table.operations, Strings{"configure network 5=2 pending"});
  EXPECT_EQ(routed("06 00").operations, Strings{"read pending"}) << "only asks for the table";
  EXPECT_EQ(routed("07 01 0005 02 01 aa", answer).items[0].at("router_port"), "2");
  EXPECT_EQ(routed("13 0005 01").operations, Strings{"report network 5 ok"});
  EXPECT_EQ(routed("90 0008 abcd")["vendor_id"], "Delta Controls");
  EXPECT_EQ(routed("20").fault, "bacnet.service");
}

TEST(Bacnet, IsReadFromEthernetToo) {
  MessageDecoder decoder(protocol);
  decoder.context.transport = Transport::layer2, decoder.context.llc = 0x8282;
  EXPECT_EQ(decoder("0104 00 05 01 0c 0c 00000005 19 55", ask).operations,
            Strings{"read analog-input,5 present-value pending"});
}

TEST(Bacnet, NamesWhatIsWrong) {
  EXPECT_EQ(request("00 05 01 0c 0c 00000005 19 55 00").fault, "bacnet.parameter");
  EXPECT_EQ(request("00 05 01 0c 0c 00000005").fault, "bacnet.parameter");
  EXPECT_EQ(request("00 05 01 0c 0c 000005").fault, "bacnet.tag");
  EXPECT_EQ(request("00 05 02 0f 0c 00400001 19 55 3e 44 42700000 49 08").fault, "bacnet.tag") << "no closing tag";
  EXPECT_EQ(request("00 05 02 0f 0c 00400001 19 55 3e 44 42700000 4f 49 08").fault, "bacnet.tag")
      << "another one's closing tag";
  EXPECT_EQ(request("00 05 02 0f 0c 00400001 19 55 3e 45 ff 3f").fault, "bacnet.tag") << "a length past the end";
  EXPECT_EQ(request("00 05 02 0f 0c 00400001 19 55 3e 44 42700000 3f 49 11").fault, "bacnet.parameter")
      << "priority 17";
  EXPECT_EQ(request("00 05 01 40").fault, "bacnet.service");
  EXPECT_EQ(request("10 30").fault, "bacnet.service");
  EXPECT_EQ(request("90 00").fault, "bacnet.apdu");
  EXPECT_EQ(request("20 01 0f 00").fault, "bacnet.trailing");
  EXPECT_EQ(Station()(link(10, "0204 10 08"), ask).fault, "bacnet.npdu");
  EXPECT_EQ(Station()(link(10, "0144 10 08"), ask).fault, "bacnet.npdu");
  EXPECT_EQ(Station()(link(10, "0108 0002 00 10 08"), ask).fault, "bacnet.npdu") << "a source without an address";
  EXPECT_EQ(Station()(link(11, "0104 00 05 04 14 09 00"), ask).fault, "bacnet.broadcast");
  EXPECT_EQ(Station()(link(10, "0124 ffff 00 ff 00 05 04 14 09 00"), ask).fault, "bacnet.broadcast");
  std::string deep = "00 05 02 0f 0c 00400001 19 55 3e";
  for (int i = 0; i < 40; ++i) deep += " 0e";
  for (int i = 0; i < 40; ++i) deep += " 0f";
  EXPECT_EQ(request(deep + " 3f").fault, "bacnet.depth");
}

TEST(Bacnet, ReadsOnWhereTheLengthLies) {
  Station station;
  Octets octets = datagram("00 05 01 0c 0c 00000005 19 55");
  octets[3] = 8;
  const Decoded first = station(octets, ask);
  EXPECT_EQ(first.fault, "bacnet.length");
  EXPECT_EQ(first.operations, Strings{"read analog-input,5 present-value pending"});
  EXPECT_EQ(station(octets, ask).fault, "") << "said once";
}

TEST(Bacnet, InventsNothingFromACutMessage) {
  const Octets messages[] = {
      datagram("00 05 02 0f 0c 00400001 19 55 3e 44 42700000 3f 49 08"),
      datagram("02 05 11 0e 0c 00000005 1e 09 55 09 6f 1f 0c 00000006 1e 09 55 1f"),
      datagram("30 11 0e 0c 00000005 1e 29 55 4e 44 42910000 4f "
               "29 6f 4e 82 04 80 4f 1f 0c 00000006 1e 29 55 5e 91 01 91 1f 5f 1f"),
      datagram("00 05 09 01 09 12 1c 02000065 2c 00000005 39 3c 4e 09 55 2e 44 42910000 2f 09 6f 2e 82 04 80 2f 4f"),
      datagram("00 05 0a 02 09 01 1c 02000065 2c 00000005 3e 19 10 3f 49 04 59 64 69 05 89 00 99 01 a9 00 b9 03"),
      datagram("10 00 c4 02000065 22 05c4 91 00 21 08"),
      link(10, "012c 0002 01 11 0003 01 05 ff 00 05 04 14 09 00 1d 05 00 70773132"),
      link(4, "0a000009bac0 0100 10 00 c4 02000065 22 05c4 91 00 21 08"),
      link(1, "0a000001bac0 ffffffff 0a000102bac0 ffffff00"),
      link(11, "0180 06 02 0005 02 00 0006 03 01 aa"),
  };
  for (const Octets& whole : messages) {
    const Decoded all = Station()(whole, ask);
    EXPECT_EQ(all.fault, "");
    for (std::size_t size = 1; size < whole.size(); ++size) {
      for (const bool lies : {true, false}) {
        Octets cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
        if (!lies && size >= 4) cut[2] = 0, cut[3] = static_cast<std::uint8_t>(size);
        const Decoded got = Station()(cut, ask);
        if (lies) {
          EXPECT_NE(got.fault, "") << size;
        }
        EXPECT_LE(got.operations.size(), all.operations.size());
        EXPECT_LE(got.facts.size(), all.facts.size());
        for (const std::string& operation : got.operations) {
          if (operation.find("present-value=") == operation.npos) continue;
          EXPECT_THAT(all.operations, Contains(operation)) << size;
        }
      }
    }
  }
}

// Whatever stands in the octets, a decoder ends and stays within them (the sanitizers watch).
TEST(Bacnet, SurvivesAnyOctets) {
  std::uint64_t seed = 0x9e37'79b9'7f4a'7c15;
  const auto random = [&seed] {
    seed = seed * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u;
    return static_cast<std::uint8_t>(seed >> 33);
  };
  for (int round = 0; round < 20'000; ++round) {
    Station station;
    Pieces pieces;
    Octets octets = datagram("00 05 01");
    octets[6] = static_cast<std::uint8_t>(random() & 0x7b);
    for (int i = random() % 48; i > 0; --i) octets.push_back(random() & 1 ? random() : random() & 0x3f);
    if (octets.size() > 9) octets[9] = random() % 36;
    station(octets, random() & 1 ? ask : answer, &pieces);
  }
}

TEST(Bacnet, IsKnownOnAnyPort) {
  const auto identify = [](const Octets& octets, std::uint16_t port, Transport transport = Transport::udp) {
    Context context;
    context.transport = transport, context.client_port = 50000, context.server_port = port;
    return protocol.identify(octets, context);
  };
  const Octets read = datagram("00 05 01 0c 0c 00000005 19 55");
  EXPECT_EQ(identify(read, 47808), Identity::yes);
  EXPECT_EQ(identify(read, 47823), Identity::yes);
  EXPECT_EQ(identify(read, 4000), Identity::yes);
  EXPECT_EQ(identify(read, 47808, Transport::tcp), Identity::no);
  Octets longer = read;
  longer.push_back(0);
  EXPECT_EQ(identify(longer, 47808), Identity::yes);
  EXPECT_EQ(identify(longer, 4000), Identity::no);
  EXPECT_EQ(identify(link(5, "003c"), 4000), Identity::yes);
  EXPECT_EQ(identify(link(5, "003c00"), 4000), Identity::no);
  EXPECT_EQ(identify(link(11, "0120ffff00ff 10 08"), 4000), Identity::yes);
  EXPECT_EQ(identify(link(10, "0104 00 05 01 60"), 4000), Identity::no) << "no such service";
  EXPECT_EQ(identify(link(10, "0204 10 08"), 4000), Identity::no);
  EXPECT_EQ(identify(from_hex("81 0a"), 47808), Identity::no);
  EXPECT_EQ(identify(from_hex("80 00 00 04 41 42 43 44"), 47808), Identity::no);
  EXPECT_EQ(identify(from_hex("81 c9 00 07 00 00 00 00"), 5004), Identity::no) << "RTCP";
  EXPECT_EQ(identify(from_hex("82 01 00 00 00 00"), 4000), Identity::no);
  Context frame;
  frame.transport = Transport::layer2, frame.llc = 0x8282;
  EXPECT_EQ(protocol.identify(from_hex("0104 00 05 01 0c"), frame), Identity::yes);
  frame.llc = 0x4242;
  EXPECT_EQ(protocol.identify(from_hex("0104 00 05 01 0c"), frame), Identity::no);
  EXPECT_EQ(protocol.frame(read, {.transport = Transport::udp}).kind, Frame::Kind::message);
  EXPECT_EQ(protocol.frame(from_hex("41"), {.transport = Transport::udp}).kind, Frame::Kind::lost);
  EXPECT_EQ(protocol.resync(read, {.transport = Transport::udp}), 0u);
  EXPECT_EQ(protocol.resync(from_hex("4142"), {.transport = Transport::udp}), 2u);
}

TEST(Bacnet, TellsTheClientFromTheDevice) {
  const auto sender = [](const Octets& octets) { return protocol.sender(octets, {.transport = Transport::udp}); };
  EXPECT_EQ(sender(datagram("00 05 01 0c 0c 00000005 19 55")), End::client);
  EXPECT_EQ(sender(datagram("30 01 0c 0c 00000005 19 55 3e 00 3f")), End::server);
  EXPECT_EQ(sender(datagram("00 05 09 01 09 12")), End::server) << "a device notifies";
  EXPECT_EQ(sender(datagram("10 00 c4 02000065")), End::server);
  EXPECT_EQ(sender(datagram("10 08")), End::client);
  EXPECT_EQ(sender(link(11, "0100 10 00 c4 02000065")), End::unknown) << "its other end is no host";
  EXPECT_EQ(sender(link(5, "003c")), End::client);
  EXPECT_EQ(sender(link(0, "0000")), End::server);
}

}  // namespace
}  // namespace langyan::bacnet
