package secrets

import "sync"

// A provider is one form of credential: a fixed start and a body of so many characters of a set.
type provider struct {
	kind     string
	prefix   string
	set      string // characters of the body: see chars
	min, max int    // length of the body; max 0: no more than maxBody
}

const maxBody = 2000

// The sets of characters that bodies are made of.
const (
	hexSet   = "h" // 0-9 a-f
	alnumSet = "a"
	wordSet  = "w" // letters, digits, _
	nameSet  = "n" // letters, digits, _ -
	dotSet   = "d" // letters, digits, _ - .
	baseSet  = "b" // letters, digits, + / =, _ -
	upperSet = "u" // A-Z 0-9
	lowerSet = "l" // a-z 0-9
)

// providers are forms that their providers publish, in their documentation or for secret scanning.
var providers = []provider{
	{"AWS access key", "AKIA", upperSet, 16, 16}, {"AWS access key", "ASIA", upperSet, 16, 16}, {"AWS Bedrock key", "ABSK", baseSet, 109, 270},
	{"GitHub token", "ghp_", alnumSet, 36, 255}, {"GitHub token", "gho_", alnumSet, 36, 255}, {"GitHub token", "ghu_", alnumSet, 36, 255},
	{"GitHub token", "ghs_", dotSet, 36, 0}, {"GitHub token", "ghr_", alnumSet, 36, 255}, {"GitHub token", "github_pat_", wordSet, 82, 255},
	{"GitLab token", "glpat-", dotSet, 20, 300}, {"GitLab token", "gldt-", nameSet, 20, 64}, {"GitLab token", "glrt-", dotSet, 20, 64},
	{"GitLab token", "glcbt-", nameSet, 20, 64}, {"GitLab token", "glptt-", hexSet, 40, 40}, {"GitLab token", "glft-", nameSet, 20, 64},
	{"GitLab token", "glsoat-", nameSet, 20, 64}, {"GitLab token", "glagent-", nameSet, 50, 50}, {"GitLab token", "gloas-", hexSet, 64, 64},
	{"Slack token", "xoxb-", nameSet, 24, 0}, {"Slack token", "xoxp-", nameSet, 24, 0}, {"Slack token", "xoxa-", nameSet, 24, 0},
	{"Slack token", "xoxr-", nameSet, 24, 0}, {"Slack token", "xoxs-", nameSet, 24, 0}, {"Slack token", "xoxe-", nameSet, 24, 0},
	{"Slack token", "xoxe.xoxp-", nameSet, 24, 0}, {"Slack token", "xapp-", nameSet, 40, 0},
	{"Slack webhook", "https://hooks.slack.com/services/", baseSet, 40, 80}, {"Slack webhook", "https://hooks.slack.com/workflows/", baseSet, 40, 100},
	{"Stripe live secret key", "sk_live_", alnumSet, 24, 250}, {"Stripe live restricted key", "rk_live_", alnumSet, 24, 250},
	{"Stripe test secret key", "sk_test_", alnumSet, 24, 250}, {"Stripe test restricted key", "rk_test_", alnumSet, 24, 250},
	{"Stripe webhook secret", "whsec_", baseSet, 32, 90},
	{"Google API key", "AIza", nameSet, 35, 35}, {"Google OAuth client secret", "GOCSPX-", nameSet, 28, 28}, {"Google OAuth token", "ya29.", nameSet, 60, 0},
	{"OpenAI key", "sk-proj-", nameSet, 60, 0}, {"OpenAI key", "sk-svcacct-", nameSet, 60, 0}, {"OpenAI key", "sk-admin-", nameSet, 60, 0},
	{"OpenAI key", "sk-", alnumSet, 48, 48}, {"Anthropic key", "sk-ant-", nameSet, 80, 120}, {"OpenRouter key", "sk-or-v1-", hexSet, 64, 64},
	{"Groq key", "gsk_", alnumSet, 52, 52}, {"Hugging Face token", "hf_", alnumSet, 34, 40}, {"Replicate token", "r8_", alnumSet, 37, 37},
	{"xAI key", "xai-", alnumSet, 80, 80}, {"Perplexity key", "pplx-", alnumSet, 48, 56}, {"LangSmith key", "lsv2_", wordSet, 40, 60},
	{"SendGrid key", "SG.", dotSet, 66, 66}, {"Mailgun key", "key-", hexSet, 32, 32}, {"Brevo key", "xkeysib-", nameSet, 81, 81},
	{"Brevo key", "xsmtpsib-", nameSet, 81, 81}, {"Resend key", "re_", wordSet, 33, 36},
	{"Telegram bot token", ":AA", nameSet, 33, 33}, {"Discord webhook", "https://discord.com/api/webhooks/", baseSet, 78, 100},
	{"Discord webhook", "https://discordapp.com/api/webhooks/", baseSet, 78, 100},
	{"npm token", "npm_", alnumSet, 36, 36}, {"PyPI token", "pypi-AgE", nameSet, 50, 0}, {"RubyGems key", "rubygems_", hexSet, 48, 48},
	{"Docker Hub token", "dckr_pat_", nameSet, 27, 36}, {"Docker Hub token", "dckr_oat_", nameSet, 32, 36}, {"Clojars token", "CLOJARS_", lowerSet, 60, 60},
	{"DigitalOcean token", "dop_v1_", hexSet, 64, 64}, {"DigitalOcean token", "doo_v1_", hexSet, 64, 64}, {"DigitalOcean token", "dor_v1_", hexSet, 64, 64},
	{"Heroku key", "HRKU-AA", nameSet, 58, 64}, {"Fly.io token", "fo1_", nameSet, 43, 43}, {"Fly.io token", "fm2_", baseSet, 100, 0}, {"Fly.io token", "fm1r_", baseSet, 100, 0},
	{"Render key", "rnd_", alnumSet, 28, 40}, {"Netlify token", "nfp_", alnumSet, 36, 40}, {"Supabase token", "sbp_", hexSet, 40, 40},
	{"Supabase secret key", "sb_secret_", nameSet, 30, 60}, {"PlanetScale token", "pscale_tkn_", dotSet, 32, 64},
	{"PlanetScale password", "pscale_pw_", dotSet, 32, 64}, {"Doppler token", "dp.pt.", alnumSet, 40, 44}, {"Doppler token", "dp.st.", dotSet, 40, 80},
	{"Doppler token", "dp.ct.", alnumSet, 40, 44}, {"Doppler token", "dp.sa.", alnumSet, 40, 44},
	{"Vault token", "hvs.", nameSet, 90, 120}, {"Vault batch token", "hvb.", nameSet, 130, 0}, {"Terraform token", ".atlasv1.", nameSet, 60, 70},
	{"Cloudflare origin key", "v1.0-", nameSet, 171, 171}, {"Databricks token", "dapi", hexSet, 32, 32},
	{"Grafana token", "glc_", baseSet, 32, 400}, {"Grafana token", "glsa_", wordSet, 41, 41},
	{"Sentry token", "sntrys_", baseSet, 100, 0}, {"Sentry token", "sntryu_", hexSet, 64, 64}, {"New Relic key", "NRAK-", upperSet, 27, 27},
	{"New Relic key", "NRII-", nameSet, 32, 32}, {"Dynatrace token", "dt0c01.", dotSet, 89, 89}, {"PostHog personal key", "phx_", alnumSet, 40, 60},
	{"Linear key", "lin_api_", alnumSet, 40, 40}, {"Notion token", "ntn_", alnumSet, 43, 50}, {"Figma token", "figd_", nameSet, 38, 44},
	{"Atlassian token", "ATATT3xFfG", baseSet, 150, 250}, {"Atlassian token", "ATCTT3xFfG", baseSet, 150, 250}, {"Bitbucket token", "ATBB", alnumSet, 32, 32},
	{"Shopify token", "shpat_", hexSet, 32, 32}, {"Shopify token", "shpca_", hexSet, 32, 32}, {"Shopify token", "shppa_", hexSet, 32, 32},
	{"Shopify secret", "shpss_", hexSet, 32, 32}, {"Square token", "sq0atp-", nameSet, 22, 22}, {"Square secret", "sq0csp-", nameSet, 43, 43},
	{"Plaid token", "access-production-", nameSet, 36, 36}, {"Flutterwave key", "FLWSECK-", nameSet, 32, 40}, {"Airtable token", "pat", dotSet, 79, 79},
	{"age key", "AGE-SECRET-KEY-1", upperSet, 58, 58}, {"Tailscale key", "tskey-auth-", nameSet, 20, 70}, {"Tailscale key", "tskey-api-", nameSet, 20, 70},
	{"Pulumi token", "pul-", hexSet, 40, 40}, {"Prefect key", "pnu_", alnumSet, 36, 36}, {"Postman key", "PMAK-", nameSet, 59, 59},
	{"SonarQube token", "squ_", hexSet, 40, 40}, {"SonarQube token", "sqp_", hexSet, 40, 40}, {"SonarQube token", "sqa_", hexSet, 40, 40},
	{"Artifactory key", "AKCp", alnumSet, 60, 75}, {"Azure storage key", "AccountKey=", baseSet, 88, 88}, {"Azure client secret", "8Q~", dotSet, 31, 34},
	{"Mapbox secret token", "sk.eyJ", dotSet, 60, 250}, {"Contentful token", "CFPAT-", nameSet, 43, 43}, {"EasyPost key", "EZAK", alnumSet, 54, 54},
	{"Shippo token", "shippo_live_", hexSet, 40, 40}, {"Duffel token", "duffel_live_", nameSet, 43, 43}, {"Sourcegraph token", "sgp_", wordSet, 40, 60},
	{"Buildkite token", "bkua_", hexSet, 40, 40}, {"1Password token", "ops_eyJ", baseSet, 250, 0}, {"ReadMe key", "rdme_", lowerSet, 70, 70},
	{privateKeyKind, "-----BEGIN ", "", 0, 0}, {"PuTTY private key", "PuTTY-User-Key-File-", "", 0, 0},
}

const privateKeyKind = "private key"

// prefixes is the pass over a text that is made before anything else.
var prefixes = sync.OnceValue(func() *automaton {
	needles := make([]string, len(providers))
	for i, p := range providers {
		needles[i] = p.prefix
	}
	return newAutomaton(needles, needleSize)
})

// chars reports whether a byte may stand in a body of the set.
func chars(set string, c byte) bool {
	switch set {
	case hexSet:
		return isDigit(c) || 'a' <= c && c <= 'f'
	case alnumSet:
		return isAlnum(c)
	case wordSet:
		return isAlnum(c) || c == '_'
	case nameSet:
		return isAlnum(c) || c == '_' || c == '-'
	case dotSet:
		return isAlnum(c) || c == '_' || c == '-' || c == '.'
	case baseSet:
		return isAlnum(c) || c == '+' || c == '/' || c == '=' || c == '_' || c == '-'
	case upperSet:
		return isUpper(c) || isDigit(c)
	case lowerSet:
		return isLower(c) || isDigit(c)
	}
	return false
}
