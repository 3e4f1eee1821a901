#include "center/http_head.h"

#include <gtest/gtest.h>

namespace langyan::center {
namespace {

std::optional<HeadFault> fault(const std::string& head) {
  return fault_of_head(head, {});
}

TEST(HttpHead, TakesWhatIsPlain) {
  for (const char* head : {
           "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
           "GET /a?b=c&d=%20 HTTP/1.1\r\nHost: a\r\nX: \tspaced value \r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: a\r\ntransfer-encoding: Chunked\r\n\r\n",
           "GET / HTTP/1.0\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nCookie: a\r\nCookie: b\r\n\r\n",
           "GET / HTTP/1.1\r\nHost: a\r\nX: \xe4\xb8\xad\r\n\r\n",
       }) {
    EXPECT_FALSE(fault(head)) << head;
  }
}

// Every control character, anywhere in a header that is otherwise taken, is refused.
TEST(HttpHead, NoControlCharacterAnywhere) {
  const std::string head = "GET /ab HTTP/1.1\r\nHost: a\r\nX: yz\r\n\r\n";
  ASSERT_FALSE(fault(head));
  int tried = 0;
  for (std::size_t at = 0; at + 4 < head.size(); ++at) {
    for (int c = 0; c < 256; ++c) {
      const bool control = (c < 0x20 && c != '\t') || c == 0x7f;
      if (!control) continue;
      std::string changed = head;
      changed.insert(at, 1, static_cast<char>(c));
      EXPECT_TRUE(fault(changed)) << at << " " << c;
      ++tried;
    }
  }
  EXPECT_GT(tried, 1'000);
}

// Cutting a header anywhere never makes one that is taken, except where a whole line is left out.
TEST(HttpHead, ACutHeaderIsNotTaken) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n";
  for (std::size_t size = 0; size < head.size(); ++size)
    EXPECT_TRUE(fault(head.substr(0, size))) << size;
}

TEST(HttpHead, WhatComesAfterTheEmptyLineIsNotPartOfIt) {
  EXPECT_TRUE(fault("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\n\r\n"));
}

TEST(HttpHead, NamesTheLimitThatWasPassed) {
  HttpLimits limits;
  limits.target_bytes = 10;
  limits.header_fields = 2;
  EXPECT_EQ(fault_of_head("GET /123456789 HTTP/1.1\r\nHost: a\r\n\r\n", limits), std::nullopt);
  EXPECT_EQ(fault_of_head("GET /1234567890 HTTP/1.1\r\nHost: a\r\n\r\n", limits)->code,
            Code::target_too_long);
  EXPECT_EQ(fault_of_head("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\n\r\n", limits), std::nullopt);
  EXPECT_EQ(fault_of_head("GET / HTTP/1.1\r\nHost: a\r\nA: b\r\nC: d\r\n\r\n", limits)->code,
            Code::header_too_large);
}

}  // namespace
}  // namespace langyan::center
