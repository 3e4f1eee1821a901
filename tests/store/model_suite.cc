// The engine against a model: random events, random questions, answered by a loop over a vector.
#include <algorithm>
#include <random>

#include "tests/store/event_store_suite.h"

namespace langyan::store {
namespace {

struct Kept {
  Made made;
  std::string organisation;
  AlertState state = AlertState::fresh;
  std::string id;
};

class Chance {
 public:
  explicit Chance(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return engine_() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  template <class T>
  const T& of(const std::vector<T>& list) {
    return list[below(list.size())];
  }
  template <class T>
  std::vector<T> some(const std::vector<T>& list) {
    std::vector<T> chosen;
    for (std::size_t i = 0, n = 1 + below(2); i < n; ++i) chosen.push_back(of(list));
    return chosen;
  }

 private:
  std::mt19937 engine_;
};

const std::vector<std::string> addresses = {
    "10.0.0.1", "10.0.0.2", "10.0.1.3", "192.168.7.9", "2001:db8::1", "2001:db8::2:5", "fe80::1"};
const std::vector<std::string> networks = {"10.0.0.0/24", "10.0.0.0/8",  "2001:db8::/32",
                                           "::/0",        "0.0.0.0/0",   "192.168.7.9",
                                           "10.0.0.1",    "2001:db8::1", "172.16.0.0/12"};
const std::vector<std::string> organisations = {"cn", "cn/a", "cn/a/works", "cn/ab", "us/x"};
const std::vector<std::string> verbs = {"write", "read", "stop", "download"};
const std::vector<std::string> types = {"alert", "modbus", "s7comm", "flow", "stats", "health"};
const std::vector<int> ports = {502, 102, 40'000, 65'535};

Made random_event(Chance& chance, std::uint64_t seq) {
  Made made;
  made.seq = seq;
  made.time = noon - 30 * hour + static_cast<Time>(chance.below(60)) * hour +
              static_cast<Time>(chance.below(4)) * 15 * minute +
              static_cast<Time>(chance.below(3)) * millisecond;
  made.type = chance.one_in(2) ? "alert" : chance.of(types);
  made.sensor = "plant-" + std::to_string(chance.below(3));
  if (!chance.one_in(8)) made.src = chance.of(addresses);
  if (!chance.one_in(8)) made.dst = chance.of(addresses);
  if (!chance.one_in(4)) made.src_port = chance.of(ports), made.dst_port = chance.of(ports);
  if (!chance.one_in(4)) made.proto = chance.one_in(2) ? "TCP" : "UDP";
  if (!chance.one_in(3)) made.app_proto = chance.one_in(2) ? "modbus" : "s7comm";
  if (made.type == "alert") {
    made.severity = static_cast<int>(1 + chance.below(4));
    if (!chance.one_in(9)) made.sid = static_cast<std::int64_t>(chance.below(6));
    if (!chance.one_in(9))
      made.signature =
          "Signature " + std::to_string(chance.below(5)) + (chance.one_in(2) ? " Write" : " stop");
  }
  if (made.type == "modbus" || made.type == "s7comm" ||
      (made.type == "alert" && chance.one_in(2))) {
    made.verb = chance.of(verbs), made.object = std::to_string(40'000 + chance.below(3));
    made.result = chance.one_in(3) ? "refused(2)" : "ok";
    if (chance.one_in(2)) made.value = static_cast<double>(chance.below(10)) - 4.5;
  }
  if (chance.one_in(5)) made.flow_id = chance.one_in(2) ? ~std::uint64_t{0} : 77;
  if (chance.one_in(5)) made.community = "1:abc";
  return made;
}

EventClass class_of(const Made& made) {
  return made.type == "alert"   ? EventClass::alert
         : made.type == "flow"  ? EventClass::flow
         : made.type == "stats" ? EventClass::stats
         : !made.verb.empty()   ? EventClass::operation
                                : EventClass::other;
}

template <class T, class U>
bool in(const std::vector<T>& list, const U& value) {
  return list.empty() || std::ranges::find(list, value) != list.end();
}
bool in_networks(const std::vector<IpNetwork>& list, const std::string& text) {
  const auto ip = parse_ip(text);
  return ip &&
         std::ranges::any_of(list, [&](const IpNetwork& network) { return network.contains(*ip); });
}
std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

bool matches(const Kept& kept, const Filter& filter, const Scope& scope) {
  const Made& made = kept.made;
  const bool is_alert = made.type == "alert";
  const auto either = [&](const auto& list, int a, int b) {
    return list.empty() ||
           std::ranges::any_of(list, [&](int port) { return port == a || port == b; });
  };
  if (!scope.covers(kept.organisation)) return false;
  if (!filter.organisation.empty() && !Scope::of(filter.organisation)->covers(kept.organisation))
    return false;
  if (filter.from && made.time < *filter.from) return false;
  if (filter.to && made.time >= *filter.to) return false;
  if (!in(filter.classes, class_of(made)) || !in(filter.types, made.type) ||
      !in(filter.sensors, made.sensor))
    return false;
  if (!in(filter.protos, made.proto) || !in(filter.app_protos, made.app_proto)) return false;
  if (!filter.severities.empty() && (!is_alert || !in(filter.severities, made.severity)))
    return false;
  if (!filter.sids.empty() &&
      (!is_alert || made.sid < 0 || !in(filter.sids, static_cast<std::uint64_t>(made.sid))))
    return false;
  if (!filter.states.empty() && (!is_alert || !in(filter.states, kept.state))) return false;
  if (!filter.src_ips.empty() && !in_networks(filter.src_ips, made.src)) return false;
  if (!filter.dst_ips.empty() && !in_networks(filter.dst_ips, made.dst)) return false;
  if (!filter.ips.empty() && !in_networks(filter.ips, made.src) &&
      !in_networks(filter.ips, made.dst))
    return false;
  if (!in(filter.src_ports, made.src_port) || !in(filter.dst_ports, made.dst_port)) return false;
  if (!either(filter.ports, made.src_port, made.dst_port)) return false;
  if (!in(filter.verbs, made.verb) || !in(filter.objects, made.object) ||
      !in(filter.results, made.result))
    return false;
  if ((filter.value_least || filter.value_most) && !made.value) return false;
  if (filter.value_least && *made.value < *filter.value_least) return false;
  if (filter.value_most && *made.value > *filter.value_most) return false;
  if (filter.flow_id && made.flow_id != filter.flow_id) return false;
  if (!filter.community_id.empty() && made.community != filter.community_id) return false;
  return filter.text.empty() ||
         (is_alert && lower(made.signature).find(lower(filter.text)) != std::string::npos);
}

std::string value_of(const Kept& kept, Dimension dimension) {
  const Made& made = kept.made;
  switch (dimension) {
    case Dimension::sid:
      return made.type == "alert" && made.sid >= 0 ? std::to_string(made.sid) : "";
    case Dimension::src: return made.src;
    case Dimension::dst: return made.dst;
    case Dimension::severity: return made.type == "alert" ? std::to_string(made.severity) : "";
    case Dimension::event_type: return made.type;
    case Dimension::ot_verb: return made.verb;
    case Dimension::sensor: return made.sensor;
    case Dimension::organisation: return kept.organisation;
    case Dimension::proto: return made.proto;
    case Dimension::app_proto: return made.app_proto;
  }
  return "";
}

Filter random_filter(Chance& chance) {
  Filter filter;
  const auto nets = [&] {
    std::vector<IpNetwork> list;
    for (const auto& text : chance.some(networks)) list.push_back(*parse_network(text));
    return list;
  };
  for (std::size_t i = 0, n = chance.below(4); i < n; ++i) {
    switch (chance.below(21)) {
      case 0:
        filter.classes =
            chance.some<EventClass>({EventClass::alert, EventClass::operation, EventClass::flow,
                                     EventClass::stats, EventClass::other});
        break;
      case 1: filter.types = chance.some(types); break;
      case 2:
        filter.sensors = chance.some<std::string>({"plant-0", "plant-1", "plant-2", "nowhere"});
        break;
      case 3: filter.protos = {"TCP"}; break;
      case 4: filter.app_protos = {"modbus"}; break;
      case 5: filter.severities = chance.some<std::uint8_t>({1, 2, 3, 4}); break;
      case 6: filter.sids = chance.some<std::uint64_t>({0, 1, 2, 3, 99}); break;
      case 7:
        filter.states = chance.some<AlertState>(
            {AlertState::fresh, AlertState::acknowledged, AlertState::closed});
        break;
      case 8: filter.ips = nets(); break;
      case 9: filter.src_ips = nets(); break;
      case 10: filter.dst_ips = nets(); break;
      case 11: filter.ports = {502, 102}; break;
      case 12: filter.src_ports = {40'000}; break;
      case 13: filter.dst_ports = {502}; break;
      case 14: filter.verbs = chance.some(verbs); break;
      case 15: filter.objects = {"40001"}; break;
      case 16: filter.results = {"refused(2)"}; break;
      case 17: filter.value_least = -1.5, filter.value_most = 3; break;
      case 18:
        chance.one_in(2) ? void(filter.flow_id = ~std::uint64_t{0})
                         : void(filter.community_id = "1:abc");
        break;
      case 19: filter.text = chance.of<std::string>({"write", "SIGNATURE 3", "nothing"}); break;
      case 20: filter.organisation = chance.of(organisations); break;
    }
  }
  if (chance.one_in(2))
    filter.from = noon - static_cast<Time>(chance.below(40)) * hour +
                  static_cast<Time>(chance.below(2)) * minute;
  if (chance.one_in(2))
    filter.to = noon + static_cast<Time>(chance.below(40)) * hour -
                static_cast<Time>(chance.below(2)) * minute;
  return filter;
}

std::string describe(const Filter& filter, const Scope& scope) {
  std::string text =
      "scope " + scope.root() + " org " + filter.organisation + " text " + filter.text;
  const auto list = [&](std::string_view name, const auto& values, auto to_text) {
    if (!values.empty()) text.append(" ").append(name);
    for (const auto& value : values) text += " " + to_text(value);
  };
  const auto same = [](const std::string& value) { return value; };
  const auto number = [](auto value) { return std::to_string(static_cast<std::uint64_t>(value)); };
  const auto net = [](const IpNetwork& value) {
    return to_string(value.address) + "/" + std::to_string(value.prefix);
  };
  list("classes", filter.classes, number), list("types", filter.types, same),
      list("sensors", filter.sensors, same);
  list("protos", filter.protos, same), list("apps", filter.app_protos, same),
      list("severities", filter.severities, number);
  list("sids", filter.sids, number), list("states", filter.states, number),
      list("ips", filter.ips, net);
  list("src", filter.src_ips, net), list("dst", filter.dst_ips, net),
      list("ports", filter.ports, number);
  list("verbs", filter.verbs, same), list("objects", filter.objects, same),
      list("results", filter.results, same);
  if (filter.from) text += " from " + timestamp(*filter.from);
  if (filter.to) text += " to " + timestamp(*filter.to);
  return text;
}

class Model : public EventStoreSuite {
 protected:
  // Three days of receipt, batches of several organisations in turn.
  void fill(Chance& chance, std::size_t events) {
    std::map<std::string, std::uint64_t> positions;
    for (std::size_t made = 0; made < events;) {
      const std::string& organisation = chance.of(organisations);
      source = "center of " + organisation;
      std::vector<std::string> batch;
      for (std::size_t i = 0, n = 1 + chance.below(60); i < n && made < events; ++i, ++made) {
        kept.push_back({random_event(chance, made + 1), organisation, AlertState::fresh, {}});
        batch.push_back(line_of(kept.back().made));
      }
      const Time received =
          noon - day + static_cast<Time>(made * 2 * static_cast<std::size_t>(day) / events);
      append(batch, positions[source] + 1, received, organisation);
      positions[source] += batch.size();
    }
    std::string cursor;
    for (std::size_t i = 0; i < kept.size();) {
      const auto feed = store().since(Scope::all(), {}, cursor, 500);
      ASSERT_TRUE(feed.ok()) << feed.error().message;
      ASSERT_FALSE(feed->events.empty());
      for (const Event& event : feed->events) {
        ASSERT_EQ(event.json, line_of(kept[i].made));
        kept[i++].id = event.id;
      }
      cursor = feed->cursor;
    }
  }

  void mark(Chance& chance, std::size_t times) {
    constexpr std::size_t together = 30;
    source = "center", epoch = 0xcc;
    std::vector<std::string> batch;
    for (std::size_t i = 1; i <= times; ++i) {
      Kept& alert = kept[chance.below(kept.size())];
      const auto state = static_cast<AlertState>(chance.below(alert_states));
      if (alert.made.type == "alert") alert.state = state;
      Made change;
      change.type = "alert_state", change.seq = i, change.sensor = "center",
      change.time = noon + 1'000 * hour;
      batch.push_back(line_of(change));
      batch.back().insert(batch.back().size() - 1, R"(,"alert_state":{"alert":")" + alert.id +
                                                       R"(","state":")" +
                                                       std::string(name_of(state)) + "\"}");
      if (i % together != 0) continue;
      append(batch, i + 1 - together, noon + day, "elsewhere", Lane::state);
      batch.clear();
    }
  }

  // In the order of pages: newest event first, then last received.
  std::vector<std::uint64_t> expected(const Filter& filter, const Scope& scope) const {
    std::vector<const Kept*> rows;
    for (const Kept& each : kept)
      if (matches(each, filter, scope)) rows.push_back(&each);
    std::ranges::stable_sort(rows, [](const Kept* a, const Kept* b) {
      return a->made.time != b->made.time ? a->made.time > b->made.time : a->made.seq > b->made.seq;
    });
    std::vector<std::uint64_t> seqs;
    for (const Kept* each : rows) seqs.push_back(each->made.seq);
    return seqs;
  }

  std::vector<Kept> kept;
};

const std::vector<Scope> scopes = {Scope::all(), Scope::all(), Scope::of("cn").take(),
                                   Scope::of("cn/a").take(), Scope::of("us").take()};

TEST_P(Model, PagesAndFeedsListExactlyWhatMatches) {
  Chance chance(7);
  fill(chance, 2'500);
  mark(chance, 300);
  std::size_t found = 0;
  for (int question = 0; question < engine.questions; ++question) {
    SCOPED_TRACE(question);
    Filter filter = random_filter(chance);
    const Scope scope = chance.of(scopes);
    if (filter.types.empty() && scope.is_all() && !filter.to)
      filter.to = noon + 500 * hour;  // not the marks
    SCOPED_TRACE(describe(filter, scope));
    const auto wanted = expected(filter, scope);
    ASSERT_EQ(seqs_of(all(filter, 1 + chance.below(300), scope)), wanted);
    found += wanted.size();

    auto in_order = wanted;
    std::ranges::sort(in_order);
    std::vector<std::uint64_t> fed;
    Feed feed;
    feed.more = true;
    const std::size_t limit = 1 + chance.below(400);
    while (feed.more) {
      feed = store().since(scope, filter, feed.cursor, limit).take();
      for (const auto seq : seqs_of(feed.events)) fed.push_back(seq);
    }
    ASSERT_EQ(fed, in_order);
  }
  EXPECT_GT(found, static_cast<std::size_t>(50 * engine.questions)) << "the questions must find something";
}

TEST_P(Model, CountsAndTopsAreThoseOfTheRows) {
  Chance chance(11);
  fill(chance, 2'500);
  mark(chance, 300);
  std::uint64_t found = 0;
  for (int question = 0; question < engine.questions; ++question) {
    SCOPED_TRACE(question);
    Filter filter = random_filter(chance);
    filter.from.reset(), filter.to.reset();
    const Scope scope = chance.of(scopes);
    const auto dimension = static_cast<Dimension>(chance.below(10));
    const Time from = noon - static_cast<Time>(chance.below(40 * 60)) * minute;
    const Time to = from + static_cast<Time>(1 + chance.below(50 * 60)) * minute;

    SCOPED_TRACE(describe(filter, scope) + " by " + std::string(name_of(dimension)));
    TopQuery top{filter, dimension, 1 + chance.below(8), from, to, chance.one_in(2)};
    const auto tops = store().top(scope, top);
    ASSERT_TRUE(tops.ok()) << tops.error().message;
    const bool widened = !top.exact && to - from >= day;
    ASSERT_EQ(tops->from, widened ? from / hour * hour : from);
    ASSERT_EQ(tops->to, widened ? (to + hour - 1) / hour * hour : to);
    std::map<std::string, std::uint64_t> totals;
    Filter bounded = filter;
    bounded.from = tops->from, bounded.to = tops->to;
    for (const Kept& each : kept)
      if (matches(each, bounded, scope)) totals[value_of(each, dimension)] += 1;
    totals.erase("");
    std::uint64_t total = 0;
    std::vector<std::pair<std::uint64_t, std::string>> order;
    for (const auto& [value, count] : totals) total += count, order.push_back({~count, value});
    std::ranges::sort(order);
    order.resize(std::min(order.size(), top.rows));
    ASSERT_EQ(tops->total, total);
    ASSERT_EQ(tops->rows.size(), order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
      ASSERT_EQ(tops->rows[i].value, order[i].second);
      ASSERT_EQ(tops->rows[i].count, ~order[i].first);
    }
    found += total;

    CountQuery query{
        filter, from, to, chance.of<Duration>({hour, 6 * hour, day, 15 * minute, 7 * minute}), {}};
    if (chance.one_in(2)) query.by = dimension;
    const auto counts = store().counts(scope, query);
    ASSERT_TRUE(counts.ok()) << counts.error().message;
    ASSERT_EQ(counts->from, from / query.bucket * query.bucket);
    const Time end = (to + query.bucket - 1) / query.bucket * query.bucket;
    std::map<std::string, std::vector<std::uint64_t>> series;
    bounded.from = counts->from, bounded.to = end;
    const auto buckets = static_cast<std::size_t>((end - counts->from) / query.bucket);
    if (!query.by) series[""].resize(buckets);
    for (const Kept& each : kept) {
      const std::string value = query.by ? value_of(each, dimension) : "";
      if (!matches(each, bounded, scope) || (query.by && value.empty())) continue;
      series[value].resize(buckets);
      series[value][static_cast<std::size_t>((each.made.time - counts->from) / query.bucket)] += 1;
    }
    ASSERT_EQ(counts->series.size(), series.size());
    for (const Series& each : counts->series)
      ASSERT_EQ(each.counts, series[each.value]) << each.value;
  }
  EXPECT_GT(found, static_cast<std::size_t>(50 * engine.questions)) << "the questions must find something";
}

}  // namespace

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(Model);

Result<std::unique_ptr<EventStore>> open_sqlite_engine(const EngineSetup& setup);
INSTANTIATE_TEST_SUITE_P(sqlite, Model, testing::Values(Engine{"sqlite", open_sqlite_engine}));
INSTANTIATE_TEST_SUITE_P(clickhouse, Model, testing::ValuesIn(clickhouse_engines()));

}  // namespace langyan::store
