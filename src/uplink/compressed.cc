#include "uplink/compressed.h"

namespace langyan::uplink {

constexpr int level = 3;

bool Compressed::make(std::string_view text, std::string& body) {
  if (!context_) context_.reset(ZSTD_createCCtx());
  if (!context_) return false;
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_compressionLevel, level);
  ZSTD_CCtx_setParameter(context_.get(), ZSTD_c_checksumFlag, 1);
  body.resize(ZSTD_compressBound(text.size()));
  const std::size_t size = ZSTD_compress2(context_.get(), body.data(), body.size(), text.data(), text.size());
  if (ZSTD_isError(size)) return false;
  body.resize(size);
  return true;
}

}  // namespace langyan::uplink
