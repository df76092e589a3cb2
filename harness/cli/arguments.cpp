// The command line: what may stand on it, and which command it calls.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "cli/command.hpp"
#include "cli/fuzz.hpp"
#include "cli/streams.hpp"
#include "core/suggest.hpp"

namespace oauthentic::cli {

namespace {

constexpr const char* kExitHelp =
    "Exit status: 0 conformant; 1 violations found; 2 the command line, target or a script\n"
    "is wrong; 3 the target could not be reached or signed in to; 4 nothing was checked, or\n"
    "a MUST stayed undecided; 5 a fault of ours; 130 interrupted.";

/// "2/5"; CLI11 prints what it returns, if anything, as what is wrong.
std::string read_shard(const std::string& text, SelftestOptions& o) {
  const auto slash = text.find('/');
  const auto number = [&](const std::string& digits) -> std::size_t {
    if (digits.empty() || digits.size() > 4 || digits.find_first_not_of("0123456789") != std::string::npos)
      return 0;
    return std::stoul(digits);
  };
  o.shard = number(text.substr(0, slash));
  o.shards = slash == std::string::npos ? 0 : number(text.substr(slash + 1));
  if (o.shard >= 1 && o.shard <= o.shards) return {};
  return fmt::format("\"{}\" is no i/n with i from 1 to n, such as 2/5", text);
}

void add_run_options(CLI::App& app, RunOptions& o) {
  app.add_option("--profile", o.profiles, "Profile to judge by; may be repeated (default: oauth-2.0-bcp)");
  app.add_option("--only", o.only, "Only scenarios or requirements that match this glob; may be repeated");
  app.add_option("--out", o.out, "Folder for the reports")->capture_default_str();
  app.add_option("--jobs", o.jobs, "Scenarios that run at once")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  app.add_option("--seed", o.seed, "Repeat the random values of an earlier run");
  app.add_option("--max-wait", o.max_wait, "Longest real wait in seconds, for expiry")
      ->check(CLI::Range(0, 86400))
      ->capture_default_str();
  app.add_option("--scripts", o.scripts, "Folder with flows and scenarios of your own");
  app.add_option("--profiles-dir", o.profiles_dir, "Folder instead of the profiles in the program");
  app.add_option("--allow", o.allow, "Checks that are off by default: lockout, flood")
      ->check(CLI::IsMember({"lockout", "flood"}));
  app.add_flag("--dry-run", o.dry_run, "Say what would be run; reads the metadata and nothing else");
  app.add_flag("--json", o.json, "Print the record as JSON instead of the summary");
  app.add_flag("--quiet", o.quiet, "No progress");
  app.add_option("--color", o.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
}

void add_mock_options(CLI::App& app, MockOptions& o) {
  app.add_option("--stance", o.stance, "rfc6749, bcp, oauth21 or oidc")->capture_default_str();
  app.add_option("--fault", o.faults, "Fault to switch on; may be repeated (oauthentic list faults)");
  app.add_option("--manner", o.manners,
                 "Way to differ without breaking a rule; may be repeated (oauthentic list manners)");
  app.add_option("--port", o.port, "Port of the authorization server; 0: any free one")->capture_default_str();
  app.add_option("--api-port", o.api_port, "Port of the API")->capture_default_str();
  app.add_option("--app-port", o.app_port, "Port of the application")->capture_default_str();
  app.add_option("--host", o.host, "Loopback address to listen on")->capture_default_str();
  app.add_flag("--tls", o.tls, "Serve HTTPS with a certificate made on the spot");
}

CLI::App* add_doctor(CLI::App& app, DoctorOptions& o) {
  auto* command =
      app.add_subcommand("doctor",
                         "Go through the journey step by step before a run: what works, whose fault is "
                         "it if not, what to do");
  command->add_option("--target", o.target, "Target file (YAML)")->required();
  command->add_option("--out", o.out, "Folder for a page that was not understood")->capture_default_str();
  command->add_flag("--json", o.json, "Print the findings as JSON");
  command->add_option("--color", o.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->footer(
      "Signs in once, sends one wrong secret a client at the most, and no wrong password.\n\n"
      "Examples:\n"
      "  oauthentic doctor --target my.yaml\n"
      "  oauthentic doctor --target my.yaml --json | jq '.findings[] | select(.result == \"failed\")'\n\n"
      "Exit status, by the first step that failed: 0 none did; 2 by fault of the configuration;\n"
      "3 of the provider, which was not reached or not signed in to; 5 of the harness.");
  return command;
}

CLI::App* add_init(CLI::App& app, InitOptions& o) {
  auto* command = app.add_subcommand("init", "Write a target file from a provider's metadata");
  command->add_option("url", o.url, "Issuer, API (RFC 9728) or metadata document");
  command->add_option("--provider", o.provider,
                      "Preset of a well-known provider (oauthentic list providers); none: not even one that is "
                      "recognised");
  command->add_option("--set", o.set, "Parameter of the preset, NAME=VALUE; may be repeated");
  command->add_option("--profiles-dir", o.profiles_dir, "Folder instead of the program's presets");
  command->add_option("--out,-o", o.out, "File to write; - for standard output")->capture_default_str();
  command->add_flag("--force", o.force, "Write over a file that is there");
  command->add_option("--client-id", o.client_id, "client_id of the client");
  command->add_option("--client-secret", o.client_secret,
                      "Its secret as a place holder, '${NAME}'; no other is written");
  command->add_flag("--register", o.register_clients,
                    "Let each run register the clients that it needs, and remove them (RFC 7591, RFC 7592)");
  command->add_flag("--public", o.public_client, "The client has no secret");
  command->add_option("--redirect-uri", o.redirect_uri, "Redirect URI that is registered for it");
  command->add_option("--username", o.username, "Name of a test user");
  command->add_option("--scope", o.scope, "Scopes to ask for, spaces between");
  command->add_option("--api", o.api, "URL of an API that takes the provider's tokens");
  command->add_option("--ca-file", o.ca_file, "Certificates (PEM) to trust beside the system's");
  command->footer(
      "On a terminal it asks for what is not given; elsewhere place holders stay, to be set in the "
      "environment.\n\n"
      "Examples:\n"
      "  oauthentic init https://as.example --out my.yaml\n"
      "  oauthentic init https://as.example/realms/test --client-id app --client-secret '${APP_SECRET}' \\\n"
      "    --username alice\n"
      "  oauthentic init https://api.example/me         the authorization server that the API names\n"
      "  oauthentic init https://as.example --register --username alice\n"
      "  oauthentic init --provider keycloak --set base=https://id.example --set realm=test\n\n"
      "Exit status: 0 written; 2 the command line is wrong, or the file is there; 3 nothing was found.");
  return command;
}

CLI::App* add_analyze(CLI::App& app, AnalyzeOptions& o) {
  auto* command = app.add_subcommand("analyze", "Are the secrets that a provider issues unguessable?");
  auto* from = command->add_option_group("from", "Where the values come from");
  from->add_option("--file", o.file, "One value a line, in the order of issue; - for standard input");
  from->add_option("--target", o.target, "Target file (YAML): honest flows collect the values");
  from->require_option(1);
  command
      ->add_option("--of", o.of,
                   "What to look at: code, access_token, refresh_token, id_token, jti, client_id,\n"
                   "client_secret (default: what a flow brings; with --file: the one kind it holds)")
      ->delimiter(',')
      ->check(CLI::IsMember(
          {"code", "access_token", "refresh_token", "id_token", "jti", "client_id", "client_secret"}));
  command->add_option("--count", o.count, "Values of each kind that are collected")
      ->check(CLI::Range(20, 20'000))
      ->capture_default_str();
  command->add_option("--html", o.html, "Write a page with plots of the bits as well");
  command->add_flag("--json", o.json, "Print JSON");
  command->add_option("--color", o.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  command->footer(
      "A sample can prove that values are guessable, never that they are not. No value is shown,\n"
      "only its first two characters. client_id and client_secret are collected where the target\n"
      "file says `clients: { register: true }`; the clients are removed again.\n\n"
      "Examples:\n"
      "  oauthentic analyze --target my.yaml --html secrets.html\n"
      "  oauthentic analyze --target my.yaml --of client_secret --count 50\n"
      "  psql -qAtc 'select token from tokens order by id' | oauthentic analyze --file -\n\n"
      "Exit status: 0 no secret is weak; 1 one is weak or too short; 2 the command line, file or target\n"
      "is wrong; 3 the target was not reached or signed in to; 4 too few values; 5 a fault of ours;\n"
      "130 interrupted.");
  return command;
}

std::string quoted(const std::string& word) {
  if (!word.empty() && word.find_first_of(" \t'\"$\\*?[]{}()|&;<>") == std::string::npos) return word;
  std::string out = "'";
  for (const char c : word)
    out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// The command or the options that there are not, with what was probably meant. CLI11 tells what is missing
/// before what is unknown, and never what is near. False if every word is known.
bool tell_unknown_words(const CLI::App& app, int argc, char** argv) {
  const auto commands = app.get_subcommands();
  const auto* scope = commands.empty() ? &app : commands.front();
  if (argc > 1 && commands.empty() && argv[1][0] != '-') {
    std::vector<std::string> names;
    for (const auto* known : app.get_subcommands({}))
      names.push_back(known->get_name());
    say("unknown command \"{}\"{}\n", argv[1], did_you_mean(argv[1], names));
    return true;
  }
  std::vector<std::string> names;
  for (const auto* option : scope->get_options())
    names.push_back(option->get_name());
  bool told = false;
  for (int i = 1; i < argc; ++i) {
    const std::string word(argv[i]);
    const auto name = word.substr(0, word.find('='));
    if (!name.starts_with("--") || name == "--" || scope->get_option_no_throw(name)) continue;
    say("unknown option \"{}\"{}\n", name, did_you_mean(name, names));
    told = true;
  }
  return told;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Tells which requirements of which OAuth specification a provider meets, and which it breaks.",
               "oauthentic");
  app.set_version_flag("--version", std::string("oauthentic ") + kVersion);
  app.require_subcommand(1);
  app.footer(
      std::string(
          "Examples:\n"
          "  oauthentic demo                                the whole journey against the mock provider\n"
          "  oauthentic init https://as.example             a target file for your provider\n"
          "  oauthentic doctor --target my.yaml             what is wrong with it\n"
          "  oauthentic run --target my.yaml --out out      a compliance report of your provider\n"
          "  oauthentic analyze --target my.yaml            are its codes and tokens unguessable?\n"
          "  oauthentic fuzz --target my.yaml               can it bear malformed requests?\n"
          "  oauthentic explain rfc7636-4.6-verifier-mismatch\n\n") +
      kExitHelp);

  RunOptions run_options, demo_options;
  demo_options.out = "out/demo";
  MockOptions mock_options, demo_mock;
  ListOptions list_options;
  SelftestOptions selftest_options;
  ReportOptions report_options;
  std::string explain_id;
  DoctorOptions doctor_options;
  InitOptions init_options;
  AnalyzeOptions analyze_options;

  const auto* init_command = add_init(app, init_options);
  const auto* doctor_command = add_doctor(app, doctor_options);
  auto* run_command = app.add_subcommand("run", "Check a provider and write the reports");
  run_command->add_option("--target", run_options.target, "Target file (YAML): issuer, clients, user")
      ->required();
  add_run_options(*run_command, run_options);
  run_command->footer(kExitHelp);

  auto* demo_command = app.add_subcommand("demo", "Check the mock provider, served by this process");
  add_run_options(*demo_command, demo_options);
  add_mock_options(*demo_command, demo_mock);

  auto* mock_command =
      app.add_subcommand("mock", "Serve the mock provider on loopback and print a target file");
  add_mock_options(*mock_command, mock_options);
  mock_command->add_option("--target-out", mock_options.target_out, "Write the target file here instead");

  auto* list_command =
      app.add_subcommand("list",
                         "Print requirements, scenarios, profiles, flows, providers, faults, manners, stances, "
                         "verbs, matchers, deviations, expectations, "
                         "capabilities or reference");
  list_command->add_option("what", list_options.what, "What to list")->required();
  auto* explain_command = app.add_subcommand("explain", "What a requirement asks, why, and how it is checked");
  explain_command->add_option("id", explain_id, "Requirement, such as rfc7636-4.6-verifier-mismatch")
      ->required();
  for (auto* command : {list_command, explain_command}) {
    command->add_flag("--json", list_options.json, "As JSON");
    command->add_option("--scripts", list_options.scripts, "Folder with flows and scenarios of your own");
    command->add_option("--profiles-dir", list_options.profiles_dir,
                        "Folder instead of the profiles in the program");
  }

  auto* selftest_command =
      app.add_subcommand("selftest", "Prove every check by a fault that trips it (kill matrix)");
  selftest_command->add_option("--fault", selftest_options.faults,
                               "Only faults that match this glob; may be repeated");
  selftest_command->add_option("--jobs", selftest_options.jobs, "Threads; 0: one a processor")
      ->capture_default_str();
  selftest_command->add_flag(
      "--full", selftest_options.full,
      "Every row of every table against every fault, not only the rows that may find it");
  selftest_command->add_option("--pairs", selftest_options.pairs, "So many pairs of faults as well")
      ->capture_default_str();
  selftest_command->add_option("--seed", selftest_options.seed, "Which pairs")->capture_default_str();
  selftest_command->add_flag("--inverted", selftest_options.inverted,
                             "Invert each expectation once as well: somebody has to notice");
  std::string shard;
  selftest_command->add_option("--shard", shard, "i/n: the i-th of n parts of the faults")
      ->check([&](const std::string& text) { return read_shard(text, selftest_options); });
  selftest_command->add_option("--profiles-dir", selftest_options.profiles_dir,
                               "Folder instead of the program's profiles");
  selftest_command->add_flag("--json", selftest_options.json, "As JSON");
  selftest_command->add_flag("--verbose", selftest_options.verbose, "Print the kills as well");

  auto* report_command =
      app.add_subcommand("report", "Write reports from a journal, also of a run that was killed");
  report_command->add_option("journal", report_options.journal, "journal.ndjson, or the folder of a run")
      ->required();
  report_command->add_option("--format", report_options.formats,
                             "html, json, junit, sarif, markdown; may be repeated");
  report_command->add_option("--out,-o", report_options.out, "File or folder; - for standard output");
  report_command->add_option("--profile", report_options.profiles, "Judge by other profiles than the run's");
  report_command->add_option("--profiles-dir", report_options.profiles_dir,
                             "Folder instead of the program's profiles");
  report_command->add_option("--color", report_options.color, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));

  const auto* analyze_command = add_analyze(app, analyze_options);
  FuzzOptions fuzz_options;
  ReplayOptions replay_options;
  const auto* fuzz_command = add_fuzz(app, fuzz_options);
  const auto* replay_command = add_replay(app, replay_options);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() != 0 && tell_unknown_words(app, argc, argv)) {
      say("Run with --help for more information.\n");
      return kWrongInput;
    }
    return app.exit(error) == 0 ? kDone : kWrongInput;
  }
  std::string command_line = "oauthentic";
  for (int i = 1; i < argc; ++i)
    command_line += " " + quoted(argv[i]);
  run_options.command_line = demo_options.command_line = fuzz_options.command_line = command_line;
  fill_closed_streams();
  const auto call = [&] {
    if (init_command->parsed()) return init(init_options);
    if (doctor_command->parsed()) return doctor(doctor_options);
    if (run_command->parsed()) return run(run_options);
    if (demo_command->parsed()) return demo(demo_options, demo_mock);
    if (mock_command->parsed()) return mock(mock_options);
    if (list_command->parsed()) return list(list_options);
    if (explain_command->parsed()) return explain(explain_id, list_options);
    if (selftest_command->parsed()) return selftest(selftest_options);
    if (analyze_command->parsed()) return analyze(analyze_options);
    if (fuzz_command->parsed()) return fuzz(fuzz_options);
    if (replay_command->parsed()) return replay(replay_options);
    return report(report_options);
  };
  try {
    return finish_output(call());
  } catch (const std::exception& error) {
    say("oauthentic: a fault of ours: {}\n", error.what());
    return kOurFault;
  }
}

}  // namespace oauthentic::cli
