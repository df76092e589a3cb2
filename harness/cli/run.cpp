// oauthentic run
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "cli/agents.hpp"
#include "cli/command.hpp"
#include "cli/findings.hpp"
#include "cli/kept_pages.hpp"
#include "cli/open_world.hpp"
#include "cli/outputs.hpp"
#include "cli/progress.hpp"
#include "cli/registered_clients.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"
#include "reports/summary.hpp"
#include "run/diagnosis.hpp"
#include "run/journal.hpp"
#include "run/judge.hpp"
#include "run/runner.hpp"
#include "script/target.hpp"

namespace oauthentic::cli {

namespace {

/// One run, from target file to reports.
class Run {
 public:
  explicit Run(const RunOptions& options) : options_(options) {}

  int go() {
    catch_interrupts();
    if (const int status = load()) return status;
    if (const int status = prepare_world()) return status;
    if (options_.dry_run) return dry_run();
    if (const int status = open_journal()) return status;
    if (const int status = discover()) return finish(status);
    if (const int status = register_clients()) return finish(status);
    const int status = execute();
    remove_clients(registered_);
    return finish(status);
  }

 private:
  int load() {
    library_ = load_library_or_tell(options_.profiles_dir, options_.scripts);
    if (!library_) return kWrongInput;
    auto profiles = find_profiles(*library_, options_.profiles);
    if (!profiles) return kWrongInput;
    selection_.profiles = *profiles;
    selection_.only = options_.only;
    if (!know_globs()) return kUndecided;
    selection_.allowed.insert(options_.allow.begin(), options_.allow.end());
    selection_.max_wait = std::chrono::seconds(options_.max_wait);
    script::Diagnostics diagnostics;
    target_ = script::load_target(options_.target, diagnostics);
    if (target_) return kDone;
    say("{}", diagnostics.to_string());
    return kWrongInput;
  }

  /// A glob that fits nothing at all is a slip of the pen.
  bool know_globs() const {
    if (selection_.only.empty()) return true;
    std::vector<std::string> words;
    std::set<std::string> decided;  // a representative of each class of equivalents
    for (const auto& scenario : library_->scenarios) {
      words.push_back(scenario.id);
      words.push_back(scenario.topic);
      for (const auto& id : scenario.requirements())
        decided.insert(library_->representative(id));
    }
    for (const auto& requirement : library_->requirements) {
      if (decided.contains(library_->representative(requirement.id))) words.push_back(requirement.id);
    }
    for (const auto& glob : selection_.only) {
      if (std::ranges::any_of(words, [&](const auto& word) { return glob_matches(glob, word); })) continue;
      const auto topic = glob.substr(0, glob.find('/'));
      std::vector<std::string> topics;
      for (const auto& scenario : library_->scenarios)
        topics.push_back(scenario.topic);
      say("--only {}: no scenario, topic or requirement is called so{}\n", glob, did_you_mean(topic, topics));
      return false;
    }
    return true;
  }

  int prepare_world() {
    try {
      transport_ = open_world(world_, *target_, options_.seed, options_.jobs);
    } catch (const std::runtime_error& error) {
      say("{}: {}\n", options_.target, error.what());
      return kWrongInput;
    }
    options_.jobs = needs_one_job(*target_) ? 1 : std::min(options_.jobs, target_->jobs);
    return kDone;
  }

  int open_journal() {
    std::error_code code;
    std::filesystem::create_directories(options_.out, code);
    if (code) {
      say("cannot make the folder {}: {}\n", options_.out, code.message());
      return kWrongInput;
    }
    try {
      journal_ = std::make_unique<run::Journal>(path("journal.ndjson"));
    } catch (const std::runtime_error& error) {
      say("{}\n", error.what());
      return kWrongInput;
    }
    world_.record = [this](const Exchange& exchange) { journal_->exchange(exchange); };
    world_.keep_page = [this](const session::PageSeen& page) { return pages_.keep(page); };
    return kDone;
  }

  std::string path(const std::string& name) const {
    return (std::filesystem::path(options_.out) / name).string();
  }

  /// Reads the metadata; a run against nothing ends here.
  int discover() {
    write_run_started();  // a run that is killed while it reads the metadata has a beginning, too
    std::vector<session::DiscoveryProblem> problems;
    world_.discovery = session::discover(world_, problems);
    write_run_started();
    if (target_->insecure) journal_->problem("TLS certificates were not checked (tls: { insecure: true })");
    return check_reached(problems);
  }

  int check_reached(const std::vector<session::DiscoveryProblem>& problems) {
    const auto& found = world_.discovery;
    if (!found.endpoint("authorization_endpoint").empty() || !found.endpoint("token_endpoint").empty())
      return kDone;
    tell(fmt::format("{}: {}, and the target file names no endpoints", target_->issuer,
                     found.metadata.empty() ? "no metadata could be read" : "its metadata names no endpoint"));
    for (const auto& problem : problems)
      tell("  " + problem.what);
    const auto findings = run::explain_unreachable(world_, problems, probe_of(*target_));
    if (const auto* failure = run::first_failure(findings)) say("{}\n", blame(*failure));
    say("What to do: check `issuer:`; or name the endpoints under `metadata:` in {0}.\n"
        "oauthentic doctor --target {0} looks closer.\n",
        options_.target);
    return kUnreachable;
  }

  /// The beginning of the journal; written again once the target is known, the later one counts.
  void write_run_started() {
    RunRecord record;
    record.tool_version = kVersion;
    record.command = options_.command_line;
    record.seed = world_.seed;
    record.started = started_;
    record.target.issuer = target_->issuer;
    record.target.name = target_->name;
    record.target.capabilities.assign(world_.discovery.capabilities.begin(),
                                      world_.discovery.capabilities.end());
    for (const auto& [name, value] : world_.discovery.metadata.items()) {
      const bool endpoint = name.ends_with("_endpoint") || name == "jwks_uri" || name == "issuer";
      if (endpoint && value.is_string()) record.target.endpoints.emplace_back(name, value.get<std::string>());
    }
    for (std::size_t i = 0; i < target_->api.size(); ++i) {
      record.target.endpoints.emplace_back(i == 0 ? "api" : fmt::format("api {}", i + 1), target_->api[i].url);
    }
    if (!target_->relying_party.empty())
      record.target.endpoints.emplace_back("relying_party", target_->relying_party);
    for (const auto* profile : selection_.profiles)
      record.profiles.push_back(profile->id);
    record.only = selection_.only;
    journal_->run_started(record);
  }

  void tell(const std::string& text) {
    say("{}\n", text);
    if (journal_) journal_->problem(text);
  }

  int register_clients() {
    registered_ = cli::register_clients(world_, *target_);
    if (!registered_.finding) return kDone;
    write_run_started();  // the capabilities depend on the clients
    const auto& finding = *registered_.finding;
    if (finding.health == run::Health::ok) return kDone;
    tell(fmt::format("{}: {}", finding.step, finding.seen));
    say("{}\n", blame(finding));
    return finding.health == run::Health::failed ? kUnreachable : kDone;
  }

  void tell_slowdowns() {
    for (const auto& one : world_.limiter->slowdowns()) {
      tell(fmt::format(
          "{} put off {} request{} (status 429 or 503): slowed down to one every {} ms; limits: {{ rate: "
          "... }} in the target file does so from the start",
          one.origin, one.times, one.times == 1 ? "" : "s", one.spacing.count()));
    }
  }

  int execute() {
    const auto plan = run::make_plan(*library_, world_, selection_);
    if (plan.blocks.empty()) {
      tell("nothing was selected: no scenario of these profiles fits --only and the target's capabilities");
      return kUndecided;
    }
    run::Progress progress;
    ProgressLine line(progress, options_.quiet);
    run::RunnerOptions runner;
    runner.jobs = options_.jobs;
    runner.interrupted = [this] { return interrupted() || journal_->failed(); };
    runner.tick = [&](const std::string& running) { line.tick(running); };
    run::Sink sink;
    sink.outcome = [this](const Outcome& outcome) { journal_->outcome(outcome); };
    sink.scenario = [this](const ScenarioRun& scenario) { journal_->scenario(scenario); };
    sink.downgrade = [this](const run::Job& job, const std::string& reason) {
      journal_->downgrade(job.scenario->id, job.row->name, job.variant(), reason);
    };
    const auto result = run::run_plan(world_, *library_, plan, runner, sink, progress);
    line.finish();
    if (journal_->failed()) return kOurFault;
    tell_slowdowns();
    if (pages_.count() > 0)
      say("{} page{} for you to look at: {}\n", pages_.count(), pages_.count() == 1 ? "" : "s", path("pages"));
    if (!result.death.empty()) {
      tell(fmt::format("the run was stopped, and what was seen until then is kept: {}", result.death));
      say("What to do: look into the provider's log for that time, start it again, and run again.\n");
      return kUnreachable;
    }
    if (result.interrupted) {
      tell("interrupted; what was recorded until now is kept");
      return kInterrupted;
    }
    if (!result.reached) {
      tell(fmt::format("no honest flow could be completed: {}", result.why));
      if (result.finding) say("{}\n", blame(*result.finding));
      say("What to do: check the clients, redirect_uri and user in {0}; the exchanges are in {1}.\n"
          "oauthentic doctor --target {0} looks closer.\n",
          options_.target, path("report.html"));
      return kUnreachable;
    }
    if (!result.why.empty()) {
      tell(fmt::format("an honest flow could not be completed, which leaves undecided what hangs on it: {}",
                       result.why));
      if (result.finding) say("{}\n", blame(*result.finding));
      say("If that is no fault of the provider: check the clients and users in {0}.\n"
          "oauthentic doctor --target {0} looks closer.\n",
          options_.target);
    }
    return kDone;
  }

  /// Reports are written whatever happened; `status` is what is known so far.
  int finish(int status) {
    if (status == kDone) journal_->run_finished();
    if (journal_->failed()) {
      say("{}\nWhat was written until then is kept.\n", journal_->failure());
      status = kOurFault;
    }
    journal_.reset();
    world_.record = nullptr;
    std::string error;
    const auto judged = judge_journal(path("journal.ndjson"), *library_, selection_.profiles, error);
    if (!judged) {
      say("{}\n", error);
      return status == kDone ? kOurFault : status;
    }
    const auto input = judged->input(*library_);
    bool written = true;
    for (const auto& format : format_names()) {
      if (write_file(path(file_name(format)), render(format, input), error)) continue;
      say("{}\n", error);
      written = false;
    }
    if (!written && status == kDone) status = kWrongInput;
    if (options_.json) {
      print_results(render("json", input) + "\n");
    } else {
      print_results(
          reports::terminal_summary(input, use_colour(options_.color, 1), written ? path("report.html") : ""));
    }
    return status == kDone ? run::exit_status(judged->verdicts) : status;
  }

  int dry_run() {
    std::vector<session::DiscoveryProblem> problems;
    world_.discovery = session::discover(world_, problems);
    if (const int status = check_reached(problems)) return status;
    const auto plan = run::make_plan(*library_, world_, selection_);
    for (const auto& block : plan.blocks) {
      for (const auto& job : block.jobs)
        print_results(fmt::format("{}  {}\n", job.id(), job.scenario->title));
    }
    for (const auto& left : plan.left_out) {
      if (left.reason != "not selected")
        print_results(fmt::format("left out: {}: {}\n", left.scenario->id, left.reason));
    }
    print_results(fmt::format("{} checks, about {} requests, longest wait {} s\n", plan.jobs(),
                              plan.expected_requests,
                              target_->clock_header.empty() ? plan.longest_wait.count() : 0));
    return plan.blocks.empty() ? kUndecided : kDone;
  }

  const std::chrono::system_clock::time_point started_ = std::chrono::system_clock::now();
  RunOptions options_;
  KeptPages pages_{options_.out};
  std::optional<script::Library> library_;
  std::optional<script::Target> target_;
  run::Selection selection_;
  std::unique_ptr<http::Transport> transport_;
  session::World world_;
  std::unique_ptr<run::Journal> journal_;
  RegisteredClients registered_;  ///< ends before what it sends by
};

}  // namespace

int run(const RunOptions& options) {
  return Run(options).go();
}

}  // namespace oauthentic::cli
