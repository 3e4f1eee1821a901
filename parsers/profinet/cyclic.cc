// Cyclic data of PROFINET ([10] 4.4): values, then a status of four octets at the very end of the
// frame. The data are at least 40 octets long, so Ethernet never pads behind the status.
#include "parsers/profinet/table.h"

namespace langyan::profinet {
namespace {

constexpr std::size_t status_bytes = 4;
constexpr std::uint8_t bit_primary = 0x01, bit_redundancy = 0x02, bit_valid = 0x04, bit_run = 0x10, bit_ok = 0x20;
// [10] 4.4.2: a counter up to 4096 steps behind the last one is of an older frame.
constexpr std::uint16_t oldest_step = 0xf000;
// A restart may set a counter back once and a switch may swap two frames; a second sender does it
// with every other frame.
constexpr std::uint8_t watched_frames = 64, most_backwards = 8;

Provider* provider_of(Call& call, std::uint16_t frame_id, bool& fresh) {
  const std::uint8_t way = call.context.direction == Direction::to_server ? 1 : 2;
  for (Provider& each : call.memory.providers) {
    if (each.way == 0) {
      fresh = true;
      each.frame_id = frame_id, each.way = way;
      return &each;
    }
    if (each.way == way && each.frame_id == frame_id) return &each;
  }
  return nullptr;
}

bool disorderly(Provider& provider, std::uint16_t counter) {
  const auto step = static_cast<std::uint16_t>(counter - provider.counter);
  if (++provider.frames == watched_frames) provider.frames = provider.backwards = 0;
  if (step >= oldest_step) ++provider.backwards;
  return provider.backwards >= most_backwards;
}

void changes(Call& call, std::uint16_t frame_id, std::uint8_t before, std::uint8_t now) {
  struct Row {
    std::uint8_t bit;
    std::string_view on, off;
  };
  constexpr Row rows[] = {{bit_run, "provider runs", "provider stopped"},
                          {bit_valid, "data valid", "data invalid"},
                          {bit_ok, "problem gone", "station problem"},
                          {bit_primary, "now primary", "now backup"}};
  for (const Row& row : rows) {
    if (((before ^ now) & row.bit) == 0) continue;
    Operation& operation = call.operate(Verb::alarm, Place::frame, frame_id, Outcome::ok);
    operation.object.area = std::uint32_t{row.bit} << 8 | (now & row.bit);  // each change is a thing of its own
    operation.value = call.text(now & row.bit ? row.on : row.off);
  }
}

}  // namespace

void cyclic(Call& call, std::uint16_t frame_id) {
  if (call.in.left() < status_bytes) return call.blame(Wrong::truncated);
  const Bytes data = call.in.take(call.in.left() - status_bytes);
  const std::uint16_t counter = call.in.be16();
  const std::uint8_t status = call.in.u8();
  call.out.set<"data">(data);
  call.out.set<"cycle_counter">(counter);
  call.out.set<"data_status">(status);
  call.out.set<"data_valid">((status & bit_valid) != 0);
  call.out.set<"provider_run">((status & bit_run) != 0);
  call.out.set<"station_ok">((status & bit_ok) != 0);
  call.out.set<"primary">((status & bit_primary) != 0);
  call.out.set<"redundancy">((status & bit_redundancy) != 0);
  call.out.set<"transfer_status">(call.in.u8());

  bool fresh = false;
  Provider* provider = provider_of(call, frame_id, fresh);
  if (provider) {
    if (!fresh) {
      changes(call, frame_id, provider->status, status);
      if (disorderly(*provider, counter)) call.mention(Wrong::cycle_counter);
    }
    provider->counter = counter, provider->status = status;
  }
  call.operate(Place::frame, frame_id);
}

}  // namespace langyan::profinet
