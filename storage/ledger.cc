#include "storage/ledger.h"

#include "storage/ledger_impl.h"

namespace almanac {

Ledger::Ledger(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Ledger::~Ledger() = default;

Result<std::unique_ptr<Ledger>> Ledger::open(const std::string& path, Mode mode, Seams seams) {
  TRY(LedgerConnection connection, LedgerConnection::open(path, mode));
  auto impl = std::make_unique<Impl>(path, mode, std::move(connection), std::move(seams));
  return std::unique_ptr<Ledger>(new Ledger(std::move(impl)));
}

}  // namespace almanac
