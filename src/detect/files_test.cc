// What rules take from files beside them, what they require, and what threshold.config says of them.
#include <filesystem>
#include <fstream>

#include "detect/countries.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

namespace fs = std::filesystem;

class Folder {
 public:
  Folder() : path_(fs::path(testing::TempDir()) / ("langyan_rules_" + std::to_string(++count_))) {
    fs::remove_all(path_);
    fs::create_directories(path_);
  }
  ~Folder() { fs::remove_all(path_); }
  Folder& add(const std::string& name, const std::string& content) {
    fs::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << content;
    return *this;
  }
  Compiled compiled(const std::string& countries = {}) const {
    RuleSources sources;
    sources.paths = {(path_ / "a.rules").string()};
    sources.countries = countries;
    sources.addresses = test_addresses();
    sources.ports = test_ports();
    return compile(sources);
  }
  std::string error() const {
    const Compiled result = compiled();
    return result.report.errors.empty() ? "" : result.report.errors[0].message;
  }
  fs::path path() const { return path_; }

 private:
  static inline int count_ = 0;
  fs::path path_;
};

TEST(Requires, SkipsWhatAsksForMore) {
  Folder folder;
  folder.add("a.rules",
             rule_of("requires:version >= 7.0.0;") +
                 "alert ip any any -> any any (msg:\"n\"; requires:version >= 99; frobnicate:1; sid:2;)\n"
                 "alert ip any any -> any any (msg:\"o\"; requires:version < 6 | >= 7.0.4 < 8; sid:3;)\n"
                 "alert ip any any -> any any (msg:\"k\"; requires:keyword frobnicate; sid:4;)\n"
                 "alert ip any any -> any any (msg:\"f\"; requires:feature output::file-store; sid:5;)\n"
                 "alert ip any any -> any any (msg:\"k\"; requires:keyword xbits, version >= 6; sid:6;)\n");
  const Compiled compiled = folder.compiled();
  EXPECT_TRUE(compiled.report.clean());
  EXPECT_EQ(compiled.report.loaded, 3u);
  EXPECT_EQ(compiled.report.skipped, 3u);
  EXPECT_EQ(compiled.rules->find(1, 2), nullptr);
  EXPECT_NE(Folder().add("a.rules", rule_of("requires:version seven;")).error().find(">= 7.0.4 < 8"),
            std::string::npos);
  EXPECT_NE(Folder().add("a.rules", rule_of("requires:feature;")).error().find("requires is"), std::string::npos);
}

TEST(Meta, TagAndConfigAreTaken) {
  Folder folder;
  folder.add("a.rules", rule_of("content:\"a\"; tag:session,10,packets;") +
                            "config tcp any any -> any any (msg:\"c\"; content:\"a\"; config:logging disable, type tx, "
                            "scope tx; sid:2;)\n");
  Rig rig(folder.compiled().rules);
  rig.limited = true;
  rig.handshake().client("a");
  EXPECT_EQ(rig.fired(), "1@4");
  EXPECT_NE(Folder().add("a.rules", rule_of("tag:flow;")).error().find("session, host"), std::string::npos);
  EXPECT_NE(Folder().add("a.rules", rule_of("tag:host,10,hours,src;")).error().find("packets, seconds, bytes"),
            std::string::npos);
  EXPECT_NE(Folder().add("a.rules", rule_of("config:logging enable;")).error().find("logging disable"),
            std::string::npos);
}

TEST(AppLayerProtocol, ListsAndModes) {
  Folder folder;
  folder.add("a.rules",
             rule_of("app-layer-protocol:dnp3|modbus,toserver; dsize:>0;") +
                 "alert tcp any any -> any any (msg:\"n\"; app-layer-protocol:!dnp3|modbus; dsize:>0; sid:2;)\n");
  Rig rig(folder.compiled().rules);
  rig.limited = true;
  using namespace std::string_literals;
  rig.handshake().client("\0\1\0\0\0\6\1\3\0\0\0\1"s);
  EXPECT_EQ(rig.fired(), "1@4");
  EXPECT_NE(Folder().add("a.rules", rule_of("app-layer-protocol:modbus,often;")).error().find("toserver"),
            std::string::npos);
}

TEST(Reputation, ScoresOfAddresses) {
  Folder folder;
  folder.add("iprep/categories.txt", "1,BadHosts,Known bad hosts\n2,Scanners,They scan\n")
      .add("iprep/a.list", "# comment\n10.0.0.1,1,90\n10.0.0.0/30,2,20\n")
      .add("a.rules", rule_of("iprep:src,BadHosts,>,80;") +
                          "alert tcp any any -> any any (msg:\"l\"; iprep:src,BadHosts,>,95; sid:2;)\n"
                          "alert tcp any any -> any any (msg:\"b\"; iprep:both,Scanners,isset; sid:3;)\n"
                          "alert tcp any any -> any any (msg:\"d\"; iprep:dst,BadHosts,isnotset; flow:to_server; "
                          "dsize:>0; sid:4;)\n"
                          "alert tcp any any -> any any (msg:\"a\"; iprep:any,BadHosts,<=,90; dsize:>0; sid:5;)\n");
  Rig rig(folder.compiled().rules);
  rig.limited = true;
  rig.handshake().client("a").server("b");
  EXPECT_EQ(rig.fired(), "1@1 3@1 3@2 4@4 5@4 5@5") << "without another condition, once for each flow and direction";
  const auto refused = [&](const std::string& options) { return folder.add("a.rules", rule_of(options)).error(); };
  EXPECT_NE(refused("iprep:src,BadHost,>,80;").find("did you mean \"BadHosts\""), std::string::npos);
  EXPECT_NE(refused("iprep:from,BadHosts,>,80;").find("src, dst, any, both"), std::string::npos);
  EXPECT_NE(refused("iprep:src,BadHosts,>,200;").find("0 to 127"), std::string::npos);
  folder.add("iprep/a.list", "10.0.0.1;1;90\n");
  EXPECT_NE(refused("iprep:src,BadHosts,>,80;").find("iprep/a.list:1"), std::string::npos);
  EXPECT_NE(Folder().add("a.rules", rule_of("iprep:src,BadHosts,>,80;")).error().find("iprep/categories.txt"),
            std::string::npos);
}

TEST(ThresholdFile, SuppressesAndLimits) {
  Folder folder;
  folder.add("threshold.config",
             "# by number\nsuppress gen_id 1, sig_id 1, track by_src, ip [10.0.0.1,10.9.0.0/16]\n"
             "suppress gen_id 1, sig_id 2\n"
             "threshold gen_id 1, sig_id 3, type limit, track by_rule, count 1, seconds 60\n")
      .add("a.rules", rule_of("content:\"a\";") +
                          "alert tcp any any -> any any (msg:\"b\"; content:\"a\"; sid:2;)\n"
                          "alert tcp any any -> any any (msg:\"c\"; content:\"a\"; sid:3;)\n");
  EXPECT_TRUE(folder.compiled().report.clean());
  Rig rig(folder.compiled().rules);
  rig.limited = true;
  rig.handshake().client("a").server("a").client("a");
  EXPECT_EQ(rig.fired(), "3@4 1@5");
  for (const char* bad :
       {"suppress sig_id 1", "suppress gen_id 1, sig_id 1, track by_host, ip 10.0.0.1", "silence gen_id 1, sig_id 1",
        "suppress gen_id 1, sig_id 1, track by_src", "threshold gen_id 1, sig_id 1, type limit"}) {
    folder.add("threshold.config", std::string(bad) + "\n");
    EXPECT_EQ(folder.compiled().report.errors.size(), 1u) << bad;
  }
}

// A database of countries in MaxMind's format, version 2: a tree over IPv4 with 24-bit records, then
// data, then metadata. Networks of eight bits only.
std::string database(const std::map<unsigned, std::string>& countries) {
  const auto text = [](const std::string& value) { return static_cast<char>(0x40 | value.size()) + value; };
  const auto map = [](unsigned size) { return std::string(1, static_cast<char>(0xe0 | size)); };
  std::string data;
  std::map<unsigned, unsigned> places;
  for (const auto& [net, code] : countries) {
    places[net] = static_cast<unsigned>(data.size());
    data += map(1) + text("country") + map(1) + text("iso_code") + text(code);
  }
  constexpr unsigned nodes = 255;  // a full tree of eight levels
  std::string tree;
  for (unsigned node = 0; node < nodes; ++node) {
    for (const unsigned side : {0u, 1u}) {
      const unsigned child = 2 * node + 1 + side, leaf = child - nodes;
      unsigned record = child;
      if (child >= nodes) record = places.contains(leaf) ? nodes + 16 + places.at(leaf) : nodes;
      for (const int shift : {16, 8, 0}) tree += static_cast<char>(record >> shift);
    }
  }
  const auto number = [](unsigned char type, unsigned value) {  // 5: 16 bits, 6: 32
    return std::string{static_cast<char>(type << 5 | 2), static_cast<char>(value >> 8), static_cast<char>(value)};
  };
  const std::string epoch{2, 2, 0, 1};  // uint64 of two octets: extended type 9 is 7 + 2
  std::string metadata = map(9) + text("binary_format_major_version") + number(5, 2) +
                         text("binary_format_minor_version") + number(5, 0) + text("build_epoch") + epoch +
                         text("database_type") + text("Test-Country") + text("description") + map(0) +
                         text("ip_version") + number(5, 4) + text("languages") + std::string{0, 4} +
                         text("node_count") + number(6, nodes) + text("record_size") + number(5, 24);
  return tree + std::string(16, '\0') + data + "\xab\xcd\xefMaxMind.com" + metadata;
}

TEST(Countries, OfAddresses) {
  Folder folder;
  folder.add("a.mmdb", database({{10, "DE"}, {20, "FR"}}));
  const std::string path = (folder.path() / "a.mmdb").string();
  const auto opened = Countries::open(path);
  ASSERT_TRUE(opened.ok()) << opened.error().message;
  EXPECT_EQ((*opened)->country(IpAddress::v4(0x0a000001)), country_code('D', 'E'));
  EXPECT_EQ((*opened)->country(IpAddress::v4(0x14000001)), country_code('F', 'R'));
  EXPECT_EQ((*opened)->country(IpAddress::v4(0x15000001)), 0);
  folder.add("a.rules", rule_of("geoip:src,DE,FR;") +
                            "alert tcp any any -> any any (msg:\"n\"; geoip:any,!DE; sid:2;)\n"
                            "alert tcp any any -> any any (msg:\"b\"; geoip:both,DE; sid:3;)\n");
  const Compiled compiled = folder.compiled(path);
  ASSERT_TRUE(compiled.report.clean()) << compiled.report.errors[0].message;
  Rig rig(compiled.rules);
  rig.udp("a");
  rig.ends.server = 0x14000001;
  rig.udp("b");
  rig.ends.server = 0x15000001;  // in no country
  rig.udp("c");
  EXPECT_EQ(rig.fired(), "");  // the rules are of TCP
  rig.ends.server = 0x0a000002;
  rig.tcp(Direction::to_server, decode::tcp_flag::syn);
  rig.ends.server = 0x14000001;
  rig.tcp(Direction::to_server, decode::tcp_flag::syn);
  rig.ends.server = 0x15000001;
  rig.tcp(Direction::to_server, decode::tcp_flag::syn);
  EXPECT_EQ(rig.fired(), "1@4 3@4 1@5 2@5 1@6");
}

TEST(Countries, WithoutADatabaseTheRuleIsRefusedWithAdvice) {
  EXPECT_NE(Folder().add("a.rules", rule_of("geoip:src,DE;")).error().find("rules.countries"), std::string::npos);
  Folder folder;
  folder.add("a.mmdb", "nonsense").add("a.rules", rule_of("dsize:1;"));
  EXPECT_EQ(folder.compiled((folder.path() / "a.mmdb").string()).report.errors.size(), 1u);
}

TEST(Datasets, ValuesOfAFile) {
  Folder folder;
  folder
      .add("bad.lst", "YWJj\n")  // abc
      .add("lists/addresses.lst", "10.0.0.1\n2001:db8::1\n")
      .add("scores.rep", "10.0.0.1,90\n10.0.0.2,10\n")
      .add("a.rules",
           rule_of("ip.src; dataset:isset,senders,type ip,load lists/addresses.lst; dsize:>0;") +
               "alert tcp any any -> any any (msg:\"n\"; ip.src; dataset:isnotset,senders; dsize:>0; sid:2;)\n"
               "alert tcp any any -> any any (msg:\"r\"; ip.dst; datarep:scores,>,50,load scores.rep,type ipv4; "
               "dsize:>0; sid:3;)\n"
               "alert tcp any any -> any any (msg:\"q\"; ip.dst; datarep:scores,<,50; dsize:>0; sid:4;)\n");
  const Compiled compiled = folder.compiled();
  ASSERT_TRUE(compiled.report.clean()) << compiled.report.errors[0].message;
  Rig rig(compiled.rules);
  rig.handshake().client("a").server("b");
  EXPECT_EQ(rig.fired(), "1@4 4@4 2@5 3@5");
}

TEST(Datasets, WhatRulesAddIsNewOnce) {
  Folder folder;
  folder.add("a.rules", rule_of("ip.src; dataset:set,seen,type ip; dsize:>0;") +
                            "alert tcp any any -> any any (msg:\"k\"; ip.dst; dataset:isset,seen; dsize:>0; sid:2;)\n");
  const Compiled compiled = folder.compiled();
  ASSERT_TRUE(compiled.report.clean()) << compiled.report.errors[0].message;
  Rig rig(compiled.rules);
  rig.limited = true;
  rig.handshake().client("a").client("b").server("c").client("d");
  EXPECT_EQ(rig.fired(), "1@4 1@6 2@6 2@7");
}

TEST(Datasets, FilesStayInTheFolderOfTheRules) {
  Folder folder;
  folder.add("bad.lst", "not base64!\n");
  const auto refused = [&](const std::string& options) { return folder.add("a.rules", rule_of(options)).error(); };
  EXPECT_NE(refused("ip.src; dataset:isset,a,type ip,load /etc/passwd;").find("no absolute path"), std::string::npos);
  EXPECT_NE(refused("ip.src; dataset:isset,a,type ip,load ../x;").find("no absolute path"), std::string::npos);
  EXPECT_NE(refused("ip.src; dataset:isset,a,type ip,load none.lst;").find("there is no file"), std::string::npos);
  EXPECT_NE(refused("ip.src; dataset:isset,a,type string,load bad.lst;").find("base64"), std::string::npos);
  EXPECT_NE(refused("ip.src; dataset:isset,a,type text;").find("string, md5"), std::string::npos);
  EXPECT_NE(refused("ip.src; dataset:has,a,type ip;").find("isset, isnotset"), std::string::npos);
  EXPECT_NE(refused("ip.src; dataset:isset,a;").find("of what type"), std::string::npos);
  EXPECT_NE(refused("dataset:isset,a,type ip;").find("none is named before it"), std::string::npos);
  EXPECT_NE(refused("ip.src; datarep:a,~,5,type ip;").find("none of <"), std::string::npos);
  fs::create_symlink("/etc/hostname", folder.path() / "out.lst");
  EXPECT_NE(refused("ip.src; dataset:isset,a,type ip,load out.lst;").find("leads out"), std::string::npos);
}

}  // namespace
}  // namespace langyan::detect
