// Package grade computes the grades that public services give a site, from facts that were seen by package site. None of those
// services is asked: their published rubrics are applied, and a Grade says which version of which rubric, what each rule came to, and
// what could not be evaluated. It is never called the grade of the service.
package grade

// A Grade is the outcome of a rubric.
type Grade struct {
	Rubric  string `json:"rubric"`
	Version string `json:"version"`
	// Letter is the grade, "" if there is none; Refused says why there is none.
	Letter  string `json:"letter,omitempty"`
	Refused string `json:"refused,omitempty"`
	// Score is the number behind the letter. Rubrics without one leave it 0.
	Score int `json:"score"`
	// IfTrusted is the letter that a site without a trusted certificate would have with one.
	IfTrusted string `json:"if_trusted,omitempty"`
	// Rules are those that were applied, in the order of the rubric.
	Rules []Rule `json:"rules"`
	// NotEvaluated are rules that no fact answers.
	NotEvaluated []string `json:"not_evaluated,omitempty"`
}

// A Rule is what one rule came to.
type Rule struct {
	Name   string `json:"name"`
	Result string `json:"result"`
	// Points are added to a score; Cap is the best letter that is left.
	Points int    `json:"points,omitempty"`
	Cap    string `json:"cap,omitempty"`
}

// Rule returns the rule of a name, and whether it was applied.
func (g *Grade) Rule(name string) (Rule, bool) {
	for _, r := range g.Rules {
		if r.Name == name {
			return r, true
		}
	}
	return Rule{}, false
}
