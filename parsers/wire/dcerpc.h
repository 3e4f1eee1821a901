// DCE/RPC headers: the connectionless form (version 4, over UDP; PROFINET IO) and the
// connection-oriented one (version 5, over TCP; DCOM and so OPC Classic), in either byte order.
//
// [C706] The Open Group, DCE 1.1: Remote Procedure Call, chapter 12 and appendices A, I
// [RPCE] Microsoft, [MS-RPCE]: Remote Procedure Call Protocol Extensions, 2.2.2
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "fields/reader.h"

namespace langyan::wire {

struct Uuid {  // [C706] A.1
  std::uint32_t low = 0;
  std::uint16_t middle = 0, high = 0;
  std::array<std::uint8_t, 8> rest{};

  constexpr bool operator==(const Uuid&) const = default;
  constexpr bool none() const { return *this == Uuid{}; }
  std::uint64_t first_half() const { return std::uint64_t{low} << 32 | std::uint64_t{middle} << 16 | high; }
  std::uint64_t second_half() const;
};

// "dea00001-6c97-11d1-8271-00a02442df7d" -> Uuid, while compiling.
consteval Uuid uuid(std::string_view text) {
  std::array<std::uint8_t, 16> octets{};
  std::size_t used = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '-') continue;
    const char c = text[i];
    const int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : throw "no digit of a UUID";
    octets[used / 2] = static_cast<std::uint8_t>(octets[used / 2] << 4 | digit);
    ++used;
  }
  if (used != 32) throw "a UUID has 32 digits";
  Uuid result;
  result.low =
      std::uint32_t{octets[0]} << 24 | std::uint32_t{octets[1]} << 16 | std::uint32_t{octets[2]} << 8 | octets[3];
  result.middle = static_cast<std::uint16_t>(octets[4] << 8 | octets[5]);
  result.high = static_cast<std::uint16_t>(octets[6] << 8 | octets[7]);
  for (std::size_t i = 0; i < 8; ++i) result.rest[i] = octets[8 + i];
  return result;
}

constexpr std::size_t uuid_text_bytes = 36;
void write_uuid(const Uuid& uuid, std::span<std::uint8_t, uuid_text_bytes> out);  // as in the text form

inline constexpr Uuid endpoint_mapper = uuid("e1af8308-5d1f-11c9-91a4-08002b14a0fa");  // [C706] appendix O

// Reads numbers in the byte order that a header's data representation states ([C706] 14.1).
class Ndr {
 public:
  Ndr(Reader& in, bool little) : in_(in), little_(little) {}
  std::uint8_t u8() { return in_.u8(); }
  std::uint16_t u16() { return little_ ? in_.le16() : in_.be16(); }
  std::uint32_t u32() { return little_ ? in_.le32() : in_.be32(); }
  std::uint64_t u64() { return little_ ? in_.le64() : in_.be64(); }
  Uuid uuid();
  bool little() const { return little_; }
  Reader& in() { return in_; }

 private:
  Reader& in_;
  bool little_;
};

enum class RpcType : std::uint8_t {  // [C706] 12.6.4.1, 12.5.2.2
  request = 0, ping = 1, response = 2, fault = 3, working = 4, nocall = 5, reject = 6, ack = 7,
  cancel_datagram = 8, fack = 9, cancel_ack = 10, bind = 11, bind_ack = 12, bind_nak = 13,
  alter_context = 14, alter_context_response = 15, auth3 = 16, shutdown = 17, cancel = 18, orphaned = 19,
};
constexpr std::uint8_t last_datagram_type = 10, last_connection_type = 19;

constexpr std::size_t datagram_header_bytes = 80;  // [C706] 12.5.3
constexpr std::uint8_t datagram_last_fragment = 0x02, datagram_fragment = 0x04, datagram_idempotent = 0x20;

struct Datagram {
  bool sound = false;      // version 4, a known type and representation, and as long as it says
  bool whole = false;      // its body is all there
  RpcType type = RpcType::request;
  std::uint8_t flags = 0;
  bool little = false;
  Uuid object, interface, activity;
  std::uint32_t boot_time = 0, interface_version = 0, sequence = 0;
  std::uint16_t opnum = 0, fragment = 0;
  std::uint8_t auth = 0;
  Bytes body;              // as far as it is there
  bool is_fragment() const { return flags & datagram_fragment; }
  bool is_last() const { return flags & datagram_last_fragment; }
};
Datagram read_datagram(Bytes octets);

constexpr std::size_t connection_header_bytes = 16;  // [C706] 12.6.3.1
constexpr std::uint8_t pfc_first = 0x01, pfc_last = 0x02, pfc_object = 0x80;

struct Fragment {          // of a connection
  bool sound = false;      // version 5, a known type and representation; lengths that hold together
  RpcType type = RpcType::request;
  std::uint8_t flags = 0;
  bool little = false;
  std::uint16_t length = 0, auth_length = 0;
  std::uint32_t call = 0;
  std::uint8_t auth_type = 0, auth_level = 0;  // [RPCE] 2.2.1.1.7, 2.2.1.1.8; where auth_length is not 0
  Bytes auth;              // what the security trailer carries
  Bytes body;              // without header and security trailer
  bool is_first() const { return flags & pfc_first; }
  bool is_last() const { return flags & pfc_last; }
};
// Octets of the fragment at the front, of which sixteen must be there; 0: none stands here.
std::size_t fragment_size(Bytes octets);
Fragment read_fragment(Bytes octets);  // exactly one

struct RpcCall {           // the body of a request
  std::uint32_t hint = 0;
  std::uint16_t context = 0, opnum = 0;
  Uuid object;
  Bytes stub;
  bool sound = false;
};
RpcCall read_call(const Fragment& fragment);

struct RpcReply {          // of a response or fault
  std::uint32_t hint = 0, status = 0;
  std::uint16_t context = 0;
  Bytes stub;
  bool sound = false;
};
RpcReply read_reply(const Fragment& fragment);

struct Presentation {      // a context of a bind or alter_context ([C706] 12.6.3.1, p_cont_elem_t)
  std::uint16_t id = 0;
  Uuid interface;
  std::uint16_t major = 0, minor = 0;
  Uuid transfer;           // the first that is offered
};
// Walks the contexts a bind or alter_context offers: false where the list is cut.
template <class Visit>
bool each_presentation(const Fragment& fragment, Visit visit) {
  Reader in{fragment.body};
  Ndr ndr{in, fragment.little};
  in.skip(8);  // largest fragments, association group
  const unsigned count = in.u8();
  in.skip(3);
  for (unsigned i = 0; i < count && in.ok(); ++i) {
    Presentation each;
    each.id = ndr.u16();
    const unsigned transfers = in.u8();
    in.skip(1);
    each.interface = ndr.uuid();
    each.major = ndr.u16(), each.minor = ndr.u16();
    for (unsigned j = 0; j < transfers && in.ok(); ++j) {
      const Uuid transfer = ndr.uuid();
      in.skip(4);
      if (j == 0) each.transfer = transfer;
    }
    if (in.ok()) visit(each);
  }
  return in.ok();
}
// Walks the results of a bind_ack or alter_context_response, in the order of what was offered.
template <class Visit>
bool each_result(const Fragment& fragment, Visit visit) {
  Reader in{fragment.body};
  Ndr ndr{in, fragment.little};
  in.skip(8);
  const std::size_t address = ndr.u16();  // the secondary address, a text; then aligned to four
  in.skip(address);
  in.skip((4 - (10 + address) % 4) % 4);
  const unsigned count = in.u8();
  in.skip(3);
  for (unsigned i = 0; i < count && in.ok(); ++i) {
    const std::uint16_t result = ndr.u16(), reason = ndr.u16();
    in.skip(20);
    if (in.ok()) visit(i, result, reason);
  }
  return in.ok();
}

}  // namespace langyan::wire
