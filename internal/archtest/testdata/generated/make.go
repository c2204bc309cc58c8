//go:build ignore

package main

import "os"

func main() {
	for name, text := range map[string]string{"made.txt": "made now\n", "new.txt": "new\n", "same.txt": "same\n"} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			panic(err)
		}
	}
	if err := os.Remove("old.txt"); err != nil {
		panic(err)
	}
}
