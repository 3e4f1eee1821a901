#include "detect/transform.h"

#include "base/digest.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;
using Kind = Transform::Kind;

std::string transformed(std::initializer_list<Kind> kinds, const std::string& text,
                        const std::string& argument = {}) {
  std::shared_ptr<const TransformChain> chain;
  for (const Kind kind : kinds) {
    Transform step;
    step.kind = kind;
    step.argument = argument;
    step.octets = 65'535;
    chain = extended(chain.get(), std::move(step));
  }
  Transformer transformer;
  const auto out = transformer.apply(*chain, bytes_of(text));
  return out ? std::string(text_of(*out)) : "no room";
}

TEST(Transform, EachDoesWhatItSays) {
  EXPECT_EQ(transformed({Kind::lower_case}, "AbC[\xc4"), "abc[\xc4");
  EXPECT_EQ(transformed({Kind::upper_case}, "AbC{\xe4"), "ABC{\xe4");
  EXPECT_EQ(transformed({Kind::md5}, "abc"), text_of(md5(bytes_of("abc"))));
  EXPECT_EQ(transformed({Kind::sha1}, ""), text_of(sha1({})));
  EXPECT_EQ(transformed({Kind::sha256}, "abc"), text_of(sha256(bytes_of("abc"))));
  EXPECT_EQ(transformed({Kind::dot_prefix}, "a.b"), ".a.b");
  EXPECT_EQ(transformed({Kind::dot_prefix}, ""), ".");
  EXPECT_EQ(transformed({Kind::url_decode}, "a%20b+c%2fD%zz%4"), "a b c/D%zz%4");
  EXPECT_EQ(transformed({Kind::url_decode}, "%41"), "A");
  EXPECT_EQ(transformed({Kind::exclusive_or}, "abcd", "\x01\x02"), "``bf");
  EXPECT_EQ(transformed({Kind::compress_whitespace}, "a \t\n b\n c"), "a b\nc");
  EXPECT_EQ(transformed({Kind::strip_whitespace}, " a\t\n\v\f\r b "), "ab");
  EXPECT_EQ(transformed({Kind::header_lower_case}, "Host: A:B\r\nX-Y: Z"), "host: A:B\r\nx-y: Z");
  EXPECT_EQ(
      transformed({Kind::strip_pseudo_headers}, ":method: GET\r\nhost: a\r\n:path: /\r\nb: c"),
      "host: a\r\nb: c");
  EXPECT_EQ(transformed({Kind::base64}, "dGVzdA=="), "test");
}

TEST(Transform, ChainsInTheirOrder) {
  EXPECT_EQ(
      transformed({Kind::url_decode, Kind::strip_whitespace, Kind::upper_case, Kind::dot_prefix},
                  "a%20b+c"),
      ".ABC");
  EXPECT_EQ(transformed({Kind::md5, Kind::sha256}, "abc"), text_of(sha256(md5(bytes_of("abc")))));
  EXPECT_NE(transformed({Kind::sha256, Kind::md5}, "abc"),
            transformed({Kind::md5, Kind::sha256}, "abc"));
}

TEST(Transform, TheSameChainIsOneObject) {
  const auto make = [](Kind kind) {
    Transform step;
    step.kind = kind;
    return step;
  };
  const auto one = extended(nullptr, make(Kind::md5)), other = extended(nullptr, make(Kind::md5));
  EXPECT_EQ(one, other);
  EXPECT_NE(one, extended(nullptr, make(Kind::sha1)));
  EXPECT_NE(one, extended(one.get(), make(Kind::md5)));
}

TEST(Transform, OnceAMessageAndWithinItsRoom) {
  Transform step;
  const auto chain = extended(nullptr, std::move(step));
  Transformer transformer;
  const std::string text = "ABC", large(transform_room / 3, 'A');
  const auto first = transformer.apply(*chain, bytes_of(text));
  ASSERT_TRUE(first);
  EXPECT_EQ(transformer.apply(*chain, bytes_of(text))->data(), first->data()) << "not done again";
  const std::string a = large, b = large, c = large;
  EXPECT_TRUE(transformer.apply(*chain, bytes_of(a)));
  EXPECT_TRUE(transformer.apply(*chain, bytes_of(b)));
  EXPECT_FALSE(transformer.apply(*chain, bytes_of(c))) << "the room is full";
  transformer.start();
  EXPECT_TRUE(transformer.apply(*chain, bytes_of(c)));
  transformer.start();
  std::size_t done = 0;
  const std::string many(4 * most_transformed, 'x');
  for (std::size_t i = 0; i < many.size(); ++i)
    done += transformer.apply(*chain, bytes_of(many).subspan(i, 1)).has_value();
  EXPECT_GT(done, most_transformed / 2);
  EXPECT_LE(done, most_transformed);
}

// A read of two registers; the answer's are octets of a buffer.
struct Answer {
  std::string registers;
  void operator()(Rig& rig) const {
    const auto count = static_cast<char>(registers.size() / 2);
    const auto length = static_cast<char>(registers.size() + 3),
               octets = static_cast<char>(registers.size());
    rig.handshake()
        .client("\0\1\0\0\0\6\1\3\0\x10\0"s + count)
        .server("\0\1\0\0\0"s + length + "\1\3"s + octets + registers);
  }
};

std::string fired(const std::string& options, const std::string& registers) {
  Rig rig(rule_of(options));
  Answer{registers}(rig);
  return rig.fired();
}

TEST(Transform, RulesLookIntoWhatComesOut) {
  EXPECT_EQ(fired("modbus.registers; to_lowercase; content:\"abcd\";", "ABcd"), "1@5");
  EXPECT_EQ(fired("modbus.registers; to_lowercase; content:\"AB\";", "ABcd"), "");
  EXPECT_EQ(fired("modbus.registers; to_uppercase; content:\"ABCD\"; bsize:4;", "ABcd"), "1@5");
  EXPECT_EQ(fired("modbus.registers; dotprefix; content:\".AB\"; startswith; bsize:5;", "ABcd"),
            "1@5");
  EXPECT_EQ(fired("modbus.registers; xor:\"0102\"; content:\"``bf\";", "abcd"), "1@5");
  EXPECT_EQ(
      fired("modbus.registers; to_md5; content:\"|e2 fc 71 4c|\"; startswith; bsize:16;", "abcd"),
      "1@5");
  EXPECT_EQ(fired("modbus.registers; pcrexform:\"a(.)\"; content:\"b\"; bsize:1;", "abcd"), "1@5");
  EXPECT_EQ(fired("modbus.registers; pcrexform:\"x(.)\"; content:\"abcd\"; bsize:4;", "abcd"),
            "1@5");
  EXPECT_EQ(fired("modbus.registers; from_base64; content:\"tes\"; bsize:3;", "dGVz"), "1@5");
  EXPECT_EQ(fired("modbus.registers; base64_decode:bytes 4; base64_data; content:\"tes\";", "dGVz"),
            "1@5");
  EXPECT_EQ(fired("modbus.registers; url_decode; content:\"A B\";", "%41+B "), "1@5");
  // Two rules of one chain, one of another, one of none; each looks into its own.
  Rig rig(
      "alert tcp any any -> any any (msg:\"a\"; modbus.registers; to_lowercase; content:\"ab\"; "
      "sid:1;)\n"
      "alert tcp any any -> any any (msg:\"b\"; modbus.registers; to_lowercase; content:\"cd\"; "
      "sid:2;)\n"
      "alert tcp any any -> any any (msg:\"c\"; modbus.registers; to_uppercase; content:\"CD\"; "
      "sid:3;)\n"
      "alert tcp any any -> any any (msg:\"d\"; modbus.registers; content:\"ABcd\"; sid:4;)\n"
      "alert tcp any any -> any any (msg:\"e\"; modbus.registers; content:\"abcd\"; sid:5;)\n");
  Answer{"ABcd"}(rig);
  EXPECT_EQ(rig.fired(), "1@5 2@5 3@5 4@5");
}

TEST(Transform, SizesAndAbsence) {
  const std::string read = "modbus.registers; ";
  for (const auto& [size, there] : {std::pair("4", true),
                                    {"5", false},
                                    {"<5", true},
                                    {"<4", false},
                                    {"<=4", true},
                                    {">3", true},
                                    {">4", false},
                                    {">=4", true},
                                    {"3<>5", true},
                                    {"4<>6", false},
                                    {"3-5", true},
                                    {"!4", false},
                                    {"!=5", true},
                                    {"=4", true}}) {
    EXPECT_EQ(fired(read + "bsize:" + size + ";", "abcd"), there ? "1@5" : "") << size;
  }
  EXPECT_EQ(fired(read + "absent;", "abcd"), "1@4") << "the request has none";
  EXPECT_EQ(fired(read + "absent:or_else; content:\"ab\";", "abcd"), "1@4 1@5");
  EXPECT_EQ(fired(read + "absent:or_else; content:\"xy\";", "abcd"), "1@4");
}

TEST(Transform, ABufferNamedAgainGoesOn) {
  EXPECT_EQ(fired("modbus.registers; content:\"ab\"; pkt_data; content:\"|01 03|\"; "
                  "modbus.registers; content:\"cd\"; distance:0; within:2;",
                  "abcd"),
            "1@5");
  EXPECT_EQ(fired("modbus.registers; content:\"ab\"; pkt_data; content:\"|01 03|\"; "
                  "modbus.registers; content:\"cd\"; distance:0; within:2;",
                  "cdab"),
            "");
}

std::string refusal(const std::string& options) {
  const Compiled compiled = compile_text(rule_of(options), false);
  return compiled.report.errors.empty() ? "" : compiled.report.errors[0].message;
}

TEST(Transform, SaysWhatIsWrong) {
  const auto refuses = [](const std::string& options, const std::string& reason) {
    EXPECT_NE(refusal(options).find(reason), std::string::npos)
        << options << " gave: " << refusal(options);
  };
  for (const char* keyword :
       {"to_lowercase", "to_uppercase", "to_md5", "to_sha1", "to_sha256", "dotprefix", "url_decode",
        "xor:01", "compress_whitespace", "strip_whitespace", "header_lowercase",
        "strip_pseudo_headers", "pcrexform:\"(a)\"", "from_base64"}) {
    refuses(keyword + "; content:\"a\";"s, "name one before it");
    refuses("modbus.registers; content:\"a\"; "s + keyword + "; content:\"b\";",
            "between its buffer");
  }
  refuses("modbus.registers; to_md5:4; content:\"a\";", "takes no value");
  refuses("modbus.registers; xor:123; content:\"a\";", "two hexadecimal digits each");
  refuses("modbus.registers; xor:12zz; content:\"a\";", "no two hexadecimal digits");
  refuses("modbus.registers; pcrexform:\"(a\"; content:\"a\";", "wrong here");
  refuses("modbus.registers; pcrexform:\"a\"; content:\"a\";", "the expression has none");
  refuses("modbus.registers; from_base64:mode relax; content:\"a\";", "the only mode is rfc4648");
  std::string many = "modbus.registers; ";
  for (std::size_t i = 0; i <= most_chained; ++i) many += "dotprefix; ";
  refuses(many + "content:\"a\";", "at most 16 transforms");
}

}  // namespace
}  // namespace langyan::detect
