// Damages the captures of pcaps/<protocol>/ and asks how many of the operations that are still
// wholly carried (carried.h says what that is) are still reported.
//
//   damage FOLDER [--only PROTOCOL] [--lost]       FOLDER: pcaps. --lost: prints each one missed
//
//   loss 1 %       each packet is lost with a chance of 1 in 100; a round in which none would be
//                  loses one, as most captures are short: so the loss is higher than its name
//   duplicates     each packet comes again with a chance of 1 in 10, up to 3 packets later
//   no answers     what servers sent is removed        no requests    what clients sent is removed
//   midstream      the capture starts at a random packet of its first three quarters
//   reordered      packets come up to 3 places late
//
// Seeds are fixed by capture, damage and round. Per protocol and damage: operations carried and
// reported, whole messages (answers too) carried and reported, operations left out because what
// names them was lost ("named before", carried.h), and operations reported that the undamaged
// capture does not have ("other": those under another name, or what is invented). Captures that
// break their protocol on purpose (malformed in their name) make one row of their own. Fails below
// 97 % of operations in all, or in a row of at least `enough` by more than chance explains (two
// standard deviations).
#include <cmath>
#include <cstdio>
#include <cstring>
#include <functional>

#include "base/hash.h"
#include "base/random.h"
#include "tests/damage/carried.h"
#include "tests/fuzz/check.h"

namespace {

using namespace langyan;
using namespace langyan::damage;

constexpr double least = 0.97;
constexpr std::uint64_t enough = 250;        // carried operations: of fewer one capture decides
constexpr std::size_t most_packets = 4'000;  // of a longer capture its beginning
constexpr std::uint32_t late = 3;            // places

struct Damage {
  const char* name;
  unsigned rounds;
  std::function<Order(const Carried&, std::size_t packets, SeededRandom&)> make;
};

Order loss(const Carried&, std::size_t packets, SeededRandom& random) {
  Order order;
  for (std::uint32_t i = 0; i < packets; ++i)
    if (random.number() % 100 != 0) order.push_back(i);
  if (order.size() == packets && packets > 0)
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(random.number() % packets));
  return order;
}

// Each of `places` is a packet and where it would stand; the later of two that stand alike follows.
Order sorted(std::vector<std::pair<std::uint64_t, std::uint32_t>> places) {
  std::ranges::stable_sort(places, {}, &std::pair<std::uint64_t, std::uint32_t>::first);
  Order order;
  for (const auto& [place, packet] : places) order.push_back(packet);
  return order;
}

Order duplicates(const Carried&, std::size_t packets, SeededRandom& random) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> places;
  for (std::uint32_t i = 0; i < packets; ++i) {
    places.emplace_back(i, i);
    if (random.number() % 10 == 0) places.emplace_back(i + random.number() % late, i);
  }
  return sorted(std::move(places));
}

Order reordered(const Carried&, std::size_t packets, SeededRandom& random) {
  std::vector<std::pair<std::uint64_t, std::uint32_t>> places;
  for (std::uint32_t i = 0; i < packets; ++i)
    places.emplace_back(i + random.number() % (late + 1), i);
  return sorted(std::move(places));
}

Order midstream(const Carried&, std::size_t packets, SeededRandom& random) {
  Order order;
  for (auto i = static_cast<std::uint32_t>(1 + random.number() %
                                                   std::max<std::size_t>(1, packets * 3 / 4));
       i < packets; ++i)
    order.push_back(i);
  return order;
}

Order without(const Carried& carried, std::size_t packets, bool clients) {
  std::vector<bool> removed(packets);
  for (const Way& way : carried.ways)
    if (way.from_client == clients)
      for (const Unit& unit : way.units)
        for (const std::uint32_t packet : unit.packets) removed[packet] = true;
  Order order;
  for (std::uint32_t i = 0; i < packets; ++i)
    if (!removed[i]) order.push_back(i);
  return order;
}

const Damage damages[] = {
    {"loss 1 %", 10, loss},
    {"duplicates 10 %", 4, duplicates},
    {"no answers", 1,
     [](const Carried& carried, std::size_t packets, SeededRandom&) {
       return without(carried, packets, false);
     }},
    {"no requests", 1,
     [](const Carried& carried, std::size_t packets, SeededRandom&) {
       return without(carried, packets, true);
     }},
    {"midstream", 6, midstream},
    {"reordered by 3", 10, reordered},
};

struct Row {
  std::uint64_t operations = 0, reported = 0, messages = 0, decoded = 0, others = 0, unnamed = 0;
  void add(const Row& row) {
    operations += row.operations, reported += row.reported, messages += row.messages,
        decoded += row.decoded, others += row.others, unnamed += row.unnamed;
  }
  double share() const {
    return operations ? static_cast<double>(reported) / static_cast<double>(operations) : 1;
  }
};

using Rows = std::map<std::string, std::array<Row, std::size(damages)>, std::less<>>;

// A capture, what it says undamaged, and what captures say that begin with one of its messages.
struct Subject {
  std::string path;
  std::vector<HeldPacket> held;
  Carried carried;
  std::map<std::uint32_t, Heard> beginning;

  // Whether the operation takes its name from what was said before its message.
  bool needs_context(const Said& said) {
    const std::uint32_t first = packets_of(carried, said).first;
    const auto [at, is_new] = beginning.try_emplace(first);
    if (is_new) {
      Order order;
      for (std::uint32_t i = first; i < held.size(); ++i) order.push_back(i);
      at->second = said_by(held, order);
    }
    if (at->second.contains(said.text)) return false;
    // The message must be shown, and what it does under some other name.
    if (!at->second.contains(carried.said[said.message].text)) return false;
    const std::string ends = said.text.substr(0, said.text.find(' ', said.text.find(' ') + 1) + 1);
    return std::ranges::any_of(at->second, [&](const auto& heard) {
      return heard.first.starts_with(ends) && !heard.first.starts_with(ends + "message ");
    });
  }
};

void count(Rows& rows, std::size_t damage, Subject& subject, const Copy& copy, bool shows) {
  const Carried& carried = subject.carried;
  Heard heard = said_by(subject.held, copy.order);
  const char* name = damages[damage].name;
  std::set<std::string_view> undamaged;
  for (const Said& said : carried.said) {
    if (said.operation) undamaged.insert(said.text);
    if (!is_carried(carried, said, copy)) continue;
    Row& row = rows[std::string(said.protocol->name)][damage];
    const auto at = heard.find(said.text);
    const bool found = at != heard.end() && at->second > 0;
    if (found) --at->second;
    if (!found && said.operation && !is_context_whole(carried, said, copy) &&
        subject.needs_context(said)) {
      ++row.unnamed;
      continue;
    }
    (said.operation ? row.operations : row.messages) += 1;
    (said.operation ? row.reported : row.decoded) += found;
    if (shows && !found)
      std::printf("%s, %s: missed %s\n", subject.path.c_str(), name, said.text.c_str());
  }
  for (const auto& [text, times] : heard) {
    if (undamaged.contains(text) || text.find(" message ") != std::string::npos) continue;
    rows[text.substr(0, text.find(' '))][damage].others += times;
    if (shows) std::printf("%s, %s: other %s\n", subject.path.c_str(), name, text.c_str());
  }
}

bool print(const char* protocol, const char* damage, const Row& row) {
  const double chance =
      2 * std::sqrt(least * (1 - least) /
                    static_cast<double>(std::max<std::uint64_t>(1, row.operations)));
  const bool well = row.share() >= least - chance || row.operations < enough;
  std::printf("| %s | %s | %llu | %llu | %.1f %% | %llu | %llu | %llu | %llu |%s\n", protocol,
              damage, static_cast<unsigned long long>(row.operations),
              static_cast<unsigned long long>(row.reported), row.share() * 100,
              static_cast<unsigned long long>(row.messages),
              static_cast<unsigned long long>(row.decoded),
              static_cast<unsigned long long>(row.unnamed),
              static_cast<unsigned long long>(row.others), well ? "" : " below 97 %");
  return well;
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder, only;
  bool shows = false;
  for (int i = 1; i < argc; ++i) {
    if (!std::strcmp(argv[i], "--lost"))
      shows = true;
    else if (!std::strcmp(argv[i], "--only") && i + 1 < argc)
      only = argv[++i];
    else
      folder = argv[i];
  }
  if (folder.empty())
    return std::fputs("usage: damage FOLDER [--only PROTOCOL] [--lost]\n", stderr), 2;
  fuzz::use_small_caps(512);  // tables are made anew for each run
  Rows rows, malformed;       // the latter: of captures that break the protocol on purpose
  std::size_t captures = 0;
  for (const std::string& path : captures_of_protocols(folder, only)) {
    Subject subject{path.substr(folder.size()), hold_capture(path), {}, {}};
    if (subject.held.size() > most_packets) subject.held.resize(most_packets);
    subject.carried = carried_by(subject.held);
    const bool is_malformed = subject.path.find("malformed") != std::string::npos;
    for (std::size_t damage = 0; damage < std::size(damages); ++damage) {
      for (unsigned round = 0; round < damages[damage].rounds; ++round) {
        SeededRandom random(combine(hash(bytes_of(subject.path)), damage * 100 + round));
        const Copy copy(subject.carried,
                        damages[damage].make(subject.carried, subject.held.size(), random));
        count(is_malformed ? malformed : rows, damage, subject, copy, shows);
      }
    }
    ++captures;
  }
  std::puts(
      "| protocol | damage | operations carried | reported | share | messages carried | decoded | "
      "named before | other |\n|---|---|---|---|---|---|---|---|---|");
  std::array<Row, std::size(damages)> sums{};
  Row sum;
  bool well = true;
  for (const auto& [protocol, of] : rows) {
    for (std::size_t i = 0; i < std::size(damages); ++i) {
      if (of[i].messages || of[i].others) well &= print(protocol.c_str(), damages[i].name, of[i]);
      sums[i].add(of[i]), sum.add(of[i]);
    }
  }
  Row broken;
  for (const auto& [protocol, of] : malformed)
    for (std::size_t i = 0; i < std::size(damages); ++i)
      sums[i].add(of[i]), sum.add(of[i]), broken.add(of[i]);
  well &= print("all malformed", "all", broken);
  for (std::size_t i = 0; i < std::size(damages); ++i)
    well &= print("all", damages[i].name, sums[i]);
  print("all", "all", sum);
  well &= sum.operations > 0 && sum.share() >= least;
  std::printf("%zu captures, %zu protocols; %s\n", captures, rows.size(),
              well ? "well" : "too much was missed");
  return well ? 0 : 1;
}
