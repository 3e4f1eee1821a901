// The fixed columns of the store and what stands in events of every protocol, as rows: the ECS name,
// then EVE's and short ones. The store's own list of columns is in the schema of its engine.
#include "query/catalogue.h"

namespace langyan::query {
namespace {

struct Row {
  std::string_view name, aliases;  // aliases joined by spaces
  Type type;
  Column column;
  std::string_view places;  // joined by spaces; "[ot].unit": in the elements of a list, and directly
  Said label, doc;
};

using T = Type;
using C = Column;

const std::vector<Row>& rows() {
  // clang-format off
  static const std::vector<Row> table = {
    {"@timestamp",             "time timestamp",                                        T::time,        C::time,         "", {"Time", "时间"},               {"When it happened, by the sensor's packets.", "事件发生时间（以报文为准）。"}},
    {"event.ingested",         "received",                                              T::time,        C::received,     "", {"Received", "接收时间"},       {"When the center received it.", "中心接收时间。"}},
    {"event.kind",             "class",                                                 T::event_class, C::event_class,  "", {"Class", "类别"},              {"alert, operation, flow, stats or other.", "alert、operation、flow、stats 或 other。"}},
    {"event.dataset",          "event_type type",                                       T::lower,       C::event_type,   "", {"Event type", "事件类型"},     {"Kind of event: alert, flow, or the protocol.", "事件类型：alert、flow 或协议名。"}},
    {"organization.name",      "organisation organization org ent enterprise",          T::path,        C::organisation, "", {"Organisation", "组织"},       {"Part of the organisation tree it belongs to, and below.", "所属组织及其下级。"}},
    {"observer.name",          "sensor",                                                T::text,        C::sensor,       "", {"Sensor", "探针"},             {"Sensor that saw it.", "发现它的探针。"}},
    {"source.ip",              "src_ip src src.ip",                                     T::address,     C::src_ip,       "", {"Source", "源地址"},           {"Address that sent it.", "发送方地址。"}},
    {"destination.ip",         "dest_ip dst_ip dst dest dst.ip",                        T::address,     C::dst_ip,       "", {"Destination", "目的地址"},    {"Address it was sent to.", "接收方地址。"}},
    {"related.ip",             "ip net host asset address",                             T::address,     C::any_ip,       "", {"Address", "地址"},            {"Address of either end.", "任一端的地址。"}},
    {"source.port",            "src_port sport src.port",                               T::number,      C::src_port,     "", {"Source port", "源端口"},      {"Port it was sent from.", "发送方端口。"}},
    {"destination.port",       "dest_port dst_port dport dst.port",                     T::number,      C::dst_port,     "", {"Destination port", "目的端口"}, {"Port it was sent to.", "接收方端口。"}},
    {"port",                   "related.port",                                          T::number,      C::any_port,     "", {"Port", "端口"},               {"Port of either end.", "任一端的端口。"}},
    {"network.transport",      "transport",                                             T::text,        C::proto,        "", {"Transport", "传输协议"},      {"Protocol that carried it, such as TCP.", "传输层协议，例如 TCP。"}},
    {"network.protocol",       "app_proto protocol app",                                T::lower,       C::app_proto,    "", {"Protocol", "应用协议"},       {"Protocol that was recognised, such as modbus.", "识别出的协议，例如 modbus。"}},
    {"proto",                  "",                                                      T::text,        C::any_proto,    "", {"Protocol", "协议"},           {"Protocol that carried it, or that was recognised.", "传输协议或应用协议。"}},
    {"flow.id",                "flow_id",                                               T::identifier,  C::flow_id,      "", {"Flow", "流"},                 {"Flow it belongs to.", "所属的流。"}},
    {"network.community_id",   "community_id",                                          T::text,        C::community_id, "", {"Community ID", "Community ID"}, {"Community ID of the flow.", "流的 Community ID。"}},
    {"event.severity",         "alert.severity severity sev",                           T::severity,    C::severity,     "", {"Severity", "严重程度"},       {"Of an alert: critical, high, medium, low, info; or 1 (worst) to 255.", "告警级别：critical、high、medium、low、info，或 1（最严重）至 255。"}},
    {"rule.id",                "alert.signature_id sid signature_id",                   T::number,      C::sid,          "", {"Rule number", "规则编号"},    {"Number of the rule that fired.", "触发规则的编号。"}},
    {"rule.name",              "alert.signature signature rule sig",                    T::text,        C::signature,    "", {"Rule", "规则"},               {"Title of the rule that fired.", "触发规则的名称。"}},
    {"rule.category",          "alert.category category",                               T::text,        C::category,     "", {"Category", "规则类别"},       {"Category of the rule that fired.", "触发规则的类别。"}},
    {"alert.state",            "state is status",                                       T::state,       C::state,        "", {"State", "处置状态"},          {"Of an alert: new, acknowledged (ack), closed or false-positive.", "告警状态：new、acknowledged（ack）、closed 或 false-positive（误报）。"}},
    {"event.action",           "ot.verb verb op",                                       T::lower,       C::verb,         "", {"Operation", "操作"},          {"What was done: read, write, program, stop …", "操作类型：read、write、stop 等。"}},
    {"ot.object",              "object obj reg tag",                                    T::text,        C::object,       "", {"Object", "对象"},             {"Thing it was done to, in the engineer's notation.", "操作对象（工程师记法）。"}},
    {"ot.value",               "value val",                                             T::number,      C::value,        "", {"Value", "值"},                {"Value written or read, where it is a number.", "写入或读取的数值。"}},
    {"event.outcome",          "ot.result result",                                      T::text,        C::result,       "", {"Result", "结果"},             {"How it ended, such as ok or refused.", "结果，例如 ok 或 refused。"}},
    {"ot.function_name",       "function func",                                         T::text,        C::function,     "", {"Function", "功能"},           {"Function of the protocol, by name.", "协议功能名称。"}},
    {"ot.function",            "fc",                                                    T::any,         C::none,         "[ot].function [ot].function_name", {"Function code", "功能码"}, {"Function of the protocol, by number or name.", "协议功能码或名称。"}},
    {"ot.unit",                "unit",                                                  T::any,         C::none,         "[ot].unit", {"Unit", "单元"},         {"Unit, slave or rack behind the address.", "地址之后的单元、从站或机架。"}},
    {"ot.space",               "space",                                                 T::text,        C::none,         "[ot].space", {"Space", "数据区"},     {"Kind of object, such as holding_register.", "对象种类，例如 holding_register。"}},
    {"ot.count",               "",                                                      T::number,      C::none,         "[ot].count", {"Objects", "对象数"},   {"How many objects one operation touches.", "一次操作涉及的对象数。"}},
    {"threat.technique.id",    "technique tech mitre",                                  T::text,        C::none,         "alert.metadata.technique detection.technique", {"Technique", "ATT&CK 技术"}, {"ATT&CK technique for ICS, such as T0843.", "ATT&CK for ICS 技术编号，例如 T0843。"}},
    {"source.mac",             "src_mac",                                               T::text,        C::none,         "ether.src_mac", {"Source MAC", "源 MAC"}, {"Hardware address that sent it.", "发送方 MAC 地址。"}},
    {"destination.mac",        "dest_mac dst_mac",                                      T::text,        C::none,         "ether.dest_mac", {"Destination MAC", "目的 MAC"}, {"Hardware address it was sent to.", "接收方 MAC 地址。"}},
    {"related.mac",            "mac",                                                   T::text,        C::none,         "ether.src_mac ether.dest_mac", {"MAC", "MAC"}, {"Hardware address of either end.", "任一端的 MAC 地址。"}},
    {"network.vlan.id",        "vlan",                                                  T::number,      C::none,         "vlan", {"VLAN", "VLAN"},               {"VLAN it was seen in.", "所在 VLAN。"}},
    {"source.bytes",           "flow.bytes_toserver",                                   T::number,      C::none,         "flow.bytes_toserver", {"Bytes to server", "上行字节"}, {"Bytes of the flow to the server.", "流的上行字节数。"}},
    {"destination.bytes",      "flow.bytes_toclient",                                   T::number,      C::none,         "flow.bytes_toclient", {"Bytes to client", "下行字节"}, {"Bytes of the flow to the client.", "流的下行字节数。"}},
    {"source.packets",         "flow.pkts_toserver",                                    T::number,      C::none,         "flow.pkts_toserver", {"Packets to server", "上行包数"}, {"Packets of the flow to the server.", "流的上行包数。"}},
    {"destination.packets",    "flow.pkts_toclient",                                    T::number,      C::none,         "flow.pkts_toclient", {"Packets to client", "下行包数"}, {"Packets of the flow to the client.", "流的下行包数。"}},
    {"network.direction",      "direction",                                             T::text,        C::none,         "direction", {"Direction", "方向"},     {"to_server or to_client.", "to_server 或 to_client。"}},
    {"pcap_cnt",               "packet",                                                T::number,      C::none,         "pcap_cnt", {"Packet", "报文序号"},     {"Number of the packet in the capture.", "抓包文件中的报文序号。"}},
    {"anomaly.event",          "anomaly",                                               T::text,        C::none,         "anomaly.event detection.name", {"Anomaly", "异常"}, {"What was found wrong with the traffic.", "流量中的异常。"}},
    {"detection.title",        "",                                                      T::text,        C::none,         "detection.title detection.title_zh", {"Detection", "检测"}, {"Title of the detection, in either language.", "检测名称（中英文）。"}},
    {"detection.severity",     "",                                                      T::text,        C::none,         "detection.severity", {"Detection severity", "检测级别"}, {"Severity of an anomaly, as a word.", "异常的级别。"}},
  };
  // clang-format on
  return table;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

void add_place(std::vector<Place>& places, const std::string& written) {
  if (!written.starts_with('[')) return places.push_back({{}, "$." + written});
  const auto close = written.find(']');
  const std::string list = written.substr(1, close - 1), rest = written.substr(close + 1);
  places.push_back({{}, "$." + list + rest});
  places.push_back({"$." + list, "$" + rest});
}

}  // namespace

std::vector<Target> fixed_targets() {
  std::vector<Target> targets;
  for (const Row& row : rows()) {
    Target target;
    target.name = row.name, target.type = row.type, target.column = row.column;
    target.label = row.label, target.doc = row.doc, target.aliases = words_of(row.aliases);
    for (const std::string& written : words_of(row.places)) add_place(target.places, written);
    targets.push_back(std::move(target));
  }
  return targets;
}

}  // namespace langyan::query
