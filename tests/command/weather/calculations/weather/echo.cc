#include <almanac/calculation.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <stdexcept>
#include <thread>

using namespace almanac;

// Repeats its input, and does what the column "fault" says.
struct Echo : PerEntity {
  Table readings = dataset("readings");
  In<double> celsius = readings["celsius"];
  In<std::string_view> fault = readings["fault"];

  Key<std::string_view> station = key("station");
  Out<double> value = column("value");

  // Says that it is there, then waits for the file `go`.
  static void wait() {
    std::ofstream("started").close();
    while (!std::filesystem::exists("go")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  static int overflow(int depth) {
    volatile char page[4096];
    page[0] = static_cast<char>(depth);
    return depth > 0 ? overflow(depth + 1) + page[0] : 0;
  }

  void process(const Entity& entity, Output& out) const override {
    for (const Row row : entity.rows(readings)) {
      const std::string_view what = row.has(fault) ? row[fault] : "none";
      double repeated = row[celsius];
      if (what == "flood") repeated = std::numeric_limits<double>::quiet_NaN();
      if (what == "crash") raise(SIGSEGV);
      if (what == "overflow") repeated += overflow(1);
      if (what == "utf8") throw std::runtime_error("bytes \xff\xfe");
      if (what == "wait") wait();
      out.add()[value] = repeated;
      if (what == "twice") out.add()[value] = repeated;
    }
  }
};
ALMANAC_CALCULATION(Echo, "weather", "echo")
