#include "detect/literals.h"

#include <hs.h>

#include <map>
#include <mutex>

namespace langyan::detect {
namespace {

// Databases that a rule set holds, by what they look for. Compiling threads meet here, never
// packets.
class Known {
 public:
  std::shared_ptr<const LiteralDatabase> find(const std::string& key) {
    const std::scoped_lock lock(mutex_);
    const auto at = rows_.find(key);
    return at == rows_.end() ? nullptr : at->second.lock();
  }
  void add(std::string key, const std::shared_ptr<const LiteralDatabase>& database) {
    const std::scoped_lock lock(mutex_);
    std::erase_if(rows_, [](const auto& row) { return row.second.expired(); });
    rows_.insert_or_assign(std::move(key), database);
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const LiteralDatabase>> rows_;
};

Known& known() {
  static Known instance;
  return instance;
}

std::string key_of(std::span<const Literal> literals) {
  std::string key;
  for (const Literal& literal : literals) {
    key += static_cast<char>(literal.bytes.size());
    key += literal.nocase ? 'i' : 'c';
    key += literal.bytes;
  }
  return key;
}

std::string escaped(const Literal& literal) {
  constexpr char digits[] = "0123456789abcdef";
  std::string out;
  for (const char c : literal.bytes) {
    const auto octet = static_cast<unsigned char>(c);
    out += "\\x";
    out += digits[octet >> 4];
    out += digits[octet & 15];
  }
  return out;
}

}  // namespace

Result<std::shared_ptr<const LiteralDatabase>> LiteralDatabase::compile(
    std::span<const Literal> literals) {
  std::string key = key_of(literals);
  if (auto same = known().find(key)) return same;
  std::vector<std::string> patterns;
  std::vector<const char*> pointers;
  std::vector<unsigned> flags, ids;
  std::size_t longest = 0;
  for (const Literal& literal : literals) {
    patterns.push_back(escaped(literal));
    flags.push_back(literal.nocase ? HS_FLAG_CASELESS : 0u);
    ids.push_back(static_cast<unsigned>(ids.size()));
    longest = std::max(longest, literal.bytes.size());
  }
  for (const std::string& pattern : patterns) pointers.push_back(pattern.c_str());
  std::shared_ptr<LiteralDatabase> database(new LiteralDatabase);
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(pointers.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(pointers.size()), HS_MODE_BLOCK, nullptr,
                       &database->handle_, &error) != HS_SUCCESS) {
    const std::string reason = error && error->message ? error->message : "no reason given";
    hs_free_compile_error(error);
    return Error{ErrorKind::failed,
                 "the scanner refused " + std::to_string(literals.size()) + " literals: " + reason};
  }
  database->longest_ = longest;
  database->sieve_.build(literals);
  hs_database_size(database->handle_, &database->bytes_);
  known().add(std::move(key), database);
  return std::shared_ptr<const LiteralDatabase>(std::move(database));
}

LiteralDatabase::~LiteralDatabase() {
  hs_free_database(handle_);
}

void LiteralDatabase::scan(Bytes data, hs_scratch* scratch, Found found, void* context) const {
  if (data.size() <= LiteralSieve::longest_data && !sieve_.may_hold(data)) return;
  hs_scan(handle_, reinterpret_cast<const char*>(data.data()), static_cast<unsigned>(data.size()),
          0, scratch, found, context);
}

void ScratchFree::operator()(hs_scratch* scratch) const {
  hs_free_scratch(scratch);
}

Result<ScanScratch> make_scratch(std::span<const LiteralDatabase* const> databases) {
  hs_scratch* scratch = nullptr;
  for (const LiteralDatabase* database : databases) {
    if (hs_alloc_scratch(database->handle(), &scratch) != HS_SUCCESS) {
      hs_free_scratch(scratch);
      return Error{ErrorKind::failed, "no memory for the scanner's scratch space"};
    }
  }
  return ScanScratch(scratch);
}

Result<ScanScratch> clone(const ScanScratch& scratch) {
  if (!scratch) return ScanScratch();
  hs_scratch* copy = nullptr;
  if (hs_clone_scratch(scratch.get(), &copy) != HS_SUCCESS) {
    return Error{ErrorKind::failed, "no memory for the scanner's scratch space"};
  }
  return ScanScratch(copy);
}

}  // namespace langyan::detect
