// What a reload takes over from the set before, databases that differ in a few literals, and how many rules an
// operation brings up.
#include <fmt/format.h>

#include "detect/tables.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

constexpr std::size_t many = 600;

// Rules on words that differ; rule `edited` has another one.
std::string words(std::size_t count, std::size_t edited = ~std::size_t{0}) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string word = fmt::format("{}word{:05}end", i == edited ? "new" : "", i * 7'919);
    text += fmt::format("alert tcp any any -> any any (msg:\"m\"; content:\"{}\"; sid:{}; rev:{};)\n", word, i + 1,
                        i == edited ? 2 : 1);
  }
  return text;
}

Compiled compile_after(const std::string& text, const Compiled& before, const Variables& addresses = test_addresses()) {
  RuleSources sources;
  sources.addresses = addresses;
  sources.ports = test_ports();
  const RuleText file{"test.rules", text};
  return compile(sources, {&file, 1}, before.rules.get());
}
Compiled compile_first(const std::string& text) { return compile_after(text, {}); }

TEST(Reload, ReadsOnlyWhatChanged) {
  const Compiled first = compile_first(words(many));
  const Compiled second = compile_after(words(many, 17), first);
  EXPECT_EQ(first.report.taken_over, 0u);
  EXPECT_EQ(second.report.loaded, many);
  EXPECT_EQ(second.report.taken_over, many - 1);
  EXPECT_EQ(second.rules->find(1, 1), first.rules->find(1, 1));
  EXPECT_NE(second.rules->find(1, 18), first.rules->find(1, 18));
}

TEST(Reload, RulesThatMovedSayTheirNewLine) {
  const Compiled first = compile_first(words(3));
  const Compiled second = compile_after("# one more line\n" + words(3), first);
  EXPECT_EQ(second.report.taken_over, 3u);
  EXPECT_EQ(second.rules->find(1, 2)->line, 3u);
  EXPECT_EQ(first.rules->find(1, 2)->line, 2u);
}

TEST(Reload, OtherVariablesMeanOtherRules) {
  const std::string text = "alert tcp $HOME_NET any -> any any (msg:\"m\"; content:\"abc\"; sid:1;)\n";
  const Compiled first = compile_first(text);
  EXPECT_EQ(compile_after(text, first, {{"HOME_NET", {"192.0.2.0/24"}}}).report.taken_over, 0u);
  EXPECT_EQ(compile_after(text, first).report.taken_over, 1u);
}

TEST(Reload, WarningsAreSaidAgain) {
  const std::string text = "drop tcp any any -> any any (msg:\"m\"; content:\"abc\"; flowbits:isset,never; sid:1;)\n";
  const Compiled first = compile_first(text);
  const Compiled second = compile_after(text, first);
  ASSERT_EQ(second.report.taken_over, 1u);
  ASSERT_EQ(second.report.warnings.size(), first.report.warnings.size());
  for (std::size_t i = 0; i < first.report.warnings.size(); ++i)
    EXPECT_EQ(render(second.report.warnings[i]), render(first.report.warnings[i]));
}

TEST(Reload, DuplicatesAreRefusedAsBefore) {
  const std::string text = words(2) + "alert tcp any any -> any any (msg:\"other\"; content:\"xyz\"; sid:1; rev:1;)\n";
  const Compiled first = compile_first(text);
  const Compiled second = compile_after(text, first);
  EXPECT_EQ(first.report.refused, 1u);
  EXPECT_EQ(second.report.refused, 1u);
}

const ScanGroup& everywhere(const Compiled& compiled) {
  const PortIndex& index = compiled.rules->tables().streams[0][0];
  return index.group(index.route(1, 2).everywhere);
}

TEST(Reload, OneEditCompilesOneLiteral) {
  const Compiled first = compile_first(words(many));
  const Compiled second = compile_after(words(many, 17), first);
  EXPECT_EQ(everywhere(second).database, everywhere(first).database);
  ASSERT_TRUE(everywhere(second).more);
  EXPECT_EQ(everywhere(second).more->literals().size(), 1u);
  const Compiled back = compile_after(words(many), second);
  EXPECT_EQ(everywhere(back).database, everywhere(first).database);
  EXPECT_FALSE(everywhere(back).more);
}

TEST(Reload, AnEditedSetFindsWhatItSays) {
  const Compiled first = compile_first(words(many));
  Rig rig(compile_after(words(many, 17), first).rules);
  rig.handshake();
  const std::string old_word = fmt::format("word{:05}end", 17 * 7'919), other = fmt::format("word{:05}end", 18 * 7'919);
  rig.client(old_word);
  EXPECT_EQ(rig.hits.size(), 0u);
  rig.client(other);
  ASSERT_EQ(rig.hits.size(), 1u);
  EXPECT_EQ(rig.hits[0].rule->sid, 19u);
  rig.client("new" + old_word);
  ASSERT_EQ(rig.hits.size(), 2u);
  EXPECT_EQ(rig.hits[1].rule->sid, 18u);
}

// Rules without literals are found by protocol, function, verb and number: a message brings up the few it may
// be about, however many there are.
TEST(Evaluations, DoNotGrowWithTheRules) {
  std::string text;
  for (int i = 0; i < 500; ++i) {
    text += fmt::format("alert modbus any any -> any any (msg:\"m\"; ot.verb:write; ot.address:{}; sid:{};)\n",
                        30'000 + i, 1 + i);
    text += fmt::format("alert modbus any any -> any any (msg:\"m\"; ot.verb:read; ot.unit:{}; sid:{};)\n",
                        100 + i % 100, 1'001 + i);
    text +=
        fmt::format("alert modbus any any -> any any (msg:\"m\"; modbus.address:{}; sid:{};)\n", 40'000 + i, 2'001 + i);
    text += fmt::format(
        "alert tcp any any -> any 502 (msg:\"m\"; content:\"|{:02x} {:02x}|\"; offset:10; depth:2; sid:{};)\n", i >> 8,
        i & 255, 3'001 + i);
  }
  Rig rig(text);
  rig.handshake();
  using namespace std::string_view_literals;
  rig.client("\x00\x01\x00\x00\x00\x06\x01\x03\x00\x05\x00\x0a"sv);          // read of ten registers
  rig.client("\x00\x02\x00\x00\x00\x06\x01\x06\x75\x3a\x00\x0a"sv);          // write to register 30010
  const auto evaluated = rig.engine.counters().value(Count::message_candidates) +
                         rig.engine.counters().value(Count::packet_candidates) +
                         rig.engine.counters().value(Count::stream_candidates);
  EXPECT_LE(evaluated, 8u);
  const auto of_write = std::ranges::count_if(rig.hits, [](const auto& hit) { return hit.rule->sid <= 500; });
  EXPECT_EQ(of_write, 1);
}

}  // namespace
}  // namespace langyan::detect
