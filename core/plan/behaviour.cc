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

Behaviour behaviour_of(const Calculation& calculation, const Hash& own,
                       const std::vector<CodeRecord>& codes) {
  auto find = [&](auto says) -> const CodeRecord* {
    const auto found = std::find_if(codes.rbegin(), codes.rend(), [&](const CodeRecord& code) {
      return code.calculation == calculation.id &&
             code.infrastructure == calculation.infrastructure && says(code);
    });
    return found == codes.rend() ? nullptr : &*found;
  };
  Behaviour behaviour;
  behaviour.own = find([&](const auto& code) { return code.code == own; });
  const CodeRecord* same = behaviour.own;
  if (same == nullptr && !calculation.object.zero()) {
    same = find([&](const auto& code) { return code.object == calculation.object; });
  }
  if (same == nullptr || same->revoked || same->representative == own) return behaviour;
  behaviour.representative =
      find([&](const auto& code) { return code.code == same->representative; });
  return behaviour;
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
