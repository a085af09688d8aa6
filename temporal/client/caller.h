// Caller: makes calls and waits for them; what client and handles share.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "temporal/data/codec.h"
#include "temporal/service/retry.h"

namespace temporal::client {

class ClientOptions {
 public:
  // Waits until the function it is given says so: for an executor that has to be stepped.
  using Wait = std::function<void(const std::function<bool()>&)>;
  struct Values {
    std::string space = "default";  // the namespace
    std::string identity = "temporal-cpp";
    std::uint64_t seed = 0;  // of request ids and of the jitter; 0: chosen
    std::shared_ptr<const PayloadCodec> codec;
    Wait wait;
  };

  ClientOptions() = default;
  ClientOptions& space(std::string name) { return set(values_.space, std::move(name)); }
  ClientOptions& identity(std::string text) { return set(values_.identity, std::move(text)); }
  ClientOptions& seed(std::uint64_t seed) { return set(values_.seed, seed); }
  ClientOptions& codec(std::shared_ptr<const PayloadCodec> c) {
    return set(values_.codec, std::move(c));
  }
  ClientOptions& wait(Wait wait) { return set(values_.wait, std::move(wait)); }
  const Values& values() const { return values_; }

 private:
  template <class Field, class Value>
  ClientOptions& set(Field& field, Value&& value) {
    field = std::forward<Value>(value);
    return *this;
  }
  Values values_;
};

// Thread safe.
class Caller {
 public:
  Caller(service::Service& service, Executor& executor, ClientOptions::Values options);

  const ClientOptions::Values& options() const { return options_; }
  std::string uuid();

  // Encodes, calls with retries, waits, decodes.
  template <service::Rpc rpc>
  Result<service::Reply<rpc>> call(service::Request<rpc> request,
                                   std::chrono::milliseconds timeout = service::kCallTimeout,
                                   service::Retry retry = service::Retry::normal()) {
    if constexpr (requires { request.set_namespace_(std::string()); }) {
      if (request.namespace_().empty()) request.set_namespace_(options_.space);
    }
    if constexpr (requires { request.set_identity(std::string()); }) {
      request.set_identity(options_.identity);
    }
    if (auto problem = encode(request)) return *problem;
    struct Waiting {
      std::mutex mutex;
      std::condition_variable done;
      std::optional<std::pair<Status, service::Reply<rpc>>> ended;
    };
    auto waiting = std::make_shared<Waiting>();
    service::call_with_retry<rpc>(
        service_, executor_, std::move(request), retry,
        [waiting](Status status, service::Reply<rpc> reply) {
          const std::lock_guard lock(waiting->mutex);
          waiting->ended.emplace(std::move(status), std::move(reply));
          waiting->done.notify_all();
        },
        random(), timeout);
    const auto ended = [&] { return waiting->ended.has_value(); };
    if (options_.wait) {
      options_.wait([&] {
        const std::lock_guard lock(waiting->mutex);
        return ended();
      });
    }
    std::unique_lock lock(waiting->mutex);
    waiting->done.wait(lock, ended);
    auto& [status, reply] = *waiting->ended;
    if (!status.ok()) return std::move(status);
    if (auto problem = decode(reply)) return *problem;
    return std::move(reply);
  }

 private:
  std::optional<Status> encode(google::protobuf::Message& message) const;
  std::optional<Status> decode(google::protobuf::Message& message) const;
  std::uint64_t random();

  service::Service& service_;
  Executor& executor_;
  ClientOptions::Values options_;
  std::mutex mutex_;
  std::uint64_t random_;
};

}  // namespace temporal::client
