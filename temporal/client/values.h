// Between an author's values and the payloads of calls; what cannot be converted is a Status.
#pragma once

#include <type_traits>
#include <utility>

#include "temporal/base/status.h"
#include "temporal/data/failure.h"
#include "temporal/workflow/task.h"

namespace temporal::client::detail {

// The arguments of a call: InvalidArgument where JSON cannot hold one.
template <class... Args>
Result<Payloads> input_of(const Args&... args) {
  try {
    return encode_all(args...);
  } catch (const PayloadError& e) {
    return Status{Code::InvalidArgument, e.what()};
  }
}

// The answer to a call: DataLoss where it is of another shape than T.
template <class T>
Result<Outcome<T>> typed(const Result<Outcome<Payloads>>& answer) {
  if (!answer) return answer.status();
  if (!answer->ok()) return Outcome<T>(answer->failure());
  if constexpr (std::is_void_v<T>) {
    return Outcome<T>();
  } else {
    try {
      return Outcome<T>(decode_result<T>(answer->value()));
    } catch (const PayloadError& e) {
      return Status{Code::DataLoss, e.what()};
    }
  }
}

// What a handler gives: R, or T of a wf::Task<T>.
template <class R>
struct ValueOf {
  using type = std::decay_t<R>;
};
template <class R>
struct ValueOf<wf::Task<R>> {
  using type = R;
};

}  // namespace temporal::client::detail
