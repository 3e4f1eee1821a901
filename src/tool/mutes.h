// langyan alerts mute, mutes, unmute.
#pragma once

#include "tool/client.h"

namespace langyan::tool {

int mute_alerts(Client& client, const Options& options);
int list_mutes(Client& client, const Options& options);
int end_mute(Client& client, const Options& options);

}  // namespace langyan::tool
