// almanac sample: user data from the real prices.
#include <cstdio>
#include <filesystem>
#include <limits>

#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/sample.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

namespace fs = std::filesystem;

// The price table of the project, otherwise that of the reference project.
Result<std::string> prices_folder(const Options& options) {
  std::error_code error;
  const fs::path own = fs::path(options.directory) / "data/prices";
  if (fs::exists(own, error)) return own.string();
  TRY(const std::string examples, examples_folder());
  return examples + "/portfolio/data/prices";
}

}  // namespace

int sample_command(const Options& options) {
  auto prices = prices_folder(options);
  if (!prices.ok()) return fail(prices.error());
  if (options.users > std::numeric_limits<int32_t>::max()) {
    return fail(usage_error("--users is at most 2147483647: user_id is a 32-bit number"));
  }
  SampleOptions sample_options;
  sample_options.users = static_cast<int32_t>(options.users);
  sample_options.days = options.days;
  sample_options.seed = options.seed;
  sample_options.prices = *prices;
  sample_options.out = options.out;
  if (auto done = sample(sample_options); !done.ok()) return fail(done.error());
  std::printf("%lld users, %d days in %s\n", static_cast<long long>(options.users), options.days,
              options.out.c_str());
  return kDone;
}

}  // namespace almanac
