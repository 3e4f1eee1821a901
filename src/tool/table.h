// What commands print of events: a line for people, JSON, or CSV that a spreadsheet opens safely.
#pragma once

#include <simdjson.h>

#include <string>
#include <string_view>

namespace langyan::tool {

enum class Form { table, json, csv };

// One event of the center's answer: {"id","time","class","type","sensor","event":{EVE}}.
std::string event_line(simdjson::dom::element event);
std::string event_csv(simdjson::dom::element event);
constexpr std::string_view csv_header =
    "id,time,type,severity,signature,source,source port,destination,destination "
    "port,protocol,verb,object,value,result,state,sensor";

// A text cell; one that a spreadsheet would run as a formula (=, +, -, @, tab) gets a quote in
// front.
std::string csv_cell(std::string_view text);
// The text at a path of members ("event.ot.verb"); numbers and lists as their JSON; empty: absent.
std::string text_at(simdjson::dom::element element, std::string_view path);

}  // namespace langyan::tool
