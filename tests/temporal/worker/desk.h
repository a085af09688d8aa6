// Desk: a service that answers each call as a test says, call by call, on an executor that is
// stepped; what it has no answer for waits until it is given up.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "temporal/base/virtual_executor.h"
#include "temporal/service/service.h"

namespace temporal::worker {

class Desk final : public service::Service {
 public:
  explicit Desk(Executor& executor) : executor_(executor) {}

  // The next call of this kind is answered so.
  template <service::Rpc rpc>
  void answer(service::Reply<rpc> reply) {
    answers_[rpc].push_back(std::make_shared<service::Reply<rpc>>(std::move(reply)));
    give();
  }
  // Calls of this kind are answered with nothing, or fail.
  void accept(service::Rpc rpc, Status status = {}) { accepted_[rpc] = std::move(status); }

  template <service::Rpc rpc>
  std::vector<service::Request<rpc>> made() const {
    std::vector<service::Request<rpc>> all;
    for (const auto& [kind, request] : log_) {
      if (kind == rpc) all.push_back(dynamic_cast<const service::Request<rpc>&>(*request));
    }
    return all;
  }

  Cancel call(service::Rpc rpc, const google::protobuf::Message& request,
              google::protobuf::Message& reply, std::chrono::milliseconds, Done done) override {
    const std::shared_ptr<google::protobuf::Message> copy(request.New());
    copy->CopyFrom(request);
    log_.emplace_back(rpc, copy);
    if (const auto accepted = accepted_.find(rpc); accepted != accepted_.end()) {
      executor_.post([done = std::move(done), status = accepted->second] { done(status); });
      return [] {};
    }
    const int id = ++last_;
    waiting_[id] = {rpc, &reply, std::move(done)};
    give();
    return [this, id] {
      executor_.post([this, id] {
        const auto found = waiting_.find(id);
        if (found == waiting_.end()) return;
        const Done end = std::move(found->second.done);
        waiting_.erase(found);
        end({Code::Cancelled, "given up"});
      });
    };
  }

 private:
  struct Waiting {
    service::Rpc rpc;
    google::protobuf::Message* reply;
    Done done;
  };
  void give() {
    for (auto one = waiting_.begin(); one != waiting_.end();) {
      auto& answers = answers_[one->second.rpc];
      if (answers.empty()) {
        ++one;
        continue;
      }
      executor_.post([waiting = std::move(one->second), answer = answers.front()] {
        waiting.reply->CopyFrom(*answer);
        waiting.done({});
      });
      answers.erase(answers.begin());
      one = waiting_.erase(one);
    }
  }

  Executor& executor_;
  int last_ = 0;
  std::map<int, Waiting> waiting_;
  std::map<service::Rpc, std::vector<std::shared_ptr<google::protobuf::Message>>> answers_;
  std::map<service::Rpc, Status> accepted_;
  std::vector<std::pair<service::Rpc, std::shared_ptr<google::protobuf::Message>>> log_;
};

}  // namespace temporal::worker
