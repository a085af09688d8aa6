// The build report as one HTML page that needs nothing else: no network, no script, no other file.
// It shows what is in the document of build_report.h, says what it leaves out, and stays below some
// megabytes whatever there is. Its parts are in report_dates, report_matrix, report_troubles and
// report_savings.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace almanac {

std::string report_page(const nlohmann::json& report);

}  // namespace almanac
