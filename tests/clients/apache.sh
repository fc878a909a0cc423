#!/usr/bin/env bash
# Apache's mod_auth_openidc in front of a page, and a real browser that wants to see it.
#
#   tests/clients/apache.sh HOSHO OUT PORT    HOSHO: the binary; OUT: tests/.out
#
# Called by run, which has started the server and set HOSHO_ISSUER; person and password are those of the account there.
set -euo pipefail
cd "$(dirname "$0")"
hosho=$1 out=$2 port=$3
site=$(mktemp -d)
apache=''
stop() {
  [ -n "$apache" ] && kill "$apache" 2>/dev/null && wait "$apache" 2>/dev/null
  rm -rf "$site"
}
trap stop EXIT

app=http://localhost:$port

client=$("$hosho" client create --json <<E2
{"client_name": "Apache", "token_endpoint_auth_method": "client_secret_basic", "hosho_first_party": true,
 "redirect_uris": ["$app/protected/redirect"], "post_logout_redirect_uris": ["$app/bye.html"],
 "backchannel_logout_uri": "$app/protected/redirect?logout=backchannel", "backchannel_logout_session_required": true,
 "grant_types": ["authorization_code", "refresh_token"], "scope": "openid profile email"}
E2
)
member() { printf %s "$client" | node -pe "JSON.parse(require('fs').readFileSync(0, 'utf8')).$1"; }

mkdir -p "$site/pages/protected" "$site/run"
echo '<!doctype html><title>Seen</title><p id="seen">The protected page.</p>' >"$site/pages/protected/index.html"
echo '<!doctype html><title>Bye</title><p id="bye">Signed out.</p>' >"$site/pages/bye.html"
cat >"$site/apache.conf" <<E2
ServerRoot "$site"
ServerName localhost:$port
Listen 127.0.0.1:$port
PidFile "$site/run/apache.pid"
DefaultRuntimeDir "$site/run"
ErrorLog "$out/log/clients-apache.log"
LogLevel warn auth_openidc:info
$(for module in mpm_event authn_core authz_core authz_user dir mime auth_openidc; do echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"; done)
$([ "$(id -u)" = 0 ] && printf 'User www-data\nGroup www-data\n')
TypesConfig /etc/mime.types
DocumentRoot "$site/pages"
DirectoryIndex index.html
OIDCProviderMetadataURL $HOSHO_ISSUER/.well-known/openid-configuration
OIDCClientID $(member client_id)
OIDCClientSecret $(member client_secret)
OIDCRedirectURI $app/protected/redirect
OIDCCryptoPassphrase $(head -c 24 /dev/urandom | base64)
OIDCScope "openid profile email"
OIDCPKCEMethod S256
OIDCInfoHook userinfo id_token
<Location /protected>
  AuthType openid-connect
  Require valid-user
</Location>
E2
chmod -R a+rX "$site"
chmod a+rwx "$site/run"

/usr/sbin/apache2 -f "$site/apache.conf" -DFOREGROUND >"$out/log/clients-apache-start.log" 2>&1 &
apache=$!
for _ in $(seq 100); do
  curl -fs "$app/bye.html" >/dev/null && break
  kill -0 "$apache" 2>/dev/null || { cat "$out/log/clients-apache-start.log" "$out/log/clients-apache.log"; echo "0 passed, 1 failed"; exit 1; }
  sleep 0.1
done
node apache_browser.mjs "$HOSHO_ISSUER" "$app"
