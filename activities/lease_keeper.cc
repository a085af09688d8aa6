#include "activities/lease_keeper.h"

namespace almanac {

void LeaseKeeper::keep(const Ledger::Lease& lease) {
  const std::lock_guard lock(mutex_);
  if (lease_ && lease_->token == lease.token) return;
  lease_ = lease;
  renewed_ms_ = steady_ms_();
}

void LeaseKeeper::beat() {
  const std::lock_guard lock(mutex_);
  if (!lease_ || !open_ || steady_ms_() - renewed_ms_ < kEveryMs) return;
  if (!ledger_) {
    auto opened = open_();
    if (!opened.ok()) return;
    ledger_ = *std::move(opened);
  }
  const auto renewed = ledger_->renew(*lease_);
  if (renewed.ok()) renewed_ms_ = steady_ms_();
  if (!renewed.ok() && renewed.error().kind == Error::Kind::LeaseLost) lease_.reset();
}

}  // namespace almanac
