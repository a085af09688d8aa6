// DevServer: a real Temporal server for tests, in a process of its own on a free port.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace temporal::testing {

// Killed when it is destroyed, or when the process ends in whatever way. Not thread safe.
class DevServer {
 public:
  // `database`: a file that outlives the server; empty: in memory. Returns when it answers; throws,
  // with what it wrote, when it does not.
  explicit DevServer(std::string database = {});
  ~DevServer();
  DevServer(const DevServer&) = delete;
  DevServer& operator=(const DevServer&) = delete;

  // Why there is none: tests are skipped. Empty: it runs.
  const std::string& missing() const { return missing_; }
  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  // With SIGKILL; until restart() nobody answers.
  void kill();
  // On the same port, with the same database; kills it first, if it runs. Returns when it answers.
  void restart();

  // One for all tests of this process.
  static DevServer& shared();

 private:
  bool start();  // false: it ended, or does not answer
  [[noreturn]] void fail();

  std::string database_, missing_;
  std::filesystem::path binary_, home_;
  int port_ = 0, http_port_ = 0, metrics_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace temporal::testing
