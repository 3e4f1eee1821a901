// EventLines: takes a stream of server-sent events (HTML 9.2) apart as its octets come.
//
//   EventLines lines([&](std::string_view event, std::string_view data) { … }, most);
//   request.receive = [&](std::string_view more) { return lines.take(more); };   // false: it said too much
//
// `id` is the last the stream gave: where to go on. One thread.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>

namespace langyan {

class EventLines {
 public:
  using Visit = std::function<void(std::string_view event, std::string_view data)>;
  EventLines(Visit visit, std::size_t longest) : visit_(std::move(visit)), longest_(longest) {}

  bool take(std::string_view more) {
    heard_ = true;
    for (const char c : more) {
      if (c != '\n') {
        line_ += c;
        if (line_.size() + data_.size() > longest_) return !(overflowed_ = true);
        continue;
      }
      line_.empty() ? dispatch() : field();
      line_.clear();
    }
    return true;
  }
  bool heard() const { return heard_; }
  bool overflowed() const { return overflowed_; }
  const std::string& id() const { return id_; }

 private:
  void field() {
    const std::string_view line = line_;
    const std::size_t colon = line.find(':');
    const std::string_view name = line.substr(0, colon);
    std::string_view value = colon == line.npos ? "" : line.substr(colon + 1);
    if (value.starts_with(' ')) value.remove_prefix(1);
    if (name == "event") event_ = value;
    if (name == "data") data_.append(data_.empty() ? "" : "\n").append(value);
    if (name == "id") id_ = value;
  }
  void dispatch() {
    if (!data_.empty()) visit_(event_, data_);
    event_.clear(), data_.clear();
  }

  const Visit visit_;
  const std::size_t longest_;
  std::string id_, line_, event_, data_;
  bool heard_ = false, overflowed_ = false;
};

}  // namespace langyan
