// Settings: what command line and configuration file say together.
#pragma once

#include "pipeline/session.h"
#include "sensor/command_line.h"

namespace langyan::sensor {

// Read anew at each call: a reload sees what the files say by then.
Result<pipeline::SensorConfig> load_config(const CommandLine& line);
std::string identity_folder(const pipeline::SensorConfig& config);  // of enrolment; empty: none is configured
pipeline::Request request_of(const CommandLine& line, const pipeline::SensorConfig& config);
void say_rules(const detect::RuleReport& report);

// The exit status that says why (usage() lists them), and the sentence on standard error.
int status_of(const Error& error);
int refuse(const Error& error);
int refuse_config(const Error& error);

}  // namespace langyan::sensor
