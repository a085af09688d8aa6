#include "isolation/observing.h"

#include <arrow/buffer.h>

#include <algorithm>

#include "core/base/hash.h"
#include "runner.pb.h"
#include "runner/context_bytes.h"

namespace almanac::behaviour {

namespace {

std::string bytes_of(const Hash& hash) {
  const auto bytes = hash.bytes();
  return std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace

wire::Contexts to_frame(const Observing& what) {
  wire::Contexts frame;
  for (const std::string& context : what.contexts) frame.add_contexts(context);
  frame.mutable_probes()->Add(what.probes.begin(), what.probes.end());
  frame.set_rows(what.tables);
  return frame;
}

Result<void> observe_all(Instance& instance, const Calculation& calculation,
                         const wire::Contexts& what, wire::Done* done) {
  for (const std::string& bytes : what.contexts()) {
    TRY(const Context context, decode_context(arrow::Buffer::FromString(bytes)));
    const Observation seen = observe(instance, calculation, context);
    wire::Observation* frame = done->add_observations();
    frame->set_digest(bytes_of(seen.digest));
    frame->set_rows(seen.rows);
    frame->set_error(seen.error);
    if (what.rows()) frame->set_tables(encode(Context{{}, {}, nullptr, {seen.tables}}));
  }
  return {};
}

void add_probes(const probes::Seen& seen, const wire::Contexts& what, wire::Done* done) {
  const auto wanted = [&](uint64_t address) {
    return std::binary_search(what.probes().begin(), what.probes().end(), address);
  };
  for (size_t i = 0; i < seen.n_blocks; ++i) {
    if (wanted(seen.blocks[i])) done->add_blocks(seen.blocks[i]);
  }
  for (size_t i = 0; i < seen.n_comparisons; ++i) {
    const probes::Comparison& compared = seen.comparisons[i];
    if (!wanted(compared.address)) continue;
    wire::Comparison* frame = done->add_comparisons();
    frame->set_address(compared.address);
    frame->set_left(compared.left);
    frame->set_right(compared.right);
    for (const uint64_t follower : compared.followers) frame->add_followers(follower);
    frame->set_less(compared.less);
    frame->set_equal(compared.equal);
    frame->set_greater(compared.greater);
    frame->set_unordered(compared.unordered);
    frame->set_just_less(compared.just_less);
    frame->set_just_greater(compared.just_greater);
    frame->set_fixed_left(compared.fixed_left);
    frame->set_fixed_right(compared.fixed_right);
    frame->set_cases(compared.cases);
    frame->set_chosen(compared.chosen);
    frame->set_again(compared.again);
  }
}

Result<Observed> observed_from(const wire::Done& done, size_t contexts) {
  Observed observed;
  for (const auto& frame : done.observations()) {
    if (frame.digest().size() != Hash::kBytes) break;
    Observation& seen = observed.observations.emplace_back();
    seen.digest = Hash::from_bytes(frame.digest().data());
    seen.rows = frame.rows();
    seen.error = frame.error();
    if (frame.tables().empty()) continue;
    TRY(Context tables, decode_context(arrow::Buffer::FromString(frame.tables())));
    if (tables.reads.size() == 1) seen.tables = std::move(tables.reads[0]);
  }
  if (observed.observations.size() != contexts) {
    return data_error("the child process of a calculation did not say what it saw");
  }
  observed.blocks.assign(done.blocks().begin(), done.blocks().end());
  for (const auto& frame : done.comparisons()) {
    probes::Comparison& compared = observed.comparisons.emplace_back();
    compared = {frame.address(),   frame.left(),         frame.right(),      {},
                frame.less(),      frame.equal(),        frame.greater(),    frame.unordered(),
                frame.just_less(), frame.just_greater(), frame.fixed_left(), frame.fixed_right(),
                frame.cases(),     frame.chosen(),       frame.again()};
    const int followers = std::min(2, frame.followers_size());
    std::copy_n(frame.followers().begin(), followers, compared.followers);
  }
  return observed;
}

}  // namespace almanac::behaviour
