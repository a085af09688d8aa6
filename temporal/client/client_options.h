// ClientOptions: in whose name a client asks, and how.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "temporal/data/codec.h"

namespace temporal::client {

class ClientOptions {
 public:
  // Waits until the function it is given says so, or until nothing is left that could happen: for
  // an executor that has to be stepped.
  using Wait = std::function<void(const std::function<bool()>&)>;
  struct Values {
    std::string space = "default";  // the namespace
    std::string identity;           // "process@host" if not set
    std::uint64_t seed = 0;         // of request ids and of the jitter; 0: chosen
    std::shared_ptr<const PayloadCodec> codec;
    Wait wait;
  };

  ClientOptions() = default;
  ClientOptions& space(std::string name) { return set(values_.space, std::move(name)); }
  // Kept in histories, for people.
  ClientOptions& identity(std::string text) { return set(values_.identity, std::move(text)); }
  // The same seed gives the same ids.
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

}  // namespace temporal::client
