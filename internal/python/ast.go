package python

import "github.com/prodcheck/prodcheck/internal/source"

// The tree follows CPython's ast module: same node names, same fields where they matter here. Offsets are bytes of the file.

// A Node is any part of the tree.
type Node interface {
	// Pos and End delimit the node in its file, half-open, in bytes.
	Pos() int
	End() int
}

// Range is the place of a node; every node embeds it.
type Range struct{ From, To int }

// Pos returns the offset of the node's first byte.
func (r Range) Pos() int { return r.From }

// End returns the offset after the node's last byte.
func (r Range) End() int { return r.To }

// A Module is one parsed file.
type Module struct {
	File     *source.File
	Body     []Stmt
	Comments []Comment
	// Problems says what could not be parsed; each one stands at a Bad node or at the cap that was reached.
	Problems []source.Problem
	// Incomplete is true if the file was cut off by a cap, so that statements may be missing from Body.
	Incomplete bool
}

// A Comment is one comment, without its line end.
type Comment struct{ Range }

// Span returns the place of a node in the module's file.
func (m *Module) Span(n Node) source.Span {
	return source.Span{File: m.File, Start: n.Pos(), End: n.End()}
}

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Expr is an expression. Match patterns are expressions too (see MatchCase).
type Expr interface {
	Node
	expr()
}

type stmtNode struct{ Range }

func (stmtNode) stmt() {}

type exprNode struct{ Range }

func (exprNode) expr() {}

// Statements.
type (
	// BadStmt is a logical line, with the block that hangs on it, that could not be parsed. Nothing is known of what it does.
	BadStmt struct{ stmtNode }
	// FunctionDef is def or async def.
	FunctionDef struct {
		stmtNode
		Name       *Name
		Args       *Arguments
		Returns    Expr // or nil
		Decorators []Expr
		Body       []Stmt
		Async      bool
		Generator  bool // the body yields
	}
	// ClassDef is a class statement. Keywords are the call-like arguments with a name, **kwargs having Name "".
	ClassDef struct {
		stmtNode
		Name       *Name
		Bases      []Expr // may hold Starred
		Keywords   []Keyword
		Decorators []Expr
		Body       []Stmt
	}
	Return struct {
		stmtNode
		Value Expr // or nil
	}
	Delete struct {
		stmtNode
		Targets []Expr
	}
	// Assign is a = b = value: Targets in order of writing.
	Assign struct {
		stmtNode
		Targets []Expr
		Value   Expr
	}
	// AugAssign is target op= value; Op is the operator without "=": "+", "|", "//", …
	AugAssign struct {
		stmtNode
		Target Expr
		Op     string
		Value  Expr
	}
	AnnAssign struct {
		stmtNode
		Target     Expr
		Annotation Expr
		Value      Expr // or nil: a bare annotation binds nothing
	}
	// TypeAlias is the type statement of PEP 695.
	TypeAlias struct {
		stmtNode
		Name  *Name
		Value Expr
	}
	For struct {
		stmtNode
		Target Expr
		Iter   Expr
		Body   []Stmt
		Else   []Stmt
		Async  bool
	}
	While struct {
		stmtNode
		Test Expr
		Body []Stmt
		Else []Stmt
	}
	// If is an if statement; an elif is an If alone in Else, with its own range.
	If struct {
		stmtNode
		Test Expr
		Body []Stmt
		Else []Stmt
	}
	With struct {
		stmtNode
		Items []WithItem
		Body  []Stmt
		Async bool
	}
	Match struct {
		stmtNode
		Subject Expr
		Cases   []*MatchCase
	}
	Raise struct {
		stmtNode
		Exc, Cause Expr // or nil
	}
	// Try is try/except/else/finally; Star marks except*.
	Try struct {
		stmtNode
		Body     []Stmt
		Handlers []*ExceptHandler
		Else     []Stmt
		Finally  []Stmt
		Star     bool
	}
	Assert struct {
		stmtNode
		Test, Msg Expr // Msg may be nil
	}
	Import struct {
		stmtNode
		Names []Alias
	}
	// ImportFrom is from …Module import Names; Level counts the leading dots. A star import has one Alias with Name "*".
	ImportFrom struct {
		stmtNode
		Module string
		Names  []Alias
		Level  int
	}
	Global struct {
		stmtNode
		Names []string
	}
	Nonlocal struct {
		stmtNode
		Names []string
	}
	// ExprStmt is an expression on its own; a string first in a body is its docstring.
	ExprStmt struct {
		stmtNode
		Value Expr
	}
	Pass     struct{ stmtNode }
	Break    struct{ stmtNode }
	Continue struct{ stmtNode }
)

// A WithItem is one "context as vars" of a with statement.
type WithItem struct {
	Range
	Context Expr
	Vars    Expr // or nil
}

// A MatchCase is one case of a match statement. Patterns are expressions: literals, dotted names, Name (a capture, or "_"),
// Tuple/List for sequences, Dict for mappings, Call for classes, BinOp with Op "|" for alternatives, NamedExpr for "p as x",
// Starred.
type MatchCase struct {
	Range
	Pattern Expr
	Guard   Expr // or nil
	Body    []Stmt
}

// An ExceptHandler is one except clause.
type ExceptHandler struct {
	Range
	Type Expr  // or nil
	Name *Name // or nil
	Body []Stmt
}

// An Alias is one name of an import: Name is dotted for import a.b; AsName is "" without as.
type Alias struct {
	Range
	Name, AsName string
}

// Arguments are the parameters of a function or lambda. Defaults belong to the last of PosOnly+Args; KwDefaults is as long as
// KwOnly, nil where there is none.
type Arguments struct {
	Range
	PosOnly, Args, KwOnly []Param
	Vararg, Kwarg         *Param
	Defaults, KwDefaults  []Expr
}

// A Param is one parameter.
type Param struct {
	Range
	Name       string
	Annotation Expr // or nil
}

// A Keyword is name=value in a call, or **value with Name "".
type Keyword struct {
	Range
	Name  string
	Value Expr
}

// A ConstKind is the type of a constant.
type ConstKind uint8

// The kinds of constant.
const (
	None ConstKind = iota
	True
	False
	Ellipsis
	Str
	Bytes
	Int
	Float
	Imag
)

// Expressions.
type (
	// BadExpr stands for an expression that was not parsed because a nesting cap was reached. Nothing is known of its value.
	BadExpr struct{ exprNode }
	Name    struct {
		exprNode
		ID string // NFKC-normalised, as Python compares names
	}
	// Constant is a literal. Adjacent string literals are one Constant. For Str and Bytes, S is the decoded value; for numbers,
	// S is the literal without underscores. Lone surrogates from escapes are written as U+FFFD.
	Constant struct {
		exprNode
		Kind ConstKind
		S    string
	}
	// JoinedStr is an f-string (or a t-string, if Template), alone or joined with adjacent literals: Values are Str Constants
	// and FormattedValues in order.
	JoinedStr struct {
		exprNode
		Values   []Expr
		Template bool
	}
	// FormattedValue is one {…} of an f-string. Conversion is 0, 's', 'r' or 'a'; Spec is a *JoinedStr or nil. Debug holds the
	// source text of {x=}, with the "=" and its blanks, and is "" otherwise.
	FormattedValue struct {
		exprNode
		Value      Expr
		Conversion byte
		Spec       *JoinedStr
		Debug      string
	}
	// BinOp: Op is "+", "-", "*", "@", "/", "//", "%", "**", "<<", ">>", "|", "&" or "^".
	BinOp struct {
		exprNode
		Left  Expr
		Op    string
		Right Expr
	}
	// UnaryOp: Op is "not", "-", "+" or "~".
	UnaryOp struct {
		exprNode
		Op      string
		Operand Expr
	}
	// BoolOp: Op is "and" or "or"; Values has two or more operands of one run of the operator.
	BoolOp struct {
		exprNode
		Op     string
		Values []Expr
	}
	// Compare: Ops are "==", "!=", "<", "<=", ">", ">=", "is", "is not", "in", "not in".
	Compare struct {
		exprNode
		Left        Expr
		Ops         []string
		Comparators []Expr
	}
	Call struct {
		exprNode
		Func     Expr
		Args     []Expr // may hold Starred
		Keywords []Keyword
	}
	Attribute struct {
		exprNode
		Value Expr
		Attr  *Name
	}
	Subscript struct {
		exprNode
		Value Expr
		Index Expr // a Slice, or a Tuple that may hold Slices
	}
	Slice struct {
		exprNode
		Lower, Upper, Step Expr // or nil
	}
	List struct {
		exprNode
		Elts []Expr
	}
	// Tuple has its parentheses in its range, if it has any.
	Tuple struct {
		exprNode
		Elts []Expr
	}
	Set struct {
		exprNode
		Elts []Expr
	}
	// Dict: a nil key is **value.
	Dict struct {
		exprNode
		Keys, Values []Expr
	}
	// Comp is a comprehension or generator expression. Kind is "list", "set", "dict" or "generator"; Value is set for dict only.
	Comp struct {
		exprNode
		Kind  string
		Elt   Expr
		Value Expr
		For   []CompFor
	}
	Lambda struct {
		exprNode
		Args *Arguments
		Body Expr
	}
	// IfExp is Body if Test else Else.
	IfExp struct {
		exprNode
		Test, Body, Else Expr
	}
	// NamedExpr is target := value.
	NamedExpr struct {
		exprNode
		Target *Name
		Value  Expr
	}
	Starred struct {
		exprNode
		Value Expr
	}
	Await struct {
		exprNode
		Value Expr
	}
	// Yield: From marks yield from; Value may be nil.
	Yield struct {
		exprNode
		Value Expr
		From  bool
	}
)

// A CompFor is one "for target in iter if …" of a comprehension.
type CompFor struct {
	Range
	Target Expr
	Iter   Expr
	Ifs    []Expr
	Async  bool
}
