package oauthentic;

import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A protected resource: GET /api/messages, for tokens with the scope messages. */
@RestController
class Messages {

  @GetMapping("/api/messages")
  Map<String, String> messages() {
    return Map.of("message", "none today");
  }
}
