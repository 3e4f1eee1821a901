#include "baseline/behaviour_watch.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "flow/table.h"

namespace langyan::baseline {
namespace {

namespace flags = decode::tcp_flag;
const IpAddress evil = IpAddress::v4(0x0a140063);
constexpr Time start = 1'700'000'000 * second;

const Protocol modbus = [] {
  static constexpr Schema empty{};
  Protocol protocol{};
  protocol.name = "modbus", protocol.message = &empty, protocol.function_field = "function";
  return protocol;
}();

struct Heard final : TraceSink {
  std::vector<Trace> traces;
  void accept(const Trace& trace) override { traces.push_back(trace); }
  std::vector<Trace> of(Trace::What what, Behaviour behaviour) const {
    std::vector<Trace> found;
    std::ranges::copy_if(traces, std::back_inserter(found), [&](const Trace& each) {
      return each.what == what && each.behaviour == behaviour;
    });
    return found;
  }
  std::vector<Trace> attempts(Behaviour behaviour) const {
    return of(Trace::What::attempt, behaviour);
  }
};

class BehaviourWatchTest : public testing::Test {
 protected:
  flow::Flow& open(std::uint32_t target, std::uint16_t port) {
    flow::Key key;
    key.address = {evil, IpAddress::v4(0x0a150000 + target)};
    key.port = {next_port++, port};
    key.protocol = 6, key.kind = flow::Kind::tcp;
    flow::Flow& flow = table.open(key, table.hash(key));
    watch.opened(flow);
    return flow;
  }
  void send(const flow::Flow& flow, Direction way, std::uint8_t bits) {
    decode::Headers headers;
    headers.ip_version = 4, headers.protocol = 6;
    headers.source = flow.key().address[flow.side(way)];
    headers.destination = flow.key().address[flow.side(way) ^ 1u];
    headers.tcp.flags = bits;
    watch.packet(flow, way, headers, now, ++number);
  }
  void pass(Duration span) {
    for (const Time until = now + span; now < until;) watch.tick(now += second);
  }
  void answer(const flow::Flow& flow, Operation operation) {
    Message message;
    message.protocol = &modbus, message.role = Role::answer;
    message.context.direction = Direction::to_client;
    message.operations = std::span(&operation, 1);
    message.record.schema = modbus.message;
    watch.message(flow, message, now, ++number);
  }

  std::uint16_t next_port = 40'000;
  Time now = start;
  std::uint64_t number = 0;
  Heard heard;
  flow::Table table{256, 1};
  BehaviourWatch watch{256, 1, heard};
};

TEST_F(BehaviourWatchTest, ASynIsAnsweredRefusedOrSilentAfterThreeSeconds) {
  send(open(1, 502), Direction::to_server, flags::syn);
  flow::Flow& closed = open(2, 502);
  send(closed, Direction::to_server, flags::syn);
  send(closed, Direction::to_client, flags::rst | flags::ack);
  flow::Flow& living = open(3, 502);
  send(living, Direction::to_server, flags::syn);
  send(living, Direction::to_client, flags::syn | flags::ack);
  pass(2 * second);
  EXPECT_EQ(heard.attempts(Behaviour::tcp_scan).size(), 2u) << "nothing is known of the first yet";
  pass(2 * second);
  const auto told = heard.attempts(Behaviour::tcp_scan);
  ASSERT_EQ(told.size(), 3u);
  EXPECT_EQ(told[0].result, Reply::refused);
  EXPECT_EQ(told[1].result, Reply::answered);
  EXPECT_EQ(told[2].result, Reply::silent);
  EXPECT_EQ(told[2].source, evil);
  EXPECT_EQ(told[2].target, IpAddress::v4(0x0a150001));
  EXPECT_EQ(told[2].port, 502);
  EXPECT_EQ(heard.of(Trace::What::opened, Behaviour::exhaustion).size(), 1u)
      << "of three tries one holds a connection";
}

TEST_F(BehaviourWatchTest, WhoClosesBeforeAnAnswerWasTryingAndASlotUsedAgainIsAnother) {
  flow::Flow& first = open(1, 102);
  send(first, Direction::to_server, flags::syn);
  watch.closed(first, nullptr, flow::Reason::timeout, now);
  EXPECT_EQ(heard.attempts(Behaviour::tcp_scan).size(), 1u);
  table.close(first);
  flow::Flow& second_one = open(2, 102);
  send(second_one, Direction::to_server, flags::syn);
  send(second_one, Direction::to_client, flags::syn | flags::ack);
  pass(5 * second);
  EXPECT_EQ(heard.attempts(Behaviour::tcp_scan).size(), 2u)
      << "the wait of the first is not that of the second";
}

TEST_F(BehaviourWatchTest, TheSameTryIsToldOnceAMinute) {
  for (int i = 0; i < 5; ++i) {
    flow::Flow& flow = open(1, 502);
    send(flow, Direction::to_server, flags::syn);
    send(flow, Direction::to_client, flags::rst);
  }
  EXPECT_EQ(heard.attempts(Behaviour::tcp_scan).size(), 1u);
  pass(minute);
  flow::Flow& flow = open(1, 502);
  send(flow, Direction::to_server, flags::syn);
  send(flow, Direction::to_client, flags::rst);
  EXPECT_EQ(heard.attempts(Behaviour::tcp_scan).size(), 2u);
}

TEST_F(BehaviourWatchTest, UnitsCountWhateverTheirAnswerAndObjectsOnceOneWasRefused) {
  const flow::Flow& flow = open(1, 502);
  Operation read;
  read.verb = Verb::read, read.function = 3, read.unit = 1;
  read.object.address = 100, read.object.count = 1;
  read.outcome = Outcome::ok;
  answer(flow, read);
  EXPECT_EQ(heard.attempts(Behaviour::unit_sweep).size(), 1u);
  EXPECT_TRUE(heard.attempts(Behaviour::object_sweep).empty()) << "nothing was refused yet";
  for (std::uint32_t unit = 2; unit < 12; ++unit) {
    read.unit = unit, read.outcome = Outcome::refused;
    answer(flow, read);
  }
  EXPECT_EQ(heard.attempts(Behaviour::unit_sweep).size(), 11u);
  read.unit = 1, read.outcome = Outcome::ok, read.object.address = 200;
  answer(flow, read);
  EXPECT_EQ(heard.attempts(Behaviour::object_sweep).back().thing, 200u);
  EXPECT_EQ(heard.attempts(Behaviour::object_sweep).back().result, Reply::answered);
  EXPECT_EQ(heard.attempts(Behaviour::function_sweep).back().thing, 3u);
}

TEST_F(BehaviourWatchTest, ARefusedSignInIsOneAndAnAnsweredOneAnother) {
  const flow::Flow& flow = open(1, 502);
  Operation auth;
  auth.verb = Verb::auth;
  for (const Outcome outcome :
       {Outcome::refused, Outcome::refused, Outcome::ok, Outcome::no_answer}) {
    auth.outcome = outcome;
    answer(flow, auth);
  }
  const auto told = heard.of(Trace::What::sign_in, Behaviour::brute_force);
  ASSERT_EQ(told.size(), 3u) << "what nobody answered is neither";
  EXPECT_EQ(std::ranges::count(told, Reply::refused, &Trace::result), 2);
}

}  // namespace
}  // namespace langyan::baseline
