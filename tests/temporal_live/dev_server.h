// DevServer: a real Temporal server for tests, in a process of its own on a free port.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace temporal::testing {

class DevServer {
 public:
  // `database`: a file that outlives the server; empty: in memory.
  explicit DevServer(std::string database = {});
  ~DevServer();
  DevServer(const DevServer&) = delete;
  DevServer& operator=(const DevServer&) = delete;

  // Empty: it runs. Otherwise why there is none.
  const std::string& missing() const { return missing_; }
  std::string target() const { return "127.0.0.1:" + std::to_string(port_); }
  // On the same port, with the same database.
  void kill_and_restart();

  // One for all tests of this process.
  static DevServer& shared();

 private:
  void start();
  void kill();

  std::string database_, missing_;
  std::filesystem::path binary_, home_;
  int port_ = 0, http_port_ = 0, metrics_port_ = 0;
  pid_t pid_ = -1;
};

}  // namespace temporal::testing
