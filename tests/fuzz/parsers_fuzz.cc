// All parsers in one, through flow, dissect, summary and the event writer.
//
// Input: an octet that picks the protocol whose port is used (and so who is asked first), an octet
// of transport and kind of start, an octet that says into which pieces a stream is cut, then turns:
//   control octet: bit 0 direction, bit 1 octets before it are lost, bit 2 time passes, bit 3 the
//   connection ends after it; the upper four times 256 are added to the length that follows
//   length octet, and as many octets said
// With LANGYAN_FUZZ_PROTOCOL=name only that protocol is there; the first octet then says nothing.
// Promises: work is linear in the octets; what is asked is answered or said to be not; every event
// line is right (lines.h); flows, buffers and requests stay below their caps and are given back.
#include "tests/fuzz/rig.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace langyan;
  using namespace langyan::fuzz;
  [[maybe_unused]] static const bool small = (use_small_caps(), true);
  static Rig rig(Writes::lines);
  work = {};
  fuzz::Input input(data, size);
  const auto all = dissect::protocols();
  const std::size_t choice =
      all.size() == 1 ? input.octet() * 0u : input.octet() % (all.size() + 1);
  const Start start = Start::of(input.octet(), choice < all.size() ? all[choice] : nullptr);
  const std::size_t piece = piece_sizes[input.octet() % std::size(piece_sizes)];

  rig.begin(start.transport, start.port, piece);
  if (start.transport == Transport::tcp && start.from_the_start) rig.handshake();
  std::uint64_t octets = 0, turns = 0;
  for (; !input.empty(); ++turns) {
    const std::uint8_t control = input.octet();
    const Direction way = control & 1 ? Direction::to_client : Direction::to_server;
    if (control & 2) rig.lose(way, 8);
    if (control & 4) rig.pass(second * (1 + (control >> 4) * 8));
    const Bytes said = input.run((control >> 4) * 256u + input.octet());
    octets += said.size();
    rig.say(way, said);
    if (control & 8) rig.end();
  }
  rig.finish();
  check_work(octets, turns + (piece ? octets / piece : 0));
  return 0;
}
