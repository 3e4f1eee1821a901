// ChildProcess: a program run on octets in memory, told nothing of this process: no environment, no descriptor but its own
// inputs and outputs, a group of its own. What it prints is read as it comes, and it is ended when it takes too long or
// prints too much. Nothing of it reaches a disk.
//
//   auto end = run_child({.words = {program, "-r", "-"}, .inputs = {capture}, .line = [&](std::string_view line) { … }});
//
// Any thread; the call returns when the child is gone. Time is the system's: a process keeps to no other clock.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace langyan::center {

struct ChildTask {
  std::vector<std::string> words;         // [0]: path of the program
  std::vector<std::string_view> inputs;   // the first is its standard input, the others are its descriptors from 3 on
  Duration longest = 30 * second;
  std::size_t most_output = 256u << 20;   // octets on standard output
  std::size_t longest_line = 8u << 20;    // likewise
  std::function<void(std::string_view)> line;      // of standard output, without its end
  std::function<bool()> give_up = [] { return false; };  // asked a few times a second
};

struct ChildEnd {
  enum class Why : std::uint8_t { ended, time, output, given_up } why = Why::ended;
  int status = 0;    // as waitpid() tells it
  std::string said;  // the last octets of standard error
};

// The path under which a child finds its second input, third input, …: number 1, 2, …
std::string input_path(std::size_t number);
// An Error: it could not be started.
Result<ChildEnd> run_child(const ChildTask& task);

}  // namespace langyan::center
