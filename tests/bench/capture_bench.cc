// CPU time a packet of reading a capture: libpcap's plain loop, its loop over a large buffer, our
// source, our source with decode, and the steer function.
//
//   capture_bench FILE [REPEATS] [TIMES]
//
// TIMES joins that many copies of the file into one, so that opening it does not count. Each figure
// is the best of REPEATS passes, which alternate: another load on the machine hits all alike.

#include <pcap/pcap.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "capture/source.h"
#include "decode/decode.h"

namespace {

using namespace langyan;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& at) {
    return static_cast<double>(at.tv_sec) + static_cast<double>(at.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

std::uint64_t count_packets(pcap_t* handle) {
  std::uint64_t packets = 0;
  pcap_loop(
      handle, -1,
      [](u_char* sum, const pcap_pkthdr*, const u_char*) {
        ++*reinterpret_cast<std::uint64_t*>(sum);
      },
      reinterpret_cast<u_char*>(&packets));
  pcap_close(handle);
  return packets;
}

std::uint64_t plain_loop(const std::string& path) {
  char reason[PCAP_ERRBUF_SIZE];
  pcap_t* handle = pcap_open_offline(path.c_str(), reason);
  return handle ? count_packets(handle) : 0;
}

std::uint64_t buffered_loop(const std::string& path) {
  char reason[PCAP_ERRBUF_SIZE];
  std::vector<char> buffer(1 << 20);
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (!file) return 0;
  std::setvbuf(file, buffer.data(), _IOFBF, buffer.size());
  pcap_t* handle = pcap_fopen_offline(file, reason);
  return handle ? count_packets(handle) : 0;
}

template <class Sink>
std::uint64_t read_all(const std::string& path, Sink sink) {
  auto source = capture::open_file(path);
  if (!source) return 0;
  while (true) {
    const auto progress = (*source)->read(256, sink);
    if (!progress || *progress == capture::Progress::end) break;
  }
  return (*source)->counters().value(capture::Count::captured);
}

std::uint64_t our_loop(const std::string& path) {
  std::uint64_t packets = 0;
  read_all(path, [&](const capture::Packet&) { ++packets; });
  return packets;
}

std::uint64_t with_decode(const std::string& path) {
  decode::Decoder decoder;
  decode::Headers headers;
  return read_all(path, [&](const capture::Packet& packet) {
    decoder.decode(packet.data, packet.wire_length, packet.link_type, headers);
  });
}

std::uint64_t with_hash(const std::string& path) {
  volatile std::uint64_t sum = 0;
  return read_all(path, [&](const capture::Packet& packet) {
    sum = sum + decode::pair_hash(packet.data, packet.link_type);
  });
}

// The file `times` over, its file header once.
std::string joined(const std::string& path, int times) {
  constexpr std::size_t file_header = 24;
  std::ifstream in(path, std::ios::binary);
  const std::string all((std::istreambuf_iterator<char>(in)), {});
  char name[] = "/tmp/capture_bench_XXXXXX";
  const int file = mkstemp(name);
  if (file < 0 || all.size() < file_header) return path;
  close(file);
  std::ofstream out(name, std::ios::binary);
  out.write(all.data(), file_header);
  for (int i = 0; i < times; ++i) {
    out.write(all.data() + file_header, static_cast<std::streamsize>(all.size() - file_header));
  }
  return name;
}

struct Row {
  const char* what;
  std::uint64_t (*run)(const std::string&);
  double best = 1e9;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return std::fputs("usage: capture_bench FILE [REPEATS] [TIMES]\n", stderr), 2;
  const int repeats = argc > 2 ? std::atoi(argv[2]) : 10, times = argc > 3 ? std::atoi(argv[3]) : 1;
  const std::string path = times > 1 ? joined(argv[1], times) : argv[1];
  Row rows[] = {{"plain libpcap loop", plain_loop},
                {"libpcap, 1 MB buffer", buffered_loop},
                {"read", our_loop},
                {"read + pair_hash", with_hash},
                {"read + decode", with_decode}};
  std::uint64_t packets = 0;
  for (int i = 0; i < repeats; ++i) {
    for (Row& row : rows) {
      const double before = cpu_seconds();
      packets = row.run(path);
      row.best = std::min(row.best, cpu_seconds() - before);
    }
  }
  if (path != argv[1]) unlink(path.c_str());
  if (packets == 0) return std::fputs("no packet was read\n", stderr), 1;
  std::printf("%s: %" PRIu64 " packets, best of %d\n", argv[1], packets, repeats);
  for (const Row& row : rows) {
    std::printf("%-22s %7.1f ns/packet  %5.2f of its speed is left\n", row.what,
                row.best * 1e9 / static_cast<double>(packets), rows[0].best / row.best);
  }
}
