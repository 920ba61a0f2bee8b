#!/bin/sh
# Runs mpirun on two hosts that are network namespaces of this machine, joined by a pair of virtual interfaces:
#   two-hosts.sh RANKS COMMAND [ARGUMENTS]
# Needs the right to make namespaces; exits with 77 where that is not given. Whatever it makes, it removes.
ranks=$1; shift
id=$$
one=gpt-talker-$id-1; two=gpt-talker-$id-2
net=10.$((id % 200 + 20)).$((id / 200 % 250))
folder=$(mktemp -d)
end() {
  ip netns del "$one" 2>/dev/null; ip netns del "$two" 2>/dev/null
  rm -rf "$folder"
}
trap end EXIT
trap 'exit 143' TERM INT
{
  ip netns add "$one" && ip netns add "$two" &&
  ip link add v1-$id netns "$one" type veth peer name v2-$id netns "$two" &&
  ip -n "$one" addr add $net.1/24 dev v1-$id && ip -n "$two" addr add $net.2/24 dev v2-$id &&
  ip -n "$one" link set v1-$id up && ip -n "$two" link set v2-$id up &&
  ip -n "$one" link set lo up && ip -n "$two" link set lo up &&
  ip netns exec "$one" unshare --uts true
} 2>/dev/null || { echo 'two-hosts.sh: network namespaces are not allowed here' >&2; exit 77; }
# What mpirun calls in place of ssh: HOST COMMAND.
cat >"$folder/agent" <<EOF
#!/bin/sh
shift
exec ip netns exec $two unshare --uts sh -c 'hostname two; exec sh -c "\$*"' agent "\$@"
EOF
chmod +x "$folder/agent"
# Not exec: the namespaces are to be removed afterwards.
ip netns exec "$one" unshare --uts sh -c 'hostname one; exec "$@"' one \
  mpirun -q --host $net.1:$((ranks / 2)),$net.2:$((ranks - ranks / 2)) -n "$ranks" --oversubscribe \
  --mca plm_rsh_agent "$folder/agent" --mca btl_tcp_if_include $net.0/24 --mca oob_tcp_if_include $net.0/24 "$@" &
wait $!
