package oauthentic;

import static org.springframework.security.config.Customizer.withDefaults;

import java.util.Set;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.oauth2.server.authorization.OAuth2AuthorizationServerConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.LoginUrlAuthenticationEntryPoint;
import org.springframework.security.web.util.matcher.MediaTypeRequestMatcher;

/** The two chains that Spring Boot would set up by itself, and one for a protected resource between them. */
@Configuration
class Security {

  @Bean
  @Order(1)
  SecurityFilterChain authorizationServer(HttpSecurity http) throws Exception {
    var server = new OAuth2AuthorizationServerConfigurer();
    var pages = new MediaTypeRequestMatcher(MediaType.TEXT_HTML);
    pages.setIgnoredMediaTypes(Set.of(MediaType.ALL));
    return http.securityMatcher(server.getEndpointsMatcher())
        .with(server, one -> one.oidc(withDefaults()))
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2ResourceServer(resource -> resource.jwt(withDefaults()))
        .exceptionHandling(
            handling ->
                handling.defaultAuthenticationEntryPointFor(new LoginUrlAuthenticationEntryPoint("/login"), pages))
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain resource(HttpSecurity http) throws Exception {
    return http.securityMatcher("/api/**")
        .authorizeHttpRequests(requests -> requests.anyRequest().hasAuthority("SCOPE_messages"))
        .oauth2ResourceServer(resource -> resource.jwt(withDefaults()))
        .build();
  }

  /**
   * Without sign-in: error pages, which would otherwise turn into sign-in pages, and the keys of the client that signs
   * its assertions (RFC 7523), which are fetched by URL; this server stands in for it.
   */
  @Bean
  @Order(3)
  SecurityFilterChain signIn(HttpSecurity http) throws Exception {
    return http
        .authorizeHttpRequests(
            requests ->
                requests
                    .requestMatchers("/error", "/clients/jwks.json")
                    .permitAll()
                    .anyRequest()
                    .authenticated())
        .formLogin(withDefaults())
        .build();
  }
}
