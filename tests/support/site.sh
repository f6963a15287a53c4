# A web server that serves a site already, for the scripts that install authtickets beside it; and what they ask it before
# and after. Shell library (bash) of tests/e2e, after e2e.sh.
# SPDX-License-Identifier: MIT
#
# PLACE (a folder) holds www/, cgi-bin/, etc/ (the servers' configuration), httpd/ (their logs and temporary files).

# site_make: pages, and a program that tells of its query, its body and a header.
site_make() {
    "${AS[@]:-env}" mkdir -p "$PLACE/www" "$PLACE/cgi-bin" "$PLACE/tmp" "$PLACE/httpd"
    mkdir -p "$PLACE/etc/conf-enabled"
    echo '<p>The shop</p>' >"$PLACE/www/index.html"
    cat >"$PLACE/cgi-bin/asks" <<'PROGRAM'
#!/bin/sh
case $QUERY_STRING in *gone*) printf 'Status: 404 Not Found\n' ;; esac
printf 'Content-Type: text/plain\n\n%s %s %s\n' "$QUERY_STRING" "$(wc -c)" "${HTTP_X_SITE:-}"
PROGRAM
    chmod 755 "$PLACE/cgi-bin/asks"
    head -c 100000 /dev/zero | tr '\0' a >"$SCRATCH/100k"
}

lighttpd_site() { # as Debian's package has it, but for folders and port; etc/conf-enabled/*.conf are included
    cat >"$PLACE/etc/lighttpd.conf" <<CONF
server.modules = ( "mod_indexfile", "mod_access", "mod_alias", "mod_redirect", "mod_cgi" )
server.document-root = "$PLACE/www"
server.upload-dirs = ( "$PLACE/tmp" )
server.errorlog = "$PLACE/httpd/lighttpd-error.log"
server.pid-file = "$PLACE/httpd/lighttpd.pid"
server.bind = "127.0.0.1"
server.port = $WEB_PORT
server.feature-flags += ( "server.h2proto" => "enable", "server.h2c" => "enable", "server.graceful-shutdown-timeout" => 5 )
server.http-parseopts = (
  "header-strict" => "enable", "host-strict" => "enable", "host-normalize" => "enable",
  "url-normalize-unreserved" => "enable", "url-normalize-required" => "enable", "url-ctrls-reject" => "enable",
  "url-path-2f-decode" => "enable", "url-path-dotseg-remove" => "enable" )
index-file.names = ( "index.php", "index.html" )
url.access-deny = ( "~", ".inc" )
static-file.exclude-extensions = ( ".php", ".pl", ".fcgi" )
mimetype.assign = ( ".html" => "text/html" )
include "$PLACE/etc/conf-enabled/*.conf"
server.modules += ( "mod_dirlisting", "mod_staticfile" )
\$HTTP["url"] =~ "^/cgi-bin/" {
    alias.url = ( "/cgi-bin/" => "$PLACE/cgi-bin/" )
    cgi.assign = ( "" => "" )
}
CONF
}

# apache_site MODULES [IN THE VIRTUAL HOST [BEHIND IT]]: as Debian's package has it, with the modules that it enables.
apache_site() {
    local module
    {
        cat <<CONF
ServerRoot "$PLACE/httpd"
DefaultRuntimeDir "$PLACE/httpd"
PidFile "$PLACE/httpd/apache.pid"
Mutex "file:$PLACE/httpd" default
ErrorLog "$PLACE/httpd/apache-error.log"
Timeout 300
Listen 127.0.0.1:$WEB_PORT
CONF
        for module in access_compat alias auth_basic authn_core authn_file authz_core authz_host authz_user autoindex deflate \
            dir env filter mime mpm_event negotiation reqtimeout setenvif status cgid $1; do
            say "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
        done
        cat <<CONF
TypesConfig /dev/null
AddType text/html .html
ScriptSock "$PLACE/httpd/cgid"
<IfModule fcgid_module>
    FcgidIPCDir "$PLACE/httpd"
    FcgidProcessTableFile "$PLACE/httpd/fcgid_shm"
</IfModule>
<Directory />
    Options FollowSymLinks
    AllowOverride None
    Require all denied
</Directory>
<Directory "$PLACE/www/">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>
<Directory "$PLACE/cgi-bin/">
    Require all granted
</Directory>
<FilesMatch "^\.ht">
    Require all denied
</FilesMatch>
<VirtualHost *:$WEB_PORT>
    ServerName shop.example
    DocumentRoot "$PLACE/www"
    CustomLog "$PLACE/httpd/apache-site-access.log" "%h %t %m %>s"
    ScriptAlias /cgi-bin/ "$PLACE/cgi-bin/"
    ${2:-}
</VirtualHost>
${3:-}
CONF
    } >"$PLACE/etc/apache.conf"
}

# site_start SERVER -> web_pid, BASE
site_start() {
    case $1 in
        lighttpd) start_process "$PLACE/httpd/lighttpd.log" lighttpd -D -f "$PLACE/etc/lighttpd.conf" ;;
        apache) start_process "$PLACE/httpd/apache.log" apache2 -DFOREGROUND -d "$PLACE/httpd" -f "$PLACE/etc/apache.conf" ;;
    esac
    web_pid=$pid
    BASE=http://127.0.0.1:$WEB_PORT
    await "$web_pid" 15 port_taken "$WEB_PORT" || give_up "$1 starts" "$(tail -n 20 "$PLACE/httpd/"*.log)"
}

# The site as a browser sees it, in one text: pages whole and in part, queries, a large body, error pages of a program.
# An error that the web server answers itself is not in it.
site_seen() {
    local part method host="${CURL[*]}"
    [ -n "$host" ] || CURL=(-H 'Host: shop.example')
    for part in "$1/" "$1/index.html -H Range:bytes=3-5" '/cgi-bin/asks?id=7&x=%20' '/cgi-bin/asks?gone' \
        "/cgi-bin/asks?up --data-binary @$SCRATCH/100k" '/cgi-bin/asks -H X.Site:a'; do
        case $part in *--data*) method=POST ;; *) method=GET ;; esac
        # shellcheck disable=SC2086 # words are meant
        call $method $part
        say "$STATUS $BODY ${HEADER[content-type]:-} ${HEADER[cache-control]:-} ${HEADER[x-vol-correlation]:-} ${HEADER[content-range]:-}"
    done
    [ -n "$host" ] || CURL=()
}
site_expected='200 <p>The shop</p>*206 The*200 id=7&x=%20 0*404 gone 0*200 up 100000*200  0*'

# first_sign_in [MOUNT]: an application gets its ticket, a shopper registers, signs in and is known. CURL may name the host.
sign_ins=0
first_sign_in() {
    local shopper="first$((sign_ins += 1))@example.com" password="First sign-in $sign_ins" base=$BASE
    BASE+=${1:-}
    secret "$password"
    call GET /healthz
    answers '/healthz is 200' 200
    oauth
    sign_up "$shopper" "$password"
    answers 'a shopper registers' 201
    sign_in "$shopper" "$password"
    answers 'the first sign-in' 200 ".customerAccount.emailAddress == \"$shopper\""
    USER_CLAIMS=$ACCESS kibo GET /api/commerce/customer/accounts/current
    answers 'and its ticket is good' 200 ".userName == \"$shopper\""
    sign_in "$shopper" "not $password"
    answers 'a wrong password is 401' 401
    BASE=$base
}
