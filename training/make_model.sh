#!/bin/sh
# Make the language model from nothing: base, data, four stages of training, export, calibration.
#   training/make_model.sh CORPORA WORK        CORPORA: the folder of *.train.jsonl and *.dev.jsonl
# On two CPU cores this takes about three hours. The result lies in WORK/model.
set -eu
corpora=$1
work=$2
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
test -x "$work/venv/bin/python" || python3.11 -m venv "$work/venv"
python=$work/venv/bin/python
"$python" -m pip install -q -r "$here/requirements.txt"
cd "$here"
export PYTHONPATH="$here:$here/../src" OMP_WAIT_POLICY=PASSIVE

"$python" read_base.py "$work/base"

site=$("$python" -c 'import numpy, pathlib; print(pathlib.Path(numpy.__file__).parent.parent)')
plain=$work/plain
mkdir -p "$plain"
for lang in de en es fr it nl pl pt; do
    find "$site/django" -path "*/locale/$lang/*" -name '*.po' | while read -r file; do
        cp "$file" "$plain/$lang-$(printf %s "$file" | cksum | cut -d' ' -f1).po"
    done
done
for seed in 101 102 103 204 205; do
    "$python" -m compose.write "$work/compose.$seed.jsonl" --count 15000 --seed $seed --plain "$plain" \
        "$site/django/db" "$site/django/http" "$site/django/forms" "$site/networkx" "$site/sympy/core" \
        "$site/sympy/solvers" "$site/numpy/lib" "$site/torch/optim" "$site/jinja2" "$site/filelock" "$site/pip"
done
"$python" -m compose.write "$work/compose.measure.jsonl" --count 2500 --seed 999 --measure --plain "$plain" "$site/jinja2"

tweets="$corpora/btc.train.jsonl"
posts="$corpora/wnut17.train.jsonl"
cases="$corpora/tab144.train.jsonl"
clinic="$corpora/meddocan.train.jsonl"
"$python" train.py --base "$work/base" --out "$work/first" --steps 750 --floor 0.4 --half \
    --data "$tweets" "$posts:1.5" "$cases:2" "$clinic:.5"
later="--half --dropout 0 --tokens 1280 --floor 0.02"
"$python" train.py --base "$work/base" --resume "$work/first/model.pt" --new-heads --out "$work/second" $later \
    --steps 1250 --seed 1 --frozen 2 --lr 2.5e-4 --floor 0.5 --data "$tweets:.8" "$posts" "$cases:1.5" \
    "$clinic:.2" "$work/compose.101.jsonl:.2" "$work/compose.102.jsonl:.2" "$work/compose.103.jsonl:.2"
"$python" train.py --base "$work/base" --resume "$work/second/model.pt" --out "$work/third" $later \
    --steps 1972 --seed 2 --frozen 2 --lr 1.8e-4 --warmup 40 --data "$tweets" "$posts:1.2" "$cases:2" \
    "$clinic:.25" "$work/compose.204.jsonl:.45" "$work/compose.205.jsonl:.45"
"$python" train.py --base "$work/base" --resume "$work/third/model.pt" --out "$work/fourth" $later \
    --steps 277 --seed 3 --frozen 3 --lr 1.2e-4 --warmup 20 --data "$cases:3" "$tweets:.35" "$posts:.5" \
    "$clinic:.12" "$work/compose.204.jsonl:.15" "$work/compose.205.jsonl:.15"

"$python" export.py --base "$work/base" --run "$work/fourth" --out "$work/model"
"$python" calibrate.py --model "$work/model" --data "$corpora/wnut17.dev.jsonl" "$corpora/btc.dev.jsonl" \
    "$corpora/tab144.dev.jsonl" "$corpora/meddocan.dev.jsonl:60" "$work/compose.measure.jsonl"
