// Forms as browsers and curl send them, and as nobody should.
#include "center/form.h"

#include <gtest/gtest.h>

#include "center/test_form.h"

namespace langyan::center {
namespace {

constexpr std::string_view type = "multipart/form-data; boundary=xy";

std::string fault_of(std::string_view body, std::string_view content_type = type) {
  const auto form = Form::parse(content_type, body);
  return form ? "" : form.error().message;
}

TEST(Form, GivesThePartsAsTheyAre) {
  const std::string octets("\xd4\xc3\xb2\xa1\0\r\n--xy no boundary\r\n--", 24);
  const std::string body =
      form_of({{"rules", "alert tcp any any -> any any (sid:1;)\n"}, {"capture", octets}, {"empty", ""}});
  const auto form = Form::parse(form_header.substr(14, form_header.size() - 16), body);
  ASSERT_TRUE(form.ok()) << form.error().message;
  EXPECT_EQ(form->part("rules"), "alert tcp any any -> any any (sid:1;)\n");
  EXPECT_EQ(form->part("capture"), octets);
  EXPECT_EQ(form->part("empty"), "");
  EXPECT_EQ(form->part("other"), std::nullopt);
}

TEST(Form, TakesWhatStandsBeforeAndAfterIt) {
  const auto form = Form::parse("Multipart/Form-Data ; charset=utf-8; boundary=\"x y\"",
                                "preamble\r\n--x y\r\ncontent-disposition:form-data; filename=\"name=b\"; "
                                "name=a\r\n\r\n1\r\n--x y--\r\nepilogue");
  ASSERT_TRUE(form.ok()) << form.error().message;
  EXPECT_EQ(form->part("a"), "1");
}

TEST(Form, SaysWhatIsWrong) {
  const std::string head = "--xy\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n";
  for (const char* other : {"", "application/json", "multipart/form-data", "multipart/mixed; boundary=xy",
                            "multipart/form-data; boundary="})
    EXPECT_NE(fault_of(head + "1\r\n--xy--", other).find("multipart/form-data"), std::string::npos) << other;
  EXPECT_NE(fault_of(head + "1\r\n--xy--", "multipart/form-data; boundary=" + std::string(71, 'x')), "");
  EXPECT_NE(fault_of("").find("boundary is not in it"), std::string::npos);
  EXPECT_NE(fault_of("--xy").find("does not end its line"), std::string::npos);
  EXPECT_NE(fault_of("--xyz\r\n").find("does not end its line"), std::string::npos);
  EXPECT_NE(fault_of(head + "1").find("`a` has no end"), std::string::npos);
  EXPECT_NE(fault_of(head + "1\r\n--xy\r\n" + head.substr(6) + "2\r\n--xy--").find("`a` is there twice"),
            std::string::npos);
  EXPECT_NE(fault_of("--xy\r\nContent-Type: text/plain\r\n\r\n1\r\n--xy--").find("Content-Disposition"),
            std::string::npos);
  EXPECT_NE(
      fault_of("--xy\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n1\r\n--xy--").find("Content-Disposition"),
      std::string::npos);
  EXPECT_NE(fault_of("--xy\r\n\r\n1\r\n--xy--"), "");
  EXPECT_NE(
      fault_of("--xy\r\nX: " + std::string(longest_part_header, 'x') + "\r\n\r\n1\r\n--xy--").find("no end within"),
      std::string::npos);
  std::string many;
  for (std::size_t i = 0; i <= most_parts; ++i)
    many += "--xy\r\nContent-Disposition: form-data; name=p" + std::to_string(i) + "\r\n\r\n1\r\n";
  EXPECT_NE(fault_of(many + "--xy--").find("more than 16 parts"), std::string::npos);
}

}  // namespace
}  // namespace langyan::center
