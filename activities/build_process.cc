#include "activities/build_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>

#include "storage/files.h"

namespace almanac {

namespace {

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

// What a child is made of, ready before the fork: after it nothing may allocate.
struct Start {
  std::vector<char*> arguments, environment;
  const char* directory;
  int in, out, err;
  int failed;  // takes the errno when the program cannot be started
  pid_t parent;
};

[[noreturn]] void become_program(const Start& start) {
  // A compiler that outlives its build would work for nobody. A parent that is gone already sends
  // no signal.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() == start.parent && dup2(start.in, STDIN_FILENO) >= 0 &&
      dup2(start.out, STDOUT_FILENO) >= 0 && dup2(start.err, STDERR_FILENO) >= 0 &&
      chdir(start.directory) == 0) {
    execvpe(start.arguments[0], start.arguments.data(), start.environment.data());
  }
  const int error = errno;
  const ssize_t ignored = write(start.failed, &error, sizeof error);
  _exit(ignored > 0 ? 127 : 126);
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
  TRY(const FileHandle failed, memory_file());
  std::vector<std::string> owned_arguments = arguments, environment = english_environment();
  const Start start{pointers(owned_arguments),
                    pointers(environment),
                    directory.c_str(),
                    in.get(),
                    out.get(),
                    err.get(),
                    failed.get(),
                    getpid()};
  const pid_t pid = fork();
  if (pid < 0) return file_error("start", arguments[0], errno);
  if (pid == 0) become_program(start);

  int status = 0;
  while (waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return file_error("wait for", arguments[0], errno);
  }
  int error = 0;
  if (pread(failed.get(), &error, sizeof error, 0) == sizeof error) {
    return usage_error("cannot start " + arguments[0] + " in " + directory + ": " +
                       strerror(error));
  }
  ChildResult result;
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  result.signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  result.out = content(out);
  result.err = content(err);
  return result;
}

}  // namespace almanac
