#include "run/journal.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "run/journal_event.hpp"
#include "run/run_test_support.hpp"

namespace oauthentic::run {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;
using testing::SizeIs;

using Clock = std::chrono::system_clock;

RunRecord some_run() {
  RunRecord run;
  run.tool_version = "0.1";
  run.command = "oauthentic run --target a.yaml";
  run.seed = "seed";
  run.started = Clock::time_point(std::chrono::milliseconds(1'700'000'000'123));
  run.profiles = {"one", "two"};
  run.target = {"https://as.test", "as", {"api", "jwks"}, {{"token_endpoint", "https://as.test/token"}}};
  return run;
}

Outcome some_outcome(const std::string& row, Result result) {
  return {"must-1", "t/one",   row,        "confidential",         "redeem",
          result,   "refused", "accepted", {"t/one#1", "t/one#2"}, "s.yaml:3"};
}

Exchange some_exchange(const std::string& id) {
  Exchange exchange;
  exchange.id = id;
  exchange.label = "redeem";
  exchange.request = {
      "POST", "https://as.test/token", {{"A", "1"}, {"a", "2"}}, "code=\xff", "POST / HTTP/1.1\r\n\r\n"};
  exchange.request.framing = Framing::chunked;
  Response response;
  response.status = 400;
  response.reason = "Bad Request";
  response.headers = {{"Content-Type", "application/json"}};
  response.body = "{\"event\":\"exchange\"}\n";
  response.head_octets = "HTTP/1.1 400 Bad Request\r\n";
  exchange.answer = response;
  exchange.started = Clock::time_point(std::chrono::milliseconds(42));
  exchange.duration = std::chrono::microseconds(1234);
  return exchange;
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class JournalTest : public testing::Test {
 protected:
  std::unique_ptr<RunRecord> read() { return read_journal(path_, error_); }
  std::unique_ptr<RunRecord> read(const std::string& text) {
    folder_.write("j.ndjson", text);
    return read();
  }

  Folder folder_;
  std::string path_ = folder_.file("j.ndjson");
  std::string error_;
};

TEST_F(JournalTest, TellsTheRunAgain) {
  {
    Journal journal(path_);
    journal.run_started(some_run());
    journal.problem("the disk is old");
    journal.outcome(some_outcome("a", Result::violated));
    journal.scenario({"t/one",
                      "a",
                      "confidential",
                      "Title",
                      "s.yaml:1",
                      "redeem: set code",
                      {"authorize", "redeem"},
                      {"t/one#1"},
                      std::chrono::milliseconds(7),
                      "note"});
    journal.run_finished();
    EXPECT_FALSE(journal.failed());
    EXPECT_EQ(journal.failure(), "");
  }
  const auto run = read();
  ASSERT_TRUE(run) << error_;
  const auto before = some_run();
  EXPECT_EQ(run->tool_version, before.tool_version);
  EXPECT_EQ(run->command, before.command);
  EXPECT_EQ(run->seed, before.seed);
  EXPECT_EQ(run->started, before.started);
  EXPECT_EQ(run->profiles, before.profiles);
  EXPECT_EQ(run->target.issuer, "https://as.test");
  EXPECT_EQ(run->target.name, "as");
  EXPECT_THAT(run->target.capabilities, ElementsAre("api", "jwks"));
  EXPECT_THAT(run->target.endpoints, ElementsAre(Pair("token_endpoint", "https://as.test/token")));
  EXPECT_THAT(run->problems, ElementsAre("the disk is old"));
  EXPECT_TRUE(run->finished.has_value());

  ASSERT_THAT(run->outcomes, SizeIs(1));
  const auto& outcome = run->outcomes[0];
  const auto sent = some_outcome("a", Result::violated);
  EXPECT_EQ(std::tie(outcome.requirement, outcome.scenario, outcome.row, outcome.variant, outcome.step),
            std::tie(sent.requirement, sent.scenario, sent.row, sent.variant, sent.step));
  EXPECT_EQ(std::tie(outcome.result, outcome.expected, outcome.observed, outcome.exchanges, outcome.place),
            std::tie(sent.result, sent.expected, sent.observed, sent.exchanges, sent.place));

  ASSERT_THAT(run->scenarios, SizeIs(1));
  const auto& scenario = run->scenarios[0];
  EXPECT_THAT((std::vector{scenario.id, scenario.row, scenario.variant, scenario.title, scenario.place,
                           scenario.deviation, scenario.note}),
              ElementsAre("t/one", "a", "confidential", "Title", "s.yaml:1", "redeem: set code", "note"));
  EXPECT_THAT(scenario.steps, ElementsAre("authorize", "redeem"));
  EXPECT_THAT(scenario.exchanges, ElementsAre("t/one#1"));
  EXPECT_EQ(scenario.duration.count(), 7);
}

TEST_F(JournalTest, KeepsWhyNoResponseCame) {
  using enum TransportError::Kind;
  const std::vector kinds = {resolve, connect, tls, timeout, reset, malformed, too_large, refused, proxy};
  {
    Journal journal(path_);
    journal.run_started(some_run());
    for (const auto kind : kinds) {
      auto failed = some_exchange(std::string(to_string(kind)));
      failed.answer = TransportError{kind, "why"};
      journal.exchange(failed);
    }
  }
  const auto run = read();
  ASSERT_TRUE(run) << error_;
  for (const auto kind : kinds) {
    const auto exchange = run->exchange(std::string(to_string(kind)));
    ASSERT_TRUE(exchange && exchange->error());
    EXPECT_EQ(exchange->error()->kind, kind) << to_string(kind);
  }
}

TEST_F(JournalTest, TakesTimesThatTheClockCannotTell) {
  for (const auto far : {std::numeric_limits<std::int64_t>::max(), std::numeric_limits<std::int64_t>::min()}) {
    const auto nearest = time_from(far);
    EXPECT_EQ(nearest > Clock::time_point(), far > 0);
    EXPECT_EQ(time_from(to_json(nearest)), nearest);
  }
  EXPECT_THROW(time_from(1e300), nlohmann::json::exception);
}

TEST_F(JournalTest, IsReadFromAText) {
  const auto text = std::string("{\"event\":\"run\"}\n");
  EXPECT_FALSE(read_journal(std::make_unique<std::istringstream>(text), "text", error_));
  EXPECT_THAT(error_, HasSubstr("text:1: it is no journal"));
}

TEST_F(JournalTest, KeepsExchangesOctetByOctet) {
  auto failed = some_exchange("b#1");
  failed.answer = TransportError{TransportError::Kind::tls, "no trust"};
  failed.request.octets.reset();
  {
    Journal journal(path_);
    journal.run_started(some_run());
    journal.exchange(some_exchange("a#1"));
    journal.outcome(some_outcome("", Result::satisfied));
    journal.exchange(failed);
  }
  const auto run = read();
  ASSERT_TRUE(run) << error_;
  EXPECT_EQ(run->exchange_count, 2U);
  const auto second = run->exchange("b#1");
  ASSERT_TRUE(second && second->error());
  EXPECT_EQ(second->error()->kind, TransportError::Kind::tls);
  EXPECT_EQ(second->error()->message, "no trust");
  EXPECT_FALSE(second->request.octets);

  const auto first = run->exchange("a#1");
  ASSERT_TRUE(first && first->response());
  const auto sent = some_exchange("a#1");
  EXPECT_EQ(first->label, sent.label);
  EXPECT_EQ(first->request.method, sent.request.method);
  EXPECT_EQ(first->request.url, sent.request.url);
  EXPECT_EQ(first->request.headers, sent.request.headers);
  EXPECT_EQ(first->request.body, sent.request.body);
  EXPECT_EQ(first->request.octets, sent.request.octets);
  EXPECT_EQ(first->request.framing, sent.request.framing);
  EXPECT_EQ(first->response()->status, 400);
  EXPECT_EQ(first->response()->reason, sent.response()->reason);
  EXPECT_EQ(first->response()->headers, sent.response()->headers);
  EXPECT_EQ(first->response()->body, sent.response()->body);
  EXPECT_EQ(first->response()->head_octets, sent.response()->head_octets);
  EXPECT_EQ(first->started, sent.started);
  EXPECT_EQ(first->duration, sent.duration);
  EXPECT_FALSE(run->exchange("c#1"));
}

TEST_F(JournalTest, ADowngradeUndecidesWhatItsRowDecided) {
  {
    Journal journal(path_);
    journal.run_started(some_run());
    journal.outcome(some_outcome("a", Result::satisfied));
    journal.outcome(some_outcome("a", Result::violated));
    journal.outcome(some_outcome("a", Result::not_applicable));
    journal.outcome(some_outcome("b", Result::satisfied));
    journal.downgrade("t/one", "a", "confidential", "the server is gone");
    journal.outcome(some_outcome("a", Result::satisfied));
  }
  const auto run = read();
  ASSERT_TRUE(run) << error_;
  std::vector<Result> results;
  for (const auto& outcome : run->outcomes)
    results.push_back(outcome.result);
  EXPECT_THAT(results, ElementsAre(Result::inconclusive, Result::inconclusive, Result::not_applicable,
                                   Result::satisfied, Result::satisfied));
  EXPECT_EQ(run->outcomes[0].observed, "accepted (not counted: the server is gone)");
}

TEST_F(JournalTest, IsReadWhereverItWasCutOff) {
  {
    Journal journal(path_);
    journal.run_started(some_run());
    journal.outcome(some_outcome("a", Result::violated));
    journal.exchange(some_exchange("a#1"));
  }
  const auto whole = text_of(path_);
  const auto first = whole.find('\n') + 1;
  const auto second = whole.find('\n', first) + 1;
  for (auto length = first; length <= whole.size(); ++length) {
    const auto run = read(whole.substr(0, length));
    ASSERT_TRUE(run) << length << ": " << error_;
    EXPECT_EQ(run->seed, "seed");
    EXPECT_FALSE(run->finished);
    // Without its line feed a line may be whole all the same.
    EXPECT_EQ(run->outcomes.size(), length + 1 >= second ? 1U : 0U) << length;
    EXPECT_EQ(run->exchange("a#1").has_value(), length + 1 >= whole.size()) << length;
  }
}

TEST_F(JournalTest, RefusesWhatIsNoJournal) {
  const std::string head = "{\"event\":\"run\",\"format\":\"other\"}\n";
  const std::pair<std::string, std::string> kCases[] = {
      {"", " is empty"},
      {"\n", ":1: "},
      {"no JSON\n", ":1: "},
      {"{\"some\":\"object\"}\n", ":1: "},
      {"[1,2]\n", ":1: "},
      {"{\"event\":\"problem\",\"text\":\"x\"}\n", ":1: it is no journal of oauthentic"},
      {head, ":1: "},
      {"no line feed", ":1: "},
      {std::string("\0\xff", 2), ":1: "},
  };
  for (const auto& [text, why] : kCases) {
    EXPECT_FALSE(read(text)) << text;
    EXPECT_THAT(error_, HasSubstr(why)) << text;
  }
  EXPECT_FALSE(read_journal(folder_.file("none.ndjson"), error_));
  EXPECT_THAT(error_, EndsWith("No such file or directory"));
}

TEST_F(JournalTest, NamesTheLineThatIsNoneOfOurs) {
  {
    Journal(path_).run_started(some_run());
  }
  const auto head = text_of(path_);
  EXPECT_FALSE(read(head + "garbage\n" + head));
  EXPECT_EQ(error_, path_ + ":2: " + error_.substr(path_.size() + 4));
  EXPECT_FALSE(read(head + "{\"event\":\"outcome\",\"requirement\":1}\n"));
  EXPECT_THAT(error_, HasSubstr(":2: "));
  const auto unknown = read(head + "{\"event\":\"of a later version\"}\n");
  ASSERT_TRUE(unknown) << error_;
  EXPECT_THAT(unknown->outcomes, IsEmpty());
}

TEST_F(JournalTest, AnExchangeIsNoBeginning) {
  {
    Journal(path_).exchange(some_exchange("a#1"));
  }
  EXPECT_FALSE(read());
  EXPECT_THAT(error_, HasSubstr("it is no journal of oauthentic"));
}

TEST(JournalFailure, AFullDiskIsToldAndEndsTheWriting) {
  Journal journal("/dev/full");
  EXPECT_FALSE(journal.failed());
  journal.run_started(some_run());
  EXPECT_TRUE(journal.failed());
  EXPECT_EQ(journal.failure(), "cannot write /dev/full: No space left on device");
  journal.run_finished();
  EXPECT_EQ(journal.failure(), "cannot write /dev/full: No space left on device");
}

TEST(JournalFailure, AFolderThatIsNotThere) {
  const Folder folder;
  EXPECT_THROW(Journal(folder.file("none/j.ndjson")), std::runtime_error);
}

}  // namespace
}  // namespace oauthentic::run
