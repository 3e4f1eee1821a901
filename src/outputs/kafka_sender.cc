// Kafka, by librdkafka: an idempotent producer that asks for the acknowledgement of all replicas;
// taken is what the broker acknowledged. The key is the event's identity, the value its record
// (senders.h). A message the broker finds too large when it comes alone is refused for good.
#include <librdkafka/rdkafka.h>

#include <algorithm>
#include <mutex>

#include "outputs/plain_text.h"
#include "outputs/senders.h"

namespace langyan::outputs {
namespace {

constexpr int look_every = 100;  // milliseconds between looks at `stop`
constexpr int end_time = 2'000;  // milliseconds for what was called back to be reported
constexpr const char* longest_message = "2097152";
constexpr Duration acknowledged_within = 10 * second;  // librdkafka itself tries again until then

struct FreeKafka {
  void operator()(rd_kafka_t* producer) const { rd_kafka_destroy(producer); }
  void operator()(rd_kafka_conf_t* configuration) const { rd_kafka_conf_destroy(configuration); }
};
using Producer = std::unique_ptr<rd_kafka_t, FreeKafka>;

struct Report {  // of one message; what it points to lives until all are reported
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR__IN_PROGRESS;
  int partition = 0;
  std::int64_t offset = 0;
  std::size_t* open = nullptr;  // messages not reported yet
};

class KafkaSender final : public Sender {
 public:
  explicit KafkaSender(Settings settings) : settings_(std::move(settings)), topic_(settings_.text("topic")) {}
  ~KafkaSender() override { end(); }

  std::string render(const Item& item) const override { return record_of(item); }

  Sent send(std::span<const Message> messages, std::stop_token stop) override {
    Sent sent;
    if (auto begun = begin(); !begun) return sent.error = begun.error(), sent;
    std::vector<Report> reports = deliver(messages, stop);
    for (; sent.done < messages.size(); ++sent.done) {
      Report report = reports[sent.done];
      // Said of a whole batch it may be another message's fault.
      if (is_too_large(report.error) && messages.size() > 1) report = deliver(messages.subspan(sent.done, 1), stop)[0];
      if (is_too_large(report.error)) {
        ++sent.refused;
        sent.answer = rd_kafka_err2str(report.error);
      } else if (report.error != RD_KAFKA_RESP_ERR_NO_ERROR) {
        sent.error = failure(report.error);
        end();  // an idempotent producer that lost its place begins anew
        return sent;
      } else {
        sent.answer = "topic " + topic_ + ", partition " + std::to_string(report.partition) + ", offset " +
                      std::to_string(report.offset);
      }
    }
    return sent;
  }

 private:
  static bool is_too_large(rd_kafka_resp_err_t error) {
    return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE || error == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE;
  }

  static void on_report(rd_kafka_t*, const rd_kafka_message_t* message, void*) {
    auto& report = *static_cast<Report*>(message->_private);
    report.error = message->err, report.partition = message->partition, report.offset = message->offset;
    --*report.open;
  }
  // librdkafka's threads say here why they cannot reach a broker.
  static void on_log(const rd_kafka_t* producer, int level, const char*, const char* text) {
    constexpr int warning = 4;
    if (level > warning) return;
    auto& self = *static_cast<KafkaSender*>(rd_kafka_opaque(producer));
    const std::lock_guard lock(self.mutex_);
    self.complaint_ = text;
  }

  Result<void> begin() {
    if (producer_) return {};
    std::unique_ptr<rd_kafka_conf_t, FreeKafka> configuration(rd_kafka_conf_new());
    char error[512] = {};
    bool right = true;
    const auto set = [&](const char* name, std::string_view value) {
      if (value.empty() || !right) return;
      right = rd_kafka_conf_set(configuration.get(), name, std::string(value).c_str(), error, sizeof error) ==
              RD_KAFKA_CONF_OK;
    };
    const bool tls = settings_.flag("tls"), sasl = settings_.text("sasl") != "none";
    set("bootstrap.servers", settings_.text("brokers"));
    set("client.id", "langyan");
    set("enable.idempotence", "true");
    set("message.timeout.ms", std::to_string(acknowledged_within / millisecond));
    set("message.max.bytes", longest_message);
    set("security.protocol", sasl ? tls ? "sasl_ssl" : "sasl_plaintext" : tls ? "ssl" : "plaintext");
    if (sasl) {
      std::string mechanism(settings_.text("sasl"));
      std::ranges::transform(mechanism, mechanism.begin(),
                             [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
      set("sasl.mechanisms", mechanism);
      set("sasl.username", settings_.text("username"));
      set("sasl.password", settings_.secret("password"));
    }
    if (tls) {
      set("ssl.ca.pem", settings_.text("ca"));
      set("ssl.certificate.pem", settings_.text("certificate"));
      set("ssl.key.pem", settings_.secret("key"));
      set("ssl.endpoint.identification.algorithm", "https");
    }
    rd_kafka_conf_set_opaque(configuration.get(), this);
    rd_kafka_conf_set_dr_msg_cb(configuration.get(), on_report);
    rd_kafka_conf_set_log_cb(configuration.get(), on_log);
    if (right) producer_.reset(rd_kafka_new(RD_KAFKA_PRODUCER, configuration.get(), error, sizeof error));
    if (!producer_) return Error{ErrorKind::invalid, std::string("Kafka: ") + error};
    static_cast<void>(configuration.release());  // the producer's now
    return {};
  }

  void end() {
    if (producer_) rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    producer_.reset();
  }

  // Returns when each is reported, at the latest some seconds after its time, or a stop, is over.
  std::vector<Report> deliver(std::span<const Message> messages, std::stop_token stop) {
    std::size_t open = 0;
    std::vector<Report> reports(messages.size());
    for (std::size_t i = 0; i < messages.size(); ++i) {
      const Message& message = messages[i];
      reports[i].open = &open;
      const rd_kafka_resp_err_t error =
          rd_kafka_producev(producer_.get(), RD_KAFKA_V_TOPIC(topic_.c_str()),
                            RD_KAFKA_V_KEY(const_cast<char*>(message.id.data()), message.id.size()),
                            RD_KAFKA_V_VALUE(const_cast<char*>(message.text.data()), message.text.size()),
                            RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY), RD_KAFKA_V_OPAQUE(&reports[i]), RD_KAFKA_V_END);
      if (error == RD_KAFKA_RESP_ERR_NO_ERROR) ++open;
      else reports[i].error = error;
    }
    while (open > 0 && !stop.stop_requested()) rd_kafka_poll(producer_.get(), look_every);
    if (open > 0) {
      rd_kafka_purge(producer_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
      while (open > 0) rd_kafka_poll(producer_.get(), end_time);  // a purge reports every message
    }
    return reports;
  }

  Error failure(rd_kafka_resp_err_t error) {
    std::string text =
        "Kafka at " + std::string(settings_.text("brokers")) + ", topic " + topic_ + ": " + rd_kafka_err2str(error);
    const std::lock_guard lock(mutex_);
    if (!complaint_.empty()) {
      text += "; ";
      each_character(complaint_, [&](std::string_view character) { text += character; });
    }
    complaint_.clear();
    return {ErrorKind::io, std::move(text)};
  }

  const Settings settings_;
  const std::string topic_;
  std::mutex mutex_;       // of complaint_
  std::string complaint_;  // the newest
  Producer producer_;      // before mutex_ goes
};

}  // namespace

std::unique_ptr<Sender> kafka_sender(const Settings& settings) {
  return std::make_unique<KafkaSender>(settings);
}

}  // namespace langyan::outputs
