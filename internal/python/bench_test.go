package python

import (
	"fmt"
	"strings"
	"testing"

	"github.com/prodcheck/prodcheck/internal/source"
)

func BenchmarkParse(b *testing.B) {
	var s strings.Builder
	for i := 0; s.Len() < 1<<20; i++ {
		fmt.Fprintf(&s, "def read_%d(name, default=None, *, cast=str):\n    \"\"\"Return the variable as production has it.\"\"\"\n    value = os.environ.get(name, default)\n    if value is None and cast is not bool:\n        raise KeyError(f\"missing {name!r} at {i}\")  # told at start\n    return [part.strip() for part in cast(value).split(\",\") if part]\n\nINSTALLED_%d = [\"django.contrib.admin\", \"django.contrib.auth\", 'corsheaders']\nDATABASES_%d = {\"default\": {\"ENGINE\": \"postgresql\", \"PORT\": 5432 + %d}}\n\n", i, i, i, i)
	}
	f := source.NewFile("generated.py", []byte(s.String()))
	if m := Parse(f); len(m.Problems) > 0 {
		b.Fatal(m.Problems[0])
	}
	b.SetBytes(int64(s.Len()))
	b.ReportAllocs()
	for b.Loop() {
		Parse(f)
	}
}
