#include <almanac/calculation.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>

using namespace almanac;

// Does what the variable MOOD says, on the date MOOD_DATE or on all.
struct Moody : PerEntity {
  Table readings = dataset("readings");
  In<double> value = readings["value"];

  Key<std::string_view> station = key("station");
  Out<double> swing = column("swing").nullable();

  static std::string variable(const char* name) {
    const char* text = std::getenv(name);
    return text ? text : "";
  }

  // Says that it is there, then waits for the file `go`.
  static void wait_in(const std::string& folder) {
    std::ofstream(folder + "/started");
    while (!std::filesystem::exists(folder + "/go")) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  void process(const Entity& entity, Output& out) const override {
    static std::atomic<int> calls{0};
    const std::string date = variable("MOOD_DATE");
    const std::string mood = date.empty() || date == entity.date().str() ? variable("MOOD") : "";
    if (mood == "throws") throw std::runtime_error("in a bad mood");
    if (mood == "permanent") throw PermanentError("for good");
    if (mood == "waits") wait_in(variable("MOOD_FOLDER"));
    if (mood == "aborts") std::abort();
    Record record = out.add();
    if (mood == "nulls") return;
    record[swing] = entity.rows(readings)[0][value] + (mood == "random" ? ++calls : 0);
  }
};
ALMANAC_CALCULATION(Moody, "mood", "moody")
