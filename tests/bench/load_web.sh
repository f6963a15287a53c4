# The load goes through another web server than lighttpd: those of contrib/, started as `make run` starts them. Sourced by `load`.
# SPDX-License-Identifier: MIT
[ "$WEB" = lighttpd ] || {
    need_web "$WEB" '' || exit 1
    [ -z "$missing_packages" ] || fail "missing:$missing_packages"
    web_up() {
        local kind=fastcgi
        [ "$WEB" != apache ] || kind=proxy-fcgi
        WEB_DIR=$dir/web WEB_PORT=$program_port CONFIG=$dir/authtickets.conf WEB_CONTRIB=$SRC_DIR/contrib FCGI_SOCKET=$dir/program.sock
        mkdir -p "$WEB_DIR"
        until_true test -S "$FCGI_SOCKET"
        if web_is_root; then chgrp "$WEB_USER" "$FCGI_SOCKET"; fi
        web_start "$WEB" "$kind" || fail "$WEB does not start: $(tail -n 5 "$WEB_DIR"/*.log)"
        started+=("$web_pid")
    }
    web_version() { case $WEB in apache) apache2 -v ;; nginx) nginx -v 2>&1 ;; esac | sed -n '1s/.*: //p'; }
}
