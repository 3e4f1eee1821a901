// Cuts the captures of pcaps/<protocol>/ into inputs of the parsers target, for every protocol of
// the registry and every transport:
//
//   make_seeds PCAPS FOLDER      one folder a protocol in FOLDER
//
// Each flow is cut into runs of turns, so that what stands late in a capture is reached as well;
// each run is written as it came and in small pieces, from a handshake and as if met in mid-stream.
#include <cstdio>
#include <fstream>

#include "base/hash.h"
#include "tests/fuzz/talks.h"

namespace {

using namespace langyan;
using namespace langyan::fuzz;
namespace fs = std::filesystem;

constexpr std::size_t run_turns = 24, most_seed_octets = 16'384, most_flows_of_a_capture = 24;

std::size_t write(const fs::path& folder, std::size_t choice, const Protocol& protocol,
                  const Talk& talk) {
  std::size_t written = 0;
  for (std::size_t from = 0; from < talk.turns.size(); from += run_turns) {
    std::vector<std::uint8_t> turns;
    for (std::size_t i = from;
         i < std::min(from + run_turns, talk.turns.size()) && turns.size() < most_seed_octets;
         ++i) {
      const auto size = static_cast<unsigned>(talk.turns[i].octets.size());
      turns.push_back(
          static_cast<std::uint8_t>((talk.turns[i].to_client ? 1 : 0) | size >> 8 << 4));
      turns.push_back(static_cast<std::uint8_t>(size));
      turns.insert(turns.end(), talk.turns[i].octets.begin(), talk.turns[i].octets.end());
    }
    const std::pair<bool, std::uint8_t> ways[] = {{from == 0, 0}, {true, 1}, {false, 4}};
    for (const auto& [from_the_start, piece] : ways) {
      std::vector<std::uint8_t> seed = {static_cast<std::uint8_t>(choice),
                                        start_octet(protocol, talk, from_the_start), piece};
      seed.insert(seed.end(), turns.begin(), turns.end());
      char name[20];
      std::snprintf(name, sizeof name, "%016llx", static_cast<unsigned long long>(hash(seed)));
      std::ofstream(folder / name, std::ios::binary)
          .write(reinterpret_cast<const char*>(seed.data()),
                 static_cast<std::streamsize>(seed.size()));
      ++written;
      if (talk.transport != Transport::tcp) break;  // datagrams come whole
    }
  }
  return written;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return std::fputs("usage: make_seeds PCAPS FOLDER\n", stderr), 2;
  const auto all = dissect::protocols();
  for (std::size_t choice = 0; choice < all.size(); ++choice) {
    const fs::path folder = fs::path(argv[2]) / all[choice]->name;
    fs::create_directories(folder);
    std::size_t written = 0;
    for (const Talk& talk : talks_of(argv[1], *all[choice], most_flows_of_a_capture))
      written += write(folder, choice, *all[choice], talk);
    std::printf("%s: %zu seeds\n", std::string(all[choice]->name).c_str(), written);
  }
  return 0;
}
