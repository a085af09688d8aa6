#include "runner/entity_feed.h"

#include <arrow/array.h>

#include <exception>

#include "runner/outcome.h"

namespace almanac {

EntityFeed::EntityFeed(const CellTask& task, const std::set<size_t>& in_memory,
                       Statistics* statistics)
    : task_(task), in_memory_(in_memory), statistics_(statistics) {
  stream_.emplace(task_, in_memory_);
}

MaybeFailure EntityFeed::open(std::vector<const ReadTables*>* whole) {
  Timer timer(Stage::Input, &statistics_->input_us);
  if (auto opened = stream_->open(); !opened.ok()) return input_failure(opened.error().message);
  const std::string entity = task_.calculation->streamed_by().name;
  for (size_t r = 0; r < task_.inputs.size(); ++r) {
    const bool streamed = task_.inputs[r].entity == entity;
    whole->push_back(streamed ? nullptr : stream_->reads()[r]);
  }
  return {};
}

int EntityFeed::next(void* feed, bool first, const abi::Batch** batch) noexcept {
  auto* self = static_cast<EntityFeed*>(feed);
  try {
    return self->fetch(first, batch);
  } catch (const std::exception& exception) {
    self->failure_ = Failure{"ENGINE", exception.what(), "input", false, true};
    return -1;
  }
}

int EntityFeed::fetch(bool first, const abi::Batch** batch) {
  Timer timer(Stage::Input, &statistics_->input_us);
  const auto failed = [&](const Error& error) {
    failure_ = input_failure(error.message);
    return -1;
  };
  view_.reset();
  if (first && started_) {
    stream_.emplace(task_, in_memory_);
    if (auto opened = stream_->open(); !opened.ok()) return failed(opened.error());
    statistics_->entities = 0;
  }
  started_ = true;
  const uint64_t flush_at = task_.limits.flush_at_bytes();
  const auto more = stream_->next([&] { return note_memory(statistics_) > flush_at; });
  if (!more.ok()) return failed(more.error());
  if (!*more) return 0;
  if (stream_->flush() == EntityStream::Flush::Limit) ++statistics_->flushes_batch;
  if (stream_->flush() == EntityStream::Flush::Memory) ++statistics_->flushes_memory;
  statistics_->entities += static_cast<uint64_t>(stream_->entities()->length());
  view_.emplace(task_.dates, stream_->reads(), stream_->entities().get(), task_.calendar);
  *batch = &view_->batch();
  return 1;
}

}  // namespace almanac
