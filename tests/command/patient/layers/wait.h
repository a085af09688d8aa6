#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

// Whether the folder PATIENT has a file of this name.
inline bool has_patient(const std::string& file) {
  const char* folder = std::getenv("PATIENT");
  return folder && std::filesystem::exists(std::string(folder) + "/" + file);
}

// While the folder PATIENT is there: says that a cell is there, then waits for its file go_<cell>.
inline void wait_for(const std::string& cell) {
  const char* folder = std::getenv("PATIENT");
  if (!folder) return;
  std::ofstream(std::string(folder) + "/at_" + cell);
  while (!has_patient("go_" + cell)) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}
