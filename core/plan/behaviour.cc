#include "core/plan/behaviour.h"

#include <algorithm>

#include "core/plan/decide.h"

namespace almanac {

namespace {

bool is_code(const KeyPart& part) {
  const Part kind = part_of(part.name);
  return kind == Part::Code || kind == Part::Layer;
}

}  // namespace

Behaviour behaviour_of(const Calculation& calculation, const Hash& own, const Hash& others,
                       const std::vector<CodeRecord>& codes,
                       const std::vector<EvidenceRecord>& evidence, EvidencePolicy policy) {
  auto find = [&](auto says) -> const CodeRecord* {
    const auto found = std::find_if(codes.rbegin(), codes.rend(), [&](const CodeRecord& code) {
      return code.calculation == calculation.id &&
             code.infrastructure == calculation.infrastructure && says(code);
    });
    return found == codes.rend() ? nullptr : &*found;
  };
  const auto representative = [&](const Hash& code) {
    return find([&](const auto& other) { return other.code == code; });
  };
  const auto concerns = [&](const EvidenceRecord& found) {
    return found.kind == EvidenceRecord::Kind::Verdict && found.now == own &&
           found.calculation == calculation.id && !found.revoked &&
           found.infrastructure == calculation.infrastructure && found.others == others;
  };
  Behaviour behaviour;
  for (const EvidenceRecord& found : evidence) {
    if (!concerns(found) || found.verdict != kLogic) continue;
    if (const auto* other = representative(found.before)) behaviour.differs_from.push_back(other);
  }
  behaviour.own = find([&](const auto& code) { return code.code == own; });
  const CodeRecord* same = behaviour.own;
  if (same == nullptr && !calculation.object.zero()) {
    same = find([&](const auto& code) { return code.object == calculation.object; });
  }
  const bool counts = policy != EvidencePolicy::Strict;
  const auto holds = [&](int64_t id) {
    return counts && std::any_of(evidence.begin(), evidence.end(), [&](const auto& found) {
             return found.id == id && found.verdict == kCosmetic && !found.revoked &&
                    found.others == others;
           });
  };
  if (same != nullptr) {
    const bool stands_for_itself = same->revoked || (same->evidence != 0 && !holds(same->evidence));
    if (!stands_for_itself && same->representative != own) {
      behaviour.representative = representative(same->representative);
      behaviour.evidence = same->evidence;
    } else if (stands_for_itself && same != behaviour.own) {
      behaviour.representative = same;
    }
    return behaviour;
  }
  for (const EvidenceRecord& found : evidence) {
    if (!counts || !concerns(found) || found.verdict != kCosmetic) continue;
    behaviour.representative = representative(found.before);
    if (behaviour.representative != nullptr) behaviour.evidence = found.id;
  }
  return behaviour;
}

Hash others_of(const Identity& identity) {
  Hasher hasher("others/1");
  hasher.add(kEvidenceRecipe);
  for (const KeyPart& part : identity.parts) {
    if (!is_code(part)) hasher.add(part.name).add(part.hash);
  }
  for (const std::string& name : identity.dated) hasher.add(name);
  return hasher.digest();
}

std::vector<KeyPart> code_parts(const Identity& identity) {
  std::vector<KeyPart> parts;
  std::copy_if(identity.parts.begin(), identity.parts.end(), std::back_inserter(parts), is_code);
  return parts;
}

Identity with_code(const Identity& identity, const std::vector<KeyPart>& code) {
  Identity other{code, identity.dated};
  std::remove_copy_if(identity.parts.begin(), identity.parts.end(), std::back_inserter(other.parts),
                      is_code);
  return other;
}

}  // namespace almanac
