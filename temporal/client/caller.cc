#include "temporal/client/caller.h"

#include <random>

namespace temporal::client {

Caller::Caller(service::Service& service, Executor& executor, ClientOptions::Values options)
    : service_(service), executor_(executor), options_(std::move(options)), random_(options_.seed) {
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

std::optional<Status> Caller::encode(google::protobuf::Message& message) const {
  try {
    encode_payloads(options_.codec.get(), message);
    return std::nullopt;
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
