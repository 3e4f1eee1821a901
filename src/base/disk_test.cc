#include "base/disk.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "base/temp_folder.h"

namespace langyan {
namespace {

std::string read_all(File& file) {
  std::string out(static_cast<std::size_t>(*file.size()), '\0');
  out.resize(*file.read(0, {reinterpret_cast<std::uint8_t*>(out.data()), out.size()}));
  return out;
}

TEST(Disk, AppendReadSizeTruncate) {
  TempFolder folder;
  SystemDisk disk;
  auto file = disk.open(folder.path() + "/a", OpenMode::append);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE((*file)->append(bytes_of("hello ")));
  EXPECT_TRUE((*file)->append(bytes_of("world")));
  EXPECT_TRUE((*file)->append({}));
  EXPECT_TRUE((*file)->sync());
  EXPECT_EQ(*(*file)->size(), 11u);
  std::uint8_t part[16];
  EXPECT_EQ(*(*file)->read(6, part), 5u);
  EXPECT_EQ(text_of({part, 5}), "world");
  EXPECT_EQ(*(*file)->read(11, part), 0u);
  EXPECT_EQ(*(*file)->read(1000, part), 0u);
  EXPECT_TRUE((*file)->truncate(5));
  EXPECT_EQ(read_all(**file), "hello");
  EXPECT_TRUE((*file)->append(bytes_of("!")));  // at the new end
  EXPECT_EQ(read_all(**file), "hello!");
  EXPECT_EQ(folder.read("a"), "hello!");
}

TEST(Disk, WriteChangesAFileInPlace) {
  TempFolder folder;
  SystemDisk disk;
  auto file = disk.open(folder.path() + "/a", OpenMode::update);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_TRUE((*file)->write(0, bytes_of("0123456789")));
  EXPECT_TRUE((*file)->write(3, bytes_of("abc")));
  EXPECT_TRUE((*file)->write(5, {}));
  EXPECT_EQ(folder.read("a"), "012abc6789");
  EXPECT_TRUE((*file)->write(12, bytes_of("x")));  // a hole is zeros
  EXPECT_EQ(folder.read("a"), std::string("012abc6789\0\0x", 13));
  auto again = disk.open(folder.path() + "/a", OpenMode::update);
  EXPECT_TRUE((*again)->write(0, bytes_of("Z")));
  EXPECT_EQ(folder.read("a")[0], 'Z');
  EXPECT_EQ(*(*again)->size(), 13u);
}

TEST(Disk, ModesOfOpening) {
  TempFolder folder;
  SystemDisk disk;
  const std::string path = folder.path() + "/a";
  EXPECT_EQ(disk.open(path, OpenMode::read).error().kind, ErrorKind::missing);
  ASSERT_TRUE(disk.open(path, OpenMode::create));
  const auto again = disk.open(path, OpenMode::create);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().message, path + ": cannot create: File exists");
  folder.write("a", "kept");
  auto file = disk.open(path, OpenMode::append);
  EXPECT_EQ(read_all(**file), "kept");
  auto reader = disk.open(path, OpenMode::read);
  const auto refused = (*reader)->append(bytes_of("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, path + ": cannot write: Bad file descriptor");
}

TEST(Disk, ErrorsNamePathDeedAndCause) {
  TempFolder folder;
  SystemDisk disk;
  const std::string no = folder.path() + "/no";
  EXPECT_EQ(disk.open(no, OpenMode::read).error().message,
            no + ": cannot open: No such file or directory");
  EXPECT_EQ(disk.remove(no).error().message, no + ": cannot remove: No such file or directory");
  EXPECT_EQ(disk.remove(no).error().kind, ErrorKind::missing);
  EXPECT_EQ(disk.rename(no, no + "2").error().message,
            no + ": cannot rename to " + no + "2: No such file or directory");
  EXPECT_EQ(disk.list(no).error().message, no + ": cannot list: No such file or directory");
  EXPECT_EQ(disk.sync_folder(no).error().kind, ErrorKind::missing);
  EXPECT_EQ(disk.free_bytes(no).error().kind, ErrorKind::missing);
  EXPECT_EQ(disk.lock(no + "/lock").error().kind, ErrorKind::missing);
  folder.write("file", "");
  EXPECT_EQ(disk.make_folder(folder.path() + "/file").error().kind, ErrorKind::io);
  EXPECT_EQ(disk.sync_folder(folder.path() + "/file").error().kind, ErrorKind::io);
  EXPECT_EQ(read_file(disk, folder.path()).error().message,
            folder.path() + ": cannot read: Is a directory");
  EXPECT_EQ(disk.open("/dev/full", OpenMode::append).take()->append(bytes_of("x")).error().kind,
            ErrorKind::full);
  if (geteuid() != 0) {  // root may do everything
    chmod(folder.write("secret", "").c_str(), 0);
    EXPECT_EQ(disk.open(folder.path() + "/secret", OpenMode::read).error().kind,
              ErrorKind::permission);
  }
}

TEST(Disk, WhatWouldWaitOrNeverEndIsNotRead) {
  TempFolder folder;
  const std::string pipe = folder.path() + "/pipe", zeros = folder.path() + "/zeros";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  std::filesystem::create_symlink("/dev/zero", zeros);
  SystemDisk disk;
  for (const std::string& path : {pipe, zeros}) {
    const auto content = read_file(disk, path);
    ASSERT_FALSE(content);
    EXPECT_EQ(content.error().kind, ErrorKind::invalid);
    EXPECT_NE(content.error().message.find(path), std::string::npos);
  }
}

TEST(Disk, FoldersAreMadeWithParentsAndListedSorted) {
  TempFolder folder;
  SystemDisk disk;
  const std::string path = folder.path() + "/a/b/c";
  EXPECT_TRUE(disk.make_folder(path));
  EXPECT_TRUE(disk.make_folder(path));
  EXPECT_TRUE(disk.list(path)->empty());
  for (const char* name : {"b", "a", "B", "10", "9", ".hidden"})
    folder.write(std::string("a/b/c/") + name, "");
  EXPECT_EQ(*disk.list(path), (std::vector<std::string>{".hidden", "10", "9", "B", "a", "b"}));
  EXPECT_TRUE(disk.rename(path + "/a", path + "/b"));
  EXPECT_TRUE(disk.remove(path + "/9"));
  EXPECT_EQ(*disk.list(path), (std::vector<std::string>{".hidden", "10", "B", "b"}));
  EXPECT_TRUE(disk.sync_folder(path));
  EXPECT_GT(*disk.free_bytes(path), 0u);
}

TEST(Disk, ALockIsHeldUntilItsDiskIsGone) {
  TempFolder folder;
  const std::string path = folder.path() + "/lock";
  SystemDisk second;
  {
    SystemDisk first;
    EXPECT_TRUE(first.lock(path));
    const auto refused = second.lock(path);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
    EXPECT_EQ(refused.error().message,
              path + ": held by another process; stop it or choose another folder");
    EXPECT_TRUE(first.lock(folder.path() + "/other"));
    const pid_t child = fork();
    if (child == 0) {
      SystemDisk theirs;
      _exit(!theirs.lock(path) && theirs.lock(path + "2") ? 0 : 1);
    }
    int status = 1;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_TRUE(second.lock(path));
}

TEST(Disk, ReadFileReadsAllUpToItsLimit) {
  TempFolder folder;
  SystemDisk disk;
  const std::string content(200'000, 'x');
  const std::string path = folder.write("a", content);
  EXPECT_EQ(*read_file(disk, path), content);
  EXPECT_EQ(*read_file(disk, path, content.size()), content);
  const auto large = read_file(disk, path, content.size() - 1);
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().kind, ErrorKind::full);
  EXPECT_EQ(large.error().message,
            path + ": cannot read: it holds more than the 199999 octets allowed");
  EXPECT_EQ(*read_file(disk, folder.write("empty", "")), "");
  EXPECT_NE(read_file(disk, "/proc/self/status")->find("Name:"),
            std::string::npos);  // its size is said to be 0
  EXPECT_EQ(read_file(disk, "/proc/self/maps", 10).error().kind, ErrorKind::full);
  EXPECT_EQ(read_file(disk, folder.path() + "/no").error().kind, ErrorKind::missing);
}

TEST(Disk, ReplaceFileReplacesEvenOverALeftOver) {
  TempFolder folder;
  SystemDisk disk;
  const std::string path = folder.path() + "/a";
  EXPECT_TRUE(replace_file(disk, path, bytes_of("one")));
  EXPECT_EQ(folder.read("a"), "one");
  folder.write("a.new", "a crash left this, and it is longer");
  EXPECT_TRUE(replace_file(disk, path, bytes_of("two")));
  EXPECT_EQ(folder.read("a"), "two");
  EXPECT_EQ(*disk.list(folder.path()), (std::vector<std::string>{"a"}));
  EXPECT_TRUE(replace_file(disk, path, {}));
  EXPECT_EQ(folder.read("a"), "");
  const auto refused = replace_file(disk, folder.path() + "/no/a", bytes_of("x"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::missing);
}

TEST(Disk, ReplaceFileWorksBesideTheProgram) {
  TempFolder folder;
  SystemDisk disk;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  const auto done = replace_file(disk, "plain", bytes_of("x"));
  std::filesystem::current_path(before);
  EXPECT_TRUE(done);
  EXPECT_EQ(folder.read("plain"), "x");
}

// Remembers what was asked in order, and fails the n-th deed.
class ScriptedDisk final : public Disk {
 public:
  explicit ScriptedDisk(int fail_at) : fail_at_(fail_at) {}

  Result<std::unique_ptr<File>> open(const std::string& path, OpenMode) override {
    if (auto failure = deed("open " + path)) return *failure;
    return std::unique_ptr<File>(std::make_unique<ScriptedFile>(*this));
  }
  Result<std::vector<std::string>> list(const std::string&) override {
    return std::vector<std::string>();
  }
  Result<void> make_folder(const std::string& path) override { return answer("make " + path); }
  Result<void> rename(const std::string& from, const std::string& to) override {
    return answer("rename " + from + " " + to);
  }
  Result<void> remove(const std::string& path) override { return answer("remove " + path); }
  Result<void> sync_folder(const std::string& path) override { return answer("sync " + path); }
  Result<std::uint64_t> free_bytes(const std::string&) override { return std::uint64_t{0}; }
  Result<void> lock(const std::string& path) override { return answer("lock " + path); }

  std::vector<std::string> deeds;

 private:
  struct ScriptedFile final : File {
    explicit ScriptedFile(ScriptedDisk& owner) : disk(owner) {}
    Result<void> append(Bytes) override { return disk.answer("append"); }
    Result<void> write(std::uint64_t, Bytes) override { return disk.answer("write"); }
    Result<std::size_t> read(std::uint64_t, std::span<std::uint8_t>) override {
      return std::size_t{0};
    }
    Result<std::uint64_t> size() override { return std::uint64_t{0}; }
    Result<void> truncate(std::uint64_t) override { return {}; }
    Result<void> sync() override { return disk.answer("sync file"); }
    ScriptedDisk& disk;
  };
  std::optional<Error> deed(const std::string& what) {
    deeds.push_back(what);
    if (static_cast<int>(deeds.size()) != fail_at_) return {};
    return Error{ErrorKind::full, "no space"};
  }
  Result<void> answer(const std::string& what) {
    if (auto failure = deed(what)) return *failure;
    return {};
  }
  int fail_at_;
};

TEST(Disk, ReplaceFileSyncsBeforeItRenamesAndTheFolderAfter) {
  ScriptedDisk disk(0);
  EXPECT_TRUE(replace_file(disk, "/d/a", bytes_of("x")));
  EXPECT_EQ(disk.deeds, (std::vector<std::string>{"remove /d/a.new", "open /d/a.new", "append",
                                                  "sync file", "rename /d/a.new /d/a", "sync /d"}));
  ScriptedDisk root(0);
  EXPECT_TRUE(replace_file(root, "/a", bytes_of("x")));
  EXPECT_EQ(root.deeds.back(), "sync /");
}

TEST(Disk, ReplaceFileSaysEachFailureAndLeavesNothingBeside) {
  for (int n = 1; n <= 6; ++n) {
    ScriptedDisk disk(n);
    const auto done = replace_file(disk, "/d/a", bytes_of("x"));
    ASSERT_FALSE(done) << n;
    EXPECT_EQ(done.error().message, "no space") << n;
    if (n >= 3 && n <= 5) {
      EXPECT_EQ(disk.deeds.back(), "remove /d/a.new") << n;
    }
    const auto renamed = std::ranges::count(disk.deeds, std::string("rename /d/a.new /d/a"));
    EXPECT_EQ(renamed, n >= 5 ? 1 : 0) << n;  // never after a failed write or sync
  }
}

}  // namespace
}  // namespace langyan
