// RunSocket: how other processes see and steer a run of the engine in this process: a socket at
// .almanac/run.sock in the project. Each connection carries one request and one answer, a line of
// JSON each:
//
//   {"ask":"progress"}                                   the RunProgress
//   {"ask":"pause"}, "resume", "cancel"                  {"ok":true}
//   {"ask":"parallel","value":4}                         {"ok":true}
//   {"ask":"requeue","cells":[{"calculation":"rsi","date":"..."}]}   {"ok":true}
//
// {"error":"..."} says why not. A request may name the "run" that it is meant for.
#pragma once

#include <optional>
#include <string>
#include <thread>

#include "core/base/result.h"
#include "temporal/client/client.h"

namespace almanac {

class RunSocket {
 public:
  // Answers for the run until it is destroyed. A socket that cannot be made is a warning: the run
  // goes on without. While another process listens at the place, it waits for its end.
  // The client outlives it. A reconcile is followed by a run, which has the socket, too.
  using Handle = temporal::client::WorkflowHandle;
  RunSocket(const std::string& root, const temporal::client::Client& client, const Handle& run,
            std::optional<Handle> followed_by = {});
  ~RunSocket();
  RunSocket(const RunSocket&) = delete;
  RunSocket& operator=(const RunSocket&) = delete;

 private:
  enum class Place { Ours, Taken, Impossible };
  Place take_place();
  void serve();
  void converse(int connection) const;
  std::string answer(const std::string& line) const;

  const temporal::client::Client& client_;
  const Handle run_;
  const std::optional<Handle> followed_by_;
  int folder_ = -1;  // .almanac; locked while the socket comes and goes
  std::string path_;
  int socket_ = -1, wake_[2] = {-1, -1};
  std::thread thread_;
};

// Sends a request to the run of a project and gives its answer. Temporary error where no run
// listens.
Result<std::string> ask_run(const std::string& root, const std::string& request);

}  // namespace almanac
