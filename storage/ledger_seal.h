// Seals: a checksum in each row that planning relies on, over what the row means. SQLite has no
// checksums of pages, so a flipped bit may read as another id, another result or another key.
//
// Ids are sealed as what they lead to (a name's text, the bytes of a list, the hash of a result),
// so that the interned rows are covered, too. `published` is not: the view itself tells.
//
// A plan checks them by the hundred thousand: the preimage is an array of numbers, the first of
// which tells the kind of row; texts and bytes are in it as their hash.
#pragma once

#include <bit>
#include <cstdint>
#include <string_view>

#include "almanac/date.h"
#include "core/base/hash.h"
#include "core/ledger/records.h"

namespace almanac {

static_assert(std::endian::native == std::endian::little, "seals are read where they were written");

inline Hash hash_of_bytes(std::string_view bytes) {
  return hash_bytes(bytes.data(), bytes.size());
}

template <size_t kCount>
int64_t seal_of(const uint64_t (&fields)[kCount]) {
  return static_cast<int64_t>(hash_bytes(fields, sizeof fields).low);
}

// `names` is the hash of the list of column names; `columns` and `shards` are as in the row.
inline int64_t seal_of_result(const Hash& result, const Hash& names, std::string_view columns,
                              uint64_t rows, std::string_view shards) {
  const Hash c = hash_of_bytes(columns), s = hash_of_bytes(shards);
  return seal_of(
      {1, result.high, result.low, names.high, names.low, c.high, c.low, rows, s.high, s.low});
}

// `identity` is the hash of the identity's bytes; `dated` is as in the row.
inline int64_t seal_of_cell(const Hash& calculation, Date date, const Hash& key,
                            const Hash& identity, std::string_view dated, const Hash& provenance,
                            int64_t computation, const Hash& result, std::string_view category) {
  const Hash d = hash_of_bytes(dated), f = hash_of_bytes(category);
  return seal_of({2, calculation.high, calculation.low, static_cast<uint64_t>(date.days()),
                  key.high, key.low, identity.high, identity.low, d.high, d.low, provenance.high,
                  provenance.low, static_cast<uint64_t>(computation), result.high, result.low,
                  f.high, f.low});
}

inline int64_t seal_of_trace(const Hash& key, std::string_view calculation, Date date,
                             int64_t computation, const Hash& result, const Hash& code_hash,
                             const Hash& infrastructure) {
  const Hash c = hash_of_bytes(calculation);
  return seal_of({3, key.high, key.low, c.high, c.low, static_cast<uint64_t>(date.days()),
                  static_cast<uint64_t>(computation), result.high, result.low, code_hash.high,
                  code_hash.low, infrastructure.high, infrastructure.low});
}

inline int64_t seal_of_evidence(const EvidenceRecord& evidence) {
  const Hash c = hash_of_bytes(evidence.calculation), v = hash_of_bytes(evidence.verdict),
             d = hash_of_bytes(evidence.document);
  return seal_of({4, static_cast<uint64_t>(evidence.id), static_cast<uint64_t>(evidence.kind),
                  c.high, c.low, evidence.before.high, evidence.before.low, evidence.now.high,
                  evidence.now.low, evidence.infrastructure.high, evidence.infrastructure.low,
                  evidence.others.high, evidence.others.low, v.high, v.low, d.high, d.low,
                  static_cast<uint64_t>(evidence.made_ms), uint64_t{evidence.revoked}});
}

}  // namespace almanac
