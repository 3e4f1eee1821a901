#include "outputs/settings.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace langyan::outputs {
namespace {

Settings syslog() {
  Settings settings;
  settings.name = "soc", settings.kind = "syslog";
  settings.values["address"] = "siem.example:6514";
  return settings;
}

std::string fault(const Settings& settings) {
  const auto done = check(settings);
  return done ? "" : done.error().message;
}

TEST(Settings, WhatIsRightPasses) {
  EXPECT_EQ(fault(syslog()), "");
  EXPECT_EQ(syslog().text("form"), "json");
  EXPECT_EQ(syslog().number("longest"), 65'536u);
  EXPECT_TRUE(syslog().flag("tls"));
}

TEST(Settings, WhatIsWrongIsSaidByName) {
  const auto with = [](std::string_view name, std::string value) {
    Settings settings = syslog();
    settings.values[std::string(name)] = std::move(value);
    return fault(settings);
  };
  EXPECT_EQ(with("adress", "x:1"), "settings.adress is not a setting of syslog; did you mean address?");
  for (const char* bad :
       {"", "siem", "siem:0", "siem:65536", ":514", "fd00::5:514", "a b:1", "a/b:1", "[fd00::5]", "x:1\r\n"})
    EXPECT_TRUE(with("address", bad).starts_with("settings.address must be ")) << bad;
  EXPECT_EQ(with("address", "[fd00::5]:514"), "");
  EXPECT_EQ(with("tls", "yes"), "settings.tls must be true or false");
  EXPECT_EQ(with("form", "json|cef"), "settings.form must be one of json|cef");
  EXPECT_EQ(with("longest", "10"), "settings.longest must be a number from 2048 to 1048576");
  EXPECT_EQ(with("ca", "no PEM"), "settings.ca must be a certificate in PEM, with its BEGIN and END lines");
  EXPECT_EQ(with("key", "x"), "settings.key is a secret; give it under secrets, so that it is never read back");
  Settings settings = syslog();
  settings.secrets["key"] = "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n";
  EXPECT_EQ(fault(settings), "secrets.key must be a private key in PEM, without a passphrase");
  settings = syslog(), settings.values.clear();
  EXPECT_TRUE(fault(settings).starts_with("settings.address is needed: "));
  settings = syslog(), settings.kind = "carrier-pigeon";
  EXPECT_TRUE(fault(settings).starts_with("kind must be one of syslog, "));
  for (const char* bad : {"", "UPPER", "-x", "../x", "a/b", "a b"}) {
    settings = syslog(), settings.name = bad;
    EXPECT_TRUE(fault(settings).starts_with("name must be ")) << bad;
  }
}

TEST(Settings, EveryRowIsWhole) {
  for (const SettingRow& row : setting_rows()) {
    EXPECT_NE(std::ranges::find(kinds(), row.kind), kinds().end()) << row.name;
    EXPECT_TRUE(row.doc.en.ends_with('.')) << row.name;
    EXPECT_TRUE(row.doc.zh.ends_with("。")) << row.name;
    if (row.fallback.empty()) continue;
    Settings settings;
    settings.name = "x", settings.kind = row.kind, settings.values.emplace(row.name, row.fallback);
    EXPECT_FALSE(fault(settings).starts_with("settings." + std::string(row.name))) << fault(settings);
  }
}

// "| kind | `name` | needed | doc `word` `word` |": both pages of the documentation have a line of each row.
TEST(Settings, ThePagesHaveEveryRow) {
  struct Page {
    std::string_view path, needed, secret;
    bool chinese;
  };
  for (const auto& [path, needed, secret, chinese] : {Page{"/docs/outputs.md", "needed", "secret", false},
                                                      Page{"/docs/outputs.zh-CN.md", "必填", "机密", true}}) {
    std::ifstream in(LANGYAN_SOURCE_DIR + std::string(path));
    const std::string page{std::istreambuf_iterator<char>(in), {}};
    for (const SettingRow& row : setting_rows()) {
      std::string line = "| " + std::string(row.kind) + " | `" + std::string(row.name) + "` | ";
      line += row.need == Need::required ? std::string(needed)
              : row.need == Need::secret ? std::string(secret)
              : row.fallback.empty()     ? ""
                                         : "`" + std::string(row.fallback) + "`";
      line.append(" | ").append(chinese ? row.doc.zh : row.doc.en);
      for (std::string_view words = row.words; !words.empty();
           words.remove_prefix(std::min(words.size(), words.find('|') + 1)))
        if (line.append(" `").append(words.substr(0, words.find('|'))).append("`"); words.find('|') == words.npos) break;
      EXPECT_NE(page.find(line + " |\n"), page.npos) << path << ": " << line << " |";
    }
  }
}

TEST(Settings, ValuesAreReadAsTheyWereStored) {
  const Values values{{"a", "x\"\n"}, {"b", ""}};
  EXPECT_EQ(read_values(stored(values)), values);
}

}  // namespace
}  // namespace langyan::outputs
