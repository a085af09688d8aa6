#include "simulator/flaky_service.h"

#include <algorithm>
#include <utility>

namespace almanac::simulator {

namespace {

using google::protobuf::Message;
using temporal::Code;
using temporal::Status;
using temporal::service::Reply;
using temporal::service::Request;
using temporal::service::Rpc;

constexpr int64_t kPatienceS = 5;

bool is_poll(Rpc rpc) {
  return rpc == Rpc::PollActivityTaskQueue || rpc == Rpc::PollWorkflowTaskQueue;
}

// What a worker answers a task with.
bool is_answer(Rpc rpc) {
  return rpc == Rpc::RespondActivityTaskCompleted || rpc == Rpc::RespondActivityTaskFailed ||
         rpc == Rpc::RespondActivityTaskCanceled || rpc == Rpc::RespondWorkflowTaskCompleted ||
         rpc == Rpc::RespondWorkflowTaskFailed;
}

// What a person wants of a run.
bool is_wish(Rpc rpc) {
  return rpc == Rpc::StartWorkflowExecution || rpc == Rpc::SignalWorkflowExecution ||
         rpc == Rpc::RequestCancelWorkflowExecution;
}

std::optional<Place> place_of(Rpc rpc) {
  if (rpc == Rpc::RecordActivityTaskHeartbeat) return Place::Heartbeat;
  if (is_answer(rpc)) return Place::Call;
  if (is_wish(rpc)) return Place::Ask;
  return std::nullopt;
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

bool Network::at_rest(temporal::TimePoint now) const {
  constexpr auto kLongestPoll = 2 * temporal::service::kPollTimeout;
  return late == 0 && std::all_of(second.begin(), second.end(), [&](const auto& queue) {
           return queue.second.back().due + kLongestPoll < now;
         });
}

FlakyService::FlakyService(Service& real, temporal::Executor& way, Gate& gate, Network* network,
                           Point point)
    : real_(real),
      way_(way),
      gate_(gate),
      network_(network),
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
  std::optional<Fault> fault;
  if (const auto place = place_of(rpc)) {
    fault = point_(*place, name_of(*call));
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
      // A person does not wait for long, and does not ask twice.
      send_late(call, is_wish(rpc) ? std::min(fault->seconds, kPatienceS) : fault->seconds);
      break;
    case Fault::Kind::Twice:
      if (fault->seconds == 0) send_copy(call, 0);
      send(call);
      if (fault->seconds > 0) send_copy(call, fault->seconds);
      break;
    default:
      call->unconfirmed = fault->kind == Fault::Kind::Done;
      send(call);
  }
  return cancel;
}

void FlakyService::send(const CallPtr& call) {
  if (is_poll(call->rpc) && take_second(call)) return end(call, {}, /*seen=*/true);
  call->cancel = real_.call(call->rpc, *call->request, *call->answer, call->timeout,
                            [self = self_, call](Status status) {
                              if (!*self) return;
                              if (call->unconfirmed) {
                                status = {Code::Unavailable, "no answer came (simulated)"};
                              }
                              (*self)->end(call, std::move(status));
                            });
}

bool FlakyService::take_second(const CallPtr& call) {
  const auto found = network_->second.find(name_of(*call) + call->queue);
  if (found == network_->second.end() || found->second.front().due > gate_.now()) return false;
  call->answer = std::move(found->second.front().task);
  found->second.pop_front();
  if (found->second.empty()) network_->second.erase(found);
  return true;
}

// Nobody waits for what comes of it.
void FlakyService::send_copy(const CallPtr& call, int64_t seconds) {
  const auto copy = std::make_shared<Call>();
  copy->rpc = call->rpc;
  copy->request = copy_of(*call->request);
  copy->answer.reset(call->answer->New());
  const auto send = [&real = real_, copy, timeout = call->timeout] {
    real.call(copy->rpc, *copy->request, *copy->answer, timeout, [copy](const Status&) {});
  };
  if (seconds == 0) return send();
  ++network_->late;
  way_.after(std::chrono::seconds(seconds), [send, network = network_] {
    --network->late;
    send();
  });
}

// Who has sent it may be gone when it arrives, or have given it up.
void FlakyService::send_late(const CallPtr& call, int64_t seconds) {
  if (std::chrono::seconds(seconds) > call->timeout) {
    send_copy(call, seconds);
    gate_.after(call->timeout, [self = self_, call] {
      if (*self) (*self)->end(call, {Code::DeadlineExceeded, "no answer came in time (simulated)"});
    });
    return;
  }
  ++network_->late;
  way_.after(std::chrono::seconds(seconds), [self = self_, call, network = network_,
                                             &real = real_] {
    --network->late;
    if (*self) return (*self)->send(call);
    real.call(call->rpc, *call->request, *call->answer, call->timeout, [call](const Status&) {});
  });
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
        service->network_->second[service->name_of(*call) + call->queue].push_back(
            {service->gate_.now() + std::chrono::seconds(fault->seconds), copy_of(*call->answer)});
      }
      if (fault && fault->kind == Fault::Kind::Late) {
        ++service->network_->late;
        service->way_.after(std::chrono::seconds(fault->seconds),
                            [self, call, network = service->network_] {
                              --network->late;
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
