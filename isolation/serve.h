// The child's side of isolation/: a process that computes tasks which its parent sends over
// descriptor kChannel, until the parent is gone. It raises the walls that it is told to before it
// loads anything of a user's, and keeps the page of vitals.
#pragma once

namespace almanac {

inline constexpr int kChannel = 3;
// The argument with which the command becomes such a process.
inline constexpr const char* kServeTasks = "--serve-tasks";

// Returns the exit code.
int serve_tasks();

}  // namespace almanac
