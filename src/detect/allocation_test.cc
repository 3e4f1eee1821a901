// The packet path of detect allocates nothing, whatever rules look at it. Not counted under
// AddressSanitizer, whose own operators find other faults.
#include <atomic>
#include <cstdlib>
#include <new>

#include "detect/test_rig.h"

namespace {
std::atomic<std::uint64_t> allocated{0};
}  // namespace

#ifndef __SANITIZE_ADDRESS__
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  allocated.fetch_add(1, std::memory_order_relaxed);
  return std::malloc(size);
}
void* operator new(std::size_t size) {
  if (void* memory = operator new(size, std::nothrow)) return memory;
  throw std::bad_alloc();
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
#endif

namespace langyan::detect {
namespace {

using namespace std::string_literals;

TEST(Engine, AllocatesNothingOnThePacketPath) {
  std::string rules =
      "alert tcp any any -> any any (msg:\"a\"; content:\"alpha\"; content:\"beta\"; distance:0; "
      "sid:1;)\n"
      "alert tcp any any -> any any (msg:\"b\"; pcre:\"/(x|y)+z/\"; sid:2;)\n"
      "alert tcp any any -> any any (msg:\"c\"; content:\"login\"; flowbits:set,f; noalert; "
      "sid:3;)\n"
      "alert tcp any any -> any any (msg:\"d\"; flowbits:isset,f; dsize:>1; sid:4;)\n"
      "alert modbus any any -> any any (msg:\"e\"; ot.verb:write; ot.object:\"4*\"; ot.value:>1; "
      "sid:5;)\n"
      "alert modbus any any -> any any (msg:\"f\"; modbus.function:read_holding_registers; "
      "sid:6;)\n"
      "alert ip 10.0.0.0/8 any -> any any (msg:\"g\"; sid:7;)\n"
      "alert tcp any any -> any any (msg:\"h\"; app-layer-protocol:modbus; sid:8;)\n"
      "alert modbus any any -> any any (msg:\"i\"; modbus.data; pcrexform:\"(a.)\"; to_uppercase; "
      "content:\"AB\"; sid:9;)\n"
      "alert modbus any any -> any any (msg:\"j\"; modbus.data; to_md5; dotprefix; content:!\"x\"; "
      "bsize:17; sid:10;)\n"
      "alert tcp any any -> any any (msg:\"k\"; content:\"beta\"; byte_extract:1,0,n,relative; "
      "base64_decode:relative; base64_data; content:\"|96|\"; startswith; sid:11;)\n";
  Rig rig(rules);
  rig.hits.reserve(10'000);
  const std::string write = "\0\1\0\0\0\6\1\6\0\x10\0\x63"s, read = "\0\2\0\0\0\6\1\3\0\x10\0\2"s,
                    echo = "\0\3\0\0\0\6\1\10\0\0ab"s, words = "..alpha"s,
                    more = "..beta login xyxyz"s;
  rig.handshake().client(write).client(read).client(words).client(more);
  const std::size_t warm = rig.hits.size();
  const std::uint64_t before = allocated;
  for (std::uint16_t port = 41'000; port < 41'200; ++port) {
    rig.ends.client_port = port;
    rig.handshake().client(write).server(write).client(read).client(echo).client(words).client(
        more);
  }
  EXPECT_EQ(allocated - before, 0u);
  EXPECT_GT(rig.hits.size(), warm + 1'000);
}

}  // namespace
}  // namespace langyan::detect
