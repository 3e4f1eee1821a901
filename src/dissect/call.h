// What every step of one message's way through the Dissector works on; private to the room.
#pragma once

#include "dissect/dissector.h"

namespace langyan::dissect {

struct Dissector::Call {
  flow::Flow& flow;
  Link& link;
  Context context;
  std::uint64_t packet_number;
  Way& way() { return link.ways[static_cast<std::size_t>(context.direction)]; }
};

}  // namespace langyan::dissect
