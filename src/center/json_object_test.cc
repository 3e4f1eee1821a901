#include "center/json_object.h"

#include <gtest/gtest.h>

namespace langyan::center {
namespace {

TEST(JsonObject, ReadsMembersByTheirKind) {
  const auto object = JsonObject::parse(
      R"({"t":"a\u00e9","n":18446744073709551615,"f":true,"l":["x",2,2.5],"o":{"a":[1]},"z":null,"s":-1})");
  ASSERT_TRUE(object.ok()) << object.error().message;
  EXPECT_EQ(object->text("t"), "a\u00e9");
  EXPECT_EQ(object->number("n"), UINT64_MAX);
  EXPECT_EQ(object->flag("f"), true);
  EXPECT_EQ(object->texts("l"), (std::vector<std::string>{"x", "2", "2.5"}));
  EXPECT_EQ(object->texts("t"), std::vector<std::string>{"a\u00e9"});
  EXPECT_EQ(object->raw("o"), R"({"a":[1]})");
  EXPECT_TRUE(object->has("z"));
  for (const char* name : {"n", "f", "l", "o", "z", "none"})
    EXPECT_FALSE(object->text(name)) << name;
  for (const char* name : {"t", "f", "l", "s", "none"}) EXPECT_FALSE(object->number(name)) << name;
  for (const char* name : {"o", "z", "none", "f"}) EXPECT_FALSE(object->texts(name)) << name;
}

TEST(JsonObject, RefusesWhatIsNoPlainObject) {
  std::string deep = R"({"a":)";
  for (int i = 0; i < 100'000; ++i) deep += "[";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[]"), std::string("1"), std::string("null"),
        std::string("\"a\""), std::string(R"({"a":1} x)"), std::string(R"({"a":1,"a":2})"),
        std::string(R"({"a":1,"\u0061":2})"), std::string("{\"a\":\"\xff\"}"),
        std::string(R"({"a":01})"), std::string(R"({"a":"\ud800"})"), deep,
        std::string(R"({'a':1})"), std::string(R"({"a":1,})"), std::string("{\"a\":\"\n\"}")}) {
    const auto object = JsonObject::parse(text);
    ASSERT_FALSE(object.ok()) << text.substr(0, 60);
    EXPECT_EQ(object.error().kind, ErrorKind::invalid);
    EXPECT_LT(object.error().message.size(), 200u);
  }
}

TEST(JsonObject, NamesTheMemberItDoesNotKnow) {
  const auto object = JsonObject::parse(R"({"pasword":"x"})");
  constexpr std::string_view known[] = {"name", "password"};
  const auto checked = object->only(known);
  ASSERT_FALSE(checked.ok());
  EXPECT_EQ(checked.error().message,
            "The member `pasword` is not known here; did you mean `password`?");
  EXPECT_TRUE(JsonObject::parse(R"({"name":"x"})")->only(known).ok());
}

}  // namespace
}  // namespace langyan::center
