// Enterprise: one entry of the registry of those who are supervised (工信部网安〔2024〕68号), and the checks of its codes:
// 统一社会信用代码 (GB 32100, with its check digit), industry (GB/T 4754), region (GB/T 2260).
//
// Its key is the code. `organisation` is its place in the tree: events, notices and sensors of that path and below
// are its own. Who supervises it follows from its type. What is wrong is said as Faults, one for each member, in
// both languages, with what to do. Values; any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.h"
#include "base/time.h"
#include "center/words.h"

namespace langyan::center {

std::span<const Words> enterprise_types();  // connected, platform, identifier
std::span<const Words> supervisors();       // industry (工信), communications (通管), in the order of their enterprises
const Words& supervisor_of(std::string_view type);

struct Contact {
  std::string name, role, phone, email;
};

struct Enterprise {
  std::string uscc;  // 18 characters, upper case
  std::string name;
  std::string type;             // a word of enterprise_types()
  std::uint64_t level = 0;      // 1 to 3, 3 the highest (三级); 0: not graded yet
  std::string industry;         // section letter and two to four digits: "C3011"; empty: not known
  std::string region;           // six digits
  std::string organisation;     // path
  std::vector<Contact> contacts;
  std::vector<std::string> networks;  // address ranges
  std::uint64_t expected_sensors = 0;
  std::string note;
  // As the registry keeps it.
  std::uint64_t version = 0;
  Time created = 0, changed = 0;
  std::string by;
};

enum class EnterpriseFault : std::uint8_t {
  missing, kind, too_long, uscc_form, uscc_check, type, level, industry, region, organisation, outside, network,
  contact, number, unknown_member, twice, taken, last
};
struct Fault {
  EnterpriseFault what;
  std::string field, value;
};
void write_fault(JsonWriter& json, const Fault& fault, std::size_t line = 0);  // 0: no line
std::string english(const Fault& fault);

// The check character of the first 17; nothing when one of them cannot stand there (I, O, S, V, Z, lower case).
std::optional<char> uscc_check(std::string_view first_17);
// Letter and digits that belong together, or the digits alone: then with their letter. Nothing: no such code.
std::optional<std::string> industry_code(std::string_view text);
// The province of a region code: {"32","Jiangsu","江苏"}; nothing where its first two digits are none.
const Words* province_of(std::string_view region);
std::span<const Words> provinces();  // 31, and Taiwan, Hong Kong, Macao

// Sets members by their name from text, as a cell of a table or a member of JSON has it; lists are joined by ';'.
// What is not given stays. check() looks at the whole.
class EnterpriseEditor {
 public:
  explicit EnterpriseEditor(Enterprise start) : made_(std::move(start)) {}
  void set(std::string_view member, std::string_view text);
  void set_contacts(std::vector<Contact> contacts) { made_.contacts = std::move(contacts); }
  void fault(EnterpriseFault what, std::string_view field, std::string_view value = {});
  // Empty faults: the enterprise is whole and right. `covers`: whether a path is within the asker's scope.
  std::vector<Fault> check(const std::function<bool(std::string_view)>& covers);
  const Enterprise& made() const { return made_; }

  static std::span<const std::string_view> members();  // that set() knows

 private:
  Enterprise made_;
  std::vector<Fault> faults_;
};

std::string body_of(const Enterprise& enterprise);  // as it is kept
std::optional<Enterprise> enterprise_of(std::string_view body);
void write_enterprise(JsonWriter& json, const Enterprise& enterprise);  // as it is answered

}  // namespace langyan::center
