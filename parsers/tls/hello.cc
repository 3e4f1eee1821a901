#include "parsers/tls/hello.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"
#include "parsers/wire/line.h"

namespace langyan::tls {
namespace {

constexpr std::size_t longest_ja3 = 4'096;
constexpr std::size_t most_sorted = 256;     // suites, or extensions, of which a JA4 is made
constexpr std::size_t longest_protocols = 256;  // of the application protocols offered, joined
constexpr std::size_t ja4_hash = 12;         // hex digits

enum class Extension : std::uint16_t {  // IANA "TLS ExtensionType Values"
  server_name = 0, supported_groups = 10, ec_point_formats = 11, signature_algorithms = 13, alpn = 16,
  supported_versions = 43,
};

// [TLS13] 4.1.3: what stands in the random of a ServerHello that is a HelloRetryRequest.
constexpr std::uint8_t retry_random[32] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
                                           0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
                                           0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

bool is_version(std::uint16_t value) { return value >= ssl3 && value <= tls13; }

template <class Visit>
void each_number(Bytes list, Visit visit) {  // of 16 bits
  for (std::size_t i = 0; i + 1 < list.size(); i += 2) visit(static_cast<std::uint16_t>(list[i] << 8 | list[i + 1]));
}

template <class Visit>
void each_extension(Bytes extensions, Visit visit) {
  for (Reader in{extensions}; in.left() > 0;) {
    const std::uint16_t type = in.be16();
    const Bytes content = in.take(in.be16());
    if (!in.ok()) return;
    visit(type, content);
  }
}

// A list that fills the rest of its extension behind a length of two octets, or one.
bool list(Reader in, bool short_length, Bytes& items) {
  const Bytes run = in.take(short_length ? in.u8() : in.be16());
  if (!in.ok() || in.left() > 0) return false;
  return items = run, true;
}

bool read_name(Bytes content, Hello& hello) {
  hello.has_name = true;
  if (!hello.client) return true;  // a server only says that it heard
  Bytes names;
  if (!list(Reader{content}, false, names)) return false;
  Reader in{names};
  const std::uint8_t type = in.u8();
  const Bytes name = in.take(in.be16());
  if (!in.ok()) return false;
  if (type == 0) hello.server_name = name;
  return true;
}

bool read_extension(std::uint16_t type, Bytes content, Hello& hello) {
  switch (static_cast<Extension>(type)) {
    case Extension::server_name: return read_name(content, hello);
    case Extension::supported_groups: return !hello.client || list(Reader{content}, false, hello.groups);
    case Extension::ec_point_formats: return list(Reader{content}, true, hello.formats);
    case Extension::signature_algorithms: return hello.has_schemes = true, list(Reader{content}, false, hello.schemes);
    case Extension::alpn: return list(Reader{content}, false, hello.protocols);
    case Extension::supported_versions:
      if (hello.client) return list(Reader{content}, true, hello.versions);
      return hello.versions = content, content.size() == 2;
  }
  return true;
}

void find_version(Hello& hello) {
  hello.version = hello.legacy_version;
  bool found = false;
  each_number(hello.versions, [&](std::uint16_t value) {
    if (!found && is_version(value)) hello.version = value, found = true;
  });
}

using Ja3 = wire::Line<longest_ja3>;

void add_numbers(Ja3& line, Bytes numbers) {
  bool first = true;
  each_number(numbers, [&](std::uint16_t value) {
    if (is_grease(value)) return;
    if (!first) line.put('-');
    line.number(value), first = false;
  });
}

void add_extensions(Ja3& line, Bytes extensions) {
  bool first = true;
  each_extension(extensions, [&](std::uint16_t type, Bytes) {
    if (is_grease(type)) return;
    if (!first) line.put('-');
    line.number(type), first = false;
  });
}

void make_ja3(const Hello& hello, Ja3& line) {
  line.number(hello.legacy_version).put(',');
  add_numbers(line, hello.suites);
  add_extensions(line.put(','), hello.extensions);
  if (!hello.client) return;
  add_numbers(line.put(','), hello.groups);
  line.put(',');
  for (std::size_t i = 0; i < hello.formats.size(); ++i) (i ? line.put('-') : line).number(hello.formats[i]);
}

class Numbers {  // of 16 bits, to be sorted
 public:
  void add(std::uint16_t value) {
    if (size_ == most_sorted) full_ = true;
    else values_[size_++] = value;
  }
  bool full() const { return full_; }
  std::span<std::uint16_t> all() { return {values_.data(), size_}; }

 private:
  std::array<std::uint16_t, most_sorted> values_;
  std::size_t size_ = 0;
  bool full_ = false;
};

using List = wire::Line<2 * most_sorted * 5 + 1>;  // two lists of four digits and a sign between

void add_hex(List& line, std::uint16_t value, bool comma) {
  if (comma) line.put(',');
  line.hex(static_cast<std::uint8_t>(value >> 8)).hex(static_cast<std::uint8_t>(value));
}

void add_sorted(List& line, Numbers& numbers) {
  std::ranges::sort(numbers.all());
  bool comma = false;
  for (std::uint16_t value : numbers.all()) add_hex(line, value, std::exchange(comma, true));
}

template <class Line>
void add_hash(Line& line, const List& list) {
  if (list.empty()) return void(line.put("000000000000"));
  const auto digest = sha256(list.bytes());
  line.hex(Bytes{digest}.first(ja4_hash / 2));
}

template <class Line>
void add_count(Line& line, std::size_t count) {
  count = std::min<std::size_t>(count, 99);
  line.put(static_cast<char>('0' + count / 10)).put(static_cast<char>('0' + count % 10));
}

std::string_view ja4_version(const Hello& hello) {
  std::uint16_t highest = 0;
  each_number(hello.versions, [&](std::uint16_t value) { if (!is_grease(value)) highest = std::max(highest, value); });
  switch (hello.versions.empty() ? hello.legacy_version : highest) {
    case tls13: return "13";
    case tls12: return "12";
    case tls11: return "11";
    case tls10: return "10";
    case ssl3: return "s3";
    case ssl2: return "s2";
    default: return "00";
  }
}

// First and last character of the first protocol offered; of one that is not alphanumeric, of its hex.
template <class Line>
void add_protocol(Line& line, Bytes protocols) {
  if (protocols.empty() || protocols[0] == 0 || protocols.size() < std::size_t{protocols[0]} + 1)
    return void(line.put("00"));
  const std::uint8_t first = protocols[1], last = protocols[protocols[0]];
  const auto plain = [](std::uint8_t c) { return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z'); };
  if (plain(first) && plain(last)) return void(line.put(static_cast<char>(first)).put(static_cast<char>(last)));
  line.put(wire::lower_hex[first >> 4]).put(wire::lower_hex[last & 15]);
}

void make_ja4(const Hello& hello, wire::Line<64>& line) {
  Numbers suites, extensions;
  each_number(hello.suites, [&](std::uint16_t value) { if (!is_grease(value)) suites.add(value); });
  std::size_t count = 0;
  each_extension(hello.extensions, [&](std::uint16_t type, Bytes) {
    if (is_grease(type)) return;
    ++count;
    if (type != static_cast<std::uint16_t>(Extension::server_name) &&
        type != static_cast<std::uint16_t>(Extension::alpn))
      extensions.add(type);
  });
  line.put('t').put(ja4_version(hello)).put(hello.has_name ? 'd' : 'i');
  add_count(line, suites.all().size());
  add_count(line, count);
  add_protocol(line, hello.protocols);
  List first, second;
  add_sorted(first, suites);
  add_sorted(second, extensions);
  if (!second.empty() && !hello.schemes.empty()) {
    second.put('_');
    bool comma = false;
    each_number(hello.schemes, [&](std::uint16_t value) {
      if (!is_grease(value)) add_hex(second, value, std::exchange(comma, true));
    });
  }
  add_hash(line.put('_'), first);
  add_hash(line.put('_'), second);
  if (suites.full() || extensions.full() || first.full() || second.full()) line = {};
}

Bytes join_protocols(Bytes protocols, Scratch& scratch) {
  wire::Line<longest_protocols> line;
  for (Reader in{protocols}; in.left() > 0;) {
    const Bytes protocol = in.take(in.u8());
    if (!in.ok()) break;
    (line.empty() ? line : line.put(',')).put(protocol);
  }
  return line.keep(scratch);
}

// The short ones first: of a kept request what stands behind in scratch may be left out.
void tell_fingerprints(const Hello& hello, Pen& out, Output& output) {
  Ja3 line;
  make_ja3(hello, line);
  if (!line.full()) {  // else longer than any program's
    wire::Line<32> hash;
    hash.hex(md5(line.bytes()));
    const Bytes digits = hash.keep(output.scratch);
    if (!digits.empty()) hello.client ? out.set<"ja3">(digits) : out.set<"ja3s">(digits);
  }
  if (hello.client) {
    wire::Line<64> ja4;
    make_ja4(hello, ja4);
    const Bytes mark = ja4.keep(output.scratch);
    if (!mark.empty()) out.set<"ja4">(mark);
  }
  const Bytes text = line.keep(output.scratch);
  if (!text.empty()) hello.client ? out.set<"ja3_string">(text) : out.set<"ja3s_string">(text);
}

}  // namespace

bool read_hello(Bytes content, bool client, Hello& hello) {
  Reader in{content};
  hello.client = client;
  hello.legacy_version = hello.version = in.be16();
  hello.random = in.take(32);
  hello.session_id = in.take(in.u8());
  if (!in.ok() || hello.session_id.size() > 32) return false;
  hello.suites = in.take(client ? in.be16() : 2);
  if (client) in.skip(in.u8());  // compression methods
  else in.skip(1);
  if (!in.ok() || hello.suites.empty() || hello.suites.size() % 2) return false;
  hello.retry = !client && std::ranges::equal(hello.random, retry_random);
  if (in.left() == 0) return true;  // [TLS12] 7.4.1.2: extensions may be left out
  const Bytes extensions = in.take(in.be16());
  if (!in.ok() || in.left() > 0) return false;
  bool sound = true;
  Reader each{extensions};
  while (each.left() > 0 && sound) {
    const std::uint16_t type = each.be16();
    const Bytes inner = each.take(each.be16());
    sound = each.ok() && (is_grease(type) || read_extension(type, inner, hello));
  }
  if (sound) hello.extensions = extensions;
  find_version(hello);
  return sound;
}

void tell_hello(const Hello& hello, bool sound, Pen& out, Output& output) {
  out.set<"version">(hello.version);
  if (hello.legacy_version != hello.version) out.set<"legacy_version">(hello.legacy_version);
  if (hello.random.size() == 32) {
    out.set<"random">(hello.random);
    out.set<"random_time">(hello.random.first(4));
    out.set<"random_bytes">(hello.random.subspan(4));
  }
  if (!hello.session_id.empty()) out.set<"session_id">(hello.session_id);
  if (hello.suites.size() >= 2) {
    if (hello.client) out.set<"cipher_suites">(hello.suites);
    else out.set<"cipher">(hello.cipher());
  }
  if (!hello.server_name.empty()) {
    const Bytes name = output.scratch.copy(hello.server_name);
    if (!name.empty()) out.set<"sni">(name);
  }
  if (!hello.protocols.empty()) {
    const Bytes joined = join_protocols(hello.protocols, output.scratch);
    if (!joined.empty()) out.set<"alpn">(joined);
  }
  if (sound) tell_fingerprints(hello, out, output);
}

}  // namespace langyan::tls
