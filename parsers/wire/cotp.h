// Tpdu: one unit of the connection-oriented transport protocol, ITU-T X.224 (11/95), the same text
// as ISO/IEC 8073. Over TCP only class 0 is spoken (RFC 1006 section 4), but what the other classes
// add to a header is read too.
#pragma once

#include "fields/reader.h"

namespace langyan::wire {

enum class TpduCode : std::uint8_t {  // X.224 13.2.2.1, Table 8: the upper half of the octet
  expedited_data = 1,
  expedited_acknowledgement = 2,
  reject = 5,
  acknowledgement = 6,
  error = 7,
  disconnect_request = 8,
  disconnect_confirm = 12,
  connection_confirm = 13,
  connection_request = 14,
  data = 15,
};

struct Tpdu {
  bool sound = false;  // the header is whole and contradicts nothing
  TpduCode code = TpduCode::data;
  std::uint16_t destination = 0, source = 0;  // references; of CR, CC, DR, DC, ER
  std::uint8_t protocol_class = 0;            // CR, CC
  std::uint8_t reason = 0;                    // DR: 13.5.3 e; ER: the cause, 13.12.3 d
  std::uint32_t largest = 0;                  // octets of a TPDU, as CR or CC propose; 0: not said
  Bytes calling, called;                      // transport selectors (TSAP-ID); 13.3.4 a
  bool last = true;                           // DT, ED: the mark that ends a TSDU (EOT)
  Bytes user;                                 // user data
};

// `octets`: the TPDU, that is a TPKT without its header.
Tpdu read_tpdu(Bytes octets);

}  // namespace langyan::wire
