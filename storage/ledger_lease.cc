// The write lease: one row, whose token grows with every lease that is given out.
#include "storage/lease_owner.h"
#include "storage/ledger_impl.h"

namespace almanac {

namespace {

constexpr int kLost = static_cast<int>(AttemptStatus::Lost);
static_assert(static_cast<int>(AttemptStatus::Running) == 0, "the index attempts_running says so");

struct LeaseRow {
  int64_t token = 0;
  bool held = false;
  std::string run;
  LeaseOwner owner;
};

Result<LeaseRow> read_lease(sqlite::Database& db) {
  sqlite::Query query(db, "SELECT token, held, run, host, boot, pids, pid, started FROM lease");
  TRY(const bool row, query.next());
  if (!row) return usage_error("the ledger " + db.path() + " is damaged: it has no lease row");
  const LeaseOwner owner{std::string(query.text(3)), std::string(query.text(4)),
                         std::string(query.text(5)), query.integer(6), query.integer(7)};
  return LeaseRow{query.integer(0), query.integer(1) != 0, std::string(query.text(2)), owner};
}

}  // namespace

Result<void> Ledger::Impl::check(const Lease& lease) {
  TRY(const LeaseRow row, read_lease(db()));
  if (row.held && row.token == lease.token) return {};
  return temporary_error("lease lost: run " + lease.run + " no longer holds the ledger " + path +
                         (row.held ? ", run " + row.run + " does" : "") +
                         "; nothing was recorded, run again");
}

Result<std::optional<Ledger::Lease>> Ledger::acquire(const std::string& run, LeaseHolder* holder) {
  CHECK(impl_->mode == Mode::ReadWrite, "a ledger that is leased was opened for writing");
  std::optional<Lease> lease;
  const Result<void> done = impl_->write_transaction([&]() -> Result<void> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    if (row.held && row.owner.may_be_alive()) {
      *holder = {row.run, row.owner.host, row.owner.pid};
      return {};
    }
    const LeaseOwner self = LeaseOwner::self();
    lease = Lease{row.token + 1, run};
    TRY_VOID(sqlite::run(impl_->db(),
                         "UPDATE lease SET token = ?, held = 1, run = ?, host = ?, boot = ?,"
                         " pids = ?, pid = ?, started = ?",
                         lease->token, run, self.host, self.boot, self.pids, self.pid,
                         self.started));
    // Whoever had begun them is gone, and it was not the calculation's fault.
    return sqlite::run(impl_->db(), "UPDATE attempts SET status = ?, counted = 0 WHERE status = 0",
                       kLost);
  });
  if (!done.ok()) return done.error();
  return lease;
}

Result<void> Ledger::release(const Lease& lease) {
  return impl_->write(lease, [&] { return sqlite::run(impl_->db(), "UPDATE lease SET held = 0"); });
}

}  // namespace almanac
