// Memory: what the parser remembers of a connection, within the octets a flow keeps for it.
#pragma once

#include <algorithm>

#include "fields/protocol.h"

namespace langyan::mms {

// Requests whose answer is read otherwise than by itself. More at once are rare; of a forgotten one
// the answer's values stand in order.
constexpr std::size_t remembered_requests = 8;
constexpr std::size_t remembered_selections = 4;  // of controls between select and operate

enum class Pieces : std::uint8_t { none, message, skipped };

// What was asked that its answer does not say.
enum class Asked : std::uint8_t {
  none,
  list,
  select,
  select_with_value,
  operate,
  fact,  // and above: the Trait that the one variable read stands for
};

struct Waiting {
  std::uint16_t invoke_id;  // its lower half
  std::uint8_t asked;       // Asked; 0: free
  std::uint8_t flags;       // bit 0: asked by the server; above it the selection, counted from one
};

enum class Selection : std::uint8_t {
  none,
  asked,  // the select waits for its answer
  held,   // it succeeded
  refused,
  operated,  // used up: another operate needs another select
};
struct Selected {
  std::uint32_t object;  // hash of the controlled object's name
  std::uint32_t value;   // hash of the value selected; 0: none was sent with it
  Selection state;
};

struct Memory {
  Pieces pieces[2];          // by direction
  std::uint8_t application;  // as its objects showed
  bool connecting;           // a transport connection request waits
  bool connecting_from_server;
  bool authenticating;  // the association request that waits holds an authentication
  std::uint8_t next_request, next_selection;
  Waiting waiting[remembered_requests];
  Selected selected[remembered_selections];

  std::uint8_t remember(Selected made) {  // the place, counted from one
    auto* slot = find(made.object);
    if (!slot) slot = std::ranges::find(selected, Selection::none, &Selected::state);
    if (slot == std::end(selected)) {
      slot = &selected[next_selection];
      next_selection = static_cast<std::uint8_t>((next_selection + 1) % remembered_selections);
    }
    *slot = made;
    return static_cast<std::uint8_t>(slot - selected + 1);
  }
  Selected* find(std::uint32_t object) {
    for (Selected& each : selected)
      if (each.state != Selection::none && each.object == object) return &each;
    return nullptr;
  }
  void wait(std::uint32_t invoke_id, bool by_server, Asked asked, std::uint8_t more = 0,
            std::uint8_t selection = 0) {
    take(invoke_id, by_server);
    auto* slot = std::ranges::find(waiting, 0, &Waiting::asked);
    if (slot == std::end(waiting)) {
      slot = &waiting[next_request];
      next_request = static_cast<std::uint8_t>((next_request + 1) % remembered_requests);
    }
    *slot = {static_cast<std::uint16_t>(invoke_id),
             static_cast<std::uint8_t>(static_cast<std::uint8_t>(asked) + more),
             static_cast<std::uint8_t>(by_server | selection << 1)};
  }
  Waiting take(std::uint32_t invoke_id, bool by_server) {  // asked 0: none waited
    for (Waiting& each : waiting)
      if (each.asked && each.invoke_id == static_cast<std::uint16_t>(invoke_id) &&
          (each.flags & 1) == by_server) {
        const Waiting found = each;
        each.asked = 0;
        return found;
      }
    return {};
  }
};
static_assert(sizeof(Memory) <= state_bytes);

}  // namespace langyan::mms
