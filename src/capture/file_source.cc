#include <algorithm>
#include <cstring>
#include <variant>

#include "base/log.h"
#include "capture/filter.h"
#include "capture/input.h"
#include "capture/magic.h"
#include "capture/pcap_file.h"
#include "capture/pcapng_file.h"
#include "capture/source.h"

namespace langyan::capture {
namespace {

using Format = std::variant<PcapFile, PcapngFile>;

// One filter text, compiled for each link type that turns up. It must suit the first; on a later
// one that does not know what it asks for, it takes nothing.
class Filters {
 public:
  explicit Filters(std::string text) : text_(std::move(text)) {}

  bool none() const { return text_.empty(); }
  Result<void> add(int link_type) {
    auto filter = Filter::compile(link_type, text_);
    compiled_.push_back({link_type, filter ? filter.take() : Filter()});
    if (filter) return {};
    return filter.error();
  }
  bool takes(const Record& record, std::uint32_t wire_length, const std::string& name) {
    for (const Compiled& one : compiled_) {
      if (one.link_type == record.link_type) return one.filter.takes(record.data, wire_length);
    }
    if (const auto added = add(record.link_type); !added) {
      logging::warn(name + ": packets of link " + link_type_name(record.link_type) +
                    " are left out: " + added.error().message);
    }
    return takes(record, wire_length, name);
  }

 private:
  struct Compiled {
    int link_type;
    Filter filter;
  };
  std::string text_;
  std::vector<Compiled> compiled_;
};

class FileSource final : public Source {
 public:
  FileSource(std::string path, Input input, Format format, Filters filters)
      : input_(std::move(input)), format_(std::move(format)), filters_(std::move(filters)) {
    name_ = std::move(path);
  }

  int link_type() const override {
    return std::visit([](const auto& format) { return format.link_type(); }, format_);
  }

 private:
  struct Batch {
    std::uint64_t bytes = 0, filtered = 0, snapped = 0;
  };

  Result<Progress> dispatch(std::size_t most, Deliver deliver) override {
    if (failed_) return error_;
    if (ended_ || stopped()) return Progress::end;
    Batch batch;
    const std::uint64_t before = number_;
    const Step step =
        std::visit([&](auto& format) { return read_batch(format, most, deliver, batch); }, format_);
    counters_.add(Count::captured, number_ - before);
    counters_.add(Count::bytes, batch.bytes);
    counters_.add(Count::filtered, batch.filtered);
    counters_.add(Count::snapped, batch.snapped);
    if (step == Step::packet) return Progress::more;
    ended_ = true;
    if (step == Step::end && !input_.error()) return Progress::end;
    return fault(step);
  }

  template <class Reader>
  Step read_batch(Reader& reader, std::size_t most, Deliver deliver, Batch& batch) {
    Packet packet;
    Record record;
    for (std::size_t i = 0; i < std::max<std::size_t>(most, 1); ++i) {
      if (const Step step = reader.next(input_, record); step != Step::packet) return step;
      ++number_;
      const auto captured = static_cast<std::uint32_t>(record.data.size());
      packet.wire_length = std::max(record.wire_length, captured);
      batch.bytes += packet.wire_length;
      batch.snapped += captured < packet.wire_length;
      if (!filters_.none() && !filters_.takes(record, packet.wire_length, name_)) {
        ++batch.filtered;
        continue;
      }
      packet.time = record.time;
      packet.number = number_;
      packet.data = record.data;
      packet.link_type = record.link_type;
      deliver.call(deliver.context, packet);
    }
    return Step::packet;
  }

  // A capture that was cut while it was written is no error: what it holds is good.
  Result<Progress> fault(Step step) {
    if (input_.error()) return fail(ErrorKind::io, std::strerror(input_.error()));
    if (step == Step::damaged) {
      return fail(ErrorKind::invalid,
                  std::visit([](const auto& format) { return format.complaint(); }, format_));
    }
    counters_.add(Count::cut_files);
    logging::warn(name_ + ": ends within a packet, after " + std::to_string(number_) +
                  " whole ones; these are read");
    return Progress::end;
  }

  Error fail(ErrorKind kind, const std::string& reason) {
    failed_ = true;
    error_ = {kind, name_ + ": after packet " + std::to_string(number_) + ": " + reason};
    return error_;
  }

  Input input_;
  Format format_;
  Filters filters_;
  std::uint64_t number_ = 0;
  bool ended_ = false, failed_ = false;
  Error error_;
};

Error not_a_capture(const std::string& path, Input& input) {
  std::string reason = input.error()       ? std::strerror(input.error())
                       : input.left() == 0 ? "it is empty"
                                           : "it begins like neither";
  if (const Packer packer = packer_of({input.peek(input.left()), input.left()});
      !packer.name.empty()) {
    reason = "it is compressed by " + std::string(packer.name) + "; " + std::string(packer.unpack) +
             " " + path + " | langyan-sensor -r -";
  }
  return {input.error() ? ErrorKind::io : ErrorKind::invalid,
          path + ": is no pcap or pcapng capture: " + reason};
}

template <class Reader>
Result<Format> opened(Input& input) {
  auto reader = Reader::open(input);
  if (!reader) return reader.error();
  return Format(reader.take());
}

}  // namespace

Result<std::unique_ptr<Source>> open_file(const std::string& path, const FileOptions& options) {
  auto input = Input::open(path);
  if (!input) return input.error();
  std::uint32_t magic = 0;
  if (const std::uint8_t* at = input->peek(sizeof magic)) std::memcpy(&magic, at, sizeof magic);
  const bool next_generation = magic == PcapngFile::magic;
  if (!next_generation && !PcapFile::begins_with(magic)) return not_a_capture(path, *input);
  auto format = next_generation ? opened<PcapngFile>(*input) : opened<PcapFile>(*input);
  if (!format) return within(path, format.error());
  Filters filters(options.filter);
  const int link_type = std::visit([](const auto& reader) { return reader.link_type(); }, *format);
  if (!filters.none()) {
    if (const auto added = filters.add(link_type); !added) return within(path, added.error());
  }
  return std::unique_ptr<Source>(
      std::make_unique<FileSource>(path, input.take(), format.take(), std::move(filters)));
}

std::string link_type_name(int link_type) {
  const char* name = pcap_datalink_val_to_name(link_type);
  const char* description = pcap_datalink_val_to_description(link_type);
  if (!name) return "link type " + std::to_string(link_type);
  return std::string(name) + (description ? " (" + std::string(description) + ")" : "");
}

}  // namespace langyan::capture
