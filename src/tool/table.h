// What commands print of events: a line for people, JSON, or CSV that a spreadsheet opens safely.
#pragma once

#include <simdjson.h>

#include <functional>
#include <string>
#include <string_view>

#include "tool/client.h"

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

// A page of the list at `path`, as the "a=b" words behind the command's verb ask: `line` prints each element of `member`;
// with --json the body as it came. Says how the next page is asked for: `command` with its cursor.
int print_page(Client& client, Options options, std::string_view path, std::string_view member,
               std::string_view command, const std::function<void(simdjson::dom::element)>& line);

}  // namespace langyan::tool
