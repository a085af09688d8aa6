// From the files of a dataset to its partitions. Pure.
#pragma once

#include "core/data/availability.h"
#include "core/manifest/project.h"
#include "storage/root_data_files.h"

namespace almanac {

// In this order:
// 1. Rows in readable files make a date Present: the files' rows follow each other by path. Files
//    that disagree on names or types of columns make it Unreadable.
// 2. A file that cannot be read makes the days it may hold Unreadable: the date of its path;
//    otherwise those days of its year or month (or of all time) that other files or the ledger
//    have; where nobody has any, all days of its year or month, and without these `last_day`.
// 3. Days whose canary is missing are NotYet, whatever is there.
// 4. A canary without rows closes its days as empty: Never.
// 5. A partition that was recorded with rows, and of which nothing is left, is Archived. Where
//    its file is there without rows it was restated as empty, as if it never had any.
// `recorded` may be null.
DatasetAvailability make_partitions(const Dataset& dataset, const DatasetFiles& files,
                                    const DatasetAvailability* recorded, Date last_day);

}  // namespace almanac
