// What is wrong on the command line is told with what was probably meant, and ends with status 2.
#include <gmock/gmock.h>

#include <ostream>

#include "tests/program/program.hpp"

namespace oauthentic::program {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct Mistake {
  const char* name;
  std::vector<std::string> arguments;
  std::vector<std::string> told;
};

std::ostream& operator<<(std::ostream& out, const Mistake& mistake) {
  return out << mistake.name;
}

class CommandLine : public testing::TestWithParam<Mistake> {};

TEST_P(CommandLine, TellsTheMistake) {
  const Folder folder;
  const auto ended = run(folder, GetParam().arguments);
  EXPECT_EQ(ended.status, 2) << ended.err;
  for (const auto& text : GetParam().told)
    EXPECT_THAT(ended.err, HasSubstr(text));
  EXPECT_THAT(ended.err, Not(HasSubstr("a fault of ours")));
  EXPECT_THAT(ended.out, IsEmpty());
  EXPECT_THAT(folder.files("."), IsEmpty()) << "a mistake leaves nothing behind";
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, CommandLine,
    testing::Values(
        Mistake{"nothing", {}, {"A subcommand is required", "--help"}},
        Mistake{"command", {"rnu"}, {"unknown command \"rnu\"; did you mean \"run\"?"}},
        Mistake{"far_command", {"xyzzy"}, {"unknown command \"xyzzy\"\n", "--help"}},
        Mistake{
            "option", {"run", "--targt", "a.yaml"}, {"unknown option \"--targt\"; did you mean \"--target\"?"}},
        Mistake{"option_with_value", {"demo", "--profil=x"}, {"\"--profil\"; did you mean \"--profile\"?"}},
        Mistake{"far_option", {"run", "--zzz"}, {"unknown option \"--zzz\"\n"}},
        Mistake{"program_option", {"--versio"}, {"did you mean \"--version\"?"}},
        Mistake{"no_target", {"run"}, {"--target is required"}},
        Mistake{"no_value", {"run", "--target"}, {"--target"}},
        Mistake{"extra_word", {"explain", "a", "b"}, {"not expected: b"}},
        Mistake{"jobs_word", {"demo", "--jobs", "many"}, {"--jobs", "many"}},
        Mistake{"jobs_zero", {"demo", "--jobs", "0"}, {"--jobs", "1 to 256"}},
        Mistake{"color", {"demo", "--color", "pink"}, {"pink", "auto,always,never"}},
        Mistake{"allow", {"demo", "--allow", "lockot"}, {"lockot", "lockout,flood"}},
        Mistake{"fault", {"mock", "--fault", "password-uncheked"}, {"did you mean \"password-unchecked\"?"}},
        Mistake{"stance", {"mock", "--stance", "bpc"}, {"\"bpc\"", "rfc6749, bcp, oauth21"}},
        Mistake{"host", {"mock", "--host", "192.0.2.1"}, {"192.0.2.1"}},
        Mistake{"list", {"list", "scenaros"}, {"did you mean \"scenarios\"?", "there are requirements, "}},
        Mistake{"explain",
                {"explain", "rfc7636-4.6-verifier-mismach"},
                {"did you mean \"rfc7636-4.6-verifier-mismatch\"?"}},
        Mistake{"selftest", {"selftest", "--fault", "no-such-*"}, {"no fault of that name", "list faults"}},
        Mistake{"report", {"report", "nowhere"}, {"cannot read nowhere: No such file or directory"}},
        Mistake{"report_format",
                {"report", "x", "--format", "htm"},
                {"unknown format \"htm\"; did you mean \"html\"?"}},
        Mistake{"report_profile", {"report", "x", "--profile", "oauth2.1"}, {"did you mean \"oauth-2.1\"?"}}),
    [](const auto& info) { return info.param.name; });

TEST(CommandLine, AnUnknownProfileIsToldBeforeAnythingIsSent) {
  const Folder folder;
  folder.write("t.yaml", "issuer: [");
  const auto ended = run(folder, {"run", "--target", "t.yaml", "--profile", "oauth-2.0-bpc"});
  EXPECT_EQ(ended.status, 2);
  EXPECT_THAT(ended.err, StartsWith("unknown profile \"oauth-2.0-bpc\"; did you mean \"oauth-2.0-bcp\"?"));
}

TEST(CommandLine, HelpAndVersionAreResults) {
  const Folder folder;
  for (const auto* command : {"run", "demo", "mock", "list", "explain", "selftest", "report"}) {
    const auto ended = run(folder, {command, "--help"});
    EXPECT_EQ(ended.status, 0);
    EXPECT_THAT(ended.out, AllOf(HasSubstr("Usage: oauthentic "), HasSubstr(command)));
    EXPECT_THAT(ended.err, IsEmpty());
  }
  EXPECT_THAT(run(folder, {"--help"}).out, HasSubstr("130 interrupted"));
  EXPECT_THAT(run(folder, {"--version"}).out, StartsWith("oauthentic "));
}

}  // namespace
}  // namespace oauthentic::program
