#include "simulator/stage.h"

#include <utility>

namespace almanac::simulator {

std::unique_ptr<Workspace> memory_workspace(Stage* stage, const Graph& graph, int64_t process,
                                            const Ledger::Seams& seams, const Seam& seam) {
  auto workspace = std::make_unique<Workspace>();
  workspace->project = graph.project();
  workspace->manifest = graph.manifest();
  workspace->open_ledger = [path = stage->ledger_path, seams] {
    return Ledger::open(path, Ledger::Mode::ReadWrite, seams);
  };
  workspace->ledger = std::move(workspace->open_ledger()).value();
  Memory* const memory = &stage->memory;
  workspace->store = memory_store(memory, process, &stage->alive, seam);
  workspace->published = memory_view(memory, seam);
  workspace->open_root_data = [memory, seam, project = workspace->project] {
    return memory_data(memory, project, seam);
  };
  workspace->root_data = workspace->open_root_data();
  return workspace;
}

Result<void> nothing_happens(Place, const char*) {
  return {};
}

}  // namespace almanac::simulator
