// The tables of Sampled Values: fields, faults, ports. Sources as in sv.cc.
#pragma once

#include "fields/protocol.h"

namespace langyan::sv {

constexpr std::uint16_t ethertype = 0x88ba;  // [92] annex A
constexpr std::uint8_t session = 0xa2;       // [905] 8.2
constexpr std::size_t most_asdus = 64;       // of one message that are looked at

inline constexpr Space spaces[] = {{"stream", {"Sampled value stream", "采样值流"}}};
inline constexpr Name synch_names[] = {{0, "none"}, {1, "local"}, {2, "global"}};
inline constexpr Name mode_names[] = {{0, "samples_per_period"}, {1, "samples_per_second"}, {2, "seconds_per_sample"}};

// clang-format off
constexpr Field rows[] = {
    {"appid", Kind::u16, log | rule | learn, {"APPID", "APPID"},
     "Application that the publisher's messages belong to.", "[92] 8.5.2"},
    {"simulated", Kind::boolean, log | rule | learn, {"Simulated", "仿真标志"},
     "The frame says it comes from a test set, not from the device.", "[92] annex A"},
    {"no_asdu", Kind::u32, log | rule, {"ASDUs", "ASDU 数"},
     "How many samples sets the message carries.", "[92] 8.5.2"},
    {"spdu_number", Kind::u32, log | rule, {"SPDU number", "SPDU 序号"},
     "Number of the routed session's message.", "[905] 8.2"},
    {"security_algorithm", Kind::u16, log | rule, {"Security", "安全算法"},
     "Encryption and signature of a routed message, an octet each; 0 none.", "[905] 8.2"},
};
inline constexpr auto fields = table("sv", rows);
inline constexpr Schema schema = fields.schema();

constexpr Field asdu_rows[] = {
    {"sv_id", Kind::text, log | rule | learn | column | buffer, {"Stream", "采样值标识"},
     "Name of the stream of samples.", "[92] 8.5.2"},
    {"dat_set", Kind::text, log | rule | buffer, {"Data set", "数据集"},
     "Data set that is published.", "[92] 8.5.2"},
    {"smp_cnt", Kind::u16, log | rule, {"Sample count", "采样计数"},
     "Goes up with each sample and is 0 at the full second.", "[92] 8.5.2"},
    {"conf_rev", Kind::u32, log | rule | learn, {"Configuration revision", "配置版本"},
     "Counts changes of the data set's configuration.", "[92] 8.5.2"},
    {"refr_tm", Kind::time_us, log | rule, {"Refresh time", "刷新时间"},
     "When the samples were put into the message.", "[92] 8.5.2"},
    {"smp_synch", Kind::u8, log | rule | learn, {"Synchronised", "同步状态"},
     "By which clock the samples are taken.", "[92] 8.5.2", synch_names},
    {"smp_rate", Kind::u16, log | rule | learn, {"Sample rate", "采样率"},
     "Samples in the time that the mode says.", "[92] 8.5.2"},
    {"smp_mod", Kind::u16, log | rule | learn, {"Sample mode", "采样模式"},
     "What the rate counts.", "[92] 8.5.2", mode_names},
    {"sample", Kind::bytes, log | rule | buffer, {"Samples", "采样数据"},
     "Values and qualities of the data set, without their types.", "[92] 8.5.2"},
};
inline constexpr auto asdu_fields = table("sv.asdu", asdu_rows);
inline constexpr Schema asdu_schema = asdu_fields.schema();

enum class Wrong : std::uint8_t { header, encoding, missing, count, sample_back, sample_gap, configuration, synchronisation };
constexpr Text look_for_publisher = {
    "Compare MAC address and switch port with the merging unit's; a second source of the same stream is an attack until shown otherwise.",
    "将源 MAC 与交换机端口同合并单元核对；同一采样流出现第二个来源，在查明前按攻击处理。"};
constexpr Text check_device = {"Compare with the merging unit's configuration and its clock.", "核对合并单元的配置及其时钟。"};
inline constexpr Detection faults[] = {
    {9100900, "sv.header", Severity::low, "T0814", {"Sampled values header lies", "采样值报文头不符"},
     {"The length in the header does not fit the frame.", "报文头中的长度与帧不符。"}, check_device},
    {9100901, "sv.encoding", Severity::medium, "T0814", {"Sampled values message is not well formed", "采样值报文编码错误"},
     {"A value's tag or length is wrong.", "某值的标签或长度错误。"}, check_device},
    {9100902, "sv.missing", Severity::low, "", {"Sampled values message lacks a member", "采样值报文缺少成员"},
     {"A member that the standard demands is not there.", "缺少标准要求的成员。"}, check_device},
    {9100903, "sv.count", Severity::low, "", {"Count of ASDUs lies", "ASDU 数不符"},
     {"The message carries more or fewer sets of samples than it says.", "报文携带的采样组数与其声明不同。"}, check_device},
    {9100904, "sv.sample_back", Severity::medium, "T0856", {"Sample count went back", "采样计数回退"},
     {"An earlier sample came after a later one, as when recorded samples are sent again or two publishers share a stream.",
      "较早的采样出现在较晚的之后，类似重放录制采样或两个发布者共用一路。"}, look_for_publisher},
    {9100905, "sv.sample_gap", Severity::low, "T0804", {"Samples are missing", "采样缺失"},
     {"The sample count jumped: frames were lost, or somebody sends ahead of the merging unit.", "采样计数跳变：丢帧，或有人抢先发送。"}, look_for_publisher},
    {9100906, "sv.configuration", Severity::medium, "T0836", {"Sampled values configuration changed", "采样值配置版本变化"},
     {"The publisher was configured anew, or another one took its place.", "发布者被重新配置，或被他者取代。"}, check_device},
    {9100907, "sv.synchronisation", Severity::medium, "", {"Samples lost their clock", "采样失去同步"},
     {"The stream was synchronised and is no longer; differential protection may block or misjudge.", "采样流由同步变为失步；差动保护可能闭锁或误判。"}, check_device},
};
inline constexpr PortHint ports[] = {{Transport::layer2, ethertype}};

}  // namespace langyan::sv
