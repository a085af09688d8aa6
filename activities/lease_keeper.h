// LeaseKeeper: renews the lease that this process works under, while it works. It has a connection
// of its own to the ledger, so that a step that takes long does not keep it waiting.
//
// Thread safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "storage/ledger.h"

namespace almanac {

class LeaseKeeper {
 public:
  using Open = std::function<Result<std::unique_ptr<Ledger>>()>;
  // `steady_ms`: a clock that does not jump. Where `open` is empty, nothing is renewed.
  LeaseKeeper(Open open, std::function<int64_t()> steady_ms)
      : open_(std::move(open)), steady_ms_(std::move(steady_ms)) {}

  // From now on this one, which is a run's own.
  void keep(const Ledger::Lease& lease);
  // Renews the lease where that is due. What it fails with, the next step says, too.
  void beat();

 private:
  static constexpr int64_t kEveryMs = 60'000;

  const Open open_;
  const std::function<int64_t()> steady_ms_;
  std::mutex mutex_;  // of all below
  std::unique_ptr<Ledger> ledger_;
  std::optional<Ledger::Lease> lease_;
  int64_t renewed_ms_ = 0;
};

}  // namespace almanac
