#include "core/code/landing_pads.h"

namespace almanac {

namespace {

constexpr uint8_t kOmitted = 0xff, kUnsigned = 0x01;  // DW_EH_PE_omit, DW_EH_PE_uleb128

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  bool failed() const { return failed_; }
  size_t at() const { return at_; }
  uint8_t byte() {
    if (at_ < bytes_.size()) return static_cast<uint8_t>(bytes_[at_++]);
    failed_ = true;
    return 0;
  }
  // ULEB128, of DWARF.
  uint64_t number() {
    uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      const uint8_t next = byte();
      value |= static_cast<uint64_t>(next & 0x7f) << shift;
      if ((next & 0x80) == 0) return value;
    }
    failed_ = true;
    return 0;
  }

 private:
  std::string_view bytes_;
  size_t at_ = 0;
  bool failed_ = false;
};

}  // namespace

std::optional<std::vector<LandingPad>> landing_pads(std::string_view table) {
  Reader in(table);
  if (in.byte() != kOmitted) return std::nullopt;  // pads are then relative to something else
  if (in.byte() != kOmitted) in.number();          // where its types are
  if (in.byte() != kUnsigned) return std::nullopt;
  const uint64_t length = in.number();
  const size_t end = in.at() + length;
  std::vector<LandingPad> pads;
  while (in.at() < end && !in.failed()) {
    in.number();  // the calls: first and length
    in.number();
    const uint64_t pad = in.number(), action = in.number();
    if (pad != 0) pads.push_back({pad, action != 0});
  }
  if (in.failed()) return std::nullopt;
  return pads;
}

}  // namespace almanac
