#include "parsers/dnp3/dnp3.h"

#include <gmock/gmock.h>

#include "parsers/dnp3/objects.h"
#include "parsers/dnp3/test_frame.h"

namespace langyan::dnp3 {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Decoded decode(std::string_view body, Direction way) { return MessageDecoder(protocol)(fragment(way, body), way); }

struct Case {
  const char* body;  // application control, function, indications of a response, objects
  Direction way;
  std::vector<std::string> operations;
};

TEST(Dnp3, ReducesRequestsToOperations) {
  const Case cases[] = {
      {"c1 01 3c0106", ask, {"read class 0 unit 10 pending"}},
      {"c1 01 3c0206 3c0306", ask, {"read class 1 unit 10 pending", "read class 2 unit 10 pending"}},
      {"c1 01 010000 0007", ask, {"read BI 0..7 unit 10 pending"}},
      {"c1 01 1e0006", ask, {"read AI all unit 10 pending"}},
      {"c1 01 1e0117 02 04 05", ask, {"read AI 4..5 unit 10 pending"}},
      {"c1 01 1e0128 0200 0400 0900", ask, {"read AI 4 unit 10 pending", "read AI 9 unit 10 pending"}},
      {"c1 01 00fa00 0000", ask, {"identify attribute 250 unit 10 pending"}},
      {"c1 01 ff0006", ask, {"read g255v0 all unit 10 pending"}},
      {"c1 02 500100 0707 00", ask, {"write IIN1.7=0 unit 10 pending"}},
      {"c1 02 320107 01 00e40b540101", ask, {"time clock unit 10 pending"}},
      {"c1 02 220217 01 03 0a000000", ask, {"configure deadband AI 3=10 unit 10 pending"}},
      {"c1 02 0a0100 0003 05", ask,
       {"write BO 0=1 unit 10 pending", "write BO 1=0 unit 10 pending", "write BO 2=1 unit 10 pending",
        "write BO 3=0 unit 10 pending"}},
      {"c1 02 6e0500 0303 68656c6c6f", ask, {"write string 3='hello' unit 10 pending"}},
      {"c1 03 0c0117 01 05 41 01 64000000 00000000 00", ask, {"select CROB 5='close' unit 10 pending"}},
      {"c1 05 0c0128 0100 0500 81 01 64000000 00000000 00", ask, {"control CROB 5='trip' unit 10 pending"}},
      {"c1 05 0c0117 01 07 03 01 00000000 00000000 00", ask, {"control CROB 7='latch_on' unit 10 pending"}},
      {"c1 05 290217 01 03 d2ff 00", ask, {"control AO 3=-46 unit 10 pending"}},
      {"c1 05 290317 01 03 00002041 00", ask, {"control AO 3=10 unit 10 pending"}},
      {"c1 06 290117 01 03 0a000000 00", ask, {"control AO 3=10 unit 10 one_way"}},
      {"c1 07 140006", ask, {"write CTR all unit 10 pending"}},
      {"c1 0a 140006", ask, {"write CTR all unit 10 one_way"}},
      {"c1 0b 320207 01 00e40b540101 e8030000 140006", ask, {"write CTR all unit 10 pending"}},
      {"c1 0d", ask, {"reset unit 10 pending"}},
      {"c1 0e", ask, {"reset unit 10 pending"}},
      {"c1 0f", ask, {"reset unit 10 pending"}},
      {"c1 11 5a015b 01 0300 617070", ask, {"start application app unit 10 pending"}},
      {"c1 12 5a015b 01 0300 617070", ask, {"stop application app unit 10 pending"}},
      {"c1 13", ask, {"configure unit 10 pending"}},
      {"c1 14 3c0206", ask, {"configure class 1=1 unit 10 pending"}},
      {"c1 15 3c0406", ask, {"configure class 3=0 unit 10 pending"}},
      {"c1 16 3c0306 010006", ask, {"configure BI all=2 unit 10 pending"}},
      {"c1 17", ask, {"diagnose unit 10 pending"}},
      {"c1 18", ask, {"diagnose unit 10 pending"}},
      {"c1 20 780407 01 0100", ask, {"auth unit 10 pending"}},
      {"c1 50", ask, {"other unit 10 pending"}},
      {"d1 00", ask, {}},
  };
  for (const Case& each : cases) {
    const Decoded got = decode(each.body, each.way);
    EXPECT_EQ(got.fault, std::string_view(each.body) == "c1 50" ? "dnp3.function" : "") << each.body;
    EXPECT_EQ(got.operations, each.operations) << each.body;
  }
}

TEST(Dnp3, ReportsWhatNobodyAskedFor) {
  const Case cases[] = {
      {"f0 82 0000 020117 01 05 81", answer, {"report BI 5=1 unit 10 ok"}},
      {"f0 82 0000 200228 0100 0500 01 feff", answer, {"report AI 5=-2 unit 10 ok"}},
      {"f0 82 0000 160117 01 05 01 ffffffff", answer, {"report CTR 5=4294967295 unit 10 ok"}},
      {"f0 82 0000 200717 01 05 01 00002041 00e40b540101", answer, {"report AI 5=10 unit 10 ok"}},
      {"f0 82 0000 0b0117 01 05 81", answer, {"report BO 5=1 unit 10 ok"}},
      {"f0 82 0000 0d0117 01 05 80", answer, {"report CROB 5=1 unit 10 ok"}},
      {"f0 82 0000 040117 01 05 81", answer, {"report DBI 5=2 unit 10 ok"}},
      {"f0 82 0000 170517 01 05 01 05000000 00e40b540101", answer, {"report frozen CTR 5=5 unit 10 ok"}},
      {"f0 82 0000 6f0217 01 05 4f4b", answer, {"report string 5='OK' unit 10 ok"}},
      {"f0 82 0200", answer, {"report unit 10 ok"}},
      {"f0 82 8020", answer, {"alarm IIN1.7 unit 10 ok", "alarm IIN2.5 unit 10 ok"}},
      {"c0 81 0000 010100 0003 05",
       answer,  // a response whose request was not seen
       {"report BI 0=1 unit 10 ok", "report BI 1=0 unit 10 ok", "report BI 2=1 unit 10 ok",
        "report BI 3=0 unit 10 ok"}},
      {"c0 81 0000 0c0117 01 05 41 01 64000000 00000000 04", answer, {"control CROB 5='close' unit 10 refused 4"}},
  };
  for (const Case& each : cases) {
    const Decoded got = decode(each.body, each.way);
    EXPECT_EQ(got.fault, "") << each.body;
    EXPECT_EQ(got.operations, each.operations) << each.body;
  }
}

TEST(Dnp3, ReadsTheLayersOfAMessage) {
  const Decoded got = decode("e3 81 9204 010200 0202 81", answer);
  EXPECT_EQ(got["source"], "10");
  EXPECT_EQ(got["destination"], "1");
  EXPECT_EQ(got["outstation"], "10");
  EXPECT_EQ(got["from_master"], "0");
  EXPECT_EQ(got["primary_function"], "unconfirmed_user_data");
  EXPECT_EQ(got["frames"], "1");
  EXPECT_EQ(got["transport_sequence"], "0");
  EXPECT_EQ(got["first_fragment"], "1");
  EXPECT_EQ(got["confirm_requested"], "1");
  EXPECT_EQ(got["unsolicited"], "0");
  EXPECT_EQ(got["sequence"], "3");
  EXPECT_EQ(got["function"], "response");
  EXPECT_EQ(got["iin"], std::to_string(0x9204));
  EXPECT_EQ(got["iin_device_restart"], "1");
  EXPECT_EQ(got["iin_need_time"], "1");
  EXPECT_EQ(got["iin_class_1"], "1");
  EXPECT_EQ(got["iin_parameter_error"], "1");
  EXPECT_EQ(got["iin_class_2"], "absent");
  EXPECT_EQ(got["object_headers"], "1");
  EXPECT_EQ(got["fragment"], "e38192040102000202" "81");
  ASSERT_EQ(got.items.size(), 2u);
  EXPECT_EQ(got.items[0].at("group"), "binary_input");
  EXPECT_EQ(got.items[0].at("variation"), "2");
  EXPECT_EQ(got.items[0].at("qualifier"), "0");
  EXPECT_EQ(got.items[0].at("range_start"), "2");
  EXPECT_EQ(got.items[0].at("object_count"), "1");
  EXPECT_EQ(got.items[1].at("index"), "2");
  EXPECT_EQ(got.items[1].at("value"), "1");
  EXPECT_EQ(got.items[1].at("flags"), "129");
  EXPECT_EQ(got.items[1].at("online"), "1");
}

TEST(Dnp3, ShowsEveryBitOfTheIndications) {
  constexpr const char* names[16] = {
      "iin_no_function",       "iin_object_unknown", "iin_parameter_error", "iin_event_overflow",
      "iin_already_executing", "iin_config_corrupt", "iin_reserved",        "iin_reserved",
      "iin_broadcast",         "iin_class_1",        "iin_class_2",         "iin_class_3",
      "iin_need_time",         "iin_local_control",  "iin_device_trouble",  "iin_device_restart"};
  for (unsigned bit = 0; bit < 16; ++bit) {
    char body[20];
    std::snprintf(body, sizeof body, "c0 81 %04x", 1u << bit);
    const Decoded got = decode(body, answer);
    for (unsigned other = 0; other < 16; ++other) {
      const bool same = std::string_view(names[other]) == names[bit];
      EXPECT_EQ(got[names[other]] != "absent", same) << bit << ' ' << names[other];
    }
  }
}

TEST(Dnp3, CutsNoWordOfManyCommands) {
  std::string body = "c1 05 0c0117 1e";
  for (int i = 0; i < 30; ++i) {
    char point[60];
    std::snprintf(point, sizeof point, "%02x %02x 01 64000000 00000000 00", i, i % 2 ? 0x81 : 0x03);
    body += point;
  }
  MessageDecoder decoder(protocol);
  HeapAssembly assembly;
  Decoded got;
  for (const Octets& piece : frames(ask, from_hex(body))) got = decoder(piece, ask, &assembly);
  ASSERT_EQ(got.operations.size(), 30u);
  EXPECT_EQ(got.operations[0], "control CROB 0='latch_on' unit 10 pending");
  EXPECT_EQ(got.operations[29], "control CROB 29='trip' unit 10 pending");
  const std::string text(60, 'x');
  std::string strings = "f0 82 0000 6f3c17 03";
  for (int i = 0; i < 3; ++i) {
    strings += "0" + std::to_string(i);
    for (int octet = 0; octet < 60; ++octet) strings += "78";
  }
  for (const std::string& operation : decode(strings, answer).operations)
    EXPECT_THAT(operation, testing::HasSubstr(text));
}

TEST(Dnp3, ReadsCommandsInFull) {
  const Decoded got = decode("c1 05 0c0128 0100 0500 b1 03 64000000 c8000000 00", ask);
  ASSERT_EQ(got.items.size(), 2u);
  const auto& point = got.items[1];
  EXPECT_EQ(point.at("index"), "5");
  EXPECT_EQ(point.at("operation"), "pulse_on");
  EXPECT_EQ(point.at("trip_close"), "trip");
  EXPECT_EQ(point.at("queue"), "1");
  EXPECT_EQ(point.at("clear"), "1");
  EXPECT_EQ(point.at("op_count"), "3");
  EXPECT_EQ(point.at("on_time"), "100");
  EXPECT_EQ(point.at("off_time"), "200");
  EXPECT_EQ(point.at("status"), "success");
}

TEST(Dnp3, TellsTheTimeOfEvents) {
  // A common time of occurrence, then an event 1,000 ms after it.
  const Decoded common = decode("f0 82 0000 330107 01 00e40b540101 020317 01 05 81 e803", answer);
  EXPECT_EQ(common.fault, "");
  ASSERT_EQ(common.items.size(), 4u);
  EXPECT_EQ(common.items[1].at("time"), "2005-01-08T20:37:40.480000+0000");
  EXPECT_EQ(common.items[3].at("time"), "2005-01-08T20:37:41.480000+0000");
  const Decoded alone = decode("f0 82 0000 020317 01 05 81 e803", answer);
  EXPECT_EQ(alone.items[1].count("time"), 0u);
  EXPECT_EQ(alone.items[1].at("milliseconds"), "1000");
  const Decoded delay = decode("c0 81 0000 340107 01 0200", answer);
  EXPECT_EQ(delay.items[1].at("milliseconds"), "2000");
}

TEST(Dnp3, EveryVariationReadsAnObjectOfItsOwnSize) {
  for (const Variation& row : variations) {
    if (row.group == 12 && row.variation == 3) continue;
    char head[40];
    std::snprintf(head, sizeof head, "f0 82 0000 %02x%02x17 01 05", row.group, row.variation);
    Octets body = from_hex(head);
    std::size_t size = 0;
    for (; size < 20; ++size) {
      Octets user = {0xc0};
      add(user, body);
      const Decoded got = MessageDecoder(protocol)(link_frame(outstation_data, 1, 10, user), answer);
      if (got.fault.empty()) break;
      EXPECT_EQ(got.fault, "dnp3.truncated");
      EXPECT_EQ(got.items.size(), 1u);
      EXPECT_THAT(got.operations, IsEmpty());
      body.push_back(0);
    }
    EXPECT_GT(size, 0u) << int{row.group} << ' ' << int{row.variation};
    EXPECT_LE(size, 15u) << int{row.group} << ' ' << int{row.variation};
  }
}

TEST(Dnp3, PairsAResponseWithWhatWasAsked) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(fragment(ask, "c1 01 3c0106"), ask).role, Role::request);
  const Decoded polled = decoder(fragment(answer, "c1 81 0000 010100 0003 05"), answer);
  EXPECT_EQ(polled.role, Role::answer);
  EXPECT_THAT(polled.operations, IsEmpty()) << "the request stands for it";
  EXPECT_EQ(polled.items.size(), 5u);
  decoder(fragment(ask, "c2 01 ff0006"), ask);
  EXPECT_THAT(decoder(fragment(answer, "c2 81 0002"), answer).operations, ElementsAre("read unit 10 refused 2"));
  decoder(fragment(ask, "c3 05 0c0117 02 05 41 01 64000000 00000000 00 06 41 01 64000000 00000000 00"), ask);
  const char* mirrored = "c3 81 0000 0c0117 02 05 41 01 64000000 00000000 00 06 41 01 64000000 00000000 07";
  EXPECT_THAT(decoder(fragment(answer, mirrored), answer).operations,
              ElementsAre("control CROB 5 unit 10 ok", "control CROB 6 unit 10 refused 7"));
  decoder(fragment(ask, "c4 0d"), ask);
  EXPECT_THAT(decoder(fragment(answer, "c4 81 0001"), answer).operations, ElementsAre("reset unit 10 refused 1"));
  EXPECT_EQ(decoder(fragment(answer, "f0 82 0000 020117 01 05 81"), answer).role, Role::event);
  EXPECT_EQ(decoder(fragment(ask, "d0 00"), ask).role, Role::event);
}

TEST(Dnp3, TellsOfTroubleOnceWhileItStands) {
  MessageDecoder decoder(protocol);
  const auto told = [&](std::string_view body) { return decoder(fragment(answer, body), answer).operations; };
  EXPECT_THAT(told("f0 82 8000 020117 01 05 81"), ElementsAre("alarm IIN1.7 unit 10 ok", "report BI 5=1 unit 10 ok"));
  EXPECT_THAT(told("f1 82 8000 020117 01 05 81"), ElementsAre("report BI 5=1 unit 10 ok"));
  EXPECT_THAT(told("f2 82 0000 020117 01 05 81"), ElementsAre("report BI 5=1 unit 10 ok"));
  EXPECT_THAT(told("f3 82 8008 020117 01 05 81"),
              ElementsAre("alarm IIN1.7 unit 10 ok", "alarm IIN2.3 unit 10 ok", "report BI 5=1 unit 10 ok"));
}

TEST(Dnp3, KnowsAResponseThatNobodyAskedFor) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(fragment(answer, "c7 81 0000"), answer).fault, "") << "the capture may start behind its request";
  decoder(fragment(ask, "c1 01 3c0206"), ask);
  EXPECT_EQ(decoder(fragment(answer, "c1 81 0000"), answer).fault, "");
  EXPECT_EQ(decoder(fragment(answer, "c1 81 0000"), answer).fault, "") << "a master asks again, the answers cross";
  decoder(fragment(ask, "c2 01 3c0206"), ask);
  EXPECT_EQ(decoder(fragment(answer, "c1 81 0000"), answer).fault, "") << "late";
  EXPECT_EQ(decoder(fragment(answer, "c7 81 0000"), answer).fault, "dnp3.unasked");
  for (const char* request : {"c3 01 3c0206", "c4 01 3c0306", "c5 01 3c0406"}) decoder(fragment(ask, request), ask);
  EXPECT_EQ(decoder(fragment(answer, "c3 81 0000"), answer).fault, "") << "asked without waiting for answers";
  EXPECT_EQ(decoder(fragment(answer, "c6 81 0000"), answer).fault, "dnp3.unasked");
  decoder.context.after_gap = true;
  EXPECT_EQ(decoder(fragment(answer, "c7 81 0000"), answer).fault, "");
  EXPECT_EQ(decoder(fragment(answer, "42 81 0000"), answer).fault, "") << "a further fragment has its own number";
}

TEST(Dnp3, FurtherFragmentsBelongToTheRequestToo) {
  MessageDecoder decoder(protocol);
  decoder(fragment(ask, "c1 01 3c0106"), ask);
  EXPECT_THAT(decoder(fragment(answer, "a1 81 0000 010100 0003 05"), answer).operations, IsEmpty());
  const Decoded last = decoder(fragment(answer, "42 81 0000 010100 0407 05"), answer);
  EXPECT_EQ(last.role, Role::event);
  EXPECT_THAT(last.operations, IsEmpty());
  EXPECT_EQ(decoder(fragment(answer, "42 81 0000 010100 0404 01"), answer).operations.size(), 1u);
}

constexpr const char* crob = "0c0128 0100 0500 41 01 64000000 00000000 00";

std::string operate_after(std::string_view select, std::string_view operate) {
  MessageDecoder decoder(protocol);
  decoder(fragment(ask, "c0 01 3c0106"), ask);
  if (!select.empty()) decoder(fragment(ask, select), ask);
  return decoder(fragment(ask, operate), ask).fault;
}

TEST(Dnp3, AnOperateNeedsItsSelect) {
  const std::string select = std::string("c1 03 ") + crob, operate = std::string("c2 04 ") + crob;
  EXPECT_EQ(operate_after(select, operate), "");
  EXPECT_EQ(operate_after("", operate), "dnp3.select");
  EXPECT_EQ(operate_after(select, std::string("c3 04 ") + crob), "dnp3.select") << "not the next number";
  EXPECT_EQ(operate_after(select, "c2 04 0c0128 0100 0600 41 01 64000000 00000000 00"), "dnp3.select")
      << "another point";
  EXPECT_EQ(operate_after(select, "c2 04 0c0128 0100 0500 81 01 64000000 00000000 00"), "dnp3.select")
      << "another command";
  EXPECT_EQ(MessageDecoder(protocol)(fragment(ask, operate), ask).fault, "")
      << "the capture may start behind the select";
  MessageDecoder repeated(protocol);
  repeated(fragment(ask, select), ask);
  EXPECT_EQ(repeated(fragment(ask, operate), ask).fault, "");
  EXPECT_EQ(repeated(fragment(ask, operate), ask).fault, "") << "sent again because no answer came";
}

TEST(Dnp3, BroadcastsHaveNoAnswer) {
  const auto broadcast = [](std::string_view body) {
    return MessageDecoder(protocol)(fragment(ask, body, 0xffff), ask);
  };
  const Decoded clock = broadcast("c1 02 320107 01 00e40b540101");
  EXPECT_EQ(clock.role, Role::event);
  EXPECT_EQ(clock.fault, "");
  EXPECT_THAT(clock.operations, ElementsAre("time clock unit 65535 one_way"));
  EXPECT_EQ(broadcast("c1 0d").fault, "dnp3.broadcast");
  EXPECT_EQ(broadcast(std::string("c1 06 ") + crob).fault, "dnp3.broadcast");
  EXPECT_EQ(broadcast("c1 15 3c0206").fault, "dnp3.broadcast");
  EXPECT_EQ(broadcast("c1 08 140006").fault, "");
}

TEST(Dnp3, TellsLinkTransactions) {
  MessageDecoder decoder(protocol);
  const Decoded reset = decoder(link_frame(0xc0, 10, 1), ask);
  EXPECT_EQ(reset["primary_function"], "reset_link_states");
  EXPECT_EQ(reset["function"], "reset_link_states");
  EXPECT_EQ(reset.role, Role::request);
  EXPECT_THAT(reset.operations, ElementsAre("session unit 10 pending"));
  const Decoded ack = decoder(link_frame(0x00, 1, 10), answer);
  EXPECT_EQ(ack["secondary_function"], "ack");
  EXPECT_EQ(ack.role, Role::answer);
  EXPECT_THAT(ack.operations, ElementsAre("session unit 10 ok"));
  EXPECT_THAT(decoder(link_frame(0x49, 1, 10), answer).operations, ElementsAre("heartbeat unit 10 pending"));
  EXPECT_THAT(decoder(link_frame(0x8b, 10, 1), ask).operations, ElementsAre("heartbeat unit 10 ok"));
  decoder(link_frame(0xc1, 10, 1), ask);
  EXPECT_THAT(decoder(link_frame(0x0f, 1, 10), answer).operations, ElementsAre("reset unit 10 refused 15"));
  const Octets user = {0xc0, 0xc1, 0x01, 0x3c, 0x02, 0x06};
  EXPECT_EQ(decoder(link_frame(0xf3, 10, 1, user), ask)["frame_count_bit"], "1");
  const Decoded data_ack = decoder(link_frame(0x00, 1, 10), answer);
  EXPECT_EQ(data_ack.role, Role::event) << "it answers no operation";
  EXPECT_THAT(data_ack.operations, IsEmpty());
}

TEST(Dnp3, NamesWhatIsWrong) {
  auto bad_header = fragment(ask, "c1 01 3c0106");
  bad_header[4] ^= 1;
  EXPECT_EQ(MessageDecoder(protocol)(bad_header, ask).fault, "dnp3.header_checksum");
  EXPECT_THAT(MessageDecoder(protocol)(bad_header, ask).fields, IsEmpty());
  auto bad_block = fragment(ask, "c1 0d");
  bad_block.back() ^= 1;
  const Decoded dropped = MessageDecoder(protocol)(bad_block, ask);
  EXPECT_EQ(dropped.fault, "dnp3.block_checksum");
  EXPECT_THAT(dropped.operations, IsEmpty()) << "the receiver drops it";
  EXPECT_EQ(dropped["function"], "absent");
  EXPECT_EQ(MessageDecoder(protocol)(link_frame(master_data, 10, 1), ask).fault, "dnp3.length");
  const Octets some = {1, 2, 3};
  EXPECT_EQ(MessageDecoder(protocol)(link_frame(0xc9, 10, 1, some), ask).fault, "dnp3.length");
  EXPECT_EQ(MessageDecoder(protocol)(link_frame(0xc7, 10, 1), ask).fault, "dnp3.link_function");
  EXPECT_EQ(MessageDecoder(protocol)(link_frame(0xd0, 10, 1), ask).fault, "dnp3.link_function");
  EXPECT_EQ(MessageDecoder(protocol)(link_frame(0xc9, 0xfff3, 1), ask).fault, "dnp3.address");
  EXPECT_EQ(MessageDecoder(protocol)(link_frame(0xc9, 10, 0xffff), ask).fault, "dnp3.address");
  EXPECT_EQ(decode("c1", ask).fault, "dnp3.header");
  EXPECT_EQ(decode("c1 81 00", answer).fault, "dnp3.header");
  EXPECT_EQ(decode("c1 50", ask).fault, "dnp3.function");
  EXPECT_EQ(decode("c1 01 3c0106", answer).fault, "dnp3.direction");
  EXPECT_EQ(decode("c1 02 c80117 01 05 00", ask).fault, "dnp3.object");
  EXPECT_EQ(decode("c1 01 01000a", ask).fault, "dnp3.qualifier");
  EXPECT_EQ(decode("c1 01 010086", ask).fault, "dnp3.qualifier");
  EXPECT_EQ(decode("c1 01 010071 01", ask).fault, "dnp3.qualifier");
  EXPECT_EQ(decode("c1 01 010000 0500", ask).fault, "dnp3.range");
  EXPECT_EQ(decode("c1 01 010000 05", ask).fault, "dnp3.truncated");
  EXPECT_EQ(decode("c1 02 700001 0000ffff", ask).fault, "dnp3.count");
  EXPECT_EQ(decode("c1 05 0c0117 01 05 45 01 64000000 00000000 00", ask).fault, "dnp3.control_code");
  EXPECT_EQ(decode("c1 05 0c0117 01 05 c1 01 64000000 00000000 00", ask).fault, "dnp3.control_code");
}

TEST(Dnp3, KnowsWhoIsMasterOnAFlow) {
  MessageDecoder decoder(protocol);
  decoder(fragment(ask, "c1 01 3c0106"), ask);
  EXPECT_EQ(decoder(fragment(answer, "c1 81 0000"), answer).fault, "");
  EXPECT_EQ(decoder(fragment(ask, "c2 0d"), answer).fault, "dnp3.direction") << "a request from the outstation's end";
  EXPECT_EQ(decoder(link_frame(outstation_data, 10, 1, Octets{0xc0, 0xc3, 0x0d}), ask).fault, "dnp3.direction")
      << "the direction bit says that an outstation asks";
}

TEST(Dnp3, InventsNothingFromACutMessage) {
  const Octets body = from_hex(
      "f0 82 0000 330107 01 00e40b540101 020228 0200 0500 81 00e40b540101 0600 01 00e40b540101 010100 0009 ff03");
  std::size_t most = 0;
  for (std::size_t size = 0; size <= body.size(); ++size) {
    Octets user = {0xc0};
    add(user, Bytes{body}.first(size));
    const Decoded got = MessageDecoder(protocol)(link_frame(outstation_data, 1, 10, user), answer);
    const std::size_t whole = size < 28 ? 0 : size < 37 ? 1 : size < 43 ? 2 : size < 44 ? 10 : 12;
    EXPECT_LE(got.operations.size(), std::max<std::size_t>(whole, size == 4)) << size;
    most = std::max(most, got.operations.size());
  }
  EXPECT_EQ(most, 12u);
  const Octets whole = fragment(ask, "c1 05 0c0117 01 05 41 01 64000000 00000000 00");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const Decoded got =
        MessageDecoder(protocol)(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), ask);
    EXPECT_THAT(got.operations, IsEmpty()) << size;
    EXPECT_NE(got.fault, "") << size;
  }
}

}  // namespace
}  // namespace langyan::dnp3
