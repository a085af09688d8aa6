// Health: what a worker says of itself over HTTP, to the machine that it runs on.
//
//   GET /healthz   200 while the process lives, whatever the service does
//   GET /readyz    200 while it takes work: it polls, and is not ending; else 503
//
// Both with {"status":"ready","at_work":0,"queues":[...]}; the status is ready or draining, of
// readyz also starting (it does not poll yet) or unreachable (the service does not answer).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/base/result.h"

namespace almanac {

class Health {
 public:
  struct State {
    bool draining = false;
    int at_work = 0;
    std::vector<std::string> queues;
  };
  // Called by threads of its own, until it is destroyed.
  struct Sources {
    enum class Service { Unreachable, NotPolled, Polled };
    std::function<State()> state;      // at once
    std::function<Service()> service;  // what the service says; may take a while
  };

  // Listens on 127.0.0.1. Usage error where the port is taken.
  static Result<std::unique_ptr<Health>> listen(int port, Sources sources);
  ~Health();

 private:
  struct Impl;
  explicit Health(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace almanac
