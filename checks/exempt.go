package checks

import (
	"strings"

	"github.com/prodcheck/prodcheck/internal/python"
	"github.com/prodcheck/prodcheck/internal/source"
)

// An exemption is one place of the code that switches CSRF checks off.
type exemption struct {
	view       string // the view, or the class that does it
	at         source.Evidence
	bypass     string // what the class does, "" for a plain csrf_exempt
	middleware bool   // it does so only where MIDDLEWARE lists it
}

const exemptName = "django.views.decorators.csrf.csrf_exempt"

// exemptions finds decorators, method_decorator and calls of csrf_exempt, and classes that switch the checks off themselves. Views
// of REST framework are exempt anyway and check sessions themselves, and what only answers GET changes nothing: both are left out.
func exemptions(m *python.Module) []exemption {
	x := &exempter{m: m, imported: imports(m), lists: map[string]bool{}, done: map[*python.FunctionDef]bool{}}
	for _, s := range m.Body {
		if a, ok := s.(*python.Assign); ok && len(a.Targets) == 1 && x.mentions(a.Value) {
			switch a.Value.(type) {
			case *python.List, *python.Tuple:
				x.lists[python.DottedName(a.Targets[0])] = true // decorators kept under a name
			}
		}
	}
	python.WalkBody(m.Body, func(n python.Node) bool {
		switch n := n.(type) {
		case *python.FunctionDef:
			x.function(n)
			return true
		case *python.ClassDef:
			x.class(n)
			return true
		case *python.Call:
			if x.is(n.Func) && len(n.Args) > 0 {
				x.add(viewName(n.Args[0]), n)
			}
		}
		return true
	})
	return x.out
}

type exempter struct {
	m        *python.Module
	imported map[string]string
	lists    map[string]bool
	done     map[*python.FunctionDef]bool // methods that were judged with their class
	out      []exemption
}

func (x *exempter) add(view string, n python.Node) {
	x.out = append(x.out, exemption{view: view, at: source.At(x.m.Span(n))})
}

// is reports whether an expression is csrf_exempt itself.
func (x *exempter) is(e python.Expr) bool {
	n := dotted(e, x.imported)
	return n == exemptName || strings.HasSuffix(n, ".csrf.csrf_exempt")
}

// mentions reports whether an expression is csrf_exempt, a list with it, or the name of such a list.
func (x *exempter) mentions(e python.Expr) bool {
	switch e := e.(type) {
	case *python.List:
		return x.anyOf(e.Elts)
	case *python.Tuple:
		return x.anyOf(e.Elts)
	}
	return x.is(e) || x.lists[python.DottedName(e)]
}

func (x *exempter) anyOf(es []python.Expr) bool {
	for _, e := range es {
		if x.mentions(e) {
			return true
		}
	}
	return false
}

// decorator returns the decorator that exempts, and whether another one makes the exemption harmless.
func (x *exempter) decorator(ds []python.Expr) (exempts python.Expr, harmless bool) {
	for _, d := range ds {
		call, _ := d.(*python.Call)
		name := dotted(d, x.imported)
		if call != nil {
			name = dotted(call.Func, x.imported)
		}
		switch last := name[strings.LastIndexByte(name, '.')+1:]; {
		case x.is(d), call != nil && last == "method_decorator" && len(call.Args) > 0 && x.mentions(call.Args[0]):
			exempts = d
		case last == "api_view", last == "require_GET", last == "require_safe":
			harmless = true
		case last == "require_http_methods" && call != nil && readsOnly(call.Args):
			harmless = true
		}
	}
	return exempts, harmless
}

// readsOnly reports whether the methods of require_http_methods change nothing.
func readsOnly(args []python.Expr) bool {
	if len(args) == 0 {
		return false
	}
	var methods []python.Expr
	switch l := args[0].(type) {
	case *python.List:
		methods = l.Elts
	case *python.Tuple:
		methods = l.Elts
	}
	for _, e := range methods {
		c, ok := e.(*python.Constant)
		if !ok || c.S != "GET" && c.S != "HEAD" && c.S != "OPTIONS" {
			return false
		}
	}
	return len(methods) > 0
}

func (x *exempter) function(n *python.FunctionDef) {
	if d, harmless := x.decorator(n.Decorators); d != nil && !harmless && !x.done[n] {
		x.add(n.Name.ID, d)
	}
}

func (x *exempter) class(n *python.ClassDef) {
	rest := false
	for _, b := range n.Bases {
		base := dotted(b, x.imported)
		last := base[strings.LastIndexByte(base, '.')+1:]
		rest = rest || strings.HasPrefix(base, "rest_framework.") || strings.HasSuffix(last, "APIView") || strings.HasSuffix(last, "ViewSet")
		if last == "CsrfExemptMixin" && !rest {
			x.add(n.Name.ID, n.Name)
		}
	}
	if d, harmless := x.decorator(n.Decorators); d != nil && !harmless && !rest {
		x.add(n.Name.ID, d)
	}
	for _, s := range n.Body {
		def, ok := s.(*python.FunctionDef)
		if !ok {
			continue
		}
		if d, harmless := x.decorator(def.Decorators); d != nil {
			// the method stands for its class: dispatch is every view's
			if !harmless && !rest {
				x.add(n.Name.ID, d)
			}
			x.done[def] = true
		}
		switch {
		case def.Name.ID == "enforce_csrf" && emptyBody(def.Body):
			x.out = append(x.out, exemption{view: n.Name.ID, at: source.At(x.m.Span(def.Name)), bypass: "logs users in by their session and leaves CSRF unchecked: enforce_csrf does nothing"})
		case def.Name.ID == "__call__" || def.Name.ID == "process_request" || def.Name.ID == "process_view":
			if at, ok := x.dontEnforce(def.Body); ok {
				x.out = append(x.out, exemption{view: n.Name.ID, at: at, bypass: "switches CSRF checks off for every request", middleware: true})
			}
		}
	}
}

// emptyBody reports whether a function does nothing: pass, return, a docstring.
func emptyBody(body []python.Stmt) bool {
	for _, s := range body {
		switch s := s.(type) {
		case *python.Pass:
		case *python.Return:
			if c, ok := s.Value.(*python.Constant); s.Value != nil && !(ok && c.Kind == python.None) {
				return false
			}
		case *python.ExprStmt:
			if _, ok := s.Value.(*python.Constant); !ok {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// dontEnforce finds request._dont_enforce_csrf_checks = True at the top of a method, or the same with setattr.
func (x *exempter) dontEnforce(body []python.Stmt) (source.Evidence, bool) {
	for _, s := range body {
		found := false
		switch s := s.(type) {
		case *python.Assign:
			a, ok := s.Targets[0].(*python.Attribute)
			c, isConst := s.Value.(*python.Constant)
			found = ok && a.Attr.ID == "_dont_enforce_csrf_checks" && isConst && c.Kind == python.True
		case *python.ExprStmt:
			if call, ok := s.Value.(*python.Call); ok && len(call.Args) == 3 && python.DottedName(call.Func) == "setattr" {
				attr, isStr := call.Args[1].(*python.Constant)
				c, isConst := call.Args[2].(*python.Constant)
				found = isStr && attr.S == "_dont_enforce_csrf_checks" && isConst && c.Kind == python.True
			}
		}
		if found {
			return source.At(x.m.Span(s)), true
		}
	}
	return source.Evidence{}, false
}

// viewName is the name of the view in an expression: views.hook, Hook.as_view(…), a wrapped view.
func viewName(e python.Expr) string {
	for depth := 0; depth < 20; depth++ {
		call, ok := e.(*python.Call)
		if !ok {
			break
		}
		if a, ok := call.Func.(*python.Attribute); ok && a.Attr.ID == "as_view" {
			e = a.Value
		} else if len(call.Args) > 0 {
			e = call.Args[0]
		} else {
			e = call.Func
		}
	}
	n := python.DottedName(e)
	if n == "" || n == "super" {
		return "a view"
	}
	return n[strings.LastIndexByte(n, '.')+1:]
}

// isWebhook reports whether the name of a view, of its module or its route says that a service calls it, which signs its calls.
func isWebhook(n string) bool {
	n = strings.ToLower(n)
	for _, w := range strings.FieldsFunc(n, func(r rune) bool { return r < 'a' || r > 'z' }) {
		switch w {
		case "hook", "hooks", "ipn", "saml", "acs":
			return true
		}
	}
	n = strings.NewReplacer("_", "", "-", "").Replace(n)
	for _, w := range []string{"webhook", "stripe", "paypal", "github", "gitlab", "bitbucket", "slack", "twilio", "sendgrid", "mailgun",
		"postmark", "mailjet", "mandrill", "razorpay", "braintree", "shopify", "paddle", "mollie", "adyen", "plaid", "telegram", "whatsapp",
		"lemonsqueezy", "paystack", "flutterwave", "mercadopago", "coinbase", "revenuecat"} {
		if strings.Contains(n, w) {
			return true
		}
	}
	return false
}
