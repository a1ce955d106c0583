package checks

// A Section is a part of the user's checklist.
type Section struct {
	Title string
	Rows  []*Row
}

// A Row is one box of the checklist: what is promised. Its status is the most urgent of its checks.
type Row struct {
	Key    string // "django.debug"
	Title  string
	Checks []*Check // answered from the repository
	Live   []string // ids of the checks of the running site that answer it too
	// Days is how long a person's attestation of the row holds; 0 if no person can answer it.
	Days int
	// Platform is the fact that the code-hosting platform's API answers it with, or "".
	Platform string
}

// Checklist returns the checklist in the user's order.
func Checklist() []Section {
	return []Section{
		{"Django security", []*Row{
			{Key: "django.debug", Title: "DEBUG is off", Checks: []*Check{djangoDebugEnabled, djangoDevAppInstalled}, Live: []string{"live-debug-page"}},
			{Key: "django.secret-key", Title: "The secret key is strong and secret", Checks: []*Check{djangoSecretKeyExposed, djangoSecretKeyWeak}},
			{Key: "django.allowed-hosts", Title: "ALLOWED_HOSTS names the site’s domains", Checks: []*Check{djangoAllowedHostsUnsafe}},
			{Key: "django.csrf-trusted-origins", Title: "CSRF_TRUSTED_ORIGINS holds HTTPS URLs only", Checks: []*Check{djangoCsrfTrustedOriginsInsecure}},
			{Key: "django.ssl-redirect", Title: "SECURE_SSL_REDIRECT is on", Checks: []*Check{djangoSslRedirectOff, djangoProxyHeaderMissing}, Live: []string{"live-https-redirect"}},
			{Key: "django.session-cookie", Title: "SESSION_COOKIE_SECURE is on", Checks: []*Check{djangoSessionCookieInsecure}, Live: []string{"live-cookies"}},
			{Key: "django.csrf-cookie", Title: "CSRF_COOKIE_SECURE is on", Checks: []*Check{djangoCsrfCookieInsecure}, Live: []string{"live-cookies"}},
			{Key: "django.hsts", Title: "SECURE_HSTS_SECONDS is two years", Checks: []*Check{djangoHstsWeak}, Live: []string{"live-hsts"}},
			{Key: "django.database-password", Title: "The database password is strong", Checks: []*Check{djangoDatabasePasswordWeak}},
			{Key: "django.env-ignored", Title: "No sensitive data in version control", Checks: []*Check{repoEnvFileNotIgnored, repoEnvFileTracked, repoEnvFileInHistory, repoPrivateKeyTracked, repoDatabaseFileTracked}, Live: []string{"live-file-exposed"}},
		}},
		{"SSL/TLS configuration", []*Row{
			{Key: "tls.dns", Title: "The domain’s DNS is configured and propagated", Live: []string{"live-dns"}},
			{Key: "tls.dns-records", Title: "A and AAAA records point to the server", Live: []string{"live-dns", "live-dns-ipv6"}},
			{Key: "tls.ports", Title: "Ports 80 and 443 are open", Live: []string{"live-ports"}},
			{Key: "tls.certbot-email", Title: "init-letsencrypt.sh names an e-mail address", Checks: []*Check{certbotEmailPlaceholder}},
			{Key: "tls.certbot-domain", Title: "init-letsencrypt.sh names the domain", Checks: []*Check{certbotDomainPlaceholder, certbotDomainMismatch, certbotStagingEnabled}},
			{Key: "tls.certificate", Title: "The certificate is from Let’s Encrypt", Live: []string{"live-certificate"}},
			{Key: "tls.https-redirect", Title: "HTTP redirects to HTTPS", Checks: []*Check{nginxHTTPSRedirectMissing}, Live: []string{"live-https-redirect"}},
			{Key: "tls.renewal", Title: "Certbot renews certificates by itself", Checks: []*Check{dockerCertbotRenewalMissing}, Live: []string{"live-certificate"}},
			{Key: "tls.ssl-labs", Title: "SSL Labs would grade A or A+", Live: []string{"live-tls-grade"}},
			{Key: "tls.security-headers", Title: "Security Headers would grade A or A+", Live: []string{"live-headers-grade"}},
		}},
		{"CORS and front end", []*Row{
			{Key: "cors.https-only", Title: "CORS_ALLOWED_ORIGINS holds HTTPS URLs only", Checks: []*Check{corsInsecureOrigin}, Live: []string{"live-cors"}},
			{Key: "cors.trusted-only", Title: "Only trusted domains are CORS origins", Checks: []*Check{corsUntrustedOrigin, corsOriginRegexLoose}, Live: []string{"live-cors"}},
			{Key: "cors.no-allow-all", Title: "CORS_ALLOW_ALL_ORIGINS is off", Checks: []*Check{corsAllowAllOrigins, corsCredentialsAnyOrigin}, Live: []string{"live-cors"}},
			{Key: "cors.frontend-https", Title: "The front end calls its API over HTTPS", Checks: []*Check{frontendInsecureAPIURL, frontendMixedContent}, Live: []string{"live-mixed-content"}},
			{Key: "cors.jwt-storage", Title: "Tokens are stored securely in the browser", Checks: []*Check{frontendTokenInWebStorage}},
		}},
		{"Docker configuration", []*Row{
			{Key: "docker.production-compose", Title: "Production runs a production compose file", Checks: []*Check{dockerDevServer, dockerDevComposeOnly, dockerComposeInvalid, dockerDockerfileInvalid}},
			{Key: "docker.certbot", Title: "A certbot container renews certificates", Checks: []*Check{dockerCertbotRenewalMissing}},
			{Key: "docker.certificate-volumes", Title: "Certificate volumes are mounted correctly", Checks: []*Check{dockerCertificateVolumeMismatch}},
			{Key: "docker.nginx-valid", Title: "The nginx configuration is valid", Checks: []*Check{nginxConfigInvalid, nginxAliasTraversal}},
			{Key: "docker.env-file", Title: "Variables are loaded from .env", Checks: []*Check{dockerEnvInline}},
			{Key: "docker.no-secrets", Title: "No secrets in Docker files", Checks: []*Check{dockerSecretInImage, dockerEnvFileCopied, dockerSecretInCompose}},
			{Key: "docker.restart-policy", Title: "Containers restart unless stopped", Checks: []*Check{dockerRestartPolicyMissing}},
		}},
		{"Database security", []*Row{
			{Key: "database.password", Title: "The PostgreSQL password is strong", Checks: []*Check{djangoDatabasePasswordWeak}},
			{Key: "database.not-public", Title: "The database is not open to the internet", Checks: []*Check{dockerDatabasePortPublished}, Live: []string{"live-database-port-open"}},
			{Key: "database.backups", Title: "Backups are made regularly", Checks: []*Check{repoBackupMissing}, Days: 90},
			{Key: "database.least-privilege", Title: "The database user has minimal permissions", Checks: []*Check{djangoDatabaseSuperuser}, Days: 180},
			{Key: "database.encrypted", Title: "The database connection is private or encrypted", Checks: []*Check{djangoDatabaseTlsOff}},
		}},
		{"Nginx security", []*Row{
			{Key: "nginx.tls-protocols", Title: "TLS 1.2 and 1.3 only", Checks: []*Check{nginxTLSProtocolWeak}, Live: []string{"live-tls-protocols"}},
			{Key: "nginx.ciphers", Title: "Cipher suites are strong", Checks: []*Check{nginxTLSCipherWeak}, Live: []string{"live-tls-ciphers"}},
			{Key: "nginx.security-headers", Title: "Security headers are sent", Checks: []*Check{nginxSecurityHeaderMissing, nginxSecurityHeaderDropped, djangoCspMissing, djangoSecurityMiddlewareMissing, djangoClickjackingMiddlewareMissing, djangoObsoleteSetting}, Live: []string{"live-security-headers"}},
			{Key: "nginx.rate-limit", Title: "Requests are rate-limited", Checks: []*Check{nginxRateLimitMissing}, Live: []string{"live-rate-limit"}},
			{Key: "nginx.server-tokens", Title: "The server’s version is hidden", Checks: []*Check{nginxServerTokensOn}, Live: []string{"live-server-tokens"}},
			{Key: "nginx.ocsp-stapling", Title: "OCSP stapling is right for the certificate", Checks: []*Check{nginxOCSPStaplingBroken}, Live: []string{"live-ocsp-stapling"}},
			{Key: "nginx.gzip", Title: "Gzip compression is on", Checks: []*Check{nginxGzipOff}, Live: []string{"live-compression"}},
			{Key: "nginx.body-size", Title: "Request bodies are limited", Checks: []*Check{nginxBodySizeUnlimited}, Live: []string{"live-body-limit"}},
		}},
		{"Authentication and authorization", []*Row{
			{Key: "auth.jwt-access", Title: "JWT access tokens live at most 5 hours", Checks: []*Check{jwtAccessLifetimeLong}},
			{Key: "auth.jwt-refresh", Title: "JWT refresh tokens live at most 7 days", Checks: []*Check{jwtRefreshLifetimeLong}},
			{Key: "auth.password-rules", Title: "Password rules are enforced", Checks: []*Check{djangoPasswordValidatorsMissing}},
			{Key: "auth.protected-routes", Title: "Protected routes ask for a login", Checks: []*Check{drfOpenByDefault}, Days: 180},
			{Key: "auth.admin", Title: "The admin panel is restricted", Checks: []*Check{djangoAdminExposed}, Live: []string{"live-admin-reachable"}},
			{Key: "auth.csrf", Title: "CSRF protection is on", Checks: []*Check{djangoCsrfMiddlewareMissing, djangoCsrfExempt}, Live: []string{"live-csrf"}},
		}},
		{"Logging and monitoring", []*Row{
			{Key: "logging.application", Title: "Application logs are configured", Checks: []*Check{djangoLoggingMissing}, Days: 180},
			{Key: "logging.error-tracking", Title: "Errors are tracked", Checks: []*Check{djangoErrorTrackingMissing}, Days: 180},
			{Key: "logging.certificate-expiry", Title: "The certificate’s expiry is monitored", Live: []string{"live-certificate"}, Days: 90},
			{Key: "logging.uptime", Title: "Uptime is monitored", Days: 90},
			{Key: "logging.rotation", Title: "Logs are rotated", Checks: []*Check{dockerLogRotationMissing}},
			{Key: "logging.certbot", Title: "Certbot’s renewal logs are monitored", Days: 90},
		}},
		{"Updates and maintenance", []*Row{
			{Key: "updates.docs", Title: "Deployment is documented", Checks: []*Check{repoDeploymentDocsMissing}, Days: 180},
			{Key: "updates.backup-strategy", Title: "A backup strategy is in place", Checks: []*Check{repoBackupMissing}, Days: 180},
			{Key: "updates.process", Title: "The update process is documented", Checks: []*Check{repoUpdateDocsMissing}, Days: 180},
			{Key: "updates.rollback", Title: "A rollback procedure is defined", Checks: []*Check{repoRollbackDocsMissing, repoIncidentDocsMissing}, Days: 180},
			{Key: "updates.security", Title: "Security updates are planned", Checks: []*Check{repoDependencyUpdatesMissing}, Platform: "Dependabot alerts"},
			{Key: "updates.dependencies", Title: "Dependency updates are scheduled", Checks: []*Check{repoDependencyUpdatesMissing}, Platform: "Dependabot alerts"},
		}},
		{"Testing", []*Row{
			{Key: "testing.https", Title: "All features were tested over HTTPS", Days: 90},
			{Key: "testing.login", Title: "Login and logout were tested", Days: 90},
			{Key: "testing.api", Title: "API endpoints were tested", Days: 90},
			{Key: "testing.cors", Title: "CORS was tested from the production front end", Live: []string{"live-cors"}, Days: 90},
			{Key: "testing.forms", Title: "Form submissions were tested (CSRF)", Live: []string{"live-csrf"}, Days: 90},
			{Key: "testing.mobile", Title: "The site was tried on mobile devices", Days: 90},
			{Key: "testing.certificate", Title: "The certificate was tested (SSL Labs)", Live: []string{"live-tls-grade"}, Days: 90},
			{Key: "testing.headers", Title: "Security headers were tested", Live: []string{"live-headers-grade"}, Days: 90},
			{Key: "testing.load", Title: "Load was tested", Days: 90},
			{Key: "testing.error-pages", Title: "Error pages were tested (404, 500)", Checks: []*Check{djangoErrorPagesMissing}, Live: []string{"live-error-pages"}, Days: 90},
		}},
		{"Post-deployment verification", []*Row{
			{Key: "commands.containers", Title: "All containers are running"},
			{Key: "commands.certificates", Title: "The certificate is valid", Live: []string{"live-certificate"}},
			{Key: "commands.https", Title: "The site answers over HTTPS", Live: []string{"live-https-redirect"}},
			{Key: "commands.redirect", Title: "HTTP redirects to HTTPS", Live: []string{"live-https-redirect"}},
			{Key: "commands.hsts", Title: "Strict-Transport-Security is sent", Live: []string{"live-hsts"}},
			{Key: "commands.logs", Title: "The application’s logs are clean"},
			{Key: "commands.nginx", Title: "The running nginx configuration is valid"},
			{Key: "commands.renewal-logs", Title: "Certbot’s logs show renewals"},
		}},
		{"Online security tests", []*Row{
			{Key: "online.ssl-labs", Title: "SSL Labs", Live: []string{"live-tls-grade"}},
			{Key: "online.security-headers", Title: "Security Headers", Live: []string{"live-headers-grade"}},
			{Key: "online.observatory", Title: "Mozilla Observatory", Live: []string{"live-observatory-grade"}},
			{Key: "online.hsts-preload", Title: "HSTS preload", Live: []string{"live-hsts-preload"}},
			{Key: "online.certificate-transparency", Title: "Certificate transparency", Live: []string{"live-certificate-transparency"}},
		}},
		{"Regular maintenance", []*Row{
			{Key: "daily.logs", Title: "Daily: application logs are watched", Days: 1},
			{Key: "daily.certbot", Title: "Daily: certbot’s logs are read", Days: 1},
			{Key: "weekly.headers", Title: "Weekly: security headers are reviewed", Live: []string{"live-security-headers"}, Days: 7},
			{Key: "weekly.certificate", Title: "Weekly: the certificate’s expiry is checked", Live: []string{"live-certificate"}, Days: 7},
			{Key: "weekly.resources", Title: "Weekly: server resources are watched", Days: 7},
			{Key: "monthly.images", Title: "Monthly: Docker images are updated", Days: 31},
			{Key: "monthly.dependencies", Title: "Monthly: dependencies are reviewed and updated", Days: 31},
			{Key: "monthly.backup", Title: "Monthly: the database is backed up", Days: 31},
			{Key: "monthly.access-logs", Title: "Monthly: access logs are reviewed", Days: 31},
			{Key: "quarterly.audit", Title: "Quarterly: security is audited in full", Days: 92},
			{Key: "quarterly.pentest", Title: "Quarterly: penetration test", Days: 92},
			{Key: "quarterly.docs", Title: "Quarterly: documentation is updated", Days: 92},
			{Key: "quarterly.passwords", Title: "Quarterly: passwords are reviewed and changed", Days: 92},
		}},
	}
}
