// Each property of a target of the mock provider can fail: with this fault on the stage, one of its seeds
// violates it.
#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/seeds.hpp"
#include "fuzz/stage.hpp"
#include "fuzz/target.hpp"

namespace oauthentic::fuzz {
namespace {

using enum mock::Fault;

struct Proof {
  std::string_view target;
  mock::Fault fault;
};

/// For GoogleTest, as the name of a test.
std::ostream& operator<<(std::ostream& out, const Proof& proof) {
  auto name = std::string(proof.target) + "_" + mock::info(proof.fault).name;
  std::ranges::replace(name, '-', '_');
  return out << name;
}

std::vector<Proof> proofs() {
  const std::vector<std::pair<std::string_view, std::vector<mock::Fault>>> faults = {
      {"authorization_endpoint",
       {authorization_error_charset,
        authorization_error_invented,
        authorization_parameters_repeatable,
        client_guessed,
        code_in_fragment,
        code_missing,
        consent_not_bound_to_session,
        error_redirect_before_sign_in,
        header_injection,
        implicit_grant_offered,
        invalid_client_redirected,
        invalid_redirect_uri_redirected,
        iss_dropped,
        iss_dropped_from_errors,
        loopback_host_ignored,
        markup_reflected,
        odd_input_crashes,
        openid_redirect_uri_optional,
        password_unchecked,
        public_client_served_silently,
        redirect_uri_case_ignored,
        redirect_uri_contained,
        redirect_uri_controls_dropped,
        redirect_uri_decoded,
        redirect_uri_default_port_dropped,
        redirect_uri_dots_resolved,
        redirect_uri_fragment_accepted,
        redirect_uri_guessed,
        redirect_uri_host_prefix,
        redirect_uri_host_suffix,
        redirect_uri_last_of_repeated,
        redirect_uri_origin_only,
        redirect_uri_path_parameters_ignored,
        redirect_uri_port_ignored,
        redirect_uri_prefix,
        redirect_uri_query_dropped,
        redirect_uri_query_ignored,
        redirect_uri_slash_ignored,
        redirect_uri_trimmed,
        redirect_uri_unchecked,
        redirect_uri_userinfo_ignored,
        refusal_ignored,
        response_parameter_repeated,
        response_type_missing_accepted,
        response_type_unknown_accepted,
        sign_in_skipped,
        state_cut,
        state_dropped,
        state_dropped_from_errors,
        state_invented,
        state_lowered}},
      {"token_endpoint",
       {assertion_audience_unchecked,
        assertion_expiry_unchecked,
        assertion_for_endpoint_accepted,
        assertion_issuer_unchecked,
        assertion_jti_optional,
        assertion_key_confused,
        assertion_replayable,
        assertion_signature_unchecked,
        assertion_subject_unchecked,
        basic_garbage_skipped,
        basic_name_suffices,
        basic_not_form_decoded,
        basic_read_loosely,
        basic_secret_anywhere,
        basic_secret_goes_on,
        challenge_forgotten,
        challenge_not_bound_to_code,
        challenge_taken_as_verifier,
        client_credentials_for_anybody,
        client_credentials_for_public_clients,
        client_credentials_with_refresh_token,
        client_id_suffices_for_client_credentials,
        client_id_suffices_for_code,
        client_id_suffices_for_refresh,
        client_taken_from_code,
        code_compared_by_half,
        code_lives_a_quarter_hour,
        code_never_expires,
        code_not_bound_to_client,
        code_not_required,
        code_replay_spares_access_token,
        code_reusable,
        error_code_member_missing,
        grant_not_bound_to_client,
        invalid_client_status,
        invalid_client_without_challenge,
        odd_input_crashes,
        password_grant_offered,
        public_code_not_bound_to_client,
        public_refresh_token_not_rotated,
        public_refresh_token_reusable,
        query_credentials_accepted,
        raw_basic_accepted_too,
        redirect_uri_not_required,
        refresh_replay_spares_family,
        refresh_token_compared_by_half,
        refresh_token_not_bound_to_client,
        refresh_token_not_required,
        refresh_widens_scope,
        scope_widened,
        scope_with_commas,
        secret_prefix_suffices,
        secret_unchecked,
        secrets_echoed,
        server_error_on_bad_input,
        several_credentials_accepted,
        stray_verifier_accepted,
        token_cacheable,
        token_description_charset,
        token_error_charset,
        token_error_invented,
        token_error_media_type,
        token_error_status,
        token_get_accepted,
        token_media_type,
        token_member_repeated,
        token_parameters_repeatable,
        token_redirect_uri_any_registered,
        token_redirect_uri_prefix,
        token_redirect_uri_unchecked,
        token_type_foreign,
        token_type_missing,
        unknown_code_accepted,
        unknown_grant_type_accepted,
        unknown_refresh_token_accepted,
        unsigned_assertion_accepted,
        values_compared_loosely,
        verifier_not_required,
        verifier_unchecked}},
      {"token_services",
       {access_token_revocation_ineffective,
        active_as_text,
        api_accepts_expired_tokens,
        api_accepts_refresh_tokens,
        api_accepts_revoked_tokens,
        api_accepts_unknown_tokens,
        api_audience_unchecked,
        api_compares_by_half,
        api_insufficient_scope_misnamed,
        api_invalid_request_misnamed,
        api_invalid_token_misnamed,
        api_query_token_accepted,
        api_scope_unchecked,
        assertion_signature_unchecked,
        challenge_missing_for_bad_token,
        challenge_missing_without_token,
        expired_token_introspected_active,
        foreign_token_revoked,
        header_and_query_token_accepted,
        inactive_token_described,
        inactive_token_is_an_error,
        introspected_scope_wider,
        introspection_by_any_bearer_token,
        introspection_compares_by_half,
        introspection_knows_every_token,
        introspection_media_type,
        introspection_open_to_all_clients,
        introspection_without_credentials,
        invalid_client_without_challenge,
        odd_input_crashes,
        refresh_revocation_spares_access_tokens,
        refresh_token_revocation_ineffective,
        revocation_by_get,
        revocation_effective_later,
        revocation_error_as_text,
        revocation_status,
        revocation_trusts_hint,
        revocation_without_authentication,
        revoked_token_introspected_active,
        secret_unchecked,
        secrets_echoed,
        several_token_methods_accepted,
        token_invalid_client_misnamed,
        token_invalid_grant_misnamed,
        token_invalid_request_misnamed,
        unsigned_assertion_accepted,
        userinfo_accepts_expired_tokens,
        userinfo_sub_differs,
        userinfo_sub_missing}},
  };
  std::vector<Proof> all;
  for (const auto& [target, its] : faults) {
    for (const auto fault : its)
      all.push_back({target, fault});
  }
  return all;
}

bool is_violated_by_a_seed(std::string_view target_name) {
  const auto all = targets();
  const auto target = std::ranges::find(all, target_name, &Target::name);
  if (target == all.end()) return false;
  return std::ranges::any_of(entries(fuzz_folder() / "corpus" / target_name), [&](const auto& seed) {
    try {
      target->run(read_input(seed));
      return false;
    } catch (const PropertyViolated&) {
      return true;
    }
  });
}

class FaultOfTheProvider : public testing::TestWithParam<Proof> {};

TEST_P(FaultOfTheProvider, ViolatesTheProperty) {
  const FaultOnStage on(GetParam().fault);
  EXPECT_TRUE(is_violated_by_a_seed(GetParam().target));
}

INSTANTIATE_TEST_SUITE_P(All, FaultOfTheProvider, testing::ValuesIn(proofs()),
                         testing::PrintToStringParamName());

}  // namespace
}  // namespace oauthentic::fuzz
