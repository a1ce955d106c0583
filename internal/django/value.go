package django

// A Kind is the Python type of a known value, as far as settings need it.
type Kind uint8

// The kinds of value. Unknown is the zero value.
const (
	Unknown Kind = iota
	NoneKind
	BoolKind
	IntKind
	FloatKind
	StringKind
	BytesKind
	ListKind
	TupleKind
	SetKind
	DictKind
	PathKind     // pathlib.Path
	DurationKind // datetime.timedelta
	RegexpKind   // re.compile(...)
	ObjectKind   // an instance, class, function or module known only by its dotted name and arguments
)

// A Value is what we know about a setting and how we know it. It is immutable. The zero Value is Unknown with no evidence.
// Printing a Value with any fmt verb never prints a secret; use Display for people.
//
// A Value may stand for several alternatives, one per branch that cannot be decided. Each question then answers for all of
// them together: IsTrue is true only if every alternative is true.
type Value struct {
	v *node
}
