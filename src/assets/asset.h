// Asset: a host, or a device behind one, with what was said of it and what says so.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "assets/evidence.h"
#include "fields/host_role.h"

namespace langyan::assets {

constexpr std::size_t most_facts_each = 48, most_addresses_each = 16, most_protocols_each = 24, most_peers_each = 32,
                      most_matches_each = 64, most_told_each = 256;

struct AttackKind;
struct Vulnerability;

// Whether the version of an asset is among those that a vulnerability affects.
enum class Firmware : std::uint8_t {
  affected,  // it is, or all are
  unknown,   // nobody told the version
  unclear,   // it cannot be compared
};

struct Match {  // what an asset may suffer from
  const Vulnerability* vulnerability = nullptr;  // of the feed that the inventory holds
  std::uint8_t confidence = 0;                   // of 100
  Firmware firmware = Firmware::affected;
};

// Whether the ledger has it; `outside`: a public address behind a router, which is nobody's to list.
enum class Listed : std::uint8_t { unjudged, known, unknown, outside };

struct Known {  // a fact with its evidence
  Trait trait = Trait::vendor;
  std::uint8_t confidence = 0;         // of 100
  std::string text;
  const Protocol* protocol = nullptr;  // null: the MAC's registered maker
  Time first = 0, last = 0;
  std::uint64_t packet_number = 0;     // in which it was first said
  bool replaced = false;               // a later fact of the same protocol says otherwise
};

struct Spoken {
  const Protocol* protocol = nullptr;
  std::uint8_t acts = 0;  // bit per Act
  bool has_unit = false;
  std::uint32_t unit = 0;  // under which the host itself answers
};

struct Asset {
  std::string id;            // what it was first known by: "10.20.0.5", a MAC, "10.20.0.5/modbus/3"
  std::uint32_t parent = 0;  // place in the inventory + 1 of the host it stands behind; 0: a host
  std::uint32_t unit = 0;    // of a child
  std::vector<Mac> macs;
  std::vector<IpAddress> addresses;
  bool tie_certain = false;  // ARP ties the first MAC to the first address
  std::vector<Known> facts;
  std::vector<Spoken> protocols;
  HostRole role = HostRole::unknown;
  bool role_set = false;     // by hand: it stays
  struct ByHand {            // by the ledger: stays until a ledger says otherwise
    int level = -1;                      // of the Purdue model; -1: not set
    const AttackKind* attack = nullptr;  // a constant row; null: not set
  } by_hand;
  std::vector<std::uint32_t>
      peers;  // places in the inventory it talks industrial protocols with; not kept over a restart
  Listed listed = Listed::unjudged;
  std::vector<Match> matches;       // the feed's, known-exploited and certain ones first
  std::vector<std::string> told;    // numbers of vulnerabilities that were events
  std::uint32_t children = 0;
  Time first = 0, last = 0;  // last: the minute, so that it is the same for any number of workers
  Time told_last = 0;        // `last` as it was when something was told of it
  std::uint64_t first_packet = 0;
  bool silent = false;
  bool merged = false;       // into another asset: this place has no more than the id

  // The best fact of a trait that still holds; null: none.
  const Known* best(Trait trait) const {
    const Known* found = nullptr;
    for (const Known& fact : facts)
      if (fact.trait == trait && !fact.replaced && (!found || fact.confidence > found->confidence)) found = &fact;
    return found;
  }
  unsigned acts() const {
    unsigned all = 0;
    for (const Spoken& each : protocols) all |= each.acts;
    return all;
  }
};

}  // namespace langyan::assets
