// The write lease: one row, whose token grows with every lease that is given out.
#include "storage/lease_owner.h"
#include "storage/lease_watch.h"
#include "storage/ledger_impl.h"

namespace almanac {

namespace {

static_assert(static_cast<int>(AttemptStatus::Running) == 0, "the index attempts_running says so");

struct LeaseRow {
  int64_t token = 0;
  bool held = false;
  std::string run;
  LeaseOwner owner;
  Ledger::Keeper keeper{};
  int64_t renewals = 0;

  Ledger::LeaseHolder holder() const {
    return {run, owner.host, owner.pid, keeper, token, renewals};
  }

  // Whether who asks now is who holds it.
  bool is_of(const std::string& asking, Ledger::Keeper kept_by, const LeaseOwner& self) const {
    return held && run == asking && keeper == kept_by &&
           (keeper == Ledger::Keeper::Run || owner == self);
  }
};

Result<LeaseRow> read_lease(sqlite::Database& db) {
  sqlite::Query query(db,
                      "SELECT token, held, run, host, boot, pids, pid, started, keeper, renewals"
                      " FROM lease");
  TRY(const bool row, query.next());
  if (!row) return usage_error("the ledger " + db.path() + " is damaged: it has no lease row");
  const LeaseOwner owner{std::string(query.text(3)), std::string(query.text(4)),
                         std::string(query.text(5)), query.integer(6), query.integer(7)};
  return LeaseRow{query.integer(0),
                  query.integer(1) != 0,
                  std::string(query.text(2)),
                  owner,
                  static_cast<Ledger::Keeper>(query.integer(8)),
                  query.integer(9)};
}

LeaseOwner self_of(const Ledger::Impl& ledger) {
  return ledger.seams.self ? ledger.seams.self() : LeaseOwner::self();
}

bool may_be_alive(const Ledger::Impl& ledger, const LeaseOwner& owner) {
  return ledger.seams.may_be_alive ? ledger.seams.may_be_alive(owner) : owner.may_be_alive();
}

bool may_be_taken(const Ledger::Impl& ledger, const LeaseRow& row, LeaseWatch* watch) {
  if (!row.held) return true;
  if (row.keeper == Ledger::Keeper::Process) return !may_be_alive(ledger, row.owner);
  return watch != nullptr && watch->expired(row.token, row.renewals);
}

// Keeps the journal of the run that begins and of the one before it.
Result<void> forget_older_runs(Ledger::Impl& ledger, const std::string& before,
                               const std::string& run) {
  TRY(const int64_t kept, ledger.find_name(before));
  TRY(const int64_t begins, ledger.find_name(run));
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE lease SET forgotten = max(forgotten, ifnull("
                       "(SELECT max(sequence) FROM journal WHERE run NOT IN (?, ?)), 0))",
                       kept, begins));
  return sqlite::run(ledger.db(), "DELETE FROM journal WHERE run NOT IN (?, ?)", kept, begins);
}

Result<void> take_lease(Ledger::Impl& ledger, const Ledger::Lease& lease, Ledger::Keeper keeper) {
  const LeaseOwner self = self_of(ledger);
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE lease SET token = ?, held = 1, run = ?, host = ?, boot = ?,"
                       " pids = ?, pid = ?, started = ?, keeper = ?, renewals = 0",
                       lease.token, lease.run, self.host, self.boot, self.pids, self.pid,
                       self.started, static_cast<int>(keeper)));
  // Whoever had begun them is gone, and it was not the calculation's fault.
  return ledger.lose_running();
}

}  // namespace

Result<void> Ledger::Impl::check(const Lease& lease) {
  TRY(const LeaseRow row, read_lease(db()));
  if (row.held && row.token == lease.token) return {};
  return Error{Error::Kind::LeaseLost, "lease lost: run " + lease.run +
                                           " no longer holds the ledger " + path +
                                           (row.held ? ", run " + row.run + " does" : "") +
                                           "; nothing was recorded, run again"};
}

Result<std::optional<Ledger::Lease>> Ledger::acquire(const std::string& run, LeaseHolder* holder,
                                                     Keeper keeper, LeaseWatch* watch) {
  CHECK(impl_->mode == Mode::ReadWrite, "a ledger that is leased was opened for writing");
  std::optional<Lease> lease;
  const Result<void> done = impl_->write_transaction([&]() -> Result<void> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    if (row.is_of(run, keeper, self_of(*impl_))) {
      lease = Lease{row.token, run};
      return {};
    }
    if (!may_be_taken(*impl_, row, watch)) {
      *holder = row.holder();
      return {};
    }
    lease = Lease{row.token + 1, run};
    if (row.run != run) TRY_VOID(forget_older_runs(*impl_, row.run, run));
    return take_lease(*impl_, *lease, keeper);
  });
  if (!done.ok()) return done.error();
  return lease;
}

Result<void> Ledger::renew(const Lease& lease) {
  return impl_->write_evidence(
      lease, [&] { return sqlite::run(impl_->db(), "UPDATE lease SET renewals = renewals + 1"); });
}

Result<void> Ledger::release(const Lease& lease) {
  return impl_->write(lease, [&] { return sqlite::run(impl_->db(), "UPDATE lease SET held = 0"); });
}

Result<std::string> Ledger::last_run() {
  return impl_->read([&]() -> Result<std::string> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    return row.run;
  });
}

Result<std::optional<Ledger::LeaseHolder>> Ledger::holder() {
  return impl_->read([&]() -> Result<std::optional<LeaseHolder>> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    if (may_be_taken(*impl_, row, nullptr)) return std::optional<LeaseHolder>();
    return std::optional<LeaseHolder>(row.holder());
  });
}

}  // namespace almanac
