// Command rollcall does too much by itself.
package main

func main() {
	println()
	println()
	println()
	println()
	println()
	println()
}
