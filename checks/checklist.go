package checks

// A Section is a part of the user's checklist.
type Section struct {
	Title string
	Rows  []*Row
}

// A Row is one box of the checklist: what is promised. Its status is the most urgent of its checks.
type Row struct {
	Key    string // "django.debug"
	Title  string
	Checks []*Check
}

// Checklist returns the checklist in the user's order.
func Checklist() []Section {
	return []Section{
		{"Django security", []*Row{
			{"django.debug", "DEBUG is off", []*Check{djangoDebugEnabled}},
		}},
	}
}
