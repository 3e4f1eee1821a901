#include "center/inflate.h"

#include <zstd.h>

#include <algorithm>
#include <memory>

namespace langyan::center {
namespace {

constexpr int largest_window_log = 23;  // 8 MB, what zstd makes up to level 19
constexpr std::size_t step = 256u << 10;

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

Result<std::string> inflate(std::string_view compressed, std::size_t largest) {
  const std::unique_ptr<ZSTD_DStream, FreeStream> stream(ZSTD_createDStream());
  if (!stream) return Error{ErrorKind::failed, "There is no memory to decompress the body."};
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, largest_window_log);
  std::string out;
  ZSTD_inBuffer in{compressed.data(), compressed.size(), 0};
  std::size_t left = 1;  // 0: a frame has just ended
  while (in.pos < in.size || left != 0) {
    const std::size_t before = out.size(), consumed = in.pos;
    // One byte above the limit tells a body that fits from one that does not.
    out.resize(std::min(before + step, largest + 1));
    ZSTD_outBuffer into{out.data() + before, out.size() - before, 0};
    left = ZSTD_decompressStream(stream.get(), &into, &in);
    out.resize(before + into.pos);
    if (ZSTD_isError(left)) {
      return Error{ErrorKind::invalid, std::string("The body is not zstd as it says: ") +
                                           ZSTD_getErrorName(left) + "."};
    }
    if (out.size() > largest) {
      return Error{ErrorKind::full,
                   "The body may have " + std::to_string(largest) + " bytes when decompressed."};
    }
    if (into.pos == 0 && in.pos == consumed) {
      return Error{ErrorKind::invalid, "The compressed body is cut off."};
    }
  }
  return out;
}

std::variant<std::string, Problem> inflated_body(Request& request, std::size_t largest) {
  const auto coding = request.header("Content-Encoding");
  if (coding.empty() || same_word(coding, "identity")) return std::move(request.body);
  if (!same_word(coding, "zstd")) {
    return Problem(Code::unsupported_type, "Content-Encoding may be zstd or left out.")
        .header("Accept-Encoding", "zstd");
  }
  auto text = inflate(request.body, largest);
  request.body = {};
  if (text) return text.take();
  const Code code = text.error().kind == ErrorKind::full      ? Code::too_large
                    : text.error().kind == ErrorKind::invalid ? Code::bad_encoding
                                                              : Code::failed;
  return Problem(code, text.error().message);
}

}  // namespace langyan::center
