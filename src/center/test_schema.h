// Holds a JSON value against a schema of the table: the part of JSON Schema that the table uses.
// Test code only. Returns what is wrong, or nothing.
#pragma once

#include <nlohmann/json.hpp>
#include <regex>
#include <string>

#include "center/route.h"

namespace langyan::center {

inline std::string schema_fault(const nlohmann::json& value, const nlohmann::json& schema,
                                const std::string& at);

inline std::string named_schema_fault(const nlohmann::json& value, std::string_view name,
                                      const std::string& at) {
  for (const Schema& schema : schemas()) {
    if (schema.name == name) return schema_fault(value, nlohmann::json::parse(schema.json), at);
  }
  return at + ": there is no schema " + std::string(name);
}

inline bool is_of_type(const nlohmann::json& value, const std::string& type) {
  return type == "object"    ? value.is_object()
         : type == "array"   ? value.is_array()
         : type == "string"  ? value.is_string()
         : type == "integer" ? value.is_number_integer()
         : type == "number"  ? value.is_number()
         : type == "boolean" ? value.is_boolean()
         : type == "null"    ? value.is_null()
                             : false;
}

inline std::string schema_fault(const nlohmann::json& value, const nlohmann::json& schema,
                                const std::string& at) {
  if (schema.contains("$ref"))
    return named_schema_fault(value, schema["$ref"].get<std::string>(), at);
  if (schema.contains("oneOf")) {
    int fitting = 0;
    for (const auto& one : schema["oneOf"]) fitting += schema_fault(value, one, at).empty();
    return fitting == 1 ? "" : at + ": fits " + std::to_string(fitting) + " of oneOf";
  }
  if (schema.contains("const") && value != schema["const"]) return at + ": is " + value.dump();
  if (schema.contains("enum")) {
    bool listed = false;
    for (const auto& one : schema["enum"]) listed = listed || one == value;
    if (!listed) return at + ": " + value.dump() + " is not listed";
  }
  if (schema.contains("type")) {
    const auto& type = schema["type"];
    bool fits = false;
    for (const auto& one : type.is_array() ? type : nlohmann::json::array({type})) {
      fits = fits || is_of_type(value, one.get<std::string>());
    }
    if (!fits) return at + ": " + value.dump().substr(0, 80) + " is no " + type.dump();
  }
  if (schema.contains("pattern") &&
      !std::regex_search(value.get<std::string>(),
                         std::regex(schema["pattern"].get<std::string>()))) {
    return at + ": " + value.dump() + " does not fit the pattern";
  }
  if (value.is_object()) {
    for (const auto& name : schema.value("required", nlohmann::json::array())) {
      if (!value.contains(name.get<std::string>())) return at + ": " + name.dump() + " is missing";
    }
    const auto properties = schema.value("properties", nlohmann::json::object());
    for (const auto& [name, member] : value.items()) {
      if (properties.contains(name)) {
        if (auto fault = schema_fault(member, properties[name], at + "." + name); !fault.empty())
          return fault;
      } else if (schema.contains("additionalProperties")) {
        return at + ": " + name + " is not in the schema";
      }
    }
  }
  if (value.is_array() && schema.contains("items")) {
    for (std::size_t i = 0; i < value.size(); ++i) {
      if (auto fault = schema_fault(value[i], schema["items"], at + "[" + std::to_string(i) + "]");
          !fault.empty()) {
        return fault;
      }
    }
  }
  return {};
}

}  // namespace langyan::center
