#!/bin/bash
# Starts a small S3 server (Ceph: one monitor, one store in memory, one gateway) for the tests.
# usage: radosgw.sh <folder> [S3 port] [monitor port]; needs the packages radosgw, ceph-mon, ceph-osd and bc.
set -e
trap '[ $? = 0 ] || { echo "no S3 server, see $D/log:"; tail -n 5 $D/log/*.out; } >&2' EXIT
MONPORT=${3:-16789}
D=${1:?usage: radosgw.sh <run folder> [s3 port] [monitor port]}; PORT=${2:-7480}
rm -rf $D; mkdir -p $D/{mon,osd,rgw,log,mgr}
FSID=$(cat /proc/sys/kernel/random/uuid)
cat > $D/ceph.conf <<C
[global]
fsid = $FSID
auth cluster required = none
auth service required = none
auth client required = none
mon host = [v1:127.0.0.1:$MONPORT]
ms bind ipv4 = true
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
mon allow pool delete = true
mon pg warn min per osd = 0
mon max pg per osd = 4000
run dir = $D
log file = $D/log/\$name.log
admin socket = $D/\$name.asok
pid file = $D/\$name.pid
keyring = $D/keyring
[mon.a]
mon data = $D/mon
mon addr = 127.0.0.1:$MONPORT
[osd]
osd data = $D/osd
osd objectstore = memstore
memstore device bytes = 1073741824
osd memory target = 939524096
osd op num shards = 1
osd op num threads per shard = 1
[client.rgw]
rgw frontends = beast endpoint=127.0.0.1:$PORT
rgw dns name = 127.0.0.1
rgw thread pool size = 16
rgw enable usage log = false
rgw enable gc threads = true
rgw lc debug interval = 10
rgw run sync thread = false
debug rgw = 1
C
export CEPH_CONF=$D/ceph.conf
t0=$(date +%s.%N)
ceph-authtool --create-keyring $D/keyring --gen-key -n mon. --cap mon 'allow *' >/dev/null
ceph-authtool $D/keyring --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *' --cap mds 'allow *' --cap mgr 'allow *' >/dev/null
monmaptool --create --clobber --fsid $FSID --addv a "[v1:127.0.0.1:$MONPORT]" $D/monmap >/dev/null
ceph-mon -c $D/ceph.conf --mkfs -i a --monmap $D/monmap --keyring $D/keyring >/dev/null
ceph-mon -c $D/ceph.conf -i a -f > $D/log/mon.out 2>&1 & echo $! > $D/mon.mypid
U=$(cat /proc/sys/kernel/random/uuid)
for i in $(seq 1 60); do timeout 20 ceph -c $D/ceph.conf osd new $U >/dev/null 2>>$D/log/osdnew.out && break; sleep 0.3; done
ceph-osd -c $D/ceph.conf -i 0 --mkfs --osd-uuid $U > $D/log/osdmkfs.out 2>&1
for i in 1 2 3 4 5 6; do
  ceph-osd -c $D/ceph.conf -i 0 -f >> $D/log/osd.out 2>&1 & echo $! > $D/osd.mypid
  ok=; for k in $(seq 1 40); do kill -0 $(cat $D/osd.mypid) 2>/dev/null || break; timeout 10 ceph -c $D/ceph.conf osd stat 2>/dev/null | grep -q '1 up' && { ok=1; break; }; sleep 0.2; done
  [ -n "$ok" ] && break; kill -9 $(cat $D/osd.mypid) 2>/dev/null || true; sleep 0.3
done
[ -n "$ok" ] || { echo "osd did not come up, see $D/log" >&2; exit 1; }
radosgw -c $D/ceph.conf -n client.rgw -f > $D/log/rgw.out 2>&1 & echo $! > $D/rgw.mypid
for i in $(seq 1 300); do curl -sf -o /dev/null http://127.0.0.1:$PORT/ && break; for p in osd mon rgw; do kill -0 $(cat $D/$p.mypid) 2>/dev/null || dead=$p; done; [ -z "$dead" ] || { echo "daemon died, see $D/log" >&2; exit 1; }; sleep 0.2; done
radosgw-admin -c $D/ceph.conf -n client.rgw user create --uid=test --display-name=test --access-key=TESTKEY --secret=TESTSECRETTESTSECRET > $D/user.json 2>$D/log/admin.out
t1=$(date +%s.%N); echo "ready in $(echo "$t1 - $t0" | bc) s"
