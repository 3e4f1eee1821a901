#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/caps.h"
#include "base/config.h"
#include "base/temp_folder.h"
#include "base/units.h"
#include "base/yaml.h"

namespace langyan {
namespace {

using ::testing::HasSubstr;

constexpr Key keys[] = {
    Key::flag("verbose", false, "Says more."),
    Key::list("capture.interfaces", "[]", "Interfaces to listen on."),
    Key::integer("capture.snaplen", 65535, {64, 262144}, "Octets kept of each packet."),
    Key::integer("capture.workers", 0, {},
                 "Threads that decode; 0 is one for each core but one, which a long doc "
                 "sentence shows to be broken at a space."),
    Key::size("capture.ring", 64 * megabyte, {megabyte, 4 * gigabyte},
              "Memory of the kernel's ring."),
    Key::duration("flow.tcp.idle", 5 * minute, {second, day},
                  "Silence after which a TCP flow is over."),
    Key::duration("flow.udp.idle", 90 * second, {second, day},
                  "Silence after which a UDP flow is over."),
    Key::map("vars.address", "{HOME_NET: [10.0.0.0/8], EXTERNAL_NET: '!$HOME_NET'}",
             "Address variables."),
    Key::map("vars.port", "{}", "Port variables."),
    Key::text("uplink.address", "", "Address of the center."),
    Key::secret_file("uplink.token_file", "File that holds the token."),
    Key::word("log.level", "info", "debug|info|warn|error", "What is written to the log."),
};
static_assert(key_fault(keys).empty());

// Caps of other tests are in the table too; what is compared ends where they begin.
std::string before_caps(const std::string& text) {
  const std::size_t at = text.find("\ncaps:\n");
  const std::size_t heading = text.rfind("\n\n", at);
  return text.substr(0, std::min(at, heading)) + '\n';
}

TEST(ConfigRender, TheDefaultFileHasEveryKeyItsSentenceAndItsDefault) {
  EXPECT_EQ(
      before_caps(render_default(keys, "Configuration of langyan-sensor.", "sensor.schema.json")),
      R"(# yaml-language-server: $schema=sensor.schema.json
# Configuration of langyan-sensor.
# Every key with its default. A key may be left out; files in conf.d/*.yaml beside this one override
# it in the order of their names, and --set key=value overrides both.

# Says more.
verbose: false

capture:
  # Interfaces to listen on.
  interfaces: []
  # Octets kept of each packet. From 64 to 262144.
  snaplen: 65535
  # Threads that decode; 0 is one for each core but one, which a long doc sentence shows to be
  # broken at a space. At least 0.
  workers: 0
  # Memory of the kernel's ring. From 1MB to 4GB.
  ring: 64MB

flow:
  tcp:
    # Silence after which a TCP flow is over. From 1s to 1d.
    idle: 5m
  udp:
    # Silence after which a UDP flow is over. From 1s to 1d.
    idle: 90s

vars:
  # Address variables.
  address:
    EXTERNAL_NET: ["!$HOME_NET"]
    HOME_NET: ["10.0.0.0/8"]
  # Port variables.
  port: {}

uplink:
  # Address of the center.
  address: ""
  # File that holds the token.
  token_file: ""

log:
  # What is written to the log. One of debug, info, warn, error.
  level: info
)");
}

TEST(ConfigRender, TheDefaultFileGivesTheDefaults) {
  TempFolder folder;
  const std::string file = folder.write("a.yaml", render_default(keys, "Title.", "x.json"));
  const auto config = Config::load(keys, {.file = file});
  ASSERT_TRUE(config) << config.error().message;
  const auto defaults = Config::load(keys, {});
  EXPECT_TRUE(config->changes(*defaults).empty());
  for (const Key& key : keys) EXPECT_FALSE(config->origin(key.name).is_default()) << key.name;
  for (const Cap* cap : Cap::all()) {
    EXPECT_EQ(config->origin("caps." + std::string(cap->name())).file, file) << cap->name();
    EXPECT_THAT(folder.read("a.yaml"), HasSubstr("  # " + std::string(cap->doc()) + " From "));
  }
}

TEST(ConfigRender, WhatIsInForceIsYamlWithEachOrigin) {
  TempFolder folder;
  folder.write("conf.d/1.yaml", "log.level: warn\nvars.address.PLC: [10.1.0.0/16]\n");
  const std::string file = folder.write("a.yaml",
                                        "capture:\n  interfaces: [eth0]\n  ring: 8192kB\n"
                                        "uplink: {address: 'a b', token_file: /etc/token}\n");
  const auto config = Config::load(keys, {.file = file, .sets = {"capture.snaplen=1500"}});
  ASSERT_TRUE(config) << config.error().message;
  std::string text = before_caps(config->render_effective());
  for (std::size_t at; (at = text.find(folder.path() + "/")) != text.npos;)
    text.erase(at, folder.path().size() + 1);
  EXPECT_EQ(text, R"(# What is in force, each value with where it came from.

verbose: false  # default

capture:
  interfaces: [eth0]  # a.yaml:2:15
  snaplen: 1500  # --set capture.snaplen
  workers: 0  # default
  ring: 8MB  # a.yaml:3:9

flow:
  tcp:
    idle: 5m  # default
  udp:
    idle: 90s  # default

vars:
  address:
    EXTERNAL_NET: ["!$HOME_NET"]  # default
    HOME_NET: ["10.0.0.0/8"]  # default
    PLC: ["10.1.0.0/16"]  # conf.d/1.yaml:2:19
  port: {}  # default

uplink:
  address: "a b"  # a.yaml:4:19
  # token_file: set, not shown  # a.yaml:4:38

log:
  level: warn  # conf.d/1.yaml:1:12
)");
}

TEST(ConfigRender, WhatIsInForceReadsBackTheSame) {
  TempFolder folder;
  const std::string many = "[a, 'b, c', \"d\\ne\", '', '#', ': ', \"null\", \"no\", 5, \"" +
                           std::string(90, 'x') + "\"]";
  const auto config = Config::load(
      keys, {.file = folder.write("a.yaml", "capture: {interfaces: " + many +
                                                "}\nuplink.address: \"tab\\t狼\\\\\"\n"
                                                "vars.port: {A: " +
                                                many + ", B: []}\ncapture.ring: 1048577\n")});
  ASSERT_TRUE(config) << config.error().message;
  const std::string text = config->render_effective();
  EXPECT_THAT(text, HasSubstr("\n  interfaces:  # "));  // an item a line
  EXPECT_THAT(text, HasSubstr("\n    - a\n    - \"b, c\"\n"));
  EXPECT_THAT(text, HasSubstr("\n      - a\n"));
  const auto again = Config::load(keys, {.file = folder.write("b.yaml", text)});
  ASSERT_TRUE(again) << again.error().message << text;
  EXPECT_TRUE(again->changes(*config).empty()) << text;
}

const Cap room{"config_render_test.room_bytes", 3 << 20, 1024, 1 << 30, 1, "Octets kept."};
const Cap priced{"config_render_test.flows", 1024, 1, 4096, 1024, "Flows kept."};

TEST(ConfigRender, TheCapsStandAtTheEndWithTheirPriceAndSum) {
  const auto config = Config::load(keys, {.sets = {"caps.config_render_test.flows=2048"}});
  ASSERT_TRUE(config) << config.error().message;
  const std::string text = config->render_effective();
  EXPECT_THAT(
      text,
      HasSubstr(
          "  config_render_test.flows: 2048  # --set caps.config_render_test.flows; 1024 bytes "
          "each, 2.0MB\n"));
  EXPECT_THAT(text,
              HasSubstr("  config_render_test.room_bytes: 3MB  # default; 1 byte each, 3.0MB\n"));
  EXPECT_THAT(render_default(keys, "Title.", "x.json"),
              HasSubstr("  # Octets kept. From 1kB to 1GB. 1 byte each, 3.0MB.\n"
                        "  config_render_test.room_bytes: 3MB\n"));
  const std::uint64_t sum = Cap::total_bytes() + (1u << 20);  // the cap itself is not changed yet
  EXPECT_TRUE(text.ends_with("# The caps sum to " + approximate_size(sum) + " (" +
                             std::to_string(sum) + " bytes).\n"))
      << text;
}

TEST(ConfigRender, AnOriginCannotBreakOutOfItsComment) {
  TempFolder folder;
  const auto config =
      Config::load(keys, {.file = folder.write("a\nlog: {level: error}.yaml", "verbose: true\n")});
  ASSERT_TRUE(config) << config.error().message;
  const auto again =
      Config::load(keys, {.file = folder.write("b.yaml", config->render_effective())});
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->text("log.level"), "info");
}

const YamlNode* member(const YamlNode* node, std::string_view name) {
  for (std::size_t i = 0; node && i < node->keys.size(); ++i) {
    if (node->keys[i].text == name) return &node->items[i];
  }
  return nullptr;
}

TEST(ConfigRender, TheSchemaDescribesEveryKey) {
  const std::string json = render_schema(keys, "langyan-sensor");
  const auto document = read_yaml(json, {.depth = 32});  // JSON is YAML
  ASSERT_TRUE(document.faults.empty()) << document.faults[0].message << json;
  const auto find = [&](std::string_view name) {
    const YamlNode* node = &document.root;
    while (node && !name.empty()) {
      const std::size_t dot = name.find('.');
      node = member(member(node, "properties"), name.substr(0, dot));
      name = dot == name.npos ? "" : name.substr(dot + 1);
    }
    return node;
  };
  for (const Key& key : keys) {
    const YamlNode* node = find(key.name);
    ASSERT_TRUE(node) << key.name;
    ASSERT_TRUE(member(node, "description")) << key.name;
    EXPECT_TRUE(member(node, "description")->text.starts_with(key.doc)) << key.name;
  }
  const auto value = [&](std::string_view name, std::string_view what) {
    return member(find(name), what)->text;
  };
  EXPECT_EQ(value("verbose", "type"), "boolean");
  EXPECT_EQ(value("capture.snaplen", "type"), "integer");
  EXPECT_EQ(value("capture.snaplen", "minimum"), "64");
  EXPECT_EQ(value("capture.snaplen", "maximum"), "262144");
  EXPECT_EQ(value("capture.snaplen", "default"), "65535");
  EXPECT_EQ(member(find("capture.workers"), "maximum"), nullptr);
  EXPECT_EQ(value("capture.ring", "default"), "64MB");
  EXPECT_EQ(value("flow.udp.idle", "pattern"), "^[0-9]+ ?(us|ms|s|m|h|d)$");
  EXPECT_EQ(value("capture.interfaces", "type"), "array");
  EXPECT_EQ(value("vars.address", "type"), "object");
  ASSERT_EQ(member(find("log.level"), "enum")->items.size(), 4u);
  EXPECT_EQ(member(find("log.level"), "enum")->items[3].text, "error");
  EXPECT_EQ(member(&document.root, "additionalProperties")->text, "false");
  EXPECT_EQ(member(find("capture"), "additionalProperties")->text, "false");
  const YamlNode* caps = member(find("caps"), "properties");
  for (const Cap* cap : Cap::all()) {
    const YamlNode* node = member(caps, cap->name());
    ASSERT_TRUE(node) << cap->name();
    if (cap->name().ends_with("_bytes")) {
      EXPECT_EQ(member(node, "default")->text, format_size(static_cast<std::int64_t>(cap->preset())));
    } else {
      EXPECT_EQ(member(node, "maximum")->text, std::to_string(cap->most())) << cap->name();
    }
  }
}

}  // namespace
}  // namespace langyan
