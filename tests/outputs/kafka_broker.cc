// librdkafka's mock cluster as a program of its own, so that it outlives the center that is killed. Says
// its bootstrap servers on the first line, then what is produced to the topic `events`, a line each: key,
// a tab, value. Reads commands, and says of each in an empty line that it is done: "down" and "up" of all brokers, "fail N": the next N produce requests are
// answered with an error after which a producer tries again, "large": the next is answered with "too large".
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>

#include <cstdio>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr int brokers = 2, partitions = 4;
constexpr const char* topic = "events";
constexpr std::int16_t produce = 0;  // its number in Kafka's protocol

rd_kafka_t* consumer_on(const char* servers) {
  char error[512] = {};
  rd_kafka_conf_t* configuration = rd_kafka_conf_new();
  const auto set = [&](const char* name, const char* value) {
    if (rd_kafka_conf_set(configuration, name, value, error, sizeof error) != RD_KAFKA_CONF_OK)
      std::exit((std::fputs(error, stderr), 1));
  };
  set("group.id", "reader");
  set("log_level", "0");
  if (servers) set("bootstrap.servers", servers);
  else set("test.mock.num.brokers", std::to_string(brokers).c_str());
  rd_kafka_t* made = rd_kafka_new(RD_KAFKA_CONSUMER, configuration, error, sizeof error);
  if (!made) std::exit((std::fputs(error, stderr), 1));
  return made;
}

void obey(rd_kafka_mock_cluster_t* cluster) {
  for (std::string command; std::getline(std::cin, command);) {
    for (int broker = 1; broker <= brokers; ++broker) {
      if (command == "down") rd_kafka_mock_broker_set_down(cluster, broker);
      if (command == "up") rd_kafka_mock_broker_set_up(cluster, broker);
    }
    const std::vector<rd_kafka_resp_err_t> again(command.starts_with("fail ") ? std::stoul(command.substr(5)) : 0,
                                                 RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION);
    if (!again.empty()) rd_kafka_mock_push_request_errors_array(cluster, produce, again.size(), again.data());
    if (command == "large")
      rd_kafka_mock_push_request_errors(cluster, produce, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    std::printf("\n");
    std::fflush(stdout);
  }
  std::_Exit(0);  // the test is gone
}

}  // namespace

int main() {
  rd_kafka_mock_cluster_t* cluster = rd_kafka_handle_mock_cluster(consumer_on(nullptr));
  rd_kafka_mock_topic_create(cluster, topic, partitions, 1);
  const char* servers = rd_kafka_mock_cluster_bootstraps(cluster);
  rd_kafka_t* consumer = consumer_on(servers);
  rd_kafka_topic_partition_list_t* all = rd_kafka_topic_partition_list_new(partitions);
  for (int i = 0; i < partitions; ++i)
    rd_kafka_topic_partition_list_add(all, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
  rd_kafka_assign(consumer, all);
  std::printf("%s\n", servers);
  std::fflush(stdout);
  std::thread(obey, cluster).detach();
  for (;;) {
    rd_kafka_message_t* message = rd_kafka_consumer_poll(consumer, 200);
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR_NO_ERROR) {
      std::printf("%.*s\t%.*s\n", static_cast<int>(message->key_len), static_cast<const char*>(message->key),
                  static_cast<int>(message->len), static_cast<const char*>(message->payload));
      std::fflush(stdout);
    }
    rd_kafka_message_destroy(message);
  }
}
