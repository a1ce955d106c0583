package secrets

import (
	"slices"
	"strings"
)

// SecretName reports whether a variable or setting of this name holds a secret. Names of things about a secret are not secrets
// (PASSWORD_HASHERS, TOKEN_TTL, KEY_FILE), nor are URLs, whose value tells (see URLPassword), nor keys that browsers are given.
func SecretName(name string) bool {
	if len(name) > 200 {
		return false
	}
	words := split(name)
	if len(words) == 0 || aboutFirst[words[0]] || slices.ContainsFunc(words, func(w string) bool { return neverSecret[w] }) {
		return false
	}
	at := -1
	for i := range words {
		if secretAt(words, i) {
			at = i
		}
	}
	if at < 0 {
		return false
	}
	for _, w := range words[at+1:] {
		if aboutSecret[w] {
			return false
		}
	}
	return !inBrowser(words) || words[at] == "password" || words[at] == "secret" || slices.Contains(words, "private")
}

// secretAt reports whether the word i, with those before it, names a secret.
func secretAt(words []string, i int) bool {
	w, before, last := words[i], "", i == len(words)-1
	if i > 0 {
		before = words[i-1]
	}
	switch w {
	case "password", "passwd", "passphrase", "secret", "secrets":
		return !aboutVerb[before]
	case "pass":
		return last && !notPass[before]
	case "pwd", "salt", "pepper", "dsn":
		return last && i > 0 && !errorTracker[before]
	case "token":
		return !notToken[before]
	case "key", "keys":
		return i > 0 && keyOf[before]
	case "json", "base64", "b64":
		return before == "credentials" || before == "credential"
	case "string":
		return before == "connection" && slices.Contains(words, "azure")
	}
	if len(w) > 40 {
		return false
	}
	for _, end := range [...]string{"password", "passwd", "passphrase", "secret", "apikey", "secretkey", "privatekey", "accesskey"} {
		if strings.HasSuffix(w, end) {
			return true
		}
	}
	for _, front := range [...]string{"auth", "access", "refresh", "bot", "api", "bearer"} {
		if w == front+"token" {
			return true
		}
	}
	return false
}

// inBrowser reports whether a bundler gives the variable to every visitor.
func inBrowser(words []string) bool {
	return words[0] == "vite" || words[0] == "gatsby" || len(words) > 1 && (words[0] == "react" && words[1] == "app" || words[0] == "vue" && words[1] == "app")
}

// split returns the words of a name in lower case: SECRET_KEY, secretKey, secret-key and Secret.Key are the same two.
func split(name string) []string {
	var words []string
	start := -1
	flush := func(end int) {
		if start >= 0 {
			words = append(words, strings.ToLower(name[start:end]))
		}
		start = -1
	}
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case !isLetter(c) && !isDigit(c):
			flush(i)
			continue
		case start >= 0 && isUpper(c) && (isLower(name[i-1]) || isUpper(name[i-1]) && i+1 < len(name) && isLower(name[i+1])):
			flush(i) // secret|Key, API|Key
		}
		if start < 0 {
			start = i
		}
	}
	flush(len(name))
	for i, w := range words { // PASSWORD2 is a second password
		if t := strings.TrimRight(w, "0123456789"); t != "" && w != "base64" && w != "b64" {
			words[i] = t
		}
	}
	return words
}

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

var (
	// keyOf are the words that make the key behind them a secret one.
	keyOf = set(`api secret private access django encryption encrypt decryption signing signature auth fernet master jwt app service
		account license shared admin authentication crypto cipher aes hmac symmetric consumer webhook stripe sendgrid mailgun
		mandrill mailchimp postmark sparkpost twilio openai anthropic gemini groq aws azure gcp minio cloudinary algolia sentry
		newrelic datadog mailjet brevo resend paypal razorpay paystack telegram wandb meilisearch flask rails tinymce ingest write`)
	// aboutSecret are the words that, behind a secret's, speak of it rather than hold it.
	aboutSecret = set(`file files path paths dir directory url urls uri uris id ids name names ttl age lifetime expiry expire expires
		expiration expired seconds minutes hours days timeout length len min max validators validator validation hashers hasher
		hashing prefix suffix header headers field fields type types class classes algorithm algorithms alg algo backend backends
		engine module model models version versions format regex pattern policy rotation rotate rotated size bits count limit
		limits enabled enable disabled required optional location endpoint form forms template templates view views serializer
		serializers reset change changed email domain host port user username env var variable provider manager managers arn ref
		label hint strategy mode issuer audience scope scopes samesite store mount checks delay interval rate creator blacklist
		obtain app apps help text message error rules rule strength history grace leeway cookie param params parameter
		parameters query owner usage budget per generator factory function func callback title description character characters
		storage cache sources source schema column table index loader resolver middleware permission permissions handler method
		attempts page done complete confirm authentication authenticator rounds iterations cost`)
	// aboutFirst are the first words of names of switches and limits.
	aboutFirst = set(`use enable has require requires required allow is no disable skip check min max forgot reset change show
		generate validate verify num total count`)
	// neverSecret are words that make the whole name one of something public, or of a switch.
	neverSecret = set(`public pub publishable empty random csrf xsrf csrfmiddlewaretoken anon anonymous verifying fingerprint`)
	aboutVerb   = set(`forgot reset change confirm show hide allow require without`)
	notPass     = set(`proxy fastcgi uwsgi scgi grpc by first second two all test single multi boarding`)
	notToken    = set(`csrf next page pagination continuation cancel cancellation eos bos pad unk stop sync sep mask`)
	// errorTracker are services whose DSN every visitor's browser is given.
	errorTracker = set(`sentry raven glitchtip`)
)

func isUpper(c byte) bool  { return 'A' <= c && c <= 'Z' }
func isLower(c byte) bool  { return 'a' <= c && c <= 'z' }
func isLetter(c byte) bool { return isUpper(c) || isLower(c) }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isAlnum(c byte) bool  { return isLetter(c) || isDigit(c) }
