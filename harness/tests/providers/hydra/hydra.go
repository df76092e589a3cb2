package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// hydra is the server and its administration interface, which listens beside it on loopback.
type hydra struct {
	issuer  string
	admin   string
	config  string // path of its configuration file
	command *exec.Cmd
}

// adminError is an answer of the administration interface that is no success.
type adminError struct {
	status     int
	body       string
	redirectTo string
}

func (e adminError) Error() string { return fmt.Sprintf("Hydra answered %d: %s", e.status, e.body) }

func randomHex() string {
	octets := make([]byte, 32)
	_, _ = rand.Read(octets) // never fails
	return hex.EncodeToString(octets)
}

func (h *hydra) configure(public, admin int, database, signIn string) error {
	type object = map[string]any
	// Requests that come together would wait for one another until they fail: one holds SQLite's lock and wants the mutex
	// of Hydra's database library, the other has that and wants the lock. Without the mutex (lock=false) SQLite does the
	// locking alone; a transaction that writes only later cannot wait for its lock, so each takes it at its beginning.
	options := "?_fk=true&mode=rwc&_journal_mode=WAL&lock=false&_txlock=immediate&_busy_timeout=5000&max_conns=100"
	return writePrivate(h.config, object{
		"dsn": "sqlite://" + database + options,
		"serve": object{
			"public":  object{"host": "127.0.0.1", "port": public},
			"admin":   object{"host": "127.0.0.1", "port": admin},
			"cookies": object{"same_site_mode": "Lax"},
		},
		"urls": object{
			"self":    object{"issuer": h.issuer},
			"login":   signIn + "/login",
			"consent": signIn + "/consent",
			"logout":  signIn + "/logout",
			"error":   signIn + "/error",
		},
		"secrets":   object{"system": []string{randomHex()}, "cookie": []string{randomHex()}},
		"webfinger": object{"oidc_discovery": object{"supported_scope": []string{"profile"}}},
		// Native clients have to use PKCE (RFC 8252 §8.1); for others Hydra leaves it to them.
		"oauth2": object{"pkce": object{"enforced_for_public_clients": true}},
		"sqa":    object{"opt_out": true},
	})
}

func (h *hydra) start(ctx context.Context, arguments ...string) (*exec.Cmd, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	c := exec.CommandContext(ctx, filepath.Join(filepath.Dir(program), "hydra"), append(arguments, "--config", h.config)...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	c.Cancel = func() error { return c.Process.Signal(syscall.SIGTERM) }
	c.WaitDelay = 5 * time.Second
	return c, c.Start()
}

func (h *hydra) migrate(ctx context.Context) error {
	c, err := h.start(ctx, "migrate", "sql", "--read-from-env", "--yes")
	if err != nil {
		return err
	}
	return c.Wait()
}

// serve starts the server; the channel tells when it has ended.
func (h *hydra) serve(ctx context.Context) (chan error, error) {
	ended := make(chan error, 2)
	// --dev: without TLS Hydra refuses to start otherwise. What it relaxes is the Secure attribute of its cookies and
	// that redirect URIs may be http for any host.
	c, err := h.start(ctx, "serve", "all", "--dev")
	if err != nil {
		return nil, err
	}
	h.command = c
	go func() {
		ended <- fmt.Errorf("Hydra has ended: %w", errors.Join(c.Wait(), io.EOF))
	}()
	return ended, nil
}

// wait gives the server time to end after its context was cancelled.
func (h *hydra) wait() {
	for i := 0; i < 60 && h.command.Process.Signal(syscall.Signal(0)) == nil; i++ {
		time.Sleep(100 * time.Millisecond)
	}
}

// untilReady waits until the server answers and has made its signing keys, which the first request for them triggers.
func (h *hydra) untilReady(ctx context.Context, ended <-chan error) error {
	for i := 0; i < 300; i++ {
		if response, err := adminClient.Get(h.issuer + "/.well-known/openid-configuration"); err == nil {
			response.Body.Close()
			if response.StatusCode == http.StatusOK && h.call(ctx, http.MethodGet, "/health/ready", nil, nil, nil) == nil {
				return nil
			}
		}
		select {
		case err := <-ended:
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
	return errors.New("Hydra does not get ready")
}

var adminClient = http.Client{Timeout: 20 * time.Second}

// call sends a request to the administration interface; in and out are JSON, or nil.
func (h *hydra) call(ctx context.Context, method, path string, query url.Values, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, method, h.admin+path+"?"+query.Encode(), bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := adminClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return err
	}
	if response.StatusCode/100 != 2 {
		var moved redirection
		_ = json.Unmarshal(answer, &moved) // only some refusals name a place to go to
		return adminError{response.StatusCode, string(answer), moved.RedirectTo}
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(answer, out)
}

// writePrivate replaces a file in one step; nobody else may read it.
func writePrivate(path string, content any) error {
	text, ok := content.(string)
	if !ok {
		encoded, err := json.MarshalIndent(content, "", "  ")
		if err != nil {
			return err
		}
		text = string(encoded)
	}
	part := path + ".part"
	_ = os.Remove(part) // one that is left over may have another mode
	if err := os.WriteFile(part, []byte(text), 0o600); err != nil {
		return err
	}
	return os.Rename(part, path)
}
