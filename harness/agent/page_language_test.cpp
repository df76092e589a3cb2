// Allowing and refusing, in the languages that providers speak.
#include <gtest/gtest.h>

#include "agent/page_reader_test_support.hpp"

namespace oauthentic::agent {
namespace {

constexpr auto kGrant = Consent::grant;
constexpr auto kRefuse = Consent::refuse;

struct Decisions {
  const char* language;
  const char* allow;
  const char* deny;
};

class Languages : public testing::TestWithParam<Decisions> {};

TEST_P(Languages, TellsAllowingFromRefusing) {
  const auto& [language, allow, deny] = GetParam();
  for (const bool allow_first : {true, false}) {
    const auto yes = std::string("<button name=d value=1>") + allow + "</button>";
    const auto no = std::string("<button name=d value=2>") + deny + "</button>";
    const auto html = "<form method=post>" + (allow_first ? yes + no : no + yes) + "</form>";
    EXPECT_EQ(Seen(html, context(kGrant)).body, "d=1") << language;
    EXPECT_EQ(Seen(html, context(kRefuse)).body, "d=2") << language;
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Languages,
    testing::Values(Decisions{"en", "Allow", "Don't allow"}, Decisions{"en", "AUTHORIZE", "Cancel"},
                    Decisions{"de", "Zulassen", "Nicht zulassen"}, Decisions{"de", "Bestätigen", "Ablehnen"},
                    Decisions{"fr", "Autoriser", "Refuser"}, Decisions{"fr", "J’accepte", "Ne pas autoriser"},
                    Decisions{"es", "Sí, permitir", "No permitir"}, Decisions{"es", "Aceptar", "Rechazar"},
                    Decisions{"it", "Consenti", "Rifiuta"}, Decisions{"it", "Accetta", "Non consentire"},
                    Decisions{"pt", "Permitir", "Não permitir"}, Decisions{"pt", "Autorizar", "Recusar"},
                    Decisions{"nl", "Toestaan", "Niet toestaan"}, Decisions{"pl", "Zezwól", "Odmów"},
                    Decisions{"pl", "Akceptuję", "Nie zezwalaj"}, Decisions{"sv", "Tillåt", "Tillåt inte"},
                    Decisions{"da", "Tillad", "Afvis"}, Decisions{"fi", "Hyväksy", "Hylkää"},
                    Decisions{"cs", "Povolit", "Zamítnout"}, Decisions{"tr", "İzin ver", "İzin verme"},
                    Decisions{"ru", "Разрешить", "Не разрешать"}, Decisions{"ru", "ПРИНЯТЬ", "Отмена"},
                    Decisions{"ja", "許可する", "許可しない"}, Decisions{"zh", "授权", "不允许"},
                    Decisions{"zh", "同意并继续允许", "拒絕"}));

}  // namespace
}  // namespace oauthentic::agent
