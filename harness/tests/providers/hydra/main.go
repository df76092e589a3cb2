// Ory Hydra in an ordinary deployment's configuration, on loopback, with a sign-in and consent application of its own:
// provider PORT TARGET_FILE. Hydra runs as a child of this process and ends with it.
package main

import (
	"context"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"
)

func main() {
	// The child gets its parent-death signal when the *thread* that started it ends; this one lives as long as the process.
	runtime.LockOSThread()
	log.SetFlags(0)
	log.SetPrefix("provider: ")
	if len(os.Args) != 3 {
		log.Fatal("usage: provider PORT TARGET_FILE")
	}
	port, err := strconv.ParseUint(os.Args[1], 10, 16)
	if err != nil {
		log.Fatalf("%q is no port", os.Args[1])
	}
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := run(ctx, int(port), os.Args[2]); err != nil && ctx.Err() == nil {
		cancel()
		log.Fatal(err)
	}
}

func run(ctx context.Context, port int, target string) error {
	ctx, cancel := context.WithTimeout(ctx, 24*time.Hour) // a forgotten provider goes away by itself
	defer cancel()
	data := target + ".data"
	if err := os.RemoveAll(data); err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	pages, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ports, err := freePorts(port, 0)
	if err != nil {
		return err
	}
	h := hydra{
		issuer: fmt.Sprintf("http://127.0.0.1:%d", ports[0]),
		admin:  fmt.Sprintf("http://127.0.0.1:%d", ports[1]),
		config: filepath.Join(data, "hydra.json"),
	}
	signIn := "http://" + pages.Addr().String()
	if err := h.configure(ports[0], ports[1], filepath.Join(data, "db.sqlite"), signIn); err != nil {
		return err
	}
	if err := h.migrate(ctx); err != nil {
		return err
	}
	ended, err := h.serve(ctx)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: newApplication(h), ReadHeaderTimeout: 10 * time.Second}
	go func() { ended <- server.Serve(pages) }()

	err = prepare(ctx, h, signIn, target, ended)
	if err == nil {
		select {
		case <-ctx.Done():
		case err = <-ended:
		}
	}
	cancel()
	h.wait()
	return err
}

// prepare registers the clients as soon as Hydra answers, then writes the target file: whoever sees it can begin.
func prepare(ctx context.Context, h hydra, signIn, target string, ended <-chan error) error {
	if err := h.untilReady(ctx, ended); err != nil {
		return err
	}
	clients, err := makeClients()
	if err != nil {
		return err
	}
	for _, c := range clients {
		if err := h.call(ctx, http.MethodPost, "/admin/clients", nil, c.registration, nil); err != nil {
			return fmt.Errorf("client %s: %w", c.name, err)
		}
	}
	log.Printf("Hydra on %s, sign-in on %s", h.issuer, signIn)
	return writeTarget(target, h.issuer, signIn, clients)
}

// freePorts reserves a port for each wish (0: the system chooses) and gives all of them back at once, so that no two
// are equal. Hydra cannot report a port that the system chose for it.
func freePorts(wishes ...int) ([]int, error) {
	var ports []int
	for _, wish := range wishes {
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", wish))
		if err != nil {
			return nil, err
		}
		defer l.Close()
		ports = append(ports, l.Addr().(*net.TCPAddr).Port)
	}
	return ports, nil
}
