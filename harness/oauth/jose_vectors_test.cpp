// The published vectors of the specifications that jose implements.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "oauth/jose.hpp"

namespace oauthentic::oauth {
namespace {

using nlohmann::json;

// RFC 7515 Appendix A.1, A.2 and A.3: keys and complete serialisations.
constexpr std::string_view kHmacJwk =
    R"({"kty":"oct","k":"AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZ)"
    R"(r1Z9CAow"})";
constexpr std::string_view kHmacJws =
    "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA"
    "6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
constexpr std::string_view kRsaJwk =
    R"({"kty":"RSA","n":"ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2)"
    R"(mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSH)"
    R"(SXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7)"
    R"(aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ","e":"AQAB","d":"Eq5xpG)"
    R"(nNCivDflJsRQBXHx1hdR1k6Ulwe2JZD50LpXyWPEAeP88vLNO97IjlA7_GQ5sLKMgvfTeXZx9SE-7YwVol2NXOoAJe46sui3)"
    R"(95IW_GO-pWJ1O0BkTGoVEn2bKVRUCgu-GjBVaYLU6f3l9kJfFNS3E0QbVdxzubSu3Mkqzjkn439X0M_V51gfpRLI9JYanrC4)"
    R"(D4qAdGcopV_0ZHHzQlBjudU2QvXt4ehNYTCBr6XCLQUShb1juUO1ZdiYoFaFQT5Tw8bGUl_x_jTj3ccPDVZFD9pIuhLhBOne)"
    R"(ufuBiB4cS98l2SR_RQyGWSeWjnczT0QU91p1DhOVRuOopznQ","p":"4BzEEOtIpmVdVEZNCqS7baC4crd0pqnRH_5IB3jw3)"
    R"(bcxGn6QLvnEtfdUdiYrqBdss1l58BQ3KhooKeQTa9AB0Hw_Py5PJdTJNPY8cQn7ouZ2KKDcmnPGBY5t7yLc1QlQ5xHdwW1Vh)"
    R"(vKn-nXqhJTBgIPgtldC-KDV5z-y2XDwGUc","q":"uQPEfgmVtjL0Uyyx88GZFF1fOunH3-7cepKmtH4pxhtCoHqpWmT8YAm)"
    R"(ZxaewHgHAjLYsp1ZSe7zFYHj7C6ul7TjeLQeZD_YwD66t62wDmpe_HlB-TnBA-njbglfIsRLtXlnDzQkv5dTltRJ11BKBByp)"
    R"(eeF6689rjcJIDEz9RWdc","dp":"BwKfV3Akq5_MFZDFZCnW-wzl-CCo83WoZvnLQwCTeDv8uzluRSnm71I3QCLdhrqE2e9Y)"
    R"(kxvuxdBfpT_PI7Yz-FOKnu1R6HsJeDCjn12Sk3vmAktV2zb34MCdy7cpdTh_YVr7tss2u6vneTwrA86rZtu5Mbr1C1Xsmvkx)"
    R"(HQAdYo0","dq":"h_96-mK1R_7glhsum81dZxjTnYynPbZpHziZjeeHcXYsXaaMwkOlODsWa7I9xXDoRwbKgB719rrmI2oKr)"
    R"(6N3Do9U0ajaHF-NKJnwgjMd2w9cjz3_-kyNlxAr2v4IKhGNpmM5iIgOS1VZnOZ68m6_pbLBSp3nssTdlqvd0tIiTHU","qi")"
    R"(:"IYd7DHOhrWvxkwPQsRM2tOgrjbcrfvtQJipd-DlcxyVuuM9sQLdgjVk2oy26F0EmpScGLq2MowX7fhd_QJQ3ydy5cY7YIB)"
    R"(i87w93IKLEdfnbJtoOPLUW0ITrJReOgo1cq9SbsxYawBgfp_gh6A5603k2-ZQwVK0JKSHuLFkuQ3U"})";
constexpr std::string_view kRsaJws =
    "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9"
    "pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Q"
    "c_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARN"
    "PvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6I"
    "eYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
constexpr std::string_view kEcJwk =
    R"({"kty":"EC","crv":"P-256","x":"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU","y":"x_FEzRu9m36HLN_)"
    R"(tue659LNpXW6pCyStikYjKIWI5a0","d":"jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"})";
constexpr std::string_view kEcJws =
    "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9"
    "pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqP"
    "P3-Kg6NU1Q";

constexpr std::string_view kEdJwk =
    R"({"kty":"OKP","crv":"Ed25519","d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",)"
    R"("x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"})";

Key key_from(std::string_view jwk) {
  return Key::from_jwk(json::parse(jwk)).value();
}

/// Header and payload stand in the vectors with white space that sign_jws() would not write: the claims alone
/// are compared.
void expect_vector(std::string_view jwk, std::string_view compact, const std::string& algorithm) {
  const auto jws = parse_jws(compact);
  ASSERT_TRUE(jws) << jws.error();
  EXPECT_EQ(jws->claims(), json::parse(R"({"iss":"joe","exp":1300819380,"http://example.com/is_root":true})"));
  EXPECT_EQ(jws->header().at("alg"), algorithm);
  EXPECT_TRUE(verify_jws(*jws, key_from(jwk), {algorithm}));
  auto altered = *jws;
  altered.signing_input.back() = altered.signing_input.back() == 'A' ? 'B' : 'A';
  EXPECT_FALSE(verify_jws(altered, key_from(jwk), {algorithm}));
}

TEST(Rfc7515Vectors, A1HmacSha256) {
  expect_vector(kHmacJwk, kHmacJws, "HS256");
}
TEST(Rfc7515Vectors, A2RsaPkcs1Sha256) {
  expect_vector(kRsaJwk, kRsaJws, "RS256");
}
TEST(Rfc7515Vectors, A3EcdsaP256) {
  expect_vector(kEcJwk, kEcJws, "ES256");
}

TEST(Rfc7515Vectors, A2IsSignedAlike) {
  const auto jws = parse_jws(kRsaJws);
  EXPECT_EQ(sign_jws(jws->header(), jws->payload, key_from(kRsaJwk)), kRsaJws);
}

TEST(Rfc7515Vectors, A5Unsecured) {
  const auto compact = std::string("eyJhbGciOiJub25lIn0") + std::string(kRsaJws.substr(kRsaJws.find('.')));
  const auto unsecured = compact.substr(0, compact.rfind('.') + 1);
  const auto jws = parse_jws(unsecured);
  ASSERT_TRUE(jws);
  EXPECT_EQ(sign_jws({{"alg", "none"}}, jws->payload, key_from(kRsaJwk)), unsecured);
  EXPECT_FALSE(verify_jws(*jws, key_from(kRsaJwk), {"none", "RS256"}));
  EXPECT_FALSE(verify_jws(*jws, Key::from_secret(""), {"none", "HS256"}));
}

TEST(Rfc8037Vectors, A4Ed25519) {
  constexpr std::string_view kJws =
      "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-"
      "09PGcvMg3AIbQR6dWbhijcNR4ki4"
      "iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
  EXPECT_EQ(sign_jws({{"alg", "EdDSA"}}, "Example of Ed25519 signing", key_from(kEdJwk)), kJws);
  EXPECT_TRUE(verify_jws(*parse_jws(kJws), key_from(kEdJwk), {"EdDSA"}));
}

TEST(Rfc8037Vectors, A3Thumbprint) {
  EXPECT_EQ(key_from(kEdJwk).thumbprint(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST(Rfc7638Vectors, Section3_1Thumbprint) {
  const auto key = Key::from_jwk(json{{"kty", "RSA"},
                                      {"e", "AQAB"},
                                      {"alg", "RS256"},
                                      {"kid", "2011-04-29"},
                                      {"n",
                                       "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7"
                                       "aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXA"
                                       "rwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7"
                                       "d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lF"
                                       "d2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"}});
  ASSERT_TRUE(key) << key.error();
  EXPECT_EQ(key->thumbprint(), "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  EXPECT_EQ(key->kid(), "2011-04-29");
  EXPECT_FALSE(key->can_sign());
}

}  // namespace
}  // namespace oauthentic::oauth
