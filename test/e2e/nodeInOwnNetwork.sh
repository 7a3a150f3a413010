#!/bin/sh
# Node in a network namespace that has nothing but loopback and ends with its last process. E2E_NODE is Node's path.
exec unshare --net sh -c 'ip link set lo up && exec "$E2E_NODE" "$@"' sh "$@"
