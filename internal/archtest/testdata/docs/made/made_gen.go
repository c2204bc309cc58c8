// Package made is what a generator says of it, which does not count.
package made

type Free struct{}
