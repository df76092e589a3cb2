package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
)

const (
	callback        = "http://127.0.0.1:8765/callback"
	otherCallback   = "http://127.0.0.1:8765/other?kept=1"
	foreignCallback = "https://client.test/callback" // registered, never contacted
)

// client is a client of Hydra and what the target file says of it, under the name of its role there.
type client struct {
	name         string
	registration registration
	privateKey   string // PEM
}

// registration is Hydra's client (RFC 7591 §2).
type registration struct {
	ID               string         `json:"client_id"`
	Secret           string         `json:"client_secret,omitempty"`
	Name             string         `json:"client_name"`
	Authentication   string         `json:"token_endpoint_auth_method"`
	SigningAlgorithm string         `json:"token_endpoint_auth_signing_alg,omitempty"`
	Keys             map[string]any `json:"jwks,omitempty"`
	RedirectURIs     []string       `json:"redirect_uris"`
	GrantTypes       []string       `json:"grant_types"`
	ResponseTypes    []string       `json:"response_types"`
	Scope            string         `json:"scope"`
}

func newClient(name, authentication string) client {
	c := client{name: name, registration: registration{
		ID:             name + "-client",
		Name:           "The " + name + " client",
		Authentication: authentication,
		RedirectURIs:   []string{callback, otherCallback, foreignCallback},
		GrantTypes:     []string{"authorization_code", "refresh_token", "client_credentials"},
		ResponseTypes:  []string{"code"},
		Scope:          "openid profile offline_access",
	}}
	if authentication == "client_secret_basic" || authentication == "client_secret_post" {
		c.registration.Secret = randomHex()
	}
	return c
}

// makeClients makes one client for each way of authentication and one for each binding check.
func makeClients() ([]client, error) {
	public := newClient("public", "none")
	public.registration.GrantTypes = []string{"authorization_code", "refresh_token"}

	// RFC 6749 §2.3.1: both halves of Basic credentials are form-encoded first; these octets show whether they are decoded.
	encoded := newClient("encoded", "client_secret_basic")
	encoded.registration.ID = "encoded:client/one+%2B"
	encoded.registration.Secret = "a%2Fb+c:d/e f-" + randomHex()

	single := newClient("single", "client_secret_basic")
	single.registration.RedirectURIs = []string{callback}

	// It may use neither the code flow nor client credentials. An empty list would mean the code flow to Hydra; the
	// response type is worth nothing without the implicit grant.
	limited := newClient("limited", "client_secret_basic")
	limited.registration.GrantTypes = []string{"refresh_token"}
	limited.registration.ResponseTypes = []string{"token"}

	jwt := newClient("jwt", "private_key_jwt")
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	jwt.privateKey = string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	jwt.registration.SigningAlgorithm = "ES256"
	jwt.registration.Keys = map[string]any{"keys": []any{publicJWK(&key.PublicKey, jwt.registration.ID)}}

	return []client{
		newClient("confidential", "client_secret_basic"), newClient("other", "client_secret_basic"),
		newClient("post", "client_secret_post"), public, jwt, encoded, single, limited,
	}, nil
}

func publicJWK(key *ecdsa.PublicKey, id string) map[string]string {
	coordinate := func(octets []byte) string { return base64.RawURLEncoding.EncodeToString(octets) }
	point, _ := key.ECDH()  // a key that was just made is on its curve
	octets := point.Bytes() // 0x04, x, y
	return map[string]string{
		"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": id,
		"x": coordinate(octets[1:33]), "y": coordinate(octets[33:65]),
	}
}
