#include "base/memory_disk.h"

#include <gtest/gtest.h>

namespace langyan {
namespace {

using Op = MemoryDisk::Op;

std::string text(char letter, std::size_t size) {
  return std::string(size, letter);
}

std::unique_ptr<File> open(MemoryDisk& disk, const std::string& path, OpenMode mode) {
  auto file = disk.open(path, mode);
  EXPECT_TRUE(file.ok()) << file.error().message;
  return file.take();
}

struct MemoryDiskTest : testing::Test {
  MemoryDisk disk;
  void SetUp() override { ASSERT_TRUE(disk.make_folder("a")); }
};

TEST_F(MemoryDiskTest, ReadsWhatWasWritten) {
  auto file = open(disk, "a/f", OpenMode::create);
  ASSERT_TRUE(file->append(bytes_of("hello ")));
  ASSERT_TRUE(file->append(bytes_of("world")));
  EXPECT_EQ(*read_file(disk, "a/f"), "hello world");
  EXPECT_FALSE(disk.open("a/f", OpenMode::create));
  EXPECT_EQ(disk.open("a/none", OpenMode::read).error().kind, ErrorKind::missing);
  ASSERT_TRUE(replace_file(disk, "a/f", bytes_of("new")));
  EXPECT_EQ(*read_file(disk, "a/f"), "new");
  EXPECT_EQ(*disk.list("a"), std::vector<std::string>{"f"});
  auto in_place = open(disk, "a/f", OpenMode::update);
  ASSERT_TRUE(in_place->write(1, bytes_of("ook")));
  EXPECT_EQ(*read_file(disk, "a/f"), "nook");
  EXPECT_FALSE(in_place->append(bytes_of("x")));
}

TEST_F(MemoryDiskTest, PowerLossKeepsWhatWasSynced) {
  auto file = open(disk, "a/f", OpenMode::create);
  ASSERT_TRUE(file->append(bytes_of(text('x', 600))));
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(disk.sync_folder("a"));
  EXPECT_EQ(disk.choices(), 0u);
  ASSERT_TRUE(file->append(bytes_of(text('y', 1000))));  // sectors 1, 2, 3 and the size
  EXPECT_EQ(disk.choices(), 4u);
  EXPECT_EQ(*disk.after_power_loss({})->content("a/f"), text('x', 600));
  EXPECT_EQ(*disk.after_power_loss({true, true, true, true})->content("a/f"),
            text('x', 600) + text('y', 1000));
  // The size and the last sector alone: a hole of zeros in between, the first sector as synced.
  EXPECT_EQ(*disk.after_power_loss({true, false, false, true})->content("a/f"),
            text('x', 600) + text('\0', 1536 - 600) + text('y', 1600 - 1536));
  EXPECT_EQ(*disk.after_kill()->content("a/f"), text('x', 600) + text('y', 1000));
}

TEST_F(MemoryDiskTest, AFileIsThereOnceItsFolderIsSynced) {
  auto file = open(disk, "a/f", OpenMode::create);
  ASSERT_TRUE(file->append(bytes_of("x")));
  ASSERT_TRUE(file->sync());
  EXPECT_FALSE(disk.after_power_loss({})->content("a/f"));
  ASSERT_TRUE(disk.sync_folder("a"));
  EXPECT_EQ(*disk.after_power_loss({})->content("a/f"), "x");
  ASSERT_TRUE(disk.rename("a/f", "a/g"));
  ASSERT_TRUE(disk.remove("a/g"));
  EXPECT_EQ(*disk.after_power_loss({})->content("a/f"), "x");
  EXPECT_EQ(*disk.after_power_loss({true, false})->content("a/g"), "x");
  EXPECT_FALSE(disk.after_power_loss({true, true})->content("a/g"));
  EXPECT_FALSE(disk.after_power_loss({false, true})->content("a/g"));  // no later change without it
  EXPECT_TRUE(disk.after_power_loss({false, true})->content("a/f"));
}

TEST_F(MemoryDiskTest, AFailedSyncLosesItsPages) {
  auto file = open(disk, "a/f", OpenMode::create);
  ASSERT_TRUE(disk.sync_folder("a"));
  ASSERT_TRUE(file->append(bytes_of("lost")));
  disk.fail(Op::sync, ErrorKind::io);
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(file->sync());  // a lie, as on Linux
  EXPECT_EQ(*disk.content("a/f"), "lost");
  EXPECT_EQ(*disk.after_power_loss({})->content("a/f"), text('\0', 4));
}

TEST_F(MemoryDiskTest, FailsAsTold) {
  disk.fail(Op::append, ErrorKind::io, 2, 1);
  auto file = open(disk, "a/f", OpenMode::create);
  EXPECT_TRUE(file->append(bytes_of("1")));
  EXPECT_EQ(file->append(bytes_of("2")).error().kind, ErrorKind::io);
  EXPECT_FALSE(file->append(bytes_of("3")));
  EXPECT_TRUE(file->append(bytes_of("4")));
  EXPECT_EQ(*disk.content("a/f"), "14");
  disk.fail(Op::append, ErrorKind::io, MemoryDisk::for_good);
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(file->append(bytes_of("5")));
  disk.mend();
  EXPECT_TRUE(file->append(bytes_of("6")));
  EXPECT_EQ(*disk.content("a/f"), "146");
}

TEST_F(MemoryDiskTest, AFullDiskTakesWhatFits) {
  disk.put("a/other", text('o', 90));
  disk.limit_to(100);
  auto file = open(disk, "a/f", OpenMode::create);
  EXPECT_EQ(file->append(bytes_of(text('x', 15))).error().kind, ErrorKind::full);
  EXPECT_EQ(*disk.content("a/f"), text('x', 10));
  EXPECT_EQ(*disk.free_bytes("a"), 0u);
  ASSERT_TRUE(disk.remove("a/other"));
  EXPECT_TRUE(file->append(bytes_of(text('y', 15))));
}

TEST_F(MemoryDiskTest, DiesInTheMiddleOfACall) {
  auto file = open(disk, "a/f", OpenMode::create);
  disk.die_after(1);
  EXPECT_TRUE(file->append(bytes_of("1234")));
  EXPECT_FALSE(file->append(bytes_of("5678")));
  EXPECT_TRUE(disk.dead());
  EXPECT_FALSE(file->append(bytes_of("9")));
  EXPECT_FALSE(disk.list("a"));
  auto image = disk.after_kill();
  EXPECT_EQ(*image->content("a/f"), "123456");
  EXPECT_FALSE(image->dead());
}

TEST_F(MemoryDiskTest, LocksExclude) {
  EXPECT_TRUE(disk.lock("a/lock"));
  EXPECT_EQ(disk.lock("a/lock").error().kind, ErrorKind::conflict);
  EXPECT_TRUE(disk.after_kill()->lock("a/lock"));
  disk.unlock_all();
  EXPECT_TRUE(disk.lock("a/lock"));
}

}  // namespace
}  // namespace langyan
