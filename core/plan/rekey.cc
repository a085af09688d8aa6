#include "core/plan/rekey.h"

#include <algorithm>

#include "core/plan/identity.h"

namespace almanac {

namespace {

const KeyPart* find(const Identity& identity, const std::string& name) {
  const auto found = std::find_if(identity.parts.begin(), identity.parts.end(),
                                  [&](const auto& part) { return part.name == name; });
  return found == identity.parts.end() ? nullptr : &*found;
}

}  // namespace

Identity rekeyed(const Identity& recorded, const Identity& before, const Identity& now) {
  Identity out = recorded;
  for (KeyPart& part : out.parts) {
    const KeyPart* was = find(before, part.name);
    const KeyPart* is = find(now, part.name);
    if (was != nullptr && is != nullptr && was->hash == part.hash) part.hash = is->hash;
  }
  if (out.dated == before.dated) out.dated = now.dated;
  return out;
}

Hash key_of(const std::string& calculation, Date date, const Identity& identity,
            const std::vector<Hash>& dated) {
  Hasher hasher("key/1");
  hasher.add(calculation).add(static_cast<uint64_t>(date.days())).add(hash_of(identity));
  for (const Hash& hash : dated) hasher.add(hash);
  return hasher.digest();
}

}  // namespace almanac
