package oauthentic;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;

/** Spring Authorization Server as Spring Boot sets it up; clients and settings are in application.yaml. */
@SpringBootApplication
public class Provider {

  public static void main(String[] arguments) {
    SpringApplication.run(Provider.class, arguments);
  }

  @Bean
  InMemoryUserDetailsManager users() {
    return new InMemoryUserDetailsManager(user("alice", "correct horse"), user("bob", "battery staple"));
  }

  private static UserDetails user(String name, String password) {
    return User.withUsername(name).password("{noop}" + password).roles("USER").build();
  }
}
