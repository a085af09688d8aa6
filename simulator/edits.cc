#include "simulator/edits.h"

#include <utility>

namespace almanac::simulator {

bool Edits::apply(const Step& step, Graph* graph, Data* data) {
  Node& node = graph->nodes[step.node];
  auto& old = versions_[step.node];
  const auto edited = [&] {
    old.push_back(node.version);
    node.version.code = ++next_code_;
  };
  switch (step.kind) {
    case Step::Kind::Code:
      edited();
      node.version.behaviour = next_code_;
      break;
    case Step::Kind::Rewrite:
      edited();
      break;
    case Step::Kind::Revert:
      if (!old.empty()) {
        std::swap(node.version, old.back());
      }
      break;
    case Step::Kind::Mend:
      edited();
      node.version.scripts.clear();
      break;
    case Step::Kind::Break:
      edited();
      node.version.scripts[step.day] = {Script::Kind::Fails, Script::kAlways};
      break;
    case Step::Kind::Category:
      node.category = node.category == "model" ? "other" : "model";
      break;
    case Step::Kind::Data:
      (*data)[step.day] = step.value;
      return false;
    case Step::Kind::Gone:
      data->erase(step.day);
      return false;
    case Step::Kind::Run:
      return false;
  }
  return true;
}

}  // namespace almanac::simulator
