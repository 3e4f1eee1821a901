#include "outputs/sender.h"

#include "outputs/senders.h"

namespace langyan::outputs {

std::unique_ptr<Sender> make_sender(const Settings& settings, const SenderDoors& doors) {
  if (settings.kind == "syslog") return syslog_sender(settings);
  if (settings.kind == "webhook") return webhook_sender(settings, doors);
  if (settings.kind == "kafka") return kafka_sender(settings);
  return file_sender(settings, doors);
}

std::string record_of(const Item& item) {
  std::string text;
  JsonWriter json(text);
  json.open().field("id", item.id).field("organisation", item.event.organisation);
  json.key("received").time(item.event.received);
  if (is_sample(item)) json.field("test", true);
  json.key("event").raw(one_line(item.event.json)).close();
  return text;
}

}  // namespace langyan::outputs
