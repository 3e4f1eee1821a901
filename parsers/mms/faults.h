// What can be wrong with an MMS message.
#pragma once

#include "fields/detection.h"

namespace langyan::mms {

// clang-format off
enum class Wrong : std::uint8_t {
  transport, pieces, foreign, session, presentation, association, pdu, encoding, service, count, value, nesting,
  several, unselected, differs, report,
};
constexpr Text check_peer = {
    "Compare with what other devices of this type send; if it is not a known quirk, find out which program sent it.",
    "与同型号设备的报文对比；若不是已知特性，查明是哪个程序发出的。"};
inline constexpr Detection faults[] = {
    {9100700, "mms.transport", Severity::medium, "T0814", {"Transport header malformed", "传输层报文头畸形"},
     {"The transport header reaches past its packet or is of a kind that has no place here.",
      "传输层报文头超出报文，或其类型不应出现在此。"}, check_peer},
    {9100701, "mms.pieces", Severity::low, "T0814", {"MMS message in too many pieces", "MMS 报文分片过多"},
     {"Its pieces do not end within what the sensor keeps, so the message was not read.",
      "报文分片超出探针可保存的长度，未能解读。"},
     {"Look at the packets: ordinary messages are far shorter.", "查看数据包：正常报文远短于此。"}},
    {9100702, "mms.foreign", Severity::medium, "T0814", {"Not MMS on an MMS connection", "MMS 连接上出现其他协议"},
     {"What the transport carries does not start as a session unit or an MMS message does.",
      "传输层承载的内容不以会话单元或 MMS 报文开头。"}, check_peer},
    {9100703, "mms.session", Severity::medium, "T0814", {"Session unit malformed", "会话单元畸形"},
     {"A session unit's parameters reach past its end, or it is cut into segments, which MMS never is.",
      "会话单元的参数超出其范围，或被分段（MMS 从不分段）。"}, check_peer},
    {9100704, "mms.presentation", Severity::medium, "T0814", {"Presentation data malformed", "表示层数据畸形"},
     {"The presentation layer's lengths do not hold together.", "表示层各长度不一致。"}, check_peer},
    {9100705, "mms.association", Severity::medium, "T0814", {"Association unit malformed", "关联单元畸形"},
     {"A request, answer or release of an association is not encoded as it must be.",
      "关联的请求、应答或释放未按规定编码。"}, check_peer},
    {9100706, "mms.pdu", Severity::medium, "T0814", {"Not an MMS message", "非 MMS 报文"},
     {"The association carries something that is none of the fourteen kinds of MMS message, or one without its "
      "number.",
      "关联中承载的内容不属于十四种 MMS 报文，或缺少调用标识。"}, check_peer},
    {9100707, "mms.encoding", Severity::medium, "T0814", {"MMS encoding lies", "MMS 编码不符"},
     {"A length within the message reaches past what holds it, as in attempts to overrun a device.",
      "报文内某一长度超出其外层，常见于试图使设备溢出的报文。"}, check_peer},
    {9100708, "mms.service", Severity::low, "T0846", {"Unknown MMS service", "未知的 MMS 服务"},
     {"The message asks for a service that the standard does not have.", "报文请求标准中不存在的服务。"}, check_peer},
    {9100709, "mms.count", Severity::medium, "T0814", {"MMS values do not match their variables", "MMS 值与变量数目不符"},
     {"A write or a report names more or fewer variables than it has values.",
      "写请求或报告中的变量数与值数不一致。"}, check_peer},
    {9100710, "mms.value", Severity::low, "T0814", {"MMS value malformed", "MMS 值畸形"},
     {"A value's octets are not of the type it claims.", "值的字节与其声明的类型不符。"}, check_peer},
    {9100711, "mms.nesting", Severity::medium, "T0814", {"MMS value nested too deep", "MMS 值嵌套过深"},
     {"Structures lie within structures far deeper than any device agrees to, which has crashed decoders.",
      "结构嵌套远超任何设备所协商的层数，曾致解码器崩溃。"}, check_peer},
    {9100712, "mms.several", Severity::low, "", {"Several MMS messages in one unit", "一个单元中含多个 MMS 报文"},
     {"One presentation unit holds more than one MMS message, which stacks do not send; some devices and monitors "
      "see only one.",
      "一个表示层单元含多个 MMS 报文，常规协议栈不会如此；部分设备和监测只看到其一。"}, check_peer},
    {9100713, "mms.unselected", Severity::medium, "T0855",
     {"Operated without select", "未选择即执行"},
     {"An object that is otherwise selected before it is operated was operated without a select that succeeded.",
      "某对象平时先选择后执行，此次在没有成功选择的情况下被执行。"},
     {"Find out who operated; a missing select hints at a tool other than the control system.",
      "查明执行者；缺少选择说明可能使用了控制系统之外的工具。"}},
    {9100714, "mms.differs", Severity::medium, "T0855",
     {"Operated otherwise than selected", "执行内容与选择不一致"},
     {"The value operated is not the one that was selected.", "执行的值与此前选择的值不同。"},
     {"Find out who operated; the device should have refused it.", "查明执行者；设备本应拒绝。"}},
    {9100715, "mms.report", Severity::low, "", {"MMS report does not hold together", "MMS 报告内容不一致"},
     {"A report's parts are not those its option field announces.", "报告的组成与其选项字段所示不符。"}, check_peer},
};
// clang-format on

}  // namespace langyan::mms
