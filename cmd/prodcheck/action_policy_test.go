package main

import "testing"

const waived = `version: 1
waivers:
  - check: django-debug-enabled
    path: filmclub/settings.py
    reason: the site is not open yet
    owner: operations
    until: 2027-01-31
`

// TestWaivesItself has pull requests that bring their own waiver, in the file and beside the code: it counts once it is merged.
func TestWaivesItself(t *testing.T) {
	for name, change := range map[string]map[string]string{
		"in the file": {".prodcheck.yml": waived, "filmclub/settings.py": hardened(t)["filmclub/settings.py"] + "\nDEBUG = True\n"},
		"beside the code": {"filmclub/settings.py": hardened(t)["filmclub/settings.py"] +
			"\nDEBUG = True  # prodcheck:ignore[django-debug-enabled] the site is not open yet — until 2027-01-31\n"},
		"left out":  {".prodcheck.yml": "version: 1\nexclude: [\"filmclub/*\"]\n", "filmclub/settings.py": hardened(t)["filmclub/settings.py"] + "\nDEBUG = True\n"},
		"threshold": {".prodcheck.yml": "version: 1\nfail-on: never\n", "filmclub/settings.py": hardened(t)["filmclub/settings.py"] + "\nDEBUG = True\n"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newScene(t, hardened(t), change)
			w.env["SOURCE_DATE"] = "2026-11-24"
			w.run().holds(t, statusFindings)
		})
	}
}

// TestWaivedByBase has a pull request that does what the base has waived.
func TestWaivedByBase(t *testing.T) {
	base := hardened(t)
	base[".prodcheck.yml"] = waived
	w := newScene(t, base, debugOn(t))
	w.env["SOURCE_DATE"] = "2026-11-24"
	w.run().holds(t, statusOK)
}
