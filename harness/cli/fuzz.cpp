// oauthentic fuzz
#include "cli/fuzz.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/open_world.hpp"
#include "cli/outputs.hpp"
#include "cli/streams.hpp"
#include "fuzz/network/campaign.hpp"
#include "fuzz/network/worker.hpp"
#include "oauth/json_document.hpp"
#include "oauth/url.hpp"
#include "run/journal.hpp"
#include "script/target.hpp"

namespace oauthentic::cli {

namespace {

using fuzz::Finding;
namespace fs = std::filesystem;

class Fuzzing {
 public:
  explicit Fuzzing(const FuzzOptions& options) : options_(options), out_(options.out) {}

  int go() {
    catch_interrupts();
    if (!options_.merge.empty()) return merge();
    if (!fuzz::has_engine()) {
      say("This program was built without libFuzzer; build it with clang 19 and its package "
          "libclang-rt-19-dev.\n");
      return kOurFault;
    }
    script::Diagnostics diagnostics;
    target_ = script::load_target(options_.target, diagnostics);
    if (!target_) {
      say("{}", diagnostics.to_string());
      return kWrongInput;
    }
    const auto issuer = oauth::parse_url(target_->issuer);
    if (issuer && !oauth::is_loopback_host(issuer->host) && !options_.authorized_target) {
      say("{} is no address of this machine: fuzzing it is an attack, and --authorized-target says that you "
          "may\n",
          issuer->host);
      return kWrongInput;
    }
    if (options_.rate > 0) target_->requests_per_second = options_.rate;
    target_->requests_per_second /= static_cast<double>(options_.jobs);
    library_ = load_library_or_tell(options_.profiles_dir, "");
    if (!library_) return kWrongInput;
    std::error_code code;
    fs::create_directories(out_, code);
    if (code) {
      say("cannot make the folder {}: {}\n", options_.out, code.message());
      return kWrongInput;
    }
    started_ = std::chrono::system_clock::now();
    result_ = fuzz::run_campaign(
        campaign_options(), [this](std::size_t number, fuzz::SharedState& shared) { work(number, shared); });
    return tell();
  }

 private:
  fuzz::CampaignOptions campaign_options() const {
    fuzz::CampaignOptions out;
    out.out = out_;
    out.jobs = options_.jobs;
    out.max_time = std::chrono::seconds(options_.max_time);
    out.restart_command = options_.restart;
    out.interrupted = interrupted;
    if (options_.quiet) return out;
    const bool terminal = isatty(2) == 1;
    out.progress = [terminal, count = 0](const std::string& line) mutable {
      // Elsewhere than on a terminal a line every ten seconds is enough.
      if (terminal) say("\r{}\x1b[K", line);
      if (!terminal && count++ % 10 == 0) say("{}\n", line);
    };
    return out;
  }

  /// Corpora and findings of several runs, each once. The reports are made anew.
  int merge() {
    library_ = load_library_or_tell(options_.profiles_dir, "");
    if (!library_) return kWrongInput;
    started_ = std::chrono::system_clock::now();
    for (const auto& run : options_.merge) {
      for (const auto* part : {"corpus", "findings"}) {
        std::error_code code;
        fs::create_directories(out_ / part, code);
        const auto from = fs::path(run) / part;
        if (!code && fs::exists(from))
          fs::copy(from, out_ / part, fs::copy_options::recursive | fs::copy_options::skip_existing, code);
        if (code) {
          say("cannot copy {}: {}\n", from.string(), code.message());
          return kWrongInput;
        }
      }
    }
    result_.findings = fuzz::read_findings(out_ / "findings", result_.failures);
    target_.emplace();
    if (!result_.findings.empty()) target_->issuer = result_.findings.front().issuer;
    target_->name = "merged";
    for (const auto& failure : result_.failures)
      say("{}\n", failure);
    write_reports();
    print_results(options_.json ? as_json() : as_text());
    return result_.findings.empty() ? kDone : kViolations;
  }

  /// In the process of a worker; does not return.
  void work(std::size_t number, fuzz::SharedState& shared) {
    fuzz::WorkerOptions worker;
    worker.out = out_;
    worker.extra_corpus = options_.corpus;
    for (const auto& name : options_.surfaces)
      worker.surfaces.insert(*fuzz::surface_from(name));
    worker.authorized = options_.authorized_target;
    worker.timeout = std::chrono::milliseconds(options_.timeout);
    worker.max_requests = (options_.max_requests + options_.jobs - 1) / options_.jobs;
    worker.seed = options_.seed + static_cast<unsigned>(number);
    worker.number = number;
    worker.guidance = options_.guidance == "none"     ? fuzz::Guidance::none
                      : options_.guidance == "status" ? fuzz::Guidance::status
                                                      : fuzz::Guidance::full;
    worker.plain_octets = options_.plain_octets;
    worker.pid = options_.pid;
    session::World world;
    std::unique_ptr<http::Transport> transport;
    try {
      transport = open_world(world, *target_, fmt::format("fuzz-{}", worker.seed), 4);
    } catch (const std::runtime_error& error) {
      shared.workers[number].say(error.what());
      shared.workers[number].state = fuzz::WorkerState::failed;
      return;
    }
    fuzz::run_worker(world, worker, shared);
  }

  int tell() {
    if (!options_.quiet && isatty(2) == 1) say("\n");
    for (const auto& failure : result_.failures)
      say("{}\n", failure);
    for (const auto& crash : result_.crashes)
      say("a fault of ours: {}\n", crash);
    write_reports();
    print_results(options_.json ? as_json() : as_text());
    if (!result_.crashes.empty()) return kOurFault;
    if (result_.interrupted) return kInterrupted;
    if (!result_.findings.empty()) return kViolations;
    if (result_.executions == 0 || result_.features < 2) {
      if (result_.failures.empty()) say("no request was answered\n");
      say("Nothing was fuzzed: that is no sign that all is well.\noauthentic doctor --target {} looks "
          "closer.\n",
          options_.target);
      return kUnreachable;
    }
    return result_.failures.empty() ? kDone : kUnreachable;
  }

  std::string as_json() const {
    auto findings = nlohmann::json::array();
    for (const auto& finding : result_.findings) {
      auto one = to_json(finding);
      one.erase("exchanges");
      findings.push_back(std::move(one));
    }
    return oauth::dump({{"requests", result_.requests},
                        {"executions", result_.executions},
                        {"shapes", result_.features},
                        {"sign_ins", result_.sign_ins},
                        {"put_off", result_.put_off},
                        {"milliseconds", result_.duration.count()},
                        {"deaths", result_.deaths},
                        {"findings", std::move(findings)}}) +
           "\n";
  }

  std::string as_text() const {
    std::string out;
    for (const auto& finding : result_.findings) {
      const auto& about = info(finding.symptom.oracle);
      out += fmt::format("{:<7} {} at {}: {}\n", to_string(severity_of(finding.symptom)), about.title,
                         to_string(finding.surface), finding.symptom.detail);
      out += fmt::format(
          "        caused by {}; {}; {} ({} of {}), CWE-{}\n",
          finding.causes.empty() ? "what it is" : fmt::format("{}", fmt::join(finding.causes, "; ")),
          finding.observed, finding.confidence(), finding.seen, finding.tried, about.cwe);
      out += fmt::format("        {}\n", (out_ / "findings" / finding.id).string());
    }
    const auto seconds = static_cast<double>(result_.duration.count()) / 1000;
    out += fmt::format("{} finding{} in {} requests, {:.0f} s, {} shapes of answers\n", result_.findings.size(),
                       result_.findings.size() == 1 ? "" : "s", result_.requests, seconds, result_.features);
    if (result_.put_off > 0)
      out += fmt::format("{} requests were put off (status 429): --rate sends fewer\n", result_.put_off);
    if (result_.deaths > 0) out += fmt::format("the target died {} times\n", result_.deaths);
    if (!result_.findings.empty())
      out += fmt::format("report {}\nagain  oauthentic replay {}/* --target {}\n",
                         (out_ / "report.html").string(), (out_ / "findings").string(), options_.target);
    return out;
  }

  /// The same journal and reports as those of a run: a finding is a violation.
  void write_reports() const {
    std::string error;
    try {
      write_journal();
    } catch (const std::runtime_error& failure) {
      say("{}\n", failure.what());
      return;
    }
    const auto profiles = find_profiles(*library_, {});
    const auto judged = judge_journal((out_ / "journal.ndjson").string(), *library_, *profiles, error);
    if (!judged) {
      say("{}\n", error);
      return;
    }
    const auto input = judged->input(*library_);
    for (const auto& format : format_names()) {
      if (!write_file((out_ / file_name(format)).string(), render(format, input), error)) say("{}\n", error);
    }
  }

  void write_journal() const {
    run::Journal journal((out_ / "journal.ndjson").string());
    RunRecord record;
    record.tool_version = kVersion;
    record.command = options_.command_line;
    record.seed = fmt::format("{}", options_.seed);
    record.started = started_;
    record.target.issuer = target_->issuer;
    record.target.name = target_->name;
    record.profiles = {find_profiles(*library_, {})->front()->id};
    record.only = {"fuzz/*"};
    journal.run_started(record);
    for (const auto& finding : result_.findings)
      write(journal, finding);
    for (const auto& failure : result_.failures)
      journal.problem(failure);
    for (const auto& crash : result_.crashes)
      journal.problem(crash);
    if (!result_.interrupted) journal.run_finished();
  }

  static void write(run::Journal& journal, const Finding& finding) {
    const auto& about = info(finding.symptom.oracle);
    ScenarioRun scenario;
    scenario.id = fmt::format("fuzz/{}", to_string(finding.symptom.oracle));
    scenario.row = finding.id;
    scenario.title = about.title;
    scenario.deviation = fmt::format("{}", fmt::join(finding.causes, "; "));
    Outcome outcome;
    outcome.requirement = about.requirement;
    outcome.scenario = scenario.id;
    outcome.row = finding.id;
    outcome.step = to_string(finding.surface);
    outcome.result = Result::violated;
    outcome.expected = "no such answer, whatever is sent";
    outcome.observed =
        fmt::format("{}: {}; {}, seen {} of {} times, CWE-{}", finding.symptom.detail, finding.observed,
                    finding.confidence(), finding.seen, finding.tried, about.cwe);
    for (const auto& exchange : finding.exchanges) {
      journal.exchange(exchange);
      scenario.steps.push_back(exchange.label);
      scenario.exchanges.push_back(exchange.id);
      outcome.exchanges.push_back(exchange.id);
    }
    journal.outcome(outcome);
    journal.scenario(scenario);
  }

  const FuzzOptions& options_;
  const fs::path out_;
  std::optional<script::Target> target_;
  std::optional<script::Library> library_;
  std::chrono::system_clock::time_point started_;
  fuzz::CampaignResult result_;
};

}  // namespace

int fuzz(const FuzzOptions& options) {
  return Fuzzing(options).go();
}

}  // namespace oauthentic::cli
