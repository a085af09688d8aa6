#include "simulator/flaky_service.h"

#include <utility>

namespace almanac::simulator {

namespace {

using google::protobuf::Message;
using temporal::Code;
using temporal::Status;
using temporal::service::Reply;
using temporal::service::Request;
using temporal::service::Rpc;

bool is_poll(Rpc rpc) {
  return rpc == Rpc::PollActivityTaskQueue || rpc == Rpc::PollWorkflowTaskQueue;
}

// What a worker answers a task with.
bool is_answer(Rpc rpc) {
  return rpc == Rpc::RespondActivityTaskCompleted || rpc == Rpc::RespondActivityTaskFailed ||
         rpc == Rpc::RespondActivityTaskCanceled || rpc == Rpc::RespondWorkflowTaskCompleted ||
         rpc == Rpc::RespondWorkflowTaskFailed;
}

// The type of the task that a poll has brought; empty where there is none.
std::string task_of(Rpc rpc, const Message& reply) {
  if (rpc == Rpc::PollActivityTaskQueue) {
    const auto& task = static_cast<const Reply<Rpc::PollActivityTaskQueue>&>(reply);
    return task.task_token().empty() ? "" : task.activity_type().name();
  }
  if (rpc != Rpc::PollWorkflowTaskQueue) return "";
  const auto& task = static_cast<const Reply<Rpc::PollWorkflowTaskQueue>&>(reply);
  return task.task_token().empty() ? "" : task.workflow_type().name();
}

std::string queue_of(Rpc rpc, const Message& request) {
  if (rpc == Rpc::PollActivityTaskQueue) {
    return static_cast<const Request<Rpc::PollActivityTaskQueue>&>(request).task_queue().name();
  }
  if (rpc != Rpc::PollWorkflowTaskQueue) return "";
  return static_cast<const Request<Rpc::PollWorkflowTaskQueue>&>(request).task_queue().name();
}

std::unique_ptr<Message> copy_of(const Message& message) {
  std::unique_ptr<Message> copy(message.New());
  copy->CopyFrom(message);
  return copy;
}

}  // namespace

FlakyService::FlakyService(Service& real, temporal::VirtualExecutor& executor, Gate& gate,
                           SecondTasks* second, Point point)
    : real_(real),
      executor_(executor),
      gate_(gate),
      second_(second),
      point_(std::move(point)),
      self_(std::make_shared<FlakyService*>(this)) {}

FlakyService::~FlakyService() {
  close();
}

void FlakyService::close() {
  if (!self_) return;
  *self_ = nullptr;
  self_.reset();
  const auto open = std::exchange(open_, {});
  for (const auto& [key, call] : open) {
    if (call->cancel) call->cancel();
  }
}

std::string FlakyService::name_of(const Call& call) const {
  return temporal::service::name_of(call.rpc);
}

FlakyService::Cancel FlakyService::call(Rpc rpc, const Message& request, Message& reply,
                                        std::chrono::milliseconds timeout, Done done) {
  if (!self_) return [] {};
  const auto call = std::make_shared<Call>();
  call->rpc = rpc;
  call->queue = queue_of(rpc, request);
  call->request = copy_of(request);
  call->answer.reset(reply.New());
  call->reply = &reply;
  call->done = std::move(done);
  call->timeout = timeout;
  open_[call.get()] = call;
  const Cancel cancel = [weak = std::weak_ptr<Call>(call)] {
    const auto open = weak.lock();
    if (open && open->cancel) open->cancel();
  };
  const bool beat = rpc == Rpc::RecordActivityTaskHeartbeat;
  std::optional<Fault> fault;
  if (beat || is_answer(rpc)) {
    fault = point_(beat ? Place::Heartbeat : Place::Call, name_of(*call));
    if (!self_) return cancel;
  }
  if (!fault) {
    send(call);
    return cancel;
  }
  switch (fault->kind) {
    case Fault::Kind::Lost:
      end(call, {Code::Unavailable, "the engine is not reached (simulated)"});
      break;
    case Fault::Kind::Late:
      executor_.after(std::chrono::seconds(fault->seconds), [self = self_, call] {
        if (*self) (*self)->send(call);
      });
      break;
    case Fault::Kind::Twice:
      send_copy(call);
      send(call);
      break;
    default:
      call->unconfirmed = fault->kind == Fault::Kind::Done;
      send(call);
  }
  return cancel;
}

void FlakyService::send(const CallPtr& call) {
  if (is_poll(call->rpc)) {
    auto& second = (*second_)[name_of(*call) + call->queue];
    if (!second.empty()) {
      call->answer = std::move(second.front());
      second.pop_front();
      end(call, {}, /*seen=*/true);
      return;
    }
  }
  call->cancel = real_.call(call->rpc, *call->request, *call->answer, call->timeout,
                            [self = self_, call](Status status) {
                              if (!*self) return;
                              if (call->unconfirmed) {
                                status = {Code::Unavailable, "no answer came (simulated)"};
                              }
                              (*self)->end(call, std::move(status));
                            });
}

// Nobody waits for what comes of it.
void FlakyService::send_copy(const CallPtr& call) {
  const auto copy = std::make_shared<Call>();
  copy->request = copy_of(*call->request);
  copy->answer.reset(call->answer->New());
  real_.call(call->rpc, *copy->request, *copy->answer, call->timeout, [copy](const Status&) {});
}

// `seen`: the task is a second one, to which nothing else happens.
void FlakyService::end(const CallPtr& call, Status status, bool seen) {
  call->cancel = nullptr;
  gate_.post([self = self_, call, status = std::move(status), seen]() mutable {
    FlakyService* const service = *self;
    if (!service || !service->open_.contains(call.get())) return;
    const std::string task = task_of(call->rpc, *call->answer);
    if (!task.empty() && !seen) {
      const auto fault = service->point_(Place::Poll, task);
      if (!*self) return;
      if (fault && fault->kind == Fault::Kind::Lost) call->answer->Clear();
      if (fault && fault->kind == Fault::Kind::Twice) {
        (*service->second_)[service->name_of(*call) + call->queue].push_back(
            copy_of(*call->answer));
      }
      if (fault && fault->kind == Fault::Kind::Late) {
        service->executor_.after(std::chrono::seconds(fault->seconds), [self, call] {
          if (*self) (*self)->end(call, {}, /*seen=*/true);
        });
        return;
      }
    } else if (is_answer(call->rpc)) {
      (void)service->point_(Place::Called, service->name_of(*call));
      if (!*self) return;
    }
    service->open_.erase(call.get());
    call->reply->CopyFrom(*call->answer);
    const Done done = std::move(call->done);
    done(std::move(status));
  });
}

}  // namespace almanac::simulator
