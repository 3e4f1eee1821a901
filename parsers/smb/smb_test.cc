#include "parsers/smb/smb.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fields/test_decode.h"
#include "parsers/smb/table.h"

namespace langyan::smb {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using Octets = std::vector<std::uint8_t>;

constexpr auto ask = Direction::to_server, tell = Direction::to_client;

void put(Octets& out, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(i < 8 ? static_cast<std::uint8_t>(number >> 8 * i) : 0);
}
void add(Octets& out, const Octets& more) { out.insert(out.end(), more.begin(), more.end()); }
Octets wide(std::string_view text) {
  Octets out;
  for (const char c : text) put(out, static_cast<std::uint8_t>(c), 2);
  return out;
}
Octets framed(const Octets& message) {
  Octets out{0, static_cast<std::uint8_t>(message.size() >> 16), static_cast<std::uint8_t>(message.size() >> 8),
             static_cast<std::uint8_t>(message.size())};
  add(out, message);
  return out;
}

struct Sent {  // an SMB2 header, [SMB2] 2.2.1.2
  std::uint16_t command;
  bool answer = false;
  std::uint32_t status = 0;
  std::uint64_t id = 7;
  std::uint32_t tree = 5, next = 0;
};
Octets smb2(const Sent& sent, const Octets& body) {
  Octets out{0xfe, 'S', 'M', 'B'};
  put(out, 64, 2), put(out, 0, 2), put(out, sent.status, 4), put(out, sent.command, 2), put(out, 1, 2);
  put(out, sent.answer ? 1 : 0, 4), put(out, sent.next, 4), put(out, sent.id, 8);
  put(out, 0, 4), put(out, sent.tree, 4), put(out, 0x1234, 8), put(out, 0, 16);
  add(out, body);
  return out;
}
Octets with_text(Octets body, std::size_t at, std::string_view text) {  // offset and length at `at` of the body
  const Octets run = wide(text);
  const std::size_t offset = 64 + body.size();
  body[at] = static_cast<std::uint8_t>(offset), body[at + 1] = 0;
  body[at + 2] = static_cast<std::uint8_t>(run.size()), body[at + 3] = 0;
  add(body, run);
  return body;
}
Octets sized(std::size_t size, std::uint16_t structure) {
  Octets out(size);
  out[0] = static_cast<std::uint8_t>(structure);
  return out;
}
Octets tree(std::string_view path) { return smb2({tree_connect, false, 0, 3, 0}, with_text(sized(8, 9), 4, path)); }
Octets tree_answer(std::uint8_t type) {
  Octets body = sized(16, 16);
  body[2] = type;
  return smb2({tree_connect, true, 0, 3}, body);
}
Octets opens(std::string_view name) { return smb2({create}, with_text(sized(56, 57), 44, name)); }
Octets writes(std::string_view data, std::uint64_t offset = 0) {
  Octets body = sized(48, 49);
  body[2] = 112, body[4] = static_cast<std::uint8_t>(data.size()), body[8] = static_cast<std::uint8_t>(offset);
  body.insert(body.end(), data.begin(), data.end());
  return smb2({write}, body);
}

struct Smb1 {
  std::uint8_t command;
  bool answer = false;
  std::uint32_t status = 0;
  std::uint16_t multiplex = 64, tree = 2048;
};
Octets smb1(const Smb1& sent, const Octets& words, const Octets& bytes) {
  Octets out{0xff, 'S', 'M', 'B', sent.command};
  put(out, sent.status, 4), out.push_back(sent.answer ? 0x98 : 0x18), put(out, 0xc001, 2), put(out, 0, 12);
  put(out, sent.tree, 2), put(out, 0xfeff, 2), put(out, 2048, 2), put(out, sent.multiplex, 2);
  out.push_back(static_cast<std::uint8_t>(words.size() / 2));
  add(out, words), put(out, bytes.size(), 2), add(out, bytes);
  return out;
}

TEST(Smb, SharesFilesAndPipesAreNamed) {
  MessageDecoder decoder(protocol);
  Decoded one = decoder(framed(tree("\\\\PLANT\\IPC$")), ask);
  EXPECT_EQ(one.fault, "");
  EXPECT_EQ(one["version"], "smb2");
  EXPECT_EQ(one["command"], "tree_connect");
  EXPECT_EQ(one["share"], "\\\\PLANT\\IPC$");
  EXPECT_EQ(one.role, Role::request);
  EXPECT_THAT(one.operations, ElementsAre("session \\\\PLANT\\IPC$ pending"));
  one = decoder(framed(tree_answer(2)), tell);
  EXPECT_EQ(one["share_type"], "pipe");
  EXPECT_EQ(one["status"], "success");
  one = decoder(framed(opens("srvsvc")), ask);
  EXPECT_EQ(one["named_pipe"], "srvsvc");
  EXPECT_EQ(one["file_name"], "absent");
  EXPECT_EQ(one.fault, "");
  EXPECT_EQ(decoder(framed(opens("svcctl")), ask).fault, "smb.service_pipe");
}

TEST(Smb, AProgramOnAnAdministrativeShareIsSaid) {
  for (const std::string share : {"ADMIN$", "c$", "projects"}) {
    MessageDecoder decoder(protocol);
    decoder(framed(tree("\\\\PLANT\\" + share)), ask);
    decoder(framed(tree_answer(1)), tell);
    EXPECT_EQ(decoder(framed(opens("x.exe")), ask)["file_name"], "x.exe");
    const Decoded one = decoder(framed(writes("MZ\x90")), ask);
    EXPECT_EQ(one["file_data"], "4d5a90");
    EXPECT_EQ(one.fault, share == "projects" ? "" : "smb.executable") << share;
    EXPECT_EQ(decoder(framed(writes("MZ\x90", 8)), ask).fault, "");
    EXPECT_EQ(decoder(framed(writes("text")), ask).fault, "");
  }
}

TEST(Smb, SaysWhoSignsIn) {
  Octets token{'N', 'T', 'L', 'M', 'S', 'S', 'P', 0};
  put(token, 3, 4), put(token, 0, 16);
  const Octets domain = wide("PLANT"), user = wide("operator"), host = wide("ES-0451");
  std::size_t at = 72;
  for (const Octets* each : {&domain, &user, &host}) {
    put(token, each->size(), 2), put(token, each->size(), 2), put(token, at, 4);
    at += each->size();
  }
  put(token, 0, 8), put(token, 0x02000001, 4), put(token, 10, 1), put(token, 0, 1), put(token, 19041, 2),
      put(token, 0, 4);
  add(token, domain), add(token, user), add(token, host);
  Octets body = sized(24, 25);
  body[12] = 88, body[14] = static_cast<std::uint8_t>(token.size());
  add(body, token);
  const Decoded one = MessageDecoder(protocol).operator()(framed(smb2({session_setup}, body)), ask);
  EXPECT_EQ(one["ntlmssp_user"], "operator");
  EXPECT_EQ(one["ntlmssp_domain"], "PLANT");
  EXPECT_EQ(one["ntlmssp_workstation"], "ES-0451");
  EXPECT_THAT(one.facts, ElementsAre("name=ES-0451", "firmware=Windows 10.0.19041"));
}

TEST(Smb, RemoteCallsOverAPipe) {
  MessageDecoder decoder(protocol);
  decoder(framed(tree("\\\\A\\IPC$")), ask);
  decoder(framed(tree_answer(2)), tell);
  // [C706] 12.6.4.3: bind of the service control manager.
  const Octets bind = from_hex(
      "05000b03100000004800000001000000 b810b810 00000000 01000000 0000 0100 81bb7a364498f135ad3298f038001003 02000000"
      "045d888aeb1cc9119fe808002b104860 02000000");
  const Decoded one = decoder(framed(writes({reinterpret_cast<const char*>(bind.data()), bind.size()})), ask);
  EXPECT_EQ(one["rpc_type"], "bind");
  EXPECT_EQ(one["rpc_interface"], "367abb81-9844-35f1-ad32-98f038001003");
  const Octets call = from_hex("0500000310000000200000000200000008000000 0000 0f00 0102030405060708");
  const Decoded asked = decoder(framed(writes({reinterpret_cast<const char*>(call.data()), call.size()})), ask);
  EXPECT_EQ(asked["rpc_opnum"], "15");
  EXPECT_EQ(asked["rpc_stub"], "0102030405060708");
}

Octets transaction2(std::uint16_t function) {
  Octets words;
  put(words, 12, 2), put(words, 0, 2), put(words, 1, 2), put(words, 0, 2), put(words, 0, 2), put(words, 0, 2),
      put(words, 0x1234, 4), put(words, 0, 2);
  put(words, 12, 2), put(words, 66, 2), put(words, 0, 2), put(words, 78, 2), put(words, 1, 2), put(words, function, 2);
  return words;
}

TEST(Smb, FormsOfKnownExploits) {
  MessageDecoder decoder(protocol);
  EXPECT_EQ(decoder(framed(smb1({0x72}, {}, Octets{2, 'N', 'T', ' ', '1', 0})), ask).fault, "");
  EXPECT_EQ(decoder(framed(smb1({0x2b}, Octets{1, 0}, {})), ask).fault, "smb.version1");
  EXPECT_EQ(decoder(framed(smb1({0x32}, transaction2(0x05), Octets(12))), ask).fault, "");
  EXPECT_EQ(decoder(framed(smb1({0x32}, transaction2(0x0e), Octets(12))), ask).fault, "smb.reserved_transaction");
  EXPECT_EQ(decoder(framed(smb1({0x32, true, 0xc0000002, 0x41}, {}, {})), tell).fault, "");
  EXPECT_EQ(decoder(framed(smb1({0x32, true, 0xc0000002, 0x51}, {}, {})), tell).fault, "smb.implant");
  // A transaction of more than 64 KiB that goes on as another kind.
  EXPECT_EQ(decoder(framed(smb1({0x33}, Octets(18), {})), ask).fault, "");
  Octets words(38);
  words[9] = 1, words[7] = 0xd0, words[8] = 0x03;
  EXPECT_EQ(decoder(framed(smb1({0xa0}, words, {})), ask).fault, "");
  EXPECT_EQ(decoder(framed(smb1({0x33}, Octets(18), {})), ask).fault, "smb.transaction_overflow");
  Octets peek = transaction2(0x23);
  peek[26] = 2, put(peek, 0, 2);
  EXPECT_EQ(decoder(framed(smb1({0x25}, peek, wide("\\PIPE\\"))), ask).fault, "smb.pipe_probe");
}

struct Cutter {
  std::array<std::uint8_t, state_bytes> memory{};
  std::size_t skipped = 0;
  std::vector<std::size_t> run(const Octets& octets, std::size_t piece, Direction way) {
    std::vector<std::size_t> sizes;
    Context context;
    context.direction = way;
    std::size_t at = 0, skip = 0;
    for (std::size_t have = 0; at < octets.size();) {
      const Frame frame = protocol.frame_in(Bytes{octets}.subspan(at, have - at), context, State{memory});
      if (frame.kind == Frame::Kind::need || have == at) {
        if (have == octets.size()) break;
        have = std::min(have + piece, octets.size());
        continue;
      }
      EXPECT_NE(frame.kind, Frame::Kind::lost);
      if (frame.kind == Frame::Kind::lost) break;
      if (frame.kind == Frame::Kind::skip) skipped += frame.size;
      else sizes.push_back(frame.size);
      at += frame.size;
      have = std::max(have, at);
      (void)skip;
    }
    return sizes;
  }
};

TEST(Smb, CompoundedMessagesAreOneEach) {
  Octets first = opens("a");
  first.resize(128);
  first[20] = 128;
  Octets both = first;
  add(both, writes("xyz"));
  Octets octets = framed(both);
  const std::size_t last = framed(opens("second")).size();
  add(octets, framed(opens("second")));
  for (std::size_t piece = 1; piece <= octets.size(); ++piece) {
    EXPECT_THAT(Cutter().run(octets, piece, ask), ElementsAre(132, 64 + 48 + 3, last)) << piece;
  }
}

TEST(Smb, OfLongDataTheStartIsLookedAt) {
  Octets octets = framed([] {
    Octets long_one = writes("MZ");
    long_one.resize(1'000'000);
    return long_one;
  }());
  const std::size_t last = framed(opens("b")).size();
  add(octets, framed(opens("b")));
  for (const std::size_t piece : {1'400, 65'536, 2'000'000}) {
    Cutter cutter;
    EXPECT_THAT(cutter.run(octets, piece, ask), ElementsAre(most_looked_at + 4, last));
    EXPECT_EQ(cutter.skipped, 1'000'000 - most_looked_at);
  }
}

TEST(Smb, NothingIsInventedOfATruncatedMessage) {
  for (const Octets& whole : {framed(tree("\\\\A\\B")), framed(opens("file")), framed(writes("data")),
                              framed(tree_answer(1)), framed(smb1({0x25}, transaction2(0x23), wide("\\PIPE\\"))),
                              framed(smb1({0x75}, Octets(8), wide("\\\\A\\B")))}) {
    for (std::size_t size = 5; size < whole.size(); ++size) {
      for (const Direction way : {ask, tell}) {
        MessageDecoder decoder(protocol);
        const Decoded one = decoder(Octets(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size)), way);
        if (size < 4 + smb1_header_bytes) {
          EXPECT_THAT(one.operations, IsEmpty());
        }
      }
    }
    for (std::size_t at = 0; at < whole.size(); ++at) {  // lying lengths and offsets
      Octets lie = whole;
      lie[at] = 0xff;
      MessageDecoder decoder(protocol);
      decoder(lie, ask);
      decoder(lie, tell);
    }
  }
}

TEST(Smb, IsKnownByItsHeader) {
  Context context;
  context.server_port = 4450;
  EXPECT_EQ(identify(framed(opens("a")), context), Identity::yes);
  EXPECT_EQ(identify(framed(smb1({0x72}, {}, {})), context), Identity::yes);
  EXPECT_EQ(identify(from_hex("000000"), context), Identity::unsure);
  EXPECT_EQ(identify(from_hex("00000006010300000001"), context), Identity::no);  // Modbus
  EXPECT_EQ(identify(from_hex("81000044"), context), Identity::no);
  context.server_port = 139;
  EXPECT_EQ(identify(from_hex("81000044"), context), Identity::yes);
  EXPECT_EQ(sender(framed(opens("a")), context), End::client);
  EXPECT_EQ(sender(framed(tree_answer(1)), context), End::server);
  Octets behind{1, 2, 3};
  add(behind, framed(opens("a")));
  EXPECT_EQ(resync(behind, context), 3u);
}

}  // namespace
}  // namespace langyan::smb
