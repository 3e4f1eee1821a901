#include "base/config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/address.h"
#include "base/caps.h"
#include "base/temp_folder.h"
#include "base/units.h"

namespace langyan {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

const Cap test_flows{"config_test.flows", 65'536, 1, 16'777'216, 192, "Flows kept at a time."};
const Cap test_words{"config_test.words", 100, 10, 1'000, 0, "Words kept."};

std::string_view is_network(std::string_view text) {
  if (text.starts_with('!')) text.remove_prefix(1);
  return text.starts_with('$') || parse_network(text) ? ""
                                                      : "an address or network, such as 10.0.0.0/8";
}

// A worked example of what a program declares.
constexpr Key sensor_keys[] = {
    Key::text("sensor.name", "sensor", "Name of this sensor in every event."),
    Key::list("capture.interfaces", "[]", "Interfaces to listen on."),
    Key::integer("capture.snaplen", 65535, {64, 262144}, "Octets kept of each packet."),
    Key::flag("capture.promiscuous", true, "Takes packets that are for others."),
    Key::size("capture.ring", 64 * megabyte, {megabyte, 4 * gigabyte},
              "Memory of the kernel's ring."),
    Key::duration("flow.tcp.idle", 5 * minute, {second, day},
                  "Silence after which a TCP flow is over."),
    Key::duration("flow.udp.idle", 30 * second, {second, day},
                  "Silence after which a UDP flow is over."),
    Key::map("vars.address", "{HOME_NET: [10.0.0.0/8, 192.168.0.0/16], EXTERNAL_NET: '!$HOME_NET'}",
             "Address variables of the rules.", is_network),
    Key::map("vars.port", "{}", "Port variables of the rules."),
    Key::path("spool.folder", "/var/lib/langyan/spool", "Where events wait for the center."),
    Key::text("uplink.address", "", "Address of the center.", is_network),
    Key::secret_file("uplink.token_file", "File that holds the center's token."),
    Key::word("log.level", "info", "debug|info|warn|error", "What is written to the log."),
};
static_assert(key_fault(sensor_keys).empty());
using SensorConfig = ConfigOf<sensor_keys>;

class ConfigTest : public ::testing::Test {
 protected:
  // Errors of the file's text, without the folder in front of them.
  std::string errors(std::string_view text, std::vector<std::string> sets = {}) {
    const auto config =
        SensorConfig::load({.file = folder_.write("sensor.yaml", text), .sets = std::move(sets)});
    return config ? "" : without_folder(config.error().message);
  }
  SensorConfig load(std::string_view text, std::vector<std::string> sets = {}) {
    auto config =
        SensorConfig::load({.file = folder_.write("sensor.yaml", text), .sets = std::move(sets)});
    if (!config) throw std::runtime_error(config.error().message);
    return config.take();
  }
  SensorConfig defaults(std::vector<std::string> sets = {}) {
    auto config = SensorConfig::load({.sets = std::move(sets)});
    if (!config) throw std::runtime_error(config.error().message);
    return config.take();
  }
  std::string without_folder(std::string text) {
    for (std::size_t at = text.find(folder_.path() + "/"); at != text.npos;
         at = text.find(folder_.path() + "/")) {
      text.erase(at, folder_.path().size() + 1);
    }
    return text;
  }
  TempFolder folder_;
};

TEST_F(ConfigTest, WithoutAFileEveryValueIsItsDefault) {
  const SensorConfig config = defaults();
  EXPECT_EQ(config.text("sensor.name"), "sensor");
  EXPECT_TRUE(config.list("capture.interfaces").empty());
  EXPECT_EQ(config.integer("capture.snaplen"), 65535);
  EXPECT_TRUE(config.flag("capture.promiscuous"));
  EXPECT_EQ(config.size("capture.ring"), 67108864u);
  EXPECT_EQ(config.duration("flow.tcp.idle"), 5 * minute);
  EXPECT_EQ(config.text("spool.folder"), "/var/lib/langyan/spool");
  EXPECT_EQ(config.text("log.level"), "info");
  EXPECT_EQ(config.map("vars.address"),
            (ConfigMap{{"EXTERNAL_NET", {"!$HOME_NET"}},
                       {"HOME_NET", {"10.0.0.0/8", "192.168.0.0/16"}}}));
  EXPECT_TRUE(config.map("vars.port").empty());
  EXPECT_EQ(*config.secret("uplink.token_file"), "");
  for (const Key& key : sensor_keys) EXPECT_TRUE(config.origin(key.name).is_default()) << key.name;
  EXPECT_EQ(config.origin("caps.config_test.flows").text(), "default");
  EXPECT_TRUE(config.files().empty());
}

TEST_F(ConfigTest, EveryKindIsReadWithItsOrigin) {
  const SensorConfig config = load(
      "sensor: {name: 5}\n"
      "capture:\n"
      "  interfaces: [eth0, 'eth 1']\n"
      "  snaplen: 1500\n"
      "  promiscuous: false\n"
      "  ring: \"8 MB\"\n"
      "flow:\n"
      "  tcp: {idle: 10m}\n"
      "flow.udp.idle: 45s\n"
      "vars:\n"
      "  address:\n"
      "    HOME_NET: 172.16.0.0/12\n"
      "    PLC_NET: [10.1.0.0/16, '!10.1.9.0/24']\n"
      "spool: {folder: no}\n"
      "log.level: warn\n"
      "caps:\n"
      "  config_test.flows: 1000\n"
      "  config_test:\n"
      "    words: 20\n");
  EXPECT_EQ(config.text("sensor.name"), "5");
  EXPECT_EQ(config.list("capture.interfaces"), (std::vector<std::string>{"eth0", "eth 1"}));
  EXPECT_EQ(config.integer("capture.snaplen"), 1500);
  EXPECT_FALSE(config.flag("capture.promiscuous"));
  EXPECT_EQ(config.size("capture.ring"), 8u << 20);
  EXPECT_EQ(config.duration("flow.tcp.idle"), 10 * minute);
  EXPECT_EQ(config.duration("flow.udp.idle"), 45 * second);
  EXPECT_EQ(config.text("spool.folder"), "no");
  EXPECT_EQ(config.text("log.level"), "warn");
  EXPECT_EQ(config.map("vars.address"), (ConfigMap{{"EXTERNAL_NET", {"!$HOME_NET"}},
                                                   {"HOME_NET", {"172.16.0.0/12"}},
                                                   {"PLC_NET", {"10.1.0.0/16", "!10.1.9.0/24"}}}));
  const auto origin = [&](std::string_view name) {
    return without_folder(config.origin(name).text());
  };
  EXPECT_EQ(origin("sensor.name"), "sensor.yaml:1:16");
  EXPECT_EQ(origin("capture.interfaces"), "sensor.yaml:3:15");
  EXPECT_EQ(origin("flow.udp.idle"), "sensor.yaml:9:16");
  EXPECT_EQ(origin("caps.config_test.flows"), "sensor.yaml:17:22");
  EXPECT_EQ(origin("caps.config_test.words"), "sensor.yaml:19:12");
  EXPECT_EQ(origin("uplink.address"), "default");
}

TEST_F(ConfigTest, TheConfigBeneathAnswersTheSameByName) {
  const Config config = load(
      "capture: {snaplen: 1500, ring: 2MB, promiscuous: false, interfaces: [a]}\n"
      "flow.tcp.idle: 1h\nlog.level: warn\nvars.port: {HTTP: 80}\n");
  EXPECT_EQ(config.integer("capture.snaplen"), 1500);
  EXPECT_EQ(config.size("capture.ring"), 2u << 20);
  EXPECT_FALSE(config.flag("capture.promiscuous"));
  EXPECT_EQ(config.duration("flow.tcp.idle"), hour);
  EXPECT_EQ(config.text("log.level"), "warn");
  EXPECT_THAT(config.list("capture.interfaces"), ElementsAre("a"));
  EXPECT_THAT(config.map("vars.port").at("HTTP"), ElementsAre("80"));
  EXPECT_EQ(*config.secret("uplink.token_file"), "");
}

using ConfigDeathTest = ConfigTest;
TEST_F(ConfigDeathTest, AWrongNameInCodeEndsTheProgram) {
  const Config config = defaults();
  EXPECT_DEATH((void)config.integer("capture.snaplne"),
               "configuration key capture.snaplne is not declared");
  EXPECT_DEATH((void)config.integer("log.level"),
               "configuration key log.level is declared as another kind");
  EXPECT_DEATH((void)config.text("uplink.token_file"),
               "uplink.token_file is declared as another kind");
  EXPECT_DEATH((void)config.secret("log.level"),
               "configuration key log.level is declared as another kind");
  EXPECT_DEATH((void)config.origin("nothing"), "configuration key nothing is not declared");
  EXPECT_DEATH((void)config.origin("caps.nothing"),
               "configuration key caps.nothing is not declared");
}

constexpr Key bad_default[] = {
    Key::map("vars.address", "{HOME_NET: [10.0.0.300]}", "Variables.", is_network)};
constexpr Key bad_yaml[] = {Key::list("a", "[x", "A list.")};
TEST_F(ConfigDeathTest, ADefaultThatIsNoneOfItsValuesEndsTheProgram) {
  EXPECT_DEATH((void)Config::load(bad_default, {}),
               "the default of configuration key vars.address is not one of");
  EXPECT_DEATH((void)Config::load(bad_yaml, {}),
               "the default of configuration key a is not one of its values");
}

TEST_F(ConfigTest, UnknownKeysNameTheNearestOrWhatIsAllowed) {
  EXPECT_EQ(errors("capture:\n  snaplne: 5\n"),
            "sensor.yaml:2:3: unknown key \"capture.snaplne\"; did you mean \"capture.snaplen\"");
  EXPECT_EQ(errors("captrue:\n  snaplen: 5\n"),
            "sensor.yaml:1:1: unknown key \"captrue\"; did you mean \"capture\"");
  EXPECT_EQ(errors("snaplen: 100\n"),
            "sensor.yaml:1:1: unknown key \"snaplen\"; did you mean \"capture.snaplen\"");
  EXPECT_EQ(errors("flow:\n  tcp:\n    xyz: 1\n"),
            "sensor.yaml:3:5: unknown key \"flow.tcp.xyz\"; allowed in flow.tcp are idle");
  EXPECT_EQ(errors("captrue.snaplen: 1\n"),
            "sensor.yaml:1:1: unknown key \"captrue.snaplen\"; did you mean \"capture.snaplen\"");
  EXPECT_EQ(
      errors("flow.nothing.like.it: 1\n"),
      "sensor.yaml:1:1: unknown key \"flow.nothing.like.it\"; allowed in flow are tcp and udp");
  EXPECT_EQ(errors("zzzzzz: 1\n"),
            "sensor.yaml:1:1: unknown key \"zzzzzz\"; allowed are sensor, capture, flow, "
            "vars, spool, uplink, log and caps");
  EXPECT_EQ(errors("caps:\n  config_test.flow: 1\n"),
            "sensor.yaml:2:3: unknown key \"caps.config_test.flow\"; did you mean "
            "\"caps.config_test.flows\"");
  EXPECT_EQ(errors("log.level.x: 1\n").substr(0, 42),
            "sensor.yaml:1:1: unknown key \"log.level.x\"");
  EXPECT_EQ(errors("\"\": 1\n").substr(0, 31), "sensor.yaml:1:1: unknown key \"\"");
  EXPECT_EQ(errors("<<: {a: 1}\n").substr(0, 33), "sensor.yaml:1:1: unknown key \"<<\"");
}

TEST_F(ConfigTest, AWrongTypeOrRangeSaysWhatWasReadAndWhatIsAllowed) {
  const std::pair<const char*, const char*> cases[] = {
      {"capture.snaplen: abc",
       "1:18: capture.snaplen is abc; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: 63",
       "1:18: capture.snaplen is 63; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: 262145",
       "1:18: capture.snaplen is 262145; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: -1",
       "1:18: capture.snaplen is -1; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: 0100",
       "1:18: capture.snaplen is 0100; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: 1.5e3",
       "1:18: capture.snaplen is 1.5e3; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: 99999999999999999999",
       "1:18: capture.snaplen is 99999999999999999999; allowed is a whole number from 64 to "
       "262144"},
      {"capture.snaplen: \"100\"",
       "1:18: capture.snaplen is \"100\"; allowed is a whole number from 64 to 262144 without "
       "quotes"},
      {"capture.snaplen:",
       "1:1: capture.snaplen has no value; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: ~",
       "1:1: capture.snaplen has no value; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: [5]",
       "1:18: capture.snaplen is a list; allowed is a whole number from 64 to 262144"},
      {"capture.snaplen: {a: 5}",
       "1:18: capture.snaplen is a mapping; allowed is a whole number from 64 to 262144"},
      {"capture.promiscuous: yes",
       "1:22: capture.promiscuous is yes; allowed is true or false; did you mean \"true\""},
      {"capture.promiscuous: Off",
       "1:22: capture.promiscuous is Off; allowed is true or false; did you mean \"false\""},
      {"capture.promiscuous: \"true\"",
       "1:22: capture.promiscuous is \"true\"; allowed is true or false; did you mean \"true\""},
      {"capture.promiscuous: maybe",
       "1:22: capture.promiscuous is maybe; allowed is true or false"},
      {"capture.ring: 5B", "1:15: capture.ring is 5B; allowed is a size from 1MB to 4GB"},
      {"capture.ring: 5GB", "1:15: capture.ring is 5GB; allowed is a size from 1MB to 4GB"},
      {"capture.ring: 5 MBytes",
       "1:15: capture.ring: 5 MBytes is not a size; allowed is a whole number with B, kB, MB, "
       "GB or TB, such as 64MB; did you mean \"5MB\""},
      {"flow.tcp.idle: 300",
       "1:16: flow.tcp.idle: 300 is not a duration; allowed is a whole number with us, ms, s, m, "
       "h or d, such as 30s; did you mean \"300s\""},
      {"flow.tcp.idle: 2d", "1:16: flow.tcp.idle is 2d; allowed is a duration from 1s to 1d"},
      {"log.level: wran",
       "1:12: log.level is wran; allowed is debug, info, warn or error; did you mean \"warn\""},
      {"log.level: \"\"", "1:12: log.level is \"\"; allowed is debug, info, warn or error"},
      {"log.level: info|warn",
       "1:12: log.level is info|warn; allowed is debug, info, warn or error"},
      {"sensor.name: [x]", "1:14: sensor.name is a list; allowed is a text"},
      {"spool.folder: {}", "1:15: spool.folder is a mapping; allowed is a path"},
      {"uplink.address: 10.0.0.300",
       "1:17: uplink.address is 10.0.0.300; allowed is an address or network, such as 10.0.0.0/8"},
      {"capture.interfaces: eth0",
       "1:21: capture.interfaces is eth0; allowed is a list of texts, such as [one, two]; "
       "did you mean \"[eth0]\""},
      {"capture.interfaces: [a, [b]]", "1:25: capture.interfaces[2] is a list; allowed is a text"},
      {"capture.interfaces: [a, , b]",
       "1:25: capture.interfaces[2] has no value; allowed is a text"},
      {"vars.address: [a]",
       "1:15: vars.address is a list; allowed is names with lists of texts, such as {NAME: [one, "
       "two]}"},
      {"vars.address: {HOME_NET: [10.0.0.0/8, x]}",
       "1:39: vars.address.HOME_NET[2] is x; allowed is an address or network, such as 10.0.0.0/8"},
      {"vars.address: {HOME_NET: {a: 1}}",
       "1:26: vars.address.HOME_NET is a mapping; allowed is a list of texts, such as [one, two]"},
      {"vars.address: {HOME NET: 10.0.0.0/8}",
       "1:16: vars.address has the name \"HOME NET\"; allowed are letters, digits and _"},
      {"capture: 5",
       "1:10: capture is 5; allowed is a mapping with interfaces, snaplen, promiscuous and ring"},
      {"capture: [a]",
       "1:10: capture is a list; allowed is a mapping with interfaces, snaplen, promiscuous and "
       "ring"},
      {"caps.config_test: 5",
       "1:19: caps.config_test is 5; allowed is a mapping with flows and words"},
      {"caps: {config_test.flows: 0}",
       "1:27: caps.config_test.flows is 0; allowed is a whole number from 1 to 16777216"},
      {"caps: {config_test.words: 1001}",
       "1:27: caps.config_test.words is 1001; allowed is a whole number from 10 to 1000"},
      {"caps: {config_test.flows: 1MB}",
       "1:27: caps.config_test.flows is 1MB; allowed is a whole number from 1 to 16777216"},
      {"caps: {config_test.flows: -1}",
       "1:27: caps.config_test.flows is -1; allowed is a whole number from 1 to 16777216"},
  };
  for (const auto& [text, expected] : cases) {
    std::string got = errors(std::string(text) + "\n");
    if (std::string_view(text).find(", , b") != std::string_view::npos) {
      // yaml-cpp gives an empty item the place of what follows it.
      EXPECT_THAT(got, HasSubstr("capture.interfaces[2] has no value; allowed is a text"));
      continue;
    }
    EXPECT_EQ(got, "sensor.yaml:" + std::string(expected)) << text;
  }
}

TEST_F(ConfigTest, AGroupMayBeEmpty) {
  EXPECT_EQ(errors("capture:\nflow:\n  tcp:\ncaps:\n"), "");
  EXPECT_EQ(errors(""), "");
  EXPECT_EQ(errors("# nothing\n"), "");
}

TEST_F(ConfigTest, DuplicatesAreFoundHoweverTheyAreWritten) {
  EXPECT_EQ(errors("log.level: warn\nlog.level: info\n"),
            "sensor.yaml:2:1: duplicate key \"log.level\"; it stands already at 1:1");
  EXPECT_EQ(errors("log:\n  level: warn\nlog.level: info\n"),
            "sensor.yaml:3:1: duplicate key \"log.level\"; it stands already at 2:3");
  EXPECT_EQ(errors("vars: {address: {A: 10.0.0.0/8}}\nvars.address.A: 10.0.0.0/8\n"),
            "sensor.yaml:2:1: duplicate key \"vars.address.A\"; it stands already at 1:18");
  EXPECT_EQ(errors("caps: {config_test.words: 20, config_test: {words: 30}}\n"),
            "sensor.yaml:1:45: duplicate key \"caps.config_test.words\"; it stands already at 1:8");
}

TEST_F(ConfigTest, AFileThatIsNoMappingSaysSo) {
  EXPECT_EQ(errors("just text\n"),
            "sensor.yaml:1:1: the file is \"just text\"; allowed is a mapping of keys to values");
  EXPECT_EQ(errors("log.level:warn\n"),
            "sensor.yaml:1:1: the file is log.level:warn; allowed is a mapping of keys to "
            "values; put a space after each \":\"");
  EXPECT_EQ(errors("- a\n- b\n"),
            "sensor.yaml:1:1: the file is a list; allowed is a mapping of keys to values");
}

TEST_F(ConfigTest, AllErrorsOfAllSourcesComeAtOnce) {
  folder_.write("conf.d/10-site.yaml", "log:\n  level: loud\nnonsense: 1\n");
  folder_.write("conf.d/20-broken.yaml", "flow.tcp.idle: 5\na: [1\n");
  EXPECT_EQ(errors("capture:\n  snaplen: 5\n  ring: big\ncaptrue: 1\ncapture: 2\n",
                   {"log.level=shout", "x"}),
            "sensor.yaml:2:12: capture.snaplen is 5; allowed is a whole number from 64 to 262144\n"
            "sensor.yaml:3:9: capture.ring: big is not a size; allowed is a whole number with B, "
            "kB, MB, GB or TB, such "
            "as 64MB\n"
            "sensor.yaml:4:1: unknown key \"captrue\"; did you mean \"capture\"\n"
            "sensor.yaml:5:1: duplicate key \"capture\"; it stands already at 1:1\n"
            "conf.d/10-site.yaml:2:10: log.level is loud; allowed is debug, info, warn or error\n"
            "conf.d/10-site.yaml:3:1: unknown key \"nonsense\"; allowed are sensor, capture, flow, "
            "vars, spool, "
            "uplink, log and caps\n"
            "conf.d/20-broken.yaml:1:16: flow.tcp.idle: 5 is not a duration; allowed is a whole "
            "number with us, ms, s, "
            "m, h or d, such as 30s; did you mean \"5s\"\n"
            "conf.d/20-broken.yaml:2:1: unknown key \"a\"; allowed are sensor, capture, flow, "
            "vars, spool, uplink, log "
            "and caps\n"
            "conf.d/20-broken.yaml:2:4: a \"[\" is opened here and not closed by \"]\"\n"
            "--set log.level: log.level is shout; allowed is debug, info, warn or error\n"
            "--set x: has no \"=\"; allowed is --set key=value, such as --set log.level=debug");
}

TEST_F(ConfigTest, ErrorsAreGivenOneByOneToo) {
  std::vector<ConfigError> errors;
  const std::string file = folder_.write("sensor.yaml", "a: 1\nlog.level: 中\n");
  const auto config = SensorConfig::load({.file = file, .sets = {"b=1"}}, &errors);
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::invalid);
  ASSERT_EQ(errors.size(), 3u);
  EXPECT_EQ(errors[1].file, file);
  EXPECT_EQ(errors[1].line, 2);
  EXPECT_EQ(errors[1].column, 12);
  EXPECT_EQ(errors[1].message, "log.level is 中; allowed is debug, info, warn or error");
  EXPECT_EQ(errors[2].file, "--set b");
  EXPECT_EQ(errors[2].line, 0);
  EXPECT_EQ(config.error().message, render(errors));
  ASSERT_TRUE(SensorConfig::load({}, &errors));
  EXPECT_TRUE(errors.empty());
}

TEST_F(ConfigTest, AFloodOfErrorsIsCountedAndListedToALimit) {
  std::string text;
  for (int i = 0; i < 40'000; ++i) text += "captur" + std::to_string(i) + ": 1\n";
  std::vector<ConfigError> errors;
  EXPECT_FALSE(SensorConfig::load({.file = folder_.write("sensor.yaml", text)}, &errors));
  ASSERT_EQ(errors.size(), most_config_errors + 1);
  EXPECT_EQ(errors.back().message, "39800 more errors are not listed; mend these first");
}

TEST_F(ConfigTest, FilesThatCannotBeReadSayWhy) {
  const std::string path = folder_.path() + "/sensor.yaml";
  auto config = SensorConfig::load({.file = path});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::missing);
  EXPECT_EQ(config.error().message, path + ": cannot open: No such file or directory");

  config = SensorConfig::load({.file = folder_.path(), .sets = {"zzzz=1"}});
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().kind, ErrorKind::io);
  EXPECT_THAT(config.error().message,
              HasSubstr(folder_.path() + ": cannot read: Is a directory\n--set zzzz: unknown"));

  config = SensorConfig::load(
      {.file = folder_.write("large.yaml", std::string(largest_config_file + 1, '#'))});
  ASSERT_FALSE(config);
  EXPECT_THAT(config.error().message,
              HasSubstr("large.yaml: cannot read: it holds more than the 1048576 octets"));
  EXPECT_TRUE(SensorConfig::load(
      {.file = folder_.write("large.yaml", std::string(largest_config_file, '#'))}));

  if (geteuid() != 0) {
    chmod(folder_.write("sensor.yaml", "a: 1").c_str(), 0);
    config = SensorConfig::load({.file = path});
    ASSERT_FALSE(config);
    EXPECT_EQ(config.error().kind, ErrorKind::permission);
  }
}

TEST_F(ConfigTest, ConfDOverridesInTheOrderOfNames) {
  folder_.write("conf.d/20-b.yaml", "log.level: error\nvars.address: {HOME_NET: 10.2.0.0/16}\n");
  folder_.write("conf.d/10-a.yaml", "log.level: warn\ncapture: {snaplen: 200, interfaces: [b]}\n");
  folder_.write("conf.d/30-c.yml", "log.level: nonsense\n");
  folder_.write("conf.d/.hidden.yaml", "log.level: nonsense\n");
  folder_.write("conf.d/backup.yaml~", "log.level: nonsense\n");
  const SensorConfig config = load(
      "log.level: debug\ncapture: {snaplen: 100, interfaces: [a, c], ring: 2MB}\n"
      "vars.address: {HOME_NET: 10.1.0.0/16, PLC: 10.1.1.0/24}\n");
  EXPECT_EQ(config.text("log.level"), "error");
  EXPECT_EQ(config.integer("capture.snaplen"), 200);
  EXPECT_EQ(config.size("capture.ring"), 2u << 20);
  EXPECT_THAT(config.list("capture.interfaces"),
              ElementsAre("b"));  // a list is replaced as a whole
  EXPECT_EQ(config.map("vars.address"),
            (ConfigMap{{"EXTERNAL_NET", {"!$HOME_NET"}},
                       {"HOME_NET", {"10.2.0.0/16"}},
                       {"PLC", {"10.1.1.0/24"}}}));  // a map name by name
  EXPECT_EQ(without_folder(config.origin("log.level").text()), "conf.d/20-b.yaml:1:12");
  EXPECT_EQ(without_folder(config.origin("capture.ring").text()), "sensor.yaml:2:51");
  ASSERT_EQ(config.files().size(), 3u);
  EXPECT_EQ(without_folder(config.files()[0]), "sensor.yaml");
  EXPECT_EQ(without_folder(config.files()[1]), "conf.d/10-a.yaml");
  EXPECT_EQ(without_folder(config.files()[2]), "conf.d/20-b.yaml");
}

TEST_F(ConfigTest, TheFolderMayHaveAnotherName) {
  folder_.write("conf.d/a.yaml", "nonsense: 1\n");
  folder_.write("sensor.d/a.yaml", "log.level: error\n");
  const auto config =
      SensorConfig::load({.file = folder_.write("sensor.yaml", ""), .folder = "sensor.d"});
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_EQ(config->text("log.level"), "error");
}

TEST_F(ConfigTest, SetOverridesTheFiles) {
  folder_.write("conf.d/a.yaml", "log.level: error\n");
  const SensorConfig config =
      load("log.level: warn\n",
           {"log.level=debug", "sensor.name=a: b # c", "capture.interfaces=[eth0, eth1]",
            "vars.address={HOME_NET: [10.0.0.0/8, 10.1.0.0/16], X: 10.2.3.4}", "vars.port.HTTP=80",
            "flow.tcp.idle=1h", "capture.promiscuous=false", "caps.config_test.words=11",
            "uplink.address="});
  EXPECT_EQ(config.text("log.level"), "debug");
  EXPECT_EQ(config.origin("log.level").text(), "--set log.level");
  EXPECT_EQ(config.text("sensor.name"), "a: b # c");  // taken as it stands
  EXPECT_THAT(config.list("capture.interfaces"), ElementsAre("eth0", "eth1"));
  EXPECT_EQ(config.map("vars.address"), (ConfigMap{{"EXTERNAL_NET", {"!$HOME_NET"}},
                                                   {"HOME_NET", {"10.0.0.0/8", "10.1.0.0/16"}},
                                                   {"X", {"10.2.3.4"}}}));
  EXPECT_THAT(config.map("vars.port").at("HTTP"), ElementsAre("80"));
  EXPECT_EQ(config.duration("flow.tcp.idle"), hour);
  EXPECT_FALSE(config.flag("capture.promiscuous"));
  EXPECT_THAT(config.render_effective(),
              HasSubstr("  config_test.words: 11  # --set caps.config_test.words\n"));
  EXPECT_THAT(defaults({"capture.interfaces=eth0"}).list("capture.interfaces"),
              ElementsAre("eth0"));
  EXPECT_TRUE(defaults({"capture.interfaces="}).list("capture.interfaces").empty());
  EXPECT_EQ(defaults({"log.level=warn", "log.level=error"}).text("log.level"), "error");
  EXPECT_EQ(defaults({"sensor.name=a=b"}).text("sensor.name"), "a=b");
}

TEST_F(ConfigTest, SetIsCheckedAsTheFilesAre) {
  const std::pair<const char*, const char*> cases[] = {
      {"log.levle=info", "--set log.levle: unknown key \"log.levle\"; did you mean \"log.level\""},
      {"capture.snaplen=big",
       "--set capture.snaplen: capture.snaplen is big; allowed is a whole number from 64 to "
       "262144"},
      {"capture={snaplen: 5}",
       "--set capture: capture is a group; allowed in it are interfaces, snaplen, promiscuous "
       "and ring"},
      {"capture.interfaces=[a, @]",
       "--set capture.interfaces:1:5: a value cannot begin with this character; put it in "
       "quotes"},
      {"vars.address.A=x",
       "--set vars.address.A: vars.address.A[1] is x; allowed is an address or network, such as "
       "10.0.0.0/8"},
      {"=5",
       "--set : unknown key \"\"; allowed are sensor, capture, flow, vars, spool, uplink, log and "
       "caps"},
      {"caps.config_test.words=1",
       "--set caps.config_test.words: caps.config_test.words is 1; allowed is a whole number "
       "from 10 to 1000"},
  };
  for (const auto& [set, expected] : cases) EXPECT_EQ(errors("", {set}), expected);
}

TEST_F(ConfigTest, ABadConfigurationChangesNoCap) {
  EXPECT_NE(errors("caps: {config_test.words: 500, config_test.flows: 0}\n"), "");
  EXPECT_EQ(test_words.value(), 100u);
  EXPECT_EQ(test_flows.value(), 65'536u);
}

TEST_F(ConfigTest, CapsChangeOnlyWhenApplied) {
  const SensorConfig config = load("caps: {config_test.words: 500, config_test.flows: 1000}\n");
  EXPECT_EQ(test_words.value(), 100u);
  EXPECT_EQ(config.cap_bytes(), Cap::total_bytes() - (65'536u - 1'000u) * 192);
  config.apply_caps();
  EXPECT_EQ(test_words.value(), 500u);
  EXPECT_EQ(test_flows.value(), 1000u);
  EXPECT_EQ(test_flows.preset(), 65'536u);
  const SensorConfig after = defaults();  // a cap's default is not what was set before
  EXPECT_EQ(after.cap_bytes(), Cap::total_bytes() + (65'536u - 1'000u) * 192);
  EXPECT_EQ(after.changes(config),
            (std::vector<std::string>{"caps.config_test.flows", "caps.config_test.words"}));
  after.apply_caps();
  EXPECT_EQ(test_words.value(), 100u);
  EXPECT_EQ(test_flows.value(), 65'536u);
}

const Cap test_room{"config_test_sizes.room_bytes", 4 << 20, 1 << 20, 1 << 30, 1, "Octets kept."};

TEST_F(ConfigTest, ACapOfBytesIsASize) {
  const SensorConfig config = load("caps: {config_test_sizes.room_bytes: 32MB}\n");
  EXPECT_EQ(config.cap_bytes(), Cap::total_bytes() + (28u << 20));
  EXPECT_EQ(load("caps.config_test_sizes.room_bytes: 2097152\n").cap_bytes(),
            Cap::total_bytes() - (2u << 20));
  EXPECT_EQ(errors("caps.config_test_sizes.room_bytes: 1kB\n"),
            "sensor.yaml:1:36: caps.config_test_sizes.room_bytes is 1kB; allowed is a size from "
            "1MB to 1GB");
}

TEST_F(ConfigTest, ChangesNamesWhatDiffersInValueNotInOrigin) {
  const SensorConfig before = defaults();
  const SensorConfig after =
      load("capture: {snaplen: 65535, ring: 8MB}\nvars.address: {HOME_NET: 10.0.0.0/8}\n");
  EXPECT_EQ(after.changes(before), (std::vector<std::string>{"capture.ring", "vars.address"}));
  EXPECT_TRUE(after.changes(after).empty());
}

TEST_F(ConfigTest, TheProgramsOwnRefusalsCarryThePlace) {
  const SensorConfig config = load("uplink.address: 10.0.0.1\n");
  EXPECT_EQ(without_folder(config.refuse("uplink.address", "is not reachable").message),
            "sensor.yaml:1:17: uplink.address is not reachable");
  EXPECT_EQ(config.refuse("log.level", "is too loud").message, "default: log.level is too loud");
  EXPECT_EQ(config.refuse("log.level", "is too loud").kind, ErrorKind::invalid);
}

TEST_F(ConfigTest, ASecretIsReadFromItsFileAndShownNowhere) {
  const std::string path = folder_.write("token", "geheim123\r\n");
  const SensorConfig config = load("uplink: {token_file: " + path + "}\n");
  EXPECT_EQ(*config.secret("uplink.token_file"), "geheim123");
  const std::string effective = config.render_effective();
  EXPECT_EQ(effective.find("geheim123"), effective.npos);
  EXPECT_EQ(effective.find(path), effective.npos);
  EXPECT_THAT(without_folder(effective),
              HasSubstr("  # token_file: set, not shown  # sensor.yaml:1:22\n"));
  folder_.write("token", "changed");
  EXPECT_EQ(*config.secret("uplink.token_file"), "changed");
}

TEST_F(ConfigTest, NoMessageRepeatsASecretWrittenInThePathsPlace) {
  const auto refusal = [&](const std::string& value) {
    const auto secret = load("uplink: {token_file: " + value + "}\n").secret("uplink.token_file");
    return secret ? "taken" : without_folder(secret.error().message);
  };
  EXPECT_EQ(refusal("geheim123"),
            "sensor.yaml:1:22: uplink.token_file names a file that does not exist");
  EXPECT_EQ(refusal(folder_.write("empty", "\n")),
            "sensor.yaml:1:22: uplink.token_file names a file that is empty");
  EXPECT_EQ(refusal(folder_.path()),
            "sensor.yaml:1:22: uplink.token_file names a file that cannot be read");
  EXPECT_EQ(refusal(folder_.write("large", std::string(largest_secret + 1, 'x'))),
            "sensor.yaml:1:22: uplink.token_file names a file that is too large for a secret");
  EXPECT_EQ(refusal(folder_.write("full", std::string(largest_secret, 'x'))), "taken");
  for (const std::string& text : {std::string("uplink.token_file: |\n  geheim123\n"),
                                  std::string("uplink.token_file: [geheim123]\n")}) {
    const std::string message = errors(text);
    EXPECT_NE(message, "");
    EXPECT_EQ(message.find("geheim123"), message.npos) << message;
  }
  EXPECT_EQ(errors("", {"uplink.token_file=geheim123\n"}).find("geheim123"), std::string::npos);
}

}  // namespace
}  // namespace langyan
