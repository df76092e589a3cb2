package main

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed"
	"encoding/hex"
	"errors"
	"html/template"
	"log"
	"net/http"
	"net/url"
)

//go:embed pages.html
var pagesText string
var pages = template.Must(template.New("pages").Parse(pagesText))

type user struct{ password, fullName string }

var users = map[string]user{
	"alice": {"correct horse", "Alice Tester"},
	"bob":   {"battery staple", "Bob Tester"},
}

// application is the sign-in and consent application that Hydra sends the user's browser to. Each visit carries a
// challenge; Hydra tells by its administration interface what that stands for, and takes the decision by it.
type application struct {
	hydra hydra
	key   []byte // of the tokens against cross-site request forgery
}

type redirection struct {
	RedirectTo string `json:"redirect_to"`
}

// flowRequest is what Hydra says of a challenge.
type flowRequest struct {
	Challenge string   `json:"challenge"`
	Subject   string   `json:"subject"`
	Skip      bool     `json:"skip"` // the user is signed in already, or has consented already
	Scope     []string `json:"requested_scope"`
	Audience  []string `json:"requested_access_token_audience"`
	Client    struct {
		ID   string `json:"client_id"`
		Name string `json:"client_name"`
	} `json:"client"`
}

// page is what a template shows.
type page struct {
	Request flowRequest
	Token   string
	Message string
	Name    string // user name that was typed
}

func newApplication(h hydra) http.Handler {
	app := application{h, []byte(randomHex())}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", app.of("login", app.showLogin))
	mux.HandleFunc("POST /login", app.of("login", app.forms(app.login)))
	mux.HandleFunc("GET /consent", app.of("consent", app.showConsent))
	mux.HandleFunc("POST /consent", app.of("consent", app.forms(app.consent)))
	mux.HandleFunc("GET /logout", app.of("logout", app.showLogout))
	mux.HandleFunc("POST /logout", app.of("logout", app.forms(app.logout)))
	mux.HandleFunc("GET /error", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		fail(w, http.StatusBadRequest, q.Get("error")+": "+q.Get("error_description"))
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Cache-Control", "no-store")
		header.Set("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'")
		header.Set("X-Frame-Options", "DENY")
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer") // the challenge is in the URL
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		mux.ServeHTTP(w, r)
	})
}

type step func(w http.ResponseWriter, r *http.Request, request flowRequest)

// of looks up the challenge that a visit carries.
func (app *application) of(kind string, then step) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		var request flowRequest
		name := kind + "_challenge"
		if err := app.hydra.call(r.Context(), http.MethodGet, "/admin/oauth2/auth/requests/"+kind,
			url.Values{name: {r.FormValue(name)}}, nil, &request); err != nil {
			refuse(w, r, err)
			return
		}
		then(w, r, request)
	}
}

// decide tells Hydra the decision and sends the browser on: with 303, so that the form is not sent again (RFC 9700
// §4.12).
func (app *application) decide(
	w http.ResponseWriter, r *http.Request, request flowRequest, kind, decision string, with any,
) {
	var next redirection
	if err := app.hydra.call(r.Context(), http.MethodPut, "/admin/oauth2/auth/requests/"+kind+"/"+decision,
		url.Values{kind + "_challenge": {request.Challenge}}, with, &next); err != nil {
		refuse(w, r, err)
		return
	}
	http.Redirect(w, r, next.RedirectTo, http.StatusSeeOther)
}

func (app *application) showLogin(w http.ResponseWriter, r *http.Request, request flowRequest) {
	if request.Skip {
		app.decide(w, r, request, "login", "accept", map[string]any{"subject": request.Subject})
		return
	}
	app.show(w, r, "login", page{Request: request})
}

func (app *application) login(w http.ResponseWriter, r *http.Request, request flowRequest) {
	name := r.PostFormValue("username")
	known, ok := users[name]
	right := subtle.ConstantTimeCompare([]byte(r.PostFormValue("password")), []byte(known.password)) == 1
	if !ok || !right {
		app.show(w, r, "login", page{Request: request, Name: name, Message: "The user name or the password is wrong."})
		return
	}
	app.decide(w, r, request, "login", "accept",
		map[string]any{"subject": name, "remember": true, "remember_for": 3600, "amr": []string{"pwd"}})
}

func (app *application) showConsent(w http.ResponseWriter, r *http.Request, request flowRequest) {
	if request.Skip {
		app.grant(w, r, request)
		return
	}
	app.show(w, r, "consent", page{Request: request})
}

func (app *application) consent(w http.ResponseWriter, r *http.Request, request flowRequest) {
	if r.PostFormValue("decision") == "allow" {
		app.grant(w, r, request)
		return
	}
	app.decide(w, r, request, "consent", "reject",
		map[string]any{"error": "access_denied", "error_description": "The resource owner denied the request."})
}

func (app *application) grant(w http.ResponseWriter, r *http.Request, request flowRequest) {
	claims := map[string]any{}
	for _, scope := range request.Scope {
		if scope == "profile" {
			claims["name"] = users[request.Subject].fullName
		}
	}
	app.decide(w, r, request, "consent", "accept", map[string]any{
		"grant_scope":                 request.Scope,
		"grant_access_token_audience": request.Audience,
		"session":                     map[string]any{"id_token": claims},
	})
}

func (app *application) showLogout(w http.ResponseWriter, r *http.Request, request flowRequest) {
	app.show(w, r, "logout", page{Request: request})
}

func (app *application) logout(w http.ResponseWriter, r *http.Request, request flowRequest) {
	if r.PostFormValue("decision") == "sign out" {
		app.decide(w, r, request, "logout", "accept", nil)
		return
	}
	fail(w, http.StatusOK, "You are still signed in.")
}

const tokenCookie = "sign_in_token"

// token belongs to one browser (its cookie) and one challenge.
func (app *application) token(cookie string, request flowRequest) string {
	mac := hmac.New(sha256.New, app.key)
	mac.Write([]byte(cookie + " " + request.Challenge))
	return hex.EncodeToString(mac.Sum(nil))
}

// forms lets a form pass only if it was shown to this browser for this challenge.
func (app *application) forms(then step) step {
	return func(w http.ResponseWriter, r *http.Request, request flowRequest) {
		cookie, err := r.Cookie(tokenCookie)
		if err != nil || !hmac.Equal([]byte(r.PostFormValue("csrf_token")), []byte(app.token(cookie.Value, request))) {
			fail(w, http.StatusForbidden, "This form is out of date. Please begin again.")
			return
		}
		then(w, r, request)
	}
}

func (app *application) show(w http.ResponseWriter, r *http.Request, name string, content page) {
	cookie, err := r.Cookie(tokenCookie)
	if err != nil || len(cookie.Value) != 64 {
		cookie = &http.Cookie{Name: tokenCookie, Value: randomHex(), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
		http.SetCookie(w, cookie)
	}
	content.Token = app.token(cookie.Value, content.Request)
	render(w, http.StatusOK, name, content)
}

// refuse tells the user why Hydra did not take a call.
func refuse(w http.ResponseWriter, r *http.Request, err error) {
	var refused adminError
	switch {
	case errors.Is(err, context.Canceled):
	case errors.As(err, &refused) && refused.redirectTo != "": // the challenge was used already: go on from there
		http.Redirect(w, r, refused.redirectTo, http.StatusSeeOther)
	case errors.As(err, &refused) && refused.status/100 == 4:
		fail(w, http.StatusBadRequest, "This sign-in is unknown or over. Please begin again.")
	default:
		log.Print(err)
		fail(w, http.StatusBadGateway, "The sign-in cannot be completed now.")
	}
}

func fail(w http.ResponseWriter, status int, message string) {
	render(w, status, "message", page{Message: message})
}

func render(w http.ResponseWriter, status int, name string, content page) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	if err := pages.ExecuteTemplate(w, name, content); err != nil {
		log.Print(err)
	}
}
