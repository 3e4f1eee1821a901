#include "flow/community_id.h"

#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "base/hash.h"
#include "base/json.h"
#include "decode/headers.h"
#include "flow/key.h"

namespace langyan::flow {
namespace {

constexpr std::size_t digest_bytes = 20;  // FIPS 180-4: SHA-1
constexpr std::size_t most_input = 2 + 16 + 16 + 2 + 4;

// One digest for a thread's life: naming the algorithm anew costs more than the digest.
class Sha1 {
 public:
  std::array<std::uint8_t, digest_bytes> of(Bytes input) {
    std::array<std::uint8_t, digest_bytes> digest{};
    unsigned written = 0;
    done_ = context_ && algorithm_ && EVP_DigestInit_ex2(context_, algorithm_, nullptr) == 1 &&
            EVP_DigestUpdate(context_, input.data(), input.size()) == 1 &&
            EVP_DigestFinal_ex(context_, digest.data(), &written) == 1;
    return digest;
  }
  bool done() const { return done_; }
  ~Sha1() { EVP_MD_CTX_free(context_), EVP_MD_free(algorithm_); }

 private:
  EVP_MD* algorithm_ = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  EVP_MD_CTX* context_ = EVP_MD_CTX_new();
  bool done_ = false;
};

struct Ends {
  Bytes first, second;  // addresses in network order
  std::uint16_t first_port = 0, second_port = 0;
};

bool has_ports(std::uint8_t protocol) {
  namespace number = decode::ip_protocol;
  return protocol == number::tcp || protocol == number::udp || protocol == number::sctp;
}

void put(std::array<std::uint8_t, most_input>& input, std::size_t& size, std::uint16_t value) {
  input[size++] = static_cast<std::uint8_t>(value >> 8);
  input[size++] = static_cast<std::uint8_t>(value);
}

// What was computed last: the events of a flow come in bunches, and a digest costs as much as half
// of their lines.
class Recent {
 public:
  struct Entry {
    std::array<std::uint8_t, most_input> input{};
    std::uint8_t input_size = 0, id_size = 0;  // 0: empty
    std::array<char, 32> id{};
  };
  Entry& at(Bytes input) { return entries_[hash(input, 0) % entries_.size()]; }

 private:
  std::array<Entry, 256> entries_{};
};

std::string digest_of(const Ends& ends, std::uint8_t protocol, bool ports, std::uint16_t seed) {
  std::array<std::uint8_t, most_input> input{};
  std::size_t size = 0;
  put(input, size, seed);
  for (const Bytes& address : {ends.first, ends.second}) {
    std::ranges::copy(address, input.begin() + static_cast<std::ptrdiff_t>(size));
    size += address.size();
  }
  put(input, size, static_cast<std::uint16_t>(protocol << 8));
  if (ports) {
    put(input, size, ends.first_port);
    put(input, size, ends.second_port);
  }
  const Bytes text(input.data(), size);
  thread_local Recent recent;
  Recent::Entry& entry = recent.at(text);
  if (entry.id_size && entry.input_size == size &&
      std::ranges::equal(Bytes(entry.input).first(size), text))
    return {entry.id.data(), entry.id_size};
  thread_local Sha1 sha1;
  const auto digest = sha1.of(text);
  if (!sha1.done()) return {};
  std::string id = "1:";
  append_base64(id, digest);
  std::ranges::copy(text, entry.input.begin());
  std::ranges::copy(id, entry.id.begin());
  entry.input_size = static_cast<std::uint8_t>(size);
  entry.id_size = static_cast<std::uint8_t>(id.size());
  return id;
}

}  // namespace

std::string community_id(const IpAddress& source, const IpAddress& destination,
                         std::uint16_t source_port, std::uint16_t destination_port,
                         std::uint8_t protocol, std::uint16_t seed) {
  const std::size_t skip = source.is_v4() && destination.is_v4() ? 12 : 0;
  Ends ends{Bytes(source.octets).subspan(skip), Bytes(destination.octets).subspan(skip),
            source_port, destination_port};
  bool ports = has_ports(protocol), ordered = true;
  if (protocol == decode::ip_protocol::icmp || protocol == decode::ip_protocol::icmpv6) {
    // The types of a question and its answer are the ports of their senders; a message that has no
    // answer keeps its direction.
    const IcmpPair pair = icmp_pair(protocol, static_cast<std::uint8_t>(source_port));
    ports = true;
    ordered = pair.found;
    if (pair.found) ends.second_port = source_port == pair.request ? pair.reply : pair.request;
  }
  const bool swap = ordered && (source == destination ? ends.first_port > ends.second_port
                                                      : destination < source);
  if (swap) {
    std::swap(ends.first, ends.second);
    std::swap(ends.first_port, ends.second_port);
  }
  return digest_of(ends, protocol, ports, seed);
}

std::string community_id(const Flow& flow, std::uint16_t seed) {
  if (flow.kind() == Kind::layer2) return {};
  const bool icmp = flow.kind() == Kind::icmp;
  return community_id(flow.client_ip(), flow.server_ip(),
                      icmp ? flow.icmp_type() : flow.client_port(),
                      icmp ? flow.icmp_code() : flow.server_port(), flow.protocol(), seed);
}

}  // namespace langyan::flow
