#include "tools/almanac/evidence_file.h"

#include <nlohmann/json.hpp>

#include "activities/build_sources.h"
#include "core/base/hash_json.h"
#include "core/plan/identity.h"
#include "storage/files.h"
#include "tools/almanac/console.h"
#include "tools/almanac/evidence_text.h"
#include "tools/almanac/ledger_preflight.h"

namespace almanac {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;

json binary(const std::string& bytes) {
  return json::binary({bytes.begin(), bytes.end()});
}
std::string bytes_of(const json& value) {
  const auto& bytes = value.get_binary();
  return {bytes.begin(), bytes.end()};
}

json to_json(const EvidenceFile::Version& item) {
  const OldVersion& version = item.version;
  json others = json::array();
  for (const KeyPart& part : version.others) others.push_back({part.name, part.hash.hex()});
  return {{"calculation", version.calculation}, {"code", version.code.hex()},
          {"object", version.object.hex()},     {"infrastructure", version.infrastructure.hex()},
          {"others", std::move(others)},        {"module_sha256", version.module_sha256},
          {"module", binary(item.module)},      {"bundle", binary(encode(version.bundle))},
          {"unsteady", version.unsteady}};
}

Result<EvidenceFile::Version> version_from(const json& json) {
  EvidenceFile::Version item;
  OldVersion& version = item.version;
  version.calculation = json.at("calculation");
  version.code = hash_from(json.at("code"));
  version.object = hash_from(json.at("object"));
  version.infrastructure = hash_from(json.at("infrastructure"));
  for (const auto& part : json.at("others")) {
    version.others.push_back({part.at(0), hash_from(part.at(1))});
  }
  version.module_sha256 = json.at("module_sha256");
  version.unsteady = json.at("unsteady");
  item.module = bytes_of(json.at("module"));
  TRY(version.bundle, decode_code_bundle(bytes_of(json.at("bundle"))));
  return item;
}

json to_json(const EvidenceRecord& record) {
  return {{"certificate", record.kind == EvidenceRecord::Kind::Certificate},
          {"calculation", record.calculation},
          {"before", record.before.hex()},
          {"now", record.now.hex()},
          {"infrastructure", record.infrastructure.hex()},
          {"others", record.others.hex()},
          {"verdict", record.verdict},
          {"document", record.document},
          {"made_ms", record.made_ms},
          {"revoked", record.revoked}};
}

// Throws where whoever reads a document later would.
void check_document(const EvidenceRecord& record) {
  const json document = json::parse(record.document);
  for (const char* number : {"recipe", "mutants", "told_apart", "combined"}) {
    document.value(number, uint64_t{0});
  }
  const bool is_certificate = record.kind == EvidenceRecord::Kind::Certificate;
  is_certificate ? certificate_text(document) : verdict_text(document);
}

EvidenceRecord evidence_from(const json& json) {
  using Kind = EvidenceRecord::Kind;
  EvidenceRecord record;
  record.kind = json.at("certificate").get<bool>() ? Kind::Certificate : Kind::Verdict;
  record.calculation = json.at("calculation");
  record.before = hash_from(json.at("before"));
  record.now = hash_from(json.at("now"));
  record.infrastructure = hash_from(json.at("infrastructure"));
  record.others = hash_from(json.at("others"));
  record.verdict = json.at("verdict");
  record.document = json.at("document");
  record.made_ms = json.at("made_ms");
  record.revoked = json.at("revoked");
  check_document(record);
  return record;
}

}  // namespace

Result<Costs> costs_of(Ledger& ledger) {
  Costs costs;
  TRY(const auto cells, ledger.cells());
  for (const CellRecord& cell : cells) ++costs[cell.calculation].cells;
  TRY(const auto usages, ledger.usages());
  for (const auto& [calculation, used] : usages) {
    double sum = 0;
    for (const Usage& usage : used) sum += static_cast<double>(usage.duration_ms);
    costs[calculation].ms = sum / static_cast<double>(used.size());
  }
  return costs;
}

Result<EvidenceFile> collect_evidence(Workspace& workspace, const Planner& planner) {
  EvidenceFile file;
  TRY(const auto repeats, workspace.ledger->repeats());
  for (size_t c = 0; c < workspace.manifest.calculations.size(); ++c) {
    const Calculation& calculation = workspace.manifest.calculations[c];
    EvidenceFile::Version item;
    auto known = version_in_keys(workspace, planner, c);
    if (!known.ok() && known.error().kind == Error::Kind::Data) {
      warn(known.error().message + "; it is left out");
      continue;
    }
    if (!known.ok()) return known.error();
    item.version = std::move(*known);
    item.version.others =
        with_code(identity_of(calculation, workspace.manifest, workspace.project), {}).parts;
    item.version.unsteady = unsteady(repeats, calculation.id, item.version.code);
    const auto module = read_text(item.version.module);
    if (!module) return data_error(item.version.module + " cannot be read");
    item.module = *module;
    item.version.module.clear();
    file.versions.push_back(std::move(item));
  }
  file.evidence = planner.evidence();
  for (EvidenceRecord& record : file.evidence) {
    record.document = without_counterexample(record.document);
  }
  TRY(file.costs, costs_of(*workspace.ledger));
  return file;
}

std::string encode(const EvidenceFile& file) {
  json document = {{"almanac_evidence", kVersion},
                   {"versions", json::array()},
                   {"evidence", json::array()},
                   {"costs", json::object()}};
  for (const auto& item : file.versions) document["versions"].push_back(to_json(item));
  for (const auto& record : file.evidence) document["evidence"].push_back(to_json(record));
  for (const auto& [calculation, costs] : file.costs) {
    document["costs"][calculation] = {{"cells", costs.cells}, {"ms", costs.ms}};
  }
  const auto bytes = json::to_cbor(document);
  return {bytes.begin(), bytes.end()};
}

Result<EvidenceFile> decode_evidence_file(const std::string& bytes) try {
  const json document = json::from_cbor(bytes);
  if (document.at("almanac_evidence") != kVersion) {
    return data_error("it is of a version that this almanac does not know");
  }
  EvidenceFile file;
  for (const auto& json : document.at("versions")) {
    TRY(auto item, version_from(json));
    file.versions.push_back(std::move(item));
  }
  for (const auto& json : document.at("evidence")) file.evidence.push_back(evidence_from(json));
  for (const auto& [calculation, costs] : document.at("costs").items()) {
    file.costs[calculation] = {costs.at("cells"), costs.at("ms")};
  }
  return file;
} catch (const std::exception&) {
  return data_error("it is no file of almanac evidence export");
}

}  // namespace almanac
