package web

// Kept returns how many buckets are held.
func (b *Buckets[K]) Kept() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.kept)
}
