#include "parsers/wire/inflate.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "fields/test_decode.h"

namespace langyan::wire {
namespace {

// "The pump runs. " eight times.
const std::string text = [] {
  std::string all;
  for (int i = 0; i < 8; ++i) all += "The pump runs. ";
  return all;
}();

struct Case {
  Coding coding;
  const char* hex;
};
const Case cases[] = {
    {Coding::gzip, "1f8b08000000000002030bc948552828cd2d50282acd2bd65308a1171700b5091c5178000000"},
    {Coding::deflate, "78da0bc948552828cd2d50282acd2bd65308a1171700ed3329c9"},
    {Coding::deflate, "0bc948552828cd2d50282acd2bd65308a1171700"},
    {Coding::brotli, "1b770000043c64a9be06a532b3c95a92012c85708d0e1170d993d13f"},
};

std::string run(Coding coding, const std::vector<std::uint8_t>& input, std::size_t piece, std::size_t room,
                Inflated& end) {
  std::vector<std::uint8_t> out(room);
  Inflater inflater(coding, out);
  end = Inflated::more;
  for (std::size_t at = 0; at < input.size() && end == Inflated::more; at += piece) {
    end = inflater.feed(Bytes{input}.subspan(at, std::min(piece, input.size() - at)));
  }
  return std::string(text_of(Bytes{out}.first(inflater.size())));
}

TEST(Inflate, ReadsEachCodingInPiecesOfAnySize) {
  for (const Case& each : cases) {
    const auto input = from_hex(each.hex);
    for (std::size_t piece = 1; piece <= input.size(); ++piece) {
      Inflated end;
      EXPECT_EQ(run(each.coding, input, piece, 1000, end), text);
      EXPECT_EQ(end, Inflated::done);
    }
  }
}

TEST(Inflate, MakesNoMoreThanThereIsRoomFor) {
  for (const Case& each : cases) {
    Inflated end;
    EXPECT_EQ(run(each.coding, from_hex(each.hex), 1000, 20, end), text.substr(0, 20));
    EXPECT_EQ(end, Inflated::full);
  }
}

TEST(Inflate, ABrokenBodyKeepsWhatCameBefore) {
  for (const Case& each : cases) {
    auto input = from_hex(each.hex);
    for (std::size_t size = 0; size < input.size(); ++size) {
      Inflated end;
      const std::string got =
          run(each.coding, {input.begin(), input.begin() + static_cast<std::ptrdiff_t>(size)}, 1000, 1000, end);
      EXPECT_EQ(got, text.substr(0, got.size()));
      EXPECT_EQ(end, Inflated::more);
    }
    for (std::uint8_t& octet : input) octet ^= 0x5a;
    Inflated end;
    run(each.coding, input, 1000, 1000, end);
    EXPECT_NE(end, Inflated::done);
  }
}

}  // namespace
}  // namespace langyan::wire
