// The sender of each kind; their files say what each takes for "the receiver has it".
#pragma once

#include "outputs/sender.h"

namespace langyan::outputs {

std::unique_ptr<Sender> syslog_sender(const Settings& settings);
std::unique_ptr<Sender> webhook_sender(const Settings& settings, const SenderDoors& doors);
std::unique_ptr<Sender> kafka_sender(const Settings& settings);
std::unique_ptr<Sender> file_sender(const Settings& settings, const SenderDoors& doors);

// {"id":"<identity>","organisation":"…","received":"…","event":{…}}: an event by itself.
std::string record_of(const Item& item);

}  // namespace langyan::outputs
