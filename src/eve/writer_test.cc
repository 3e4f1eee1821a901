#include "eve/writer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "dissect/registry.h"

namespace langyan::eve {
namespace {

using nlohmann::json;

json closed(std::string line) {
  close_line(line, "sensor \"7\"", 0xabcdef0123456789, "bulk", 42);
  return json::parse(line);
}

class WriterTest : public testing::Test {
 protected:
  const Protocol& modbus = *dissect::find_protocol("modbus");
  flow::Flow flow;
  Moment moment{1'772'438'400 * second + 5, 7, {}, 1, nullptr};

  Message message(std::span<const Operation> operations) {
    Message made;
    made.protocol = &modbus;
    made.role = Role::event;
    made.record = View{modbus.message, 0, slots_, {}, {}};
    made.operations = operations;
    made.operations_total = static_cast<std::uint32_t>(operations.size());
    return made;
  }
  json operation(std::span<const Operation> operations) {
    std::string line;
    Writer({}).operation(line, flow, message(operations), moment);
    return closed(line);
  }

 private:
  std::uint64_t slots_[most_fields] = {};
};

TEST_F(WriterTest, ClosesALineWithItsIdentity) {
  std::string line;
  Writer({}).plain(line, "health", moment.time);
  const json event = closed(line);
  EXPECT_EQ(event["timestamp"], "2026-03-02T08:00:00.000005+0000");
  EXPECT_EQ(event["event_type"], "health");
  EXPECT_EQ(event["origin"],
            (json{{"sensor", "sensor \"7\""}, {"epoch", "abcdef0123456789"}, {"lane", "bulk"}, {"seq", 42}}));
}

TEST_F(WriterTest, SaysWhoIsWhoByEndAndUnit) {
  const auto fact = [](Trait trait, std::string_view text, std::uint32_t unit, bool of_receiver) {
    return Fact{trait, of_receiver, unit, bytes_of(text)};
  };
  const Fact facts[] = {fact(Trait::vendor, "Example", 1, false), fact(Trait::role, "engineering", 0, true),
                        fact(Trait::model, "X-7", 1, false), fact(Trait::vendor, "Other", 1, false)};
  Message told = message({});
  told.facts = facts;
  told.role = Role::answer;
  std::string line;
  Writer({}).operation(line, flow, told, moment);
  EXPECT_EQ(closed(line)["identity"],
            (json::array({{{"end", "dest"}, {"unit", 1}, {"vendor", "Example"}, {"model", "X-7"}},
                          {{"end", "src"}, {"unit", 0}, {"role", "engineering"}}})));
}

TEST_F(WriterTest, SaysAnOperationInTheEngineersWords) {
  Operation write;
  write.verb = Verb::write;
  write.unit = 3;
  write.function = 16;
  write.outcome = Outcome::ok;
  const std::uint8_t registers[] = {0x0e, 0xd8, 0x00, 0x01};
  write.object = {.space = 3, .address = 0, .count = 2};
  write.value = Value::of_run(Value::Kind::words, registers);
  const json event = operation({&write, 1});
  EXPECT_EQ(event["event_type"], "modbus");
  EXPECT_EQ(event["ot"]["verb"], "write");
  EXPECT_EQ(event["ot"]["object"], "40001..40002");
  EXPECT_EQ(event["ot"]["space"], "holding_register");
  EXPECT_EQ(event["ot"]["value"], (json{3800, 1}));
  EXPECT_EQ(event["ot"]["unit"], 3);
  EXPECT_EQ(event["ot"]["result"], "ok");
  EXPECT_EQ(event["ot"]["function_name"], "write_multiple_registers");
  EXPECT_FALSE(event["ot"].contains("operations"));
  EXPECT_EQ(event["pcap_cnt"], 7);
}

TEST_F(WriterTest, ListsSeveralOperationsAndCountsThemAll) {
  std::vector<Operation> many(40);
  for (std::size_t i = 0; i < many.size(); ++i) many[i].object = {.space = 3, .address = i, .count = 1};
  const json event = operation(many);
  EXPECT_EQ(event["ot"]["operations"].size(), most_written_operations);
  EXPECT_EQ(event["ot"]["operations_total"], 40);
}

TEST_F(WriterTest, WritesEveryKindOfValue) {
  Operation operation_;
  operation_.object = {.space = 3, .address = 1, .count = 1};
  const auto value = [&](Value given) {
    operation_.value = given;
    return operation({&operation_, 1})["ot"]["value"];
  };
  EXPECT_EQ(value(Value::of(~std::uint64_t{0})), ~std::uint64_t{0});
  EXPECT_EQ(value(Value::of_integer(-5)), -5);
  EXPECT_EQ(value(Value::of_real(0.25)), 0.25);
  EXPECT_TRUE(value(Value::of_real(std::numeric_limits<double>::infinity())).is_null());
  EXPECT_EQ(value(Value::of_boolean(true)), true);
  EXPECT_EQ(value(Value::of_run(Value::Kind::text, bytes_of("a\"\xff"))), "a\"\xef\xbf\xbd");
  EXPECT_EQ(value(Value::of_run(Value::Kind::bytes, bytes_of("\x01\xfe"))), "01fe");
  const std::uint8_t bits[] = {0x05};
  operation_.object.count = 3;
  EXPECT_EQ(value(Value::of_run(Value::Kind::bits, bits)), (json{1, 0, 1}));
}

// Two names that are not UTF-8 are written alike; the center refuses a line with a repeated key.
TEST_F(WriterTest, ARulesMetadataNeverRepeatsAKey) {
  detect::Rule rule;
  rule.metadata = {{"\xfe", "a"}, {"\xff", "b"}, {"ot_verb", "c"}};
  detect::Hit hit;
  hit.rule = &rule;
  const Operation write;
  Message message;
  message.protocol = &modbus;
  message.operations = {&write, 1};
  std::string line;
  Writer({.strict = true, .packets = true, .interface = {}}).alert(line, hit, &flow, &message, moment);
  const std::string key = "\"\xef\xbf\xbd\":[\"a\",\"b\"]";
  EXPECT_NE(line.find(key), line.npos) << line;
  EXPECT_EQ(line.find("ot_verb"), line.rfind("ot_verb")) << line;
}

TEST_F(WriterTest, AnAnomalyTellsWhatToDo) {
  std::string line;
  Writer({}).anomaly(line, modbus.faults[0], &flow, &modbus, "applayer", Direction::to_server, nullptr, moment);
  const json event = closed(line);
  EXPECT_EQ(event["anomaly"], (json{{"type", "applayer"}, {"event", "modbus.truncated"}}));
  EXPECT_EQ(event["detection"]["sid"], 9100100);
  EXPECT_FALSE(event["detection"]["title_zh"].get<std::string>().empty());
  line.clear();
  Writer({.strict = true, .packets = true, .interface = {}})
      .anomaly(line, modbus.faults[0], &flow, &modbus, "applayer", Direction::to_server, nullptr, moment);
  EXPECT_FALSE(closed(line).contains("detection"));
}

}  // namespace
}  // namespace langyan::eve
