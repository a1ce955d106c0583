// Package openssl expands cipher strings as OpenSSL 3 does and says what is wrong with what they let in. It has the grammar
// of ciphers(1) (":", "+", "-", "!", "@STRENGTH", "@SECLEVEL=n"), the aliases, and the order in which suites end up.
//
//	r, err := openssl.Expand("HIGH:!aNULL:!MD5", openssl.Stock)
//	j := openssl.Judge(r)
//
// Expand with Stock equals `openssl ciphers -v` of a default build of OpenSSL 3.0, in set and order. Weak adds what only builds
// with enable-weak-ssl-ciphers (and versions before 1.1.0) have: RC4, 3DES, DES, SEED, IDEA and export suites. A string that
// names them lets them in wherever it is used with such a build.
package openssl
