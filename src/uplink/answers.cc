#include "uplink/answers.h"

#include <simdjson.h>

#include "base/json_members.h"

namespace langyan::uplink {

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

std::string text_in(const std::string& body, std::string_view member) {
  simdjson::dom::parser parser;
  simdjson::dom::element document;
  if (parser.parse(body).get(document) != simdjson::SUCCESS) return {};
  return std::string(json::text_of(document, member));
}

}  // namespace langyan::uplink
