package python

import "strings"

// DottedName returns "os.environ.get" for an expression of names and attributes, and "" for any other.
func DottedName(e Expr) string {
	switch e := e.(type) {
	case *Name:
		return e.ID
	case *Attribute:
		var parts []string
		var x Expr = e
		for {
			switch y := x.(type) {
			case *Attribute:
				parts = append(parts, y.Attr.ID)
				x = y.Value
				continue
			case *Name:
				parts = append(parts, y.ID)
			default:
				return ""
			}
			break
		}
		for i, j := 0, len(parts)-1; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
		return strings.Join(parts, ".")
	}
	return ""
}

// Walk calls visit for a node and, if that returns true, for everything below it, in the order of the source as far as the tree
// has one. Nil nodes are not visited.
func Walk(n Node, visit func(Node) bool) {
	if isNil(n) || !visit(n) {
		return
	}
	for _, c := range Children(n) {
		Walk(c, visit)
	}
}

// WalkBody is Walk over a list of statements.
func WalkBody(body []Stmt, visit func(Node) bool) {
	for _, s := range body {
		Walk(s, visit)
	}
}

func isNil(n Node) bool {
	switch n := n.(type) {
	case nil:
		return true
	case *JoinedStr:
		return n == nil
	case *Name:
		return n == nil
	case *Arguments:
		return n == nil
	}
	return false
}

// Children returns the nodes directly below a node.
func Children(n Node) []Node {
	c := &children{}
	switch n := n.(type) {
	case *FunctionDef:
		c.exprs(n.Decorators)
		c.add(n.Args, n.Returns)
		c.stmts(n.Body)
	case *ClassDef:
		c.exprs(n.Decorators)
		c.exprs(n.Bases)
		c.keywords(n.Keywords)
		c.stmts(n.Body)
	case *Return:
		c.add(n.Value)
	case *Delete:
		c.exprs(n.Targets)
	case *Assign:
		c.exprs(n.Targets)
		c.add(n.Value)
	case *AugAssign:
		c.add(n.Target, n.Value)
	case *AnnAssign:
		c.add(n.Target, n.Annotation, n.Value)
	case *TypeAlias:
		c.add(n.Name, n.Value)
	case *For:
		c.add(n.Target, n.Iter)
		c.stmts(n.Body)
		c.stmts(n.Else)
	case *While:
		c.add(n.Test)
		c.stmts(n.Body)
		c.stmts(n.Else)
	case *If:
		c.add(n.Test)
		c.stmts(n.Body)
		c.stmts(n.Else)
	case *With:
		for _, it := range n.Items {
			c.add(it.Context, it.Vars)
		}
		c.stmts(n.Body)
	case *Match:
		c.add(n.Subject)
		for _, k := range n.Cases {
			c.add(k.Pattern, k.Guard)
			c.stmts(k.Body)
		}
	case *Raise:
		c.add(n.Exc, n.Cause)
	case *Try:
		c.stmts(n.Body)
		for _, h := range n.Handlers {
			c.add(h.Type)
			c.stmts(h.Body)
		}
		c.stmts(n.Else)
		c.stmts(n.Finally)
	case *Assert:
		c.add(n.Test, n.Msg)
	case *ExprStmt:
		c.add(n.Value)
	case *Arguments:
		for _, ps := range [][]Param{n.PosOnly, n.Args, n.KwOnly} {
			for _, p := range ps {
				c.add(p.Annotation)
			}
		}
		for _, p := range []*Param{n.Vararg, n.Kwarg} {
			if p != nil {
				c.add(p.Annotation)
			}
		}
		c.exprs(n.Defaults)
		c.exprs(n.KwDefaults)
	case *JoinedStr:
		c.exprs(n.Values)
	case *FormattedValue:
		c.add(n.Value, n.Spec)
	case *BinOp:
		c.add(n.Left, n.Right)
	case *UnaryOp:
		c.add(n.Operand)
	case *BoolOp:
		c.exprs(n.Values)
	case *Compare:
		c.add(n.Left)
		c.exprs(n.Comparators)
	case *Call:
		c.add(n.Func)
		c.exprs(n.Args)
		c.keywords(n.Keywords)
	case *Attribute:
		c.add(n.Value)
	case *Subscript:
		c.add(n.Value, n.Index)
	case *Slice:
		c.add(n.Lower, n.Upper, n.Step)
	case *List:
		c.exprs(n.Elts)
	case *Tuple:
		c.exprs(n.Elts)
	case *Set:
		c.exprs(n.Elts)
	case *Dict:
		for i := range n.Keys {
			c.add(n.Keys[i], n.Values[i])
		}
	case *Comp:
		c.add(n.Elt, n.Value)
		for _, f := range n.For {
			c.add(f.Target, f.Iter)
			c.exprs(f.Ifs)
		}
	case *Lambda:
		c.add(n.Args, n.Body)
	case *IfExp:
		c.add(n.Body, n.Test, n.Else)
	case *NamedExpr:
		c.add(n.Target, n.Value)
	case *Starred:
		c.add(n.Value)
	case *Await:
		c.add(n.Value)
	case *Yield:
		c.add(n.Value)
	}
	return c.nodes
}

type children struct{ nodes []Node }

func (c *children) add(ns ...Node) {
	for _, n := range ns {
		if !isNil(n) {
			c.nodes = append(c.nodes, n)
		}
	}
}

func (c *children) exprs(es []Expr) {
	for _, e := range es {
		c.add(e)
	}
}

func (c *children) stmts(ss []Stmt) {
	for _, s := range ss {
		c.add(s)
	}
}

func (c *children) keywords(ks []Keyword) {
	for _, k := range ks {
		c.add(k.Value)
	}
}
