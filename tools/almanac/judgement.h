// Judgement: what a pre-flight says of one calculation, and how it came to say so.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "core/base/hash.h"
#include "simulator/behaviour/certification.h"
#include "simulator/behaviour/comparison.h"

namespace almanac {

enum class CodeVerdict : uint8_t {
  Unchanged,     // the same code and layers
  Identical,     // the compiler makes the same of both
  Cosmetic,      // by evidence they do the same
  Logic,         // they do not
  Inconclusive,  // nobody knows: its cells are computed again
  New,           // there is nothing to compare it with
};
std::string_view name_of(CodeVerdict verdict);

// Cells that were computed with the new code, to be compared with what is stored.
struct Shadow {
  size_t cells = 0, of = 0;  // compared; those that would be skipped
  std::string lack;          // why one could not be computed now; empty: all were
  std::string difference;    // of the first that differs; empty: none does
};

// What a run would compute, at most.
struct Cost {
  size_t cells = 0;
  double cpu_seconds = 0;  // going by how long such cells took
};

struct Judgement {
  std::string calculation;
  CodeVerdict verdict = CodeVerdict::New;
  std::string why;  // where it is not plain
  Hash old_code, new_code, old_object, new_object;
  std::optional<behaviour::Finding> finding;
  std::optional<behaviour::Certification> certification;  // where it was made for this
  Shadow shadow;
  bool for_now = false;  // inconclusive since it lacked time, memory or data: nothing is recorded
  int64_t evidence = 0;  // id of what is recorded; 0: nothing is
  std::optional<Cost> cost;  // none: nobody knows, as nothing has run
};

// What is recorded of a finding as evidence, and of a certification as a certificate.
nlohmann::json document_of(const Judgement& judgement);
nlohmann::json document_of(const behaviour::Certification& certification);

// Of such a document. What sources and calculations say may be in any encoding.
std::string text_of(const nlohmann::json& document);

// The context, as bytes, that told versions apart; empty where the document has none.
std::string counterexample_in(const std::string& document);
// For whoever must not see data: such a context may be of a real cell.
std::string without_counterexample(const std::string& document);

nlohmann::json judgements_json(const std::vector<Judgement>& judgements);
std::string judgements_text(const std::vector<Judgement>& judgements);
std::string judgements_markdown(const std::vector<Judgement>& judgements);

}  // namespace almanac
