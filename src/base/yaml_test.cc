#include "base/yaml.h"

#include <gtest/gtest.h>

#include <chrono>

namespace langyan {
namespace {

std::string faults(std::string_view text, const YamlLimits& limits = {}) {
  std::string out;
  for (const YamlFault& fault : read_yaml(text, limits).faults) {
    if (!out.empty()) out += '\n';
    out += std::to_string(fault.place.line) + ":" + std::to_string(fault.place.column) + ": " +
           fault.message;
  }
  return out;
}

// The tree in one line: maps in {}, lists in [], quoted texts in "".
std::string shape(const YamlNode& node) {
  const std::string at =
      "@" + std::to_string(node.place.line) + ":" + std::to_string(node.place.column);
  if (node.kind == YamlNode::Kind::null) return "null";
  if (node.kind == YamlNode::Kind::scalar)
    return (node.quoted ? "\"" + node.text + "\"" : node.text) + at;
  std::string out;
  for (std::size_t i = 0; i < node.items.size(); ++i) {
    if (i > 0) out += ", ";
    if (node.kind == YamlNode::Kind::map) out += node.keys[i].text + ": ";
    out += shape(node.items[i]);
  }
  return node.kind == YamlNode::Kind::map ? "{" + out + "}" : "[" + out + "]";
}

TEST(Yaml, EveryNodeKnowsItsPlace) {
  const auto document =
      read_yaml("a:\n  b: 1\n  c: \"x\"\nd: [e, 'f']\ng:\nh: |\n  two\n  lines\n");
  EXPECT_TRUE(document.faults.empty());
  EXPECT_EQ(
      shape(document.root),
      "{a: {b: 1@2:6, c: \"x\"@3:6}, d: [e@4:5, \"f\"@4:8], g: null, h: \"two\nlines\n\"@6:4}");
  EXPECT_EQ(document.root.keys[1].place.line, 4);
  EXPECT_EQ(document.root.keys[1].place.column, 1);
}

TEST(Yaml, ColumnsCountCharactersNotOctets) {
  EXPECT_EQ(shape(read_yaml("狼: 烟\nx: [中文, 𝄞, b]\n").root),
            "{狼: 烟@1:4, x: [中文@2:5, 𝄞@2:9, b@2:12]}");
  EXPECT_EQ(faults("a: 烽火\n中文: 台: 1\n").substr(0, 4), "2:6:");
}

TEST(Yaml, AByteOrderMarkAndCarriageReturnsAreTaken) {
  const auto document = read_yaml(
      "\xef\xbb\xbf"
      "a: 1\r\nb:\r\n  c: 2\r\n");
  EXPECT_TRUE(document.faults.empty());
  EXPECT_EQ(shape(document.root), "{a: 1@1:4, b: {c: 2@3:6}}");
}

TEST(Yaml, NothingIsNull) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "---\n", "---\n...\n", "~"}) {
    const auto document = read_yaml(text);
    EXPECT_TRUE(document.faults.empty()) << text;
    EXPECT_EQ(document.root.kind, YamlNode::Kind::null) << text;
  }
}

TEST(Yaml, SyntaxFaultsNamePlaceAndRemedy) {
  const std::string misfit_colon =
      "a \":\" does not fit here; quote a value that holds \": \", and give keys of "
      "one level the same indentation";
  const std::string misfit_key =
      "this does not fit the keys above; give keys of one level the same "
      "indentation, and quote a value that holds special characters";
  const std::pair<const char*, std::string> cases[] = {
      {"a: b: c\n", "1:5: " + misfit_colon},
      {"a: 1\n  b: 2\n", "2:4: " + misfit_colon},
      {"a:\n  b: 1\n c: 2\n", "3:2: " + misfit_key},
      {"a: \"b\" c\n", "1:8: " + misfit_key},
      {"b: 1\n- a\n", "2:1: " + misfit_key},
      {"a:\n  - b\n d: 1\n", "3:2: " + misfit_key},
      {"a:\n  - \"b\" c\n",
       "2:9: this does not fit the list above; begin each item with \"- \" in the same "
       "column, and quote a value that holds special characters"},
      {"a: [1, 2\nb: 3\n", "1:4: a \"[\" is opened here and not closed by \"]\""},
      {"a: {x: 1\nb: 3\n", "1:4: a \"{\" is opened here and not closed by \"}\""},
      {"a: ]\n", "1:4: a closing bracket stands here without its opening one"},
      {"a: -\n", "1:4: a \"-\" does not fit here; begin a list on a line of its own, or quote it"},
      {"a: @x\n", "1:4: a value cannot begin with this character; put it in quotes"},
      {"a: *x\n",
       "1:4: no \"&\" above names what this \"*\" stands for; put a text that begins with \"*\" in "
       "quotes"},
      {"a: \"\\q\"\n",
       "1:7: \"\\q\" is no escape; write \\\\ for a backslash, or use single quotes"},
      {"%YAML 3.0\n---\na: 1\n", "1:1: not valid YAML: YAML major version too large"},
  };
  for (const auto& [text, expected] : cases) EXPECT_EQ(faults(text), expected) << text;
}

TEST(Yaml, AnUnclosedQuoteIsFoundWhereItOpens) {
  const std::string unclosed = "a quote is opened here and never closed";
  EXPECT_EQ(faults("a: \"x\nb: 1\n"),
            "1:4: " + unclosed);  // yaml-cpp takes the end of the file for the quote
  EXPECT_EQ(faults("b: 1\na: 'x''\n"), "2:4: " + unclosed);
  EXPECT_EQ(faults("a: \"x\\\"\n"), "1:4: " + unclosed);
  EXPECT_EQ(faults("a: [x, \"y]\nb: 1"), "1:8: " + unclosed);
  EXPECT_EQ(faults("k: \"done\"\na: 'never"), "2:4: " + unclosed);
  EXPECT_EQ(faults("a: 'it''s'\nb: \"\\\"\"\n"), "");
}

TEST(Yaml, TheFullWidthColonIsPointedOut) {
  EXPECT_EQ(faults("日志：\n级别: info\n"),
            "2:3: a \":\" does not fit here; quote a value that holds \": \", and give keys of one "
            "level the same "
            "indentation; line 1 holds the full-width colon, and YAML takes only \":\"");
}

TEST(Yaml, EveryTabInIndentationIsNamed) {
  EXPECT_EQ(faults("a:\n\tb: 1\n  \tc: 2\n\t\n\t# comment\nd: 'x\ty'\n"),
            "2:1: a tab indents this line; YAML allows only spaces\n"
            "3:3: a tab indents this line; YAML allows only spaces");
}

TEST(Yaml, StrictWhereYamlIsLoose) {
  EXPECT_EQ(faults("a: !!str 5\n"), "1:4: a tag stands here; write the value without \"!\"");
  EXPECT_EQ(faults("a: !x [5]\n"), "1:4: a tag stands here; write the value without \"!\"");
  EXPECT_EQ(faults("---\na: 1\n---\nb: 1\n").substr(0, 32), "3:1: a second document begins he");
  EXPECT_EQ(faults("  a: 1\nb: 2\n").substr(0, 32), "2:1: a second document begins he");
  EXPECT_EQ(faults("[a]: 1\n").substr(0, 27), "1:1: a list or mapping stan");
  EXPECT_EQ(faults("? {a: 1}\n: 2\n").substr(0, 27), "1:3: a list or mapping stan");
  EXPECT_EQ(faults(": 1\n"), "1:1: a key is missing before \":\"");
}

TEST(Yaml, DuplicateKeysAreAllNamedAndTheFirstCounts) {
  EXPECT_EQ(faults("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n"),
            "2:11: duplicate key \"c\"; it stands already at 2:5\n"
            "3:1: duplicate key \"a\"; it stands already at 1:1\n"
            "4:1: duplicate key \"a\"; it stands already at 1:1");
  EXPECT_EQ(shape(read_yaml("a: 1\nb: {c: 1, c: 2}\na: 3\n").root), "{a: 1@1:4, b: {c: 1@2:8}}");
}

TEST(Yaml, WhatIsNotPrintableUtf8IsRefusedWithItsPlace) {
  using namespace std::string_view_literals;
  EXPECT_EQ(faults("a: 1\n中: x\xff\n"),
            "2:5: the octet 0xff is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(faults("a: \xc0\xaf\n"), "1:4: the octet 0xc0 is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(faults("a: \xed\xa0\x80\n"),
            "1:4: the octet 0xed is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(faults("a: \xe4\xb8"), "1:4: the octet 0xe4 is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(faults("\xff\xfe"
                   "a"),
            "1:1: the octet 0xff is not UTF-8; save the file as UTF-8");
  EXPECT_EQ(faults("a: x\x04y\nb: 2\n"), "1:5: the character U+0004 cannot be printed; remove it");
  EXPECT_EQ(faults("a: \0\n"sv), "1:4: the character U+0000 cannot be printed; remove it");
  EXPECT_EQ(faults("a: \x7f\n"), "1:4: the character U+007F cannot be printed; remove it");
  EXPECT_EQ(faults("a: \xc2\x80\n"), "1:4: the character U+0080 cannot be printed; remove it");
  EXPECT_EQ(faults("a: \xef\xbf\xbf\n"), "1:4: the character U+FFFF cannot be printed; remove it");
  EXPECT_EQ(faults("a: \xc2\x85\xef\xbf\xbd\xf0\x9f\x94\xa5\n"), "");
}

TEST(Yaml, WhatWasReadBeforeAFaultIsKept) {
  EXPECT_EQ(shape(read_yaml("a: 1\nb:\n  c: 2\n  d: [1, 2\n").root),
            "{a: 1@1:4, b: {c: 2@3:6, d: [1@4:7]}}");
  EXPECT_EQ(shape(read_yaml("a: 1\nb:\n  c: 2\n   d: 3\n").root), "{a: 1@1:4}");
  EXPECT_EQ(shape(read_yaml("a: 1\nb: @\n").root), "{}");
  EXPECT_EQ(shape(read_yaml("a: 1\na: 2\nb: {c: 1}\n d: 1\n").root), "{a: 1@1:4, b: {c: 1@3:8}}");
}

TEST(Yaml, AnAliasIsACopyWithItsOwnPlace) {
  const auto document = read_yaml("a: &x [1, {b: &y 2}]\nc: *x\nd: *y\n&k e: *k\n");
  EXPECT_TRUE(document.faults.empty());
  EXPECT_EQ(shape(document.root),
            "{a: [1@1:8, {b: 2@1:15}], c: [1@1:8, {b: 2@1:15}], d: 2@3:4, e: e@4:7}");
  EXPECT_EQ(document.root.items[1].place.line, 2);
  EXPECT_EQ(faults("a: &x [*x]\n"), "1:8: an alias stands inside what it stands for");
  EXPECT_EQ(faults("a: &x [1]\nb: {*x : 1}\n"), "2:5: a key must be a text");
}

TEST(Yaml, AnAliasBombIsRefusedBeforeItGrows) {
  std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 12; ++i) {
    const std::string before = "*a" + std::to_string(i - 1);
    bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int k = 1; k < 10; ++k) bomb += ", " + before;
    bomb += "]\n";
  }
  EXPECT_NE(faults(bomb).find(": more than 100000 values, aliases counted as what they stand for"),
            std::string::npos)
      << faults(bomb);
}

TEST(Yaml, AliasesAndTheirCopiesCountAsWhatTheyStandFor) {
  std::string text = "a: &a [x";
  for (int i = 1; i < 1'000; ++i) text += ", x";
  text += "]\nb: [*a";
  for (int i = 1; i < 90; ++i) text += ", *a";
  EXPECT_EQ(faults(text + "]\n"), "");
  for (int i = 0; i < 20; ++i) text += ", *a";
  EXPECT_NE(faults(text + "]\n").find("more than 100000 values"), std::string::npos);
  const YamlLimits limits{.nodes = 8};
  EXPECT_EQ(faults("a: [[x]]\n", limits), "");  // the mapping, its key, two lists and x
  EXPECT_EQ(faults("a: &a [x]\n", limits), "");
  EXPECT_NE(faults("a: &a [&b [x]]\n", limits).find("more than 8 values"), std::string::npos);
}

TEST(Yaml, DepthAndNodesAreBounded) {
  const YamlLimits limits{.depth = 3, .nodes = 8, .faults = 2};
  EXPECT_EQ(faults("a: [[1]]\n", limits), "");
  EXPECT_EQ(faults("a: [[[1]]]\n", limits),
            "1:6: lists and mappings stand more than 3 deep in each other");
  EXPECT_EQ(faults("a: {b: {c: {d: 1}}}\n", limits),
            "1:12: lists and mappings stand more than 3 deep in each other");
  EXPECT_EQ(faults("a: [1, 2, 3, 4, 5]\n", limits), "");  // the mapping, its key, the list and five
  EXPECT_EQ(faults("a: [1, 2, 3, 4, 5, 6]\n", limits),
            "1:20: more than 8 values, aliases counted as what they stand for; split or shorten "
            "the file");
  EXPECT_EQ(faults("a: 1\na: 2\na: 3\na: 4\n", {.nodes = 100, .faults = 2}),
            "2:1: duplicate key \"a\"; it stands already at 1:1\n3:1: duplicate key \"a\"; it "
            "stands already at 1:1");
  const YamlLimits with_alias{.depth = 3};
  EXPECT_EQ(faults("a: &x [[1]]\nb: [*x]\n", with_alias),
            "2:5: lists and mappings stand more than 3 deep in each other");
}

TEST(Yaml, HostileTextOfAnyKindIsReadInBoundedTime) {
  constexpr std::size_t size = 128u << 10;
  const std::string_view pieces[] = {"[",      "{",         "- ",    "x,",   "k: 1\n", "? ", ": ",
                                     "&a ",    "!a ",       "---\n", "\"",   "'",      "\\", "a ",
                                     "\"a\" ", "\"a\":",    "#\n",   "|\n",  "%A\n",   "]",  "\n",
                                     "x\n ",   "\"\\u0041", "[a, ",  "{a: ", "*a",     "中"};
  for (std::string_view start : {"", "a: ", "a: [", "{", "a: \""}) {
    for (std::string_view piece : pieces) {
      std::string text(start);
      while (text.size() < size) text += piece;
      const auto began = std::chrono::steady_clock::now();
      const auto document = read_yaml(text);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
      EXPECT_LE(document.faults.size(), 200u);
      EXPECT_LT(took.count(), 60.0)
          << start << piece;  // 0.05 s is usual; a quadratic cost is minutes
    }
  }
}

TEST(Yaml, AScalarReadsBackTheSame) {
  const char* texts[] = {"",
                         "plain",
                         "/var/lib/langyan",
                         "true",
                         "No",
                         "null",
                         "~",
                         "12",
                         "-1",
                         "1e3",
                         ".5",
                         "a b",
                         "a: b",
                         "a #b",
                         "#a",
                         "[x]",
                         "it's",
                         "say \"x\"",
                         "back\\slash",
                         "tab\tline\nend",
                         "狼烟",
                         "*",
                         "&a",
                         "!x",
                         "- a",
                         "0x1f",
                         "10.0.0.0/8",
                         "$HOME",
                         "y",
                         "\x01",
                         "a,b"};
  for (const char* text : texts) {
    const std::string scalar = yaml_scalar(text);
    for (const std::string& file : {"k: " + scalar + "\n", "k: [" + scalar + "]\n"}) {
      const auto document = read_yaml(file);
      ASSERT_TRUE(document.faults.empty()) << file << faults(file);
      const YamlNode& value = document.root.items[0];
      const YamlNode& node = value.kind == YamlNode::Kind::list ? value.items[0] : value;
      EXPECT_EQ(node.kind, YamlNode::Kind::scalar) << file;
      EXPECT_EQ(node.text, text) << file;
    }
  }
  EXPECT_EQ(yaml_scalar("info"), "info");
  EXPECT_EQ(yaml_scalar("/var/lib"), "/var/lib");
  EXPECT_EQ(yaml_scalar("off"), "\"off\"");
  EXPECT_EQ(yaml_scalar("12"), "\"12\"");
}

}  // namespace
}  // namespace langyan
