package main

import (
	"bytes"
	"encoding/json"
	"strings"
)

// writeTarget tells Oauthentic the provider's clients, users and API. A JSON value is a YAML value.
func writeTarget(path, issuer, signIn string, clients []client) error {
	type object = map[string]any
	known := object{}
	for _, c := range clients {
		of := object{"client_id": c.registration.ID}
		if c.registration.Authentication != "none" {
			of["authentication"] = c.registration.Authentication
		}
		if c.registration.Secret != "" {
			of["client_secret"] = c.registration.Secret
		}
		if c.privateKey != "" {
			of["private_key"], of["key_id"] = c.privateKey, c.registration.ID
			of["audience"] = issuer + "/oauth2/token" // Hydra takes no issuer for it
		}
		known[c.name] = of
	}
	user := func(name string) object {
		return object{"username": name, "password": users[name].password, "agent": "forms"}
	}
	var text strings.Builder
	for _, member := range []struct {
		name  string
		value any
	}{
		{"name", "Ory Hydra"},
		{"issuer", issuer},
		{"redirect_uri", callback},
		{"redirect_uris", []string{otherCallback, foreignCallback}},
		{"scopes", []string{"openid", "profile", "offline_access"}},
		{"clients", known},
		{"user", user("alice")},
		{"other_user", user("bob")},
		{"origins", []string{signIn}}, // the sign-in application
		{"api", []object{{"url": issuer + "/userinfo", "scope": "openid"}}},
		{"capabilities", map[string]bool{"api_scopes": false}},
	} {
		var value bytes.Buffer
		encoder := json.NewEncoder(&value)
		encoder.SetEscapeHTML(false)
		encoder.SetIndent("  ", "  ")
		if err := encoder.Encode(member.value); err != nil {
			return err
		}
		text.WriteString(member.name + ": " + value.String())
	}
	return writePrivate(path, text.String())
}
