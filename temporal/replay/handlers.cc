// What runs in a run: the workflow and the handlers of its signals and updates, and what their ends
// mean.
#include <algorithm>

#include "temporal/base/names.h"
#include "temporal/replay/run.h"

namespace temporal::replay {

using namespace api::enums::v1;  // NOLINT(google-build-using-namespace)

namespace {

std::optional<wf::ContinueAsNew> asked_to_continue(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const wf::ContinueAsNew& next) {
    return next;
  } catch (...) {
    return std::nullopt;
  }
}

}  // namespace

void Run::fail(WorkflowTaskFailedCause cause, Failure failure) {
  if (!problem_) problem_ = Problem{cause, std::move(failure)};
}

void Run::nondeterministic(const std::string& what) {
  fail(WORKFLOW_TASK_FAILED_CAUSE_NON_DETERMINISTIC_ERROR,
       Failure("[TMPRL1100] nondeterminism: " + what +
                   ". The workflow's code has changed in a way that this run cannot follow, or is "
                   "not deterministic; guard the change with wf::patched()",
               "Nondeterminism"));
}

void Run::end_with(End end) {
  if (end_ || ended_) return;
  end_.emplace(std::move(end));
  commands_.after_end = true;
}

// What the workflow's code threw where nobody of it could catch it, or where it has no meaning: a
// defect. The task fails and is tried again, so that a worker with mended code can go on.
void Run::code_failed(const std::exception_ptr& error) {
  fail(WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
       what_was_thrown(error).failure);
}

void Run::main_ended(Payloads result, const std::exception_ptr& error) {
  if (!error) {
    end_with(End::completed(std::move(result)));
    return;
  }
  if (const auto next = asked_to_continue(error)) {
    end_with(End::continued(*next, info_));
    return;
  }
  const Thrown thrown = what_was_thrown(error);
  if (!thrown.meant) {
    code_failed(error);
  } else if (info_.cancel_requested && thrown.failure.is_canceled()) {
    end_with(End::canceled());
  } else {
    end_with(End::failed(thrown.failure));
  }
}

// Of a signal's handler: a failure fails the workflow, a defect the task.
void Run::handler_failed(const std::exception_ptr& error) {
  if (asked_to_continue(error)) {
    fail(WORKFLOW_TASK_FAILED_CAUSE_WORKFLOW_WORKER_UNHANDLED_FAILURE,
         Failure("continue_as_new() in a handler: call it in run()"));
    return;
  }
  const Thrown thrown = what_was_thrown(error);
  if (thrown.meant) {
    end_with(End::failed(thrown.failure));
  } else {
    code_failed(error);
  }
}

bool Run::handlers_finished() const {
  for (const auto& handler : handlers_) {
    if (!handler->ended()) return false;
  }
  return true;
}

void Run::add_handler(std::string name, Routine::Start start, Routine::Ended ended) {
  std::erase_if(handlers_, [](const auto& handler) { return handler->ended(); });
  handlers_.push_back(
      std::make_unique<Routine>(std::move(name), std::move(start), std::move(ended)));
  ready_.push(*handlers_.back());
}

void Run::signal(const std::string& name, const Payloads& input) {
  const auto found = type_->signals.find(name);
  if (found == type_->signals.end()) {
    log(wf::LogLevel::Warn,
        "signal '" + name + "' is not known to workflow " + type_->name + " and is dropped");
    return;
  }
  add_handler(
      "signal " + name,
      [this, &handler = found->second, input, name]() -> std::unique_ptr<wf::Running> {
        try {
          return handler(workflow_.get(), input);
        } catch (const PayloadError& e) {
          // The sender's mistake, which no retry mends.
          log(wf::LogLevel::Error, "signal '" + name + "' is dropped: " + e.what());
          return std::make_unique<wf::detail::Ended>(Payloads());
        }
      },
      [this](const Payloads&, const std::exception_ptr& error) {
        if (error) handler_failed(error);
      });
}

// Why an update may not be accepted; nothing where it may.
std::optional<Failure> Run::reason_against(const std::string& name, const Payloads& input) {
  const auto found = type_->updates.find(name);
  if (found == type_->updates.end()) {
    return Failure("unknown update '" + name + "': workflow " + type_->name + " takes " +
                   names_of(type_->updates));
  }
  if (replaying_ || !found->second.check) return std::nullopt;
  const ReadOnly reading(*this, "the validator of update ", name);
  try {
    return found->second.check(workflow_.get(), input);
  } catch (...) {
    return what_was_thrown(std::current_exception()).failure;
  }
}

void Run::update(UpdateRequest request) {
  const wf::Ref<UpdateMachine> machine(new UpdateMachine(commands_, messages_, std::move(request)));
  const auto rejected = std::make_shared<bool>(false);
  add_handler(
      machine->name(),
      [this, machine, rejected]() -> std::unique_ptr<wf::Running> {
        const auto& wanted = machine->request().request.input();
        if (const auto reason = reason_against(wanted.name(), wanted.args())) {
          *rejected = true;
          machine->reject(*reason);
          return std::make_unique<wf::detail::Ended>(Payloads());
        }
        machine->accept();
        return type_->updates.at(wanted.name()).start(workflow_.get(), wanted.args());
      },
      [this, machine, rejected](Payloads result, const std::exception_ptr& error) {
        if (*rejected) return;
        if (!error) {
          machine->complete(std::move(result));
          return;
        }
        const Thrown thrown = what_was_thrown(error);
        if (thrown.meant || thrown.failure.type() == "PayloadError") {
          machine->complete(thrown.failure);
        } else {
          handler_failed(error);
        }
      });
}

// Requests that are in the history, and that the task does not bring, are handled where they stand
// there, as the acceptance will say on replay.
void Run::request_admitted() {
  if (!live_ || admitted_.empty()) return;
  std::vector<UpdateRequest> found;
  for (auto& [instance, request] : admitted_) {
    const auto same = [&](const UpdateRequest& other) {
      return other.instance == request.instance;
    };
    if (std::none_of(requests_.begin(), requests_.end(), same)) found.push_back(request);
  }
  for (const UpdateRequest& request : found) {
    admitted_.erase(request.instance);
    const auto behind =
        std::find_if(requests_.begin(), requests_.end(),
                     [&](const UpdateRequest& other) { return other.after > request.after; });
    requests_.insert(behind, request);
  }
}

void Run::deliver_updates(std::int64_t before) {
  if (requests_.empty()) return;
  std::vector<UpdateRequest> later;
  for (UpdateRequest& request : requests_) {
    if (request.after >= before) {
      later.push_back(std::move(request));
      continue;
    }
    // A request that was in the history already, and is not repeated by its acceptance.
    if (const auto admitted = admitted_.find(request.instance); admitted != admitted_.end()) {
      if (!request.request.has_input()) request.request = admitted->second.request;
      admitted_.erase(admitted);
    }
    update(std::move(request));
  }
  requests_ = std::move(later);
}

}  // namespace temporal::replay
