// The kinds of things BACnet acts on: its object types ([135] 12, 21.6 BACnetObjectType) by number, then
// what is none of these.
#pragma once

#include <array>

#include "fields/protocol.h"

namespace langyan::bacnet {

// clang-format off
inline constexpr Space spaces[] = {
    {"analog-input", {"Analog input", "模拟输入"}},
    {"analog-output", {"Analog output", "模拟输出"}},
    {"analog-value", {"Analog value", "模拟值"}},
    {"binary-input", {"Binary input", "开关输入"}},
    {"binary-output", {"Binary output", "开关输出"}},
    {"binary-value", {"Binary value", "开关值"}},
    {"calendar", {"Calendar", "日历"}},
    {"command", {"Command", "命令"}},
    {"device", {"Device", "设备"}},
    {"event-enrollment", {"Event enrollment", "事件登记"}},
    {"file", {"File", "文件"}},
    {"group", {"Group", "组"}},
    {"loop", {"Loop", "控制回路"}},
    {"multi-state-input", {"Multi-state input", "多态输入"}},
    {"multi-state-output", {"Multi-state output", "多态输出"}},
    {"notification-class", {"Notification class", "通知类"}},
    {"program", {"Program", "程序"}},
    {"schedule", {"Schedule", "时间表"}},
    {"averaging", {"Averaging", "平均值"}},
    {"multi-state-value", {"Multi-state value", "多态值"}},
    {"trend-log", {"Trend log", "趋势记录"}},
    {"life-safety-point", {"Life safety point", "生命安全点"}},
    {"life-safety-zone", {"Life safety zone", "生命安全区"}},
    {"accumulator", {"Accumulator", "累加器"}},
    {"pulse-converter", {"Pulse converter", "脉冲转换器"}},
    {"event-log", {"Event log", "事件记录"}},
    {"global-group", {"Global group", "全局组"}},
    {"trend-log-multiple", {"Trend log multiple", "多点趋势记录"}},
    {"load-control", {"Load control", "负荷控制"}},
    {"structured-view", {"Structured view", "结构视图"}},
    {"access-door", {"Access door", "门禁门"}},
    {"timer", {"Timer", "定时器"}},
    {"access-credential", {"Access credential", "门禁凭证"}},
    {"access-point", {"Access point", "门禁点"}},
    {"access-rights", {"Access rights", "门禁权限"}},
    {"access-user", {"Access user", "门禁用户"}},
    {"access-zone", {"Access zone", "门禁区域"}},
    {"credential-data-input", {"Credential data input", "凭证数据输入"}},
    {"network-security", {"Network security", "网络安全"}},
    {"bitstring-value", {"Bit string value", "位串值"}},
    {"characterstring-value", {"Character string value", "字符串值"}},
    {"date-pattern-value", {"Date pattern value", "日期模式值"}},
    {"date-value", {"Date value", "日期值"}},
    {"datetime-pattern-value", {"Date-time pattern value", "日期时间模式值"}},
    {"datetime-value", {"Date-time value", "日期时间值"}},
    {"integer-value", {"Integer value", "整数值"}},
    {"large-analog-value", {"Large analog value", "双精度模拟值"}},
    {"octetstring-value", {"Octet string value", "字节串值"}},
    {"positive-integer-value", {"Positive integer value", "正整数值"}},
    {"time-pattern-value", {"Time pattern value", "时间模式值"}},
    {"time-value", {"Time value", "时间值"}},
    {"notification-forwarder", {"Notification forwarder", "通知转发器"}},
    {"alert-enrollment", {"Alert enrollment", "警示登记"}},
    {"channel", {"Channel", "通道"}},
    {"lighting-output", {"Lighting output", "照明输出"}},
    {"binary-lighting-output", {"Binary lighting output", "开关照明输出"}},
    {"network-port", {"Network port", "网络端口"}},
    {"elevator-group", {"Elevator group", "电梯组"}},
    {"escalator", {"Escalator", "自动扶梯"}},
    {"lift", {"Lift", "电梯"}},
    {"staging", {"Staging", "分级"}},
    {"audit-log", {"Audit log", "审计记录"}},
    {"audit-reporter", {"Audit reporter", "审计报告器"}},
    {"color", {"Color", "颜色"}},
    {"color-temperature", {"Color temperature", "色温"}},

    {"other-object", {"Object of another type", "其他类型对象"}},
    {"object-name", {"Object by its name", "按名称指定的对象"}},
    {"network", {"Network", "网络"}},
    {"broadcast-distribution-table", {"Broadcast distribution table", "广播分发表"}},
    {"foreign-device-table", {"Foreign device table", "外部设备表"}},
    {"private-service", {"Vendor's own service", "厂商私有服务"}},
    {"control-group", {"Control group", "控制组"}},
};
// clang-format on

enum Place : std::uint8_t {  // indices of what is not an object of a standard type
  object_type_count = 65,
  place_other_object = object_type_count,
  place_name,
  place_network,
  place_broadcast_table,
  place_foreign_table,
  place_private,
  place_group,
  place_count,
};
static_assert(std::size(spaces) == place_count);

inline constexpr std::array<Name, object_type_count> object_type_names = [] {
  std::array<Name, object_type_count> names{};
  for (std::uint32_t i = 0; i < object_type_count; ++i) names[i] = {i, spaces[i].name};
  return names;
}();

}  // namespace langyan::bacnet
