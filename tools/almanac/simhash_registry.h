// The registry of SimHashes: the digests of what versions of a calculation have put out in the
// registry stream (simulator/behaviour/comparison.h), as the documents of evidence have them. The
// stream stays the same, so a version that puts out something else in it today is not
// deterministic.
#pragma once

#include <vector>

#include "core/ledger/records.h"
#include "simulator/behaviour/comparison.h"

namespace almanac {

// The evidence in `known` whose SimHash of one of the versions is another than that of the finding;
// null: there is none. `asked` names the versions, and what else is in their keys.
const EvidenceRecord* contradiction(const std::vector<EvidenceRecord>& known,
                                    const EvidenceRecord& asked, const behaviour::Finding& finding);

}  // namespace almanac
