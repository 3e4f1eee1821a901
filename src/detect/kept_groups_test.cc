#include "detect/kept_groups.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <map>

#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

// All that the engine reads of a set, rules by sid and step and literals by their octets: two sets of the same rules
// say the same, whichever databases they share.
class Description {
 public:
  explicit Description(const RuleSet& set) : tables_(set.tables()) {
    for (std::size_t i = 0; i < tables_.packets.size(); ++i)
      for (const auto& by_zone : tables_.packets[i]) zones("packets", by_zone);
    for (const auto& by_zone : tables_.streams) zones("streams", by_zone);
    for (const auto& by_zone : tables_.stream_starts) zones("stream starts", by_zone);
    for (const FlowRules& flows : tables_.flows) ports("flows", flows.by_port);
    for (std::size_t i = 0; i < tables_.messages.size(); ++i) messages(i, tables_.messages[i]);
    text_ += std::to_string(tables_.any_packet) + std::to_string(tables_.any_stream) +
             std::to_string(tables_.any_message) + std::to_string(tables_.any_flow) + " " +
             std::to_string(tables_.start_until);
  }
  const std::string& text() const { return text_; }

 private:
  template <class... Parts>
  void say(const Parts&... parts) {
    ((text_ += parts, text_ += ' '), ...);
  }
  std::string name(std::uint32_t rule) const {
    return std::to_string(tables_.rules[rule]->sid) + "." + std::to_string(tables_.rules[rule]->step);
  }
  void rules(const char* what, std::span<const std::uint32_t> list) {
    say(what);
    for (const std::uint32_t rule : list) say(name(rule));
    text_ += '\n';
  }
  template <class T>
  void index(const char* what, const IntervalIndex<T>& index) {
    for (const auto& list : index.lists()) rules(what, list);
  }
  void zones(const char* what, const Tables::ByZone& by_zone) {
    for (const PortIndex& index : by_zone) ports(what, index);
  }
  void ports(const char* what, const PortIndex& index) {
    text_ += std::string(what) + "\n";
    for (const ScanGroup& each : index.groups()) group(each);
  }
  void group(const ScanGroup& group) {
    std::map<Literal, std::string> watches;
    std::uint32_t at = 0;
    for (const auto* database : {group.database.get(), group.more.get()}) {
      if (!database) continue;
      for (const Literal& literal : database->literals()) {
        std::string& said = watches[literal];
        for (std::uint32_t i = group.first[at]; i < group.first[at + 1]; ++i)
          said += name(group.watches[i].rule) + " " + std::to_string(group.watches[i].least_end) + ".." +
                  std::to_string(group.watches[i].most_end) + " ";
        ++at;
      }
    }
    std::erase_if(watches, [](const auto& each) { return each.second.empty(); });  // of another group alone
    for (const auto& [literal, said] : watches)
      say("literal", literal.bytes, literal.nocase ? "nocase" : "", said, "\n");
    for (const FixedTable& table : group.fixed) {
      say("fixed", std::to_string(table.offset), std::to_string(table.mask));
      rules("", table.rules);
    }
    for (const PacketIndex& each : group.numbers) index("number", each.rules);
    rules("always", group.always);
    say(std::to_string(group.keep), std::to_string(group.until), std::to_string(group.fixed_end), "\n");
  }
  void verbs(const VerbLists& lists) {
    for (const auto& list : lists.rules) rules("verb", list);
    for (const OperationIndex& each : lists.numbers) index("operation", each.rules);
    group(lists.objects);
    say(std::to_string(lists.verbs), std::to_string(lists.object_verbs), "\n");
  }
  void messages(std::size_t place, const MessageGroup& messages) {
    say("messages", std::to_string(place), messages.empty ? "none\n" : "\n");
    for (const FieldIndex& each : messages.fields) index("field", each.rules);
    verbs(messages.asked), verbs(messages.answered);
    for (const Required& each : messages.required) say("required", std::to_string(each.fields), name(each.rule), "\n");
    rules("always", messages.always);
    for (const BufferScan& each : messages.buffers) group(each.group);
  }

  const Tables& tables_;
  std::string text_;
};

// The project's own rules and those of the bench: packets, streams, messages of many protocols, sequences.
std::vector<std::string> many_rules() {
  std::vector<std::string> lines;
  for (const std::string folder : {LANGYAN_SOURCE_DIR "/rules", LANGYAN_SOURCE_DIR "/tests/bench"})
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
      if (entry.path().extension() != ".rules") continue;
      std::ifstream file(entry.path());
      for (std::string line; std::getline(file, line);)
        if (line.starts_with("alert")) lines.push_back(line);
    }
  std::ranges::sort(lines);
  return lines;
}

Compiled compiled(const std::vector<std::string>& lines, const Compiled& before = {}) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  RuleSources sources;
  sources.addresses = test_addresses();
  sources.addresses["MASTERS"] = {"10.20.0.5"};
  sources.ports = test_ports();
  sources.classification = LANGYAN_SOURCE_DIR "/rules/classification.config";
  const RuleText file{"test.rules", text};
  return compile(sources, {&file, 1}, before.rules.get());
}

TEST(KeptGroups, AnEditedSetIsAsOneCompiledAnew) {
  std::vector<std::string> lines = many_rules();
  ASSERT_GT(lines.size(), 400u);
  Compiled before = compiled(lines);
  ASSERT_GT(before.report.loaded, 400u);
  std::uint64_t chance = 11;
  const auto pick = [&] {
    return static_cast<std::size_t>((chance = chance * 6'364'136'223'846'793'005u + 1'442'695'040'888'963'407u) >> 33) %
           lines.size();
  };
  for (unsigned round = 0; round < 12; ++round) {
    if (round % 3 == 0) lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(pick()));
    if (round % 3 == 1) {
      const std::string sid =
          std::to_string(round % 2 ? 3 + round : 4'000'000'000u + round);  // before and behind all others
      lines.push_back("alert tcp any any -> any [80,502] (msg:\"new\"; content:\"word" + sid + "\"; sid:" + sid + ";)");
      lines.push_back("alert modbus any any -> any any (msg:\"new\"; modbus.address:" + std::to_string(round) +
                      "; sid:" + sid + "0;)");
      if (round % 2 == 0) lines.pop_back();  // its sid would be none
    }
    if (round % 3 == 2) {
      std::string& line = lines[pick()];
      line.insert(line.find("msg:\"") + 5, "other ");
    }
    const Compiled after = compiled(lines, before);
    EXPECT_GT(after.report.taken_over, 400u);
    EXPECT_EQ(Description(*after.rules).text(), Description(*compiled(lines).rules).text()) << "round " << round;
    before = after;
  }
}

TEST(KeptGroups, AreTheGroupsWithoutTheEditedRule) {
  std::vector<std::string> lines = many_rules();
  const Compiled before = compiled(lines);
  const auto edited =
      std::ranges::find_if(lines, [](const std::string& line) { return line.starts_with("alert modbus"); });
  ASSERT_NE(edited, lines.end());
  edited->insert(edited->find("msg:\"") + 5, "other ");
  const Compiled after = compiled(lines, before);
  const KeptGroups kept(&before.rules->tables(), after.rules->tables().rules);
  std::size_t found = 0, all = 0;
  const auto& messages = after.rules->tables().messages;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    if (messages[i].empty) continue;
    ++all, found += kept.find_messages(i, messages[i].rules).has_value();
  }
  for (const auto& by_zone : after.rules->tables().streams)
    for (const PortIndex& index : by_zone)
      for (const ScanGroup& group : index.groups())
        if (!group.rules.empty()) ++all, found += kept.find(GroupFor::stream, group.rules).has_value();
  EXPECT_GT(found, all / 2);
  EXPECT_LT(found, all);
}

}  // namespace
}  // namespace langyan::detect
