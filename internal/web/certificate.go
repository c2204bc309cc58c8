package web

import (
	"context"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"
)

// lookEvery is how often the files of a certificate are looked at, at most.
const lookEvery = 5 * time.Second

// Certificate is a TLS certificate that follows its files: within seconds of a change, new connections get the new one.
// Where that cannot be used, the log says why and the old one stays. It may be used by several goroutines at once.
type Certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu      sync.Mutex
	current *tls.Certificate
	version [2]fileVersion // of the files when they were last read
	looked  time.Time
}

// fileVersion changes when a file does.
type fileVersion struct {
	modified time.Time
	size     int64
}

// LoadCertificate reads a certificate, with those between it and a root, and its key, both PEM. The error is for an
// operator.
func LoadCertificate(certFile, keyFile string, log *slog.Logger, now func() time.Time) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, log: log, now: now}
	if err := c.read(); err != nil {
		return nil, err
	}
	return c, nil
}

// config returns what a server with the certificate works with.
func (c *Certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.newest(), nil },
	}
}

// newest returns the certificate as its files have it now, or had it last.
func (c *Certificate) newest() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.looked).Abs() >= lookEvery {
		c.looked = now
		version, err := c.look()
		if err == nil && version == c.version {
			return c.current
		}
		if err == nil {
			err = c.read()
		}
		if err != nil {
			c.log.LogAttrs(context.Background(), slog.LevelError, "the certificate stays as it was", slog.String("error", err.Error()))
		} else {
			c.log.LogAttrs(context.Background(), slog.LevelInfo, "the certificate was read again",
				slog.Time("expires", c.current.Leaf.NotAfter))
		}
	}
	return c.current
}

func (c *Certificate) look() (version [2]fileVersion, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return version, fmt.Errorf("the certificate cannot be read: %w", err)
		}
		version[i] = fileVersion{info.ModTime(), info.Size()}
	}
	return version, nil
}

// read looks at the files before it reads them, so that a change in between is found at the next look.
func (c *Certificate) read() error {
	version, err := c.look()
	if err != nil {
		return err
	}
	c.version, c.looked = version, c.now()
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("the certificate %s and the key %s cannot be used: %w", c.certFile, c.keyFile, err)
	}
	c.current = &pair
	return nil
}
