// TLS between the client and the listener: who is trusted, who is refused, and what is said about it.
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "http/beast_client.hpp"
#include "http/listener.hpp"
#include "http/test_certificates.hpp"
#include "http/test_peers.hpp"

namespace oauthentic::http {
namespace {

using ::testing::HasSubstr;
using Kind = TransportError::Kind;

/// A file with that text, for as long as this lives.
class TextFile {
 public:
  explicit TextFile(const std::string& text) {
    auto name = (std::filesystem::temp_directory_path() / "oauthentic-tls-XXXXXX").string();
    const int descriptor = ::mkstemp(name.data());
    if (descriptor >= 0) ::close(descriptor);
    path_ = name;
    std::ofstream(path_) << text;
  }
  ~TextFile() { std::filesystem::remove(path_); }
  TextFile(const TextFile&) = delete;
  TextFile& operator=(const TextFile&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

Response greet(const Request& request) {
  Response response;
  response.status = 200;
  response.body = request.url;
  return response;
}

ListenerOptions with_tls() {
  ListenerOptions options;
  options.tls = true;
  return options;
}

ClientOptions trusting(const std::string& ca_file) {
  ClientOptions options;
  options.tls.ca_file = ca_file;
  return options;
}

Answer get(Transport& client, std::string url) {
  Request request;
  request.url = std::move(url);
  return client.send(request, {});
}

TransportError refusal_of(const Answer& answer) {
  const auto* error = std::get_if<TransportError>(&answer);
  return error ? *error : TransportError{Kind::refused, "an answer came"};
}

TEST(ClientTls, ACertificateOfTheCaFileIsTrusted) {
  Listener server(greet, with_tls());
  EXPECT_EQ(server.origin(), fmt::format("https://127.0.0.1:{}", server.port()));
  const TextFile ca(server.certificate_pem());
  const auto client = make_client(trusting(ca.path()));
  for (const auto& origin : {server.origin(), fmt::format("https://localhost:{}", server.port())}) {
    for (int i = 0; i < 3; ++i) {
      const auto answer = get(*client, origin + "/x");
      ASSERT_TRUE(std::holds_alternative<Response>(answer)) << refusal_of(answer).message;
      EXPECT_EQ(std::get<Response>(answer).body, origin + "/x");
    }
  }
}

TEST(ClientTls, ASelfSignedCertificateIsRefused) {
  Listener server(greet, with_tls());
  const auto error = refusal_of(get(*make_client(), server.origin()));
  EXPECT_EQ(error.kind, Kind::tls);
  EXPECT_THAT(error.message, HasSubstr("self-signed"));
}

TEST(ClientTls, InsecureAcceptsAnything) {
  auto options = with_tls();
  options.address = "127.0.0.2";
  Listener server(greet, options);
  ClientOptions insecure;
  insecure.tls.insecure = true;
  EXPECT_TRUE(std::holds_alternative<Response>(get(*make_client(insecure), server.origin())));
}

TEST(ClientTls, AnotherHostsCertificateIsRefused) {
  auto options = with_tls();
  options.address = "127.0.0.2";  // not among the certificate's names
  Listener server(greet, options);
  const TextFile ca(server.certificate_pem());
  const auto error = refusal_of(get(*make_client(trusting(ca.path())), server.origin()));
  EXPECT_EQ(error.kind, Kind::tls);
  EXPECT_THAT(error.message, HasSubstr("for another host"));
}

TEST(ClientTls, TheTimeOfACertificateCounts) {
  constexpr long kHour = 3600;
  for (const auto& [shift, words] : {std::pair{-kHour, "has expired"}, std::pair{kHour, "not valid yet"}}) {
    auto options = with_tls();
    const auto certificate = testing::aged(make_certificate(), shift);
    options.certificate_pem = certificate.certificate_pem;
    options.key_pem = certificate.key_pem;
    Listener server(greet, options);
    EXPECT_EQ(server.certificate_pem(), certificate.certificate_pem);
    const TextFile ca(certificate.certificate_pem);
    const auto error = refusal_of(get(*make_client(trusting(ca.path())), server.origin()));
    EXPECT_EQ(error.kind, Kind::tls);
    EXPECT_THAT(error.message, HasSubstr(words));
  }
}

TEST(ClientTls, APeerWithoutTlsIsNamed) {
  Listener plain(greet, {});
  const auto error = refusal_of(get(*make_client(), fmt::format("https://127.0.0.1:{}", plain.port())));
  EXPECT_EQ(error.kind, Kind::tls);
  EXPECT_THAT(error.message, HasSubstr("does not speak TLS"));
}

TEST(ClientTls, ThePeerMayEndTheHandshake) {
  testing::RawServer server([](testing::Peer& peer, int) {
    peer.read_exactly(5);
    peer.finish_sending();
    peer.read_all();
  });
  const auto error = refusal_of(get(*make_client(), fmt::format("https://127.0.0.1:{}", server.port())));
  EXPECT_EQ(error.kind, Kind::tls);
  EXPECT_THAT(error.message, HasSubstr("closed the connection during the handshake"));
}

TEST(ClientTls, AStalledHandshakeEndsAtTheDeadline) {
  testing::RawServer server([](testing::Peer& peer, int) { peer.read_all(); });
  Request request;
  request.url = fmt::format("https://127.0.0.1:{}", server.port());
  SendLimits limits;
  limits.timeout = std::chrono::milliseconds(100);
  const auto error = refusal_of(make_client()->send(request, limits));
  EXPECT_EQ(error.kind, Kind::timeout);
  EXPECT_THAT(error.message, HasSubstr("handshake"));
}

TEST(ClientTls, LargeMessagesGoBothWays) {
  Listener server(
      [](const Request& request) {
        Response response;
        response.status = 200;
        response.body = request.body;
        return response;
      },
      with_tls());
  const TextFile ca(server.certificate_pem());
  Request request;
  request.method = "POST";
  request.url = server.origin();
  request.body.assign(3 * 1024 * 1024, 'b');
  const auto answer = make_client(trusting(ca.path()))->send(request, {});
  ASSERT_TRUE(std::holds_alternative<Response>(answer)) << refusal_of(answer).message;
  EXPECT_TRUE(std::get<Response>(answer).body == request.body);
}

TEST(ClientTls, AnAnswerThatEndsWithTheConnectionIsWhole) {
  Listener server(
      [](const Request&) {
        Response response;
        response.status = 200;
        response.headers = {
            {"Transfer-Encoding", "identity"}};  // no length: the end of the stream ends the body
        response.body = "all of it";
        return response;
      },
      with_tls());
  const TextFile ca(server.certificate_pem());
  const auto answer = get(*make_client(trusting(ca.path())), server.origin());
  ASSERT_TRUE(std::holds_alternative<Response>(answer)) << refusal_of(answer).message;
  EXPECT_EQ(std::get<Response>(answer).body, "all of it");
}

TEST(ClientTls, AnUnreadableCaFileIsAMistakeOfOurs) {
  EXPECT_THROW(make_client(trusting("/does/not/exist.pem")), std::runtime_error);
  const TextFile empty("no certificate in here");
  EXPECT_THROW(make_client(trusting(empty.path())), std::runtime_error);
}

/// Self-signed: the certificate is its own authority.
class ClientCertificate : public ::testing::Test {
 protected:
  ClientCertificate() {
    server_options_ = with_tls();
    server_options_.client_ca_pem = own_.certificate_pem;
  }
  ClientOptions showing(const Listener& server, const std::string& certificate, const std::string& key) {
    ca_ = std::make_unique<TextFile>(server.certificate_pem());
    auto options = trusting(ca_->path());
    options.tls.certificate_file = certificate;
    options.tls.key_file = key;
    return options;
  }
  const Certificate own_ = make_certificate();
  const TextFile certificate_{own_.certificate_pem};
  const TextFile key_{own_.key_pem};
  const TextFile both_{own_.certificate_pem + own_.key_pem};
  ListenerOptions server_options_;
  std::unique_ptr<TextFile> ca_;
};

TEST_F(ClientCertificate, IsShownToAServerThatAsksForOne) {
  Listener server(greet, server_options_);
  for (const auto& [certificate, key] :
       {std::pair(certificate_.path(), key_.path()), std::pair(both_.path(), std::string())}) {
    const auto answer = get(*make_client(showing(server, certificate, key)), server.origin());
    EXPECT_TRUE(std::holds_alternative<Response>(answer)) << refusal_of(answer).message;
  }
}

TEST_F(ClientCertificate, WithoutOneSuchAServerTakesNoRequest) {
  Listener server(greet, server_options_);
  const auto answer = get(*make_client(showing(server, "", "")), server.origin());
  EXPECT_TRUE(std::holds_alternative<TransportError>(answer));
}

TEST_F(ClientCertificate, OfAnotherAuthorityIsNotTaken) {
  Listener server(greet, server_options_);
  const auto other = make_certificate();
  const TextFile both(other.certificate_pem + other.key_pem);
  const auto answer = get(*make_client(showing(server, both.path(), "")), server.origin());
  EXPECT_TRUE(std::holds_alternative<TransportError>(answer));
}

TEST_F(ClientCertificate, WhatCannotBeUsedIsToldAtOnce) {
  const auto told = [](const std::string& certificate, const std::string& key) {
    ClientOptions options;
    options.tls.certificate_file = certificate;
    options.tls.key_file = key;
    try {
      make_client(options);
    } catch (const std::runtime_error& error) {
      return std::string(error.what());
    }
    return std::string("it was taken");
  };
  const TextFile other_key(make_certificate().key_pem);
  EXPECT_THAT(told("/does/not/exist.pem", key_.path()), HasSubstr("cannot read a client certificate"));
  EXPECT_THAT(told(certificate_.path(), "/does/not/exist.pem"), HasSubstr("cannot read a private key"));
  EXPECT_THAT(told(certificate_.path(), ""), HasSubstr("cannot read a private key"));
  EXPECT_THAT(told(certificate_.path(), other_key.path()), HasSubstr("does not belong"));
  const TextFile encrypted(testing::encrypted(own_.key_pem, "open sesame"));
  EXPECT_THAT(told(certificate_.path(), encrypted.path()), HasSubstr("is encrypted"));
}

}  // namespace
}  // namespace oauthentic::http
