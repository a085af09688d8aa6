// What this process brings along to compute cells, whichever engine gives them out.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "activities/steps.h"
#include "serving/run_worker.h"

namespace almanac {

// process@host
std::string worker_name();

// What a worker must have in common with an order. The ledger has a file already.
Result<std::string> modules_of(const Workspace& workspace);

// This program again, as a child in which calculations run.
std::vector<std::string> child_command();

Setup worker_setup(const std::string& modules, size_t threads);

// Of a worker that serves all queues of the project and its modules. The flag outlives it.
RunWorker::Options worker_options(const Project& project, const Setup& setup,
                                  const std::atomic<bool>* stop);

}  // namespace almanac
