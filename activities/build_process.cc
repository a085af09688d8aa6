#include "activities/build_process.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "storage/files.h"

namespace almanac {

namespace {

constexpr size_t kMaxOutputBytes = 1 << 20;

// A file in memory. Unlike a pipe it never makes the child wait for a reader.
Result<FileHandle> memory_file() {
  FileHandle file(memfd_create("almanac-build", MFD_CLOEXEC));
  if (!file.valid()) return file_error("create file", "in memory", errno);
  return file;
}

std::string content(const FileHandle& file) {
  const off_t length = lseek(file.get(), 0, SEEK_END);
  std::string text(std::min(kMaxOutputBytes, static_cast<size_t>(std::max<off_t>(length, 0))),
                   '\0');
  const ssize_t size = pread(file.get(), text.data(), text.size(), 0);
  text.resize(size > 0 ? static_cast<size_t>(size) : 0);
  return text;
}

std::vector<std::string> english_environment() {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string_view text = *variable;
    if (text.starts_with("LC_ALL=") || text.starts_with("LANGUAGE=")) continue;
    environment.emplace_back(text);
  }
  environment.emplace_back("LC_ALL=C");
  return environment;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

}  // namespace

Result<ChildResult> run_child(const std::vector<std::string>& arguments,
                              const std::string& directory, const std::string& input) {
  TRY(const FileHandle in, memory_file());
  TRY(const FileHandle out, memory_file());
  TRY(const FileHandle err, memory_file());
  if (pwrite(in.get(), input.data(), input.size(), 0) != static_cast<ssize_t>(input.size())) {
    return file_error("write file", "in memory", errno);
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.get(), STDERR_FILENO);
  posix_spawn_file_actions_addchdir_np(&actions, directory.c_str());

  std::vector<std::string> owned_arguments = arguments, environment = english_environment();
  pid_t pid = 0;
  const int error = posix_spawnp(&pid, arguments[0].c_str(), &actions, nullptr,
                                 pointers(owned_arguments).data(), pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    return usage_error("cannot start " + arguments[0] + " in " + directory + ": " +
                       strerror(error));
  }
  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return file_error("wait for", arguments[0], errno);
  }
  ChildResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.out = content(out);
  result.err = content(err);
  return result;
}

}  // namespace almanac
