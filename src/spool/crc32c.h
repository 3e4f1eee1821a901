// CRC32C (Castagnoli, RFC 3720 §12.1): by the SSE4.2 instruction where the build has it, else by
// table. `crc` continues an earlier sum. Any thread may call.
#pragma once

#include <cstdint>

#include "base/bytes.h"

namespace langyan::spool {

std::uint32_t crc32c(Bytes bytes, std::uint32_t crc = 0);
std::uint32_t crc32c_by_table(Bytes bytes, std::uint32_t crc = 0);

}  // namespace langyan::spool
