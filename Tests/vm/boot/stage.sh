#!/bin/bash
# One stage of the test for each boot; results go to the console.
export PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
cd /test
stage=$(cat stage)
# Written through, for the power may go.
next() { echo $((stage + 1)) >stage; sync; }
check() {
  local what=$1
  shift
  if "$@" >/tmp/said 2>&1; then echo "ok - $what"; else
    echo "not ok - $what"
    sed 's/^/# - /' /tmp/said | tail -15
  fi
}
state() { davit inspect --format '{{.State.Status}}' "$1"; }
is() { [ "$(state "$1")" = "$2" ] || { echo "$1: $(state "$1")"; davit ps -a; false; }; }
started() { davit inspect --format '{{.State.StartedAt}}' "$1"; }
serves() { for _ in $(seq 50); do [ "$(curl -s -m 2 127.0.0.1:8080)" = served ] && return; sleep 0.2; done; davit ps -a; return 1; }
ping() { [ "$(curl -s -m 20 --unix-socket /run/davit/docker.sock http://davit/_ping)" = OK ]; }
inOrder() { # Both as RFC 3339 in UTC, so they sort as text.
  local db web
  db=$(started shop-db-1) web=$(started shop-web-1)
  [[ $db < $web ]] || { echo "db started $db, web started $web"; return 1; }
}
startedTimes() { local starts=/var/lib/davit/volumes/shop_data/_data/starts; cat $starts; [ "$(wc -l <$starts)" = "$1" ]; }
nothingFailed() { systemctl --failed --no-legend; journalctl -b -p err --no-pager | tail -5; ! systemctl is-system-running | grep -q degraded; }
isBack() {
  check "resuming has succeeded" systemctl is-active --quiet davit-resume.service
  check "the database runs again" is shop-db-1 running
  check "the web server runs again" is shop-web-1 running
  check "the database was started before the web server" inOrder
  check "the published port is served" serves
  check "what a person stopped stays stopped" is shop-put-away-1 exited
  check "what is not to be restarted stays as it ended" is shop-once-1 exited
  check "each boot started the database once" startedTimes "$1"
  check "the project with a unit of its own is up" is own-app-1 running
  check "nothing has drifted but what is stopped" bash -c 'cd shop && davit drift --format json | grep -q put-away'
  check "systemd finds nothing wrong" nothingFailed
}

echo "# - boot $stage, kernel $(uname -r), up for $(cut -d' ' -f1 /proc/uptime) s"
case $stage in
1)
  ip link set lo up
  mkdir -p /test/image/bin && cp /bin/busybox /test/image/bin/ && chroot /test/image /bin/busybox --install -s /bin
  check "an image is imported" bash -c 'tar -C /test/image -c . | davit import - busybox:vm'
  check "the project comes up" bash -c 'cd shop && davit up -d --wait'
  check "one service is put away" bash -c 'cd shop && davit stop put-away'
  check "it serves" serves
  check "a unit is generated" bash -c 'cd own && davit generate systemd >/etc/systemd/system/davit-own.service'
  check "the unit is enabled and started" bash -c \
    'systemctl daemon-reload && systemctl enable davit-own.service && systemctl start davit-own.service'
  check "its project is up" is own-app-1 running
  check "davit.socket starts" systemctl start davit.socket
  check "the socket answers, and starts the server for it" ping
  check "the server runs by its unit" systemctl is-active --quiet davit.service
  check "the server can be stopped, and containers go on" bash -c \
    'systemctl stop davit.service davit.socket && systemctl enable --now davit.socket'
  check "it serves after that" serves
  next
  systemctl reboot 2>/dev/null
  ;;
2)
  isBack 2
  check "the socket is there after a boot" ping
  next
  # The power goes: nothing is stopped, nothing is written.
  sync
  echo b >/proc/sysrq-trigger
  ;;
3)
  isBack 3
  check "the file system and davit's records are whole" bash -c 'davit system df && davit ps -a'
  echo "ok - the end"
  sleep 1
  systemctl poweroff 2>/dev/null
  ;;
esac
