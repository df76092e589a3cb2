#pragma once
// The commands of the program, each in a file of its own. They take what the command line said and return the
// exit status: 0 conformant or done, 1 violations, 2 the command line, target or a script is wrong, 3 the
// target could not be reached or signed in to, 4 nothing was checked or a MUST stayed undecided, 5 a fault of
// ours, 130 interrupted.
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "script/library.hpp"
#include "script/preset.hpp"

namespace oauthentic::cli {

inline constexpr int kDone = 0;
inline constexpr int kViolations = 1;
inline constexpr int kWrongInput = 2;
inline constexpr int kUnreachable = 3;
inline constexpr int kUndecided = 4;
inline constexpr int kOurFault = 5;
inline constexpr int kInterrupted = 130;

inline constexpr const char* kVersion = "0.1.0";

struct RunOptions {
  std::string target;
  std::string out = "oauthentic-out";
  std::vector<std::string> profiles;
  std::vector<std::string> only;
  std::vector<std::string> allow;
  std::string scripts;
  std::string profiles_dir;
  std::string seed;
  std::size_t jobs = 8;
  long max_wait = 5;  ///< seconds
  bool dry_run = false;
  bool json = false;
  bool quiet = false;
  std::string color = "auto";
  std::string command_line;  ///< how to repeat it
};

struct MockOptions {
  unsigned short port = 0;  ///< of the authorization server; 0: any
  unsigned short api_port = 0;
  unsigned short app_port = 0;
  std::string stance = "bcp";
  std::vector<std::string> faults;
  std::vector<std::string> manners;
  std::string target_out;
  std::string host = "127.0.0.1";
  bool tls = false;
};

struct DoctorOptions {
  std::string target;
  std::string out = "oauthentic-out/doctor";  ///< where a page that was not understood goes
  bool json = false;
  std::string color = "auto";
};

struct InitOptions {
  std::string url;
  std::string out = "target.yaml";
  bool force = false;
  std::string ca_file;
  std::string client_id, client_secret;  ///< a secret is written only as `${NAME}`
  bool public_client = false;            ///< it has no secret
  bool register_clients = false;         ///< each run registers its own
  std::string redirect_uri;
  std::string username;
  std::string scope;  ///< separated by spaces
  std::string api;
  std::string provider;          ///< preset; empty: the one that is recognised; "none": none
  std::vector<std::string> set;  ///< NAME=VALUE, its parameters
  std::string profiles_dir;      ///< instead of the program's presets
};

struct ListOptions {
  std::string what;
  bool json = false;
  std::string scripts;
  std::string profiles_dir;
};

struct SelftestOptions {
  std::vector<std::string> faults;  ///< globs; empty: all
  std::size_t jobs = 0;             ///< 0: one a processor
  bool full = false;                ///< every row of every table against every fault
  std::size_t pairs = 0;            ///< so many pairs of faults too
  unsigned seed = 1;                ///< which pairs
  bool inverted = false;            ///< and each expectation inverted once
  std::size_t shard = 1;            ///< of `shards`, from 1: each takes its part of the faults
  std::size_t shards = 1;
  bool json = false;
  bool verbose = false;
  std::string profiles_dir;
};

struct AnalyzeOptions {
  std::string file;             ///< one value a line; "-": standard input; empty: `target`
  std::string target;           ///< honest flows against it issue the values
  std::vector<std::string> of;  ///< kinds; empty: those of a flow
  std::size_t count = 200;
  std::string html;  ///< file to write
  bool json = false;
  std::string color = "auto";
};

struct ReportOptions {
  std::string journal;
  std::string out;
  std::vector<std::string> formats;
  std::vector<std::string> profiles;
  std::string profiles_dir;
  std::string color = "auto";
};

int run(const RunOptions& options);
/// Runs against the mock provider, served on free loopback ports by this process.
int demo(RunOptions options, const MockOptions& mock);
int doctor(const DoctorOptions& options);
int init(const InitOptions& options);
int mock(const MockOptions& options);
int list(const ListOptions& options);
int explain(const std::string& id, const ListOptions& options);
int selftest(const SelftestOptions& options);
int report(const ReportOptions& options);
int analyze(const AnalyzeOptions& options);

/// Parses the command line and calls the command.
int main(int argc, char** argv);

/// Loads the library or tells every mistake on standard error.
std::optional<script::Library> load_library_or_tell(const std::string& profiles_dir,
                                                    const std::string& scripts);

/// Loads the presets of providers, or tells every mistake on standard error.
std::optional<std::vector<script::Preset>> load_presets_or_tell(const std::string& profiles_dir);

/// The profiles of these ids (default: oauth-2.0-bcp); nothing, and the reason told, if one is unknown.
std::optional<std::vector<const Profile*>> find_profiles(const script::Library& library,
                                                         const std::vector<std::string>& ids);

/// Whether to colour what goes to this stream (1 or 2): --color, NO_COLOR, and whether it is a terminal.
bool use_colour(const std::string& choice, int stream);

/// From now on SIGINT and SIGTERM set this instead of ending the process; the second one ends it.
void catch_interrupts();
bool interrupted();

}  // namespace oauthentic::cli
