// CrashNote: names the cell in which users' code crashed, before the process dies of it.
//
// Lives while a thread computes; a crash of that thread writes one line to stderr. The signal keeps
// its effect (exit status, core file).
#pragma once

#include <string>

namespace almanac {

class CrashNote {
 public:
  explicit CrashNote(std::string cell);  // such as "rsi on 2024-05-02"
  ~CrashNote();
  CrashNote(const CrashNote&) = delete;
  CrashNote& operator=(const CrashNote&) = delete;

 private:
  std::string text_;
};

}  // namespace almanac
