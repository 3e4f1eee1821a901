#include "parsers/http/http.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "fields/test_decode.h"
#include "parsers/http/table.h"
#include "parsers/http/uri.h"

namespace langyan::http {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr auto ask = Direction::to_server, tell = Direction::to_client;

std::vector<std::uint8_t> octets(std::string_view text) { return {text.begin(), text.end()}; }

std::string hex(std::string_view text) {
  std::string out;
  for (const char c : text) {
    char pair[3];
    std::snprintf(pair, sizeof pair, "%02x", static_cast<unsigned char>(c));
    out += pair;
  }
  return out;
}

// A connection: what is said is cut into messages as the dissector does, in pieces of so many octets.
struct Talk {
  MessageDecoder decoder{protocol};
  std::size_t piece = 1 << 20;
  std::size_t skipped = 0, lost = 0, asked = 0;

  std::vector<Decoded> say(Direction way, const std::string& text, bool ends = false) {
    std::vector<Decoded> all;
    std::string held;
    for (std::size_t at = 0; at < text.size() && lost == 0; at += piece) {
      held += text.substr(at, piece);
      cut(way, held, false, all);
    }
    if (ends) cut(way, held, true, all);
    left[static_cast<std::size_t>(way)] = held.size();
    return all;
  }
  Decoded one(Direction way, const std::string& text, bool ends = false) {
    const auto all = say(way, text, ends);
    EXPECT_EQ(all.size(), 1u) << text;
    return all.empty() ? Decoded{} : all[0];
  }
  std::size_t left[2] = {};

 private:
  std::size_t skip[2] = {};
  void cut(Direction way, std::string& held, bool ended, std::vector<Decoded>& all) {
    Context context;
    context.direction = way, context.ended = ended;
    std::size_t& rest = skip[static_cast<std::size_t>(way)];
    while (!held.empty()) {
      const std::size_t step = std::min(rest, held.size());
      rest -= step, skipped += step;
      held.erase(0, step);
      if (held.empty()) return;
      ++asked;
      const auto copy = std::make_unique<std::uint8_t[]>(held.size());
      std::copy(held.begin(), held.end(), copy.get());
      const Frame frame = protocol.frame_in({copy.get(), held.size()}, context, State{decoder.memory});
      if (frame.kind == Frame::Kind::need) return;
      if (frame.kind == Frame::Kind::lost) return void(++lost);
      ASSERT_GT(frame.size, 0u);
      if (frame.kind == Frame::Kind::skip) {
        rest = frame.size;
        continue;
      }
      ASSERT_LE(frame.size, held.size());
      ASSERT_LE(frame.size, most_message_bytes);
      all.push_back(decoder(octets(held.substr(0, frame.size)), way));
      held.erase(0, frame.size);
    }
  }
};

const std::string get =
    "GET /a/./b/../c%20d//e.asp?x=%41+1 HTTP/1.1\r\nHost: PLC.example.:8080\r\nUser-Agent: curl/8\r\n"
    "Accept: */*\r\nCookie: id=7\r\nReferer:  http://x/ \r\n\r\n";

TEST(Http, ARequestHasTheBuffersOfSuricata) {
  Talk talk;
  const Decoded one = talk.one(ask, get);
  EXPECT_EQ(one.fault, "");
  EXPECT_EQ(one.role, Role::request);
  EXPECT_EQ(one["transaction"], "1");
  EXPECT_EQ(one["method"], "GET");
  EXPECT_EQ(one["uri"], "/a/c d/e.asp?x=A+1");
  EXPECT_EQ(one["uri_raw"], "/a/./b/../c%20d//e.asp?x=%41+1");
  EXPECT_EQ(one["protocol"], "HTTP/1.1");
  EXPECT_EQ(one["host"], "plc.example");
  EXPECT_EQ(one["host_raw"], "PLC.example.:8080");
  EXPECT_EQ(one["user_agent"], "curl/8");
  EXPECT_EQ(one["accept"], "*/*");
  EXPECT_EQ(one["cookie"], "id=7");
  EXPECT_EQ(one["referer"], "http://x/");
  EXPECT_EQ(one["request_line"], "GET /a/./b/../c%20d//e.asp?x=%41+1 HTTP/1.1");
  EXPECT_EQ(one["header"], "Host: PLC.example.:8080\r\nUser-Agent: curl/8\r\nAccept: */*\r\nReferer: http://x/\r\n");
  EXPECT_EQ(one["header_names"], "\r\nHost\r\nUser-Agent\r\nAccept\r\nCookie\r\nReferer\r\n\r\n");
  EXPECT_EQ(one["header_raw"], get.substr(get.find('\n') + 1));
  EXPECT_EQ(one["start"],
            "GET /a/./b/../c%20d//e.asp?x=%41+1 HTTP/1.1\r\nHost: PLC.example.:8080\r\nUser-Agent: curl/8\r\n"
            "Accept: */*\r\nCookie: id=7\r\nReferer: http://x/\r\n\r\n");
  EXPECT_EQ(one["request_body"], "absent");
  EXPECT_THAT(one.operations, ElementsAre("read /a/c d/e.asp pending"));
  ASSERT_THAT(one.items, SizeIs(5));
  EXPECT_EQ(one.items[1].at("request_header"), "User-Agent: curl/8");
}

TEST(Http, AnAnswerHasItsBodyAndServer) {
  Talk talk;
  talk.one(ask, get);
  const Decoded one =
      talk.one(tell,
               "HTTP/1.1 404 Not Found\r\nServer: Schneider-WEB/V2.1\r\nSet-Cookie: a=1\r\nset-cookie: b=2\r\n"
               "Content-Type: text/html\r\nContent-Length: 5\r\n\r\nhello");
  EXPECT_EQ(one.role, Role::answer);
  EXPECT_EQ(one["transaction"], "1");
  EXPECT_EQ(one["status"], "not_found");
  EXPECT_EQ(one["stat_code"], "404");
  EXPECT_EQ(one["stat_msg"], "Not Found");
  EXPECT_EQ(one["cookie"], "a=1, b=2");
  EXPECT_EQ(one["response_line"], "HTTP/1.1 404 Not Found");
  EXPECT_EQ(one["response_body"], hex("hello"));
  EXPECT_EQ(one["file_data"], hex("hello"));
  EXPECT_EQ(one["body_length"], "5");
  EXPECT_EQ(one["header"], "Server: Schneider-WEB/V2.1\r\nContent-Type: text/html\r\nContent-Length: 5\r\n");
  EXPECT_THAT(one.operations, ElementsAre("other refused 404"));
  EXPECT_THAT(one.facts, ElementsAre("description=Schneider-WEB/V2.1", "vendor=Schneider Electric"));
}

struct Uri {
  const char *sent, *wanted;
  bool above = false, line_end = false;
};
const Uri uris[] = {
    {"/", "/"},
    {"/a//b///c", "/a/b/c"},
    {"/a\\b", "/a/b"},
    {"/a/../../etc", "/etc", true},
    {"/..", "/", true},
    {"/%2e%2e/x", "/x", true},
    {"/a/b/..", "/a/"},
    {"/a/.", "/a/"},
    {"/a%2fb", "/a/b"},
    {"/%zz%4", "/%zz%4"},
    {"/%u0041%uff21%u4e2d", "/AA?"},
    {"/x?a=../..&b=//", "/x?a=../..&b=//"},
    {"/x?u=http://y", "/x?u=http://y"},
    {"/a%0d%0aSet-Cookie:x", "/a\r\nSet-Cookie:x", false, true},
    {"http://Host:81/x/../y?z", "/y?z"},
    {"*", "*"},
    {"/x#y", "/x#y"},
    {"/%00a", nullptr},
};

TEST(Http, NormalisesWhatIsAskedFor) {
  const auto scratch = std::make_unique<Scratch>();
  for (const Uri& each : uris) {
    scratch->reset();
    const auto sent = octets(each.sent);
    const Target target = read_target(sent, false, *scratch);
    const std::string wanted = each.wanted ? each.wanted : std::string("/\0a", 3);
    EXPECT_EQ(text_of(target.uri), wanted) << each.sent;
    EXPECT_EQ(target.above_root, each.above) << each.sent;
    EXPECT_EQ(target.line_end, each.line_end) << each.sent;
  }
}

const std::string post =
    "POST /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4;x=1\r\nabcd\r\n3\r\nefg\r\n0\r\nT: 1\r\n\r\n";

TEST(Http, CutsMessagesAlikeInPiecesOfAnySize) {
  const std::string asks = get + post + "\r\nHEAD /h HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n" + get +
                           "PUT /u HTTP/1.0\r\nContent-Length: 4\r\n\r\nGET ";
  const std::string tells =
      "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 "
      "Created\r\nContent-Length:0\r\n\r\n"
      "HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\nHTTP/1.0 "
      "200 OK\r\n\r\nto the end";
  for (std::size_t piece = 1; piece <= asks.size(); ++piece) {
    Talk talk;
    talk.piece = piece;
    const auto asked = talk.say(ask, asks);
    ASSERT_THAT(asked, SizeIs(5)) << piece;
    EXPECT_EQ(asked[1]["request_body"], hex("abcdefg"));
    EXPECT_EQ(asked[4]["request_body"], hex("GET "));
    const auto told = talk.say(tell, tells, true);
    ASSERT_THAT(told, SizeIs(6)) << piece;
    EXPECT_EQ(told[0]["transaction"], "1");
    EXPECT_EQ(told[1]["transaction"], "absent");
    EXPECT_EQ(told[1].role, Role::event);
    EXPECT_EQ(told[2]["transaction"], "2");
    EXPECT_EQ(told[3]["transaction"], "3");
    EXPECT_EQ(told[3]["response_body"], "absent");  // to HEAD
    EXPECT_EQ(told[4]["transaction"], "4");
    EXPECT_EQ(told[5]["transaction"], "5");
    EXPECT_EQ(told[5]["response_body"], hex("to the end"));
    EXPECT_EQ(talk.lost, 0u);
    EXPECT_EQ(talk.left[0] + talk.left[1], 0u);
  }
}

TEST(Http, OfALongBodyTheStartIsLookedAt) {
  for (const std::size_t piece : {1'000, 65'536, 1 << 20}) {
    Talk talk;
    talk.piece = piece;
    const std::string body(1'000'000, 'b');
    const auto all = talk.say(ask, "PUT /f HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n" + body + get);
    ASSERT_THAT(all, SizeIs(2));
    EXPECT_EQ(all[0]["body_seen"], std::to_string(most_body));
    EXPECT_EQ(all[0]["body_length"], "1000000");
    EXPECT_EQ(talk.skipped, body.size() - most_body);
  }
}

TEST(Http, OfALongBodyInChunksTheStartIsLookedAt) {
  std::string body;
  for (int i = 0; i < 100; ++i) body += "3e8\r\n" + std::string(1'000, 'c') + "\r\n";
  body += "ffff\r\n" + std::string(65'535, 'd') + "\r\n0\r\nTrailer: x\r\n\r\n";
  for (const std::size_t piece : {700, 40'000, 1 << 20}) {
    Talk talk;
    talk.piece = piece;
    const auto all = talk.say(ask, "PUT /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + body + get);
    ASSERT_THAT(all, SizeIs(2)) << piece;
    EXPECT_EQ(all[0]["body_seen"], std::to_string(most_body));
    EXPECT_EQ(all[0].fault, "");
    EXPECT_EQ(all[1]["method"], "GET");
  }
}

TEST(Http, ATunnelIsLeftAlone) {
  Talk talk;
  talk.one(ask, "CONNECT a.example:443 HTTP/1.1\r\nHost: a.example:443\r\n\r\n");
  const Decoded one = talk.one(tell, "HTTP/1.1 200 Connection established\r\n\r\n\x16\x03\x01");
  EXPECT_EQ(one["tunnel"], "1");
  EXPECT_THAT(talk.say(ask, "\x16\x03\x01 anything\r\n\r\n"), IsEmpty());
  Talk other;
  other.one(ask, "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const Decoded switched =
      other.one(tell, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n\x81\x05hello");
  EXPECT_EQ(switched["tunnel"], "1");
  EXPECT_EQ(switched["transaction"], "1");
  EXPECT_EQ(switched["upgrade"], "websocket");
}

TEST(Http, ARefusedTunnelIsNone) {
  Talk talk;
  talk.one(ask, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
  talk.one(tell, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
  EXPECT_THAT(talk.say(ask, get), SizeIs(1));
}

TEST(Http, DecompressesBodies) {
  // "The pump runs. " eight times, gzip; the same, brotli.
  const auto gzip = from_hex("1f8b08000000000002030bc948552828cd2d50282acd2bd65308a1171700b5091c5178000000");
  Talk talk;
  talk.one(ask, get);
  std::string body(gzip.begin(), gzip.end());
  Decoded one =
      talk.one(tell, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(body.size()) +
                         "\r\n\r\n" + body);
  std::string text;
  for (int i = 0; i < 8; ++i) text += "The pump runs. ";
  EXPECT_EQ(one["response_body"], hex(text));
  EXPECT_EQ(one["file_data"], hex(text));
  EXPECT_EQ(one["body_seen"], std::to_string(body.size()));
  talk.one(ask, get);
  char size[8];
  std::snprintf(size, sizeof size, "%zx", body.size() - 1);
  one = talk.one(tell, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n" +
                           body.substr(0, 1) + "\r\n" + size + "\r\n" + body.substr(1) + "\r\n0\r\n\r\n");
  EXPECT_EQ(one["file_data"], hex(text));
  talk.one(ask, get);
  one = talk.one(tell, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nplain");
  EXPECT_EQ(one.fault, "http.compression");
  EXPECT_EQ(one["file_data"], hex("plain"));
}

TEST(Http, ReadsForms) {
  Talk talk;
  const std::string body =
      "--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--xyz\r\n"
      "Content-Disposition: form-data; name=\"f\"; filename=\"fw.bin\"\r\nContent-Type: "
      "application/octet-stream\r\n\r\nMZ--x\r\n--xyz--\r\n";
  const Decoded one = talk.one(
      ask, "POST /up HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=xyz\r\nContent-Length: " +
               std::to_string(body.size()) + "\r\n\r\n" + body);
  EXPECT_EQ(one["file_name"], "fw.bin");
  EXPECT_EQ(one["file_data"], hex("MZ--x"));
  EXPECT_EQ(one["request_body"], hex(body));
  ASSERT_GE(one.items.size(), 2u);
  EXPECT_EQ(one.items[0].at("part_name"), "note");
  EXPECT_EQ(one.items[0].at("part_data"), hex("hello"));
  EXPECT_EQ(one.items[1].at("part_content_type"), "application/octet-stream");
}

TEST(Http, SaysWhoSignsInAndKeepsThePasswordOut) {
  Talk talk;
  const Decoded one = talk.one(ask, "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWRtaW46c2VjcmV0\r\n\r\n");
  EXPECT_EQ(one["user_name"], "admin");
  EXPECT_EQ(one["auth_scheme"], "basic");
  EXPECT_EQ(one["basic_credentials"], "admin:secret");
  for (const Field& field : fields.rows)
    if (field.name == "basic_credentials" || field.name == "header" || field.name == "header_raw" ||
        field.name == "start") {
      EXPECT_FALSE(field.uses & log) << field.name;
    }
  const Decoded digest =
      talk.one(ask, "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Digest username=\"op\", realm=\"x\"\r\n\r\n");
  EXPECT_EQ(digest["user_name"], "op");
}

TEST(Http, FoldedAndRepeatedHeadersAreOne) {
  Talk talk;
  const Decoded one = talk.one(ask, "GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n  2\r\nY:\r\nX: 3\r\n\r\n");
  EXPECT_EQ(one["header"], "Host: a\r\nX: 1 2, 3\r\nY: \r\n");
  EXPECT_EQ(one["header_names"], "\r\nHost\r\nX\r\nY\r\n\r\n");
}

struct Bad {
  const char* fault;
  std::string text;
};
const Bad bads[] = {
    {"http.start_line", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"http.start_line", "GET /\r\n\r\n"},
    {"http.header_line", "GET / HTTP/1.1\r\nHost: a\r\nnothing\r\n\r\n"},
    {"http.header_line", "GET / HTTP/1.1\r\nHost: a\r\nX : 1\r\n\r\n"},
    {"http.both_lengths",
     "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
    {"http.lengths_differ", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 4\r\n\r\n"},
    {"http.length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n"},
    {"http.length", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n"},
    {"http.coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n"},
    {"http.coding", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, identity\r\n\r\n"},
    {"http.chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-1\r\n"},
    {"http.chunk", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabcd\r\n"},
    {"http.host", "GET / HTTP/1.1\r\n\r\n"},
    {"http.host", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"},
    {"http.above_root", "GET /cgi/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n"},
    {"http.crlf_in_uri", "GET /a%0d%0ab HTTP/1.1\r\nHost: a\r\n\r\n"},
};

TEST(Http, NamesWhatIsWrong) {
  for (const Bad& each : bads) {
    Talk talk;
    const auto all = talk.say(ask, each.text);
    ASSERT_FALSE(all.empty()) << each.text;
    EXPECT_EQ(all[0].fault, each.fault) << each.text;
  }
  Talk talk;
  const auto all = talk.say(ask, "GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(most_head, 'x'));
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].fault, "http.head_too_long");
  EXPECT_THAT(all[0].operations, IsEmpty());
}

TEST(Http, NothingIsInventedOfATruncatedMessage) {
  for (const std::string& whole : {get, post}) {
    for (std::size_t size = 1; size < whole.size(); ++size) {
      MessageDecoder decoder(protocol);
      const Decoded one = decoder(octets(whole.substr(0, size)), ask);
      if (size < whole.find("\r\n\r\n") + 4) {
        EXPECT_THAT(one.operations, IsEmpty()) << size;
      }
      MessageDecoder other(protocol);
      other(octets(whole.substr(0, size)), tell);
    }
  }
}

TEST(Http, IsKnownByItsFirstLine) {
  Context context;
  const auto of = [&](std::string_view text) { return identify(bytes_of(text), context); };
  for (std::size_t size = 1; size < get.find('\n'); ++size)
    EXPECT_EQ(of(get.substr(0, size)), Identity::unsure) << size;
  EXPECT_EQ(of(get), Identity::yes);
  EXPECT_EQ(of("HTTP/1.1 200"), Identity::yes);
  EXPECT_EQ(of("HTTP/1.1 2"), Identity::unsure);
  EXPECT_EQ(of("GET /" + std::string(2'000, 'x')), Identity::yes);
  for (const char* other :
       {"OPTIONS sip:a SIP/2.0\r\n", "DESCRIBE rtsp://a RTSP/1.0\r\n", "PRI * HTTP/2.0\r\n", "USER anonymous\r\n",
        "EHLO a\r\n", "220 ready\r\n", "SSH-2.0-x\r\n", "\x16\x03\x01", "HTTP/2.0 200", "get / HTTP/1.1\r\n"}) {
    EXPECT_EQ(of(other), Identity::no) << other;
  }
  context.transport = Transport::udp;
  EXPECT_EQ(of(get), Identity::no);
}

TEST(Http, FindsTheNextMessageAndItsSender) {
  Context context;
  context.direction = ask;
  EXPECT_EQ(resync(bytes_of("xxGET /no\r\n" + get), context), 11u);
  EXPECT_EQ(resync(bytes_of("nothing\r\nhere"), context), 13u);
  context.direction = tell;
  EXPECT_EQ(resync(bytes_of("HTTP/1.x HTTP/1.1 200 OK"), context), 9u);
  EXPECT_EQ(sender(bytes_of(get), context), End::client);
  EXPECT_EQ(sender(bytes_of("HTTP/1.1 200 OK\r\n"), context), End::server);
}

TEST(Http, IsAskedInLinearMeasure) {
  Talk talk;
  talk.piece = 1;
  std::string chunks = "PUT /f HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 4'000; ++i) chunks += "1\r\nx\r\n";
  talk.say(ask, chunks + "0\r\n\r\n");
  EXPECT_LE(talk.asked, 2 * chunks.size());
}

}  // namespace
}  // namespace langyan::http
