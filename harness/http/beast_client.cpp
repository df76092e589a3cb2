#include "http/beast_client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <expected>
#include <functional>
#include <latch>
#include <map>
#include <mutex>
#include <thread>

#include "http/client_connection.hpp"
#include "http/content_coding.hpp"
#include "http/request_url.hpp"
#include "http/tls.hpp"

namespace oauthentic::http {

namespace {

using Kind = TransportError::Kind;
using Connection = std::unique_ptr<ClientConnection>;

/// Idle connections by origin, the one used last first.
class Pool {
 public:
  explicit Pool(std::size_t most) : most_(most) {}

  /// Nothing if no idle connection is fit for use.
  Connection take(const std::string& origin) {
    for (;;) {
      Connection connection;
      {
        const std::lock_guard lock(mutex_);
        auto& idle = idle_[origin];
        if (idle.empty()) return nullptr;
        connection = std::move(idle.back());
        idle.pop_back();
      }
      if (connection->take_up()) return connection;
    }
  }

  void give_back(const std::string& origin, Connection connection) {
    const std::lock_guard lock(mutex_);
    auto& idle = idle_[origin];
    if (idle.size() < most_) idle.push_back(std::move(connection));
  }

 private:
  const std::size_t most_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Connection>> idle_;
};

/// A request ready to be sent.
struct Outgoing {
  oauth::Url url;
  std::string octets;
  ResponseReader::Body body;
  /// Framed by us, so that both sides agree on where it ends: only then may it share a connection with others.
  bool ordinary;
  const Proxy* proxy;  ///< that it goes through; may be nothing
};

std::expected<Outgoing, TransportError> outgoing_of(const Request& request, const ClientOptions& options) {
  auto url = parse_request_url(request.url);
  if (!url || url->host.empty() || url->port == 0 || (url->scheme != "http" && url->scheme != "https")) {
    return std::unexpected(
        TransportError{Kind::refused, fmt::format("\"{}\" is no http or https URL", request.url)});
  }
  const auto& headers = request.headers;
  const bool ordinary = !request.octets && !headers.has("Content-Length") &&
                        !headers.has("Transfer-Encoding") && !headers.has("Connection");
  auto octets = serialise(request, *url);
  if (options.gzip && !request.octets && !headers.has("Accept-Encoding"))
    octets.insert(octets.find("\r\n") + 2, "Accept-Encoding: gzip\r\n");
  const auto* proxy = options.proxies.proxy_for(*url);
  if (proxy && url->scheme == "http") octets = through_proxy(std::move(octets), *url, *proxy);
  const auto body = request.method == "HEAD" ? ResponseReader::Body::none : ResponseReader::Body::expected;
  return Outgoing{std::move(*url), std::move(octets), body, ordinary, proxy};
}

bool is_reset(const Answer& answer) {
  const auto* error = std::get_if<TransportError>(&answer);
  return error && error->kind == Kind::reset;
}

class BeastClient : public Transport {
 public:
  explicit BeastClient(ClientOptions options)
      : options_(std::move(options)),
        context_(client_tls_context(options_.tls)),
        pool_(options_.idle_connections) {}

  Answer send(const Request& request, const SendLimits& limits) override;
  std::vector<Answer> send_together(std::span<const Request> requests, const SendLimits& limits) override;

 private:
  std::expected<Outgoing, TransportError> prepare(const Request& request);
  Connection make_connection(const oauth::Url& url);
  void keep(const Outgoing& outgoing, Connection connection);
  struct Racer;
  std::optional<TransportError> line_up(Racer& racer, Deadline deadline);
  Answer finish(Answer answer, const SendLimits& limits) const;

  const ClientOptions options_;
  boost::asio::ssl::context context_;
  std::once_flag system_trusted_;
  Pool pool_;
};

/// Comes before the deadline is set: reading the system's trust, once, is no time of the peer's.
std::expected<Outgoing, TransportError> BeastClient::prepare(const Request& request) {
  auto outgoing = outgoing_of(request, options_);
  if (outgoing && outgoing->url.scheme == "https" && !options_.tls.insecure) {
    std::call_once(system_trusted_, [this] { trust_system(context_); });
  }
  return outgoing;
}

Connection BeastClient::make_connection(const oauth::Url& url) {
  return std::make_unique<ClientConnection>(url.scheme == "https" ? &context_ : nullptr, options_.tls);
}

void BeastClient::keep(const Outgoing& outgoing, Connection connection) {
  if (outgoing.ordinary && connection->reusable())
    pool_.give_back(outgoing.url.origin(), std::move(connection));
}

Answer BeastClient::send(const Request& request, const SendLimits& limits) {
  const auto outgoing = prepare(request);
  if (!outgoing) return outgoing.error();
  const auto deadline = std::chrono::steady_clock::now() + limits.timeout;
  if (outgoing->ordinary) {
    if (auto pooled = pool_.take(outgoing->url.origin())) {
      pooled->write(outgoing->octets);
      auto answer = pooled->read(outgoing->body, limits, deadline);
      // The peer closed the idle connection as the request was under way (RFC 9112 §9.3.1); a fresh one
      // decides.
      const bool stale = is_reset(answer) && pooled->silent();
      keep(*outgoing, std::move(pooled));
      if (!stale) return finish(std::move(answer), limits);
    }
  }
  auto connection = make_connection(outgoing->url);
  if (auto error = connection->open(outgoing->url, deadline, outgoing->proxy)) return *std::move(error);
  connection->write(outgoing->octets);
  auto answer = connection->read(outgoing->body, limits, deadline);
  keep(*outgoing, std::move(connection));
  return finish(std::move(answer), limits);
}

/// What an answer is once it has arrived: the proxy's own refusal is none of the peer, and a coding is taken
/// off.
Answer BeastClient::finish(Answer answer, const SendLimits& limits) const {
  auto* response = std::get_if<Response>(&answer);
  if (!response) return answer;
  if (response->status == 407)
    return TransportError{Kind::proxy, "the proxy wants a name and password (status 407)"};
  if (auto error = decode_content(*response, options_.gzip, limits.body_octets)) return *std::move(error);
  return answer;
}

/// One request of several that are sent at the same instant.
struct BeastClient::Racer {
  std::optional<Outgoing> outgoing;
  Connection connection;
  Answer answer;
  std::exception_ptr mistake;

  /// Runs a part of the race; an exception is kept for the thread that asked for it.
  template <class Part>
  bool runs(Part part) {
    try {
      part();
    } catch (...) {
      mistake = std::current_exception();
    }
    return !mistake;
  }
  std::string_view all_but_last() const {
    return std::string_view(outgoing->octets).substr(0, outgoing->octets.size() - last().size());
  }
  std::string_view last() const {
    const std::string_view octets = outgoing->octets;
    return octets.substr(octets.size() - std::min<std::size_t>(octets.size(), 1));
  }
};

std::optional<TransportError> BeastClient::line_up(Racer& racer, Deadline deadline) {
  auto connection = make_connection(racer.outgoing->url);
  if (auto error = connection->open(racer.outgoing->url, deadline, racer.outgoing->proxy)) return error;
  connection->write(racer.all_but_last());
  if (auto error = connection->flush(deadline)) return error;
  racer.connection = std::move(connection);
  return std::nullopt;
}

std::vector<Answer> BeastClient::send_together(std::span<const Request> requests, const SendLimits& limits) {
  std::vector<Racer> racers(requests.size());
  for (std::size_t i = 0; i < requests.size(); ++i) {
    auto outgoing = prepare(requests[i]);
    if (outgoing)
      racers[i].outgoing = *std::move(outgoing);
    else
      racers[i].answer = std::move(outgoing.error());
  }
  const auto deadline = std::chrono::steady_clock::now() + limits.timeout;
  std::latch lined_up(static_cast<std::ptrdiff_t>(racers.size()));
  std::latch started(1);
  const auto run = [&](Racer& racer) {
    racer.runs([&] {
      if (!racer.outgoing) return;
      if (auto error = line_up(racer, deadline)) racer.answer = *std::move(error);
    });
    lined_up.count_down();
    started.wait();
    racer.runs([&] {
      if (!racer.connection) return;
      racer.answer = finish(racer.connection->read(racer.outgoing->body, limits, deadline), limits);
      keep(*racer.outgoing, std::move(racer.connection));
    });
  };
  {
    std::vector<std::jthread> threads;
    for (auto& racer : racers) {
      if (!racer.runs([&] { threads.emplace_back(run, std::ref(racer)); })) lined_up.count_down();
    }
    lined_up.wait();
    for (auto& racer : racers) {
      if (racer.connection) racer.connection->write(racer.last());
    }
    started.count_down();
  }
  std::vector<Answer> answers;
  for (auto& racer : racers) {
    if (racer.mistake) std::rethrow_exception(racer.mistake);
    answers.push_back(std::move(racer.answer));
  }
  return answers;
}

}  // namespace

std::unique_ptr<Transport> make_client(ClientOptions options) {
  return std::make_unique<BeastClient>(std::move(options));
}

}  // namespace oauthentic::http
