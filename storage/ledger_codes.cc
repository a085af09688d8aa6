// Versions of the code of calculations.
#include "storage/ledger_rows.h"
#include "storage/packed.h"

namespace almanac {

namespace {

std::string packed_parts(const std::vector<KeyPart>& parts) {
  Packer packer;
  for (const KeyPart& part : parts) packer.add(part.name).add(part.hash);
  return packer.bytes();
}

std::vector<KeyPart> unpack_parts(std::string_view bytes) {
  std::vector<KeyPart> parts;
  for (Unpacker unpacker(bytes); unpacker.more();) {
    KeyPart& part = parts.emplace_back();
    part.name = unpacker.text();
    part.hash = unpacker.hash();
  }
  return parts;
}

// Also where there is none to hold.
Result<bool> evidence_holds(Ledger::Impl& ledger, int64_t id) {
  if (id == 0) return true;
  sqlite::Query query(ledger.db(), "SELECT 1 FROM evidence WHERE id = ? AND revoked = 0", id);
  return query.next();
}

}  // namespace

Result<std::vector<CodeRecord>> read_codes(Ledger::Impl& ledger) {
  std::vector<CodeRecord> codes;
  sqlite::Query query(ledger.db(),
                      "SELECT name, code, bytes, object, infrastructure, representative, evidence,"
                      " revoked, blobs FROM codes c JOIN names n ON n.id = c.calculation"
                      " JOIN lists l ON l.id = c.parts ORDER BY c.id");
  TRY_VOID(for_each(query, [&](sqlite::Query& row) -> Result<void> {
    std::vector<Blob> blobs;
    if (!unpack_shards(row.bytes(8), &blobs) || blobs.size() != 2) {
      return ledger.damaged("code " + row.hash(1).hex());
    }
    for (Blob& blob : blobs) blob.code = true;
    codes.push_back({std::string(row.text(0)), row.hash(1), unpack_parts(row.bytes(2)), row.hash(3),
                     row.hash(4), row.hash(5), row.integer(6), row.integer(7) != 0,
                     std::move(blobs[0]), std::move(blobs[1])});
    return {};
  }));
  return codes;
}

Result<void> rename_code(Ledger::Impl& ledger, const Ledger::Renaming::Code& code,
                         int64_t calculation) {
  TRY(const int64_t parts, ledger.list_id(packed_parts(code.parts)));
  TRY_VOID(sqlite::run(ledger.db(),
                       "UPDATE OR REPLACE codes SET code = ?, parts = ?"
                       " WHERE calculation = ? AND code = ?",
                       code.now, parts, calculation, code.before));
  return sqlite::run(ledger.db(),
                     "UPDATE codes SET representative = ?"
                     " WHERE calculation = ? AND representative = ?",
                     code.now, calculation, code.before);
}

Result<std::vector<CodeRecord>> Ledger::codes() {
  return impl_->read([&] { return read_codes(*impl_); });
}

Result<void> Ledger::record_codes(const Lease& lease, std::span<const CodeRecord> codes) {
  return impl_->write(lease, [&]() -> Result<void> {
    for (const CodeRecord& code : codes) {
      TRY(const bool holds, evidence_holds(*impl_, code.evidence));
      if (!holds) {
        return temporary_error("evidence " + std::to_string(code.evidence) + " about " +
                               code.calculation + " was revoked meanwhile; run again");
      }
      TRY(const int64_t calculation, impl_->name_id(code.calculation));
      TRY(const int64_t parts, impl_->list_id(packed_parts(code.parts)));
      TRY_VOID(sqlite::run(impl_->db(),
                           "INSERT INTO codes(calculation, code, parts, object, infrastructure,"
                           " representative, evidence, revoked, blobs)"
                           " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                           calculation, code.code, parts, code.object, code.infrastructure,
                           code.representative, code.evidence, code.revoked,
                           sqlite::Bytes{packed_shards({code.module, code.bundle})}));
    }
    return {};
  });
}

}  // namespace almanac
