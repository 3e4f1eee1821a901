#include "detect/literals.h"

#include <hs.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <mutex>

#include "base/hash.h"
#include "detect/database_cache.h"

namespace langyan::detect {
namespace {

constexpr std::size_t least_kept = 64;  // literals that are worth a file
constexpr std::size_t sign_count = 4;
// Of a set's literals, as one in so many: what a database may lack that is taken for it, and have
// beyond it. The first costs a second scan, the second reports that nobody waits for.
constexpr std::size_t most_missing = 16, most_foreign = 8;

// The least hashes of a set's members: two sets that differ in one of n share each with
// probability 1 - 1/n.
std::array<std::uint64_t, sign_count> signs(std::span<const Literal> literals) {
  std::array<std::uint64_t, sign_count> least;
  least.fill(~std::uint64_t{0});
  for (const Literal& literal : literals) {
    std::uint64_t value = hash(bytes_of(literal.bytes), literal.nocase);
    for (std::uint64_t& sign : least) sign = std::min(sign, value = mix(value + 1));
  }
  return least;
}

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
    const auto expired = [](const auto& row) { return row.second.expired(); };
    std::erase_if(rows_, expired);
    std::erase_if(near_, expired);
    rows_.insert_or_assign(std::move(key), database);
    if (database->literals().size() >= LiteralDatabase::least_near)
      for (const std::uint64_t sign : signs(database->literals())) near_.emplace(sign, database);
  }
  // Those that probably have most literals in common with these.
  std::vector<std::shared_ptr<const LiteralDatabase>> resembling(std::span<const Literal> literals) {
    std::vector<std::shared_ptr<const LiteralDatabase>> found;
    const std::scoped_lock lock(mutex_);
    for (const std::uint64_t sign : signs(literals)) {
      for (auto [at, end] = near_.equal_range(sign); at != end; ++at) {
        auto database = at->second.lock();
        if (database && std::ranges::find(found, database) == found.end())
          found.push_back(std::move(database));
      }
    }
    return found;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::weak_ptr<const LiteralDatabase>> rows_;
  std::multimap<std::uint64_t, std::weak_ptr<const LiteralDatabase>> near_;  // by each of its signs
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
  const bool is_kept = literals.size() >= least_kept;
  if (is_kept) database->handle_ = DatabaseCache::instance().find(key);
  const bool compiles = !database->handle_;
  hs_compile_error_t* error = nullptr;
  if (compiles &&
      hs_compile_multi(pointers.data(), flags.data(), ids.data(),
                       static_cast<unsigned>(pointers.size()), HS_MODE_BLOCK, nullptr,
                       &database->handle_, &error) != HS_SUCCESS) {
    const std::string reason = error && error->message ? error->message : "no reason given";
    hs_free_compile_error(error);
    return Error{ErrorKind::failed,
                 "the scanner refused " + std::to_string(literals.size()) + " literals: " + reason};
  }
  if (is_kept && compiles) DatabaseCache::instance().keep(key, database->handle_);
  database->longest_ = longest;
  database->literals_.assign(literals.begin(), literals.end());
  database->sieve_.build(literals);
  hs_database_size(database->handle_, &database->bytes_);
  known().add(std::move(key), database);
  return std::shared_ptr<const LiteralDatabase>(std::move(database));
}

Result<LiteralDatabase::Near> LiteralDatabase::compile_near(std::span<const Literal> literals) {
  std::vector<Literal> lacks;
  Shared best;
  if (literals.size() >= least_near && !known().find(key_of(literals))) {
    for (const Shared& other : known().resembling(literals)) {
      std::vector<Literal> missing;
      std::ranges::set_difference(literals, other->literals(), std::back_inserter(missing));
      const std::size_t foreign = other->literals().size() + missing.size() - literals.size();
      const bool fits = missing.size() <= literals.size() / most_missing && foreign <= literals.size() / most_foreign;
      if (!fits || (best && missing.size() >= lacks.size())) continue;
      best = other, lacks = std::move(missing);
    }
  }
  if (best && lacks.empty()) return Near{best, nullptr};
  auto compiled = compile(best ? std::span<const Literal>(lacks) : literals);
  if (!compiled) return compiled.error();
  return best ? Near{best, compiled.take()} : Near{compiled.take(), nullptr};
}

LiteralDatabase::~LiteralDatabase() {
  hs_free_database(handle_);
}

void LiteralDatabase::scan(Bytes data, std::size_t old, hs_scratch* scratch, Found found, void* context) const {
  const Bytes fresh = old < sieve_.reach() ? data : data.subspan(old + 1 - sieve_.reach());
  if (fresh.size() <= LiteralSieve::longest_data && !sieve_.may_hold(fresh)) return;
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
