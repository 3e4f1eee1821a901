#include "base/config_key.h"

#include <gtest/gtest.h>

#include <initializer_list>

namespace langyan {
namespace {

TEST(KeyFault, EveryMistakeInATableIsFound) {
  const auto fault = [](std::initializer_list<Key> rows) {
    return key_fault(std::span(rows.begin(), rows.size()));
  };
  EXPECT_EQ(fault({Key::flag("a.b", true, "Does it."), Key::flag("a.c", true, "Does it."),
                   Key::flag("b", true, "Ok.")}),
            "");
  for (const char* name : {"", "A", "a.", ".a", "a..b", "a-b", "1a", "a.1", "a b"}) {
    EXPECT_EQ(fault({Key::flag(name, true, "Does it.")}),
              "a name is not lower-case words joined by dots")
        << name;
  }
  EXPECT_EQ(fault({Key::flag("caps.x", true, "Does it.")}), "caps.* comes from the table of caps");
  EXPECT_EQ(fault({Key::flag("a", true, "Does it")}),
            "a doc is not one sentence with its full stop");
  EXPECT_EQ(fault({Key::integer("a", 5, {6, 7}, "It.")}), "a default is out of its range");
  EXPECT_EQ(fault({Key::duration("a", 8, {6, 7}, "It.")}), "a default is out of its range");
  EXPECT_EQ(fault({Key::word("a", "x", "y|z", "It.")}), "a default is none of its words");
  EXPECT_EQ(fault({Key::word("a", "y|z", "y|z", "It.")}), "a default is none of its words");
  EXPECT_EQ(fault({Key::flag("a", true, "It."), Key::flag("a", true, "It.")}),
            "a name stands twice");
  EXPECT_EQ(fault({Key::flag("a", true, "It."), Key::flag("a.b", true, "It.")}),
            "a name is both a key and a group");
  EXPECT_EQ(fault({Key::flag("a.b.c", true, "It."), Key::flag("a.d", true, "It."),
                   Key::flag("a.b.e", true, "It.")}),
            "the keys of a group do not stand together");
  EXPECT_EQ(fault({Key::flag("a.b", true, "It."), Key::flag("ab.c", true, "It."),
                   Key::flag("a.d", true, "It.")}),
            "the keys of a group do not stand together");
}

TEST(Key, GroupsAndWords) {
  static_assert(in_group("a.b", "a") && in_group("a.b.c", "a.b") && in_group("a", ""));
  static_assert(!in_group("a", "a") && !in_group("ab.c", "a") && !in_group("a", "a.b"));
  static_assert(has_word("a|bc|d", "a") && has_word("a|bc|d", "bc") && has_word("a|bc|d", "d"));
  static_assert(!has_word("a|bc|d", "b") && !has_word("a|bc|d", "") && !has_word("", "a"));
  constexpr Key rows[] = {Key::flag("a", true, "It."), Key::flag("b", true, "It.")};
  static_assert(key_index(rows, "b") == 1 && key_index(rows, "c") == 2);
}

}  // namespace
}  // namespace langyan
