// Package functions has long ones.
package functions

func short() {
	println()
	println()
	println()
}

func long() {
	println()
	func() {
		println()
		println()
		println()
		println()
	}()
}

var inVariable = func() {
	println()
	println()
	println()
	println()
}
