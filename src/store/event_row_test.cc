#include "store/event_row.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace langyan::store {
namespace {

using testing::HasSubstr;

constexpr std::string_view head =
    R"({"timestamp":"2026-03-02T08:00:00.123456+0000","origin":{"sensor":"s1","epoch":"00000000000000aa","lane":"bulk","seq":7},)";

std::string line(std::string_view rest) {
  return std::string(head) + std::string(rest) + "}";
}

ParsedLines parse(std::string body, std::uint64_t epoch = 0xaa) {
  EventParser parser;
  return parser.parse_lines(std::move(body), epoch);
}
std::string reason(std::string text) {
  const auto parsed = parse(std::move(text));
  EXPECT_EQ(parsed.rows.size() + parsed.refused.size(), 1u);
  return parsed.refused.empty() ? "" : parsed.refused[0].reason;
}

TEST(EventRow, ReadsAnAlertIntoItsColumnsAndKeepsTheLine) {
  const std::string text =
      R"({"timestamp":"2026-03-02T08:00:00.123456+0000","flow_id":18446744073709551615,"event_type":"alert",)"
      R"("src_ip":"10.3.9.77","src_port":50123,"dest_ip":"2001:db8::1","dest_port":502,"proto":"TCP",)"
      R"("app_proto":"modbus","community_id":"1:abc=","alert":{"signature_id":9100001,"severity":2,)"
      R"("signature":"Write \"by\" a stranger","category":"Attempted","rev":1},"modbus":{"request":{"function":6,)"
      R"("function_name":"write_single_register"}},"ot":{"verb":"write","object":"40001","value":3800,"result":"ok"},)"
      R"("origin":{"sensor":"plant-1","epoch":"0123456789abcdef","lane":"alert","seq":42},"later":{"unknown":[1,2]}})";
  const auto parsed = parse(text);
  ASSERT_TRUE(parsed.refused.empty()) << parsed.refused[0].reason;
  ASSERT_EQ(parsed.rows.size(), 1u);
  const EventRow& row = parsed.rows[0];
  EXPECT_EQ(row.time, *parse_timestamp("2026-03-02T08:00:00.123456Z"));
  EXPECT_EQ(row.sensor, "plant-1");
  EXPECT_EQ(row.epoch, 0x0123456789abcdefu);
  EXPECT_EQ(row.lane, Lane::alert);
  EXPECT_EQ(row.seq, 42u);
  EXPECT_EQ(row.event_class, EventClass::alert);
  EXPECT_EQ(row.event_type, "alert");
  EXPECT_EQ(row.src_ip, parse_ip("10.3.9.77"));
  EXPECT_EQ(row.dst_ip, parse_ip("2001:db8::1"));
  EXPECT_EQ(row.src_port, 50123);
  EXPECT_EQ(row.dst_port, 502);
  EXPECT_EQ(row.proto, "TCP");
  EXPECT_EQ(row.app_proto, "modbus");
  EXPECT_EQ(row.community_id, "1:abc=");
  EXPECT_EQ(row.flow_id, ~std::uint64_t{0});
  EXPECT_EQ(row.sid, 9100001u);
  EXPECT_EQ(row.severity, 2);
  EXPECT_EQ(row.signature, "Write \"by\" a stranger");
  EXPECT_EQ(row.category, "Attempted");
  EXPECT_EQ(row.ot_verb, "write");
  EXPECT_EQ(row.ot_object, "40001");
  EXPECT_EQ(row.ot_value, 3800.0);
  EXPECT_EQ(row.ot_result, "ok");
  EXPECT_EQ(row.function, "write_single_register");
  EXPECT_EQ(row.json, text);
  EXPECT_EQ(row.covers, 1u);
}

TEST(EventRow, ClassesFollowTypeAndOperation) {
  struct Case {
    std::string_view rest;
    EventClass event_class;
  };
  for (const auto& [rest, event_class] : std::initializer_list<Case>{
           {R"("event_type":"alert","alert":{"severity":1},"ot":{"verb":"write"})",
            EventClass::alert},
           {R"("event_type":"modbus","ot":{"verb":"write"})", EventClass::operation},
           {R"("event_type":"modbus","ot":[{"verb":"read"},{"verb":"write"}])",
            EventClass::operation},
           {R"("event_type":"flow")", EventClass::flow},
           {R"("event_type":"stats")", EventClass::stats},
           {R"("event_type":"health")", EventClass::other}}) {
    const auto parsed = parse(line(rest));
    ASSERT_EQ(parsed.rows.size(), 1u) << rest;
    EXPECT_EQ(parsed.rows[0].event_class, event_class) << rest;
  }
}

TEST(EventRow, AnAlertWithoutSeverityIsMediumAndOthersHaveNone) {
  const auto parsed =
      parse(line(R"("event_type":"alert")") + "\n" +
            line(R"("event_type":"flow","alert":{"severity":1,"signature_id":5,"signature":"x"})"));
  ASSERT_EQ(parsed.rows.size(), 2u);
  EXPECT_EQ(parsed.rows[0].severity, 3);
  EXPECT_EQ(parsed.rows[1].severity, 0);
  EXPECT_FALSE(parsed.rows[1].sid);
  EXPECT_TRUE(parsed.rows[1].signature.empty());
}

TEST(EventRow, OperationValuesAndFunctionsOfManyForms) {
  const auto value = [](std::string_view json) {
    const auto parsed =
        parse(line(R"("event_type":"m","ot":{"verb":"write","value":)" + std::string(json) + "}"));
    return parsed.rows.at(0).ot_value;
  };
  EXPECT_EQ(value("-2.5"), -2.5);
  EXPECT_EQ(value("[7,8]"), 7.0);
  EXPECT_EQ(value("true"), 1.0);
  EXPECT_EQ(value("\"text\""), std::nullopt);
  EXPECT_EQ(value("[[1]]"), std::nullopt);
  EXPECT_EQ(value("[]"), std::nullopt);
  const auto function = [](std::string_view json) {
    const auto parsed =
        parse(line(R"("event_type":"m","ot":{"verb":"write"},"m":)" + std::string(json)));
    return std::string(parsed.rows.at(0).function);
  };
  EXPECT_EQ(function(R"({"request":{"function":16}})"), "16");
  EXPECT_EQ(function(R"({"response":{"function_name":"read_coils"}})"), "read_coils");
  EXPECT_EQ(function(R"({"type_id":45})"), "45");
  EXPECT_EQ(function(R"("none")"), "");
}

TEST(EventRow, RefusesALineAloneWithIndexReasonAndOffset) {
  const auto good = line(R"("event_type":"flow")");
  const auto parsed = parse(good + "\n{\"event_type\":\n\n" + good + "\r\n[1]\n" + good);
  ASSERT_EQ(parsed.rows.size(), 3u);
  EXPECT_EQ(parsed.lines, 5u);
  EXPECT_EQ(parsed.covers, 5u);
  EXPECT_EQ(parsed.rows[1].offset, 2u);
  EXPECT_EQ(parsed.rows[1].json, good);
  EXPECT_EQ(parsed.rows[2].offset, 4u);
  ASSERT_EQ(parsed.refused.size(), 2u);
  EXPECT_EQ(parsed.refused[0].index, 1u);
  EXPECT_EQ(parsed.refused[0].offset, 1u);
  EXPECT_EQ(parsed.refused[1].index, 3u);
  EXPECT_EQ(parsed.refused[1].reason, "not an object");
}

TEST(EventRow, EveryKindOfFaultHasItsReason) {
  struct Case {
    std::string text;
    std::string_view reason;
  };
  const std::string type = R"("event_type":"flow")";
  std::string deep = line(type + ",\"x\":" + std::string(40, '[') + std::string(40, ']'));
  std::string wide = line(type + ",\"x\":\"" + std::string(line_bytes, 'a') + "\"");
  std::string many = type;
  for (int i = 0; i < 30; ++i) many += ",\"k" + std::to_string(i % 29) + "\":1";
  const std::vector<Case> cases = {
      {line(type + ",\"x\":\"\xff\""), "not UTF-8"},
      {deep, "nested deeper"},
      {wide, "longer than 1 MiB"},
      {line(type + ",\"x\":1e999"), "out of range"},
      {line(type + ",\"x\":18446744073709551616"), "out of range"},
      {line(type + ",\"x\":\"a\x01\""), "control character"},
      {line(type + ",\"x\":tru"), "not JSON"},
      {line(type) + "x", "not JSON"},
      {line(type + ",\"x\":1,\"x\":2"), "twice"},
      {line(type + ",\"y\":[{\"x\":1,\"x\":2}]"), "twice"},
      {line(type + ",\"x\":1,\"\\u0078\":2"), "twice"},
      {line(many), "twice"},
      {line("\"a\":1"), "no event_type"},
      {line("\"event_type\":5"), "event_type"},
      {line("\"event_type\":\"\""), "event_type"},
      {R"({"event_type":"flow","origin":{"sensor":"s","epoch":"00000000000000aa","lane":"bulk","seq":1}})",
       "no timestamp"},
      {R"({"event_type":"flow","timestamp":"2026-03-02T08:00:00Z"})", "no origin"},
      {R"({"event_type":"flow","timestamp":"yesterday"})", "timestamp"},
      {R"({"event_type":"flow","timestamp":"1969-12-31T23:59:59Z"})", "timestamp"},
      {R"({"event_type":"flow","timestamp":5})", "timestamp"},
      {R"({"origin":{"sensor":"","epoch":"00000000000000aa","lane":"bulk","seq":1}})",
       "origin.sensor"},
      {R"({"origin":{"sensor":"s","epoch":"AA","lane":"bulk","seq":1}})", "origin.epoch"},
      {R"({"origin":{"sensor":"s","epoch":"00000000000000aa","lane":"fast","seq":1}})",
       "origin.lane"},
      {R"({"origin":{"sensor":"s","epoch":"00000000000000aa","lane":"bulk","seq":-1}})",
       "origin.seq"},
      {R"({"origin":7})", "origin is not an object"},
      {line(type + R"(,"src_ip":"10.0.0.256")"), "src_ip"},
      {line(type + R"(,"dest_ip":5)"), "dest_ip"},
      {line(type + R"(,"dest_port":65536)"), "dest_port"},
      {line(type + R"(,"src_port":-1)"), "src_port"},
      {line(type + R"(,"flow_id":1.5)"), "flow_id"},
      {line(R"("event_type":"alert","alert":{"signature_id":4294967296})"), "signature_id"},
      {line(R"("event_type":"alert","alert":{"severity":0})"), "severity"},
      {line(R"("event_type":"alert","alert":{"severity":256})"), "severity"},
      {line(R"("event_type":"alert","alert":[])"), "alert is not an object"},
      {line(R"("event_type":"gap")"), "gap has no"},
      {line(R"("event_type":"gap","gap":{"from":5,"to":4})"), "gap has no"},
      {line(R"("event_type":"gap","gap":{"from":0,"to":4})"), "gap has no"},
      {line(R"("event_type":"gap","gap":{"from":1,"to":18446744073709551615})"), "gap has no"},
  };
  for (const Case& each : cases)
    EXPECT_THAT(reason(each.text), HasSubstr(each.reason)) << each.text.substr(0, 200);
}

TEST(EventRow, LimitsThemselvesAreAccepted) {
  const std::string type = R"("event_type":"flow")";
  EXPECT_EQ(reason(line(type + ",\"x\":" + std::string(30, '[') + std::string(30, ']'))), "");
  std::string wide = line(type + ",\"x\":\"\"");
  wide.insert(wide.size() - 2, std::string(line_bytes - wide.size(), 'a'));
  ASSERT_EQ(wide.size(), line_bytes);
  EXPECT_EQ(reason(wide), "");
  EXPECT_EQ(reason(line(type + ",\"x\":18446744073709551615,\"y\":-9223372036854775808")), "");
  EXPECT_EQ(reason(line(type + ",\"proto\":7,\"app_proto\":\"" + std::string(300, 'a') + "\"")),
            "");
}

TEST(EventRow, AGapOfThisSpoolCoversItsRangeAndOneOfAnotherIsAnEvent) {
  const auto gap = line(R"("event_type":"gap","gap":{"from":11,"to":20,"reason":"evicted"})");
  const auto after = line(R"("event_type":"flow")");
  const auto own = parse(gap + "\n" + after, 0xaa);
  EXPECT_EQ(own.rows.at(0).covers, 10u);
  EXPECT_EQ(own.rows.at(1).offset, 10u);
  EXPECT_EQ(own.covers, 11u);
  const auto foreign = parse(gap + "\n" + after, 0xbb);
  EXPECT_EQ(foreign.rows.at(0).covers, 1u);
  EXPECT_EQ(foreign.covers, 2u);
}

TEST(EventRow, AlertStateEventsNameTheAlertAndItsState) {
  const auto parsed = parse(line(
      R"("event_type":"alert_state","alert_state":{"alert":"a-1","state":"closed","by":"li"})"));
  EXPECT_EQ(parsed.rows.at(0).alert_id, "a-1");
  EXPECT_EQ(parsed.rows.at(0).state, AlertState::closed);
}

TEST(EventRow, OneParserReadsManyBodiesOfEverySizeWithoutMixingThem) {
  EventParser parser;
  std::vector<ParsedLines> all;
  for (int i = 0; i < 40; ++i) {
    std::string body;
    for (int j = 0; j <= i; ++j)
      body += line(R"("event_type":"t)" + std::to_string(i) + R"(","proto":"p\u0041)" +
                   std::to_string(j) + R"(","pad":")" +
                   std::string(static_cast<std::size_t>(i) * 3'000, 'z') + "\"") +
              "\n";
    all.push_back(parser.parse_lines(std::move(body), 0xaa));
  }
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(all[static_cast<std::size_t>(i)].rows.size(), static_cast<std::size_t>(i) + 1);
    for (int j = 0; j <= i; ++j) {
      const EventRow& row = all[static_cast<std::size_t>(i)].rows[static_cast<std::size_t>(j)];
      EXPECT_EQ(row.event_type, "t" + std::to_string(i));
      EXPECT_EQ(row.proto, "pA" + std::to_string(j));
    }
  }
}

TEST(EventRow, EveryTruncationOfALineIsRefusedOrWhole) {
  const std::string whole =
      line(R"("event_type":"alert","alert":{"signature_id":1,"severity":1,"signature":"é"})");
  for (std::size_t size = 1; size < whole.size(); ++size)
    EXPECT_NE(reason(whole.substr(0, size)), "") << size;
  EXPECT_EQ(reason(whole), "");
}

TEST(EventRow, EpochsAreSixteenLowerHexDigits) {
  EXPECT_EQ(epoch_text(0x0123456789abcdef), "0123456789abcdef");
  EXPECT_EQ(parse_epoch("0123456789abcdef"), 0x0123456789abcdefu);
  EXPECT_EQ(parse_epoch(epoch_text(~std::uint64_t{0})), ~std::uint64_t{0});
  for (const std::string_view bad :
       {"", "123", "0123456789ABCDEF", "0123456789abcdeg", "00123456789abcdef"})
    EXPECT_FALSE(parse_epoch(bad)) << bad;
}

TEST(EventRow, NamesReadBack) {
  for (const auto lane : {Lane::alert, Lane::bulk, Lane::state})
    EXPECT_EQ(lane_of(name_of(lane)), lane);
  for (const auto state : {AlertState::fresh, AlertState::acknowledged, AlertState::closed})
    EXPECT_EQ(alert_state_of(name_of(state)), state);
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(event_class_of(name_of(static_cast<EventClass>(i))), static_cast<EventClass>(i));
  EXPECT_EQ(name_of(AlertState::fresh), "new");
  EXPECT_FALSE(lane_of("fast"));
}

}  // namespace
}  // namespace langyan::store
