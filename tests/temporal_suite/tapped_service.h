// TappedService: another service, whose calls are counted and some of which are refused.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <utility>

#include "temporal/base/executor.h"
#include "temporal/service/service.h"

namespace temporal::testing {

// Thread safe.
class TappedService final : public service::Service {
 public:
  TappedService(service::Service& inner, Executor& executor) : inner_(inner), executor_(executor) {}

  // The next `times` calls end with this status and do not reach the service.
  void refuse(service::Rpc rpc, int times, Status status) {
    const std::lock_guard lock(mutex_);
    refusals_.insert_or_assign(rpc, std::pair(times, std::move(status)));
  }
  int calls(service::Rpc rpc) const {
    const std::lock_guard lock(mutex_);
    const auto found = calls_.find(rpc);
    return found == calls_.end() ? 0 : found->second;
  }

  Cancel call(service::Rpc rpc, const google::protobuf::Message& request,
              google::protobuf::Message& reply, std::chrono::milliseconds timeout,
              Done done) override {
    {
      const std::lock_guard lock(mutex_);
      ++calls_[rpc];
      const auto refusal = refusals_.find(rpc);
      if (refusal != refusals_.end() && refusal->second.first > 0) {
        --refusal->second.first;
        executor_.post([done = std::move(done), status = refusal->second.second] { done(status); });
        return [] {};
      }
    }
    return inner_.call(rpc, request, reply, timeout, std::move(done));
  }

 private:
  service::Service& inner_;
  Executor& executor_;
  mutable std::mutex mutex_;
  std::map<service::Rpc, int> calls_;
  std::map<service::Rpc, std::pair<int, Status>> refusals_;
};

}  // namespace temporal::testing
