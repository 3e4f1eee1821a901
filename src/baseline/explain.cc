#include "baseline/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "baseline/rule_book.h"

namespace langyan::baseline {
namespace {

std::string notation(const Protocol* protocol, const Object& object) {
  std::string text;
  if (protocol && protocol->notation) protocol->notation(object, text);
  else text = text_of(object.text);
  return text;
}

std::string number(double value) {
  return fmt::format("{:.6g}", value);
}

std::string span(Duration duration, bool chinese) {
  const double seconds = static_cast<double>(duration) / static_cast<double>(second);
  if (duration < second) return fmt::format("{:.0f} ms", seconds * 1000);
  if (duration < 2 * minute) return fmt::format("{:.3g} s", seconds);
  if (duration < 2 * hour) return fmt::format("{:.0f} {}", seconds / 60, chinese ? "分钟" : "min");
  if (duration < 2 * day) return fmt::format("{:.0f} {}", seconds / 3'600, chinese ? "小时" : "h");
  return fmt::format("{:.0f} {}", seconds / 86'400, chinese ? "天" : "days");
}

std::string protocol_text(const Ends& ends, bool chinese) {
  if (ends.protocol) return std::string(chinese ? ends.protocol->label.zh : ends.protocol->label.en);
  return fmt::format("{}/{}", transport_name(ends.transport), ends.port);
}

std::string device(const Ends& ends, bool chinese) {
  std::string text = to_string(ends.server);
  if (ends.unit) text += fmt::format("{} {}", chinese ? " 单元" : " unit", ends.unit);
  return text;
}

std::string list(const std::vector<Station>& stations) {
  std::string text;
  for (const Station& each : stations) text += (text.empty() ? "" : ", ") + to_string(each);
  return text;
}

std::string verb_list(std::uint32_t verbs, bool chinese) {
  std::string text;
  for (const Name& name : verb_names()) {
    if (!(verbs >> name.value & 1)) continue;
    const auto verb = static_cast<Verb>(name.value);
    text += text.empty() ? "" : ", ";
    text += chinese ? verb_label(verb).zh : verb_name(verb);
  }
  return text;
}

std::string verb_text(Verb verb, bool chinese) {
  return std::string(chinese ? verb_label(verb).zh : verb_name(verb));
}

// "write 40010" or "stop".
std::string deed_text(const Notice& notice, bool chinese) {
  const std::string object = object_text(notice);
  return verb_text(notice.verb, chinese) + (object.empty() ? "" : " " + object);
}

std::string octets(double count) {
  constexpr std::string_view units[] = {"kB", "MB", "GB", "TB"};
  std::size_t at = 0;
  for (count /= 1'000; count >= 1'000 && at + 1 < std::size(units); ++at) count /= 1'000;
  return fmt::format("{:.{}f} {}", count, count < 10 ? 1 : 0, units[at]);
}

std::string since_text(const Notice& notice, bool chinese) {
  if (notice.since == 0) return {};
  const std::string at = timestamp(notice.since).substr(0, 16);
  if (notice.kind == Kind::volume && notice.count)
    return chinese ? fmt::format("自 {} 起学习，共 {} 小时。", at, notice.count)
                   : fmt::format(" Learned since {} from {} hours.", at, notice.count);
  if (chinese) return notice.count ? fmt::format("自 {} 起学习，共 {} 次。", at, notice.count) : fmt::format("自 {} 起学习。", at);
  return notice.count ? fmt::format(" Learned since {} from {} operations.", at, notice.count)
                      : fmt::format(" Learned since {}.", at);
}

std::string english(const Notice& notice, const Verdict& verdict) {
  const std::string client = to_string(notice.ends.client), server = device(notice.ends, false);
  const std::string protocol = protocol_text(notice.ends, false), deed = deed_text(notice, false);
  const Unit* unit = verdict.unit;
  const auto who = [&](std::string_view what, const std::vector<Station>* stations) {
    return stations && !stations->empty() ? fmt::format(" Until now {} by {}.", what, list(*stations))
                                          : fmt::format(" Until now {} by nobody.", what);
  };
  switch (verdict.kind) {
    case Kind::new_peer:
      return fmt::format("{} talked to {} ({}, {}); these two never did.", client, server, protocol, deed);
    case Kind::new_protocol:
      return fmt::format("{} talked to {} in {} ({}); until now not in this protocol.", client, server, protocol, deed);
    case Kind::new_service:
      return fmt::format("{} used port {} of {}, in a protocol no decoder knows; until now never.", client,
                         notice.ends.port, server);
    case Kind::new_unit:
      return fmt::format("{} addressed {} ({}, {}); until now never this unit.", client, server, protocol, deed);
    case Kind::new_verb:
      return fmt::format("{} did {} at {} ({}); until now only {}.", client, deed, server, protocol,
                         verb_list(notice.verbs, false));
    case Kind::new_function:
      return fmt::format("{} did {} at {} through {} of {}; this function it never used there.", client, deed, server,
                         function_text(notice), protocol);
    case Kind::new_object: {
      const std::string usual = usual_objects(notice);
      return fmt::format("{} did {} at {} ({}); until now {}.", client, deed, server, protocol,
                         usual.empty() ? std::string("other objects")
                                       : fmt::format("{} within {}", verb_text(notice.verb, false), usual));
    }
    case Kind::new_writer:
      return fmt::format("{} did {} at {} ({}) for the first time.", client, deed, server, protocol) +
             who("written to", unit ? &unit->writers : nullptr);
    case Kind::new_programmer:
      return fmt::format("{} did {} at {} ({}) for the first time.", client, deed, server, protocol) +
             who("programmed or commanded so", unit ? &unit->programmers : nullptr);
    case Kind::second_master:
      return fmt::format("{} asks {} ({}, {}).", client, server, protocol, deed) +
             who("asked", unit ? &unit->askers : nullptr);
    case Kind::server_asks:
      return fmt::format("{} asks {} ({}, {}); until now it only answered others.", client, server, protocol, deed);
    case Kind::value_range:
      return fmt::format("{} did {} at {} with {}; usual is {} to {}.", client, deed, server, number(notice.value),
                         number(notice.least), number(notice.most));
    case Kind::value_step:
      return fmt::format("{} did {} at {} with {}, a jump; the largest change until now was {}.", client, deed, server,
                         number(notice.value), number(notice.step));
    case Kind::unusual_hour:
      return fmt::format("{} did {} at {} at {} UTC; usual hours are {}.", client, deed, server,
                         timestamp(notice.time).substr(0, 16), usual_hours(notice.hours));
    case Kind::period_changed:
      return fmt::format("{} does {} at {} every {} now; usual is every {}.", client, deed, server,
                         span(notice.pause, false), span(notice.period, false));
    case Kind::poll_stopped:
      return fmt::format("{} no longer does {} at {}: nothing for {}, usual is every {}{}.", client, deed, server,
                         span(notice.pause, false), span(notice.period, false),
                         notice.others ? fmt::format("; {} more operations stopped with it", notice.others) : "");
    case Kind::sender_silent:
      return fmt::format("{} between {} and {} no longer comes: nothing for {}, until now never silent longer than {}.",
                         deed, server, client, span(notice.pause, false), span(notice.period, false));
    case Kind::volume:
      return fmt::format("{} and {} exchanged {} within an hour; usual is {} at most.", client, server,
                         octets(notice.value), octets(notice.most));
    default: return {};
  }
}

std::string chinese(const Notice& notice, const Verdict& verdict) {
  const std::string client = to_string(notice.ends.client), server = device(notice.ends, true);
  const std::string protocol = protocol_text(notice.ends, true), deed = deed_text(notice, true);
  const Unit* unit = verdict.unit;
  const auto who = [&](std::string_view what, const std::vector<Station>* stations) {
    return stations && !stations->empty() ? fmt::format("此前{}者：{}。", what, list(*stations))
                                          : fmt::format("此前无人{}。", what);
  };
  switch (verdict.kind) {
    case Kind::new_peer: return fmt::format("{} 与 {} 通信（{}，{}），两者此前从未通信。", client, server, protocol, deed);
    case Kind::new_protocol: return fmt::format("{} 以 {} 与 {} 通信（{}），此前从未使用该协议。", client, protocol, server, deed);
    case Kind::new_service: return fmt::format("{} 使用了 {} 的端口 {}，协议无法识别，此前从未使用。", client, server, notice.ends.port);
    case Kind::new_unit: return fmt::format("{} 访问 {}（{}，{}），此前从未访问该单元。", client, server, protocol, deed);
    case Kind::new_verb:
      return fmt::format("{} 对 {} 执行{}（{}），此前仅有：{}。", client, server, deed, protocol,
                         verb_list(notice.verbs, true));
    case Kind::new_function:
      return fmt::format("{} 经 {} 的{}对 {} 执行{}，此前从未使用该功能。", client, protocol, function_text(notice),
                         server, deed);
    case Kind::new_object: {
      const std::string usual = usual_objects(notice);
      return fmt::format("{} 对 {} 执行{}（{}），此前{}。", client, server, deed, protocol,
                         usual.empty() ? std::string("为其他对象") : fmt::format("范围为 {}", usual));
    }
    case Kind::new_writer:
      return fmt::format("{} 首次对 {} 执行{}（{}）。", client, server, deed, protocol) +
             who("写入", unit ? &unit->writers : nullptr);
    case Kind::new_programmer:
      return fmt::format("{} 首次对 {} 执行{}（{}）。", client, server, deed, protocol) +
             who("编程或下达此类命令", unit ? &unit->programmers : nullptr);
    case Kind::second_master:
      return fmt::format("{} 访问 {}（{}，{}）。", client, server, protocol, deed) +
             who("访问", unit ? &unit->askers : nullptr);
    case Kind::server_asks: return fmt::format("{} 主动访问 {}（{}，{}），此前其仅应答他者。", client, server, protocol, deed);
    case Kind::value_range:
      return fmt::format("{} 对 {} 执行{}，值为 {}，常用范围为 {} 至 {}。", client, server, deed, number(notice.value),
                         number(notice.least), number(notice.most));
    case Kind::value_step:
      return fmt::format("{} 对 {} 执行{}，值跳变至 {}，此前最大变化为 {}。", client, server, deed,
                         number(notice.value), number(notice.step));
    case Kind::unusual_hour:
      return fmt::format("{} 于 {} UTC 对 {} 执行{}，常见时段为 {}。", client, timestamp(notice.time).substr(0, 16),
                         server, deed, usual_hours(notice.hours));
    case Kind::period_changed:
      return fmt::format("{} 现每 {} 对 {} 执行{}，通常每 {} 一次。", client, span(notice.pause, true), server, deed,
                         span(notice.period, true));
    case Kind::poll_stopped:
      return fmt::format("{} 不再对 {} 执行{}：已 {} 无通信，通常每 {} 一次{}。", client, server, deed,
                         span(notice.pause, true), span(notice.period, true),
                         notice.others ? fmt::format("；另有 {} 项操作同时停止", notice.others) : "");
    case Kind::sender_silent:
      return fmt::format("{} 与 {} 之间的{}中断：已 {} 未出现，此前静默从未超过 {}。", server, client, deed,
                         span(notice.pause, true), span(notice.period, true));
    case Kind::volume:
      return fmt::format("{} 与 {} 在一小时内交换了 {}，平常至多 {}。", client, server, octets(notice.value),
                         octets(notice.most));
    default: return {};
  }
}

}  // namespace

std::string object_text(const Notice& notice) {
  const Object object = notice.object();
  return object.none() ? std::string{} : notation(notice.ends.protocol, object);
}

std::string usual_objects(const Notice& notice) {
  if (notice.ranges == 0 || notice.usual_end == notice.usual_first) return {};
  Object object = notice.object();
  object.text = {};
  object.address = notice.usual_first;
  object.count = static_cast<std::uint32_t>(std::min<std::uint64_t>(notice.usual_end - notice.usual_first, 0xffffffff));
  return notation(notice.ends.protocol, object);
}

std::string usual_hours(std::uint32_t hours) {
  std::string text = hour_list(hours);
  text += text.empty() ? "any hour" : " UTC";
  if (const std::string of_week = day_list(hours); !of_week.empty()) text += ", " + of_week;
  return text;
}

std::string function_text(const Notice& notice) {
  if (notice.function == no_function) return {};
  const Protocol* protocol = notice.ends.protocol;
  if (protocol && protocol->message && !protocol->function_field.empty()) {
    const std::size_t field = protocol->message->find(protocol->function_field);
    if (field < protocol->message->fields.size()) {
      const std::string_view word = protocol->message->fields[field].word(notice.function);
      if (!word.empty()) return fmt::format("{} ({})", word, notice.function);
    }
  }
  return fmt::format("function {}", notice.function);
}

std::string explain(const Notice& notice, const Verdict& verdict, Language language) {
  const bool zh = language == Language::chinese;
  return (zh ? chinese(notice, verdict) : english(notice, verdict)) + since_text(notice, zh);
}

}  // namespace langyan::baseline
