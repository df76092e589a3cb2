// The command lines of fuzz and replay.
#include <CLI/CLI.hpp>

#include "cli/fuzz.hpp"
#include "fuzz/network/input.hpp"

namespace oauthentic::cli {

CLI::App* add_fuzz(CLI::App& app, FuzzOptions& o) {
  auto* command = app.add_subcommand("fuzz", "Search a provider's endpoints for input that they cannot bear");
  std::vector<std::string> surfaces;
  for (std::size_t i = 0; i < fuzz::kSurfaces; ++i)
    surfaces.emplace_back(to_string(static_cast<fuzz::Surface>(i)));
  auto* target = command->add_option("--target", o.target, "Target file (YAML): issuer, clients, user");
  command
      ->add_option("--merge", o.merge, "Folder of another run: send nothing, put all of them together in --out")
      ->check(CLI::ExistingDirectory);
  command->callback([&o, target] {
    if (target->count() == 0 && o.merge.empty()) throw CLI::RequiredError("--target");
  });
  command->add_option("--out", o.out, "Folder for findings, corpus and reports; what is there is gone on with")
      ->capture_default_str();
  command->add_option("--max-time", o.max_time, "Seconds")
      ->check(CLI::Range(1, 604'800))
      ->capture_default_str();
  command->add_option("--max-requests", o.max_requests, "Requests of all jobs; 0: no limit")
      ->capture_default_str();
  command->add_option("--rate", o.rate, "Requests a second, of all jobs; 0: what the target file says")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--jobs", o.jobs, "Processes")->check(CLI::Range(1, 64))->capture_default_str();
  command->add_option("--seed", o.seed, "Repeat the choices of an earlier run")->capture_default_str();
  command->add_option("--surface", o.surfaces, "Only this; may be repeated (default: all but registration)")
      ->check(CLI::IsMember(surfaces));
  command->add_option("--timeout", o.timeout, "Milliseconds until a request counts as hanging")
      ->check(CLI::Range(50, 600'000))
      ->capture_default_str();
  command->add_option("--corpus", o.corpus, "Inputs of another run to begin with as well")
      ->check(CLI::ExistingDirectory);
  command->add_option("--restart", o.restart, "Shell command that starts the target again when it died");
  command->add_option("--pid", o.pid, "Process of the target, on this machine: its memory is watched")
      ->check(CLI::PositiveNumber);
  command->add_flag("--authorized-target", o.authorized_target,
                    "The target is not this machine, and I may attack it");
  command->add_option("--guidance", o.guidance, "none, status or full: to measure what guidance is worth")
      ->check(CLI::IsMember({"none", "status", "full"}))
      ->group("");
  command->add_flag("--plain-octets", o.plain_octets, "Without the grammar: to measure what it is worth")
      ->group("");
  command->add_option("--profiles-dir", o.profiles_dir, "Folder instead of the profiles in the program");
  command->add_flag("--json", o.json, "Print the findings as JSON");
  command->add_flag("--quiet", o.quiet, "No progress");
  command->add_option("--color", o.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command->footer(
      "It sends thousands of malformed requests a second: to a test installation, never to one that is in "
      "use.\n\n"
      "Examples:\n"
      "  oauthentic fuzz --target my.yaml --max-time 300\n"
      "  oauthentic fuzz --target my.yaml --surface code_token --surface refresh_token --seed 7\n"
      "  oauthentic fuzz --target my.yaml --jobs 2 --restart 'systemctl --user restart provider'\n"
      "  oauthentic fuzz --merge shard-1 --merge shard-2 --out all\n"
      "  oauthentic replay oauthentic-out/fuzz/findings/* --target my.yaml\n\n"
      "Exit status: 0 nothing was found; 1 there are findings; 2 the command line or target file is wrong;\n"
      "3 the target did not answer or could not be signed in to; 5 a fault of ours; 130 interrupted.");
  return command;
}

CLI::App* add_replay(CLI::App& app, ReplayOptions& o) {
  auto* command = app.add_subcommand("replay", "Try findings of fuzz again: fixed, or still there?");
  command
      ->add_option("finding", o.findings, "finding.json, or the folder of a finding; several are tried in turn")
      ->required();
  command->add_option("--target", o.target, "Target file (YAML)")->required();
  command->add_option("--times", o.times, "Attempts for each")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_option("--timeout", o.timeout, "Milliseconds until a request counts as hanging")
      ->check(CLI::Range(50, 600'000))
      ->capture_default_str();
  command->add_flag("--authorized-target", o.authorized_target,
                    "The target is not this machine, and I may attack it");
  command->footer(
      "Examples:\n"
      "  oauthentic replay oauthentic-out/fuzz/findings/* --target my.yaml\n\n"
      "Exit status: 0 all are fixed; 1 one is still there; 2 the command line, a finding or the target file "
      "is\n"
      "wrong; 3 it could not be told; 5 a fault of ours; 130 interrupted.");
  return command;
}

}  // namespace oauthentic::cli
