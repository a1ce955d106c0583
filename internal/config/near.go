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

// distance is the number of letters to insert, delete, replace or swap with the next (optimal string alignment).
func distance(a, b string) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			d := min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				d = min(d, rows[i-2][j-2]+1)
			}
			rows[i][j] = d
		}
	}
	return rows[len(a)][len(b)]
}
