package django

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestHostileSettings evaluates what an attacker would write: each ends soon and in little memory, whatever comes out.
func TestHostileSettings(t *testing.T) {
	many := strings.Repeat
	for _, c := range []struct{ name, text string }{
		{"long text", `x = "a" * 10**9`},
		{"text doubled", "x = 'a'\nfor i in range(60):\n    x += x\n"},
		{"text grown in a loop", "x = ''\nfor i in range(19999):\n    x += 'a' * 1000\n"},
		{"many long texts", "x = [('a' * 1000000) + str(i) for i in range(19999)]\n"},
		{"join", "x = ['a' * 1000000] * 100000\ny = ''.join(x)\nz = ','.join(y for y in x)\n"},
		{"replace", "x = ('a' * 1000000).replace('a', 'b' * 1000000)\ny = ('a' * 1000000).replace('', 'bb')\n"},
		{"long list", "x = [0] * 10**9\ny = [[0] * 100000] * 100000\n"},
		{"list doubled", "x = [1]\nfor i in range(60):\n    x = x + x\n"},
		{"list into itself", "x = [1]\nx.append(x)\nfor i in range(60):\n    x += x\ny = x == x\nz = str(x)\nSECRET_KEY = x\n"},
		{"shared lists", "a = [0] * 100\nb = [a] * 100\nc = [b] * 100\nd = [c] * 100\ne = [d] * 100\nf = [e] * 100\ng = [f] * 100\nSECRET_KEY = g\n" +
			"import copy\nh = copy.deepcopy(g)\ni = g == h\nj = f'{g}'\nk = sorted([g, h])\n"},
		{"shared dicts", "a = {'k%d' % i: i for i in range(100)}\n" + many("a = {'k%d' % i: a for i in range(100)}\n", 8) + "SECRET_KEY = a\nb = dict(a) == a\n"},
		{"large power", "x = 10**10**10\ny = 2**-10**10\nz = (-1)**(10**10)\nw = 1 << 10**9\n"},
		{"large number", "x = int('9' * 100000)\ny = " + many("9", 100000) + "\nz = int('1_' * 100000 + '1')\n"},
		{"wide format", "x = 1\ny = f\"{x:1000000000}\"\nz = '{:>99999999}'.format(1)\nw = 'a'.ljust(10**9)\nv = '%0999999999d' % 1\n"},
		{"wide formats in a loop", "x = [f'{i:9999}' for i in range(19999)]\n"},
		{"endless loop", "while True:\n    x = 1\n"},
		{"endless loop that grows", "x = []\nwhile True:\n    x.append(x)\n"},
		{"nested loops", "for i in range(10000):\n    for j in range(10000):\n        for k in range(10000):\n            x = i * j * k\n"},
		{"deep recursion", "def f(n):\n    return f(n + 1)\nx = f(0)\n"},
		{"wide recursion", "def f(n):\n    f(n); f(n)\n    return f(n)\nx = f(0)\n"},
		{"recursive lambda", "f = lambda g: g(g)\nx = f(f)\n"},
		{"recursive property", "class A:\n    @property\n    def x(self):\n        return self.x\n    def __getattr__(self, n):\n        return self.y\nz = A().x\ny = A().q\n"},
		{"recursive new", "class A:\n    def __init__(self):\n        self.a = A()\nx = A()\n"},
		{"comprehension bomb", "x = [(a, b, c, d) for a in range(9999) for b in range(9999) for c in range(9999) for d in range(9999)]\n"},
		{"set bomb", "x = {i for i in range(19999)}\ny = {i: i for i in range(19999)}\nz = [i in x for i in range(19999)]\nw = x == set(y)\n"},
		{"nested comprehensions", "x = " + many("[", 60) + "1" + many(" for a in range(100)]", 60) + "\n"},
		{"deep expression", "x = " + many("(", 5000) + "1" + many(")", 5000) + "\ny = " + many("-", 5000) + "1\nz = " + many("[", 5000) + many("]", 5000) + "\n"},
		{"long expression", "x = " + many("1 + ", 20000) + "1\ny = " + many("a.", 5000) + "b\n"},
		{"deep ifs", func() string {
			var b strings.Builder
			for i := range 80 {
				fmt.Fprintf(&b, "%sif X%d:\n", many(" ", i), i)
			}
			return "import unknown_thing as u\nfor _n in range(80): globals()['X%d' % _n] = u.x(_n)\n" + b.String() + many(" ", 80) + "Y = 1\n"
		}()},
		{"many forks", "import unknown_thing as u\n" + many("if u.x():\n    A = u.y()\nelse:\n    B = 1\n", 5000)},
		{"forks that return", "import unknown_thing as u\ndef f():\n" + many("    if u.x():\n        return 1\n", 40) + "    return 2\nX = f()\n"},
		{"forks in loops", "import unknown_thing as u\nfor i in range(9999):\n    if u.x():\n        A = i\n    try:\n        import b\n    except ImportError:\n        B = i\n"},
		{"class diamond", "class A0: pass\n" + func() string {
			var b strings.Builder
			for i := range 40 {
				fmt.Fprintf(&b, "class A%d(A%d, A%d): pass\n", i+1, i, i)
			}
			return b.String()
		}() + "X = A40.nothing\n"},
		{"long guard", "for i in range(9999):\n    if i < 0:\n" + many("        X = [1, 2, 3, 4]\n", 2000)},
		{"variables of variables", "import os\nos.environ['A'] = '$B'\nos.environ['B'] = '$A'\nimport environ\nenv = environ.Env()\nX = env('A')\n" +
			"for i in range(9999):\n    os.environ['A'] = os.environ['A'] + 'x'\nY = os.environ['A']\n"},
		{"import bomb", many("import nothing_at_all.here\n", 5000) + many("from nowhere_else import x\n", 5000)},
		{"star import cycle", "from settings import *\nfrom a import *\nimport settings\nX = settings.X\n"},
		{"json", "import json\nx = json.loads('[' * 100000)\ny = json.loads('[' * 50 + ']' * 50)\nz = [json.loads('[1' + ',1' * 100000 + ']') for i in range(999)]\n"},
		{"literal", "import ast\nx = ast.literal_eval('(' * 100000)\ny = [ast.literal_eval('[' + '1,' * 10000 + ']') for i in range(9999)]\n"},
		{"chained methods", "x = 'a,' * 50000\ny = [x.split(',') for i in range(9999)]\n"},
		{"sorting", "x = sorted([(i % 7, -i) for i in range(19999)], key=lambda t: t[::-1])\ny = [sorted(x) for i in range(999)]\n"},
		{"comparing long texts", "x = 'a' * 1000000\ny = 'a' * 1000000\nz = [x == y for i in range(19999)]\nw = ['b' in x for i in range(19999)]\n"},
		{"generators", "def g(n):\n    yield n\n    yield from g(n + 1)\nx = list(g(0))\n"},
		{"decorators", "def d(f):\n    return d(d)\n@d\ndef f(): pass\n"},
		{"match bomb", "x = [0] * 50000\nfor i in range(9999):\n    match x:\n        case [*a, 1]:\n            pass\n        case [*b, 0]:\n            Y = len(b)\n"},
		{"nul bytes", "X = 1\x00\nY = '\x00'\n\xff\xfe = 3\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			start := time.Now()
			h := newHost(map[string]string{"settings.py": c.text, "a.py": "from settings import *\nfrom b import *\nX = 1\n", "b.py": "from a import *\n"}, nil)
			s := Evaluate(h, Options{Module: "settings"})
			if s.crash != nil {
				t.Errorf("panic: %v", s.crash)
			}
			for _, n := range s.Names() {
				v := s.Get(n).Value
				v.Display(true)
				v.Reason()
				v.IsKnown()
				v.MayContain()
			}
			took := time.Since(start)
			runtime.ReadMemStats(&after)
			if took > 20*time.Second { // some hundred times what it takes on an idle machine
				t.Errorf("it takes %v", took)
			}
			if made := (after.TotalAlloc - before.TotalAlloc) >> 20; made > 4096 {
				t.Errorf("it allocates %d MiB", made)
			} else if testing.Verbose() {
				t.Logf("%v, %d MiB allocated, %s", took.Round(time.Millisecond), made, s.Stopped())
			}
		})
	}
}
