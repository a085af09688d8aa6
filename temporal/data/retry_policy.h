// RetryPolicy: how often, and after which pauses, something that failed is tried again by the
// service. What is not set is the service's default: 1 s, doubling, at most 100 times the first
// pause, without end.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "temporal/api/common/v1/message.pb.h"
#include "temporal/base/executor.h"
#include "temporal/data/duration.h"

namespace temporal {

class RetryPolicy {
 public:
  RetryPolicy() = default;
  explicit RetryPolicy(api::common::v1::RetryPolicy proto) : proto_(std::move(proto)) {}
  RetryPolicy& initial_interval(Duration d) {
    *proto_.mutable_initial_interval() = temporal::to_proto(d);
    return *this;
  }
  RetryPolicy& backoff(double coefficient) {
    proto_.set_backoff_coefficient(coefficient);
    return *this;
  }
  RetryPolicy& max_interval(Duration d) {
    *proto_.mutable_maximum_interval() = temporal::to_proto(d);
    return *this;
  }
  // 1 is no second attempt; 0, the default, is without end.
  RetryPolicy& max_attempts(int attempts) {
    proto_.set_maximum_attempts(attempts);
    return *this;
  }
  // Application failures of this type are not tried again.
  RetryPolicy& non_retryable(std::string type) {
    proto_.add_non_retryable_error_types(std::move(type));
    return *this;
  }
  const api::common::v1::RetryPolicy& proto() const { return proto_; }

 private:
  api::common::v1::RetryPolicy proto_;
};

}  // namespace temporal
