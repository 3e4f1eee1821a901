// Overview: the table a run ends with, for people: packets, protocols, writers, alerts, losses.
#pragma once

#include <string>

#include "pipeline/session.h"

namespace langyan::pipeline {

std::string overview(const Session& session, double seconds);
std::string overview_json(const Session& session, double seconds);

}  // namespace langyan::pipeline
