// Any history, whole or in pages, is replayed or refused; it stops no worker. The mutator changes
// valid histories: events dropped, doubled, swapped, turned into others, their fields changed.
#include <random>

#include "temporal/replay/replayer.h"
#include "tests/fuzz/fuzz_workflows.h"

namespace {

using temporal::replay::HistoryProto;
using Random = std::minstd_rand;

// In two pages, as a task to be answered; then taken out of memory.
void work(const HistoryProto& history, std::size_t split) {
  temporal::replay::Run run(temporal::wf::definition_of<fuzz::Everything>().type(), {});
  auto first = std::make_shared<HistoryProto>(), second = std::make_shared<HistoryProto>();
  for (int i = 0; i < history.events_size(); ++i) {
    auto& page = static_cast<std::size_t>(i) < split ? first : second;
    *page->add_events() = history.events(i);
  }
  run.begin(0, {});
  run.add(first, true);
  run.advance();
  run.add(second, false);
  run.advance();
  for (const auto& task : run.to_run()) {
    temporal::replay::LocalActivityEnd end;
    end.seq = task.seq;
    run.end_local(std::move(end));
  }
  if (run.problem()) return;
  run.advance();
  // A worker fails a task whose history does not end with it.
  if (run.problem() || !run.live()) return;
  static_cast<void>(run.to_stop());
  static_cast<void>(run.commands());
  static_cast<void>(run.take_messages());
  static_cast<void>(run.query("log", {}));
}

void change(HistoryProto& history, Random& random) {
  auto& events = *history.mutable_events();
  if (events.empty()) return;
  const auto any = [&](int below) {
    return static_cast<int>(random() % static_cast<unsigned>(below));
  };
  const int at = any(events.size());
  switch (any(7)) {
    case 0:
      events.DeleteSubrange(at, 1);
      break;
    case 1:
      *events.Add() = events[at];
      for (int i = events.size() - 1; i > at + 1; --i) events.SwapElements(i, i - 1);
      break;
    case 2:
      events.SwapElements(at, any(events.size()));
      break;
    case 3:
      events[at].set_event_type(static_cast<temporal::api::enums::v1::EventType>(any(62)));
      break;
    case 4:
      events.DeleteSubrange(at, events.size() - at);
      break;
    case 5: {  // another event's attributes
      const auto type = events[at].event_type();
      events[at] = events[any(events.size())];
      if (any(2) == 0) events[at].set_event_type(type);
      break;
    }
    default: {  // one number of its attributes
      const auto* reflection = events[at].GetReflection();
      const auto* one = events[at].GetDescriptor()->FindOneofByName("attributes");
      const auto* field = reflection->GetOneofFieldDescriptor(events[at], one);
      if (!field) break;
      auto* attributes = reflection->MutableMessage(&events[at], field);
      const auto* inner = attributes->GetReflection();
      for (int i = 0; i < attributes->GetDescriptor()->field_count(); ++i) {
        const auto* number = attributes->GetDescriptor()->field(i);
        if (number->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_INT64) continue;
        if (!number->is_repeated())
          inner->SetInt64(attributes, number, any(history.events_size() + 2));
      }
    }
  }
  // Mostly without gaps, which are found at once.
  if (any(16) == 0) return;
  for (int i = 0; i < events.size(); ++i) events[i].set_event_id(i + 1);
}

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size,
                                               std::size_t most, unsigned seed) {
  static const HistoryProto valid = fuzz::valid_history();
  Random random(seed + 1);
  if (random() % 8 == 0) return LLVMFuzzerMutate(data, size, most);
  HistoryProto history;
  if (size < 64 || random() % 64 == 0 || !history.ParseFromArray(data, static_cast<int>(size))) {
    history = valid;
  }
  for (auto changes = random() % 4 + 1; changes > 0; --changes) change(history, random);
  const std::string bytes = history.SerializeAsString();
  if (bytes.size() > most) return LLVMFuzzerMutate(data, size, most);
  bytes.copy(reinterpret_cast<char*>(data), bytes.size());
  return bytes.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto history =
      temporal::replay::history_from_binary({reinterpret_cast<const char*>(data), size});
  if (!history.ok()) return 0;
  for (const auto ids :
       {temporal::replay::IdPolicy::Strict, temporal::replay::IdPolicy::IgnoreAutoIds}) {
    temporal::replay::Replayer replayer(ids);
    static_cast<void>(replayer.add<fuzz::Everything>().replay(*history));
  }
  work(**history, size % 40);
  return 0;
}
