// The write lease: one row, whose token grows with every lease that is given out.
#include <sys/stat.h>

#include <chrono>

#include "core/base/hash.h"
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
  int sweep = 0;

  Ledger::LeaseHolder holder() const {
    return {run, owner.host, owner.pid, keeper, token, renewals};
  }

  // Whether who asks now is who holds it.
  bool is_of(const Ledger::Claim& claim, const LeaseOwner& self) const {
    return held && run == claim.run && keeper == claim.keeper &&
           (keeper == Ledger::Keeper::Run || owner == self);
  }
};

Result<LeaseRow> read_lease(sqlite::Database& db) {
  sqlite::Query query(
      db,
      "SELECT token, held, run, host, boot, pids, pid, started, keeper, renewals, sweep"
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
                  query.integer(9),
                  static_cast<int>(query.integer(10))};
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

// What the sweep before had begun is not waited for any more.
Result<void> begin_sweep(Ledger::Impl& ledger, const LeaseRow& row, const Ledger::Claim& claim) {
  if (claim.sweep == row.sweep) return {};
  if (claim.sweep < row.sweep) {
    return Error{Error::Kind::LeaseLost, "run " + claim.run + " has begun sweep " +
                                             std::to_string(row.sweep) + " already; sweep " +
                                             std::to_string(claim.sweep) +
                                             " comes too late and does nothing"};
  }
  TRY_VOID(sqlite::run(ledger.db(), "UPDATE lease SET sweep = ?", claim.sweep));
  return ledger.lose_running();
}

int64_t wall_ms() {
  using std::chrono::system_clock;
  const auto now = system_clock::now().time_since_epoch();
  return std::chrono::duration_cast<std::chrono::milliseconds>(now).count();
}

// What was recorded first stays.
Result<void> record(Ledger::Impl& ledger, const Ledger::RunRecord& run) {
  return sqlite::run(ledger.db(),
                     "INSERT OR IGNORE INTO runs(run, command, totals, started_ms, finished_ms)"
                     " VALUES(?, ?, ?, ?, ?)",
                     run.run, run.command, run.totals, run.started_ms, run.finished_ms);
}

Error over(const std::string& run) {
  return {Error::Kind::LeaseLost, "run " + run + " has ended; what comes of it now comes too late"};
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

Result<void> take_lease(Ledger::Impl& ledger, const Ledger::Lease& lease,
                        const Ledger::Claim& claim) {
  const LeaseOwner self = self_of(ledger);
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE lease SET token = ?, held = 1, run = ?, host = ?, boot = ?,"
                       " pids = ?, pid = ?, started = ?, keeper = ?, renewals = 0, sweep = ?",
                       lease.token, lease.run, self.host, self.boot, self.pids, self.pid,
                       self.started, static_cast<int>(claim.keeper), claim.sweep));
  // Whoever had begun them is gone, and it was not the calculation's fault.
  return ledger.lose_running();
}

}  // namespace

Result<std::string> Ledger::identity() {
  constexpr size_t kDigits = 16;
  return impl_->read([&]() -> Result<std::string> {
    struct stat file{};
    if (stat(impl_->path.c_str(), &file) != 0) return std::string();
    sqlite::Query query(impl_->db(), "SELECT ledger FROM lease");
    TRY(const bool row, query.next());
    if (!row) return impl_->damaged("it has no lease row");
    Hasher hasher("ledger/1");
    hasher.add(query.text(0)).add(uint64_t{file.st_ino});
    return hasher.digest().hex().substr(0, kDigits);
  });
}

Result<void> Ledger::Impl::check(const Lease& lease) {
  TRY(const LeaseRow row, read_lease(db()));
  if (row.held && row.token == lease.token) return {};
  return Error{Error::Kind::LeaseLost, "lease lost: run " + lease.run +
                                           " no longer holds the ledger " + path +
                                           (row.held ? ", run " + row.run + " does" : "") +
                                           "; nothing was recorded, run again"};
}

// Its attempts that are Running are not going to be committed.
Result<void> Ledger::Impl::give_back() {
  TRY_VOID(sqlite::run(db(), "UPDATE lease SET held = 0"));
  return lose_running();
}

Result<bool> Ledger::Impl::has_ended(const std::string& run) {
  sqlite::Query query(db(), "SELECT count(*) FROM runs WHERE run = ?", run);
  TRY(const bool row, query.next());
  return row && query.integer(0) > 0;
}

Result<std::optional<Ledger::Lease>> Ledger::acquire(const Claim& claim, LeaseHolder* holder) {
  CHECK(impl_->mode == Mode::ReadWrite, "a ledger that is leased was opened for writing");
  std::optional<Lease> lease;
  const Result<void> done = impl_->write_transaction([&]() -> Result<void> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    if (row.is_of(claim, self_of(*impl_))) {
      lease = Lease{row.token, claim.run};
      return begin_sweep(*impl_, row, claim);
    }
    TRY(const bool ended, impl_->has_ended(claim.run));
    if (ended) return over(claim.run);
    if (!may_be_taken(*impl_, row, claim.watch)) {
      *holder = row.holder();
      return {};
    }
    lease = Lease{row.token + 1, claim.run};
    if (row.run != claim.run) TRY_VOID(forget_older_runs(*impl_, row.run, claim.run));
    return take_lease(*impl_, *lease, claim);
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

Result<void> Ledger::free(int64_t token) {
  return impl_->write_transaction([&]() -> Result<void> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    if (!row.held || row.token != token) return {};
    const int64_t now = wall_ms();
    TRY_VOID(record(*impl_, {row.run, "run", "{}", now, now}));  // nobody knows more of it
    return impl_->give_back();
  });
}

Result<void> Ledger::end_run(const RunRecord& run) {
  return impl_->write_transaction([&]() -> Result<void> {
    TRY_VOID(record(*impl_, run));
    TRY(const LeaseRow row, read_lease(impl_->db()));
    return row.held && row.run == run.run ? impl_->give_back() : Result<void>();
  });
}

Result<bool> Ledger::has_ended(const std::string& run) {
  return impl_->read([&] { return impl_->has_ended(run); });
}

Result<std::optional<Ledger::LeaseHolder>> Ledger::holder() {
  return impl_->read([&]() -> Result<std::optional<LeaseHolder>> {
    TRY(const LeaseRow row, read_lease(impl_->db()));
    if (may_be_taken(*impl_, row, nullptr)) return std::optional<LeaseHolder>();
    return std::optional<LeaseHolder>(row.holder());
  });
}

}  // namespace almanac
