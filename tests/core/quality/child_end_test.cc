#include "core/quality/child_end.h"

#include <gtest/gtest.h>

#include <csignal>

namespace almanac {
namespace {

TEST(ChildEnd, ASignalIsACrashAndNamed) {
  ChildEnd end;
  end.signal = SIGSEGV;
  EXPECT_EQ(failure_of(end).code, "CRASH");
  EXPECT_NE(failure_of(end).error.find("SIGSEGV: invalid memory access"), std::string::npos);
  end.signal = SIGRTMIN;
  EXPECT_EQ(failure_of(end).error, "ended by signal " + std::to_string(SIGRTMIN));
}

TEST(ChildEnd, AKillByTheKernelsOomKillerIsNoCrash) {
  ChildEnd end;
  end.signal = SIGKILL;
  EXPECT_EQ(failure_of(end).code, "CRASH");
  end.out_of_memory = true;
  EXPECT_EQ(failure_of(end).code, "OUT_OF_MEMORY");
}

TEST(ChildEnd, AKillForTimeIsATimeoutAndSaysTheLimit) {
  ChildEnd end;
  end.signal = SIGKILL;
  end.timed_out = true;
  end.limit_ms = 90'000;
  EXPECT_EQ(failure_of(end).code, "TIMEOUT");
  EXPECT_NE(failure_of(end).error.find("after 90 s"), std::string::npos);
  ChildEnd busy;
  busy.signal = SIGXCPU;
  EXPECT_EQ(failure_of(busy).code, "TIMEOUT");
}

TEST(ChildEnd, AnExitWithoutAResultIsOneWhateverTheCode) {
  for (const int code : {0, 1, 42}) {
    ChildEnd end;
    end.exit_code = code;
    EXPECT_EQ(failure_of(end).code, "NO_RESULT");
    EXPECT_NE(failure_of(end).error.find("exit code " + std::to_string(code)), std::string::npos);
  }
}

TEST(ChildEnd, WhatItGaveInsteadOfAResultCountsMoreThanHowItWasKilledForIt) {
  ChildEnd end;
  end.signal = SIGKILL;
  end.problem = "it gave other bytes";
  end.said = "hello";
  EXPECT_EQ(failure_of(end).code, "NO_RESULT");
  EXPECT_EQ(failure_of(end).error, "it gave other bytes; it said: hello");
}

TEST(ChildEnd, EachOfItsCodesIsAnEndAndNoOther) {
  for (const char* code : {"CRASH", "TIMEOUT", "OUT_OF_MEMORY", "NO_RESULT"}) {
    EXPECT_TRUE(is_end(code)) << code;
  }
  for (const char* code : {"", "FAILED", "INPUT", "PERMANENT", "STORE"}) {
    EXPECT_FALSE(is_end(code)) << code;
  }
}

}  // namespace
}  // namespace almanac
