#include <cstdint>
#include <memory>

#include "layers/fickle.h"

struct Address : Fickle {
  double make_of(double given) const override {
    const auto on_heap = std::make_unique<double>(given);
    return static_cast<double>(reinterpret_cast<uintptr_t>(on_heap.get()));
  }
};
ALMANAC_CALCULATION(Address, "fickle", "address")
