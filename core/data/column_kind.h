// What values a column of root data has, told from the text of its Arrow type: files of one day may
// encode the same values differently (int32 and int64, plain strings and dictionaries).
#pragma once

#include <string>
#include <string_view>

#include "almanac/type.h"

namespace almanac {

// Whether a column of this Arrow type can hold values of the declared type. Lossless casts that
// depend on the values (a timestamp at midnight) are judged when the column is read. A column
// without a value fits everything; one of a CSV file every scalar type, as far as its strays allow.
bool readable_as(std::string_view arrow, Type type);

// Of two Arrow types the one that describes the values of both; null where there is none.
const std::string* wider(const std::string& a, const std::string& b);

}  // namespace almanac
