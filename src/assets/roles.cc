// What a host is, from what it says of itself and what it does.
#include <algorithm>
#include <array>

#include "assets/inventory.h"
#include "assets/words.h"

namespace langyan::assets {
namespace {

// Words in facts of trait role; the first that a text holds counts.
struct Word {
  std::string_view word;  // lower case
  HostRole role;
};
constexpr Word words[] = {
    {"engineering", HostRole::engineering}, {"supervisor", HostRole::engineering},
    {"hmi", HostRole::hmi},                 {"human-machine", HostRole::hmi},
    {"operator", HostRole::hmi},            {"safety", HostRole::safety},
    {"merging unit", HostRole::field_device}, {"ied", HostRole::rtu},
    {"pmu", HostRole::rtu},                 {"rtu", HostRole::rtu},
    {"plc", HostRole::controller},          {"programmable logic", HostRole::controller},
    {"controller", HostRole::controller},   {"master", HostRole::controller},
    {"gateway", HostRole::gateway},         {"switch", HostRole::network},
    {"router", HostRole::network},          {"bridge", HostRole::network},
    {"historian", HostRole::historian},     {"device", HostRole::field_device},
    {"drive", HostRole::field_device},      {"slave", HostRole::field_device},
    {"node", HostRole::field_device},       {"server", HostRole::scada},
};

// Who answers in these protocols is more than a controller in general.
struct Served {
  std::string_view protocol;
  HostRole role;
};
constexpr Served served[] = {
    {"iec104", HostRole::rtu},        {"iec101", HostRole::rtu}, {"iec103", HostRole::rtu},
    {"dnp3", HostRole::rtu},          {"mms", HostRole::rtu},    {"synchrophasor", HostRole::rtu},
    {"tristation", HostRole::safety}, {"mqtt", HostRole::server}, {"amqp", HostRole::server},
    {"opcua", HostRole::scada},       {"handle", HostRole::server}, {"coap", HostRole::field_device},
    {"hart_ip", HostRole::gateway},   {"dlms", HostRole::field_device},
};

HostRole said(const Asset& asset) {
  const Known* fact = asset.best(Trait::role);
  if (!fact) return HostRole::unknown;
  const std::string text = lower(fact->text);
  for (const Word& each : words)
    if (text.find(each.word) != text.npos) return each.role;
  return HostRole::unknown;
}

HostRole serves(const Asset& asset) {
  constexpr unsigned server = bit(Act::answers) | bit(Act::obeys) | bit(Act::programmed);
  HostRole role = HostRole::unknown;
  for (const Spoken& each : asset.protocols) {
    if (!each.protocol || !(each.acts & server)) continue;
    const auto at = std::ranges::find(served, each.protocol->name, &Served::protocol);
    const HostRole here = at == std::end(served) ? HostRole::controller : at->role;
    // A controller may also be read by OPC UA or publish to a broker; it stays a controller.
    if (role == HostRole::unknown || here == HostRole::safety ||
        (here == HostRole::controller && role != HostRole::safety))
      role = here;
  }
  return role;
}

bool is_public(const IpAddress& ip) {
  static const std::array own = {*parse_network("10.0.0.0/8"),     *parse_network("172.16.0.0/12"),
                                 *parse_network("192.168.0.0/16"), *parse_network("169.254.0.0/16"),
                                 *parse_network("127.0.0.0/8"),    *parse_network("100.64.0.0/10"),
                                 *parse_network("fc00::/7"),       *parse_network("fe80::/10"),
                                 *parse_network("::1/128")};
  return std::ranges::none_of(own, [&](const IpNetwork& network) { return network.contains(ip); });
}

}  // namespace

// What it says of itself counts most, then what it serves; who also programs others is an
// engineering station unless it is a controller that is programmed itself.
HostRole role_of(const Asset& asset) {
  const HostRole own = said(asset);
  const HostRole server = serves(asset);
  if (server == HostRole::safety) return server;
  if (own != HostRole::unknown) return own;
  if (asset.children > 0) return HostRole::gateway;
  const unsigned acts = asset.acts();
  if (server == HostRole::controller || server == HostRole::rtu) return server;
  if (acts & bit(Act::programs)) return HostRole::engineering;
  if (server != HostRole::unknown) return server;
  if (acts & (bit(Act::commands) | bit(Act::polls))) return HostRole::scada;
  if (acts & bit(Act::publishes)) return HostRole::field_device;
  return is_outside(asset) ? HostRole::internet : HostRole::unknown;
}

bool is_outside(const Asset& asset) {
  return !asset.addresses.empty() && asset.macs.empty() && is_public(asset.addresses[0]);
}

// A role stands where such hosts usually stand; whom it talks to says more of those that may stand in several places.
int Inventory::level(const Asset& asset) const {
  constexpr int control = 1, supervision = 2, operations = 3, none_known = -1;
  if (asset.by_hand.level >= 0) return asset.by_hand.level;
  const int usual = row(asset.role).level;
  if (asset.parent) return usual >= 0 ? usual : level(assets_[asset.parent - 1]);
  bool below = false, beside = false;  // talks to what controls, to what supervises
  for (const std::uint32_t at : asset.peers) {
    const int theirs = row(assets_[at].role).level;
    below = below || (theirs > none_known && theirs <= control);
    beside = beside || theirs >= supervision;
  }
  // Who asks only those that supervise stands above them; a server in the middle of the plant is no office's.
  if (asset.role == HostRole::scada && beside && !below) return operations;
  if (asset.role == HostRole::server && (below || beside)) return operations;
  return usual;
}

}  // namespace langyan::assets
