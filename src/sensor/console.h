// What a person at the terminal sees of a run: a progress bar, or a line every ten seconds where
// standard error is no terminal. Owned by the thread that runs the session.
#pragma once

#include "pipeline/session.h"

namespace langyan::sensor {

class ProgressLine {
 public:
  ProgressLine(Clock& clock, bool quiet);
  void show(const pipeline::Progress& progress);
  void end();  // leaves the cursor on a fresh line

 private:
  void bar(const pipeline::Progress& progress);
  Clock& clock_;
  bool quiet_, terminal_, shown_ = false;
  Time start_, next_line_;
};

}  // namespace langyan::sensor
