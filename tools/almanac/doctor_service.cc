// The Temporal service of a project that uses one.
#include <future>

#include "activities/workspace.h"
#include "temporal/service/service.h"
#include "tools/almanac/engine.h"
#include "tools/almanac/finding.h"
#include "tools/almanac/session.h"

namespace almanac {

std::vector<Finding> examine_service(const Project& project) {
  using temporal::service::Rpc;
  if (!on_service(project)) return {fine("engine", "embedded: no service is needed")};
  const std::string place = project.engine_address + ", namespace " + project.engine_namespace;
  auto ledger = read_ledger(project);
  if (!ledger.ok()) return {wrong("engine", place + " was not asked: the ledger comes first", "")};
  const auto engine = ServiceEngine::connect(project, **ledger);
  if (!engine.ok()) return {wrong("engine", engine.error().message, "")};
  std::promise<std::string> version;
  temporal::service::call<Rpc::GetSystemInfo>(
      (*engine)->service(), {}, temporal::service::kCallTimeout,
      [&version](const temporal::Status& status, const auto& info) {
        version.set_value(status.ok() ? info.server_version() : status.message);
      });
  return {fine("engine", "Temporal " + version.get_future().get() + " answers at " + place)};
}

}  // namespace almanac
