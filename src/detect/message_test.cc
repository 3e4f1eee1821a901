// Rules on messages: items, operations and their answers, which index brings a rule up.
#include <random>
#include <set>

#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;

// A protocol for these tests: a message of some numbers, a text and two kinds of items, all of
// which the test writes itself.
constexpr Name kinds[] = {{1, "alpha"}, {2, "beta"}, {7, "alpha"}};  // two numbers by one word
constexpr Field message_rows[] = {
    {"code", Kind::u8, log | rule, {"Code", "代码"}, "A code.", "test", kinds},
    {"size", Kind::u32, log | rule, {"Size", "大小"}, "A size.", "test"},
    {"level", Kind::i64, log | rule, {"Level", "级别"}, "A level.", "test"},
    {"ratio", Kind::f64, log | rule, {"Ratio", "比率"}, "A ratio.", "test"},
    {"flag", Kind::boolean, log | rule, {"Flag", "标志"}, "A flag.", "test"},
    {"when", Kind::time_us, log | rule, {"When", "时间"}, "A time.", "test"},
    {"host", Kind::ip, log | rule, {"Host", "主机"}, "An address.", "test"},
    {"card", Kind::mac, log | rule, {"Card", "网卡"}, "A MAC address.", "test"},
    {"name", Kind::text, log | rule | buffer, {"Name", "名称"}, "A name.", "test"},
    {"hidden", Kind::u8, log, {"Hidden", "隐藏"}, "Not for rules.", "test"},
};
constexpr auto message_fields = table("probe", message_rows);
constexpr Schema message_schema = message_fields.schema();
constexpr Field point_rows[] = {
    {"point", Kind::u32, log | rule, {"Point", "点"}, "A point.", "test"},
    {"reading", Kind::f64, log | rule, {"Reading", "读数"}, "A reading.", "test"},
    {"tag", Kind::text, log | rule | buffer, {"Tag", "标签"}, "A tag.", "test"},
};
constexpr auto point_fields = table("probe.point", point_rows);
constexpr Schema point_schema = point_fields.schema();
constexpr Field note_rows[] = {
    {"note", Kind::u16, log | rule, {"Note", "备注"}, "A note.", "test"}};
constexpr auto note_fields = table("probe.note", note_rows);
constexpr Schema note_schema = note_fields.schema();

constexpr Space spaces[] = {{"tank", {"Tank", "罐"}}, {"pump", {"Pump", "泵"}}};
int notations = 0;
void notation(const Object& object, std::string& out) {
  ++notations;
  out += spaces[object.space].name;
  out += '.';
  out += std::to_string(object.address);
}

const Protocol probe = [] {
  Protocol protocol{};
  protocol.name = "probe";
  protocol.label = {"Probe", "探测"};
  protocol.message = &message_schema;
  protocol.items = {&point_schema, &note_schema, nullptr};
  protocol.spaces = spaces;
  protocol.notation = notation;
  return protocol;
}();
const Protocol* const protocols[] = {&probe};

// Builds messages and hands them to an engine, on a flow of a real tracker.
struct Ears : flow::Listener {  // hears nothing; `record` is a member of Desk
  void opened(flow::Flow&) override {}
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow&, Direction, const flow::Chunk&) override {}
  void datagram(flow::Flow&, Direction, Bytes) override {}
  void record(flow::Flow&) override {}
  void closed(flow::Flow&, flow::Reason) override {}
  void anomaly(const flow::Oddity&) override {}
};

class Desk final : private HitSink {
 public:
  explicit Desk(const std::string& rules)
      : small_(small_caps()),
        tracker_(flow::Options{}, decoder_, ears_),
        engine(tracker_.capacity(), *this) {
    RuleSources sources;
    sources.addresses = test_addresses();
    sources.protocols = protocols;
    const RuleText file{"t", rules};
    Compiled compiled = compile(sources, {&file, 1});
    for (const RuleNote& note : compiled.report.errors) ADD_FAILURE() << render(note);
    EXPECT_TRUE(engine.use(compiled.rules));
    decode::Headers headers;
    headers.ip_version = 4;
    headers.protocol = decode::ip_protocol::udp;
    headers.transport_offset = 34;
    headers.source = IpAddress::v4(0x0a000001), headers.destination = IpAddress::v4(0x0a000002);
    headers.source_port = 40'000, headers.destination_port = 9'000;
    capture::Packet packet;
    packet.time = second;
    flow = tracker_.accept(packet, headers, decode::Outcome::transport);
    fresh();
  }

  void fresh() {
    scratch_->reset();
    record.reset(message_schema, bytes_of(text), scratch_->all());
    items->reset(bytes_of(text), scratch_->all());
    message = {};
    message.protocol = &probe;
    message.bytes = bytes_of(text);
    operations.clear();
    request_operations.clear();
  }
  Bytes put_text(std::string_view value) {
    const auto run = scratch_->take(value.size());
    std::copy(value.begin(), value.end(), run.begin());
    return run;
  }
  Operation& operate(Verb verb, std::uint8_t space = 0, std::uint64_t address = 0,
                     std::uint32_t count = 1) {
    Operation& operation = operations.emplace_back();
    operation.verb = verb;
    operation.object.space = space, operation.object.address = address,
    operation.object.count = count;
    return operation;
  }
  std::string inspect() {
    message.record = record.view();
    message.items = items.get();
    message.operations = operations;
    hits.clear();
    engine.begin({nullptr, second, 7});
    engine.inspect_message(*flow, message);
    return fired();
  }
  std::string unanswered() {
    hits.clear();
    engine.begin({nullptr, second, 0});
    message.operations = operations;
    engine.inspect_unanswered(*flow, message);
    return fired();
  }
  // The message becomes the answer to itself as a request.
  std::string answer() {
    Request request;
    request.record = asked;
    request.operations = operations;
    message.role = Role::answer;
    message.request = &request;
    return inspect();
  }
  std::string fired() const {
    std::string out;
    for (const Hit& hit : hits) out += (out.empty() ? "" : " ") + std::to_string(hit.rule->sid);
    return out;
  }

  std::string text = "the whole message";
  Record record;
  std::unique_ptr<Items> items = std::make_unique<Items>();
  Message message;
  std::vector<Operation> operations, request_operations;
  View asked;
  std::vector<Hit> hits;
  flow::Flow* flow = nullptr;

 private:
  void accept(const Hit& hit) override { hits.push_back(hit); }

  bool small_;
  Ears ears_;
  decode::Decoder decoder_;
  flow::Tracker tracker_;
  std::unique_ptr<Scratch> scratch_ = std::make_unique<Scratch>();

 public:
  Engine engine;
};

std::string rule(int sid, const std::string& options, const char* protocol = "probe") {
  return std::string("alert ") + protocol + " any any -> any any (msg:\"m\"; " + options +
         " sid:" + std::to_string(sid) + ";)\n";
}

TEST(Fields, OfEveryKind) {
  const struct {
    const char* condition;
    std::function<void(Desk&)> holds, fails;
  } cases[] = {
      {"probe.code:alpha;", [](Desk& d) { d.record.put(0, std::uint64_t{1}); },
       [](Desk& d) { d.record.put(0, std::uint64_t{2}); }},
      {"probe.code:alpha;", [](Desk& d) { d.record.put(0, std::uint64_t{7}); },
       [](Desk& d) { d.record.put(0, std::uint64_t{2}); }},
      {"probe.code:!alpha;", [](Desk& d) { d.record.put(0, std::uint64_t{3}); }, [](Desk&) {}},
      {"probe.size:10<>20;", [](Desk& d) { d.record.put(1, std::uint64_t{19}); },
       [](Desk& d) { d.record.put(1, std::uint64_t{20}); }},
      {"probe.size:>4000000000;", [](Desk& d) { d.record.put(1, std::uint64_t{4'000'000'001}); },
       [](Desk& d) { d.record.put(1, std::uint64_t{4'000'000'000}); }},
      {"probe.level:<-3;", [](Desk& d) { d.record.put(2, static_cast<std::uint64_t>(-4)); },
       [](Desk& d) { d.record.put(2, std::uint64_t{5}); }},
      {"probe.level:-2-2;", [](Desk& d) { d.record.put(2, static_cast<std::uint64_t>(-2)); },
       [](Desk& d) { d.record.put(2, std::uint64_t{3}); }},
      {"probe.ratio:>=-1.5;", [](Desk& d) { d.record.put(3, std::bit_cast<std::uint64_t>(-1.5)); },
       [](Desk& d) { d.record.put(3, std::bit_cast<std::uint64_t>(-1.6)); }},
      {"probe.ratio:1e-3-2e3;", [](Desk& d) { d.record.put(3, std::bit_cast<std::uint64_t>(7.0)); },
       [](Desk& d) { d.record.put(3, std::bit_cast<std::uint64_t>(0.0)); }},
      {"probe.flag:true;", [](Desk& d) { d.record.put(4, std::uint64_t{1}); },
       [](Desk& d) { d.record.put(4, std::uint64_t{0}); }},
      {"probe.when:<2026-01-01T00:00:00Z;", [](Desk& d) { d.record.put(5, std::uint64_t{1}); },
       [](Desk& d) {
         d.record.put(5, static_cast<std::uint64_t>(*parse_timestamp("2026-01-02")));
       }},
      {"probe.host:[$HOME_NET,!10.0.0.9];",
       [](Desk& d) { d.record.put(6, d.put_text(text_of(IpAddress::v4(0x0a000001).octets))); },
       [](Desk& d) { d.record.put(6, d.put_text(text_of(IpAddress::v4(0x0a000009).octets))); }},
      {"probe.card:02:00:00:00:00:01;",
       [](Desk& d) {
         d.record.put(7, (Mac{{2, 0, 0, 0, 0, 1}}.number()));
       },
       [](Desk& d) {
         d.record.put(7, (Mac{{2, 0, 0, 0, 0, 2}}.number()));
       }},
      {"probe.name:\"a|00|\", \"b\";", [](Desk& d) { d.record.put(8, d.put_text("a\0"s)); },
       [](Desk& d) { d.record.put(8, d.put_text("ab")); }},
      {"probe.name; content:\"x\"; content:\"y\"; distance:0;",
       [](Desk& d) { d.record.put(8, d.put_text("axby")); },
       [](Desk& d) { d.record.put(8, d.put_text("ayx")); }},
      {"probe.name; pcre:\"/^x+$/\"; probe.code:1-2;",
       [](Desk& d) { d.record.put(8, d.put_text("xx")), d.record.put(0, std::uint64_t{2}); },
       [](Desk& d) { d.record.put(8, d.put_text("xx")), d.record.put(0, std::uint64_t{3}); }},
      {"content:\"whole\"; probe.flag:yes;", [](Desk& d) { d.record.put(4, std::uint64_t{1}); },
       [](Desk&) {}},
      {"content:!\"whole\"; probe.flag:yes;",
       [](Desk& d) { d.text = "the message", d.fresh(), d.record.put(4, std::uint64_t{1}); },
       [](Desk& d) { d.text = "the whole message", d.fresh(), d.record.put(4, std::uint64_t{1}); }},
  };
  for (const auto& each : cases) {
    Desk desk(rule(1, each.condition));
    each.holds(desk);
    EXPECT_EQ(desk.inspect(), "1") << each.condition;
    desk.fresh();
    each.fails(desk);
    EXPECT_EQ(desk.inspect(), "") << each.condition;
  }
}

void add_point(Desk& desk, std::uint32_t point, double reading, std::string_view tag = "") {
  Record& item = desk.items->start(point_schema);
  item.put(0, std::uint64_t{point});
  item.put(1, std::bit_cast<std::uint64_t>(reading));
  if (!tag.empty()) item.put(2, desk.put_text(tag));
  desk.items->emit();
}
void add_note(Desk& desk, std::uint16_t note) {
  desk.items->start(note_schema).put(0, std::uint64_t{note});
  desk.items->emit();
}

TEST(Items, ConditionsHoldOnOneItem) {
  Desk desk(rule(1, "probe.point:5; probe.reading:>10;"));
  add_point(desk, 5, 3);
  add_point(desk, 6, 20);
  EXPECT_EQ(desk.inspect(), "");
  add_point(desk, 5, 20);
  add_point(desk, 5, 30);
  EXPECT_EQ(desk.inspect(), "1") << "once a message";
  EXPECT_EQ(desk.hits[0].item, 2u);
}

TEST(Items, BuffersBelongToTheSameItem) {
  Desk desk(rule(1, "probe.point:5; probe.tag; content:\"hot\";"));
  add_point(desk, 5, 0, "cold");
  add_point(desk, 6, 0, "hot");
  EXPECT_EQ(desk.inspect(), "");
  add_point(desk, 5, 0, "a hot one");
  EXPECT_EQ(desk.inspect(), "1");
}

TEST(Items, OfDifferentKindsAndTheMessageTogether) {
  Desk desk(rule(1, "probe.code:beta; probe.point:5; probe.note:7;"));
  desk.record.put(0, std::uint64_t{2});
  add_point(desk, 5, 0);
  EXPECT_EQ(desk.inspect(), "");
  add_note(desk, 7);
  EXPECT_EQ(desk.inspect(), "1");
  desk.fresh();
  add_point(desk, 5, 0);
  add_note(desk, 7);
  EXPECT_EQ(desk.inspect(), "") << "the message's own condition";
}

TEST(Operations, AllConditionsHoldOnOneOperation) {
  Desk desk(rule(1, "ot.verb:write; ot.address:10-12; ot.value:>5; ot.space:pump; ot.unit:3;"));
  desk.operate(Verb::write, 1, 8, 3).value = Value::of(9);
  desk.operations[0].unit = 3;
  EXPECT_EQ(desk.inspect(), "1") << "8, 9, 10 touch 10";
  desk.operations[0].object.count = 2;
  EXPECT_EQ(desk.inspect(), "");
  desk.operate(Verb::read, 1, 10, 1).value = Value::of(9);
  desk.operations[1].unit = 3;
  EXPECT_EQ(desk.inspect(), "") << "spread over two operations";
  desk.operations[1].verb = Verb::write;
  EXPECT_EQ(desk.inspect(), "1");
  EXPECT_EQ(desk.hits[0].operation, 1u);
  desk.operations[1].object.space = 0;
  EXPECT_EQ(desk.inspect(), "");
}

TEST(Operations, ValuesOfEveryKind) {
  const std::uint8_t words[] = {0, 1, 2, 0}, bits[] = {0x04};
  const struct {
    const char* condition;
    Value value;
    std::uint32_t count;
    bool holds;
  } cases[] = {
      {"ot.value:7;", Value::of(7), 1, true},
      {"ot.value:7;", Value::of(8), 1, false},
      {"ot.value:<0;", Value::of_integer(-1), 1, true},
      {"ot.value:<0;", Value::of_real(-0.5), 1, true},
      {"ot.value:<0;", Value::of_real(-0.0), 1, false},
      {"ot.value:512;", Value::of_run(Value::Kind::words, words), 2, true},
      {"ot.value:512;", Value::of_run(Value::Kind::words, words), 1, false},
      {"ot.value:on;", Value::of_run(Value::Kind::bits, bits), 3, true},
      {"ot.value:on;", Value::of_run(Value::Kind::bits, bits), 2, false},
      {"ot.value:!on;", Value::of_boolean(false), 1, true},
      {"ot.value:\"ab*\";", Value::of_run(Value::Kind::text, bytes_of("abc")), 1, true},
      {"ot.value:!\"ab*\";", Value::of_run(Value::Kind::text, bytes_of("abc")), 1, false},
      {"ot.value:\"ab*\";", Value::of(1), 1, false},
      {"ot.value:0-9;", Value{}, 1, false},
      {"ot.value:0-9;", Value::of(3), 0, true},
  };
  for (const auto& each : cases) {
    Desk desk(rule(1, each.condition));
    desk.operate(Verb::write, 0, 0, each.count).value = each.value;
    EXPECT_EQ(desk.inspect(), each.holds ? "1" : "") << each.condition;
  }
}

TEST(Operations, ANameBringsUpTheRulesThatFitIt) {
  std::string text;
  for (int i = 0; i < 300; ++i) {
    const std::string number = std::to_string(i);
    text += rule(3 * i + 1, "ot.verb:write; ot.object:\"pump." + number + "\";");
    text += rule(3 * i + 2, "ot.object:\"*mp." + number + "*\", \"none\";");
    text += rule(3 * i + 3, "ot.verb:!read; ot.object:\"p?mp." + number + "\";");
  }
  Desk desk(text);
  desk.operate(Verb::write, 1, 17);
  EXPECT_EQ(desk.inspect(), "5 52 53 54");  // *mp.1* and three of 17
  EXPECT_LE(desk.engine.counters().value(Count::message_candidates), 8u);
}

TEST(Operations, NotationIsRenderedForVerbsWithRulesOnIt) {
  Desk desk(rule(1, "ot.verb:write; ot.object:\"pump.1?\", \"tank.*\"; ot.value:>5;"));
  notations = 0;
  desk.operate(Verb::read, 1, 11).value = Value::of(9);
  EXPECT_EQ(desk.inspect(), "");
  EXPECT_EQ(notations, 0);
  desk.operate(Verb::write, 1, 11).value = Value::of(2);
  EXPECT_EQ(desk.inspect(), "");
  EXPECT_EQ(notations, 1);  // to look for its rules; the value did not fit
  desk.operate(Verb::write, 1, 11).value = Value::of(9);
  EXPECT_EQ(desk.inspect(), "1");
  desk.operations.back().object.address = 111;
  EXPECT_EQ(desk.inspect(), "");
}

TEST(Operations, WhenAskedAndWhenAnswered) {
  const std::string rules = rule(1, "ot.verb:write;") + rule(2, "ot.verb:write; ot.result:ok;") +
                            rule(3, "ot.verb:write; ot.result:refused;") +
                            rule(4, "ot.result:no_answer;") + rule(5, "ot.value:>5;") +
                            rule(6, "ot.result:pending;") + rule(7, "probe.code:alpha;") +
                            rule(8, "ot.verb:write; probe.code:alpha;");
  Desk desk(rules);
  desk.message.role = Role::request;
  desk.record.put(0, std::uint64_t{1});
  desk.operate(Verb::write).value = Value::of(9);
  EXPECT_EQ(desk.inspect(), "1 5 6 7 8");
  desk.operations[0].outcome = Outcome::ok;
  EXPECT_EQ(desk.answer(), "2 7") << "what was asked is not said twice; a field is a field";
  desk.operations[0].outcome = Outcome::refused;
  desk.message.request = nullptr;
  EXPECT_EQ(desk.inspect(), "1 3 5 7 8") << "of an answer alone everything is looked at";
}

TEST(Operations, AnswersThatBringTheValue) {
  Desk desk(rule(1, "ot.verb:read; ot.value:>5;") + rule(2, "ot.verb:read;"));
  desk.operate(Verb::read).value = Value::of(9);
  desk.operations[0].value.answered = true;
  desk.operations[0].outcome = Outcome::ok;
  EXPECT_EQ(desk.answer(), "1");
  desk.operations[0].value.answered = false;
  EXPECT_EQ(desk.answer(), "");
}

TEST(Operations, ResultWithFieldsOfTheRequest) {
  Desk desk(rule(1, "ot.result:refused; probe.size:100; probe.code:alpha;"));
  Record request;
  request.reset(message_schema, {}, {});
  request.put(1, std::uint64_t{100});
  desk.asked = request.view();
  desk.record.put(0, std::uint64_t{1});  // the code stands in the answer, the size in the request
  desk.operate(Verb::write).outcome = Outcome::refused;
  EXPECT_EQ(desk.answer(), "1");
  desk.record.put(1, std::uint64_t{99});
  EXPECT_EQ(desk.answer(), "") << "the answer's own word counts";
}

TEST(Operations, OfRequestsWithoutAnswer) {
  Desk desk(rule(1, "ot.verb:write;") + rule(2, "ot.result:no_answer;") +
            rule(3, "probe.code:alpha;"));
  desk.record.put(0, std::uint64_t{1});
  desk.message.record = desk.record.view();
  desk.operate(Verb::write).outcome = Outcome::no_answer;
  EXPECT_EQ(desk.unanswered(), "2");
  EXPECT_EQ(desk.hits[0].packet_number, 0u);
}

TEST(Messages, RulesOfAnyProtocol) {
  Desk desk(rule(1, "ot.verb:stop;", "ip") + rule(2, "ot.verb:stop;", "udp") +
            rule(3, "ot.verb:stop;", "tcp") +
            "alert udp 10.0.0.2 any -> any any (msg:\"m\"; ot.verb:stop; sid:4;)\n" +
            rule(5, "app-layer-protocol:!probe; ot.verb:stop;", "ip") +
            rule(6, "ot.verb:stop;", "ot"));
  desk.operate(Verb::stop);
  EXPECT_EQ(desk.inspect(), "1 2 6");
  desk.message.context.direction = Direction::to_client;
  EXPECT_EQ(desk.inspect(), "1 2 4 6");
}

TEST(Messages, DirectionChoosesTheGroup) {
  Desk desk(rule(1, "flow:to_server; probe.code:1;") + rule(2, "flow:to_client; probe.code:1;") +
            rule(3, "probe.code:1;"));
  desk.record.put(0, std::uint64_t{1});
  EXPECT_EQ(desk.inspect(), "1 3");
  desk.message.context.direction = Direction::to_client;
  EXPECT_EQ(desk.inspect(), "2 3");
}

// Many rules at once: what comes up through the indexes is exactly what holds when each is alone.
TEST(Messages, IndexesAgreeWithEachRuleAlone) {
  std::mt19937 random(99);
  const auto pick = [&](int most) {
    return static_cast<int>(random() % static_cast<unsigned>(most));
  };
  std::vector<std::string> options;
  for (int i = 0; i < 120; ++i) {
    std::string text;
    if (pick(3) == 0)
      text += "probe.code:" + std::string(pick(2) ? "!" : "") + std::to_string(pick(4)) + "; ";
    if (pick(3) == 0)
      text += "probe.size:" + std::to_string(pick(50)) + "-" + std::to_string(50 + pick(50)) + "; ";
    if (pick(4) == 0) text += "probe.point:" + std::to_string(pick(5)) + "; ";
    if (pick(4) == 0)
      text += "probe.name; content:\"" + std::string(1, static_cast<char>('a' + pick(3))) +
              "\"; pkt_data; ";
    if (pick(6) == 0) text += "content:\"whole\"; ";
    if (pick(3) == 0)
      text +=
          std::string("ot.verb:") + (pick(2) ? "!" : "") + (pick(2) ? "write,stop" : "read") + "; ";
    if (pick(6) == 0) text += "ot.value:>4; ";
    if (text.empty()) text = "probe.flag:true; ";
    options.push_back(text);
  }
  std::string all;
  for (std::size_t i = 0; i < options.size(); ++i) all += rule(static_cast<int>(i + 1), options[i]);
  Desk together(all);
  std::vector<std::unique_ptr<Desk>> alone;
  for (std::size_t i = 0; i < options.size(); ++i)
    alone.push_back(std::make_unique<Desk>(rule(static_cast<int>(i + 1), options[i])));
  std::size_t fired = 0;
  for (int round = 0; round < 60; ++round) {
    const auto seed = static_cast<unsigned>(random());
    const auto fill = [&](Desk& desk) {
      std::mt19937 own(seed);
      const auto one = [&](int most) {
        return static_cast<int>(own() % static_cast<unsigned>(most));
      };
      desk.text = one(2) ? "the whole" : "nothing";
      desk.fresh();
      if (one(3)) desk.record.put(0, static_cast<std::uint64_t>(one(4)));
      if (one(3)) desk.record.put(1, static_cast<std::uint64_t>(one(100)));
      if (one(3) == 0) desk.record.put(4, static_cast<std::uint64_t>(one(2)));
      if (one(2)) desk.record.put(8, desk.put_text(one(2) ? "abc" : "b"));
      for (int i = one(4); i > 0; --i) add_point(desk, static_cast<std::uint32_t>(one(5)), 1.0);
      constexpr Verb verbs[] = {Verb::read, Verb::write, Verb::stop, Verb::report};
      for (int i = one(3); i > 0; --i)
        desk.operate(verbs[one(4)]).value = Value::of(static_cast<std::uint64_t>(one(8)));
      desk.message.context.direction = one(2) ? Direction::to_server : Direction::to_client;
    };
    fill(together);
    std::set<std::string> wanted, found;
    together.inspect();
    for (const Hit& hit : together.hits) found.insert(std::to_string(hit.rule->sid));
    for (auto& desk : alone) {
      fill(*desk);
      if (const std::string sid = desk->inspect(); !sid.empty()) wanted.insert(sid);
    }
    ASSERT_EQ(found, wanted) << round;
    fired += found.size();
  }
  EXPECT_GT(fired, 500u);
}

}  // namespace
}  // namespace langyan::detect
