// oauthentic analyze
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>

#include "analysis/explanation.hpp"
#include "cli/analysis_text.hpp"
#include "cli/command.hpp"
#include "cli/findings.hpp"
#include "cli/open_world.hpp"
#include "cli/outputs.hpp"
#include "cli/registered_clients.hpp"
#include "cli/streams.hpp"
#include "oauth/json_document.hpp"
#include "reports/analysis_html.hpp"
#include "run/collection.hpp"
#include "run/diagnosis.hpp"
#include "script/target.hpp"

namespace oauthentic::cli {

namespace {

using analysis::Report;
using analysis::Verdict;
using nlohmann::json;

constexpr std::size_t kMaxListOctets = 64UL << 20;

/// The text of a list, or nothing, told, if it cannot be read.
std::optional<std::string> read_text(const std::string& path) {
  std::ifstream file;
  if (path != "-") file.open(path, std::ios::binary);
  std::istream& stream = path == "-" ? std::cin : file;
  std::string text;
  char part[65536];
  while (stream.read(part, sizeof part) || stream.gcount() > 0) {
    text.append(part, static_cast<std::size_t>(stream.gcount()));
    if (text.size() > kMaxListOctets) {
      say("{}: larger than {} MiB; give a part of it\n", path, kMaxListOctets >> 20);
      return std::nullopt;
    }
  }
  if (stream.eof()) return text;
  say("{}: cannot be read. --file takes a text file with one value a line, or - for standard input.\n", path);
  return std::nullopt;
}

class Analysis {
 public:
  explicit Analysis(const AnalyzeOptions& options)
      : options_(options), kinds_(options.of.begin(), options.of.end()) {}

  int go() {
    catch_interrupts();
    if (const int status = options_.target.empty() ? from_file() : from_target()) return status;
    return tell();
  }

 private:
  int from_file() {
    if (kinds_.size() > 1) {
      say("--of: a file holds values of one kind; give one of {}\n", fmt::join(kinds_, ", "));
      return kWrongInput;
    }
    const auto text = read_text(options_.file);
    if (!text) return kWrongInput;
    const auto values = analysis::read_list(*text);
    if (!values) {
      say("{}: {}\n", options_.file, values.error());
      return kWrongInput;
    }
    source_ = options_.file == "-" ? "standard input" : options_.file;
    add(analysis::analyze(kinds_.empty() ? "value" : *kinds_.begin(), *values));
    return kDone;
  }

  int from_target() {
    if (kinds_.empty()) kinds_ = {"code", "access_token", "refresh_token", "id_token", "jti"};
    script::Diagnostics diagnostics;
    target_ = script::load_target(options_.target, diagnostics);
    if (!target_) {
      say("{}", diagnostics.to_string());
      return kWrongInput;
    }
    if (const int status = check_target()) return status;
    source_ = target_->issuer;
    session::World world;
    std::unique_ptr<http::Transport> transport;
    try {
      transport = open_world(world, *target_, "", 4);
    } catch (const std::runtime_error& error) {
      say("{}: {}\n", options_.target, error.what());
      return kWrongInput;
    }
    world.record = [](const Exchange&) {};  // so that what is told of a failure is redacted
    world.interrupted = interrupted;
    std::vector<session::DiscoveryProblem> problems;
    world.discovery = session::discover(world, problems);
    if (world.discovery.endpoint("authorization_endpoint").empty()) {
      const auto findings = run::explain_unreachable(world, problems, probe_of(*target_));
      const auto* failure = run::first_failure(findings);
      return give_up(failure
                         ? *failure
                         : run::failed("metadata", run::Culprit::provider, "no authorization endpoint is known",
                                       "Name it under metadata: in the target file."));
    }
    auto registered = register_clients(world, *target_);
    int status = kDone;
    if (registered.finding && registered.finding->health == run::Health::failed) {
      status = give_up(*registered.finding);
    } else {
      status = collect(world);
    }
    remove_clients(registered);
    return status;
  }

  /// What cannot be collected from that target, told before anything is sent.
  int check_target() const {
    if (clients_wanted() && !target_->registration.wanted) {
      say("{}: client_id and client_secret are collected by registering clients, which the target file has to\n"
          "allow: clients: {{ register: true }}. Or give a list of them with --file.\n",
          options_.target);
      return kWrongInput;
    }
    const auto user = target_->users.find("user");
    if (flows_wanted() && user != target_->users.end() && user->second.agent == "manual") {
      say("{}: nobody signs in {} times by hand (agent: manual). Give a list of values with --file.\n",
          options_.target, options_.count);
      return kWrongInput;
    }
    return kDone;
  }

  bool flows_wanted() const {
    return std::ranges::any_of(kinds_, [](const auto& kind) { return !kind.starts_with("client_"); });
  }

  run::CollectionOptions collection_options(std::string_view what) const {
    run::CollectionOptions wanted;
    wanted.kinds = kinds_;
    // The jti is read out of the tokens.
    if (wanted.kinds.erase("jti") > 0) wanted.kinds.insert({"access_token", "id_token"});
    wanted.count = options_.count;
    const bool terminal = isatty(2) == 1;
    wanted.tick = [=, count = options_.count](std::size_t done) {
      if (terminal) say("\r{}: {} of {}{}", what, done, count, done == count ? "\n" : "");
      if (!terminal && done == count) say("{}: {}\n", what, done);
    };
    return wanted;
  }

  int collect(session::World& world) {
    if (flows_wanted()) {
      if (const int status = take(run::collect_from_flows(world, collection_options("sign-ins"))))
        return status;
    }
    if (!clients_wanted()) return kDone;
    return take(run::collect_from_registrations(world, collection_options("registered clients")));
  }

  bool clients_wanted() const { return kinds_.contains("client_id") || kinds_.contains("client_secret"); }

  int take(const run::Collection& found) {
    if (found.failure && found.kinds.empty()) return give_up(*found.failure);
    if (found.failure) {
      missing_.push_back(fmt::format("It ended early, at the step \"{}\": {}. {}", found.failure->step,
                                     found.failure->seen, found.failure->advice));
    }
    const analysis::Period period{found.from, found.until};
    for (const auto& [kind, issued] : found.kinds) {
      auto report = analysis::analyze(kind, issued.values, period);
      if (issued.again > 0)
        report.notes.push_back(fmt::format(
            "{} times the provider gave out the value before once more; it counts once", issued.again));
      add(std::move(report));
    }
    return kDone;
  }

  int give_up(const run::Finding& failure) const {
    say("{}", findings_text({failure}, use_colour(options_.color, 2)));
    say("{}\noauthentic doctor --target {} looks closer.\n", blame(failure), options_.target);
    // A target that cannot be signed in to is status 3, whoever is to blame.
    const int status = exit_status({failure});
    return status == kDone || status == kOurFault ? status : kUnreachable;
  }

  /// The report and its parts, as far as they were asked for.
  void add(Report report) {
    auto parts = std::move(report.parts);
    report.parts.clear();
    if (options_.target.empty() || kinds_.contains(report.kind)) reports_.push_back(std::move(report));
    for (auto& part : parts) {
      if (options_.target.empty() || kinds_.contains("jti")) reports_.push_back(std::move(part));
    }
  }

  /// Kinds that were asked for and of which none was seen.
  void find_missing() {
    for (const auto& kind : options_.of) {
      const bool there = std::ranges::any_of(reports_, [&](const Report& report) {
        return report.kind == kind || report.kind.ends_with(" " + kind);
      });
      if (there) continue;
      none_ = true;
      missing_.push_back(fmt::format("{}: the provider issued none", kind));
    }
  }

  int status() const {
    if (interrupted()) return kInterrupted;
    if (std::ranges::any_of(reports_, analysis::is_violation)) return kViolations;
    const bool few =
        std::ranges::any_of(reports_, [](const Report& report) { return report.verdict == Verdict::too_few; });
    return few || none_ || reports_.empty() ? kUndecided : kDone;
  }

  int tell() {
    if (!options_.target.empty()) find_missing();
    const int result = status();
    if (!options_.html.empty()) {
      std::string error;
      const reports::AnalysisPage page{source_, kVersion, std::chrono::system_clock::now(), reports_, missing_};
      if (!write_file(options_.html, reports::write_analysis_html(page), error)) {
        say("{}\n", error);
        return kWrongInput;
      }
    }
    if (options_.json) {
      print_json(result);
    } else {
      print_text();
    }
    return result;
  }

  void print_json(int result) const {
    json kinds = json::array();
    for (const auto& report : reports_)
      kinds.push_back(analysis::to_json(report));
    print_results(
        oauth::dump({{"source", source_}, {"kinds", kinds}, {"missing", missing_}, {"exit_status", result}}) +
        "\n");
  }

  void print_text() const {
    const bool colour = use_colour(options_.color, 1);
    for (const auto& report : reports_)
      print_results(analysis_text(report, colour) + "\n");
    for (const auto& line : missing_)
      print_results(line + "\n");
    if (reports_.empty()) print_results("There are no values: nothing can be said.\n");
    print_results(analysis_summary(reports_) + "\n");
    if (!options_.html.empty()) print_results(fmt::format("The plots are in {}.\n", options_.html));
  }

  const AnalyzeOptions& options_;
  std::set<std::string> kinds_;
  std::optional<script::Target> target_;
  std::string source_;
  std::vector<Report> reports_;
  std::vector<std::string> missing_;  ///< sentences
  bool none_ = false;                 ///< of a kind that was asked for
};

}  // namespace

int analyze(const AnalyzeOptions& options) {
  return Analysis(options).go();
}

}  // namespace oauthentic::cli
