package config

import "strings"

// nearest returns the word that a reader most likely meant, or "" if none is near: at most a third of its letters differ, or one
// is the other's beginning or end, or differs in its punctuation only.
func nearest(word string, words []string) string {
	if len(word) > 100 {
		return ""
	}
	fold := strings.NewReplacer("-", "", "_", "", ".", "")
	plain := fold.Replace(strings.ToLower(word))
	best, least := "", 1000
	for _, w := range words {
		p := fold.Replace(strings.ToLower(w))
		d := distance(plain, p)
		if len(plain) >= 3 && (strings.HasPrefix(p, plain) || strings.HasSuffix(p, plain)) {
			d = min(d, 1+len(p)/20)
		}
		if d <= max(1, len(p)/3) && d < least {
			best, least = w, d
		}
	}
	return best
}

// distance is the number of letters to insert, delete or replace.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, last+1)
		}
	}
	return row[len(b)]
}
