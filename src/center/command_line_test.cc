#include "center/command_line.h"

#include <gtest/gtest.h>

#include "center/center_keys.h"

namespace langyan::center {
namespace {

Result<CommandLine> parsed(std::vector<const char*> words) {
  words.insert(words.begin(), "langyan-center");
  return parse(static_cast<int>(words.size()), words.data());
}

TEST(CommandLine, ServesUnlessToldOtherwise) {
  EXPECT_EQ(parsed({})->verb, CommandLine::Verb::serve);
  EXPECT_EQ(parsed({"serve"})->verb, CommandLine::Verb::serve);
  EXPECT_EQ(parsed({"init", "--name", "a", "--name", "b"})->names,
            (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(parsed({"-T"})->test);
  EXPECT_EQ(parsed({"-q"})->verbosity, -1);
}

TEST(CommandLine, ShortNamesAreConfigurationKeys) {
  const auto line = parsed({"--data", "/srv/ly", "--listen", "127.0.0.1:1", "--next-free-port",
                            "--set", "http.workers=2"});
  ASSERT_TRUE(line.ok());
  const auto config = CenterConfig::load({"", "conf.d", line->sets});
  ASSERT_TRUE(config.ok()) << config.error().message;
  const CenterOptions options = options_of(*config);
  EXPECT_EQ(options.data, "/srv/ly");
  EXPECT_EQ(options.listen, "127.0.0.1:1");
  EXPECT_TRUE(options.next_free_port);
  EXPECT_EQ(options.http.workers, 2u);
}

TEST(CommandLine, RefusesWhatItDoesNotKnow) {
  for (const auto& words : std::vector<std::vector<const char*>>{
           {"start"}, {"serve", "init"}, {"--nonsense"}, {"--data"}, {"--name", "x"}}) {
    const auto line = parsed(words);
    ASSERT_FALSE(line.ok());
    EXPECT_EQ(line.error().kind, ErrorKind::usage);
  }
}

TEST(CenterKeys, TheDefaultsAreThoseOfTheOptions) {
  const auto config = CenterConfig::load({});
  ASSERT_TRUE(config.ok());
  const CenterOptions from_config = options_of(*config), in_code;
  EXPECT_EQ(from_config.listen, in_code.listen);
  EXPECT_EQ(from_config.organisation, in_code.organisation);
  EXPECT_EQ(from_config.http.connections, in_code.http.connections);
  EXPECT_EQ(from_config.http.bodies_bytes, in_code.http.bodies_bytes);
  EXPECT_EQ(from_config.http.header_time, in_code.http.header_time);
  EXPECT_EQ(from_config.intake.body_bytes, in_code.intake.body_bytes);
  EXPECT_EQ(from_config.intake.inflated_bytes, in_code.intake.inflated_bytes);
  EXPECT_EQ(from_config.access.sessions.idle, in_code.access.sessions.idle);
  EXPECT_EQ(from_config.access.password.memory, in_code.access.password.memory);
  EXPECT_EQ(from_config.store.keep, in_code.store.keep);
  EXPECT_EQ(from_config.store.free_floor, in_code.store.free_floor);
  EXPECT_EQ(from_config.feeds, in_code.feeds);
}

}  // namespace
}  // namespace langyan::center
