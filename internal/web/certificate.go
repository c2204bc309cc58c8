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

// statInterval is the shortest time between two looks at the files of a certificate.
const statInterval = 5 * time.Second

// Certificate is a TLS certificate that is reloaded when its files change: new connections get the new one within seconds.
// If the new files can't be used, the error is logged and the old certificate stays in use. It is safe for concurrent use.
type Certificate struct {
	certFile, keyFile string
	log               *slog.Logger
	now               func() time.Time

	mu       sync.Mutex
	current  *tls.Certificate
	versions [2]fileVersion // of the files when they were last loaded
	checked  time.Time      // when versions were last compared
}

// fileVersion changes when a file does.
type fileVersion struct {
	modified time.Time
	size     int64
}

// LoadCertificate loads a certificate, followed by its intermediates, and its key, both in PEM. The error names the files.
func LoadCertificate(certFile, keyFile string, log *slog.Logger, now func() time.Time) (*Certificate, error) {
	c := &Certificate{certFile: certFile, keyFile: keyFile, log: log, now: now}
	if err := c.load(); err != nil {
		return nil, err
	}
	return c, nil
}

// config returns the TLS configuration of a server with the certificate.
func (c *Certificate) config() *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return c.get(), nil },
	}
}

// get returns the certificate, reloaded if its files have changed.
func (c *Certificate) get() *tls.Certificate {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now := c.now(); now.Sub(c.checked).Abs() >= statInterval {
		c.checked = now
		versions, err := c.stat()
		if err == nil && versions == c.versions {
			return c.current
		}
		if err == nil {
			err = c.load()
		}
		if err != nil {
			c.log.LogAttrs(context.Background(), slog.LevelError, "certificate not reloaded", slog.String("error", err.Error()))
		} else {
			c.log.LogAttrs(context.Background(), slog.LevelInfo, "certificate reloaded",
				slog.Time("expires", c.current.Leaf.NotAfter))
		}
	}
	return c.current
}

func (c *Certificate) stat() (versions [2]fileVersion, err error) {
	for i, name := range []string{c.certFile, c.keyFile} {
		info, err := os.Stat(name)
		if err != nil {
			return versions, fmt.Errorf("the certificate cannot be read: %w", err)
		}
		versions[i] = fileVersion{info.ModTime(), info.Size()}
	}
	return versions, nil
}

// load takes the versions of the files before it loads them, so that a change in between is found the next time.
func (c *Certificate) load() error {
	versions, err := c.stat()
	if err != nil {
		return err
	}
	c.versions, c.checked = versions, c.now()
	pair, err := tls.LoadX509KeyPair(c.certFile, c.keyFile)
	if err != nil {
		return fmt.Errorf("the certificate %s and the key %s cannot be used: %w", c.certFile, c.keyFile, err)
	}
	c.current = &pair
	return nil
}
