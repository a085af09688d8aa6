// almanac: the command. Parses the line and hands it to one of the commands.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstring>
#include <functional>

#include "activities/build_describe.h"
#include "core/base/names.h"
#include "core/base/nearest.h"
#include "isolation/serve.h"
#include "tools/almanac/command_tree.h"
#include "tools/almanac/completions.h"
#include "tools/almanac/console.h"
#include "tools/almanac/options.h"
#include "tools/almanac/session.h"

namespace almanac {

namespace {

constexpr int kMany = 100'000'000;
constexpr int kMostJobs = 1024;
constexpr int kMostPort = 65535;

constexpr const char* kFooter =
    "`almanac COMMAND --help` has the options of a command.\n"
    "Exit codes: 0 done or nothing to do; 1 failed cells; 2 usage or project file; 3 changes\n"
    "pending (plan --detailed-exitcode, diff, preflight); 4, 5 all failures are of the entity "
    "breaker, of "
    "the\n"
    "validator; 6 not reproduced; 70 bug; 75 try again later; 130 interrupted.";
constexpr const char* kToLastLetter = "last day; default: of the last dead letter";
constexpr const char* kSelection =
    "calculations: a,b these; +a with all that it needs; a+ with all that needs it; tag:x, "
    "category:x all that have it";

// Dates and ranges are checked here, so that commands see calendar days only.
class CommandLine {
 public:
  CommandLine() : app_("a build system for data", "almanac") {
    app_.add_option("-C", options_.directory, "the project's folder")->type_name("DIR");
    app_.require_subcommand(1);
    app_.set_version_flag("--version", "almanac " ALMANAC_VERSION);
    app_.footer(kFooter);

    auto* init = command("init", "make a new project that runs", init_command);
    init->add_option("dir", options_.out, "folder of the new project")->default_val(".");
    std::string known;
    for (const auto& name : examples()) known += (known.empty() ? "" : ", ") + name;
    init->add_option("--example", options_.example,
                     "what to copy, by default starter; there are " + known)
        ->type_name("NAME");

    json(jobs(command("build", "compile what changed and write the manifest", build_command)));

    auto* sample = command("sample", "generate user data from the real prices", sample_command);
    number(sample, "--users", options_.users, "how many users")->capture_default_str();
    number(sample, "--days", options_.days, "open positions on the last so many days")
        ->capture_default_str();
    sample->add_option("--out", options_.out, "the project's folder of data, such as data")
        ->type_name("DIR")
        ->required();
    sample->add_option("--seed", options_.seed, "the same seed gives the same data")
        ->type_name("S")
        ->capture_default_str();

    json(command("list", "the calculations in pass order", list_command));
    auto* show = calculation(json(command("show", "one calculation", show_command)));
    show->add_option("--date", date_, "with the first rows of its published result on this day")
        ->type_name("DATE");
    number(show, "--rows", options_.rows, "how many of them")->capture_default_str();
    auto* dag = json(command("dag", "the graph", dag_command));
    dag->add_option("--format", options_.format, "text (default), dot or mermaid")
        ->type_name("NAME")
        ->check(CLI::IsMember({"text", "dot", "mermaid"}));

    auto* plan = json(range(command("plan", "what a run would do; no side effects", plan_command)));
    plan->add_option("-o", options_.file, "write the plan for `run FILE`")->type_name("FILE");
    plan->add_flag("--detailed-exitcode", options_.detailed_exitcode, "3 when changes are pending");
    exact(plan);
    auto* run = json(jobs(range(command("run", "bring cells up to date", run_command))));
    run->add_option("plan", options_.file, "a plan of `plan -o FILE`")->type_name("FILE");
    run->add_flag("--all", options_.all, "list cells that are up to date, too");
    exact(run);
    for (CLI::App* sub :
         {command("backfill", "run over a range of past days", backfill_command),
          command("catchup", "run from the first day with something to do up to yesterday",
                  catchup_command)}) {
      json(jobs(range(sub)))
          ->add_flag("--all", options_.all, "list cells that are up to date, too");
    }
    exact(json(jobs(range(
        command("submit", "hand a run to the Temporal service and leave it", submit_command)))));
    auto* retry = pair(json(jobs(
        range(command("retry", "try failed cells again, and what hangs on them", retry_command),
              kToLastLetter))));
    retry->add_flag("--all", options_.all, "list cells that are up to date, too");

    auto* dlq = app_.add_subcommand("dlq", "the dead letters, of cells that are not tried again");
    dlq->require_subcommand(1);
    dlq->fallthrough();
    pair(letters(command("list", "what failed, and whether that holds", dlq_list_command, dlq)));
    for (CLI::App* sub : {letters(command("requeue", "let attempts start anew in the next run",
                                          dlq_requeue_command, dlq)),
                          letters(command("drop", "give cells up, and so what depends on them",
                                          dlq_drop_command, dlq))}) {
      pair(sub)->add_flag("--all", options_.all, "every dead letter");
    }

    auto* explain =
        calculation(json(command("explain", "why a cell is as it is", explain_command)));
    explain->add_option("date", options_.date, "YYYY-MM-DD")->type_name("DATE")->required();
    explain->add_flag("--tree", options_.tree, "the way to the root cause");
    auto* diff = calculation(json(
        command("diff",
                "compute a cell now and compare with what is stored; writes nothing. Ends with 3 "
                "where another key gives another result, with 6 where the same key does",
                diff_command)));
    diff->add_option("date", options_.date, "YYYY-MM-DD")->type_name("DATE")->required();
    number(diff, "--rows", options_.rows, "how many rows of each kind are shown")
        ->capture_default_str();
    auto* preflight = json(jobs(command(
        "preflight",
        "what changed code is going to do to the cells. Ends with 3 where it computes otherwise",
        preflight_command)));
    preflight
        ->add_option("--base", options_.base,
                     "a git revision, or a file of `evidence export`; default: the ledger")
        ->type_name("REF|FILE");
    preflight->add_option("--select", options_.select, kSelection)->type_name("EXPR");
    preflight->add_option("--format", options_.format, "text (default) or markdown")
        ->type_name("NAME")
        ->check(CLI::IsMember({"text", "markdown"}));
    json(jobs(command("certify",
                      "measure how far comparisons of a calculation, or of each of which it is not "
                      "known, can be trusted; takes minutes for each",
                      certify_command)))
        ->add_option("calculation", options_.calculation, "id, or category/id; default: all")
        ->type_name("CALC");
    auto* evidence =
        app_.add_subcommand("evidence", "what lets results stand though code has changed");
    evidence->require_subcommand(1);
    evidence->fallthrough();
    json(command("list", "verdicts and certificates", evidence_list_command, evidence));
    for (CLI::App* sub :
         {command("show", "what was looked at and seen", evidence_show_command, evidence),
          command("revoke", "it does not hold; compute again what stands on it",
                  evidence_revoke_command, evidence)}) {
      json(sub)->add_option("id", options_.evidence, "of the list")->type_name("ID")->required();
    }
    for (CLI::App* sub :
         {command("export", "write what is known of the code, for a machine without the ledger",
                  evidence_export_command, evidence),
          command("import", "take over certificates and verdicts of a file",
                  evidence_import_command, evidence)}) {
      json(sub)
          ->add_option("file", options_.file, "what export writes and import reads")
          ->type_name("FILE")
          ->required();
    }
    json(range(command("status", "cells, runs, dead letters", status_command)));
    auto* report = json(range(command("report", "the build report per date", report_command)));
    number(report, "--days", options_.days, "how many of the last days")->capture_default_str();
    report
        ->add_option("--html", options_.html,
                     "write it as one page that needs no other file; - is stdout")
        ->type_name("FILE");
    auto* verify = json(range(
        command("verify", "compute again and compare; revokes evidence that is seen to be wrong",
                verify_command)));
    number(verify, "--sample", options_.sample, "so many cells, evenly chosen; default: all");
    json(jobs(command("reconcile",
                      "mend what earlier runs left; try again what failed with attempts left",
                      reconcile_command)));
    auto* gc = json(command("gc", "remove bytes that nothing names", gc_command));
    gc->add_flag("--dry-run", options_.dry_run, "say what would go, and leave it");
    auto* mv = calculation(json(command(
        "mv", "give a calculation another name; its results and history stay", mv_command)));
    mv->add_option("name", options_.new_name, "the new id")->type_name("NAME")->required();
    mv->add_flag("--dry-run", options_.dry_run, "say which files would be edited, and leave them");
    json(command("doctor", "whether what a run needs is there and sound; changes nothing",
                 doctor_command));
    auto* completions = app_.add_subcommand(
        "completions", "print a script that completes this command line in a shell");
    completions->add_option("shell", options_.shell, "for bash: source <(almanac completions bash)")
        ->type_name("SHELL")
        ->required()
        ->check(CLI::IsMember({"bash", "zsh", "fish"}));
    completions->fallthrough();
    completions->callback([this] { chosen_ = [this](const Options&) { return print_script(); }; });
    json(command("migrate", "bring the ledger to this version of almanac", migrate_command));

    json(command("watch", "follow the run that is under way", watch_command));
    command("pause", "let the run under way begin nothing else", pause_command);
    jobs(command("resume", "let a paused run go on", resume_command),
         "cells at a time from now on, at most; default: as before");
    command("cancel", "end the run under way after its cells under way", cancel_command)
        ->add_flag("--now", options_.now,
                   "at once and without its workers; of a run on a Temporal service");
    auto* worker =
        jobs(command("worker", "compute cells of runs on a Temporal service", worker_command));
    worker->add_option("--queue", options_.queues, "standard, high-mem or, by default, both")
        ->type_name("NAME,...")
        ->delimiter(',')
        ->check(CLI::IsMember({"standard", "high-mem"}).description(""));
    worker
        ->add_option("--health-port", options_.health_port,
                     "answer /healthz and /readyz on 127.0.0.1:P")
        ->type_name("P")
        ->check(CLI::Range(1, kMostPort).description(""));
  }

  int run(int argc, char** argv) {
    std::vector<std::string> words(argv + 1, argv + argc);
    if (!words.empty() && words[0] == "help") {  // almanac help [COMMAND]
      words.erase(words.begin());
      words.emplace_back("--help");
    }
    if (auto stated = check_stated(words); !stated.ok()) return fail(stated.error());
    std::reverse(words.begin(), words.end());  // as CLI11 wants them
    try {
      app_.parse(std::move(words));
    } catch (const CLI::Success& help_or_version) {
      return app_.exit(help_or_version);
    } catch (const CLI::ParseError& error) {
      return fail(usage_error(what_is_wrong(error)));
    }
    if (auto filled = check_filled(); !filled.ok()) return fail(filled.error());
    for (const auto& [text, date] : {std::pair{&from_, &options_.from}, {&to_, &options_.to}}) {
      if (auto read = read_date(*text, date); !read.ok()) return fail(read.error());
    }
    if (!date_.empty()) {
      if (auto read = read_date(date_, &options_.from); !read.ok()) return fail(read.error());
      options_.to = options_.from;
    }
    const int code = chosen_(options_);
    if (std::fflush(stdout) == 0 && !std::ferror(stdout)) return code;
    return fail(temporary_error("cannot write to stdout; what it holds is not whole"));
  }

 private:
  using Command = int (*)(const Options&);

  int print_script() const {
    const CommandTree tree = command_tree(app_);
    const std::string script = options_.shell == "bash"  ? bash_completions(tree)
                               : options_.shell == "zsh" ? zsh_completions(tree)
                                                         : fish_completions(tree);
    std::fputs(script.c_str(), stdout);
    return kDone;
  }

  // The command as far as it was understood: nothing, `plan`, `dlq`, `dlq list`.
  std::vector<const CLI::App*> understood() const {
    std::vector<const CLI::App*> path;
    for (auto subs = app_.get_subcommands(); !subs.empty(); subs = subs[0]->get_subcommands()) {
      path.push_back(subs[0]);
    }
    return path;
  }

  std::string what_is_wrong(const CLI::ParseError& error) const {
    std::vector<std::string> known, left = app_.remaining(true);
    const auto commands = understood();
    const CLI::App& last = commands.empty() ? app_ : *commands.back();
    const auto choices = last.get_subcommands({});
    for (const auto* sub : choices) known.push_back(sub->get_name());
    if (!choices.empty() && !left.empty() && !left[0].starts_with('-')) {
      const std::string unknown =
          "unknown command " + in_quotes(left[0]) + did_you_mean(left[0], known);
      return commands.empty() && unknown.ends_with('?') ? unknown : in_command(unknown);
    }
    known.clear();
    const auto option = std::find_if(left.begin(), left.end(),
                                     [](const auto& word) { return word.starts_with('-'); });
    if (option != left.end()) {
      const std::string name = option->substr(0, option->find('='));
      add_options(app_, &known);
      for (const auto* command : commands) add_options(*command, &known);
      return in_command("unknown option " + in_quotes(name) + did_you_mean(name, known));
    }
    if (!left.empty()) return in_command("takes no " + in_quotes(left[0]));
    if (commands.empty()) return "expected a command; see almanac --help";
    return in_command(choices.empty() ? error.what() : "expected a command");
  }

  std::string in_command(const std::string& message) const {
    std::string name;
    for (const auto* command : understood())
      name += (name.empty() ? "" : " ") + command->get_name();
    if (name.empty())
      return message + (message.ends_with('?') ? " See" : "; see") + " almanac --help";
    return name + ": " + message + (message.ends_with('?') ? " See" : "; see") + " almanac " +
           name + " --help";
  }

  static void add_options(const CLI::App& app, std::vector<std::string>* names) {
    for (const auto* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) names->push_back("--" + name);
      for (const auto& name : option->get_snames()) names->push_back("-" + name);
    }
  }

  // An empty value is that of a variable which is not set: to take it for "not said" would do
  // everything where a part was meant.
  Error empty_value(const std::string& name) const {
    return usage_error(in_command(name + " has an empty value; give one, or leave " + name +
                                  " out to take the default"));
  }

  // Of `--select=`, which would take the next word for its value.
  Result<void> check_stated(const std::vector<std::string>& words) const {
    for (const auto& word : words) {
      if (word == "--") break;
      if (word.starts_with("--") && word.find('=') + 1 == word.size()) {
        return empty_value(word.substr(0, word.size() - 1));
      }
    }
    return {};
  }

  Result<void> check_filled() const {
    std::vector<const CLI::App*> apps = understood();
    apps.push_back(&app_);
    for (const CLI::App* app : apps) {
      for (const auto* option : app->get_options()) {
        const auto& values = option->results();
        if (option->get_expected_max() > 0 &&
            std::find(values.begin(), values.end(), "") != values.end()) {
          return empty_value(option->get_name());
        }
      }
    }
    return {};
  }

  static Result<void> read_date(const std::string& text, std::optional<Date>* date) {
    if (text.empty()) return {};
    *date = Date::parse(text);
    if (*date) return {};
    return usage_error("\"" + text + "\" is not a date; expected YYYY-MM-DD");
  }

  CLI::App* command(const char* name, const char* help, Command command, CLI::App* of = nullptr) {
    CLI::App* sub = (of ? of : &app_)->add_subcommand(name, help);
    sub->callback([this, command] { chosen_ = command; });
    sub->fallthrough();
    return sub;
  }
  CLI::App* json(CLI::App* sub) {
    sub->add_flag("--json", options_.json, "one JSON document on stdout");
    return sub;
  }
  CLI::App* jobs(CLI::App* sub, const char* help = "threads; default: one per core") {
    sub->add_option("-j,--jobs", options_.jobs, help)
        ->type_name("N")
        ->check(CLI::Range(1, kMostJobs).description(""));
    return sub;
  }
  CLI::App* calculation(CLI::App* sub) {
    sub->add_option("calculation", options_.calculation, "id, or category/id")
        ->type_name("CALC")
        ->required();
    return sub;
  }
  template <class Number>
  CLI::Option* number(CLI::App* sub, const char* name, Number& value, const char* help) {
    return sub->add_option(name, value, help)
        ->type_name("N")
        ->check(CLI::Range(1, kMany).description(""));
  }
  // A cell, which may be left out.
  CLI::App* pair(CLI::App* sub) {
    sub->add_option("calculation", options_.calculation, "id, or category/id")->type_name("CALC");
    sub->add_option("date", options_.date, "YYYY-MM-DD")->type_name("DATE");
    return sub;
  }
  CLI::App* letters(CLI::App* sub) {
    json(range(sub, kToLastLetter));
    sub->add_option("--code", options_.code, "with this cause or end, such as MAX_RETRIES_EXCEEDED")
        ->type_name("CODE");
    return sub;
  }
  CLI::App* range(CLI::App* sub,
                  const char* to_help = "last day; default: the last one up to yesterday") {
    auto* from =
        sub->add_option("--from", from_, "first day; default: of the calendar")->type_name("DATE");
    auto* to = sub->add_option("--to", to_, to_help)->type_name("DATE");
    sub->add_option("--date", date_, "this day only")
        ->type_name("DATE")
        ->excludes(from)
        ->excludes(to);
    sub->add_option("--select", options_.select, kSelection)->type_name("EXPR");
    sub->add_option("--line", options_.lines, "product line and what it depends on")
        ->type_name("NAME");
    return sub;
  }
  void exact(CLI::App* sub) {
    sub->add_flag("--exact", options_.exact, "do not compute what the wanted cells need");
    sub->add_flag("--force", options_.force, "compute wanted cells again and compare");
  }

  CLI::App app_;
  Options options_;
  std::string from_, to_, date_;
  std::function<int(const Options&)> chosen_;
};

}  // namespace

}  // namespace almanac

int main(int argc, char** argv) {
  // It runs itself to look into a module and to compute: users' code never runs in the command.
  if (argc == 3 && std::strcmp(argv[1], almanac::kDescribeModule) == 0) {
    return almanac::describe_module(argv[2]);
  }
  if (argc == 2 && std::strcmp(argv[1], almanac::kServeTasks) == 0) return almanac::serve_tasks();
  return almanac::CommandLine().run(argc, argv);
}
