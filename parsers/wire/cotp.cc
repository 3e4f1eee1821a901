#include "parsers/wire/cotp.h"

namespace langyan::wire {
namespace {

enum : std::uint8_t {
  parameter_size = 0xc0,
  parameter_calling = 0xc1,
  parameter_called = 0xc2
};  // 13.3.4

// The variable part: code, length, value.
bool read_parameters(Reader& in, Tpdu& tpdu) {
  while (in.left() > 0) {
    const std::uint8_t code = in.u8();
    const Bytes value = in.take(in.u8());
    if (!in.ok()) return false;
    switch (code) {
      case parameter_size:
        if (value.size() == 1 && value[0] >= 7 && value[0] <= 13) tpdu.largest = 1u << value[0];
        break;
      case parameter_calling: tpdu.calling = value; break;
      case parameter_called: tpdu.called = value; break;
      default: break;
    }
  }
  return true;
}

bool known(std::uint8_t code) {
  constexpr std::uint16_t codes =
      1 << 1 | 1 << 2 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 12 | 1 << 13 | 1 << 14 | 1 << 15;
  return codes >> code & 1;
}

}  // namespace

Tpdu read_tpdu(Bytes octets) {
  Tpdu tpdu;
  Reader in{octets};
  const std::uint8_t length = in.u8();  // the length indicator: header octets after itself; 13.2.1
  Reader header = in.part(length);
  const auto code = static_cast<std::uint8_t>(header.u8() >> 4);
  if (!header.ok() || length == 255 || !known(code)) return tpdu;
  tpdu.code = static_cast<TpduCode>(code);
  switch (tpdu.code) {
    case TpduCode::connection_request:
    case TpduCode::connection_confirm:
      tpdu.destination = header.be16();
      tpdu.source = header.be16();
      tpdu.protocol_class = header.u8() >> 4;
      tpdu.sound = read_parameters(header, tpdu);
      break;
    case TpduCode::disconnect_request:
      tpdu.destination = header.be16();
      tpdu.source = header.be16();
      tpdu.reason = header.u8();
      tpdu.sound = read_parameters(header, tpdu);
      break;
    case TpduCode::disconnect_confirm:
      tpdu.destination = header.be16();
      tpdu.source = header.be16();
      tpdu.sound = read_parameters(header, tpdu);
      break;
    case TpduCode::error:
      tpdu.destination = header.be16();
      tpdu.reason = header.u8();
      tpdu.sound = read_parameters(header, tpdu);
      break;
    case TpduCode::data:
    case TpduCode::expedited_data:
      if (length > 2)
        tpdu.destination = header.be16();  // class 2 and above, and ED; 13.7.1, 13.8.1
      tpdu.last = header.u8() & 0x80;
      tpdu.sound = true;
      break;
    default:  // AK, EA, RJ: nothing but their reference matters here
      tpdu.destination = header.be16();
      tpdu.sound = true;
      break;
  }
  tpdu.sound = tpdu.sound && header.ok();
  if (tpdu.sound) tpdu.user = in.rest();
  return tpdu;
}

}  // namespace langyan::wire
