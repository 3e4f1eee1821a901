// What the grammar takes, and for everything else the place and the reason it gives.
#include "detect/rule_parser.h"

#include <filesystem>
#include <fstream>

#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

constexpr std::string_view end = " msg:\"m\"; sid:1;)";

std::string first_error(std::string_view text) {
  const Compiled compiled = compile_text(text, false);
  return compiled.report.errors.empty() ? "" : render(compiled.report.errors[0]);
}

TEST(RuleParser, Takes) {
  const std::string options = "(" + std::string(end);
  for (const std::string& text : {
           "alert tcp any any -> any any " + options,
           "alert tcp any any->any any " + options,  // refused below: the arrow stands apart
       }) {
    const bool good = text.find("any->any") == text.npos;
    EXPECT_EQ(first_error(text).empty(), good) << text << "\n" << first_error(text);
  }
  for (const char* header : {
           "alert udp $HOME_NET any -> !$HOME_NET 502",
           "drop ip 10.0.0.1 any <> 10.0.0.0/24 any",
           "pass tcp [10.0.0.0/8,!10.0.9.0/24] 1024: -> [$PLCS,2001:db8::/32] [502,1502]",
           "reject tcp any :1023 -> 10.0.0.1-10.0.0.9 $MODBUS_PORTS",
           "alert icmp any any -> any any",
           "alert icmpv6 any any -> any any",
           "alert tcp-pkt any any -> any [1:65535,![20,21]]",
           "alert tcp-stream any any -> any any",
           "alert modbus any any -> any any",
           "alert iec104 any any -> any 2404",
           "alert ipv6 any any -> fe80::/10 any",
           "alert ether any any -> any any",
           "alert tcp [ 10.0.0.1 , 10.0.0.2 ] any -> any [ 80 , 443 ]",
           "alert sctp any any -> any 2905",
           "alert\ttcp  any any\t-> any any",
       }) {
    EXPECT_EQ(first_error(header + (" " + options)), "");
  }
}

struct Bad {
  std::string text;
  std::string error;  // without the file
};

std::string body(std::string_view options) {
  return "alert tcp any any -> any any (" + std::string(options) + std::string(end);
}

TEST(RuleParser, RefusesWithPlaceAndReason) {
  const std::string options = " (" + std::string(end);
  const Bad cases[] = {
      {"alret tcp any any -> any any" + options,
       "1:1: unknown action \"alret\"; did you mean \"alert\"?"},
      {"alert tpc any any -> any any" + options,
       "1:7: unknown protocol \"tpc\"; did you mean \"tcp\"?"},
      {"alert modbis any any -> any any" + options,
       "1:7: unknown protocol \"modbis\"; did you mean \"modbus\"?"},
      {"alert gopher any any -> any any" + options, "1:7: unknown protocol \"gopher\""},
      {"alert tcp any any -> any" + options,
       "1:1: a header has 7 parts, \"alert tcp any any -> any 502\", here are 6"},
      {"alert tcp any any <- any any" + options, "1:19: \"<-\" is no direction; write -> or <>"},
      {"alert tcp $HOME_NTE any -> any any" + options,
       "1:11: the configuration has no address variable $HOME_NTE; did you mean $HOME_NET?"},
      {"alert tcp 10.0.0.300 any -> any any" + options,
       "1:11: \"10.0.0.300\" is no address, network, range, list or variable; write it like "
       "10.0.0.0/8, "
       "10.0.0.1-10.0.0.9, [10.0.0.1,!10.0.0.2] or $HOME_NET"},
      {"alert tcp [10.0.0.1,[10.0.0.2] any -> any any" + options,
       "1:1: a header has 7 parts, \"alert tcp any any -> any 502\", here are 3"},
      {"alert tcp 10.0.0.9-10.0.0.1 any -> any any" + options,
       "1:11: the range \"10.0.0.9-10.0.0.1\" ends before it starts"},
      {"alert tcp !any any -> any any" + options, "1:11: \"!any\" leaves no address at all"},
      {"alert tcp [10.0.0.1,!10.0.0.0/8] any -> any any" + options,
       "1:11: \"[10.0.0.1,!10.0.0.0/8]\" leaves no address at all"},
      {"alert tcp any any -> any 70000" + options,
       "1:26: \"70000\" is no port, range, list or variable; write it like 502, 1024:, 8000:8080, "
       "[80,!8080] or $HTTP_PORTS"},
      {"alert tcp any 9:5 -> any any" + options, "1:15: the range \"9:5\" ends before it starts"},
      {"alert tcp any any -> any [80,,81]" + options, "1:30: a port is missing here"},
      {"alert icmp any any -> any 80" + options, "1:27: \"icmp\" has no ports; write any"},
      {"alert ether 10.0.0.1 any -> any any" + options,
       "1:13: \"ether\" has no IP addresses; write any"},
      {"alert tcp any any -> any any", "1:1: the options in parentheses are missing"},
      {"alert tcp any any -> any any (msg:\"m\"; sid:1;",
       "1:46: the parenthesis that closes the options is missing"},
      {"alert tcp any any -> any any (msg:\"m\"; sid:1)",
       "1:45: a semicolon is missing behind the last option"},
      {"alert tcp any any -> any any (msg:\"m\";)", "1:1: the rule has no sid"},
      {"alert tcp any any -> any any (sid:1;)", "1:1: the rule has no msg"},
      {body("content \"a\";"), "1:31: unknown keyword \"content \"a\"\""},
      {body("contnet:\"a\";"), "1:31: unknown keyword \"contnet\"; did you mean \"content\"?"},
      {body("modbus.functoin:3;"),
       "1:31: unknown keyword \"modbus.functoin\"; did you mean \"modbus.function\"?"},
      {body("modbus.transaction_id:3;"), "1:31: unknown keyword \"modbus.transaction_id\""},
      {body("content;"), "1:31: \"content\" needs a value: content:[!]\"text|hex|\""},
      {body("content:;"), "1:31: \"content\" needs a value: content:[!]\"text|hex|\""},
      {body("content:\"a\"; nocase:1;"), "1:51: \"nocase\" takes no value"},
      {body("content:abc;"), "1:39: a text in double quotes is expected here"},
      {body("content:\"a;b\";"),
       "1:39: the quote is not closed; a semicolon or quote inside is written \\; and \\\""},
      {body("content:\"|4|\";"), "1:42: an octet has two hexadecimal digits, here is one"},
      {body("content:\"|4g|\";"),
       "1:42: \"g\" is no hexadecimal digit; between | only octets stand"},
      {body("content:\"a|41\";"), "1:41: the | is not closed by another"},
      {body("content:\"\";"), "1:39: a content has at least one octet"},
      {body("content:\"a\\nb\";"),
       "1:41: only \\\\ \\\" \\; and \\: may be escaped; write other octets as |hex|"},
      {body("content:\"" + std::string(256, 'a') + "\";"),
       "1:39: a content has at most 255 octets, this one 256"},
      {body("nocase;"),
       "1:31: this belongs behind the content it is about, and none stands right before it"},
      {body("content:\"a\"; depth:0;"), "1:50: \"0\" is not a whole number from 1 to 65535"},
      {body("content:\"a\"; depth:1; within:2;"),
       "1:60: distance and within do not go with offset, depth or startswith of the same content"},
      {body("content:\"a\"; distance:1; offset:2;"),
       "1:63: offset and depth do not go with distance, within or startswith of the same content"},
      {body("content:\"a\"; depth:1; startswith;"),
       "1:53: startswith does not go with offset, depth, distance or within of the same content"},
      {body("content:\"a\"; depth:1; depth:2;"), "1:59: the content has a depth already"},
      {body("content:!\"a\"; fast_pattern:only;"),
       "1:58: a negated content is a fast pattern only without a place, only and a part"},
      {body("content:\"abc\"; fast_pattern:2,5;"), "1:61: \"5\" is not a whole number from 1 to 1"},
      {body("content:\"a\"; fast_pattern; content:\"b\"; fast_pattern;"),
       "1:71: fast_pattern stands for another content already"},
      {body("pcre:\"/a(/\";"),
       "1:40: the regular expression is wrong here: missing closing parenthesis"},
      {body("pcre:\"/a/q\";"), "1:40: unknown pcre flag \"q\"; known are imsxAEGRBO and the buffers UIPQHDMCSYVWZ"},
      {body("pcre:\"a\";"), "1:36: a regular expression is written \"/pattern/flags\""},
      {body("pcre:\"//\";"), "1:36: the regular expression is empty"},
      {body("pcre:\"/\\C/\";"),
       "1:40: the regular expression is wrong here: using \\C is disabled by the application"},
      {body("isdataat:70000;"), "1:40: \"70000\" is not a whole number from 0 to 65535"},
      {body("isdataat:1,relativ;"), "1:42: \"relativ\" is neither relative nor rawbytes"},
      {body("byte_test:9,=,1,0;"), "1:41: \"9\" is not a whole number from 1 to 8"},
      {body("byte_test:1,~,1,0;"),
       "1:43: \"~\" is no operator; known are < > = <= >= & ^, each also with !"},
      {body("byte_test:1,=,1;"), "1:41: byte_test is size,operator,value,offset and options"},
      {body("byte_test:1,=,1,0,dec;"), "1:41: dec, hex and oct stand behind string"},
      {body("byte_test:1,=,1,0,dce;"),
       "1:49: \"dce\" takes the order of octets from a DCE/RPC message; name one of its buffers "
       "before, or write big or little"},
      {body("byte_jump:1,0,from_end,from_beginning;"),
       "1:54: a jump has one start: from_beginning or from_end"},
      {body("byte_jump:1,0,algin;"), "1:45: byte_jump has no option \"algin\""},
      {body("flow:to_sever;"),
       "1:36: flow has no option \"to_sever\"; did you mean \"to_server\"?"},
      {body("flow:to_server,to_client;"),
       "1:46: a packet goes one way: to_server and to_client exclude each other"},
      {body("flow:established,not_established;"),
       "1:48: established and not_established exclude each other"},
      {body("flowbits:st,a;"),
       "1:40: \"st\" is none of set, unset, toggle, isset, isnotset, noalert"},
      {body("flowbits:set;"), "1:40: flowbits:set needs a name"},
      {body("flowbits:set,a|b;"), "1:44: only isset and isnotset take names joined by |"},
      {body("threshold:type limit, track by_src, count 1;"),
       "1:41: it needs type, track, count and seconds"},
      {body("threshold:type limt, track by_src, count 1, seconds 1;"),
       "1:46: \"limt\" is none of limit, threshold, both, backoff"},
      {body("detection_filter:track by_host, count 1, seconds 1;"),
       "1:54: \"by_host\" is none of by_src, by_dst, by_rule, by_both, by_flow"},
      {body("classtype:attempted-recno;"),
       "1:41: classification.config has no classtype \"attempted-recno\"; did you mean "
       "\"attempted-recon\"?"},
      {body("priority:0;"), "1:40: \"0\" is not a whole number from 1 to 255"},
      {body("reference:cve;"), "1:41: a reference is \"system,id\", such as cve,2019-10953"},
      {body("target:me;"), "1:38: \"me\" is no target; write src_ip or dest_ip"},
      {body("sid:2;"), "1:47: \"sid\" stands twice"},
      {body("modbus.function:wirte_single_coil;"),
       "1:47: \"wirte_single_coil\" is no number of kind u8 and no word of this field; did you "
       "mean \"write_single_coil\"?"},
      {body("modbus.function:300;"), "1:47: \"300\" is more than a field of kind u8 can hold"},
      {body("modbus.function:3,!5;"), "1:49: write ! once, before the list: it negates all of it"},
      {body("modbus.function:!0-255;"), "1:48: this leaves no number at all"},
      {body("modbus.address:9-3;"), "1:46: the range from 9 to 3 is empty"},
      {body("modbus.address;"), "1:31: \"modbus.address\" needs a value: modbus.address:number"},
      {body("modbus.address:;"), "1:31: a value is missing behind \"modbus.address:\""},
      {body("modbus.data:aa;"),
       "1:43: the octets of this field are written in double quotes, other than text as |hex|"},
      {body("modbus.data;"),
       "1:1: a buffer is named and nothing is looked for in it; add content or pcre"},
      {body("modbus.function:3; iec104.type_id:1;"),
       "1:50: a rule looks at the fields of one protocol; this one already names those of modbus"},
      {body("ot.verb:wrte;"), "1:39: \"wrte\" is no verb; did you mean \"write\"?"},
      {body("ot.result:!pending,ok,refused,no_answer,one_way;"),
       "1:42: this leaves no result at all"},
      {body("ot.object:;"), "1:31: \"ot.object\" needs a value: ot.object:[!]\"pattern\", …"},
      {body("ot.value:x;"), "1:40: \"x\" is no number of kind f64"},
      {body("ot.src.role:boss;"), "1:43: \"boss\" is no role"},
      {body("app-layer-protocol:modbsu;"),
       "1:50: unknown protocol \"modbsu\"; did you mean \"modbus\"?"},
      {body("dsize:<0;"), "1:38: no number of this field is below 0"},
      {body("flags:SX;"), "1:38: \"X\" is no TCP flag; known are FSRPAUEC and 0"},
  };
  for (const Bad& each : cases) {
    const std::string error = first_error(each.text + "\n");
    EXPECT_EQ(error, "test.rules:" + each.error) << each.text;
  }
}

TEST(RuleParser, PlacesCountCharactersAndFollowContinuations) {
  EXPECT_EQ(
      first_error("# 注释\n\nalert tcp any any -> any any (msg:\"写入\"; contnet:\"a\"; sid:1;)\n"),
      "test.rules:3:41: unknown keyword \"contnet\"; did you mean \"content\"?");
  EXPECT_EQ(
      first_error("alert tcp any any -> \\\r\n   any any (msg:\"m\"; \\\r\n  depth:1; sid:1;)\r\n"),
      "test.rules:3:9: this belongs behind the content it is about, and none stands right before "
      "it");
  EXPECT_EQ(first_error("\xef\xbb\xbf"
                        "alret tcp any any -> any any (msg:\"m\"; sid:1;)"),
            "test.rules:1:1: unknown action \"alret\"; did you mean \"alert\"?");
}

TEST(RuleParser, GoodRulesLoadBesideBadOnes) {
  const Compiled compiled =
      compile_text(rule_of("content:\"a\";") + "alert nonsense\n" +
                       "alert tcp any any -> any any (msg:\"b\"; content:\"b\"; sid:2;)\n" +
                       "alert tcp any any -> any any (msg:\"c\"; frobnicate:x; sid:3;)\n" +
                       "alert tcp any any -> any any (msg:\"d\"; frobnicate:x; sid:4;)\n",
                   false);
  EXPECT_EQ(compiled.report.loaded, 2u);
  EXPECT_EQ(compiled.report.refused, 3u);
  EXPECT_FALSE(compiled.report.clean());
  EXPECT_EQ(compiled.report.unsupported.at("frobnicate"), 2u);
  ASSERT_EQ(compiled.report.files.size(), 1u);
  EXPECT_EQ(compiled.report.files[0].loaded, 2u);
  EXPECT_EQ(compiled.report.files[0].refused, 3u);
  EXPECT_NE(compiled.rules->find(1, 2), nullptr);
  EXPECT_EQ(compiled.report.errors[1].sid, 3u);
}

TEST(RuleParser, DuplicatesKeepTheHigherRevision) {
  const auto rule = [](int rev, const char* content) {
    return "alert tcp any any -> any any (msg:\"m\"; content:\"" + std::string(content) +
           "\"; sid:5; rev:" + std::to_string(rev) + ";)\n";
  };
  for (const std::string& text :
       {rule(2, "old") + rule(3, "new"), rule(3, "new") + rule(2, "old")}) {
    const Compiled compiled = compile_text(text);
    EXPECT_EQ(compiled.rules->rules().size(), 1u);
    EXPECT_EQ(compiled.rules->find(1, 5)->rev, 3u);
    EXPECT_EQ(compiled.report.loaded, 1u);
    ASSERT_EQ(compiled.report.warnings.size(), 1u);
    Rig rig(compiled.rules);
    rig.handshake().client("old").client("new");
    EXPECT_EQ(rig.fired(), "5@5");
  }
  EXPECT_EQ(first_error(rule(2, "a") + rule(2, "b")),
            "test.rules:2:1: sid 5 rev 2 stands already at test.rules:1");
}

TEST(RuleParser, WarnsOfWhatCanNeverFire) {
  const struct {
    std::string rule, reason;
  } cases[] = {
      {rule_of("content:\"abcd\"; depth:3;"),
       "a content of 4 octets cannot end within a depth of 3"},
      {rule_of("content:\"a\"; content:\"bcd\"; within:2;"),
       "a content of 3 octets cannot end within 2"},
      {rule_of("dsize:<4; content:\"abcd\";"),
       "dsize allows at most 3 octets and the contents need 4"},
      {rule_of("dsize:5; content:\"ab\"; offset:4;"),
       "dsize allows at most 5 octets and the contents need 6"},
      {rule_of("flowbits:isset,a; flowbits:isnotset,a; flowbits:set,a;"),
       "a flowbit cannot be set and not set"},
      {rule_of("flowbits:isset,nobody;"), "no rule sets the flowbit \"nobody\""},
      {rule_of("modbus.function:3;", "iec104 any any -> any any"),
       "a flow of iec104 has no fields of modbus"},
      {rule_of("app-layer-protocol:!modbus; modbus.function:3;"),
       "a flow that is not modbus has no fields of it"},
      {rule_of("itype:8;"),
       "the protocol of the header has no such field as a condition on the packet asks for"},
      {rule_of("flow:only_stream; content:\"a\";", "udp any any -> any any"),
       "only TCP has a stream"},
      {rule_of("flow:only_stream; dsize:1; content:\"a\";"),
       "a stream has no packet to look at, and a condition on the packet stands"},
      {rule_of("modbus.function:3; modbus.function:5;"),
       "two conditions on one field exclude each other"},
      {rule_of("modbus.function:3;", "icmp any any -> any any"),
       "ICMP carries no message of modbus"},
  };
  for (const auto& each : cases) {
    const Compiled compiled = compile_text(each.rule);
    ASSERT_EQ(compiled.report.warnings.size(), 1u) << each.rule;
    EXPECT_EQ(compiled.report.warnings[0].message, "the rule can never fire: " + each.reason);
    EXPECT_EQ(compiled.report.warnings[0].line, 1u);
    EXPECT_EQ(compiled.report.loaded, 1u);
  }
  for (const std::string& rule :
       {rule_of("content:\"abc\"; depth:3;"), rule_of("content:!\"abcd\"; depth:3; content:\"a\";"),
        rule_of("modbus.function:3-5; modbus.function:5;"),
        rule_of("dsize:4; content:\"abcd\";")}) {
    EXPECT_TRUE(compile_text(rule).report.warnings.empty()) << rule;
  }
}

TEST(RuleParser, SaysThatDropOnlyAlerts) {
  const Compiled compiled =
      compile_text("drop tcp any any -> any any (msg:\"m\"; content:\"a\"; sid:1;)\n");
  ASSERT_EQ(compiled.report.warnings.size(), 1u);
  EXPECT_EQ(render({"a.rules", 1, 2, 3, "\"\xff\xfe\" is no keyword", ""}),
            "a.rules:1:2: \"\xef\xbf\xbd\xef\xbf\xbd\" is no keyword");
  EXPECT_EQ(render(compiled.report.warnings[0]),
            "test.rules:1:1: the sensor only listens: \"drop\" alerts and stops nothing");
  Rig rig(compiled.rules);
  rig.handshake().client("a");
  EXPECT_EQ(rig.fired(), "1@4");
  EXPECT_EQ(action_name(rig.hits[0].rule->action), "drop");
}

TEST(RuleParser, ReadsFilesAndFolders) {
  const std::string folder = testing::TempDir() + "/langyan_rule_folder";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(folder + "/" + name) << text;
  };
  write("b.rules", "alert tcp any any -> any any (msg:\"b\"; classtype:own-kind; sid:2;)\n");
  write("a.rules", rule_of("content:\"a\";"));
  write("notes.txt", "no rules\n");
  write("classification.config",
        "# own\nconfig classification: own-kind,Our Own Kind,4\nconfig classification: broken\n");
  const Compiled compiled = compile({.paths = {folder, folder + "/missing.rules"}});
  ASSERT_EQ(compiled.report.files.size(), 2u);
  EXPECT_EQ(compiled.report.files[0].path, folder + "/a.rules");
  EXPECT_EQ(compiled.report.files[1].path, folder + "/b.rules");
  EXPECT_EQ(compiled.report.loaded, 2u);
  EXPECT_EQ(compiled.rules->find(1, 2)->category, "Our Own Kind");
  EXPECT_EQ(compiled.rules->find(1, 2)->priority, 4);
  ASSERT_EQ(compiled.report.errors.size(), 2u);
  EXPECT_EQ(render(compiled.report.errors[1]),
            folder + "/classification.config:3:1: name, description and priority are three parts");
  EXPECT_TRUE(render(compiled.report.errors[0]).find("missing.rules") != std::string::npos)
      << render(compiled.report.errors[0]);
}

TEST(RuleParser, HostileTextEndsInAnError) {
  std::string deep = "alert tcp " + std::string(100, '[') + "any" + std::string(100, ']') +
                     " any -> any any (" + std::string(end);
  EXPECT_EQ(first_error(deep),
            "test.rules:1:28: it nests deeper than 16 brackets and variables, or a variable names "
            "itself");
  EXPECT_NE(first_error("alert tcp any any -> any any (" + std::string(70'000, 'a')), "");
  std::string many = "alert tcp any any -> any any (";
  for (int i = 0; i < 300; ++i) many += "metadata:a b;";
  EXPECT_NE(first_error(many + std::string(end)), "");
  std::string contents = "alert tcp any any -> any any (";
  for (int i = 0; i < 97; ++i) contents += "content:\"a\";";
  EXPECT_EQ(first_error(contents + std::string(end)),
            "test.rules:1:1: a buffer has at most 96 conditions");
  EXPECT_EQ(first_error(std::string("alert tcp any any -> any any (\0", 31) + std::string(end)),
            "test.rules:1:1: the rule holds a zero octet");
  // Every prefix of a rule, and every rule with one octet changed, is taken or refused, never
  // worse.
  const std::string whole =
      "alert tcp [$HOME_NET,!10.1.0.0/16] any -> any [1:9,!5] (msg:\"a\\\"b\"; content:!\"x|41|\"; "
      "depth:3; "
      "pcre:\"/a[b-]{2}/R\"; byte_jump:1,0,relative; modbus.function:!1-3,write_single_coil; "
      "sid:1;)";
  for (std::size_t i = 0; i <= whole.size(); ++i) compile_text(whole.substr(0, i), false);
  for (std::size_t i = 0; i < whole.size(); i += 3) {
    for (const char c : {'\0', '"', '\\', ';', '!', '[', ')', '\xff'}) {
      std::string changed = whole;
      changed[i] = c;
      compile_text(changed, false);
    }
  }
}

TEST(RuleParser, AVariableThatNamesItself) {
  RuleSources sources;
  sources.addresses = {{"A", {"$B"}}, {"B", {"$A"}}, {"BAD", {"10.0.0.0/40"}}};
  const RuleText text{"t",
                      "alert tcp $A any -> any any (msg:\"m\"; sid:1;)\nalert tcp any any -> "
                      "[$BAD] any (msg:\"m\"; sid:2;)\n"};
  const Compiled compiled = compile(sources, {&text, 1});
  ASSERT_EQ(compiled.report.errors.size(), 2u);
  EXPECT_EQ(compiled.report.errors[0].column, 11u);
  EXPECT_TRUE(compiled.report.errors[0].message.find("names itself") != std::string::npos)
      << compiled.report.errors[0].message;
  EXPECT_EQ(compiled.report.errors[1].column, 23u);
  EXPECT_TRUE(
      compiled.report.errors[1].message.starts_with("$BAD of the configuration: \"10.0.0.0/40\""))
      << compiled.report.errors[1].message;
}

TEST(KeywordReference, HasARowForEachKeywordAndField) {
  const std::string page = keywords_markdown();
  for (const char* row : {"| `content` | payload |", "| `modbus.function` | modbus message |",
                          "| `iec104.ioa` | iec104 item |", "| `ot.verb` | operation |"}) {
    EXPECT_NE(page.find(row), std::string::npos) << row;
  }
  EXPECT_EQ(page.find("modbus.transaction_id"), std::string::npos) << "not a rule's field";
}

}  // namespace
}  // namespace langyan::detect
