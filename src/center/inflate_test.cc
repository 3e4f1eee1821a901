#include "center/inflate.h"

#include <gtest/gtest.h>
#include <zstd.h>

#include "base/random.h"

namespace langyan::center {
namespace {

std::string deflate(std::string_view text, int level = 3, int window_log = 0) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
  if (window_log) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_enableLongDistanceMatching, 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, window_log);
  }
  std::string out(ZSTD_compressBound(text.size()) + 64, '\0');
  // In two steps, so that the frame says nothing about how long the text is.
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer into{out.data(), out.size(), 0};
  ZSTD_compressStream2(context, &into, &in, ZSTD_e_flush);
  ZSTD_compressStream2(context, &into, &in, ZSTD_e_end);
  out.resize(into.pos);
  ZSTD_freeCCtx(context);
  return out;
}

TEST(Inflate, GivesBackWhatWasDeflated) {
  SeededRandom random(7);
  for (const std::size_t size : {0u, 1u, 1'000u, 300'000u, 1'000'000u}) {
    std::string text(size, '\0');
    random.fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    const auto out = inflate(deflate(text), 2'000'000);
    ASSERT_TRUE(out.ok()) << out.error().message;
    EXPECT_EQ(*out, text);
  }
}

TEST(Inflate, StopsAtTheLimitExactly) {
  const std::string text(100'000, 'a');
  EXPECT_TRUE(inflate(deflate(text), 100'000).ok());
  const auto over = inflate(deflate(text), 99'999);
  ASSERT_FALSE(over.ok());
  EXPECT_EQ(over.error().kind, ErrorKind::full);
}

TEST(Inflate, RefusesEveryCut) {
  const std::string whole = deflate("a line and another line and another line");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto out = inflate(whole.substr(0, size), 1'000);
    ASSERT_FALSE(out.ok()) << size;
    EXPECT_EQ(out.error().kind, ErrorKind::invalid);
  }
}

TEST(Inflate, SeveralFramesAreOneBodyAndRubbishIsNone) {
  EXPECT_EQ(*inflate(deflate("one ") + deflate("two"), 1'000), "one two");
  EXPECT_FALSE(inflate(deflate("one ") + "two", 1'000).ok());
  EXPECT_FALSE(inflate("", 1'000).ok());
}

TEST(Inflate, RefusesAWindowThatWouldTakeMuchMemory) {
  const std::string text(1'000, 'x');
  const auto out = inflate(deflate(text, 3, 27), 10'000);  // asks for 128 MB
  ASSERT_FALSE(out.ok());
  EXPECT_EQ(out.error().kind, ErrorKind::invalid);
}

// Whatever one octet becomes, the answer is an answer.
TEST(Inflate, SurvivesEveryChangedOctet) {
  const std::string whole = deflate("a line and another line and another line");
  int refused = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
      const auto out = inflate(changed, 10'000);
      refused += !out.ok();
      if (out) {
        EXPECT_LE(out->size(), 10'000u);
      }
    }
  }
  EXPECT_GT(refused, 50);
}

}  // namespace
}  // namespace langyan::center
