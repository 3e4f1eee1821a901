#include "parsers/iec104/element.h"

namespace langyan::iec104 {
namespace {

using Pen = Fill<object_fields>;

constexpr std::size_t part_bytes(Part part) {
  switch (part) {
    case Part::end: return 0;
    case Part::bsi: case Part::r32: case Part::scd: return 4;
    case Part::bcr: return 5;
    case Part::cp24: case Part::lof: return 3;
    case Part::cp56: return 7;
    case Part::nva: case Part::sva: case Part::cp16: case Part::fbp: case Part::tsc: case Part::nof: return 2;
    default: return 1;
  }
}

// CP56Time2a ([101] 7.2.6.18): the face of the station's clock, taken as if it were UTC; the year
// counts from 2000 as the standard's users agree. A face that no clock shows is not written.
void clock(Reader& in, Pen& out) {
  const std::uint16_t milliseconds = in.le16();
  const std::uint8_t minutes = in.u8(), hours = in.u8(), days = in.u8(), months = in.u8(), years = in.u8();
  out.set<"time_invalid">((minutes & 0x80) != 0);
  const unsigned month = months & 15, day_of_month = days & 31;
  if (milliseconds > 59'999 || (minutes & 63) > 59 || (hours & 31) > 23 || month < 1 || month > 12 ||
      day_of_month < 1) {
    return;
  }
  out.set<"time">(days_from_civil(2000 + (years & 127), month, day_of_month) * day +
                  (hours & 31) * hour + (minutes & 63) * minute + milliseconds * millisecond);
}

void set_value(Pen& out, Element& element, double value) {
  element.value = value;
  element.has_value = true;
  out.set<"value">(value);
}

void set_quality(Pen& out, Element& element, std::uint8_t quality) {
  element.quality = quality;
  element.has_quality = true;
  out.set<"quality">(quality);
}

// SCO, DCO, RCO and QOS share their layout ([101] 7.2.6.15 to 7.2.6.17, 7.2.6.39): state, qualifier,
// and the bit that tells select from execute.
void command(Pen& out, Element& element, std::uint8_t octet, std::uint8_t state_mask) {
  if (state_mask) set_value(out, element, octet & state_mask);
  out.set<"qualifier">(static_cast<std::uint8_t>(state_mask ? octet >> 2 & 31 : octet & 127));
  element.selects = octet & 0x80;
  element.has_select = true;
  out.set<"select">(element.selects);
}

void read_part(Part part, Reader& in, Pen& out, Element& element) {
  switch (part) {
    case Part::end: return;
    case Part::siq: case Part::diq: {
      const std::uint8_t octet = in.u8();
      set_value(out, element, octet & (part == Part::siq ? 1 : 3));
      return set_quality(out, element, octet & 0xf0);
    }
    case Part::vti: {  // seven bits, signed, and a transient bit
      const std::uint8_t octet = in.u8();
      return set_value(out, element, static_cast<std::int8_t>(octet << 1) / 2);
    }
    case Part::bsi: case Part::scd: return set_value(out, element, in.le32());
    case Part::nva: return set_value(out, element, static_cast<std::int16_t>(in.le16()) / 32'768.0);
    case Part::sva: return set_value(out, element, static_cast<std::int16_t>(in.le16()));
    case Part::r32: return set_value(out, element, in.le_f32());
    case Part::bcr: {
      set_value(out, element, static_cast<std::int32_t>(in.le32()));
      const std::uint8_t octet = in.u8();
      out.set<"counter_sequence">(octet);
      return set_quality(out, element, octet & 0xe0);
    }
    case Part::sep: {
      const std::uint8_t octet = in.u8();
      set_value(out, element, octet & 3);
      return set_quality(out, element, octet & 0xf8);
    }
    case Part::spe: case Part::oci: return set_value(out, element, in.u8());
    case Part::qds: case Part::qdp: return set_quality(out, element, in.u8());
    case Part::cp16: return out.set<"milliseconds">(in.le16());
    case Part::cp24: {  // minute and milliseconds only: no instant can be told
      out.set<"milliseconds">(in.le16());
      return out.set<"time_invalid">((in.u8() & 0x80) != 0);
    }
    case Part::cp56: return clock(in, out);
    case Part::sco: return command(out, element, in.u8(), 1);
    case Part::dco: case Part::rco: return command(out, element, in.u8(), 3);
    case Part::qos: return command(out, element, in.u8(), 0);
    case Part::fbp: case Part::tsc: return set_value(out, element, in.le16());
    case Part::coi: case Part::qoi: case Part::qcc: case Part::qrp: case Part::qpm: case Part::qpa:
      return out.set<"qualifier">(in.u8());
    case Part::nof: return out.set<"file_name">(in.le16());
    case Part::nos: return out.set<"section">(in.u8());
    case Part::lof: return out.set<"length">(in.le24());
    case Part::frq: case Part::srq: case Part::scq: case Part::lsq: case Part::afq: case Part::sof:
      return out.set<"file_qualifier">(in.u8());
    case Part::chs: return in.skip(1);
    case Part::segment: {
      element.segment = in.take(in.u8());
      return out.set<"segment">(element.segment);
    }
  }
}

}  // namespace

std::size_t element_bytes(const Type& type) {
  std::size_t size = 0;
  for (Part part : type.parts) size += part_bytes(part);
  return size;
}

bool read_element(const Type& type, Reader& in, Pen& out, Element& element) {
  for (Part part : type.parts) read_part(part, in, out, element);
  return in.ok();
}

}  // namespace langyan::iec104
