// The octet conditions of the rule language: what holds, what does not, and what is refused and
// how.
#include "detect/payload.h"
#include "detect/program.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

using namespace std::string_literals;

Match match(const std::string& options, std::string_view data) {
  const Compiled compiled = compile_text(rule_of(options));
  if (compiled.rules->rules().empty()) return {};
  PayloadMatcher matcher;
  return matcher.match(compiled.rules->rules()[0]->program->raw()->conditions, {bytes_of(data), 0});
}
bool holds(const std::string& options, std::string_view data) {
  return match(options, data).holds;
}

std::string refusal(const std::string& options) {
  const Compiled compiled = compile_text(rule_of(options), false);
  return compiled.report.errors.empty() ? "" : compiled.report.errors[0].message;
}
void refuses(const std::string& options, const std::string& reason) {
  EXPECT_NE(refusal(options).find(reason), std::string::npos)
      << options << " gave: \"" << refusal(options) << "\"";
}

TEST(ByteExtract, GivesEachPlaceItsNumber) {
  const std::string data = "\x03..abc....xyz"s;
  EXPECT_TRUE(holds("byte_extract:1,0,n; content:\"abc\"; offset:n;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; content:\"xyz\"; offset:n;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n; content:\"..\"; offset:n; depth:4;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; content:\"abc\"; offset:3; depth:n;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n; content:\"abc\"; offset:4; depth:n;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n; content:\"abc\"; depth:n;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; content:\"xyz\"; distance:n;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n; content:\"abc\"; distance:n;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; content:\"abc\"; distance:2; within:n;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n; content:\"abc\"; distance:1; within:n;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; byte_test:1,=,n,0;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n; byte_test:1,<,n,0;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; byte_test:1,=,97,n;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; byte_test:n,=,0x616263,3;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; isdataat:n;", data));
  EXPECT_FALSE(holds("byte_extract:1,0,n,multiplier 9; isdataat:n;", data));
  EXPECT_TRUE(holds("byte_extract:1,0,n; content:\"..a\"; isdataat:n,relative;", data));
  EXPECT_TRUE(holds("content:\"abc\"; byte_extract:1,-3,n,relative; byte_test:1,=,n,3;", data));
}

TEST(ByteExtract, ReadsAsItsOptionsSay) {
  const auto is = [](const std::string& options, const std::string& value, std::string_view data) {
    return holds("byte_extract:" + options + "; byte_test:1,=,0,n; byte_test:1,=," + value + ",0;",
                 data);
  };
  EXPECT_TRUE(is("2,0,n,little", "2", "\x02\0\0"s));
  EXPECT_FALSE(is("2,0,n", "2", "\x02\0\0"s)) << "512 is past the end";
  EXPECT_TRUE(is("2,0,n,string,dec", "48", "03x\0"s));
  EXPECT_TRUE(is("1,0,n,string", "51", "3xx\0"s)) << "digits are decimal unless said";
  EXPECT_TRUE(is("1,0,n,string,hex", "97", "a123456789\0"s));
  EXPECT_TRUE(is("1,0,n,multiplier 3", "2", "\x02.....\0"s));
  EXPECT_TRUE(is("1,0,n,align 4", "2", "\x02...\0"s));
  EXPECT_TRUE(is("1,0,n,align 2", "3", "\x03...\0"s));
  EXPECT_TRUE(is("1,0,n,bitmask 0xf0", "0x21", "\x21.\0"s)) << "shifted down to its lowest bit";
}

TEST(ByteExtract, CountsOnFromBehindItsOctets) {
  EXPECT_TRUE(holds("byte_extract:2,1,n; content:\"b\"; distance:0; within:1;", "a\0\1b"s));
  EXPECT_TRUE(holds("byte_extract:5,0,n,string,dec; content:\"b\"; distance:0; within:1;", "12b.."))
      << "behind the digits, as many as there are";
  // An earlier content goes on to its next occurrence for what counts from it.
  EXPECT_TRUE(holds("content:\"L\"; byte_extract:1,0,n,relative; byte_test:1,=,n,0,relative;",
                    "L\1\2L\3\3"s));
}

TEST(ByteExtract, SaysWhatIsWrong) {
  refuses("content:\"a\"; offset:x;", "no byte_extract or byte_math before this");
  refuses("byte_extract:1,0,y; content:\"a\"; offset:x;", "made are y");
  refuses("byte_extract:1,0;", "byte_extract is size,offset,name");
  refuses("byte_extract:1,0,9x;", "starts with a letter");
  refuses("byte_extract:1,0,x; byte_extract:1,0,x;", "made twice");
  refuses("byte_extract:9,0,x;", "from 1 to 8");
  refuses("byte_extract:1,0,x,align 3;", "align is 2 or 4");
  refuses("byte_extract:1,0,x,tiny;", "has no option \"tiny\"");
  refuses("byte_extract:1,0,x,dce;", "DCE/RPC");
  refuses("byte_extract:1,0,x,hex;", "behind string");
  refuses("byte_extract:1,0,x,big,little;", "exclude each other");
  refuses("modbus.registers; byte_extract:1,0,x; pkt_data; content:\"a\"; offset:x;",
          "made in another buffer");
  std::string many;
  for (std::size_t i = 0; i <= most_variables; ++i)
    many += "byte_extract:1,0,v" + std::to_string(i) + "; ";
  refuses(many, "at most 32 variables");
}

TEST(ByteMath, Calculates) {
  const auto gives = [](const std::string& how, std::string_view data, const std::string& value) {
    return holds("byte_math:" + how + ",result r; byte_test:1,=,r," + value + ";", data);
  };
  EXPECT_TRUE(gives("bytes 1,offset 0,oper +,rvalue 3", "\x02\x05"s, "1"));
  EXPECT_FALSE(gives("bytes 1,offset 0,oper +,rvalue 4", "\x02\x05"s, "1"));
  EXPECT_TRUE(gives("bytes 1,offset 0,oper -,rvalue 1", "\x02\x01"s, "1"));
  EXPECT_TRUE(gives("bytes 1,offset 0,oper *,rvalue 4", "\x02\x08"s, "1"));
  EXPECT_TRUE(gives("bytes 1,offset 0,oper /,rvalue 2", "\x09\x04"s, "1"));
  EXPECT_TRUE(gives("bytes 1,offset 0,oper <<,rvalue 2", "\x02\x08"s, "1"));
  EXPECT_TRUE(gives("bytes 1,offset 0,oper >>,rvalue 1", "\x09\x04"s, "1"));
  EXPECT_TRUE(gives("bytes 2,offset 0,oper +,rvalue 0,endian little", "\x02\0\x02"s, "2"));
  EXPECT_TRUE(gives("bytes 2,offset 0,oper +,rvalue 1,string dec", "12\x0d"s, "2"));
  EXPECT_TRUE(gives("bytes 1,offset 0,oper +,rvalue 0x10,bitmask 0xf0", "\x21\x03"s, "1"))
      << "the mask is for what comes out";
  EXPECT_TRUE(
      holds("byte_extract:1,0,e; byte_math:bytes 1, offset 1, oper *, rvalue e, result r; "
            "byte_test:1,=,r,2;",
            "\x03\x04\x0c"s));
  EXPECT_FALSE(
      holds("byte_extract:1,0,e; byte_math:bytes 1,offset 1,oper /,rvalue e,result r;", "\0\4"s))
      << "divided by zero";
  EXPECT_TRUE(
      holds("content:\"L\"; byte_math:bytes 1,offset 0,oper +,rvalue 1,result r,relative; "
            "content:\"x\"; distance:r; within:1;",
            "L\1..x"s));
  EXPECT_FALSE(
      holds("content:\"L\"; byte_math:bytes 1,offset 0,oper +,rvalue 2,result r,relative; "
            "content:\"x\"; distance:r; within:1;",
            "L\1..x"s));
  EXPECT_TRUE(
      holds("byte_math:bytes 1,offset 0,oper +,rvalue 1,result r; "
            "byte_jump:1,r; content:\"x\"; distance:0; within:1;",
            "\1.\2..x."s));
}

TEST(ByteMath, SaysWhatIsWrong) {
  refuses("byte_math:bytes 1,offset 0,oper +,rvalue 1;", "\"result\" is missing");
  refuses("byte_math:bytes 1,offset 0,oper %,rvalue 1,result r;", "no operator");
  refuses("byte_math:bytes 1,offset 0,oper /,rvalue 0,result r;", "divided by 0");
  refuses("byte_math:bytes 5,offset 0,oper <<,rvalue 1,result r;", "at most 4 octets");
  refuses("byte_math:bytes 1,offset 0,oper +,rvalue q,result r;", "no byte_extract or byte_math");
  refuses("byte_math:bytes 1,bytes 2,offset 0,oper +,rvalue 1,result r;", "stands twice");
  refuses("byte_math:bytes 1,offset 0,oper +,rvalue 1,result r,endian dce;", "DCE/RPC");
  refuses("byte_math:bytes 1,offset 0,oper +,rvalue 1,result r,endian middle;",
          "big, little or dce");
  refuses("byte_math:bytes 1,offset 0,oper +,rvalue 1,result r,bitmask 0;", "bitmask");
}

TEST(Content, PlacesAsSuricataCountsThem) {
  EXPECT_TRUE(holds("content:\"ab\"; within:2;", "ab..")) << "the first counts from the start";
  EXPECT_FALSE(holds("content:\"ab\"; within:2;", ".ab."));
  EXPECT_TRUE(holds("content:\"ab\"; distance:1;", ".ab."));
  EXPECT_FALSE(holds("content:\"ab\"; distance:2;", ".ab."));
  EXPECT_TRUE(holds("content:\"cd\"; content:\"ab\"; distance:-4; within:2;", "abcd"));
  EXPECT_FALSE(holds("content:\"cd\"; content:\"ab\"; distance:-3;", "abcd"));
  EXPECT_TRUE(holds("content:\"cd\"; content:\"ab\"; distance:-9;", "abcd")) << "from the start";
  EXPECT_TRUE(holds("content:\"ab\"; content:!\"cd\"; distance:1;", "abcd"));
  EXPECT_FALSE(holds("content:\"ab\"; content:!\"cd\"; distance:0;", "abcd"));
  EXPECT_TRUE(holds("content:\"ab\"; content:!\"cd\"; within:1;", "abcd"))
      << "it has no room there";
  EXPECT_TRUE(
      holds("content:\"ab\"; content:!\"x\"; content:\"cd\"; distance:0; within:2;", "abcd"))
      << "what is not there moves nothing";
  EXPECT_TRUE(holds("content:\"abcd\"; startswith; endswith;", "abcd"));
  EXPECT_FALSE(holds("content:\"abc\"; startswith; endswith;", "abcd"));
  EXPECT_TRUE(holds("content:\"cd\"; offset:1; endswith;", "abcd"));
  EXPECT_FALSE(holds("content:\"cd\"; depth:3; endswith;", "abcd"));
  EXPECT_TRUE(holds("content:\"ab\"; content:\"cd\"; distance:1; within:2; endswith;", "ab.cd"));
  EXPECT_TRUE(holds("content:!\"cd\"; endswith;", "abcde"));
  EXPECT_FALSE(holds("content:!\"cd\"; endswith;", "abcd"));
  EXPECT_TRUE(
      holds("content:\"AB\"; nocase; content:\"Cd\"; nocase; distance:0; within:2;", "abCD"));
  EXPECT_TRUE(holds("content:!\"x\"; fast_pattern; content:\"ab\";", "ab"));
  EXPECT_FALSE(holds("content:!\"a\"; fast_pattern; content:\"b\";", "ab"));
  EXPECT_TRUE(holds("content:\"ab\"; fast_pattern:only;", "ab"));
  EXPECT_TRUE(holds("content:\"abcd\"; fast_pattern:1,2;", "abcd"));
  EXPECT_TRUE(holds("content:\"ab\"; rawbytes;", "ab"));
}

TEST(Content, SaysWhatIsWrong) {
  refuses("content:\"a\"; offset:1; distance:1;", "do not go with");
  refuses("content:\"a\"; distance:1; depth:4;", "do not go with");
  refuses("byte_extract:1,0,n; content:\"a\"; depth:n; within:1;", "do not go with");
  refuses("content:\"a\"; depth:3; depth:4;", "has a depth already");
  refuses("byte_extract:1,0,n; content:\"a\"; offset:n; offset:2;", "has an offset already");
  refuses("content:\"a\"; offset:2; startswith;", "startswith does not go with");
  refuses("content:!\"a\"; offset:2; fast_pattern;", "negated content is a fast pattern only");
  refuses("content:!\"a\"; fast_pattern:only;", "negated content is a fast pattern only");
  refuses("content:\"a\"; fast_pattern; content:\"b\"; fast_pattern;", "stands for another");
  refuses("isdataat:-1;", "from 0 to");
  refuses("isdataat:1,backwards;", "neither relative nor rawbytes");
  refuses("bsize:3;", "the size of a packet's payload is dsize");
  refuses("modbus.registers; bsize:4<>5;", "no size lies between 4 and 5");
  refuses("modbus.registers; bsize:many;", "not a whole number");
  refuses("modbus.registers; bsize:<0;", "below 0");
  refuses("absent;", "raw octets are never absent");
  refuses("modbus.registers; content:\"a\"; absent;", "right behind its buffer");
  refuses("modbus.registers; absent:maybe;", "write absent or absent:or_else");
  refuses("modbus.registers; absent; content:\"a\";", "write absent:or_else");
  refuses("modbus.registers; absent:or_else;", "nothing is looked for");
}

TEST(Base64, DecodesFromAPlaceOn) {
  const std::string data = "key=dGVzdCBpdA==&x";  // "test it"
  EXPECT_TRUE(holds("base64_decode:offset 4; base64_data; content:\"test it\";", data));
  EXPECT_FALSE(holds("base64_decode:offset 4; base64_data; content:\"text\";", data));
  EXPECT_TRUE(
      holds("content:\"key=\"; base64_decode:relative; base64_data; content:\"test\"; "
            "startswith; content:\"it\"; distance:1; endswith;",
            data));
  EXPECT_TRUE(
      holds("content:\"key\"; base64_decode:bytes 4, offset 1, relative; base64_data; "
            "content:\"tes\"; startswith; endswith;",
            data))
      << "no more than it says";
  EXPECT_FALSE(
      holds("content:\"key\"; base64_decode:relative; base64_data; content:\"test\";", data))
      << "= is none of base64's, so nothing was decoded";
  EXPECT_TRUE(
      holds("base64_decode:offset 4; base64_data; byte_extract:1,0,b; byte_test:1,=,b,3;", data));
  EXPECT_FALSE(
      holds("content:\"a\"; base64_decode:relative; base64_data; content:\"t\";", "a-adGVzdA"))
      << "behind the first match only";
  EXPECT_TRUE(
      holds("base64_decode; base64_data; pcre:\"/^t.st/\"; pkt_data; content:\"dGV\";", "dGVzdA"));
}

TEST(Base64, SaysWhatIsWrong) {
  refuses("base64_data; content:\"a\";", "none stands before it");
  refuses("content:\"a\"; base64_decode;", "without base64_data");
  refuses("base64_decode:bytes; base64_data; content:\"a\";", "base64_decode is bytes number");
  refuses("base64_decode:bytes 0; base64_data; content:\"a\";", "from 1 to");
  refuses("base64_decode:bytes 70000; base64_data; content:\"a\";", "from 1 to 65535");
}

TEST(Pcre, Flags) {
  EXPECT_TRUE(holds("pcre:\"/AB/i\";", "ab"));
  EXPECT_FALSE(holds("pcre:\"/a.b/\";", "a\nb"));
  EXPECT_TRUE(holds("pcre:\"/a.b/s\";", "a\nb"));
  EXPECT_FALSE(holds("pcre:\"/^b/\";", "a\nb"));
  EXPECT_TRUE(holds("pcre:\"/^b/m\";", "a\nb"));
  EXPECT_TRUE(holds("pcre:\"/a b/x\";", "ab"));
  EXPECT_FALSE(holds("pcre:\"/b/A\";", "ab"));
  EXPECT_TRUE(holds("pcre:\"/a$/\";", "a\n"));
  EXPECT_FALSE(holds("pcre:\"/a$/E\";", "a\n"));
  EXPECT_TRUE(holds("pcre:\"/a+/G\"; content:\"a\"; distance:0; within:1;", "aa"));
  EXPECT_TRUE(holds("content:\"a\"; pcre:\"/^b/R\";", "ab"));
  EXPECT_FALSE(holds("content:\"a\"; pcre:\"/^a/R\";", "ab"));
  EXPECT_TRUE(holds("pcre:\"/ab/BO\";", "ab"));
  EXPECT_TRUE(holds("pcre:!\"/b/\";", "a"));
  EXPECT_TRUE(holds("pcre:\"/(?P<flow_name>a)b/\";", "ab"));
  EXPECT_TRUE(holds("pcre:\"/(a)b/, flow:name\";", "ab"));
  const Compiled kept = compile_text(rule_of("pcre:\"/(a)b/i, flow:name, pkt:other\";"));
  EXPECT_EQ(kept.report.warnings.size(), 2u);
}

TEST(Pcre, SaysWhatIsWrong) {
  refuses("pcre:\"/a/k\";", "unknown pcre flag \"k\"");
  refuses("pcre:\"/a/UH\";", "name two buffers");
  refuses("pcre:\"/(a/\";", "the regular expression is wrong here");
  refuses("pcre:\"/a\\C/\";", "the regular expression is wrong here");
  refuses("pcre:\"/a/, file:x\";", "only flow:name and pkt:name");
  refuses("pcre:\"/" + std::string(9'000, 'a') + "/\";", "at most 8192 octets");
}

TEST(Pcre, ACatastropheCostsNoMoreThanTheLimit) {
  const std::string many(60'000, 'a');
  for (const char* pattern :
       {"(a+)+[bc]", "(a|aa)+[bc]", "^(([a-z])+.)+[A-Z]([a-z])+$", "(a*)*[xyz]"}) {
    const Match found = match("pcre:\"/"s + pattern + "/\";", many);
    EXPECT_FALSE(found.holds) << pattern;
    EXPECT_TRUE(found.gave_up) << pattern;
  }
  // Below the limit at every place, and dear for all places together.
  const Match places = match("pcre:\"/(a|aa){1,10}[bc]/\";", many);
  EXPECT_FALSE(places.holds);
  EXPECT_TRUE(places.gave_up);
  // What takes many steps at a few places is found wherever it is.
  for (const std::size_t before : {0u, 100u, 255u, 256u, 257u, 5'000u}) {
    const std::string dear =
        std::string(before, '.') + std::string(12, 'a') + "b" + std::string(5'000, '.');
    const Match found = match("pcre:\"/(a|aa){1,10}b|x/\";", dear);
    EXPECT_TRUE(found.holds) << before;
    EXPECT_EQ(found.last, before + 13) << before;
  }
  Rig rig(rule_of("pcre:\"/(a|aa)+[bc]/\";"));
  rig.handshake().client(many.substr(0, 1'400));
  EXPECT_EQ(rig.fired(), "");
  EXPECT_GT(rig.counted(Count::match_limit), 0u);
}

// Each form of condition in a stream, cut in two at every octet and into single octets, fires once.
TEST(Stream, EachFormIsFoundOnceHoweverItIsCut) {
  const std::pair<std::string, std::string> forms[] = {
      {"content:\"L\"; byte_extract:1,0,n,relative; content:\"end\"; distance:n; within:3;",
       "..L\x04....end.."s},
      {"content:\"L\"; byte_extract:2,0,n,relative,little; content:\"end\"; within:n;",
       "..L\x05\0..end.."s},
      {"byte_extract:1,0,n; content:\"end\"; offset:n; depth:3;", "\x06.....end.."s},
      {"byte_extract:1,0,n; content:\"needle\"; offset:2; depth:n;", "\x0a..needle...."s},
      {"content:\"L\"; byte_extract:1,0,n,relative; byte_test:1,=,n,0,relative;", "L\1\2L\3\3.."s},
      {"content:\"L\"; byte_extract:1,0,n,relative; byte_test:1,>,0x70,n,relative;", "L\2..xyz"s},
      {"content:\"L\"; byte_extract:1,0,n,relative; isdataat:n,relative;", "..L\5....."s},
      {"content:\"L\"; byte_extract:1,0,n,relative; byte_jump:1,n,relative; content:\"go\"; "
       "distance:0; within:2;",
       "..L\2..\3...go.."s},
      {"content:\"L\"; byte_math:bytes 1,offset 0,oper *,rvalue 2,result r,relative; "
       "content:\"end\"; distance:r; within:3;",
       "..L\2....end.."s},
      {"content:\"L\"; byte_extract:1,0,n,relative; byte_math:bytes 1,offset 0,oper +,rvalue n,"
       "result r,relative; content:\"end\"; distance:r; within:3;",
       "..L\1\2...end.."s},
      {"content:\"size \"; byte_extract:3,0,n,relative,string,dec; content:\"end\"; distance:n; "
       "within:3;",
       "size 12 ...........end."s},
      {"content:\"key=\"; base64_decode:relative; base64_data; content:\"test it\";",
       "..key=dGVzdCBpdA==.."s},
      {"content:\"key=\"; base64_decode:bytes 8,relative; base64_data; content:\"test\"; "
       "startswith;",
       "..key=dGVzdCBpdA==.."s},
      {"content:\"ab\"; content:!\"x\"; distance:0; within:2; content:\"cd\"; distance:2;",
       "abx.cd.ab..cd"s},
      {"content:\"AB\"; nocase; content:\"Cd\"; nocase; distance:-6; within:2;", "..cD..aB.."s},
      {"content:\"ab\"; pcre:\"/^\\d+cd/Ri\";", "abx.ab123CD."s},
      {"content:\"begin\"; pcre:\"/x(\\d)y\\1z/\";", "begin..x1y2z..x3y3z."s},
      {"content:\"ab\"; startswith; content:\"cd\"; within:6;", "ab..cd"s},
      {"content:\"ab\"; byte_jump:0,0,from_end,post_offset -2; content:\"cd\"; distance:0; "
       "within:2;",
       "..ab....cd"s},
  };
  for (const auto& [options, data] : forms) {
    Rig rig(rule_of("flow:only_stream; " + options));
    const auto check = [&](const std::vector<std::string>& parts, std::size_t cut) {
      ++rig.ends.client_port;
      rig.hits.clear();
      rig.handshake();
      for (const std::string& part : parts) rig.client(part);
      EXPECT_EQ(rig.hits.size(), 1u) << options << " cut at " << cut << ": " << rig.fired();
    };
    check({data}, 0);
    for (std::size_t i = 1; i < data.size(); ++i) check({data.substr(0, i), data.substr(i)}, i);
    std::vector<std::string> octets;
    for (const char c : data) octets.emplace_back(1, c);
    check(octets, data.size());
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace langyan::detect
