#!/bin/sh
# Make the language model from nothing: base, data, the large network, the small one that learns from it.
#   training/make_model.sh CORPORA WORK [large|small]   CORPORA: the folder of *.train.jsonl and *.dev.jsonl
# On two CPU cores `large` takes about three hours. `small` needs WORK/model of `large`, one core and an
# two hours; MINUTES=1 of training a stage shows whether it works. The result lies in WORK/model.
set -eu
corpora=$1
work=$2
what=${3:-both}
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$work"
test -x "$work/venv/bin/python" || python3.11 -m venv "$work/venv"
python=$work/venv/bin/python
"$python" -m pip install -q -r "$here/requirements.txt"
cd "$here"
export PYTHONPATH="$here:$here/../src" OMP_WAIT_POLICY=PASSIVE

tweets="$corpora/btc.train.jsonl"
posts="$corpora/wnut17.train.jsonl"
cases="$corpora/tab144.train.jsonl"
clinic="$corpora/meddocan.train.jsonl"
site=$("$python" -c 'import numpy, pathlib; print(pathlib.Path(numpy.__file__).parent.parent)')
std=$("$python" -c 'import os; print(os.path.dirname(os.__file__))')
plain=$work/plain

messages() { # other people's messages in eight languages, in which nothing is personal
    mkdir -p "$plain"
    for lang in de en es fr it nl pl pt; do
        find "$site/django" -path "*/locale/$lang/*" -name '*.po' | while read -r file; do
            cp "$file" "$plain/$lang-$(printf %s "$file" | cksum | cut -d' ' -f1).po"
        done
    done
}

compose() { # SEED COUNT [OPTION ...]
    seed=$1 count=$2
    shift 2
    test -s "$work/compose.$seed.jsonl" || "$python" -m compose.write "$work/compose.$seed.jsonl" \
        --count "$count" --seed "$seed" --plain "$plain" "$site/django/db" "$site/django/http" \
        "$site/django/forms" "$site/networkx" "$site/sympy/core" "$site/sympy/solvers" "$site/numpy/lib" \
        "$site/torch/optim" "$site/jinja2" "$site/filelock" "$site/pip" "$@"
}

large() {
    "$python" read_base.py "$work/base"
    for seed in 101 102 103 204 205; do compose $seed 15000; done
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
}

small() {
    for seed in 301 302 401 402; do compose $seed 12000; done
    compose 403 9000 --empty 0.3
    compose 501 9000 --empty 1 --plain "$plain" "$site/django" "$site/networkx" "$site/sympy" "$site/numpy" \
        "$site/torch/nn" "$site/torch/include/ATen" "$site/torch/_inductor" "$site/jinja2" "$site/pip" \
        "$std/asyncio" "$std/json" "$std/http" "$std/email" "$std/logging" "$std/unittest" "$std/concurrent"
    for seed in 5 6; do
        "$python" teach.py --model "$work/model" --seed $seed --out "$work/taught" "$tweets" "$posts" "$cases"
    done
    "$python" teach.py --model "$work/model" --seed 5 --out "$work/taught" "$clinic:300" \
        "$work/compose.301.jsonl:8000" "$work/compose.302.jsonl:6000"
    taught="$work/taught/taught"
    "$python" student_rows.py --pieces "$work/model/pieces.txt" --out "$work/rows.1.npz" --seed 11 \
        "$taught".*.train.*.jsonl "$taught".compose.*.jsonl "$work/compose.301.jsonl" "$work/compose.302.jsonl"
    "$python" student_rows.py --pieces "$work/model/pieces.txt" --out "$work/rows.2.npz" --seed 12 \
        "$taught".*.train.*.jsonl "$taught".compose.301.*.jsonl "$work"/compose.40[123].jsonl "$work/compose.501.jsonl"
    "$python" student.py --base "$work/base" --rows "$work/rows.1.npz" --out "$work/small.1.pt" \
        --minutes "${MINUTES:-36}" --share taught.meddocan=.35 taught.meddocan.swapped=.12 taught.btc=.9 \
        taught.btc.swapped=.3 taught.wnut17.swapped=.4 taught.tab144.swapped=.35 taught.compose=.5 \
        compose.301=.5 compose.302=.5
    "$python" student.py --base "$work/base" --rows "$work/rows.2.npz" --out "$work/small.2.pt" --seed 1 --lr 1.5e-3 \
        --minutes "${MINUTES:-24}" --resume "$work/small.1.pt" --share taught.meddocan=.3 taught.meddocan.swapped=.1 \
        taught.btc=.8 taught.btc.swapped=.3 taught.wnut17=.9 taught.wnut17.swapped=.4 taught.tab144.swapped=.35 \
        taught.compose=.4 compose.401=.45 compose.402=.45 compose.403=.45 compose.501=.6
    "$python" student.py --base "$work/base" --rows "$work/rows.2.npz" --out "$work/small.3.pt" --seed 2 --lr 1.2e-3 \
        --minutes "${MINUTES:-16}" --resume "$work/small.2.pt" --share taught.meddocan=.2 taught.meddocan.swapped=.1 \
        taught.btc.swapped=.4 taught.wnut17=1.3 taught.wnut17.swapped=.5 taught.tab144=1.2 taught.tab144.swapped=.4 \
        taught.compose=.25 compose.401=.25 compose.402=.25 compose.403=.3 compose.501=.5
    "$python" student_export.py --run "$work/small.2.pt" "$work/small.3.pt" --out "$work/model" \
        --common "$tweets" "$posts" "$cases" "$clinic" "$work"/compose.30[12].jsonl "$work"/compose.40[12].jsonl \
        "$plain"/*.po --everyday "$here/../src/privity/detect/data/words.txt"
}

gates() {
    "$python" -m compose.write "$work/compose.measure.jsonl" --count 2500 --seed 999 --measure --plain "$plain" "$site/jinja2"
    for both in "" --full; do
        "$python" calibrate.py --model "$work/model" $both --data "$corpora/wnut17.dev.jsonl:600" \
            "$corpora/btc.dev.jsonl:600" "$corpora/tab144.dev.jsonl" "$corpora/meddocan.dev.jsonl:30" \
            "$work/compose.measure.jsonl:1200"
    done
}

messages
case $what in
large) large ;;
small) small && gates ;;
both) large && small && gates ;;
*) echo "large, small or nothing" >&2 && exit 2 ;;
esac
