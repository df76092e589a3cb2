#include "agent/words.hpp"

#include <array>
#include <cstdint>

namespace oauthentic::agent {

namespace {

// Words are written as normalise() leaves them, parted by `|`. A `*` at the end stands for any ending.

constexpr std::string_view kAllow =
    "allow|accept|authorize|authorise|approve|grant|consent|agree|yes|confirm|permit|give access|"
    "erlauben|zulassen|akzeptieren|zustimmen|genehmigen|autorisieren|bestatigen|einwilligen|gewahren|ja|"
    "autoriser|accepter|approuver|consentir|permettre|oui|confirmer|jaccepte|"
    "permitir|aceptar|autorizar|aprobar|conceder|consiento|si|confirmar|"
    "consenti|accetta|autorizza|approva|concedi|acconsento|conferma|"
    "aceitar|aprovar|concordo|sim|"
    "toestaan|accepteren|goedkeuren|akkoord|autoriseren|bevestigen|"
    "zezwol|zezwalam|zezwalaj|akceptuj*|zatwierdz|zgadzam sie|tak|potwierdz|autoryzuj|"
    "tillat|godkann|acceptera|medge|bekrafta|auktorisera|"
    "tillad|godkend|accepter|bekraeft|bekraft|"
    "salli|hyvaksy|kylla|vahvista|myonna|"
    "povolit|souhlasim|prijmout|schvalit|ano|potvrdit|udelit|"
    "izin ver|kabul et|onayla|evet|kabul ediyorum|"
    "разрешить|разрешаю|принять|согласен|согласиться|подтвердить|одобрить|да|предоставить доступ|"
    "許可|同意|承認|はい|許諾|"
    "允许|允許|授权|授權|接受|批准|确认|確認";

constexpr std::string_view kDeny =
    "deny|decline|refuse|reject|cancel|disallow|abort|do not allow|dont allow|do not accept|do not "
    "authorize|not now|"
    "no thanks|no|dont grant|do not grant|disagree|"
    "ablehnen|verweigern|abbrechen|nicht zulassen|nicht erlauben|nicht zustimmen|nein|"
    "refuser|annuler|rejeter|ne pas autoriser|non|decliner|interdire|"
    "denegar|rechazar|cancelar|no permitir|no autorizar|no aceptar|"
    "nega|rifiuta|annulla|non consentire|non autorizzare|non accettare|"
    "negar|recusar|rejeitar|nao|nao permitir|"
    "weigeren|annuleren|afwijzen|niet toestaan|nee|"
    "odmow|odmawiam|odrzuc|anuluj|nie zezwalaj|nie|"
    "neka|avvisa|avbryt|tillat inte|nej|avboj|"
    "afvis|naegt|nagt|annuller|tillad ikke|afbryd|"
    "kiella|peruuta|hylkaa|ala salli|ei|"
    "odmitnout|zamitnout|zrusit|nepovolit|ne|storno|nesouhlasim|"
    "reddet|iptal|izin verme|hayir|vazgec|"
    "отклонить|отказать|отказаться|отмена|отменить|запретить|не разрешать|нет|"
    "拒否|キャンセル|許可しない|同意しない|いいえ|"
    "拒绝|拒絕|取消|不允许|不允許|不同意|否";

constexpr std::string_view kNext =
    "continue|next|submit|proceed|ok|okay|go on|go|done|send|"
    "weiter|fortfahren|fortsetzen|absenden|"
    "continuer|suivant|poursuivre|valider|envoyer|"
    "continuar|siguiente|enviar|"
    "continua|avanti|prosegui|invia|"
    "prosseguir|avancar|seguinte|proximo|"
    "doorgaan|volgende|verder|verzenden|"
    "dalej|kontynuuj|nastepny|wyslij|przejdz dalej|"
    "fortsatt|nasta|vidare|skicka|"
    "fortsaet|naeste|naste|videre|"
    "jatka|seuraava|laheta|"
    "pokracovat|dalsi|odeslat|"
    "devam|devam et|ileri|sonraki|gonder|"
    "продолжить|далее|отправить|"
    "次へ|続行|続ける|送信|"
    "下一步|继续|繼續|提交";

constexpr std::string_view kSignIn =
    "sign in|signin|log in|login|logon|log on|sign on|"
    "anmelden|einloggen|anmeldung|"
    "connexion|se connecter|sidentifier|identification|"
    "iniciar sesion|entrar|acceder|ingresar|"
    "accedi|entra|"
    "iniciar sessao|fazer login|"
    "inloggen|aanmelden|"
    "zaloguj*|logowanie|"
    "logga in|"
    "log ind|"
    "kirjaudu*|"
    "prihlasit*|"
    "giris|giris yap|oturum ac|"
    "войти|вход|авторизоваться|"
    "ログイン|サインイン|"
    "登录|登錄|登入";

constexpr std::string_view kElsewhere =
    "register|registration|sign up|signup|create account|create an account|create your account|new "
    "account|join|"
    "forgot|forgotten|reset|recover|lost password|trouble|help|resend|subscribe|search|download|"
    "sign out|signout|log out|logout|switch account|another account|different account|not you|"
    "back|go back|learn more|more options|other options|change language|"
    "registrieren|konto erstellen|passwort vergessen|vergessen|abmelden|anderes konto|zuruck|hilfe|suchen|"
    "sinscrire|creer un compte|inscription|mot de passe oublie|oublie|deconnexion|se "
    "deconnecter|retour|rechercher|"
    "registrarse|registrate|crear cuenta|crear una cuenta|olvide|olvidaste|cerrar sesion|volver|buscar|"
    "registrati|crea account|crea un account|dimenticato|dimenticata|esci|indietro|cerca|"
    "registar|cadastrar|cadastre se|criar conta|esqueci|esqueceu|terminar sessao|sair|voltar|"
    "registreren|account maken|vergeten|uitloggen|afmelden|terug|zoeken|"
    "zarejestruj*|utworz konto|zapomnia*|nie pamietam|wyloguj*|wstecz|szukaj|"
    "registrera*|skapa konto|glomt|logga ut|tillbaka|sok|"
    "opret konto|opret bruger|glemt|log ud|tilbage|"
    "rekisteroidy|luo tili|unohditko|unohtunut|kirjaudu ulos|takaisin|hae|"
    "registrovat*|vytvorit ucet|zapomenute|zapomneli|odhlasit*|zpet|hledat|"
    "kaydol|kayit ol|uye ol|hesap olustur|unuttum|oturumu kapat|cikis|geri|"
    "регистрация|зарегистрироваться|создать аккаунт|забыли|выйти|назад|поиск|"
    "新規登録|アカウントを作成|アカウント作成|忘れ|ログアウト|戻る|検索|"
    "注册|註冊|忘记|忘記|退出|登出|返回|搜索";

constexpr std::string_view kOtherProvider =
    "google|facebook|github|gitlab|bitbucket|apple|microsoft|azure|twitter|linkedin|amazon|yahoo|discord|slack|"
    "steam|paypal|okta|auth0|saml|sso|single sign on|ldap|kerberos|passkey|passkeys|webauthn|security key|"
    "magic link|email me a link|one time code|sms|qr "
    "code|wechat|weixin|qq|alipay|weibo|yandex|яндекс|vk|vkontakte|"
    "mail ru|line|kakao|naver|franceconnect|bankid|mitid|itsme|digid|gov uk|shibboleth|eduroam|orcid|mastodon";

constexpr std::string_view kUserName =
    "username|user name|user id|userid|user|login|login name|account|account name|identifier|email|e mail|mail|"
    "email address|uid|screen name|phone or email|handle|"
    "benutzername|benutzer|nutzername|kennung|mailadresse|"
    "nom dutilisateur|identifiant|utilisateur|courriel|"
    "usuario|nombre de usuario|correo|correo electronico|"
    "nome utente|utente|posta elettronica|"
    "nome de utilizador|utilizador|nome de usuario|"
    "gebruikersnaam|gebruiker|"
    "nazwa uzytkownika|uzytkownik|adres e mail|"
    "anvandarnamn|anvandare|e post|brugernavn|bruger|"
    "kayttajatunnus|kayttajanimi|kayttaja|sahkoposti|"
    "uzivatelske jmeno|uzivatel|"
    "kullanici adi|kullanici|e posta|eposta|"
    "имя пользователя|пользователь|логин|почта|"
    "ユーザー|ユーザ|メール|アカウント|"
    "用户名|用戶名|使用者|账号|帳號|账户|邮箱|電子郵件";

constexpr std::string_view kConsent =
    "consent|authorize|authorise|authorization request|permission|permissions|would like|wants to|requests "
    "access|"
    "requesting access|is requesting|asking for|grant access|access your|access to your|scope|scopes|approve|"
    "zugriff|berechtigung|berechtigungen|mochte|einwilligung|zustimmung|"
    "autorisation|autoriser|acces a|souhaite|consentement|"
    "permiso|permisos|acceso|desea|autorizar|solicita|"
    "permessi|autorizzazione|accesso|vuole|consenso|"
    "permissao|permissoes|acesso|deseja|gostaria|"
    "toestemming|toegang|"
    "zgoda|uprawnienia|dostep|"
    "behorighet|atkomst|samtycke|tilladelse|adgang|samtykke|"
    "kayttooikeus|kayttooikeudet|suostumus|lupa|"
    "opravneni|pristup|souhlas|"
    "izin|izni|erisim|erismek|"
    "доступ|разрешения|разрешение|запрашивает|"
    "アクセス|許可|同意|権限|"
    "访问|存取|授权|授權|权限|權限";

constexpr std::string_view kOneTimeCode =
    "one time code|one time password|one time passcode|onetime code|otp|totp|otp code|passcode|verification "
    "code|"
    "authentication code|authenticator code|authenticator|authenticator app|security code|two factor code|2fa "
    "code|"
    "two factor|two step verification|mfa code|6 digit code|8 digit code|six digit code|"
    "code from your application|code from your app|"
    "einmalcode|einmalkennwort|einmalpasswort|bestatigungscode|sicherheitscode|verifizierungscode|"
    "code a usage unique|code de verification|code de securite|mot de passe a usage unique|"
    "codigo de verificacion|codigo de seguridad|codigo de un solo uso|"
    "codice di verifica|codice monouso|codice di sicurezza|"
    "codigo de verificacao|codigo de seguranca|codigo de uso unico|"
    "verificatiecode|eenmalige code|beveiligingscode|"
    "kod weryfikacyjny|kod jednorazowy|"
    "engangskod|verifieringskod|engangskode|bekraeftelseskode|kertakayttoinen koodi|vahvistuskoodi|"
    "jednorazovy kod|overovaci kod|dogrulama kodu|tek kullanimlik|"
    "одноразовый код|код подтверждения|одноразовый пароль|"
    "ワンタイム|確認コード|認証コード|验证码|驗證碼|动态密码|一次性密码";

constexpr std::string_view kStaySignedIn =
    "stay signed in|keep me signed in|keep me logged in|remember this device|remember this browser|trust this "
    "device|"
    "trust this browser|remember me|stay logged in|"
    "angemeldet bleiben|eingeloggt bleiben|gerat merken|"
    "rester connecte|se souvenir de moi|"
    "mantener la sesion|recordarme|permanecer conectado|"
    "resta connesso|mantieni laccesso|"
    "manter sessao|continuar conectado|lembrar|"
    "aangemeld blijven|ingelogd blijven|"
    "nie wylogowuj|pozostan zalogowany|"
    "forbli inloggad|forbliv logget|pysy kirjautuneena|zustat prihlasen|oturumum acik kalsin|beni hatirla|"
    "оставаться в системе|не выходить|"
    "サインインの状態を維持|ログイン状態を保持|保持登录|保持登入";

constexpr std::string_view kChooseAccount =
    "choose an account|choose account|pick an account|select an account|select account|choose your account|"
    "which account|konto auswahlen|konto wahlen|choisir un compte|choisissez un compte|elige una cuenta|"
    "selecciona una cuenta|scegli un account|escolha uma conta|escolher uma conta|kies een account|wybierz "
    "konto|"
    "valj ett konto|valj konto|vaelg en konto|valg en konto|valitse tili|vyberte ucet|hesap secin|bir hesap "
    "secin|"
    "выберите аккаунт|выбор аккаунта|アカウントを選択|アカウントの選択|选择帐户|选择账号|選擇帳戶";

constexpr std::string_view kTerms =
    "terms of use|terms of service|terms and conditions|user agreement|acceptable use|privacy policy|"
    "nutzungsbedingungen|geschaftsbedingungen|conditions dutilisation|conditions generales|"
    "terminos de uso|terminos y condiciones|termini di servizio|condizioni duso|termos de uso|termos de "
    "servico|"
    "gebruiksvoorwaarden|regulamin|warunki korzystania|anvandarvillkor|kullanim "
    "kosullari|利用規約|服务条款|使用条款";

constexpr std::string_view kError =
    "error|errors|failed|failure|invalid|not found|forbidden|unauthorized|bad request|access denied|something "
    "went wrong|"
    "went wrong|unable to|problem|denied|expired|not allowed|not valid|unknown client|oops|sorry|mismatch|"
    "invalid request|invalid client|invalid scope|unsupported response type|unauthorized client|server error|"
    "temporarily unavailable|redirect uri mismatch|invalid redirect uri|"
    "fehler|ungultig|ungultige|ungultiger|fehlgeschlagen|nicht gefunden|verweigert|"
    "erreur|invalide|echec|introuvable|refuse|"
    "invalido|invalida|no valido|no valida|fallo|ha ocurrido|no encontrado|"
    "errore|non valido|non valida|non riuscito|non trovato|"
    "erro|falha|nao encontrado|"
    "fout|ongeldig|ongeldige|mislukt|niet gevonden|"
    "blad|nieprawidlow*|nie powiodlo|nie znaleziono|"
    "fel|ogiltig|ogiltigt|misslyckades|fejl|ugyldig|mislykkedes|"
    "virhe|virheellinen|epaonnistui|"
    "chyba|neplatn*|selhalo|nenalezeno|"
    "hata|gecersiz|basarisiz|bulunamadi|"
    "ошибка|неверный|неверная|недействительн*|не найдено|не удалось|"
    "エラー|無効|失敗|見つかりません|"
    "错误|錯誤|无效|無效|失败|失敗|未找到";

std::string_view words_of(Topic topic) {
  switch (topic) {
    case Topic::allow:
      return kAllow;
    case Topic::deny:
      return kDeny;
    case Topic::next:
      return kNext;
    case Topic::sign_in:
      return kSignIn;
    case Topic::elsewhere:
      return kElsewhere;
    case Topic::other_provider:
      return kOtherProvider;
    case Topic::user_name:
      return kUserName;
    case Topic::one_time_code:
      return kOneTimeCode;
    case Topic::consent:
      return kConsent;
    case Topic::stay_signed_in:
      return kStaySignedIn;
    case Topic::choose_account:
      return kChooseAccount;
    case Topic::terms:
      return kTerms;
    case Topic::error:
      return kError;
  }
  return {};
}

/// Chinese and Japanese part no words: a first octet from E3 to E9 begins a character of theirs.
bool has_no_spaces(std::string_view word) {
  const auto lead = static_cast<unsigned char>(word.front());
  return lead >= 0xE3 && lead <= 0xE9;
}

}  // namespace

bool speaks_of(std::string_view normalised, Topic topic) {
  auto rest = words_of(topic);
  std::string padded;
  while (!rest.empty()) {
    const auto end = rest.find('|');
    auto word = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    if (has_no_spaces(word)) {
      if (normalised.contains(word)) return true;
      continue;
    }
    const bool any_ending = word.ends_with('*');
    if (any_ending) word.remove_suffix(1);
    padded.assign(" ").append(word);
    if (!any_ending) padded += ' ';
    if (normalised.contains(padded)) return true;
  }
  return false;
}

}  // namespace oauthentic::agent
