// oauthentic doctor
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/findings.hpp"
#include "cli/open_world.hpp"
#include "cli/outputs.hpp"
#include "cli/registered_clients.hpp"
#include "cli/streams.hpp"
#include "oauth/json_document.hpp"
#include "run/diagnosis.hpp"
#include "script/target.hpp"

namespace oauthentic::cli {

namespace {

using nlohmann::json;

constexpr const char* kTargetFile = "target file";

/// Writes the page that was not understood; its path, or empty if there is none or it cannot be written.
std::string write_page(const run::Diagnosis& diagnosis, const std::string& out) {
  if (!diagnosis.lost) return {};
  auto path = (std::filesystem::path(out) / "page.html").string();
  std::error_code code;
  std::string error;
  std::filesystem::create_directories(out, code);
  if (code) {
    say("cannot make the folder {}: {}\n", out, code.message());
  } else if (!write_file(path, diagnosis.lost->body, error)) {
    say("{}\n", error);
  } else {
    return path;
  }
  return {};
}

void print_json(const DoctorOptions& options, const run::Diagnosis& diagnosis, const std::string& page,
                int status) {
  json findings = json::array();
  for (const auto& finding : diagnosis.findings) {
    findings.push_back({{"step", finding.step},
                        {"result", to_string(finding.health)},
                        {"culprit", to_string(finding.culprit)},
                        {"seen", finding.seen},
                        {"advice", finding.advice}});
  }
  json all = {{"target", options.target},
              {"findings", findings},
              {"requests", diagnosis.requests},
              {"exit_status", status}};
  if (diagnosis.lost) {
    all["page"] = {{"url", diagnosis.lost->url}, {"outline", diagnosis.lost->outline}, {"file", page}};
  }
  print_results(oauth::dump(all) + "\n");
}

void print_text(const DoctorOptions& options, const run::Diagnosis& diagnosis, const std::string& page) {
  print_results(findings_text(diagnosis.findings, use_colour(options.color, 1)));
  if (diagnosis.lost) {
    print_results(fmt::format("\nThe page at {}:\n{}", diagnosis.lost->url, diagnosis.lost->outline));
    if (!page.empty()) print_results(fmt::format("It is in {}.\n", page));
  }
  if (const auto* failure = run::first_failure(diagnosis.findings)) {
    print_results(fmt::format("\n{}\n", blame(*failure)));
  } else {
    print_results(fmt::format("\nAn honest flow works: oauthentic run --target {}\n", options.target));
  }
}

}  // namespace

int doctor(const DoctorOptions& options) {
  script::Diagnostics diagnostics;
  auto target = script::load_target(options.target, diagnostics);
  run::Diagnosis diagnosis;
  if (!target) {
    say("{}", diagnostics.to_string());
    diagnosis.findings = {run::failed(kTargetFile, run::Culprit::configuration, diagnostics.to_string(),
                                      "Correct the line; oauthentic init URL writes a target file.")};
    if (options.json) print_json(options, diagnosis, "", kWrongInput);
    return kWrongInput;
  }
  session::World world;
  std::unique_ptr<http::Transport> transport;
  try {
    transport = open_world(world, *target, "", 4);
  } catch (const std::runtime_error& error) {
    say("{}: {}\n", options.target, error.what());
    return kWrongInput;
  }
  RegisteredClients registered;
  if (target->registration.wanted) {
    std::vector<session::DiscoveryProblem> problems;
    world.discovery = session::discover(world, problems);
    // Without metadata the diagnosis says why, and gets no further.
    if (!world.discovery.metadata.empty()) registered = register_clients(world, *target);
  }
  const bool usable = !registered.finding || registered.finding->health != run::Health::failed;
  if (usable) diagnosis = run::diagnose(world, probe_of(*target));
  if (registered.finding) diagnosis.findings.insert(diagnosis.findings.begin(), *registered.finding);
  remove_clients(registered);
  diagnosis.findings.insert(
      diagnosis.findings.begin(),
      run::well(kTargetFile, fmt::format("{}, {} client{}", options.target, target->clients.size(),
                                         target->clients.size() == 1 ? "" : "s")));
  const auto page = write_page(diagnosis, options.out);
  const int status = exit_status(diagnosis.findings);
  if (options.json) {
    print_json(options, diagnosis, page, status);
  } else {
    print_text(options, diagnosis, page);
  }
  return status;
}

}  // namespace oauthentic::cli
