#include "http/content_coding.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <array>

#include "core/message.hpp"

namespace oauthentic::http {

namespace {

using Kind = TransportError::Kind;

/// zlib's state, with its memory given back.
class Inflater {
 public:
  Inflater() {
    constexpr int kGzipOnly = 15 + 16;
    ready_ = inflateInit2(&stream_, kGzipOnly) == Z_OK;
  }
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  /// Why it could not be decoded, as a kind; nothing if `out` holds all of it.
  std::optional<Kind> inflate_all(std::string_view coded, std::size_t most, std::string& out) {
    if (!ready_) return Kind::malformed;
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(coded.data()));
    stream_.avail_in = static_cast<uInt>(coded.size());
    std::array<char, 16 * 1024> block;
    for (;;) {
      stream_.next_out = reinterpret_cast<Bytef*>(block.data());
      stream_.avail_out = static_cast<uInt>(block.size());
      const int result = ::inflate(&stream_, Z_NO_FLUSH);
      if (result != Z_OK && result != Z_STREAM_END) return Kind::malformed;
      const auto made = block.size() - stream_.avail_out;
      if (made > most - out.size()) return Kind::too_large;
      out.append(block.data(), made);
      if (result == Z_STREAM_END) return std::nullopt;
      if (made == 0 && stream_.avail_in == 0) return Kind::malformed;  // cut short
    }
  }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

}  // namespace

std::optional<TransportError> decode_content(Response& response, bool asked, std::size_t most_octets) {
  const auto coding = to_lower(trim(response.headers.value("Content-Encoding")));
  if (coding.empty() || coding == "identity" || response.body.empty()) return std::nullopt;
  if (!asked) {
    return TransportError{Kind::malformed,
                          fmt::format("the answer has the Content-Encoding \"{}\", which was not asked for "
                                      "(limits: {{ gzip: true }} asks for gzip)",
                                      coding.substr(0, 40))};
  }
  if (coding != "gzip" && coding != "x-gzip") {
    return TransportError{
        Kind::malformed,
        fmt::format("the answer has the Content-Encoding \"{}\"; gzip was asked for", coding.substr(0, 40))};
  }
  std::string body;
  const auto failure = Inflater().inflate_all(response.body, most_octets, body);
  if (failure == Kind::too_large)
    return TransportError{Kind::too_large,
                          fmt::format("the answer unpacks to more than {} octets", most_octets)};
  if (failure) return TransportError{*failure, "the answer says that it is gzip, and is not, or not whole"};
  response.body = std::move(body);
  return std::nullopt;
}

}  // namespace oauthentic::http
