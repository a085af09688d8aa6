// A context as bytes, for a process in which it is observed and for the store. The arrays of a
// decoded context lie in the bytes that it was decoded from.
#pragma once

#include <memory>
#include <string>

#include "core/base/result.h"
#include "runner/context.h"

namespace arrow {
class Buffer;
}

namespace almanac::behaviour {

std::string encode(const Context& context);

// Data error: these are no bytes of a context.
Result<Context> decode_context(const std::shared_ptr<arrow::Buffer>& bytes);

}  // namespace almanac::behaviour
