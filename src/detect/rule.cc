#include "detect/rule.h"

#include "detect/program.h"

namespace langyan::detect {

std::string_view action_name(Action action) {
  constexpr std::string_view names[] = {"alert", "drop", "reject", "pass"};
  return names[static_cast<std::size_t>(action)];
}

Rule::Rule() = default;
Rule::Rule(const Rule&) = default;
Rule::Rule(Rule&&) noexcept = default;
Rule& Rule::operator=(Rule&&) noexcept = default;
Rule::~Rule() = default;

Severity Rule::severity() const {
  return priority < static_cast<unsigned>(Severity::info) ? static_cast<Severity>(priority)
                                                          : Severity::info;
}

}  // namespace langyan::detect
