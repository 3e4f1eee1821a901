#include "base/memory_disk.h"

#include <algorithm>

namespace langyan {
namespace {

constexpr std::uint64_t sector = 512;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  return slash == path.npos ? "." : path.substr(0, slash);
}

Error missing(const std::string& path) {
  return {ErrorKind::missing, path + ": no such file"};
}

}  // namespace

struct MemoryDisk::Node {
  std::string now, durable;
  std::set<std::uint64_t> dirty;  // sectors written since the last sync
  bool resized = false;

  void touch(std::uint64_t from, std::uint64_t size) {
    for (std::uint64_t at = from / sector; at * sector < from + size; ++at) dirty.insert(at);
  }
  // Copies a sector of the running view, as far as `into` reaches.
  void keep(std::uint64_t number, std::string& into) const {
    const std::uint64_t from = number * sector;
    const std::uint64_t end = std::min({from + sector, now.size(), into.size()});
    if (from < end) into.replace(from, end - from, now, from, end - from);
  }
};

struct MemoryDisk::Change {
  std::string path;
  std::shared_ptr<Node> node;  // none: removed
  std::string renamed_from;
};

class MemoryDisk::Handle final : public File {
 public:
  Handle(MemoryDisk& disk, std::string path, std::shared_ptr<Node> node, OpenMode mode)
      : disk_(disk), path_(std::move(path)), node_(std::move(node)), mode_(mode) {}

  Result<void> append(Bytes data) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (mode_ != OpenMode::append && mode_ != OpenMode::create) return wrong_mode();
    return disk_.store(*node_, path_, Op::append, node_->now.size(), data);
  }

  Result<void> write(std::uint64_t offset, Bytes data) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (mode_ != OpenMode::update) return wrong_mode();
    return disk_.store(*node_, path_, Op::write, offset, data);
  }

  Result<std::size_t> read(std::uint64_t offset, std::span<std::uint8_t> into) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (auto no = disk_.refuse(Op::read, path_, false)) return *no;
    if (offset >= node_->now.size()) return std::size_t{0};
    const std::size_t size = std::min<std::size_t>(into.size(), node_->now.size() - offset);
    std::copy_n(node_->now.begin() + static_cast<std::ptrdiff_t>(offset), size, into.begin());
    return size;
  }

  Result<std::uint64_t> size() override {
    const std::scoped_lock lock(disk_.mutex_);
    if (disk_.dead_) return *disk_.refuse(Op::read, path_, false);
    return std::uint64_t{node_->now.size()};
  }

  Result<void> truncate(std::uint64_t size) override {
    const std::scoped_lock lock(disk_.mutex_);
    if (auto no = disk_.refuse(Op::truncate, path_, true)) return *no;
    node_->now.resize(size);
    node_->resized = true;
    return {};
  }

  Result<void> sync() override {
    const std::scoped_lock lock(disk_.mutex_);
    if (auto no = disk_.refuse(Op::sync, path_, true)) {
      if (!disk_.dead_)
        node_->dirty.clear();  // fsync(2) reports a lost page once, then calls it clean
      return *no;
    }
    ++disk_.syncs_;
    if (node_->resized) node_->durable.resize(node_->now.size());
    for (const std::uint64_t number : node_->dirty) node_->keep(number, node_->durable);
    node_->dirty.clear();
    node_->resized = false;
    return {};
  }

 private:
  Error wrong_mode() const {
    return {ErrorKind::io, path_ + ": cannot write: Bad file descriptor"};
  }

  MemoryDisk& disk_;
  std::string path_;
  std::shared_ptr<Node> node_;
  OpenMode mode_;
};

MemoryDisk::MemoryDisk() = default;
MemoryDisk::~MemoryDisk() = default;

// The error this call must answer with, if any; counts it when it changes something.
std::optional<Error> MemoryDisk::refuse(Op op, const std::string& path, bool changing) {
  if (!dead_ && changing && changes_++ >= dies_at_) dead_ = true;
  if (dead_) return Error{ErrorKind::io, path + ": the process is dead"};
  for (Fault& fault : faults_) {
    if (fault.op != op || fault.times == 0) continue;
    if (fault.skip > 0) {
      --fault.skip;
      continue;
    }
    if (fault.times != for_good) --fault.times;
    return Error{fault.kind, path + (fault.kind == ErrorKind::full ? ": No space left on device"
                                                                   : ": Input/output error")};
  }
  return {};
}

std::uint64_t MemoryDisk::used() const {
  std::uint64_t sum = 0;
  for (const auto& [path, node] : entries_) sum += node->now.size();
  return sum;
}

Result<void> MemoryDisk::store(Node& node, const std::string& path, Op op, std::uint64_t offset,
                               Bytes data) {
  const bool was_dead = dead_;
  std::optional<Error> error = refuse(op, path, true);
  if (was_dead) return *error;
  if (error) data = data.first(error->kind == ErrorKind::full || dead_ ? data.size() / 2 : 0);
  const std::uint64_t size = node.now.size(), held = used();
  if (const std::uint64_t more = std::max(size, offset + data.size()) - size;
      more > 0 && held + more > capacity_) {
    const std::uint64_t fits = capacity_ > held ? capacity_ - held : 0;
    data = data.first(static_cast<std::size_t>(
        std::min<std::uint64_t>(data.size(), size + fits - std::min(size + fits, offset))));
    error = Error{ErrorKind::full, path + ": cannot write: No space left on device"};
  }
  if (!data.empty()) {
    if (offset + data.size() > size) {
      node.now.resize(offset + data.size());
      node.resized = true;
      node.touch(size, offset + data.size() - size);
    }
    node.now.replace(offset, data.size(), text_of(data));
    node.touch(offset, data.size());
  }
  return error ? Result<void>(*error) : Result<void>();
}

void MemoryDisk::note(Change change) {
  folder_changes_.push_back(std::move(change));
}

Result<std::unique_ptr<File>> MemoryDisk::open(const std::string& path, OpenMode mode) {
  const std::scoped_lock lock(mutex_);
  auto at = entries_.find(path);
  const bool creates = mode != OpenMode::read && at == entries_.end();
  if (auto no = refuse(Op::open, path, creates)) return *no;
  if (mode == OpenMode::read && at == entries_.end()) return missing(path);
  if (mode == OpenMode::create && at != entries_.end()) {
    return Error{ErrorKind::io, path + ": cannot create: File exists"};
  }
  if (creates) {
    if (!folders_.contains(folder_of(path))) return missing(path);
    at = entries_.emplace(path, std::make_shared<Node>()).first;
    note({path, at->second, {}});
  }
  return std::unique_ptr<File>(std::make_unique<Handle>(*this, path, at->second, mode));
}

Result<std::vector<std::string>> MemoryDisk::list(const std::string& folder) {
  const std::scoped_lock lock(mutex_);
  if (auto no = refuse(Op::list, folder, false)) return *no;
  if (!folders_.contains(folder)) return missing(folder);
  std::set<std::string> names;
  const std::string prefix = folder + '/';
  const auto add = [&](const std::string& path) {
    if (!path.starts_with(prefix)) return;
    const std::string rest = path.substr(prefix.size());
    names.insert(rest.substr(0, rest.find('/')));
  };
  for (const auto& [path, node] : entries_) add(path);
  for (const std::string& path : folders_) add(path);
  return std::vector<std::string>(names.begin(), names.end());
}

Result<void> MemoryDisk::make_folder(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (folders_.contains(path)) return {};
  if (auto no = refuse(Op::make_folder, path, true)) return *no;
  // Folders are durable at once: no test asks what happens when one vanishes.
  for (std::size_t at = path.find('/', 1); at != path.npos; at = path.find('/', at + 1)) {
    folders_.insert(path.substr(0, at));
  }
  folders_.insert(path);
  return {};
}

Result<void> MemoryDisk::rename(const std::string& from, const std::string& to) {
  const std::scoped_lock lock(mutex_);
  if (auto no = refuse(Op::rename, from, true)) return *no;
  const auto at = entries_.find(from);
  if (at == entries_.end()) return missing(from);
  const auto node = at->second;
  entries_.erase(at);
  entries_[to] = node;
  note({to, node, from});
  return {};
}

Result<void> MemoryDisk::remove(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  const bool there = entries_.contains(path);
  if (auto no = refuse(Op::remove, path, there)) return *no;
  if (!there) return missing(path);
  entries_.erase(path);
  note({path, nullptr, {}});
  return {};
}

Result<void> MemoryDisk::sync_folder(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (auto no = refuse(Op::sync_folder, path, true)) return *no;
  // One folder's changes are not told from another's: a journal commits them together.
  durable_entries_ = entries_;
  folder_changes_.clear();
  return {};
}

Result<std::uint64_t> MemoryDisk::free_bytes(const std::string&) {
  const std::scoped_lock lock(mutex_);
  const std::uint64_t held = used();
  return capacity_ > held ? capacity_ - held : 0;
}

Result<void> MemoryDisk::lock(const std::string& path) {
  const std::scoped_lock lock(mutex_);
  if (!folders_.contains(folder_of(path))) return missing(path);
  if (locks_.insert(path).second) return {};
  return Error{ErrorKind::conflict, path + ": held by another process"};
}

void MemoryDisk::fail(Op op, ErrorKind kind, std::uint64_t times, std::uint64_t skip) {
  const std::scoped_lock lock(mutex_);
  faults_.push_back({op, kind, skip, times});
}

void MemoryDisk::mend() {
  const std::scoped_lock lock(mutex_);
  faults_.clear();
  capacity_ = for_good;
}

void MemoryDisk::limit_to(std::uint64_t bytes) {
  const std::scoped_lock lock(mutex_);
  capacity_ = bytes;
}

void MemoryDisk::die_after(std::uint64_t count) {
  const std::scoped_lock lock(mutex_);
  dies_at_ = changes_ + count;
}

bool MemoryDisk::dead() const {
  const std::scoped_lock lock(mutex_);
  return dead_;
}

std::uint64_t MemoryDisk::changes() const {
  const std::scoped_lock lock(mutex_);
  return changes_;
}

std::uint64_t MemoryDisk::syncs() const {
  const std::scoped_lock lock(mutex_);
  return syncs_;
}

void MemoryDisk::unlock_all() {
  const std::scoped_lock lock(mutex_);
  locks_.clear();
}

std::unique_ptr<MemoryDisk> MemoryDisk::after_kill() const {
  const std::scoped_lock lock(mutex_);
  auto image = std::make_unique<MemoryDisk>();
  image->folders_ = folders_;
  // Still in the page cache, still not on the disk.
  std::map<const Node*, std::shared_ptr<Node>> copies;
  const auto copy = [&](const std::shared_ptr<Node>& node) {
    if (!node) return std::shared_ptr<Node>();
    auto& made = copies[node.get()];
    if (!made) made = std::make_shared<Node>(*node);
    return made;
  };
  for (const auto& [path, node] : entries_) image->entries_[path] = copy(node);
  for (const auto& [path, node] : durable_entries_) image->durable_entries_[path] = copy(node);
  for (const Change& change : folder_changes_) {
    image->folder_changes_.push_back({change.path, copy(change.node), change.renamed_from});
  }
  return image;
}

std::size_t MemoryDisk::choices() const {
  const std::scoped_lock lock(mutex_);
  std::set<const Node*> seen;
  std::size_t count = folder_changes_.size();
  const auto add = [&](const Node* node) {
    if (node && seen.insert(node).second) count += node->dirty.size() + (node->resized ? 1 : 0);
  };
  for (const auto& [path, node] : durable_entries_) add(node.get());
  for (const Change& change : folder_changes_) add(change.node.get());
  return count;
}

std::unique_ptr<MemoryDisk> MemoryDisk::after_power_loss(const std::vector<bool>& keep) const {
  const std::scoped_lock lock(mutex_);
  std::size_t next = 0;
  const auto choose = [&] { return next < keep.size() && keep[next++]; };

  Entries entries = durable_entries_;
  bool journaled = true;  // the journal holds a beginning of the changes
  for (const Change& change : folder_changes_) {
    journaled = choose() && journaled;
    if (!journaled) continue;
    if (!change.renamed_from.empty()) entries.erase(change.renamed_from);
    if (change.node)
      entries[change.path] = change.node;
    else
      entries.erase(change.path);
  }
  std::map<const Node*, std::string> contents;
  const auto settle = [&](const Node* node) {
    if (!node || contents.contains(node)) return;
    std::string content = node->durable;
    if (node->resized && choose()) content.resize(node->now.size());
    for (const std::uint64_t number : node->dirty) {
      if (choose()) node->keep(number, content);
    }
    contents.emplace(node, std::move(content));
  };
  for (const auto& [path, node] : durable_entries_) settle(node.get());
  for (const Change& change : folder_changes_) settle(change.node.get());

  auto image = std::make_unique<MemoryDisk>();
  image->folders_ = folders_;
  for (const auto& [path, node] : entries) {
    auto made = std::make_shared<Node>();
    made->now = made->durable = contents.at(node.get());
    image->entries_[path] = image->durable_entries_[path] = made;
  }
  return image;
}

std::unique_ptr<MemoryDisk> MemoryDisk::after_power_loss(Random& random) const {
  // Between keeping nearly everything and nearly nothing: one threshold an image.
  const std::uint64_t threshold = random.number() % 257;
  std::vector<bool> keep(choices());
  for (std::size_t i = 0; i < keep.size(); ++i) keep[i] = random.number() % 256 < threshold;
  return after_power_loss(keep);
}

std::optional<std::string> MemoryDisk::content(const std::string& path) const {
  const std::scoped_lock lock(mutex_);
  const auto at = entries_.find(path);
  if (at == entries_.end()) return {};
  return at->second->now;
}

void MemoryDisk::put(const std::string& path, std::string content) {
  const std::scoped_lock lock(mutex_);
  auto node = std::make_shared<Node>();
  node->now = node->durable = std::move(content);
  entries_[path] = durable_entries_[path] = node;
  folders_.insert(folder_of(path));
}

}  // namespace langyan
