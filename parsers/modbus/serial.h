// Modbus that does not come in its TCP header: RTU frames as serial gateways pass them on in TCP or UDP
// ([SL] 2.5.1: address, PDU, CRC), and the TLS records of Modbus/TCP Security on port 802 ([MBTLS]).
#pragma once

#include "parsers/modbus/table.h"

namespace langyan::modbus {

constexpr std::size_t checksum_bytes = 2;
constexpr std::size_t longest_rtu = 256;       // [SL] 2.5.1.1
constexpr std::uint8_t last_address = 247;     // [SL] 2.2; 0 is broadcast
constexpr std::uint8_t tls_handshake = 22;

// Octets of the RTU frame at the front, its checksum right; 0: none stands here whole.
std::size_t rtu_size(Bytes bytes, const Context& context);
// A read asks for as many coils or registers as the standard lets it.
bool rtu_quantity_sound(Bytes frame);
// What is there may be the start of one, of either direction; rtu_wanted: octets that one of the flow's
// direction needs, where more than are there.
bool rtu_may_follow(Bytes bytes);
std::size_t rtu_wanted(Bytes bytes, const Context& context);
End rtu_sender(Bytes frame);

bool is_tls(Bytes bytes, const Context& context);  // at the front of Modbus/TCP Security
Frame tls_frame(Bytes bytes);

Framing framing_of(Bytes message, const Context& context);

}  // namespace langyan::modbus
