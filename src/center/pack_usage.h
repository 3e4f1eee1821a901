// Usage of packs: which sensor and which lower center has which version, since when, and who does not have the newest and why.
//
// Nobody is asked for it: a sensor says in `program` of its statistics what its rules were made of, a center in its heartbeat what it
// holds, and both what they refused. So it is as old as those are (`told`), and of whom the center sees. Values; any thread.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "base/result.h"
#include "center/packs.h"
#include "center/words.h"
#include "packs/refusal.h"

namespace langyan::center {

class Center;

enum class PackState : std::uint8_t {
  refused,
  behind,
  untold,
  current
};  // trouble first; untold: it takes no packs, or is of a version that does not tell
std::span<const Words> pack_states();                                      // in that order
std::span<const Words> pack_users();                                       // sensor, center

struct PackUser {
  bool center = false;  // a lower center; else a sensor
  std::string name, organisation, via, pack;
  PackState state = PackState::untold;
  std::uint64_t version = 0, wanted = 0;  // 0: none
  std::string since, told, reason;        // times as they were told; empty: not known
  const packs::Why* why = nullptr;  // of a refusal; a static row
};

// Each pack and each of those in the scope whom it reaches: as many as there are of both, so they are visited and not listed.
Result<void> each_pack_user(Center& center, const store::Scope& scope, const std::function<void(PackUser)>& visit);

}  // namespace langyan::center
