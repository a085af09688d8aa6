#include "temporal/client/caller.h"

#include <google/protobuf/descriptor.h>

#include <atomic>
#include <random>

#include "temporal/base/identity.h"
#include "temporal/data/text.h"

namespace temporal::client {

Caller::Caller(service::Service& service, Executor& executor, ClientOptions::Values options)
    : service_(service), executor_(executor), options_(std::move(options)), random_(options_.seed) {
  if (options_.identity.empty()) options_.identity = own_identity();
  if (random_ == 0) {
    std::random_device device;
    random_ = (std::uint64_t{device()} << 32) | device();
  }
}

std::uint64_t Caller::random() {
  const std::lock_guard lock(mutex_);
  return next_random(random_);
}

std::string Caller::uuid() {
  const std::uint64_t high = random();
  return uuid_of(high, random());
}

std::optional<TimePoint> Caller::in(Duration within) const {
  if (within == Duration::max()) return std::nullopt;
  return later(executor_.now(), within);
}

Duration Caller::left(std::optional<TimePoint> until) const {
  return until ? *until - executor_.now() : Duration::max();
}

Status Caller::wait(service::Rpc rpc, const std::shared_ptr<Waiting>& waiting,
                    const service::Service::Cancel& cancel, std::optional<TimePoint> until) {
  const auto late = std::make_shared<std::atomic<bool>>(false);
  Executor::TimerId timer = 0;
  if (until) {
    timer = executor_.after(*until - executor_.now(), [late, cancel] {
      *late = true;
      cancel();
    });
  }
  if (options_.wait) {
    const auto ended = [&] {
      const std::lock_guard lock(waiting->mutex);
      return waiting->status.has_value();
    };
    options_.wait(ended);
    if (!ended()) {
      cancel();
      executor_.cancel(timer);
      return {Code::Unavailable, std::string(service::name_of(rpc)) +
                                     " was not answered, and the executor has nothing left to do; "
                                     "does ClientOptions::wait() step it for long enough?"};
    }
  }
  std::unique_lock lock(waiting->mutex);
  waiting->ended.wait(lock, [&] { return waiting->status.has_value(); });
  Status status = *waiting->status;
  lock.unlock();
  if (timer != 0) executor_.cancel(timer);
  if (*late && status.code == Code::Cancelled) {
    return {Code::DeadlineExceeded, std::string(service::name_of(rpc)) +
                                        " was not answered within the time that was given for it"};
  }
  return status;
}

std::optional<Status> Caller::encode(google::protobuf::Message& message) const {
  try {
    encode_payloads(options_.codec.get(), message);
    const auto field = field_not_utf8(message);
    if (!field) return std::nullopt;
    return Status{Code::InvalidArgument,
                  message.GetDescriptor()->name() + "." + *field + " is not UTF-8"};
  } catch (const PayloadError& e) {
    return Status{Code::InvalidArgument, e.what()};
  }
}

std::optional<Status> Caller::decode(google::protobuf::Message& message) const {
  try {
    decode_payloads(options_.codec.get(), message);
    return std::nullopt;
  } catch (const PayloadError& e) {
    return Status{Code::DataLoss, e.what()};
  }
}

}  // namespace temporal::client
