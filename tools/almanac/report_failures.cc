#include "tools/almanac/report_failures.h"

#include "tools/almanac/letters.h"

namespace almanac {

namespace {

using nlohmann::json;

json commands(const std::string& id, const std::string& date, bool dropped, bool letter) {
  const std::string name = id + " " + date;
  json out = json::array({"almanac explain " + name});
  if (dropped) {
    out.push_back("almanac dlq requeue " + name);
  } else if (letter) {
    out.push_back("almanac retry --select " + id + " --date " + date);
    out.push_back("almanac dlq drop " + name);
  } else {
    out.push_back("almanac run --date " + date);  // attempts are left
  }
  return out;
}

json open_breakers(const Planned& planned, const std::vector<BreakerRecord>& breakers) {
  const auto& index = planned.planning->planner->manifest().index;
  json out = json::array();
  for (const auto& breaker : breakers) {
    const auto known = index.find(breaker.calculation);
    if (!breaker.open || known == index.end() || !planned.planning->selected[known->second]) {
      continue;
    }
    out.push_back({{"calculation", breaker.calculation},
                   {"run_id", breaker.opened_by_run},
                   {"command", "almanac retry --select " + breaker.calculation}});
  }
  return out;
}

}  // namespace

bool has_failed(const PlannedCell& cell, const ReportWork::Cell* tried) {
  return cell.verdict.state == State::Failed || cell.verdict.reason == Reason::Dropped ||
         (is_computed(cell.verdict) && tried && !tried->succeeded);
}

Result<void> add_failures(const Planned& planned, const std::vector<const PlannedCell*>& failed,
                          const std::map<size_t, ReportWork>& work, json* document) {
  Ledger& ledger = *planned.workspace->ledger;
  TRY(const auto letters, ledger.dead_letters());
  TRY(const auto breakers, ledger.breakers());
  std::map<std::pair<Ledger::CellName, Hash>, const DeadLetter*> by_key;
  for (const auto& letter : letters) {
    by_key[{{letter.calculation, letter.date}, letter.key}] = &letter;
  }
  size_t told = 0;
  json& out = (*document)["failures"] = json::array();
  for (const PlannedCell* cell : failed) {
    const std::string& id =
        planned.planning->planner->manifest().calculations[cell->calculation].id;
    const Date date = planned.planning->planner->date(cell->day);
    json line{{"calculation", id},
              {"date", date.str()},
              {"state", name_of(cell->verdict.state)},
              {"reason", name_of(cell->verdict.reason)}};
    const auto letter = by_key.find({{id, date}, cell->key});
    const bool has_letter = letter != by_key.end();
    told += has_letter;
    if (has_letter) {
      line.update(letter_json(*letter->second));
    } else if (const auto* tried = work.at(cell->calculation).cell(date)) {
      line["error"] = tried->error;
      line["stage"] = tried->stage;
      line["attempts"] = tried->attempts;
    }
    line["commands"] =
        commands(id, date.str(), cell->verdict.reason == Reason::Dropped, has_letter);
    out.push_back(std::move(line));
  }
  (*document)["dead_letters_elsewhere"] = letters.size() - told;
  (*document)["open_breakers"] = open_breakers(planned, breakers);
  return {};
}

}  // namespace almanac
