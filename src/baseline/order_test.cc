#include "baseline/order.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/memory_disk.h"
#include "baseline/book.h"
#include "baseline/ledger.h"
#include "baseline/state_file.h"
#include "dissect/registry.h"

namespace langyan::baseline {
namespace {

using testing::HasSubstr;

Station host(std::uint32_t number) {
  return Station::of(IpAddress::v4(0x0a000000 + number));
}

// Habits of a small plant as a fuzzer would have it: few hosts, so that pairs, units and deeds are shared.
Learned some(std::uint32_t seed, std::size_t count) {
  std::mt19937 chance(seed);
  const auto any = [&](std::uint32_t below) { return static_cast<std::uint32_t>(chance() % below); };
  constexpr Verb verbs[] = {Verb::read, Verb::write, Verb::stop, Verb::report};
  constexpr std::uint16_t flags[] = {0,
                                     Relation::pending,
                                     Relation::said_hour,
                                     Relation::regular | Relation::said_stopped,
                                     Relation::said_period,
                                     Relation::pending | Relation::valued,
                                     Relation::valued | Relation::said_value};
  Learned learned;
  std::set<std::string> places;
  while (learned.habits.size() < count) {
    Habit habit;
    habit.client = host(any(6)), habit.server = host(10 + any(6));
    habit.protocol = dissect::find_protocol(any(3) ? "modbus" : "s7comm");
    habit.port = 502, habit.unit = any(3), habit.verb = verbs[any(4)], habit.function = any(2);
    habit.first = any(40), habit.elements = 1 + any(2), habit.flags = flags[any(std::size(flags))];
    habit.count = 1 + any(90), habit.since = (10 + any(500)) * Detail::since_unit,
    habit.last = habit.since + any(99) * second;
    habit.hours = 1u << any(24) | 1u << (24 + any(7)), habit.period = any(2) * second, habit.steady = 3;
    const auto place = std::to_string(any(1)) + to_string(habit.client) + to_string(habit.server) +
                       std::string(habit.protocol->name) + std::to_string(habit.unit) + "/" +
                       std::to_string(static_cast<int>(habit.verb)) + std::to_string(habit.function) + "/" +
                       std::to_string(habit.first) + "+" + std::to_string(habit.elements);
    if (places.insert(place).second) learned.habits.push_back(habit);
  }
  for (const Habit& habit : learned.habits)
    if (any(3) == 0 && places.insert(to_string(habit.client) + to_string(habit.server)).second)
      learned.volumes.push_back({habit.client, habit.server, 1000.0 * (1 + any(9)), 1000.0 * any(20), 5 + any(9),
                                 static_cast<std::uint8_t>(any(2) ? Volume::said : 0)});
  return learned;
}

Approval scope_of(std::mt19937& chance) {
  Approval scope;
  if (chance() % 2) scope.client = host(chance() % 6);
  if (chance() % 3 == 0) scope.server = host(10 + chance() % 6);
  if (chance() % 4 == 0) scope.verb = "write";
  if (chance() % 4 == 0) scope.protocol = "modbus";
  if (chance() % 5 == 0) scope.unit = chance() % 3;
  if (lies_within(Approval{}, scope)) scope.verb = "stop";
  return scope;
}

std::multiset<std::string> lines_of(const Book& book) {
  std::multiset<std::string> lines;
  for (Index i = 0; i < book.capacity(); ++i) {
    if (!book.used(i)) continue;
    std::string line;
    LineWriter(line).habit(book.habit(i));
    lines.insert(line);
  }
  for (Index i = 0; i < book.conversations(); ++i) {
    const auto volume = book.volume_habit(i);
    if (!volume) continue;
    std::string line;
    LineWriter(line).volume(*volume);
    lines.insert(line);
  }
  return lines;
}

// Everything a conversation and its deeds say, found through the indexes by what they are of.
std::string summary_of(const Book& book, const Habit& habit) {
  const Index at =
      book.find_conversation({habit.client, habit.server, habit.protocol, habit.transport, habit.port, habit.unit});
  if (at == none) return "unknown";
  const Conversation& each = book.conversation(at);
  std::string text = std::to_string(each.flags & ~Conversation::met) + " " + std::to_string(each.verbs) + " " +
                     std::to_string(each.verbs_said) + " " + std::to_string(each.since) + " " +
                     std::to_string(each.changes) + " " + std::to_string(each.change_hours);
  const Index deed_at = book.find_deed(at, habit.verb, habit.function, habit.object());
  if (deed_at == none) return text + ", no deed";
  const Deed& deed = book.deed(deed_at);
  text += ", " + std::to_string(deed.flags & ~(Deed::hour_said | Deed::silent_said)) + " " +
          std::to_string(deed.ranges) + " " + std::to_string(deed.pending_ranges) + " " + std::to_string(deed.count) +
          " " + std::to_string(deed.hours);
  std::size_t of_pair = 0;
  for (Index i = book.first_of_pair(habit.client, habit.server); i != none; i = book.conversation(i).next_of_pair)
    ++of_pair;
  return text + " " + std::to_string(of_pair) +
         (book.find_relation(deed_at, habit.first, habit.elements) == none ? ", no range" : ", a range");
}

// Flags that Watch::restored takes from relations stand in a book only while it works.
std::string without_said(std::string text) {
  const auto end = text.find(' ');
  if (text == "unknown") return text;
  const int flags = std::stoi(text.substr(0, end)) & ~(Conversation::stopped_said | Conversation::period_said);
  return std::to_string(flags) + text.substr(end);
}

std::set<std::string> known_of(const Book& book) {
  std::set<std::string> all;
  for (const Known& each : book.known())
    all.insert(to_string(each.ends.client) + " " + to_string(each.ends.server) + " " +
               std::string(each.ends.protocol->name) + " " + std::to_string(each.ends.unit) + " " +
               std::to_string(each.asked) + " " + std::to_string(each.sent) + " " + std::to_string(each.since) + " " +
               std::to_string(each.last));
  return all;
}

void expect_same(const Book& book, const Learned& learned, const Learned& all) {
  Book anew(1);
  for (const Habit& habit : learned.habits) ASSERT_TRUE(anew.restore(habit));
  for (const VolumeHabit& volume : learned.volumes) ASSERT_TRUE(anew.restore(volume));
  EXPECT_EQ(lines_of(book), lines_of(anew));
  EXPECT_EQ(known_of(book), known_of(anew));
  for (const Habit& habit : all.habits)
    EXPECT_EQ(without_said(summary_of(book, habit)), without_said(summary_of(anew, habit))) << to_string(habit.client);
}

TEST(Orders, ABookThatIsOrderedIsTheSameAsOneReadFromAFileThatWasChangedLikewise) {
  for (std::uint32_t seed = 1; seed <= 16; ++seed) {
    std::mt19937 chance(seed);
    const Learned all = some(seed, 20 + seed * 12);
    Learned learned = all;
    Book book(1);
    for (const Habit& habit : learned.habits) ASSERT_TRUE(book.restore(habit));
    for (const VolumeHabit& volume : learned.volumes) ASSERT_TRUE(book.restore(volume));
    for (int round = 0; round < 6; ++round) {
      const Approval scope = scope_of(chance);
      if (chance() % 2) {
        EXPECT_EQ(book.approve(scope), approve(learned, scope));
      } else {
        EXPECT_EQ(book.forget(scope), forget(learned, scope).habits);
      }
      expect_same(book, learned, all);
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", round " << round << ", " << scope_text(scope);
      if (chance() % 2) continue;  // some comes again, into places that were given back
      for (const Habit& habit : all.habits) {
        if (chance() % 3 || std::ranges::any_of(learned.habits, [&](const Habit& each) {
              return each.client == habit.client && each.server == habit.server && each.protocol == habit.protocol &&
                     each.unit == habit.unit && each.verb == habit.verb && each.function == habit.function &&
                     each.first == habit.first && each.elements == habit.elements;
            }))
          continue;
        ASSERT_TRUE(book.restore(habit));
        learned.habits.push_back(habit);
      }
      expect_same(book, learned, all);
      ASSERT_FALSE(testing::Test::HasFailure()) << "seed " << seed << ", after round " << round;
    }
    book.clear();
    expect_same(book, {}, all);
    for (const Habit& habit : all.habits) ASSERT_TRUE(book.restore(habit));
    for (const VolumeHabit& volume : all.volumes) ASSERT_TRUE(book.restore(volume));
    expect_same(book, all, all);
  }
}

TEST(Orders, WhatIsForgottenLeavesRoom) {
  Book book(1);
  const auto fill = [&](std::uint32_t from) {
    std::size_t held = 0;
    for (std::uint32_t i = 0; i < 20'000; ++i) {
      Habit habit;
      habit.client = host(from + i), habit.server = host(1), habit.protocol = dissect::find_protocol("modbus"),
      habit.elements = 1;
      held += book.restore(habit);
    }
    return held;
  };
  const std::size_t first = fill(100);
  EXPECT_LT(first, 20'000u) << "caps.baseline.conversations ends it";
  Approval scope;
  scope.server = host(1);
  EXPECT_EQ(book.forget(scope), first);
  EXPECT_TRUE(book.known().empty());
  EXPECT_EQ(fill(50'000), first);
}

TEST(Orders, ForgettingTakesApprovalsOfTheScopeAndHostsWithoutHabitsWithIt) {
  Learned learned = some(3, 200);
  const auto approval = [](std::uint32_t client, std::string_view verb) {
    Approval each;
    each.client = client ? host(client) : Station{}, each.verb = verb, each.reason = "seen";
    return each;
  };
  learned.approvals = {approval(2, ""), approval(2, "write"), approval(3, ""), approval(0, "write")};
  learned.hosts = {{host(2), 1, 1, 1}, {host(3), 1, 1, 1}};
  const Forgotten gone = forget(learned, approval(2, ""));
  EXPECT_GT(gone.habits, 0u);
  EXPECT_EQ(gone.approvals, 2u) << "its own two; not the wider one that covers others too";
  EXPECT_EQ(learned.approvals.size(), 2u);
  ASSERT_EQ(learned.hosts.size(), 1u);
  EXPECT_EQ(learned.hosts[0].station, host(3));
}

TEST(Orders, ALedgerForgetsWhoIsInNoConversationThatIsLeft) {
  const Settings settings;
  Ledger ledger(settings);
  const Ends one{host(1), host(10), dissect::find_protocol("modbus"), Transport::tcp, 502, 1};
  const Ends other{host(2), host(10), one.protocol, Transport::tcp, 502, 1};
  const std::uint32_t reads = 1u << static_cast<unsigned>(Verb::read);
  ledger.learn({one, reads, 0, 5 * second, 9 * second}), ledger.learn({other, reads, 0, 6 * second, 9 * second});
  Notice third;
  third.ends = {host(3), host(10), one.protocol, Transport::tcp, 502, 1}, third.asks = true, third.verb = Verb::read;
  EXPECT_EQ(ledger.accept(third)->kind, Kind::new_peer) << "two ask it already";
  ledger.forget({{one, reads, 0, 5 * second, 9 * second}});
  EXPECT_EQ(ledger.accept(third)->kind, Kind::second_master);
  Learned left;
  ledger.visit(left);
  EXPECT_EQ(left.hosts.size(), 2u);
}

Order some_order(OrderKind kind) {
  Order order;
  order.note = {
      "0000001700000000-0a1b2c3d", kind, "wang", "that laptop is gone", "client 10.0.0.2", 5 * second, 0, 0, 0};
  order.scope.client = host(2), order.scope.reason = order.note.reason, order.scope.by = "wang";
  if (kind == OrderKind::import) order.book = some(1, 30);
  return order;
}

TEST(OrderFiles, AreReadBackAsTheyWereWritten) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("f.orders"));
  for (const OrderKind kind : {OrderKind::approve, OrderKind::forget, OrderKind::import}) {
    const Order order = some_order(kind);
    (void)disk.remove(order_path("f.orders", order.note.id));
    ASSERT_TRUE(write_order(disk, "f.orders", order));
    auto back = read_order(disk, "f.orders", order.note.id);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->note.kind, kind);
    EXPECT_EQ(back->note.by, "wang");
    EXPECT_EQ(back->note.at, 5 * second);
    EXPECT_EQ(back->scope.client, kind == OrderKind::import ? Station{} : host(2));
    EXPECT_EQ(back->book.habits.size(), order.book.habits.size());
  }
  SystemClock clock;
  SystemRandom random;
  const std::string id = make_order_id(clock, random);
  EXPECT_EQ(order_id(id + ".order"), id);
  EXPECT_FALSE(order_id(id + ".order.new"));
  EXPECT_FALSE(order_id("../x.order"));
  EXPECT_FALSE(order_id(".order"));
}

TEST(OrderFiles, WhatIsCutChangedWithoutScopeOrNamedOtherwiseIsNoOrder) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("f.orders"));
  const Order order = some_order(OrderKind::forget);
  ASSERT_TRUE(write_order(disk, "f.orders", order));
  const std::string text = read_file(disk, order_path("f.orders", order.note.id)).take();
  const auto refused = [&](std::string_view content, std::string_view id) {
    EXPECT_TRUE(replace_file(disk, order_path("f.orders", id), bytes_of(content)));
    const auto read = read_order(disk, "f.orders", id);
    return read ? std::string("taken") : read.error().message;
  };
  for (std::size_t size = 0; size + 1 < text.size(); size += 7)
    EXPECT_THAT(refused(text.substr(0, size), order.note.id), HasSubstr("give it again"));
  std::string changed = text;
  changed.replace(changed.find("10.0.0.2"), 8, "10.0.0.3");
  EXPECT_THAT(refused(changed, order.note.id), HasSubstr("cut or was changed"));
  EXPECT_THAT(refused(text, "1"), HasSubstr("another name"));
  Order all = order;
  all.scope.client = {};
  ASSERT_TRUE(write_order(disk, "f.orders", all));
  EXPECT_THAT(read_order(disk, "f.orders", all.note.id).error().message, HasSubstr("no scope"));
  Order talkative = order;
  talkative.note.reason.assign(longest_reason + 1, 'x');
  ASSERT_TRUE(write_order(disk, "f.orders", talkative));
  EXPECT_THAT(read_order(disk, "f.orders", order.note.id).error().message, HasSubstr("octets"));
}

TEST(OrderFiles, AnOutcomeSaysWhatWasChangedOrWhyNot) {
  MemoryDisk disk;
  ASSERT_TRUE(disk.make_folder("f.orders"));
  EXPECT_FALSE(*read_outcome(disk, "f.orders", "1"));
  ASSERT_TRUE(write_outcome(disk, "f.orders", {{"1", OrderKind::forget, "", "", "", 0, 3, 4, 5}, {}}));
  const auto taken = *read_outcome(disk, "f.orders", "1");
  EXPECT_EQ(taken->note.changed, 3u);
  EXPECT_EQ(taken->note.stay, 4u);
  EXPECT_EQ(taken->note.withdrawn, 5u);
  EXPECT_EQ(taken->refused, "");
  ASSERT_TRUE(write_outcome(disk, "f.orders", {{"2", OrderKind::forget, "", "", "", 0, 0, 0, 0}, "no \"room\""}));
  EXPECT_EQ((*read_outcome(disk, "f.orders", "2"))->refused, "no \"room\"");
}

}  // namespace
}  // namespace langyan::baseline
