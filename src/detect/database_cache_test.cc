#include "detect/database_cache.h"

#include <filesystem>
#include <fstream>

#include "base/temp_folder.h"
#include "detect/literals.h"
#include "detect/test_rig.h"

namespace langyan::detect {
namespace {

namespace fs = std::filesystem;

std::vector<Literal> hundred() {
  std::vector<Literal> literals;
  for (int i = 100; i < 200; ++i) literals.push_back({"literal " + std::to_string(i), i % 2 == 0});
  std::ranges::sort(literals);
  return literals;
}

class Cache : public testing::Test {
 protected:
  Cache() { DatabaseCache::instance().open(folder_.path()), DatabaseCache::instance().take_notes(); }
  ~Cache() override { DatabaseCache::instance().open({}); }
  // Compiled or found; gone again, so that the next one is asked of the disk.
  static bool finds() {
    const std::uint64_t before = DatabaseCache::instance().found();
    EXPECT_TRUE(LiteralDatabase::compile(hundred()).ok());
    return DatabaseCache::instance().found() > before;
  }
  std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_.path())) found.push_back(entry.path());
    return found;
  }
  TempFolder folder_;
};

TEST_F(Cache, ASecondStartCompilesNothing) {
  EXPECT_FALSE(finds());
  ASSERT_EQ(files().size(), 1u);
  EXPECT_TRUE(finds());
  EXPECT_TRUE(DatabaseCache::instance().take_notes().empty());
}

TEST_F(Cache, ADamagedFileIsSaidAndMadeAnew) {
  finds();
  const fs::path file = files().at(0);
  for (const std::uintmax_t at :
       {std::uintmax_t{0}, std::uintmax_t{30}, fs::file_size(file) / 2, fs::file_size(file) - 1}) {
    std::fstream damage(file, std::ios::in | std::ios::out | std::ios::binary);
    damage.seekg(static_cast<std::streamoff>(at));
    const int octet = damage.get();
    damage.seekp(static_cast<std::streamoff>(at));
    damage.put(static_cast<char>(octet ^ 0x55));
    damage.close();
    EXPECT_FALSE(finds()) << at;
    EXPECT_EQ(DatabaseCache::instance().take_notes().size(), 1u);
    EXPECT_TRUE(finds()) << at;
  }
}

TEST_F(Cache, AShortFileIsSaid) {
  finds();
  fs::resize_file(files().at(0), 40);
  EXPECT_FALSE(finds());
  EXPECT_EQ(DatabaseCache::instance().take_notes().size(), 1u);
}

TEST_F(Cache, AFolderThatCannotBeIsSaidAndNothingFails) {
  DatabaseCache::instance().open("/dev/null/none");
  EXPECT_FALSE(finds());
  EXPECT_FALSE(DatabaseCache::instance().take_notes().empty());
}

}  // namespace
}  // namespace langyan::detect
