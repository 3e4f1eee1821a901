// What traffic may put into an event, and that no form of it says anything the center did not mean.
#include "outputs/syslog_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "base/json.h"

namespace langyan::outputs {
namespace {

store::Event event_of(const nlohmann::json& line, std::string organisation = "cn/js") {
  store::Event event;
  event.id = "01-1", event.json = line.dump(), event.organisation = std::move(organisation);
  event.received = 1'772'452'801 * second;
  return event;
}

nlohmann::json alert_line() {
  return {{"timestamp", "2026-03-02T11:00:00.123456+0000"}, {"event_type", "alert"}, {"src_ip", "10.3.9.77"},
          {"src_port", 50'000}, {"dest_ip", "10.3.1.4"}, {"dest_port", 502}, {"proto", "TCP"}, {"app_proto", "modbus"},
          {"alert", {{"signature_id", 9'100'000}, {"gid", 1}, {"severity", 1}, {"signature", "Write by a stranger"}}},
          {"ot", {{"verb", "write"}, {"object", "40001"}, {"result", "ok"}}},
          {"origin", {{"sensor", "s1"}, {"epoch", "00000000000000e1"}, {"lane", "alert"}, {"seq", 7}}}};
}

std::string message(const SyslogForm& form, const nlohmann::json& line, const std::string& organisation = "cn/js") {
  const store::Event event = event_of(line, organisation);
  ItemReader reader;
  const auto item = reader.read(event);
  EXPECT_TRUE(item.ok()) << (item ? "" : item.error().message);
  return item ? form.message(*item) : "";
}

const std::string hostile[] = {"a\nb",
                               "a\r\n<14>1 forged",
                               "quote\" bracket] back\\slash",
                               "a|b|c",
                               "src=1.2.3.4 cs1=x",
                               "tab\tnul\x01 del\x7f",
                               "bad \xff\xfe utf",
                               "\xc2\x85next line",
                               "\xe2\x80\xa8line",
                               "\xe2\x80\xae"
                               "rtl",
                               "]\" id=\"forged",
                               "\\",
                               "\\n",
                               "=",
                               "|",
                               "[langyan@32473 id=\"x\"]",
                               "\"",
                               "中文 名称",
                               std::string(3'000, '|'),
                               "Langyan|1|0|x|10|act=none"};

TEST(SyslogForm, IsRfc5424) {
  EXPECT_EQ(message({}, alert_line()),
            "<130>1 2026-03-02T11:00:00.123456Z s1 langyan - alert [langyan@32473 id=\"s1/00000000000000e1/alert/7\" "
            "organisation=\"cn/js\" sid=\"9100000\"] " + alert_line().dump());
  auto line = alert_line();
  line["alert"]["severity"] = 4;
  EXPECT_TRUE(message({3}, line).starts_with("<29>1 "));  // daemon, notice
  line.erase("alert"), line["event_type"] = "flow";
  EXPECT_TRUE(message({}, line).starts_with("<134>1 "));  // informational
}

// One line of three parts: header of visible ASCII, one element whose values end where they should,
// JSON that parses to the event.
TEST(SyslogForm, NoTextLeavesItsPlace) {
  for (const std::string& text : hostile) {
    auto line = alert_line();
    line["origin"]["sensor"] = "s" + text.substr(0, 200), line["alert"]["signature"] = text,
    line["event_type"] = "alert";
    nlohmann::json::error_handler_t replace = nlohmann::json::error_handler_t::replace;
    const auto clean = nlohmann::json::parse(line.dump(-1, ' ', false, replace));
    const std::string out = message({}, clean, "cn/" + text);
    for (const char c : out) EXPECT_FALSE(static_cast<unsigned char>(c) < 0x20 || c == 0x7f) << out;
    const std::size_t begin = out.find(" [langyan@32473 ");
    ASSERT_NE(begin, out.npos);
    const std::string head = out.substr(0, begin);
    EXPECT_EQ(std::ranges::count(head, ' '), 5) << head;
    for (const char c : head) EXPECT_TRUE(c >= 0x20 && c < 0x7f) << head;
    // Walks the element as a receiver does.
    std::size_t at = begin + std::string(" [langyan@32473").size();
    std::map<std::string, std::string> values;
    while (out[at] == ' ') {
      const std::size_t equals = out.find("=\"", at);
      const std::string name = out.substr(at + 1, equals - at - 1);
      for (at = equals + 2; out[at] != '"'; ++at) {
        if (out[at] == '\\') ++at;
        values[name] += out[at];
      }
      ++at;
    }
    EXPECT_EQ(out[at], ']') << out;
    EXPECT_EQ(values.size(), 3u) << out;
    EXPECT_EQ(nlohmann::json::parse(out.substr(at + 2)), clean);
  }
}

TEST(SyslogForm, SensorThatIsNoNameAndTypeThatIsLong) {
  EXPECT_EQ(header_field("", 10), "-");
  EXPECT_EQ(header_field("狼烟 1", 255), "___1");
  EXPECT_EQ(header_field("abc", 2), "ab");
  EXPECT_EQ(header_field("a\nb", 9), "a_b");
}

TEST(SyslogForm, AMessageHasAtMostItsOctets) {
  auto line = alert_line();
  line["payload"] = std::string(5'000, 'A');
  const std::string without = message({16, false, 2'048}, line);
  EXPECT_LE(without.size(), 2'048u);
  EXPECT_EQ(without.find("AAAA"), without.npos);
  EXPECT_NE(without.find("Write by a stranger"), without.npos);
  line["modbus"] = {{"long", std::string(9'000, 'B')}};
  line["alert"]["signature"] = std::string(4'000, 'C');
  const std::string shortest = message({16, false, 2'048}, line);
  EXPECT_LE(shortest.size(), 2'048u);
  const auto json = nlohmann::json::parse(shortest.substr(shortest.find("] ") + 2));
  EXPECT_EQ(json["cut"], true);
  EXPECT_EQ(json["origin"], alert_line()["origin"]);
  EXPECT_LE(message({16, true, 2'048}, line).size(), 2'048u);
}

TEST(SyslogForm, WhiteSpaceBetweenTokensEndsNoMessage) {
  store::Event event = event_of(alert_line());
  event.json.insert(1, " \r\t ");
  ItemReader reader;
  const auto item = reader.read(event);
  ASSERT_TRUE(item.ok());
  EXPECT_EQ(SyslogForm().message(*item).find_first_of("\r\n\t"), std::string::npos);
}

TEST(Cef, IsAsItsGuideSays) {
  const std::string out = message({16, true}, alert_line());
  EXPECT_EQ(out.substr(out.find("CEF:")),
            "CEF:0|Langyan|Langyan|" LANGYAN_VERSION
            "|9100000|Write by a stranger|10|externalId=s1/00000000000000e1/alert/7 "
            "start=1772449200123 rt=1772452801000 src=10.3.9.77 spt=50000 dst=10.3.1.4 dpt=502 proto=TCP app=modbus "
            "act=write outcome=ok "
            "cat=alert dvchost=s1 cs1Label=Organisation cs1=cn/js cs2Label=Object cs2=40001");
  auto line = alert_line();
  line["src_ip"] = "fd00::5";
  EXPECT_NE(message({16, true}, line).find("c6a2Label=Source IPv6 Address c6a2=fd00::5 "), std::string::npos);
}

// Read back as the guide says: eight parts between pipes, then key=value; the texts are the event's.
TEST(Cef, NoTextLeavesItsPlace) {
  const auto plain_of = [](const std::string& text) {
    std::string plain;
    append_cef_extension(plain, "", text);
    return plain;
  };
  for (const std::string& text : hostile) {
    std::string header;
    append_cef_header(header, text);
    for (std::size_t i = 0; i < header.size(); ++i) {
      if (header[i] == '\\') ++i;
      else EXPECT_NE(header[i], '|') << header;
    }
    EXPECT_EQ(header.find_first_of("\r\n"), header.npos);
    const std::string value = plain_of(text).substr(1);
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (value[i] == '\\') ++i;
      else EXPECT_NE(value[i], '=') << value;
    }
    EXPECT_EQ(value.find_first_of(std::string_view("\r\n\0\x7f", 4)), value.npos) << value;
    auto line = alert_line();
    line["alert"]["signature"] = text, line["ot"]["object"] = text;
    const auto clean = nlohmann::json::parse(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    const std::string out = message({16, true}, clean);
    const std::string body = out.substr(out.find("CEF:"));
    std::size_t pipes = 0, at = 0;
    for (; at < body.size() && pipes < 7; ++at) {
      if (body[at] == '\\') ++at;
      else pipes += body[at] == '|';
    }
    EXPECT_EQ(body.substr(0, at).find("\n"), body.npos);
    EXPECT_TRUE(body.substr(at).starts_with("externalId=s1/00000000000000e1/alert/7 start=")) << body;
    EXPECT_EQ(body[at - 2] == '0' && body[at - 3] == '1', true) << "the severity stands before the last pipe: " << body;
  }
}

TEST(Item, TheSampleSaysThatItIsOne) {
  const store::Event event = sample("center", "soc", "cn", 1'772'452'801 * second);
  ItemReader reader;
  const auto item = reader.read(event);
  ASSERT_TRUE(item.ok());
  EXPECT_EQ(nlohmann::json::parse(event.json)["test"], true);
  EXPECT_NE(SyslogForm().message(*item).find(" test=\"true\"]"), std::string::npos);
  EXPECT_NE(SyslogForm{.cef = true}.message(*item).find("cs5Label=Test cs5=true"), std::string::npos);
}

}  // namespace
}  // namespace langyan::outputs
