package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const (
	secretBytes = 32
	secretFile  = "secret"
)

// readSecrets returns the server secrets; the first is used for signing. They are in text, as 64 hex digits each, separated
// by commas, or otherwise in the folder, where one is created if it is missing and create is true. All processes on a
// database need the same secrets; signatures by a lost one cannot be verified.
func readSecrets(text, folder string, create bool) ([][]byte, error) {
	if text != "" {
		return parseSecrets(text, "ROLLCALL_SECRET")
	}
	path := filepath.Join(folder, secretFile)
	if create {
		made := make([]byte, secretBytes)
		_, _ = rand.Read(made) // never fails
		if err := createOnce(path, []byte(hex.EncodeToString(made)+"\n"), os.Link); err != nil {
			return nil, fmt.Errorf("writing the server secret: %w", err)
		}
	}
	found, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("the server secret cannot be read; set ROLLCALL_SECRET or ROLLCALL_SECRET_FILE, or put its file back: %w", err)
	}
	return parseSecrets(string(found), path)
}

func parseSecrets(text, where string) ([][]byte, error) {
	var secrets [][]byte
	for part := range strings.SplitSeq(strings.TrimSpace(text), ",") {
		secret, err := hex.DecodeString(strings.TrimSpace(part))
		if err != nil || len(secret) != secretBytes {
			return nil, fmt.Errorf("the server secret in %s must be %d hexadecimal digits, as `openssl rand -hex %d` prints",
				where, 2*secretBytes, secretBytes)
		}
		secrets = append(secrets, secret)
	}
	return secrets, nil
}

// createOnce creates a file of mode 0600 atomically. An existing file stays, also if another process creates it at the
// same time. On file systems without hard links, such as FAT, a crash may leave an incomplete file.
func createOnce(path string, content []byte, link func(from, to string) error) (err error) {
	if _, err := os.Stat(path); err == nil {
		return nil
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(tmp.Name())) }()
	_, err = tmp.Write(content)
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err != nil {
		return err
	}
	if err := link(tmp.Name(), path); err == nil || errors.Is(err, fs.ErrExist) {
		return nil
	}
	return writeNew(path, content)
}

// writeNew creates a file; an existing one stays.
func writeNew(path string, content []byte) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, os.Remove(path))
	}
	return nil
}
