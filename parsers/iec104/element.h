// Element: one information element of an ASDU, read part by part as its type's row says.
#pragma once

#include "parsers/iec104/types.h"

namespace langyan::iec104 {

struct Element {
  double value = 0;
  bool has_value = false, selects = false, has_select = false, has_quality = false;
  std::uint8_t quality = 0;
  Bytes segment;
};

// Octets an element of this type takes; a segment's length is known only when it is read.
std::size_t element_bytes(const Type& type);

// Reads one element and writes its fields; false: the reader ran dry or a part contradicts itself.
bool read_element(const Type& type, Reader& in, Fill<object_fields>& out, Element& element);

}  // namespace langyan::iec104
