// Ft12: a link frame of format class FT1.2, as IEC 60870-5-101 and -103 use it on serial lines, and
// as serial gateways carry it in TCP or UDP.
//
// [LINK] IEC 60870-5-1:1990 6.2.4.2 (FT1.2) and IEC 60870-5-2:1992 (control field, functions)
#pragma once

#include "fields/protocol.h"

namespace langyan::wire {

constexpr std::uint8_t ft12_variable = 0x68, ft12_fixed = 0x10, ft12_single = 0xe5, ft12_end = 0x16;
constexpr std::size_t ft12_variable_bytes = 6;  // 68 L L 68, checksum, 16
constexpr std::size_t ft12_most_address = 2;

struct Ft12 {
  enum class Kind : std::uint8_t { variable, fixed, single };
  Kind kind = Kind::single;
  bool sound = false;            // all octets are there, delimiters and checksum hold
  std::uint8_t control = 0;      // of variable and fixed
  Bytes address = {};            // of fixed: 0, 1 or 2 octets
  Bytes user = {};               // of variable: link address and ASDU, not told apart here

  bool primary() const { return control & 0x40; }   // PRM: from the station that starts the transfer
  bool bit5() const { return control & 0x20; }      // FCB of a primary, ACD of a secondary
  bool bit4() const { return control & 0x10; }      // FCV of a primary, DFC of a secondary
  bool direction() const { return control & 0x80; } // DIR in balanced transmission, else 0
  std::uint8_t function() const { return control & 15; }
};

enum Ft12Primary : std::uint8_t {  // [LINK] -5-2 Table 1
  link_reset = 0, process_reset = 1, link_test = 2, user_data = 3, user_data_no_reply = 4,
  frame_count_reset = 7, access_demand = 8, link_status_request = 9, class_1_request = 10, class_2_request = 11,
};
enum Ft12Secondary : std::uint8_t {  // Table 2
  link_ack = 0, link_nack = 1, link_user_data = 8, link_no_data = 9, link_status = 11,
  link_not_functioning = 14, link_not_implemented = 15,
};
// A primary's function n, a secondary's 16 + n.
std::span<const Name> ft12_function_names();

// Fixed frames do not say how long their address is: the one whose end and checksum fit is taken.
Frame ft12_frame(Bytes bytes);
Ft12 read_ft12(Bytes message);
bool ft12_function_known(const Ft12& frame);  // and fits the kind of frame
// Octets to drop until a frame with a right checksum starts; bytes.size(): none does.
std::size_t ft12_resync(Bytes bytes);
// What the link alone says of who sends: unknown where it takes the ASDU to tell.
End ft12_sender(const Ft12& frame);

}  // namespace langyan::wire
