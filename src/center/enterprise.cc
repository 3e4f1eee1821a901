#include "center/enterprise.h"

#include <simdjson.h>

#include <algorithm>
#include <charconv>

#include "base/address.h"
#include "base/json_members.h"
#include "center/industries.h"
#include "store/scope.h"

namespace langyan::center {
namespace {

constexpr std::size_t most_text = 1'024, most_list = 200;
constexpr std::uint64_t most_sensors = 100'000;

constexpr Words types[] = {
    {"connected", "connected industrial enterprise", "联网工业企业"},
    {"platform", "industrial internet platform enterprise", "平台企业"},
    {"identifier", "identifier resolution enterprise", "标识解析企业"},
};
// 地方工信主管部门 for the first type, 地方通信管理局 for the others.
constexpr Words authorities[] = {
    {"industry", "industry and information technology authority", "工信"},
    {"communications", "communications administration", "通管"},
};

// GB/T 2260: the first two digits.
constexpr Words province_rows[] = {
    {"11", "Beijing", "北京"},      {"12", "Tianjin", "天津"},    {"13", "Hebei", "河北"},
    {"14", "Shanxi", "山西"},       {"15", "Inner Mongolia", "内蒙古"}, {"21", "Liaoning", "辽宁"},
    {"22", "Jilin", "吉林"},        {"23", "Heilongjiang", "黑龙江"}, {"31", "Shanghai", "上海"},
    {"32", "Jiangsu", "江苏"},      {"33", "Zhejiang", "浙江"},   {"34", "Anhui", "安徽"},
    {"35", "Fujian", "福建"},       {"36", "Jiangxi", "江西"},    {"37", "Shandong", "山东"},
    {"41", "Henan", "河南"},        {"42", "Hubei", "湖北"},      {"43", "Hunan", "湖南"},
    {"44", "Guangdong", "广东"},    {"45", "Guangxi", "广西"},    {"46", "Hainan", "海南"},
    {"50", "Chongqing", "重庆"},    {"51", "Sichuan", "四川"},    {"52", "Guizhou", "贵州"},
    {"53", "Yunnan", "云南"},       {"54", "Xizang", "西藏"},     {"61", "Shaanxi", "陕西"},
    {"62", "Gansu", "甘肃"},        {"63", "Qinghai", "青海"},    {"64", "Ningxia", "宁夏"},
    {"65", "Xinjiang", "新疆"},     {"71", "Taiwan", "台湾"},     {"81", "Hong Kong", "香港"},
    {"82", "Macao", "澳门"},
};

// GB/T 4754-2017: the divisions of each section.
struct Section {
  char letter;
  int first, last;
};
constexpr Section sections[] = {
    {'A', 1, 5},   {'B', 6, 12},  {'C', 13, 43}, {'D', 44, 46}, {'E', 47, 50}, {'F', 51, 52}, {'G', 53, 60},
    {'H', 61, 62}, {'I', 63, 65}, {'J', 66, 69}, {'K', 70, 70}, {'L', 71, 72}, {'M', 73, 75}, {'N', 76, 79},
    {'O', 80, 82}, {'P', 83, 83}, {'Q', 84, 85}, {'R', 86, 90}, {'S', 91, 96}, {'T', 97, 97},
};

struct FaultText {
  EnterpriseFault what;
  std::string_view en, zh, advice, advice_zh;
};
using F = EnterpriseFault;
// clang-format off
constexpr FaultText fault_texts[] = {
    {F::missing, "is missing", "缺失", "fill it in", "请填写"},
    {F::kind, "is of another kind", "类型不对", "give it as the schema says", "请按接口说明填写"},
    {F::too_long, "is longer than 1024 octets, or has more than 200 entries", "超过 1024 字节或 200 项", "shorten it", "请缩短"},
    {F::uscc_form, "is not 18 digits and capital letters without I, O, S, V, Z", "不是 18 位数字与大写字母（不含 I、O、S、V、Z）", "copy the code from the business licence", "请照营业执照填写"},
    {F::uscc_check, "has a wrong check character at its end", "校验码（第 18 位）不对", "compare each character with the business licence", "请与营业执照逐位核对"},
    {F::type, "is no type of enterprise", "不是企业类型", "write connected, platform or identifier", "请填 联网工业企业、平台企业 或 标识解析企业"},
    {F::level, "is no level", "不是级别", "write 1, 2 or 3, or leave it empty until it is graded", "请填 一级、二级 或 三级；未定级则留空"},
    {F::industry, "is no code of GB/T 4754", "不是 GB/T 4754 代码", "write the section and two to four digits, such as C3011", "请填门类字母加两至四位数字，如 C3011"},
    {F::region, "is no code of GB/T 2260", "不是 GB/T 2260 代码", "write six digits that begin with a province's two, such as 320500", "请填六位数字，前两位为省级代码，如 320500"},
    {F::organisation, "is no path of organisations", "不是组织路径", "write a path such as cn/js/works-7", "请填路径，如 cn/js/works-7"},
    {F::outside, "lies outside what this account sees", "超出本账号范围", "choose a path within it, or ask who administers the tier above", "请选择范围内的路径，或联系上级管理员"},
    {F::network, "is no address range", "不是地址段", "write it as 10.1.0.0/16", "请写成 10.1.0.0/16"},
    {F::contact, "is no contact", "不是联系人", "give an object with name and phone or email", "请给出姓名与电话或邮箱"},
    {F::number, "is no number from 0 to 100000", "不是 0 到 100000 的数", "write digits only", "请只写数字"},
    {F::unknown_member, "is not known here", "不认识", "remove it, or name it as the schema does", "请删除或按接口说明改名"},
    {F::twice, "stands on an earlier line already", "与前面的行重复", "keep one of both lines", "请只保留一行"},
    {F::taken, "is registered outside what this account sees", "已在本账号范围之外登记", "ask who administers the tier above", "请联系上级管理员"},
};
// clang-format on
static_assert(std::size(fault_texts) == static_cast<std::size_t>(F::last));

const FaultText& text_of_fault(F what) {
  return fault_texts[static_cast<std::size_t>(what)];
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blank = " \t\r\n";
  const std::size_t first = text.find_first_not_of(blank);
  if (first == text.npos) return {};
  return text.substr(first, text.find_last_not_of(blank) - first + 1);
}

bool all_digits(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::optional<std::uint64_t> number_in(std::string_view text) {
  std::uint64_t value = 0;
  if (!all_digits(text) || text.size() > 18) return {};
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "2", "二", "二级".
std::optional<std::uint64_t> level_in(std::string_view text) {
  constexpr std::string_view digits[] = {"一", "二", "三"};
  if (text.ends_with("级")) text.remove_suffix(std::string_view("级").size());
  for (std::uint64_t i = 0; i < 3; ++i)
    if (text == digits[i]) return i + 1;
  const auto number = number_in(text);
  return number && *number >= 1 && *number <= 3 ? number : std::nullopt;
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(';'), text.size());
    if (const auto part = trimmed(text.substr(0, end)); !part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

}  // namespace

std::span<const Words> enterprise_types() {
  return types;
}
std::span<const Words> supervisors() {
  return authorities;
}
const Words& supervisor_of(std::string_view type) {
  return authorities[type == types[0].word ? 0 : 1];
}

void write_fault(JsonWriter& json, const Fault& fault, std::size_t line) {
  const FaultText& text = text_of_fault(fault.what);
  json.open();
  if (line > 0) json.field("line", std::uint64_t{line});
  json.field("field", fault.field).field("value", fault.value);
  json.field("message", text.en).field("message_zh", text.zh);
  json.field("advice", text.advice).field("advice_zh", text.advice_zh).close();
}

std::string english(const Fault& fault) {
  const FaultText& text = text_of_fault(fault.what);
  std::string said = "`" + fault.field + "`";
  if (!fault.value.empty()) said += " \"" + fault.value + "\"";
  return said.append(" ").append(text.en).append("; ").append(text.advice);
}

// GB 32100-2015: weights 3^i mod 31 over an alphabet of 31 characters.
std::optional<char> uscc_check(std::string_view first_17) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  if (first_17.size() != 17) return {};
  std::size_t sum = 0, weight = 1;
  for (const char c : first_17) {
    const std::size_t value = alphabet.find(c);
    if (value == alphabet.npos) return {};
    sum += value * weight;
    weight = weight * 3 % 31;
  }
  return alphabet[(31 - sum % 31) % 31];
}

std::optional<std::string> industry_code(std::string_view text) {
  const bool lettered = !text.empty() && text[0] >= 'A' && text[0] <= 'Z';
  const std::string_view digits = text.substr(lettered ? 1 : 0);
  if (lettered && digits.empty() && std::ranges::find(sections, text[0], &Section::letter) != std::end(sections))
    return std::string(text);
  if (digits.size() < 2 || digits.size() > 4 || !all_digits(digits)) return {};
  const int division = (digits[0] - '0') * 10 + (digits[1] - '0');
  for (const Section& section : sections) {
    if (division < section.first || division > section.last) continue;
    if (lettered && text[0] != section.letter) return {};
    return section.letter + std::string(digits);
  }
  return {};
}

const Words* province_of(std::string_view region) {
  const auto* found = std::ranges::find(province_rows, region.substr(0, 2), &Words::word);
  return found == std::end(province_rows) ? nullptr : found;
}
std::span<const Words> provinces() {
  return province_rows;
}

std::span<const std::string_view> EnterpriseEditor::members() {
  static constexpr std::string_view names[] = {
      "uscc",         "name",     "type",    "level",        "industry",      "region",           "organisation",
      "contact_name", "contact_role", "contact_phone", "contact_email", "networks", "expected_sensors", "note"};
  return names;
}

void EnterpriseEditor::fault(F what, std::string_view field, std::string_view value) {
  faults_.push_back({what, std::string(field), std::string(value.substr(0, 100))});
}

void EnterpriseEditor::set(std::string_view member, std::string_view given) {
  const std::string_view text = trimmed(given);
  if (text.size() > most_text) return fault(F::too_long, member);
  const std::pair<std::string_view, std::string*> plain[] = {
      {"name", &made_.name}, {"region", &made_.region}, {"organisation", &made_.organisation}, {"note", &made_.note}};
  for (const auto& [name, value] : plain)
    if (name == member) return void(*value = text);
  if (member == "uscc") {
    made_.uscc = text;
    for (char& c : made_.uscc)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  } else if (member == "type") {
    const auto* found =
        std::ranges::find_if(types, [&](const Words& row) { return text == row.word || text == row.zh; });
    if (found != std::end(types)) made_.type = found->word;
    else if (!text.empty()) fault(F::type, member, text);
  } else if (member == "level") {
    const auto level = text.empty() || text == "0" ? std::optional<std::uint64_t>(0) : level_in(text);
    level ? void(made_.level = *level) : fault(F::level, member, text);
  } else if (member == "industry") {
    const auto code = text.empty() ? std::optional<std::string>("") : industry_code(text);
    code ? void(made_.industry = *code) : fault(F::industry, member, text);
  } else if (member == "expected_sensors") {
    const auto number = text.empty() ? std::optional<std::uint64_t>(0) : number_in(text);
    number && *number <= most_sensors ? void(made_.expected_sensors = *number) : fault(F::number, member, text);
  } else if (member == "networks") {
    made_.networks = parts_of(text);
  } else if (member.starts_with("contact_") && !text.empty()) {  // of the one contact a table has
    if (made_.contacts.empty()) made_.contacts.emplace_back();
    Contact& contact = made_.contacts.front();
    const std::pair<std::string_view, std::string*> parts[] = {{"contact_name", &contact.name},
                                                               {"contact_role", &contact.role},
                                                               {"contact_phone", &contact.phone},
                                                               {"contact_email", &contact.email}};
    for (const auto& [name, value] : parts)
      if (name == member) *value = text;
  }
}

std::vector<Fault> EnterpriseEditor::check(const std::function<bool(std::string_view)>& covers) {
  const auto faulted = [&](std::string_view field) {
    return std::ranges::any_of(faults_, [&](const Fault& each) { return each.field == field; });
  };
  const std::pair<std::string_view, const std::string*> needed[] = {{"uscc", &made_.uscc},
                                                                    {"name", &made_.name},
                                                                    {"type", &made_.type},
                                                                    {"region", &made_.region},
                                                                    {"organisation", &made_.organisation}};
  for (const auto& [name, value] : needed)
    if (value->empty() && !faulted(name)) fault(F::missing, name);
  if (!made_.uscc.empty()) {
    const auto digit = made_.uscc.size() == 18 ? uscc_check(std::string_view(made_.uscc).substr(0, 17)) : std::nullopt;
    if (!digit) fault(F::uscc_form, "uscc", made_.uscc);
    else if (*digit != made_.uscc.back()) fault(F::uscc_check, "uscc", made_.uscc);
  }
  if (!made_.region.empty() && (made_.region.size() != 6 || !all_digits(made_.region) || !province_of(made_.region)))
    fault(F::region, "region", made_.region);
  if (!made_.organisation.empty()) {
    if (!store::check_organisation(made_.organisation)) fault(F::organisation, "organisation", made_.organisation);
    else if (!covers(made_.organisation)) fault(F::outside, "organisation", made_.organisation);
  }
  if (made_.networks.size() > most_list) fault(F::too_long, "networks");
  for (const std::string& network : made_.networks)
    if (!parse_network(network)) fault(F::network, "networks", network);
  if (made_.contacts.size() > most_list) fault(F::too_long, "contacts");
  for (const Contact& contact : made_.contacts)
    if (contact.name.empty() || (contact.phone.empty() && contact.email.empty()))
      fault(F::contact, "contacts", contact.name);
  return faults_;
}

namespace {

void write_members(JsonWriter& json, const Enterprise& enterprise) {
  json.field("uscc", enterprise.uscc).field("name", enterprise.name).field("type", enterprise.type);
  json.field("level", enterprise.level).field("industry", enterprise.industry).field("region", enterprise.region);
  json.field("organisation", enterprise.organisation).key("contacts").open_list();
  for (const Contact& contact : enterprise.contacts)
    json.open().field("name", contact.name).field("role", contact.role).field("phone", contact.phone)
        .field("email", contact.email).close();
  json.close_list();
  write_texts(json, "networks", enterprise.networks);
  json.field("expected_sensors", enterprise.expected_sensors).field("note", enterprise.note);
}

}  // namespace

std::string body_of(const Enterprise& enterprise) {
  std::string body;
  JsonWriter json(body);
  json.open();
  write_members(json, enterprise);
  json.close();
  return body;
}

std::optional<Enterprise> enterprise_of(std::string_view body) {
  thread_local simdjson::dom::parser parser;
  simdjson::dom::element from;
  if (parser.parse(body.data(), body.size()).get(from) != simdjson::SUCCESS) return {};
  Enterprise made;
  made.uscc = json::text_of(from, "uscc"), made.name = json::text_of(from, "name");
  made.type = json::text_of(from, "type"), made.level = json::number_of<std::uint64_t>(from, "level");
  made.industry = json::text_of(from, "industry"), made.region = json::text_of(from, "region");
  made.organisation = json::text_of(from, "organisation"), made.note = json::text_of(from, "note");
  made.expected_sensors = json::number_of<std::uint64_t>(from, "expected_sensors");
  json::each_of(from, "contacts", [&](simdjson::dom::element each) {
    made.contacts.push_back({std::string(json::text_of(each, "name")), std::string(json::text_of(each, "role")),
                             std::string(json::text_of(each, "phone")), std::string(json::text_of(each, "email"))});
  });
  made.networks = json::texts_of(from, "networks");
  return made;
}

void write_enterprise(JsonWriter& json, const Enterprise& enterprise) {
  json.open();
  write_members(json, enterprise);
  json.key("supervisor");
  write_words(json, supervisor_of(enterprise.type));
  json.key("type_label");
  write_words(json, words_of(types, enterprise.type));
  json.key("province");
  write_words(json, *province_of(enterprise.region));
  json.key("industry_label");
  const Words* industry = industry_of(enterprise.industry);
  if (industry) write_words(json, *industry);
  else json.null();
  json.field("version", enterprise.version).key("created").time(enterprise.created);
  json.key("changed").time(enterprise.changed).field("by", enterprise.by).close();
}

}  // namespace langyan::center
