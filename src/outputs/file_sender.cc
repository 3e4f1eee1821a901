// EVE lines in a file of the center's own: <folder>/eve.json, put aside as eve.json.1, .2, … when it
// has its size. A batch is taken when it is synced. A line that a crash cut off is cut away before
// the next is written; its event comes again.
#include <algorithm>

#include <mutex>

#include "outputs/senders.h"

namespace langyan::outputs {
namespace {

constexpr std::string_view file_name = "eve.json";
constexpr std::size_t piece_bytes = 256u << 10;
constexpr std::size_t tail_bytes = 2u << 20;  // no line is longer

// The output and its test may write at once.
std::mutex& writing() {
  static std::mutex mutex;
  return mutex;
}

class FileSender final : public Sender {
 public:
  FileSender(const Settings& settings, const SenderDoors& doors)
      : doors_(doors),
        path_(doors.folder + "/" + std::string(file_name)),
        rotate_(settings.number("rotate")),
        keep_(settings.number("keep")) {}

  std::string render(const Item& item) const override { return one_line(item.event.json); }

  Sent send(std::span<const Message> messages, std::stop_token) override {
    const std::lock_guard lock(writing());
    Sent sent;
    const auto written = write(messages);
    if (!written) return sent.error = written.error(), sent;
    sent.done = messages.size();
    sent.answer = path_ + ": written and synced, " + std::to_string(*written) + " octets now";
    return sent;
  }

 private:
  Result<std::uint64_t> write(std::span<const Message> messages) {
    if (auto made = doors_.disk.make_folder(doors_.folder); !made) return made.error();
    auto size = whole_lines();
    if (!size) return size;
    if (*size >= rotate_) {
      if (auto done = rotate(); !done) return done.error();
      size = std::uint64_t{0};
    }
    auto file = doors_.disk.open(path_, OpenMode::append);
    if (!file) return file.error();
    std::string lines;
    std::uint64_t end = *size;
    for (std::size_t i = 0; i < messages.size(); ++i) {
      lines.append(messages[i].text).append("\n");
      if (lines.size() < piece_bytes && i + 1 < messages.size()) continue;
      if (auto done = (*file)->append(bytes_of(lines)); !done) return done.error();
      end += lines.size();
      lines.clear();
    }
    if (auto done = (*file)->sync(); !done) return done.error();
    if (*size == 0)
      if (auto done = doors_.disk.sync_folder(doors_.folder); !done) return done.error();
    return end;
  }

  // The file's size, once what stands behind its last newline is cut away.
  Result<std::uint64_t> whole_lines() {
    auto file = doors_.disk.open(path_, OpenMode::read);
    if (!file && file.error().kind == ErrorKind::missing) return std::uint64_t{0};
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size || *size == 0) return size;
    char last = 0;
    if (auto read = (*file)->read(*size - 1, {reinterpret_cast<std::uint8_t*>(&last), 1}); !read) return read.error();
    if (last == '\n') return *size;
    std::string tail(std::min<std::uint64_t>(*size, tail_bytes), '\0');
    const std::uint64_t from = *size - tail.size();
    auto read = (*file)->read(from, {reinterpret_cast<std::uint8_t*>(tail.data()), tail.size()});
    if (!read) return read.error();
    const std::size_t newline = tail.rfind('\n');
    const std::uint64_t end = newline == tail.npos ? from : from + newline + 1;
    auto cut = doors_.disk.open(path_, OpenMode::update);
    if (!cut) return cut.error();
    if (auto done = (*cut)->truncate(end); !done) return done.error();
    return end;
  }

  Result<void> rotate() {
    const auto aside = [&](std::uint64_t number) { return path_ + "." + std::to_string(number); };
    const auto names = doors_.disk.list(doors_.folder);
    if (!names) return names.error();
    const auto is_there = [&](std::uint64_t number) {
      return std::ranges::find(*names, std::string(file_name) + "." + std::to_string(number)) != names->end();
    };
    std::uint64_t last = 0;  // of an unbroken row: what a rotation that was cut short left
    while (is_there(last + 1)) ++last;
    for (; last > 0; --last) {
      auto done = last >= keep_ ? doors_.disk.remove(aside(last)) : doors_.disk.rename(aside(last), aside(last + 1));
      if (!done) return done;
    }
    if (auto done = doors_.disk.rename(path_, aside(1)); !done) return done;
    return doors_.disk.sync_folder(doors_.folder);
  }

  SenderDoors doors_;
  const std::string path_;
  const std::uint64_t rotate_, keep_;
};

}  // namespace

std::unique_ptr<Sender> file_sender(const Settings& settings, const SenderDoors& doors) {
  return std::make_unique<FileSender>(settings, doors);
}

}  // namespace langyan::outputs
