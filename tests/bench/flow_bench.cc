// CPU time of flow tracking: lookups in random order against two prefetched random loads, and
// Tracker::accept a packet.
//
//   flow_bench [REPEATS]
//
// Each figure is the best of REPEATS passes, which alternate: another load on the machine hits all
// alike.

#include <sys/resource.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "base/caps.h"
#include "flow/table.h"
#include "flow/tracker.h"

namespace {

using namespace langyan;

constexpr std::uint32_t many = 1'000'000, few = 1'000;
constexpr std::size_t ahead = 16;  // packets between prepare, prefetch and accept

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& at) {
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

flow::Key key_of(std::uint32_t number) {
  flow::Key key;
  key.address = {IpAddress::v4(0x0a000000 + number / 4), IpAddress::v4(0x0b000001)};
  key.port = {static_cast<std::uint16_t>(40'000 + number % 4), 502};
  key.protocol = 6;
  key.kind = flow::Kind::tcp;
  return key;
}

// The two loads a lookup cannot do without: a word of the index, the flow.
struct Loads {
  struct alignas(64) Line {
    std::uint64_t word;
  };
  Loads() : index(4'194'304 / 2), flows(many) {
    std::mt19937 random(1);
    for (std::uint32_t i = 0; i < many; ++i) {
      places.push_back(static_cast<std::uint32_t>(random() % index.size()));
      slots.push_back(i);
      flows[i].lines[0].word = i;
    }
    for (std::size_t i = 0; i < index.size(); ++i) index[i] = i;
    std::shuffle(slots.begin(), slots.end(), random);
  }
  std::uint64_t run() const {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i + 2 * ahead < many; ++i) {
      __builtin_prefetch(&index[places[i + 2 * ahead]]);
      __builtin_prefetch(&flows[slots[i + ahead]]);
      sum += index[places[i]] + flows[slots[i]].lines[0].word;
    }
    return sum;
  }
  struct Two {
    Line lines[2];
  };
  HugePages<std::uint64_t> index;
  HugePages<Two> flows;
  std::vector<std::uint32_t> places, slots;
};

struct Lookups {
  Lookups() : table(many, 1) {
    for (std::uint32_t i = 0; i < many; ++i) {
      keys.push_back(key_of(i));
      table.open(keys[i], table.hash(keys[i]));
    }
    std::mt19937 random(2);
    std::shuffle(keys.begin(), keys.end(), random);
    hashes.resize(many);
  }
  std::uint64_t run() {
    std::uint64_t found = 0;
    for (std::size_t i = 0; i + 2 * ahead < many; ++i) {
      hashes[i + 2 * ahead] = table.hash(keys[i + 2 * ahead]);
      table.prefetch(hashes[i + 2 * ahead]);
      if (i >= ahead) guesses[(i + ahead) % (2 * ahead)] = table.guess(hashes[i + ahead]);
      if (i >= 2 * ahead)
        found += table.find(keys[i], hashes[i], guesses[i % (2 * ahead)]) != nullptr;
    }
    return found;
  }
  flow::Table table;
  std::vector<flow::Key> keys;
  std::vector<std::uint64_t> hashes;
  std::uint32_t guesses[2 * ahead] = {};
};

struct Nobody : flow::Listener {
  void opened(flow::Flow&) override {}
  void packet(flow::Flow&, Direction, const capture::Packet&, const decode::Headers&) override {}
  void stream(flow::Flow&, Direction, const flow::Chunk& chunk) override {
    octets += chunk.data.size();
  }
  void datagram(flow::Flow&, Direction, Bytes data) override { octets += data.size(); }
  void record(flow::Flow&) override {}
  void closed(flow::Flow&, flow::Reason) override {}
  void anomaly(const flow::Oddity&) override { ++oddities; }
  std::uint64_t octets = 0, oddities = 0;
};

enum class Order { straight, swapped, twice };

// Requests and answers of so many connections, one after the other or in random order.
struct Conversation {
  Conversation(std::uint8_t protocol, std::uint32_t flows, std::size_t payload, Order given,
               bool random_order)
      : order(given), tracker(flow::Options{}, decoder, nobody), data(payload, 'x') {
    for (std::uint32_t i = 0; i < flows; ++i) {
      const flow::Key key = key_of(i);
      for (const bool forth : {true, false}) {
        decode::Headers headers;
        headers.ip_version = 4;
        headers.protocol = protocol;
        headers.source = key.address[forth ? 0 : 1];
        headers.destination = key.address[forth ? 1 : 0];
        headers.source_port = key.port[forth ? 0 : 1];
        headers.destination_port = key.port[forth ? 1 : 0];
        headers.tcp.flags = decode::tcp_flag::ack | decode::tcp_flag::psh;
        headers.tcp.window = 8'192;
        headers.payload = bytes_of(data);
        packets.push_back(headers);
      }
    }
    std::mt19937 random(3);
    if (random_order) {
      for (std::size_t i = flows - 1; i > 0; --i) {
        const std::size_t k = random() % (i + 1);
        std::swap(packets[2 * i], packets[2 * k]);
        std::swap(packets[2 * i + 1], packets[2 * k + 1]);
      }
    }
    one_round(0);
  }

  std::uint64_t run() {
    const std::size_t rounds = std::max<std::size_t>(1, 2'000'000 / packets.size());
    for (std::size_t i = 0; i < rounds; ++i) one_round(++round);
    return rounds * packets.size();
  }

  void one_round(std::uint32_t turn) {
    flow::Ticket tickets[4 * ahead];
    const auto size = static_cast<std::uint32_t>(data.size());
    std::uint32_t place = turn * size, settled = place;
    if (turn > 0 && order == Order::swapped) place = ((turn - 1) ^ 1) * size + size;  // 2 1 4 3 …
    if (turn > 0 && order == Order::twice) place = (turn - 1) / 2 * size + size;
    if (order != Order::straight) settled = 0;
    for (std::size_t i = 0; i < packets.size() + 2 * ahead; ++i) {
      if (i < packets.size()) {
        tickets[i % (4 * ahead)] = tracker.prepare(packets[i], decode::Outcome::transport);
      }
      if (i >= ahead && i - ahead < packets.size()) {
        tracker.prefetch(tickets[(i - ahead) % (4 * ahead)]);
      }
      if (i < 2 * ahead) continue;
      decode::Headers& headers = packets[i - 2 * ahead];
      headers.tcp.sequence = place;
      headers.tcp.acknowledgement = settled;
      capture::Packet packet;
      packet.time = 1'700'000'000 * second + ++number;
      packet.number = number;
      packet.data = headers.payload;
      packet.wire_length = 110;
      tracker.accept(packet, headers, decode::Outcome::transport,
                     tickets[(i - 2 * ahead) % (4 * ahead)]);
    }
  }

  const Order order;
  decode::Decoder decoder;
  Nobody nobody;
  flow::Tracker tracker;
  std::string data;
  std::vector<decode::Headers> packets;
  std::uint64_t number = 0;
  std::uint32_t round = 0;
};

// SYNs from everywhere into a full table: each opens a flow and evicts one.
struct Storm {
  Storm() : tracker(flow::Options{}, decoder, nobody) {
    headers.ip_version = 4;
    headers.protocol = decode::ip_protocol::tcp;
    headers.destination = IpAddress::v4(0x0b000001);
    headers.destination_port = 502;
    headers.tcp.flags = decode::tcp_flag::syn;
    run();
  }
  std::uint64_t run() {
    constexpr std::uint64_t packets = 1'000'000;
    for (std::uint64_t i = 0; i < packets; ++i) {
      headers.source = IpAddress::v4(static_cast<std::uint32_t>(random()));
      headers.source_port = static_cast<std::uint16_t>(i);
      capture::Packet packet;
      packet.time = 1'700'000'000 * second + static_cast<Time>(++number);
      packet.number = number;
      packet.wire_length = 60;
      tracker.accept(packet, headers, decode::Outcome::transport);
    }
    return packets;
  }
  decode::Decoder decoder;
  Nobody nobody;
  flow::Tracker tracker;
  decode::Headers headers;
  std::mt19937 random{4};
  std::uint64_t number = 0;
};

struct Row {
  const char* what;
  std::function<std::uint64_t()> run;
  double best = 1e9;
};

}  // namespace

int main(int argc, char** argv) {
  const int repeats = argc > 1 ? std::atoi(argv[1]) : 5;
  Storm storm;  // at the default cap
  if (const auto set = Cap::find("flow.flows")->set(2 * many); !set) {
    return std::fprintf(stderr, "%s\n", set.error().message.c_str()), 1;
  }
  const Loads loads;
  Lookups lookups;
  constexpr std::uint8_t tcp = decode::ip_protocol::tcp, udp = decode::ip_protocol::udp;
  Conversation warm(tcp, few, 60, Order::straight, false);
  Conversation large(tcp, few, 1'400, Order::straight, false);
  Conversation wide(tcp, many, 60, Order::straight, true);
  Conversation warm_udp(udp, few, 60, Order::straight, false);
  Conversation wide_udp(udp, many, 60, Order::straight, true);
  Conversation swapped(tcp, few, 60, Order::swapped, false);
  Conversation twice(tcp, few, 60, Order::twice, false);

  volatile std::uint64_t sink = 0;
  Row rows[] = {
      {"two prefetched random loads, 1 M",
       [&] {
         sink = loads.run();
         return std::uint64_t{many};
       }},
      {"flow lookup with hash, 1 M in random order",
       [&] {
         sink = lookups.run();
         return std::uint64_t{many};
       }},
      {"accept TCP in order, 60 octets, 1 k flows", [&] { return warm.run(); }},
      {"accept TCP in order, 1400 octets, 1 k flows", [&] { return large.run(); }},
      {"accept TCP in order, 60 octets, 1 M flows", [&] { return wide.run(); }},
      {"accept TCP out of order, every second, 1 k", [&] { return swapped.run(); }},
      {"accept TCP, every segment twice, 1 k", [&] { return twice.run(); }},
      {"accept UDP, 60 octets, 1 k flows", [&] { return warm_udp.run(); }},
      {"accept UDP, 60 octets, 1 M flows", [&] { return wide_udp.run(); }},
      {"accept a SYN storm, 64 k slots, all full", [&] { return storm.run(); }},
  };
  for (int i = 0; i < repeats; ++i) {
    for (Row& row : rows) {
      const double before = cpu_seconds();
      const std::uint64_t done = row.run();
      row.best = std::min(row.best, (cpu_seconds() - before) / static_cast<double>(done));
    }
  }
  for (const Row& row : rows) std::printf("%-46s %7.1f ns\n", row.what, row.best * 1e9);
  std::printf("%-46s %7.2f\n", "lookup's share of the two loads' speed",
              rows[0].best / rows[1].best);
  const auto copied = [](const Conversation& one) {
    return one.tracker.counters().value(flow::Count::copied_bytes);
  };
  std::printf("%-46s %7" PRIu64 "\n", "octets of in-order data copied",
              copied(warm) + copied(large) + copied(wide));
  const std::uint64_t oddities = warm.nobody.oddities + large.nobody.oddities +
                                 wide.nobody.oddities + swapped.nobody.oddities +
                                 twice.nobody.oddities;
  std::printf("%-46s %7" PRIu64 "\n", "anomalies (none are in this traffic)", oddities);
  return 0;
}
