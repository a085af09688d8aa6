// almanac evidence: what lets results stand though code has changed, and what becomes of it.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "activities/build_sources.h"
#include "storage/files.h"
#include "tools/almanac/console.h"
#include "tools/almanac/evidence_file.h"
#include "tools/almanac/evidence_text.h"
#include "tools/almanac/interrupt.h"
#include "tools/almanac/ledger_preflight.h"
#include "tools/almanac/loans.h"
#include "tools/almanac/options.h"
#include "tools/almanac/order.h"
#include "tools/almanac/result_rows.h"
#include "tools/almanac/revocation.h"
#include "tools/almanac/texts.h"

namespace almanac {

namespace {

using nlohmann::json;

bool is_certificate(const EvidenceRecord& record) {
  return record.kind == EvidenceRecord::Kind::Certificate;
}

json to_json(const EvidenceRecord& record, size_t owed) {
  return {{"id", record.id},
          {"kind", is_certificate(record) ? "certificate" : "verdict"},
          {"calculation", record.calculation},
          {"old_code_hash", record.before.hex()},
          {"new_code_hash", record.now.hex()},
          {"infrastructure", record.infrastructure.hex()},
          {"others", record.others.hex()},
          {"verdict", record.verdict},
          {"made_ms", record.made_ms},
          {"revoked", record.revoked},
          {"owed", owed}};
}

// Evidence, with the cells that nobody has computed again.
struct Known {
  std::vector<EvidenceRecord> records;
  std::vector<Loan> loans;

  size_t owed(int64_t id) const {
    return static_cast<size_t>(std::count_if(loans.begin(), loans.end(), [&](const Loan& loan) {
      return std::find(loan.evidence.begin(), loan.evidence.end(), id) != loan.evidence.end();
    }));
  }
};

Result<Known> known(const Options& options) {
  TRY(const Built built, load_and_build(options));
  TRY(const auto workspace, open_workspace(built.project, built.manifest, Access::Read));
  TRY(const Date day, today(built.project));
  TRY(const auto planning, start_planning(*workspace, {}, day));
  Known all;
  all.records = planning->planner->evidence();
  TRY(all.loans, loans_of(*workspace->ledger, *planning->planner));
  return all;
}

Result<int> list(const Options& options) {
  TRY(const Known all, known(options));
  if (options.json) {
    json document{{"version", 1}, {"evidence", json::array()}};
    for (const EvidenceRecord& record : all.records) {
      document["evidence"].push_back(to_json(record, all.owed(record.id)));
    }
    print_json(document);
    return static_cast<int>(kDone);
  }
  ResultRows table{{"id", "calculation", "kind", "verdict", "new code", "owed"}, {}};
  for (const EvidenceRecord& record : all.records) {
    table.rows.push_back({record.id, record.calculation,
                          is_certificate(record) ? "certificate" : "verdict",
                          record.verdict + (record.revoked ? ", revoked" : ""),
                          record.now.hex().substr(0, 12), all.owed(record.id)});
  }
  print_rows(table);
  return static_cast<int>(kDone);
}

void print(const EvidenceRecord& record, const json& document, size_t owed) {
  const bool certificate = is_certificate(record);
  std::printf("evidence %lld of %s: %s%s\n", static_cast<long long>(record.id),
              record.calculation.c_str(), record.verdict.c_str(),
              record.revoked ? ", revoked" : "");
  std::printf("  code %s%s\n%s", record.before.hex().substr(0, 12).c_str(),
              certificate ? "" : (" and " + record.now.hex().substr(0, 12)).c_str(),
              certificate ? certificate_text(document).c_str() : verdict_text(document).c_str());
  if (!certificate) std::printf("  %s owed\n", are(owed, "cell").c_str());
}

Result<int> show(const Options& options) {
  TRY(const Known all, known(options));
  for (const EvidenceRecord& record : all.records) {
    if (record.id != options.evidence) continue;
    json document = to_json(record, all.owed(record.id));
    document["version"] = 1;
    document["document"] = json::parse(record.document, nullptr, false);
    if (!document["document"].is_object()) document["document"] = json::object();
    if (options.json) {
      print_json(document);
    } else {
      print(record, document["document"], all.owed(record.id));
    }
    return static_cast<int>(kDone);
  }
  return usage_error("there is no evidence " + std::to_string(options.evidence) +
                     "; almanac evidence list has the ids");
}

Result<int> revoke(const Options& options) {
  TRY(const Built built, load_and_build(options));
  int64_t cells = 0;
  TRY_VOID(write_ledger(built.project, built.manifest,
                        [&](Ledger& ledger, const auto& lease) -> Result<void> {
                          TRY(cells, ledger.revoke(lease, options.evidence));
                          return {};
                        }));
  if (options.json) {
    print_json({{"version", 1}, {"revoked", options.evidence}, {"cells", cells}});
  } else {
    std::printf(
        "evidence %lld is revoked, with whatever counted for its sake; the next run computes %s "
        "again that stood on it\n",
        static_cast<long long>(options.evidence),
        count_text(static_cast<uint64_t>(cells), "cell").c_str());
  }
  return static_cast<int>(kDone);
}

Result<int> export_file(const Options& options) {
  TRY(const Built built, load_and_build(options));
  TRY(auto workspace, open_workspace(built.project, built.manifest, Access::Read));
  TRY(const Date day, today(built.project));
  TRY(const auto planning, start_planning(*workspace, {}, day));
  TRY(const EvidenceFile file, collect_evidence(*workspace, *planning->planner));
  const std::string bytes = encode(file);
  TRY_VOID(write_durably(options.file, bytes));
  if (options.json) {
    print_json({{"version", 1},
                {"versions", file.versions.size()},
                {"evidence", file.evidence.size()},
                {"bytes", bytes.size()}});
  } else {
    std::printf("wrote %s of %s and %s\n", options.file.c_str(),
                count_text(file.versions.size(), "calculation").c_str(),
                count_text(file.evidence.size(), "record").c_str());
  }
  return static_cast<int>(kDone);
}

// Of what is called the same by evidence: whether nothing says how far that can be trusted.
bool lacks_certificate(const EvidenceRecord& record, const std::vector<EvidenceRecord>& known) {
  return !is_certificate(record) && !record.revoked &&
         record.verdict == name_of(CodeVerdict::Cosmetic) &&
         !certified(known, record.calculation, record.before, record.infrastructure).holds;
}

Result<int> import_file(const Options& options) {
  const auto bytes = read_text(options.file);
  if (!bytes) return usage_error(options.file + " cannot be read");
  auto file = decode_evidence_file(*bytes);
  if (!file.ok()) return usage_error(options.file + ": " + file.error().message);
  TRY(const Built built, load_and_build(options));
  std::erase_if(file->evidence, [&](const EvidenceRecord& record) {
    return built.manifest.find(record.calculation) == nullptr;
  });
  const size_t all = file->evidence.size();
  // What did not hold elsewhere does not hold here; what holds there may have failed here.
  const auto take_over = [&](Ledger& ledger, const auto& lease) -> Result<void> {
    TRY(const auto before, revoked(ledger));
    TRY(auto known, ledger.evidence());
    known.insert(known.end(), file->evidence.begin(), file->evidence.end());
    std::erase_if(file->evidence,
                  [&](const EvidenceRecord& record) { return lacks_certificate(record, known); });
    for (const EvidenceRecord& record : file->evidence) {
      TRY(const int64_t id, ledger.record_evidence(lease, record));
      if (record.revoked) TRY_VOID(ledger.revoke(lease, id));
    }
    TRY(const auto now, revoked(ledger));
    tell_revoked(before, now,
                 "that was seen where the file comes from. It is revoked here, too; the next run "
                 "computes again what stands on it");
    return {};
  };
  TRY_VOID(write_ledger(built.project, built.manifest, take_over));
  const size_t records = file->evidence.size();
  if (options.json) {
    print_json({{"version", 1}, {"imported", records}, {"left_out", all - records}});
    return static_cast<int>(kDone);
  }
  std::printf("took over %s\n", count_text(records, "record").c_str());
  if (records < all) {
    std::printf("left out %s that say the same, since no certificate of the older code holds\n",
                count_text(all - records, "verdict").c_str());
  }
  return static_cast<int>(kDone);
}

}  // namespace

int evidence_list_command(const Options& options) {
  return finish(list(options));
}
int evidence_show_command(const Options& options) {
  return finish(show(options));
}
int evidence_revoke_command(const Options& options) {
  return finish(revoke(options));
}
int evidence_export_command(const Options& options) {
  return finish(export_file(options));
}
int evidence_import_command(const Options& options) {
  return finish(import_file(options));
}

}  // namespace almanac
