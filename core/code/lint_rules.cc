#include "core/code/lint_rules.h"

#include <algorithm>
#include <map>

namespace almanac {

namespace {

using Use = LintRule::Use;

constexpr std::string_view kPlace = "changes where the code does not";
constexpr std::string_view kClock = "the time differs in each run";
constexpr std::string_view kZone = "the time zone is that of the machine";
constexpr std::string_view kChance = "a random number differs in each run";
constexpr std::string_view kProcess = "the environment of the process is no input";
constexpr std::string_view kMachine = "machines and processes differ in it";
constexpr std::string_view kAddress = "addresses differ in each process";
constexpr std::string_view kLoads = "other code and processes are no input";
constexpr std::string_view kFile = "files and connections are no input";
constexpr std::string_view kThread = "the order of threads differs in each run";
constexpr std::string_view kHidden = "what it does cannot be told from the code";
constexpr std::string_view kOthers = "changes what other cells see";

struct Row {
  Use use;
  std::string_view names;  // one that ends in _ stands for all that begin with it
  std::string_view why;
};

constexpr Row kRows[] = {
    {Use::Anywhere, "__DATE__ __TIME__ __TIMESTAMP__", "the time of compiling is no input"},
    {Use::Anywhere,
     "__LINE__ __FILE__ __FILE_NAME__ __BASE_FILE__ __COUNTER__ __func__ __FUNCTION__ "
     "__PRETTY_FUNCTION__ source_location __builtin_LINE __builtin_FILE __builtin_FUNCTION",
     kPlace},
    {Use::Anywhere,
     "system_clock steady_clock high_resolution_clock utc_clock tai_clock gps_clock file_clock "
     "gettimeofday clock_gettime timespec_get __rdtsc __rdtscp _rdtsc __builtin_ia32_rdtsc",
     kClock},
    {Use::Called, "time clock times", kClock},
    {Use::Anywhere,
     "localtime localtime_r mktime ctime_r tzset current_zone locate_zone get_tzdb "
     "zoned_time",
     kZone},
    {Use::Called, "ctime", kZone},
    {Use::Anywhere,
     "srand srandom drand48 erand48 lrand48 nrand48 mrand48 srand48 random_device "
     "default_random_engine random_shuffle getrandom getentropy arc4random arc4random_buf "
     "arc4random_uniform",
     kChance},
    {Use::Called, "rand random", kChance},
    {Use::Anywhere,
     "getenv secure_getenv setenv unsetenv putenv environ setlocale localeconv newlocale uselocale "
     "nl_langinfo getcwd current_path getauxval",
     kProcess},
    {Use::Standard, "locale", kProcess},
    {Use::Anywhere,
     "getpid getppid gettid getuid geteuid getlogin gethostname sysconf hardware_concurrency "
     "get_nprocs get_nprocs_conf sched_getaffinity sched_getcpu getpagesize getrusage "
     "__builtin_cpu_supports __builtin_cpu_is",
     kMachine},
    {Use::Called, "uname sysinfo getcpu", kMachine},
    {Use::Anywhere, "uintptr_t intptr_t __builtin_return_address __builtin_frame_address",
     kAddress},
    {Use::Anywhere,
     "dlopen dlmopen dlsym execl execlp execle execv execve execvp execvpe fexecve posix_spawn "
     "posix_spawnp vfork",
     kLoads},
    {Use::Called, "system popen fork syscall", kLoads},
    {Use::Anywhere,
     "fopen freopen fdopen tmpfile mkstemp openat open64 opendir readdir ifstream ofstream fstream "
     "wifstream wofstream wfstream basic_ifstream basic_ofstream basic_fstream filebuf "
     "basic_filebuf filesystem mmap mmap64 shm_open shmget stdin scanf getchar getaddrinfo "
     "gethostbyname socketpair cin wcin",
     kFile},
    {Use::Called, "open creat socket", kFile},
    {Use::Anywhere,
     "jthread this_thread pthread_ thrd_create thread_local __thread _Atomic __atomic_ __sync_ "
     "atomic atomic_ref atomic_flag atomic_bool atomic_int atomic_uint atomic_long atomic_int64_t "
     "atomic_uint64_t atomic_size_t atomic_thread_fence mutex shared_mutex timed_mutex "
     "recursive_mutex condition_variable counting_semaphore binary_semaphore once_flag omp_",
     kThread},
    {Use::Called, "async", kThread},
    {Use::Standard, "thread execution", kThread},
    {Use::Pragma, "omp", kThread},
    {Use::Directive, "line", "probes then are in no source that is known"},
    {Use::Anywhere, "asm __asm __asm__", kHidden},
    {Use::Anywhere, "volatile __volatile __volatile__", "others may change it meanwhile"},
    {Use::Anywhere, "const_cast fesetround fesetenv feholdexcept feenableexcept _mm_setcsr",
     kOthers},
    {Use::Member, "mutable", kKeepsState},
};

using Rules = std::map<std::string_view, LintRule>;

Rules by_name() {
  Rules rules;
  for (const auto& [use, names, why] : kRows) {
    for (std::string_view rest = names; !rest.empty();) {
      const size_t end = std::min(rest.find(' '), rest.size());
      rules[rest.substr(0, end)] = {use, why};
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return rules;
}

const Rules kRules = by_name();

}  // namespace

const LintRule* lint_rule(std::string_view name) {
  auto found = kRules.find(name);
  if (found == kRules.end()) found = kRules.find(name.substr(0, name.find('_', 2) + 1));
  return found == kRules.end() ? nullptr : &found->second;
}

}  // namespace almanac
