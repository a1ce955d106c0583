package secrets

import "strings"

// Weak reports whether a value is among the first an attacker tries ("postgres", "admin", "123456", "my-super-secret-key"). It is
// a value: production may well run with it.
func Weak(value string) bool {
	v := strings.ToLower(strings.TrimSpace(value))
	if v == "" || len(v) > 64 {
		return false
	}
	if distinct(v) <= 2 || strings.Trim(v, "0123456789") == "" && len(v) <= 10 {
		return true
	}
	v = strings.TrimPrefix(v, "django-insecure-")
	for _, read := range [...]*strings.Replacer{asWritten, asLetters} {
		if letters := onlyLetters(read.Replace(v)); len(letters) >= 3 && made(letters) && 3*len(letters) >= 2*len(v)-2 {
			return true
		}
	}
	return runs[onlyAlnum(v)]
}

var (
	asWritten = strings.NewReplacer()
	asLetters = strings.NewReplacer("@", "a", "0", "o", "$", "s", "3", "e", "1", "i", "!", "i", "5", "s", "4", "a", "7", "t")
)

// made reports whether letters are weak words one after another: adminadmin, mysecretpassword.
func made(letters string) bool {
	ends := make([]bool, len(letters)+1)
	ends[0] = true
	for i := range letters {
		if !ends[i] {
			continue
		}
		for j := i + 2; j <= len(letters) && j <= i+longestWord; j++ {
			if weakWords[letters[i:j]] {
				ends[j] = true
			}
		}
	}
	return ends[len(letters)]
}

const longestWord = 16

var weakWords = set(`admin administrator root toor postgres postgresql pg psql mysql mariadb mongo mongodb redis rabbit rabbitmq rmq guest
	user username db database sql password passwords passwd pass passphrase pwd pw secret secrets key keys token salt test tests
	testing tester tst dev develop development developer local localhost demo default django flask app application web site
	website project prod production staging server service api backend frontend docker compose super supersafe very really
	my the is it not so for only in this some any our me secure insecure unsafe safe strong simple master login letmein
	welcome hello world monkey dragon qwerty qwertz azerty asdf asdfgh zxcv zxcvbn abc abcd abcde abcdef iloveyou sunshine
	princess football baseball hunter shadow trustno one two three temp temporary tmp initial setup install minio minioadmin
	celery airflow grafana elastic elasticsearch kibana superset superuser rootpw do use no keep it private random jwt auth
	session encryption signing access build collectstatic ci github gitlab travis`)

var runs = set(`1q2w3e 1q2w3e4r 1q2w3e4r5t q1w2e3 q1w2e3r4 1qaz2wsx qazwsx abc123 a1b2c3 a1b2c3d4 123qwe qwe123 1234qwer qwer1234 123abc
	123456a a123456 pass123 p4ssword 1234567890ab 123456789012 0123456789abcdef 1234567890abcdef abcdefghijklmnop abcdefghijkl
	abcdefgh abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl zxcvbnm deadbeef cafebabe deadbeefdeadbeef correcthorsebatterystaple`)

func onlyLetters(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, s)
}

func onlyAlnum(s string) string {
	return strings.Map(func(r rune) rune {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') {
			return -1
		}
		return r
	}, s)
}
