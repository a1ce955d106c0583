package site

// What the tests of the package's own outside use.
var (
	NewAuthority = newAuthority
	Loopback     = loopback
	Look         = look
)

// TestHost is the name that test certificates are for.
const TestHost = testHost
