#!/bin/sh
# Builds the wheel, installs it into a clean environment and uses it far from the checkout.
# usage: PYTHON=.venv/bin/python sh tests/wheel_check.sh
set -eu
checkout=$(cd "$(dirname "$0")/.." && pwd)
python=${PYTHON:-python3}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT INT TERM
"$python" -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$place/wheel" "$checkout"
"$python" -m venv "$place/venv"
"$place/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$place"/wheel/nenpath-*.whl
cp -R "$checkout/corpora/samples" "$place/samples"
cd "$place"
unset PYTHONPATH
bin=$place/venv/bin
"$bin/nenpath" run samples -o out
"$bin/nenpath" show out --id liver_biopsy --html case.html
grep -q "<mark" case.html
test "$("$bin/nenpath" cat out | wc -l)" -eq "$(ls samples | wc -l)"
"$bin/nenpath" schema >schema.json
cmp schema.json "$checkout/docs/record.schema.json"
"$bin/python" - "$checkout" <<'PYTHON'
import importlib.metadata
import sys
from pathlib import Path

import nenpath
from extractor.locations import patterns_dir, patterns_sha256

found = patterns_dir()
assert found.name == "_patterns", found
assert "site-packages" in found.parts, found
assert patterns_sha256(found) == patterns_sha256(Path(sys.argv[1]) / "patterns")
tops = {path.parts[0] for path in importlib.metadata.files("nenpath")} - {".."}  # the command is in ../../../bin
version = nenpath.__version__
assert tops == {"extractor", "classifier", "nenpath", f"nenpath-{version}.dist-info"}, tops
engine = nenpath.load()
assert engine("Pancreas: neuroendocrine tumor, Ki-67 4 %.").fields.ki67_percent.value.low == 4
PYTHON
echo "The wheel works in a clean environment."
