// Linked before the room dissect, so that the generated registry's protocols() is not taken from
// there. The table itself still comes from it: registry.cc is compiled once more, renamed. With
// LANGYAN_FUZZ_PROTOCOL=name it has that one row.
#include <array>
#include <cstdio>
#include <cstdlib>
#include <utility>
#include <vector>

#include "dissect/registry.h"
#include "tests/fuzz/work.h"

namespace langyan::dissect {
std::span<const Protocol* const> listed_protocols();
}

namespace langyan::fuzz {

Work work;

namespace {

const Protocol& listed(std::size_t index) {
  return *dissect::listed_protocols()[index];
}

template <std::size_t index>
struct Counted {
  static Identity identify(Bytes bytes, const Context& context) {
    ++work.identify;
    return listed(index).identify(bytes, context);
  }
  static Frame frame(Bytes bytes, const Context& context) {
    ++work.frame;
    return listed(index).frame(bytes, context);
  }
  static std::size_t resync(Bytes bytes, const Context& context) {
    work.resync_octets += bytes.size();
    return listed(index).resync(bytes, context);
  }
  static Fault decode(Bytes message, const Context& context, State state, Output& out) {
    work.decode_octets += message.size();
    const Fault fault = listed(index).decode(message, context, state, out);
    work.items += out.items.total();
    work.operations += out.operations_total;
    return fault;
  }
  static void put(Protocol& protocol) {
    protocol.identify = identify, protocol.frame = frame;
    protocol.resync = resync, protocol.decode = decode;
  }
};

constexpr std::size_t most_protocols = 128;

template <std::size_t... index>
constexpr std::array<void (*)(Protocol&), sizeof...(index)> putters(std::index_sequence<index...>) {
  return {Counted<index>::put...};
}

struct Registry {
  std::vector<Protocol> protocols;
  std::vector<const Protocol*> rows;
  Registry() {
    constexpr auto put = putters(std::make_index_sequence<most_protocols>());
    for (std::size_t i = 0; i < dissect::listed_protocols().size(); ++i) {
      protocols.push_back(listed(i));
      put.at(i)(protocols.back());
    }
    const char* only = std::getenv("LANGYAN_FUZZ_PROTOCOL");
    for (const Protocol& protocol : protocols)
      if (!only || protocol.name == only) rows.push_back(&protocol);
    if (rows.empty()) std::fprintf(stderr, "LANGYAN_FUZZ_PROTOCOL: there is no protocol %s\n", only), std::abort();
  }
};

}  // namespace
}  // namespace langyan::fuzz

std::span<const langyan::Protocol* const> langyan::dissect::protocols() {
  static const fuzz::Registry registry;
  return registry.rows;
}
